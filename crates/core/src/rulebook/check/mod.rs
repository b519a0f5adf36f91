//! What no single file can show: double names, references into nothing, limits outside their span.

mod areas;
mod assessment;
mod categories;
mod clocks;
mod limits;
mod partners;
mod records;
mod routing;
mod supervision;

use std::collections::HashMap;
use std::hash::Hash;

use super::RulebookData;
use super::reader::Reader;

/// Notes every fault of `data` in `reader`.
pub(super) fn all(data: &RulebookData, reader: &mut Reader<'_>) {
    categories::check(data, reader);
    areas::check(data, reader);
    routing::check(data, reader);
    clocks::check(data, reader);
    assessment::check(data, reader);
    supervision::check(data, reader);
    records::check(data, reader);
    limits::check(data, reader);
    partners::check(data, reader);
}

/// Keys that stand more than once, each with its number among its equals, from 1 for the second.
fn doubles<'a, T: Hash + Eq + ?Sized + 'a>(keys: impl Iterator<Item = &'a T>) -> Vec<(&'a T, usize)> {
    let mut seen: HashMap<&T, usize> = HashMap::new();
    let mut doubles = Vec::new();
    for key in keys {
        let count = seen.entry(key).or_default();
        if *count > 0 {
            doubles.push((key, *count));
        }
        *count += 1;
    }
    doubles
}

/// Whether a name fits programs and addresses: lower-case letters, digits and hyphens.
fn is_slug(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !text.is_empty() && text.bytes().all(fits)
}
