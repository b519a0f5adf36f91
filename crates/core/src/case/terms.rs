//! What a move says, against the rulebook that the case was opened under.

use chrono::{DateTime, Days, NaiveDate, Utc};

use super::{Actor, Matter, Move, rung_after};
use crate::clock::local::local;
use crate::plan::UnitKind;
use crate::report::{FieldCode, FieldError};
use crate::rulebook::Rulebook;
use crate::staff::Level;

/// The parts of a move that the rulebook has a word in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Terms<'a> {
    pub reason: Option<&'a str>,
    /// Code of the unit it is handed to.
    pub unit: Option<&'a str>,
    /// Code of the post on the spot it is handed to.
    pub post: Option<&'a str>,
    /// Codes of the units that handle with it, or that a whistle calls.
    pub units: &'a [String],
    pub until: Option<NaiveDate>,
    pub level: Option<Level>,
    pub category: Option<&'a str>,
    /// A photo from before is there, in a report or with the move.
    pub before_photo: bool,
}

/// Everything in `terms` that the rulebook does not know or allow, at once.
pub fn faults(
    matter: &Matter,
    it: Move,
    terms: &Terms<'_>,
    actor: &Actor,
    rules: &Rulebook,
    now: DateTime<Utc>,
) -> Vec<FieldError> {
    let mut faults = Vec::new();
    let mut fault = |pointer: &str, code, words: String| faults.push(FieldError::new(pointer, code, words));
    let process = &rules.plan().process;
    if it == Move::Return && !is_listed(terms.reason.unwrap_or_default(), &process.returns.reasons) {
        let listed = process.returns.reasons.join("、");
        fault("/reason", FieldCode::NotAllowed, format!("退单原因请从中选择（可在冒号后说明）：{listed}"));
    }
    if let Some(code) = terms.unit {
        match rules.unit(code) {
            None if rules.center(code).is_some() && it == Move::Dispatch => {}
            None => fault("/unit", FieldCode::Unknown, "没有这个单位".into()),
            Some(unit)
                if it == Move::Transfer && matches!(unit.kind, UnitKind::Squad | UnitKind::Enforcement) =>
            {
                fault("/unit", FieldCode::NotAllowed, "移送给邻区或外单位；本区队伍请派遣".into());
            }
            Some(unit) if it == Move::Dispatch && uncollected(matter, unit.kind, rules) => {
                let words = "部门问题须先由监督员采集或到场核实；不属本区的请移送";
                fault("/unit", FieldCode::NotAllowed, words.into());
            }
            Some(_) => {}
        }
    }
    if let Some(code) = terms.post
        && !rules.plan().posts.iter().any(|post| post.code == code)
    {
        fault("/post", FieldCode::Unknown, "没有这个岗位".into());
    }
    for (position, code) in terms.units.iter().enumerate() {
        let pointer = format!("/units/{position}");
        let callable =
            it != Move::Whistle || process.whistle.units.is_empty() || process.whistle.units.contains(code);
        if rules.unit(code).is_none() {
            fault(&pointer, FieldCode::Unknown, "没有这个单位".into());
        } else if !callable {
            fault(&pointer, FieldCode::NotAllowed, "吹哨名单里没有这个单位".into());
        } else if terms.units.iter().take(position).any(|earlier| earlier == code) || terms.unit == Some(code)
        {
            fault(&pointer, FieldCode::AlreadyUsed, "同一单位写了两次".into());
        }
    }
    if let Some(until) = terms.until {
        let today = local(now).date();
        let longest = process.suspension.longest_days;
        let last = today.checked_add_days(Days::new(u64::from(longest)));
        if until <= today || last.is_none_or(|last| until > last) {
            fault("/until", FieldCode::OutOfRange, format!("请填明天起 {longest} 天内的日期"));
        }
    }
    if it == Move::Escalate && rung_after(matter, actor, rules, terms.level).is_none() {
        fault("/level", FieldCode::NotAllowed, "只能上报到更高一级".into());
    }
    if let Some(category) = terms.category
        && rules.category(category).is_none()
    {
        fault("/category", FieldCode::Unknown, "没有这个类别".into());
    }
    if it == Move::SelfHandle && process.self_handling.before_photo && !terms.before_photo {
        fault("/beforePhotoIds", FieldCode::Missing, "自行处置需要处置前的照片".into());
    }
    faults
}

/// Departments' problems go through a collector (XXQ-09).
fn uncollected(matter: &Matter, kind: UnitKind, rules: &Rulebook) -> bool {
    rules.plan().process.collection.departments && kind.is_department() && matter.collected_by.is_none()
}

/// A reason of the list, alone or with more words behind a colon. Without a list any words will do.
fn is_listed(reason: &str, listed: &[String]) -> bool {
    let rest = |it: &String| reason.trim().strip_prefix(it.as_str()).map(str::trim_start);
    listed.is_empty()
        || listed.iter().filter_map(rest).any(|rest| rest.is_empty() || rest.starts_with(['：', ':']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_one_of_the_list_with_more_words_behind_a_colon() {
        let listed = ["权属不清".to_owned(), "重复派遣".to_owned()];
        for (reason, expected) in [
            ("权属不清", true),
            (" 权属不清 ", true),
            ("权属不清：见照片", true),
            ("重复派遣: 案件 12", true),
            ("权属不清见照片", false),
            ("不想处理", false),
            ("", false),
        ] {
            assert_eq!(is_listed(reason, &listed), expected, "{reason}");
        }
        assert!(is_listed("任何原因", &[]));
    }
}
