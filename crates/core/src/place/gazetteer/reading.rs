//! Which known roads and towns a text names, and how it says the place on them.

use super::address::{house_number, meet, names_something_else, offset_meters};
use super::names::{Found, NameFinder};

/// What a text says about roads and towns, by their positions in the gazetteer's lists.
#[derive(Debug, Default)]
pub(super) struct Reading<'t> {
    pub crossing: Option<CrossingSaid<'t>>,
    pub house: Option<HouseSaid<'t>>,
    pub roads: Vec<(usize, &'t str)>,
    pub towns: Vec<(usize, &'t str)>,
}

#[derive(Debug)]
pub(super) struct CrossingSaid<'t> {
    /// The lower one first.
    pub roads: (usize, usize),
    pub offset_meters: (f64, f64),
    pub matched: &'t str,
}

#[derive(Debug)]
pub(super) struct HouseSaid<'t> {
    pub road: usize,
    pub number: u32,
    pub annex: u32,
    pub matched: &'t str,
}

/// Reads texts by the names of roads and, after them in one list, of towns.
#[derive(Debug)]
pub(super) struct Reader {
    finder: NameFinder,
    roads: usize,
}

impl Reader {
    pub fn new(roads: &[String], towns: &[String]) -> Self {
        let names: Vec<String> = roads.iter().chain(towns).cloned().collect();
        Self { finder: NameFinder::new(&names), roads: roads.len() }
    }

    /// Reads a text in plain form.
    pub fn read<'t>(&self, text: &'t str) -> Reading<'t> {
        let mut reading = Reading::default();
        let mut earlier: Option<Found<'t>> = None;
        for found in self.finder.in_text(text) {
            if let Some(town) = found.name.checked_sub(self.roads) {
                reading.towns.push((town, found.text));
                earlier = None;
                continue;
            }
            if names_something_else(found.after) {
                earlier = None;
                continue;
            }
            if reading.crossing.is_none()
                && let Some(first) = earlier
                && let Some(said) = crossing(text, first, found)
            {
                reading.crossing = Some(said);
            }
            if reading.house.is_none()
                && let Some((number, annex)) = house_number(found.after)
            {
                reading.house = Some(HouseSaid { road: found.name, number, annex, matched: found.text });
            }
            reading.roads.push((found.name, found.text));
            earlier = Some(found);
        }
        reading
    }
}

fn crossing<'t>(text: &'t str, first: Found<'t>, second: Found<'t>) -> Option<CrossingSaid<'t>> {
    let between = text.get(first.before.len() + first.text.len()..second.before.len())?;
    (first.name != second.name && meet(between, second.after)).then(|| CrossingSaid {
        roads: (first.name.min(second.name), first.name.max(second.name)),
        offset_meters: offset_meters(second.after),
        matched: text.get(first.before.len()..second.before.len() + second.text.len()).unwrap_or(first.text),
    })
}
