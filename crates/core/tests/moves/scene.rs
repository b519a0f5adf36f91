//! People and moments that the tests of moves share.

use std::sync::LazyLock;

use chrono::{DateTime, Utc};
use jiekou_core::case::{Actor, Guard, Matter, Move, Refusal, State, Step, transition};
use jiekou_core::rulebook::Rulebook;
use jiekou_core::staff::{Level, Role, Standing};
use uuid::Uuid;

pub static ERQI: LazyLock<Rulebook> = LazyLock::new(|| crate::folder::rules("erqi"));
pub static XX: LazyLock<Rulebook> = LazyLock::new(|| crate::folder::rules("party-road-chief"));
pub static DALIAN: LazyLock<Rulebook> = LazyLock::new(|| crate::folder::rules("dalian"));

/// A Monday morning, UTC+8.
pub fn now() -> DateTime<Utc> {
    "2026-08-03T09:00:00+08:00".parse().unwrap()
}

pub fn person(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

/// A role at the level where it usually works.
pub fn standing(role: Role) -> Standing {
    let level = match role {
        Role::DistrictDispatcher | Role::Supervisor | Role::Admin | Role::Finance => Level::District,
        Role::RoadChief | Role::GridWorker => Level::Segment,
        Role::CommunityOfficer => Level::Community,
        Role::CenterDispatcher
        | Role::PreVerifier
        | Role::Inspector
        | Role::UnitHandler
        | Role::EnforcementOfficer
        | Role::DeskOperator
        | Role::Reviewer => Level::Town,
    };
    Standing { role, level, post: None, unit: None, own_center: level == Level::Town }
}

/// Person number one in this role.
pub fn actor(role: Role) -> Actor {
    somebody(1, standing(role))
}

pub fn somebody(number: u128, standing: Standing) -> Actor {
    Actor::Staff { id: person(number), standings: vec![standing] }
}

pub fn make(matter: &Matter, it: Move, actor: &Actor) -> Result<Step, Refusal> {
    transition(matter, it, actor, &ERQI, now())
}

/// The state that the move leads to.
#[track_caller]
pub fn leads(matter: &Matter, it: Move, actor: &Actor) -> State {
    make(matter, it, actor).unwrap_or_else(|refused| panic!("{it:?}: {refused:?}")).to
}

/// What speaks against the move; `None` when it is made.
#[track_caller]
pub fn guard(matter: &Matter, it: Move, actor: &Actor, rules: &Rulebook) -> Option<Guard> {
    match transition(matter, it, actor, rules, now()) {
        Ok(_) => None,
        Err(Refusal::Guarded { guard, allowed }) => {
            assert!(!allowed.contains(&it), "{it:?} is offered and refused");
            Some(guard)
        }
        Err(other) => panic!("{it:?}: {other:?}"),
    }
}
