//! Where a page of a list ended: a moment, and an id among those of the same moment. Whoever lists says it as the cursor of
//! the next page.

use chrono::{DateTime, NaiveDate, Utc};
use jiekou_core::report::{FieldCode, FieldError};
use uuid::Uuid;

/// A place in a list, in the order of the list.
pub(crate) type Place = (DateTime<Utc>, Uuid);

/// The place as a client sends it back.
pub(crate) fn cursor(at: DateTime<Utc>, id: Uuid) -> String {
    format!("{}.{id}", at.timestamp_micros())
}

/// The place of a cursor; `None` for what no list has said.
pub(crate) fn place(cursor: &str) -> Option<Place> {
    let (micros, id) = cursor.split_once('.')?;
    let at = DateTime::<Utc>::from_timestamp_micros(micros.parse().ok()?)?;
    // What nothing happened at the database may not even be able to say.
    let sensible = (NaiveDate::from_ymd_opt(2000, 1, 1)..NaiveDate::from_ymd_opt(2200, 1, 1))
        .contains(&Some(at.date_naive()));
    sensible.then_some(())?;
    Some((at, Uuid::try_parse(id).ok()?))
}

/// What is wrong with a cursor that is no place.
pub(crate) fn broken_cursor() -> FieldError {
    FieldError::new("/cursor", FieldCode::Malformed, "请使用上一页的 nextCursor")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_place_in_a_list_is_no_cursor() {
        let id = Uuid::from_u128(7);
        let at = DateTime::<Utc>::from_timestamp_micros(1_790_000_000_123_456).unwrap();
        assert_eq!(cursor(at, id), format!("1790000000123456.{id}"));
        assert_eq!(place(&cursor(at, id)), Some((at, id)));
        for wrong in [
            "",
            ".",
            "1.",
            &format!(".{id}"),
            "9000000000000000000.x",
            &format!("-99999999999999999.{id}"),
            "1790000000123456",
            &format!("1790000000123456_{id}"),
        ] {
            assert_eq!(place(wrong), None, "{wrong}");
        }
    }
}
