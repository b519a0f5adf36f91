//! Standing in for somebody who is away: one step, within area and unit.

use chrono::{DateTime, Days, Utc};
use uuid::Uuid;

use super::Rota;
use crate::staff::{Grant, Role};

/// A time in which somebody stands in for another; the end does not belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Absence {
    pub absent: Uuid,
    pub deputy: Uuid,
    pub from: DateTime<Utc>,
    pub until: DateTime<Utc>,
}

/// Why somebody cannot stand in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DeputyRefusal {
    /// Nobody stands in for themself.
    Oneself,
    /// It ends before it begins, or is over.
    Backwards,
    TooLong,
    /// They share neither unit nor area in the same role.
    Elsewhere,
    /// Somebody else stands in for them then.
    Taken,
    /// The deputy is away then, and another stands in for them.
    DeputyAway,
    /// Whoever is absent stands in for a third then: that one would get a deputy's deputy.
    StandsIn,
}

/// The roles of `absent` that somebody with the grants `deputy` can stand in for: the same role, for the same unit, and
/// in an area of the same town or below their own.
pub fn passed(absent: &[Grant], deputy: &[Grant]) -> Vec<Grant> {
    let near = |own: &Grant, other: &Grant| {
        let same_town = town(&own.area).is_some() && town(&own.area) == town(&other.area);
        own.role == other.role && own.unit == other.unit && (same_town || other.area.starts_with(&own.area))
    };
    absent.iter().filter(|it| deputy.iter().any(|own| near(own, it))).cloned().collect()
}

/// Whether a dispatcher with the grants `caller` decides for somebody with the grants `of`: all that they work in lies in
/// the dispatcher's area, and belongs to the dispatcher's unit where that has one.
pub fn decides_for(caller: &[Grant], of: &[Grant]) -> bool {
    let dispatches = |grant: &&Grant| matches!(grant.role, Role::CenterDispatcher | Role::DistrictDispatcher);
    let within = |grant: &Grant, it: &Grant| {
        it.area.starts_with(&grant.area) && (grant.unit.is_none() || grant.unit == it.unit)
    };
    !of.is_empty() && of.iter().all(|it| caller.iter().filter(dispatches).any(|grant| within(grant, it)))
}

/// Whether `asked` may be, beside those that are agreed.
///
/// # Errors
/// The first thing that speaks against it.
pub fn admits(
    asked: &Absence,
    (absent, deputy): (&[Grant], &[Grant]),
    agreed: &[Absence],
    rota: &Rota,
    now: DateTime<Utc>,
) -> Result<(), DeputyRefusal> {
    let longest = asked.from.checked_add_days(Days::new(u64::from(rota.longest_deputy_days)));
    let at_once = |other: &&Absence| other.from < asked.until && asked.from < other.until;
    let beside = |is_meant: &dyn Fn(&Absence) -> bool| agreed.iter().filter(at_once).any(is_meant);
    let refusals = [
        (asked.absent == asked.deputy, DeputyRefusal::Oneself),
        (asked.until <= asked.from || asked.until <= now, DeputyRefusal::Backwards),
        (longest.is_none_or(|longest| asked.until > longest), DeputyRefusal::TooLong),
        (passed(absent, deputy).is_empty(), DeputyRefusal::Elsewhere),
        (beside(&|it| it.absent == asked.absent), DeputyRefusal::Taken),
        (beside(&|it| it.absent == asked.deputy), DeputyRefusal::DeputyAway),
        (beside(&|it| it.deputy == asked.absent), DeputyRefusal::StandsIn),
    ];
    match refusals.into_iter().find(|(holds, _)| *holds) {
        Some((_, refusal)) => Err(refusal),
        None => Ok(()),
    }
}

fn town(area: &str) -> Option<&str> {
    area.get(..9)
}

impl DeputyRefusal {
    /// The field that is wrong, as a JSON pointer, and what to do.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Oneself => ("/person", "不能由本人代班"),
            Self::Backwards => ("/until", "请填晚于开始时间的将来时间"),
            Self::TooLong => ("/until", "代班时间过长"),
            Self::Elsewhere => ("/person", "这个人不在本单位或本辖区的同一岗位"),
            Self::Taken => ("/from", "这段时间已有人代班，请先结束"),
            Self::DeputyAway => ("/person", "这个人这段时间也不在岗，由别人代班"),
            Self::StandsIn => ("/absent", "这段时间本人正为别人代班，不能再请人代班"),
        }
    }
}
