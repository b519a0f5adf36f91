use chrono::{NaiveDate, NaiveDateTime};
use exif::{DateTime, Exif, In, Rational, Tag, Value};

/// What a picture itself says about when and where it was taken. Anyone can write these fields: they
/// support a report, they do not prove it.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Evidence {
    /// EXIF `DateTimeOriginal`: the camera's local time, of a zone it does not state.
    pub captured_at: Option<NaiveDateTime>,
    /// Longitude and latitude in degrees, WGS-84. Absent when incomplete, outside the globe, or the
    /// 0°, 0° that some devices write when they have no fix.
    pub location: Option<(f64, f64)>,
}

impl Evidence {
    /// Takes what can be read; a damaged field is an absent one.
    pub fn of(exif: &Exif) -> Self {
        Self { captured_at: captured_at(exif), location: location(exif) }
    }
}

fn captured_at(exif: &Exif) -> Option<NaiveDateTime> {
    let time = DateTime::from_ascii(ascii(exif, Tag::DateTimeOriginal)?).ok()?;
    let (hour, minute, second) = (time.hour, time.minute, time.second);
    NaiveDate::from_ymd_opt(time.year.into(), time.month.into(), time.day.into())?.and_hms_opt(
        hour.into(),
        minute.into(),
        second.into(),
    )
}

fn location(exif: &Exif) -> Option<(f64, f64)> {
    let latitude = angle(exif, Tag::GPSLatitude, Tag::GPSLatitudeRef, (b'N', b'S'))?;
    let longitude = angle(exif, Tag::GPSLongitude, Tag::GPSLongitudeRef, (b'E', b'W'))?;
    let on_globe = latitude.abs() <= 90.0 && longitude.abs() <= 180.0;
    let no_fix = latitude.abs() < 1e-6 && longitude.abs() < 1e-6;
    (on_globe && !no_fix).then_some((longitude, latitude))
}

/// Degrees, minutes and seconds with a sign by hemisphere. Without a hemisphere there is no place.
fn angle(exif: &Exif, tag: Tag, reference: Tag, (positive, negative): (u8, u8)) -> Option<f64> {
    let Value::Rational(parts) = &exif.get_field(tag, In::PRIMARY)?.value else {
        return None;
    };
    let degrees = match parts.as_slice() {
        [degrees] => ratio(degrees)?,
        [degrees, minutes] => ratio(degrees)? + ratio(minutes)? / 60.0,
        [degrees, minutes, seconds] => ratio(degrees)? + ratio(minutes)? / 60.0 + ratio(seconds)? / 3600.0,
        _ => return None,
    };
    match ascii(exif, reference)?.trim_ascii().first()?.to_ascii_uppercase() {
        hemisphere if hemisphere == positive => Some(degrees),
        hemisphere if hemisphere == negative => Some(-degrees),
        _ => None,
    }
}

fn ratio(value: &Rational) -> Option<f64> {
    (value.denom != 0).then(|| f64::from(value.num) / f64::from(value.denom))
}

fn ascii(exif: &Exif, tag: Tag) -> Option<&[u8]> {
    match &exif.get_field(tag, In::PRIMARY)?.value {
        Value::Ascii(lines) => lines.first().map(Vec::as_slice),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use exif::experimental::Writer;
    use exif::{Field, In, Rational, Reader, Tag, Value};

    use super::Evidence;

    fn field(tag: Tag, value: Value) -> Field {
        Field { tag, ifd_num: In::PRIMARY, value }
    }

    fn degrees(parts: [(u32, u32); 3]) -> Value {
        Value::Rational(parts.map(|(num, denom)| Rational { num, denom }).to_vec())
    }

    fn evidence(fields: &[Field]) -> Evidence {
        let mut writer = Writer::new();
        fields.iter().for_each(|field| writer.push_field(field));
        let mut bytes = std::io::Cursor::new(Vec::new());
        writer.write(&mut bytes, false).unwrap();
        Evidence::of(&Reader::new().read_raw(bytes.into_inner()).unwrap())
    }

    fn place(
        latitude: [(u32, u32); 3],
        north: &str,
        longitude: [(u32, u32); 3],
        east: &str,
    ) -> Option<(f64, f64)> {
        let text = |text: &str| Value::Ascii(vec![text.as_bytes().to_vec()]);
        evidence(&[
            field(Tag::GPSLatitudeRef, text(north)),
            field(Tag::GPSLatitude, degrees(latitude)),
            field(Tag::GPSLongitudeRef, text(east)),
            field(Tag::GPSLongitude, degrees(longitude)),
        ])
        .location
    }

    #[test]
    fn reads_a_place() {
        let erqi = place([(34, 1), (45, 1), (0, 1)], "N", [(113, 1), (38, 1), (24, 1)], "E");
        assert_eq!(erqi, Some((113.64, 34.75)));
        assert_eq!(place([(1, 2), (0, 1), (0, 1)], "S", [(3, 1), (0, 1), (0, 1)], "w"), Some((-3.0, -0.5)));
    }

    #[test]
    fn doubtful_places_are_absent() {
        let zero = [(0, 1), (0, 1), (0, 1)];
        assert_eq!(place(zero, "N", zero, "E"), None);
        assert_eq!(place([(95, 1), (0, 1), (0, 1)], "N", zero, "E"), None);
        assert_eq!(place([(9, 0), (0, 1), (0, 1)], "N", zero, "E"), None);
        assert_eq!(place([(9, 1), (0, 1), (0, 1)], "?", zero, "E"), None);
        let wrong_type = field(Tag::GPSLatitude, Value::Short(vec![1]));
        assert_eq!(evidence(&[wrong_type]), Evidence::default());
    }

    #[test]
    fn reads_the_time_of_capture() {
        let at = |text: &str| {
            evidence(&[field(Tag::DateTimeOriginal, Value::Ascii(vec![text.as_bytes().to_vec()]))])
                .captured_at
        };
        assert_eq!(at("2026:07:01 08:09:10").unwrap().to_string(), "2026-07-01 08:09:10");
        for nonsense in ["0000:00:00 00:00:00", "2026:13:01 00:00:00", "    :  :     :  :  ", "yesterday"] {
            assert_eq!(at(nonsense), None);
        }
    }
}
