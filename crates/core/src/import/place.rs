//! Where a case of a list lies, and which center has it.

use super::line::Findings;
use super::{CellFault, Column, Origin};
use crate::place::{Center, CoordinateError, DeclaredPoint};
use crate::report::ReportedPlace;
use crate::routing::assign;
use crate::rulebook::Rulebook;

/// Code of the center that the list names; `None` where it names none.
pub(super) fn center(found: &mut Findings<'_>, origin: &Origin<'_>, rules: &Rulebook) -> Option<String> {
    let word = found.text(Column::Center, 100)?;
    let code = origin.mapping.centers.get(&word).unwrap_or(&word);
    let Some(center) = named_center(code, rules) else {
        let words = format!("`{word}` is no center of the rulebook: map it in `centers` of --columns");
        found.note(found.row.fault(Column::Center, words));
        return None;
    };
    within(found, origin, &center, Column::Center, rules);
    Some(center.code)
}

/// The center with this code or name, or that of the town with this name, 办事处 or not.
pub(super) fn named_center(word: &str, rules: &Rulebook) -> Option<Center> {
    let short = word.strip_suffix("办事处").unwrap_or(word);
    let town = || rules.data().towns.iter().find(|town| town.name == word || town.name == short);
    let by_name = || rules.centers().chain([rules.district_center()]).find(|center| center.name == word);
    rules.center(word).or_else(|| town().map(crate::place::Town::center)).or_else(by_name)
}

/// The place of a line. One that names a place outside the district's areas, or none at all, is at fault unless the
/// list says which center has it.
pub(super) fn place(
    found: &mut Findings<'_>,
    origin: &Origin<'_>,
    center: Option<&str>,
    rules: &Rulebook,
) -> ReportedPlace {
    let declared = point(found, origin);
    let point = declared.and_then(|declared| {
        let converted = declared.to_wgs84().map_err(|error| coordinate_fault(found, &error));
        found.keep(converted)
    });
    let segment_code = found.text(Column::Segment, 32).and_then(|code| {
        let known = rules.segment(&code).is_some();
        let fault = || found.row.fault(Column::Segment, format!("`{code}` is no segment of the rulebook"));
        let read = if known { Ok(()) } else { Err(fault()) };
        found.keep(read).map(|()| code)
    });
    let address = found.text(Column::Address, 500);
    let component_id = found.text(Column::Component, 64);
    let place =
        ReportedPlace { point, declared, segment_code, address, component_id, ..ReportedPlace::default() };
    if center.is_none() && found.row.text(Column::Center).is_none() {
        owed(found, origin, &place, rules);
    }
    place.resolved(rules)
}

/// Whose it is must follow from the place.
fn owed(found: &mut Findings<'_>, origin: &Origin<'_>, place: &ReportedPlace, rules: &Rulebook) {
    let given = |column| found.row.text(column).is_some();
    let columns = [Column::Longitude, Column::Latitude, Column::Address, Column::Segment, Column::Component];
    if !columns.into_iter().any(given) {
        let words = "nothing says where it is: give a point, an address, a segment, a component or a center";
        found.note(found.row.fault(Column::Address, words));
        return;
    }
    let assigned = assign(&place.clone().resolved(rules), rules);
    if !assigned.place_unknown {
        let column = if place.point.is_some() { Column::Longitude } else { Column::Segment };
        within(found, origin, &assigned.center, column, rules);
    } else if place.point.is_some() {
        let words =
            "the point lies in no town of the rulebook: is the coordinate system right? Else name the center";
        found.note(found.row.fault(Column::Longitude, words));
    }
}

/// What belongs to another district is taken over there.
fn within(found: &mut Findings<'_>, origin: &Origin<'_>, center: &Center, column: Column, rules: &Rulebook) {
    let whole = origin.district == rules.data().district.code;
    if !whole && !center.code.starts_with(origin.district) {
        let words = format!("it is a case of {} ({}), outside {}", center.name, center.code, origin.district);
        found.note(found.row.fault(column, words));
    }
}

fn point(found: &mut Findings<'_>, origin: &Origin<'_>) -> Option<DeclaredPoint> {
    let row = found.row;
    let mut degrees = |column| {
        let text = row.text(column)?;
        let number = text.parse::<f64>().map_err(|_no_number| {
            row.fault(column, format!("`{text}` is no number of degrees, such as 113.6302"))
        });
        found.keep(number)
    };
    let (longitude, latitude) = (degrees(Column::Longitude), degrees(Column::Latitude));
    match (longitude, latitude) {
        (Some(longitude), Some(latitude)) => {
            Some(DeclaredPoint { longitude, latitude, system: origin.coordinates })
        }
        (None, None) => None,
        (given, _) => {
            let missing = if given.is_some() { Column::Latitude } else { Column::Longitude };
            found.note(row.fault(missing, "longitude and latitude belong together"));
            None
        }
    }
}

fn coordinate_fault(found: &Findings<'_>, error: &CoordinateError) -> CellFault {
    let column = match error {
        CoordinateError::OutOfRange(crate::place::coordinates::Axis::Latitude) => Column::Latitude,
        _ => Column::Longitude,
    };
    found.row.fault(column, error.to_string())
}
