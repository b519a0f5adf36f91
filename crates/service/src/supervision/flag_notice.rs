//! What people of the plan are told when flags start accountability, or a correction takes it back.

use jiekou_core::flag::FlagGround;
use jiekou_core::period::Period;
use jiekou_core::plan::{Addressee, Ladder};
use jiekou_core::rulebook::Rulebook;
use jiekou_store::supervision::accountability::AccountabilityRow;
use jiekou_store::words::Words;
use jiekou_store::work::letters::Letter;
use uuid::Uuid;

/// How many steps of the ladder hear of it: whoever holds the post on the segment, and the next one.
const TOLD: usize = 2;

pub(super) enum Happened<'a> {
    Started(&'a [FlagGround]),
    /// With the reason of the correction.
    Withdrawn(&'a str),
}

/// The lowest two steps of the ladder on which somebody can be reached on this segment.
pub(super) fn addressees(rules: &Rulebook, row: &AccountabilityRow) -> Vec<String> {
    let ladder = on_ladder(rules, &row.town_code, Some(&row.segment_code));
    ladder.iter().take(TOLD).map(Addressee::to_string).collect()
}

/// Whoever stands on the ladder of a segment, from the street upward.
pub(super) fn on_ladder(rules: &Rulebook, center: &str, segment: Option<&str>) -> Vec<Addressee> {
    Ladder { rules, center, segment, point: None, assignee: None }.reachable().collect()
}

pub(super) fn notice(
    rules: &Rulebook,
    row: &AccountabilityRow,
    month: Period,
    happened: &Happened<'_>,
) -> Letter {
    let (name, code, place) = (&row.segment_name, &row.segment_code, &rules.data().name);
    let (subject, body) = match happened {
        Happened::Started(grounds) => {
            let grounds: String = grounds
                .iter()
                .map(|ground| {
                    let words = if ground.setting == "flags.consecutive" { "连续" } else { "累计" };
                    format!(
                        "依据：{} {}，{words} {} 次黑旗（{} 次起）\n",
                        ground.rule, ground.setting, ground.has, ground.needs
                    )
                })
                .collect();
            let words = format!(
                "路段 {name}（{code}）在 {month} 的评比中被评为黑旗，启动问责。\n{grounds}\n{place}\n"
            );
            (format!("【问责】{name} {month}"), words)
        }
        Happened::Withdrawn(reason) => {
            let reason = Words::new(*reason).shown();
            let words = format!(
                "路段 {name}（{code}）因 {month} 的评比启动的问责已撤销：评比作了更正。\n原因：{reason}\n\n{place}\n"
            );
            (format!("【问责撤销】{name} {month}"), words)
        }
    };
    Letter { letter_id: Uuid::new_v4(), kind: "accountability", subject, body }
}
