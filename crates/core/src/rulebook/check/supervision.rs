//! `supervision.yaml`: numbers that can be reached, and steps that climb.

use super::super::RulebookData;
use super::super::reader::Reader;
use super::doubles;

pub(super) const FILE: &str = "supervision.yaml";

pub(super) fn check(data: &RulebookData, reader: &mut Reader<'_>) {
    let supervision = &data.plan.supervision;
    for (name, number) in
        [("consecutive", supervision.flags.consecutive), ("cumulative", supervision.flags.cumulative)]
    {
        if !(1..=12).contains(&number) {
            let line = reader.line(FILE, name, 0);
            reader.fault(FILE, line, format!("`flags.{name}` counts months: 1 to 12 are possible"));
        }
    }
    if let Some(words) = supervision.circulars.deduction.fault() {
        let line = reader.line(FILE, "deduction", 0);
        reader.fault(FILE, line, format!("`circulars.deduction`: {words}"));
    }
    let placards = &supervision.placards;
    if placards.of.is_empty() {
        let line = reader.line(FILE, "placards", 0);
        reader.fault(FILE, line, "`placards.of` names nothing: write segment, spot or both");
    }
    if placards.deadline.amount == 0 {
        let line = reader.line(FILE, "deadline", 0);
        reader.fault(FILE, line, "`placards.deadline` leaves no time to rectify");
    }
    if !(1..=20).contains(&placards.proposals) {
        let line = reader.line(FILE, "proposals", 0);
        reader.fault(FILE, line, "`placards.proposals` must lie between 1 and 20");
    }
    let purposes = || supervision.draws.purposes.iter().map(String::as_str);
    for (purpose, nth) in doubles(purposes()) {
        let line = reader.line(FILE, purpose, nth);
        reader.fault(FILE, line, format!("`draws.purposes` has `{purpose}` twice"));
    }
    if purposes().any(|purpose| purpose.trim().is_empty()) {
        let line = reader.line(FILE, "purposes", 0);
        reader.fault(FILE, line, "`draws.purposes` has one without a name");
    }
}
