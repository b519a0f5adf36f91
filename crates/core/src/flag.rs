//! Red and black flags (红黑旗) of road segments, and when they start accountability: algorithm A of ERQI-21 and ERQI-22.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::period::{Cycle, Period};

/// What a segment was rated in a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Flag {
    /// 红旗
    Red,
    /// 黑旗
    Black,
}

/// How often flags are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum FlagCycle {
    #[default]
    Month,
}

/// What is rated. Shops have flags of another kind that never mix with these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Rated {
    #[default]
    Segment,
}

/// Which months count together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum FlagWindow {
    /// January to the month.
    #[default]
    CalendarYear,
    /// The month and the eleven before it.
    Rolling12,
}

/// `flags` of `supervision.yaml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct FlagRules {
    pub every: FlagCycle,
    pub of: Rated,
    pub window: FlagWindow,
    /// So many black months in a row start accountability.
    pub consecutive: u32,
    /// So many black months of the window do, those that were offset left out.
    pub cumulative: u32,
    /// A month without a rating ends a row of black ones; else it is passed over.
    pub unrated_breaks_run: bool,
}

impl Default for FlagRules {
    fn default() -> Self {
        Self {
            every: FlagCycle::Month,
            of: Rated::Segment,
            window: FlagWindow::CalendarYear,
            consecutive: 3,
            cumulative: 4,
            unrated_breaks_run: true,
        }
    }
}

/// How a segment stands at a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FlagStanding {
    pub flag: Option<Flag>,
    /// Black months in a row up to this one, whatever year they lie in.
    pub run: u32,
    /// Black months of the window.
    pub blacks: u32,
    /// Those of them that a red one in the very next month took away.
    pub offsets: u32,
    rules: FlagRules,
}

/// Why accountability starts: the rule of the plan, the setting, and its number beside what the segment has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FlagGround {
    pub rule: &'static str,
    pub setting: &'static str,
    pub has: u32,
    pub needs: u32,
}

/// How a segment with these flags, by the first day of their months, stands at `month`. What comes later does not count.
pub fn standing(flags: &BTreeMap<NaiveDate, Flag>, month: Period, rules: &FlagRules) -> FlagStanding {
    let flag_of = |period: Period| flags.get(&period.first_day()).copied();
    let window = || window_of(month, rules.window).through(month.first_day());
    let is_black = |period: &Period| flag_of(*period) == Some(Flag::Black);
    let is_offset = |period: &Period| {
        let next = period.next();
        is_black(period) && flag_of(next) == Some(Flag::Red) && next.first_day() <= month.first_day()
    };
    FlagStanding {
        flag: flag_of(month),
        run: run(flags, month, rules.unrated_breaks_run),
        blacks: count(window().filter(is_black)),
        offsets: count(window().filter(is_offset)),
        rules: *rules,
    }
}

impl FlagStanding {
    /// Black months that still count.
    pub fn net(&self) -> u32 {
        self.blacks.saturating_sub(self.offsets)
    }

    /// Why accountability starts in this very month; nothing unless it does.
    pub fn grounds(&self) -> Vec<FlagGround> {
        if self.flag != Some(Flag::Black) {
            return Vec::new();
        }
        let consecutive = FlagGround {
            rule: "ERQI-21",
            setting: "flags.consecutive",
            has: self.run,
            needs: self.rules.consecutive,
        };
        let cumulative = FlagGround {
            rule: if self.offsets > 0 { "ERQI-22" } else { "ERQI-21" },
            setting: "flags.cumulative",
            has: self.net(),
            needs: self.rules.cumulative,
        };
        [consecutive, cumulative].into_iter().filter(|ground| ground.has >= ground.needs).collect()
    }
}

fn run(flags: &BTreeMap<NaiveDate, Flag>, month: Period, unrated_breaks: bool) -> u32 {
    let first = flags.keys().next().copied();
    let (mut run, mut at) = (0, month);
    while first.is_some_and(|first| first <= at.first_day()) {
        match flags.get(&at.first_day()) {
            Some(Flag::Black) => run += 1,
            None if !unrated_breaks && at != month => {}
            None | Some(Flag::Red) => return run,
        }
        at = at.previous();
    }
    run
}

/// The first month that counts together with `month`.
pub fn window_of(month: Period, window: FlagWindow) -> Period {
    let first = month.first_day();
    let back = match window {
        FlagWindow::CalendarYear => first.with_month(1),
        FlagWindow::Rolling12 => first.checked_sub_months(chrono::Months::new(11)),
    };
    Period::of(Cycle::Month, back.unwrap_or(first))
}

fn count(months: impl Iterator<Item = Period>) -> u32 {
    u32::try_from(months.count()).unwrap_or(u32::MAX)
}
