//! Exports of 311 systems: Boston's, Chicago's, and a plain one.

use std::error::Error;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use chrono::{DateTime, NaiveDateTime, Utc};
use csv::StringRecord;
use flate2::read::MultiGzDecoder;
use jiekou_core::place::Wgs84;

/// A request as the city recorded it.
#[derive(Debug, Clone)]
pub struct Request {
    pub id: String,
    pub opened: DateTime<Utc>,
    /// `None`: still open at the end of the export.
    pub closed: Option<DateTime<Utc>>,
    pub category: String,
    /// The city's own group of categories; the category where it has none.
    pub group: String,
    pub text: String,
    pub address: String,
    /// Why the city closed it, in its own words.
    pub closing: String,
    pub point: Wgs84,
}

/// Where the columns of an export are; several names for one column are tried in turn.
struct Columns {
    id: usize,
    opened: usize,
    closed: usize,
    category: usize,
    group: Option<usize>,
    text: Option<usize>,
    address: Option<usize>,
    closing: Option<usize>,
    longitude: usize,
    latitude: usize,
}

impl Columns {
    fn of(header: &StringRecord) -> Result<Self, Box<dyn Error>> {
        let find =
            |names: &[&str]| names.iter().find_map(|name| header.iter().position(|column| column == *name));
        let need = |what: &str, names: &[&str]| {
            find(names).ok_or_else(|| format!("no column for {what}: one of {} is needed", names.join(", ")))
        };
        Ok(Self {
            id: need("the id", &["case_enquiry_id", "service_request_number", "sr_number", "id"])?,
            opened: need("the opening time", &["open_dt", "creation_date", "created_date", "time"])?,
            closed: need("the closing time", &["closed_dt", "completion_date", "closed_date", "closed"])?,
            category: need("the category", &["type", "type_of_service_request", "sr_type", "category"])?,
            group: find(&["reason", "owner_department", "group"]),
            text: find(&["text", "description"]),
            address: find(&["location_street_name", "street_address", "address"]),
            closing: find(&["closure_reason"]),
            longitude: need("the longitude", &["longitude", "lon"])?,
            latitude: need("the latitude", &["latitude", "lat"])?,
        })
    }
}

/// Reads an export, `.csv` or `.csv.gz`, in order of opening. Rows without place or time are left out and counted.
///
/// # Errors
/// When the file cannot be read or lacks a column.
pub fn read(path: &Path) -> Result<(Vec<Request>, usize), Box<dyn Error>> {
    let mut table = csv::ReaderBuilder::new().flexible(true).from_reader(open(path)?);
    let columns = Columns::of(table.headers()?)?;
    let (mut requests, mut left_out) = (Vec::new(), 0);
    for record in table.records() {
        match request(&record?, &columns) {
            Some(request) => requests.push(request),
            None => left_out += 1,
        }
    }
    requests.sort_by(|a, b| (a.opened, &a.id).cmp(&(b.opened, &b.id)));
    Ok((requests, left_out))
}

/// Opens a file that may be compressed.
///
/// # Errors
/// When it cannot be opened.
pub fn open(path: &Path) -> Result<Box<dyn Read>, Box<dyn Error>> {
    let file = File::open(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let compressed = path.extension().is_some_and(|extension| extension == "gz");
    Ok(if compressed { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) })
}

fn request(record: &StringRecord, columns: &Columns) -> Option<Request> {
    let text = |column: usize| record.get(column).unwrap_or_default().trim();
    Some(Request {
        id: text(columns.id).to_owned(),
        opened: moment(text(columns.opened))?,
        closed: moment(text(columns.closed)),
        category: text(columns.category).to_owned(),
        group: text(columns.group.unwrap_or(columns.category)).to_owned(),
        text: columns.text.map(text).unwrap_or_default().to_owned(),
        address: columns.address.map(text).unwrap_or_default().to_owned(),
        closing: columns.closing.map(text).unwrap_or_default().to_owned(),
        point: Wgs84::new(text(columns.longitude).parse().ok()?, text(columns.latitude).parse().ok()?)
            .ok()?,
    })
}

/// The forms in which cities write a moment. Only differences of moments count, so the zone does not matter.
fn moment(text: &str) -> Option<DateTime<Utc>> {
    const FORMS: [&str; 6] = [
        "%Y-%m-%d %H:%M:%S",
        "%Y-%m-%dT%H:%M:%S%.f",
        "%m/%d/%Y %I:%M:%S %p",
        "%Y/%m/%d %H:%M:%S",
        "%m/%d/%Y %H:%M",
        "%Y-%m-%d %H:%M",
    ];
    let date = |form| chrono::NaiveDate::parse_from_str(text, form).ok()?.and_hms_opt(0, 0, 0);
    FORMS
        .into_iter()
        .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
        .or_else(|| ["%Y-%m-%d", "%m/%d/%Y"].into_iter().find_map(date))
        .map(|moment| moment.and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> Vec<Request> {
        let mut table = csv::Reader::from_reader(text.as_bytes());
        let columns = Columns::of(table.headers().unwrap()).unwrap();
        table.records().filter_map(|record| request(&record.unwrap(), &columns)).collect()
    }

    #[test]
    fn three_forms_of_export_are_read() {
        let boston = "case_enquiry_id,open_dt,closed_dt,type,location_street_name,latitude,longitude\n\
                      7,2011-07-01 01:32:33,,Pothole,39 Lorraine St,42.28,-71.14\n";
        let chicago = "creation_date,status,completion_date,service_request_number,type_of_service_request,street_address,latitude,longitude,location\n\
                       2011-07-01T00:00:00.000,Completed,2011-07-03T00:00:00.000,7,Pot Hole in Street,1 N STATE ST,41.88,-87.62,x\n";
        let plain =
            "id,time,closed,category,text,lon,lat\n7,2026-01-02 03:04:05,,坑,路面有坑,113.63,34.735\n";
        for (text, category, closed) in
            [(boston, "Pothole", false), (chicago, "Pot Hole in Street", true), (plain, "坑", false)]
        {
            let read = read_text(text);
            assert_eq!((read.len(), read[0].id.as_str(), read[0].category.as_str()), (1, "7", category));
            assert_eq!(read[0].closed.is_some(), closed);
        }
        assert_eq!(read_text(plain)[0].text, "路面有坑");
    }

    #[test]
    fn a_missing_column_is_named() {
        let header = StringRecord::from(vec!["id", "time"]);
        assert!(Columns::of(&header).err().unwrap().to_string().contains("closing time"));
    }
}
