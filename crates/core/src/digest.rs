//! 日报告: what leaders read of the day before, per center and per district. Counts and names of places only; nothing of any
//! person can be in it, for nothing personal is asked for.

use std::collections::BTreeMap;
use std::fmt::Write;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::plan::{Addressee, Recipient};
use crate::rulebook::Rulebook;
use crate::staff::Level;
use crate::statistics::{Dimension, Figures, RollUpKey};

/// What happened in an area on a day, as it was known when the digest was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DayDigest {
    pub day: NaiveDate,
    /// Code of the center, of the district or of the city.
    pub area: String,
    pub name: String,
    pub level: Level,
    pub reports: i64,
    pub received: i64,
    pub closed: i64,
    /// Cases whose deadline was on the day, and those of them that missed it.
    pub due: i64,
    pub overdue: i64,
    /// Cases whose deadline is on the day after, and that are not closed.
    pub due_next: i64,
    pub supervised: i64,
    /// Raised to leaders.
    pub escalated: i64,
    /// The categories with the most overdue cases, then with the most received.
    pub categories: Vec<CategoryLine>,
    /// Duties whose period ended with the day without enough patrols, and those that end with the day after and are not done.
    pub patrols_overdue: i64,
    pub patrols_due: i64,
}

/// One category of a digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CategoryLine {
    pub code: String,
    pub name: String,
    pub received: i64,
    pub overdue: i64,
}

/// What digests are made from.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    pub rules: &'a Rulebook,
    pub day: NaiveDate,
    /// By town and by category, of the day and of the day after.
    pub figures: &'a BTreeMap<RollUpKey, Figures>,
    /// By center: duties that ended with the day overdue, and those that end with the day after and are not done.
    pub patrols: &'a BTreeMap<String, (i64, i64)>,
}

/// One digest for every center, and for every district and city that the rulebook has, in the order of their codes.
pub fn digests(seen: &Seen<'_>) -> Vec<DayDigest> {
    let mut digests: Vec<DayDigest> =
        areas(seen.rules).into_iter().map(|(area, name, level)| digest(seen, area, name, level)).collect();
    digests.sort_by(|one, other| one.area.cmp(&other.area));
    digests
}

fn areas(rules: &Rulebook) -> Vec<(String, String, Level)> {
    let whole = &rules.data().district;
    let regions = rules.plan().regions.iter().filter(|region| region.level == Level::District);
    let districts = regions.map(|region| (region.code.clone(), region.name.clone(), Level::District));
    let centers = rules.centers().map(|center| (center.code, center.name, Level::Town));
    let top = (whole.code.clone(), whole.name.clone(), rules.top_level());
    districts.chain(centers).chain([top]).collect()
}

fn digest(seen: &Seen<'_>, area: String, name: String, level: Level) -> DayDigest {
    let whole = area == seen.rules.data().district.code;
    let here = |center: &str| whole || center.starts_with(&area);
    let (mut on_day, mut after) = (Figures::default(), Figures::default());
    let mut kinds: BTreeMap<&str, Figures> = BTreeMap::new();
    for (key, figures) in seen.figures.iter().filter(|(key, _)| here(&key.center)) {
        match key.dimension {
            Dimension::Town if key.first_day == seen.day => on_day += *figures,
            Dimension::Town => after += *figures,
            Dimension::Category if key.first_day == seen.day => {
                *kinds.entry(&key.code).or_default() += *figures
            }
            _ => {}
        }
    }
    let patrols = seen.patrols.iter().filter(|(center, _)| here(center));
    let (patrols_overdue, patrols_due) =
        patrols.fold((0, 0), |(overdue, due), (_, (more, soon))| (overdue + more, due + soon));
    DayDigest {
        day: seen.day,
        area,
        name,
        level,
        reports: on_day.reports,
        received: on_day.received,
        closed: on_day.closed,
        due: on_day.due,
        overdue: on_day.overdue,
        due_next: after.due - after.due_closed,
        supervised: on_day.supervised,
        escalated: on_day.escalated,
        categories: worst(seen.rules, kinds),
        patrols_overdue,
        patrols_due,
    }
}

fn worst(rules: &Rulebook, kinds: BTreeMap<&str, Figures>) -> Vec<CategoryLine> {
    let name = |code: &str| rules.category(code).map_or_else(|| code.to_owned(), |it| it.name.clone());
    let mut lines: Vec<CategoryLine> = kinds
        .into_iter()
        .filter(|(_, figures)| figures.received > 0 || figures.overdue > 0)
        .map(|(code, figures)| CategoryLine {
            code: code.to_owned(),
            name: name(code),
            received: figures.received,
            overdue: figures.overdue,
        })
        .collect();
    lines.sort_by_key(|line| (-line.overdue, -line.received));
    lines.truncate(usize::try_from(rules.plan().process.digest.categories).unwrap_or(usize::MAX));
    lines
}

impl DayDigest {
    pub fn title(&self) -> String {
        format!("【日报告】{} {}", self.day, self.name)
    }

    /// The digest as plain text.
    pub fn text(&self) -> String {
        let next = self.day.succ_opt().unwrap_or(self.day);
        let next = format!("{}月{}日", next.month(), next.day());
        let mut text = format!(
            "{}\n\n报料 {} 件，上报 {} 件，结案 {} 件。\n当日应结案 {} 件，其中超期 {} 件；{next}到期、尚未结案 {} 件。\n督办 {} 件，上报领导 {} 件。\n",
            self.title(),
            self.reports,
            self.received,
            self.closed,
            self.due,
            self.overdue,
            self.due_next,
            self.supervised,
            self.escalated,
        );
        if !self.categories.is_empty() {
            text.push_str("问题突出的类别：\n");
        }
        for line in &self.categories {
            // Writing into a String cannot fail.
            let _ = writeln!(text, "  {}：上报 {} 件，超期 {} 件", line.name, line.received, line.overdue);
        }
        let _ = writeln!(
            text,
            "巡查：逾期 {} 项；{next}到期、尚未完成 {} 项。",
            self.patrols_overdue, self.patrols_due
        );
        text
    }

    /// Who gets it by mail: those of `recipients` who stand for its area and can be reached.
    pub fn recipients(&self, rules: &Rulebook) -> Vec<String> {
        let found = rules.plan().process.digest.recipients.iter().filter_map(|it| self.addressee(rules, it));
        let mut told: Vec<String> = found.map(|it| it.to_string()).collect();
        told.sort();
        told.dedup();
        told
    }

    fn addressee(&self, rules: &Rulebook, recipient: &Recipient) -> Option<Addressee> {
        let whole = self.area == rules.data().district.code;
        let district = || Addressee::Center(format!("{}000", self.area));
        let found = match recipient {
            Recipient::TownCenter => {
                (self.level == Level::Town).then(|| Addressee::Center(self.area.clone()))
            }
            Recipient::DistrictCenter => (self.level == Level::District).then(district),
            Recipient::TopCenter => whole.then(district),
            Recipient::Unit(code) => whole.then(|| Addressee::Unit(code.clone())),
            Recipient::Post(_) | Recipient::Posts(_) => {
                let held = |code: &String| {
                    let post = rules.plan().posts.iter().find(|post| post.code == *code)?;
                    let held = Addressee::Post { post: code.clone(), area: self.area.clone() };
                    (post.level == self.level && held.is_reachable(rules)).then_some(held)
                };
                recipient.posts().iter().find_map(held)
            }
        };
        found.filter(|it| it.is_reachable(rules))
    }
}
