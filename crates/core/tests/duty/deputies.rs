//! Standing in: within area and unit, and one step.

use chrono::{DateTime, Utc};
use jiekou_core::case::{Actor, Guard, Matter, Move, Refusal, State, handed_over, handles, transition};
use jiekou_core::duty::{Absence, DeputyRefusal, Rota, admits, decides_for, passed};
use jiekou_core::staff::{Grant, Level, Role, Standing};
use uuid::Uuid;

use crate::folder;

fn at(day: u32) -> DateTime<Utc> {
    format!("2026-11-{day:02}T08:00:00+08:00").parse().unwrap()
}

fn grant(role: Role, level: Level, area: &str, unit: Option<&str>) -> Grant {
    Grant { unit: unit.map(str::to_owned), ..Grant::new(role, level, area) }
}

fn absence(absent: u128, deputy: u128, from: u32, until: u32) -> Absence {
    let id = Uuid::from_u128;
    Absence { absent: id(absent), deputy: id(deputy), from: at(from), until: at(until) }
}

#[test]
fn roles_pass_to_somebody_of_the_same_role_unit_and_town_and_to_nobody_else() {
    let grid = |area| grant(Role::GridWorker, Level::Grid, area, None);
    let unit = |area, unit| grant(Role::UnitHandler, Level::District, area, Some(unit));
    for (absent, deputy, passes) in [
        (grid("210202001001001"), grid("210202001001001"), true),
        (grid("210202001001001"), grid("210202001002003"), true),
        (grid("210202001001001"), grid("210202002001001"), false),
        (grid("210202001001001"), grant(Role::RoadChief, Level::Segment, "210202001777", None), false),
        (unit("410103", "police"), unit("410103", "police"), true),
        (unit("410103", "police"), unit("410103", "water"), false),
        (unit("410103", "police"), unit("410104", "police"), false),
        // The district's dispatcher can stand in for a center's, and not the other way round.
        (
            grant(Role::DistrictDispatcher, Level::District, "410103", None),
            grant(Role::DistrictDispatcher, Level::Town, "410103001", None),
            false,
        ),
    ] {
        let given = passed(std::slice::from_ref(&absent), std::slice::from_ref(&deputy));
        assert_eq!(given, if passes { vec![absent.clone()] } else { vec![] }, "{absent:?} to {deputy:?}");
    }
}

#[test]
fn a_dispatcher_decides_for_those_whose_work_lies_wholly_in_its_area_and_unit() {
    let town = [grant(Role::CenterDispatcher, Level::Town, "410103001", None)];
    let district = [grant(Role::DistrictDispatcher, Level::District, "410103", None)];
    let police = [grant(Role::CenterDispatcher, Level::District, "410103", Some("police"))];
    let chief = [grant(Role::RoadChief, Level::Segment, "410103001007", None)];
    let handler = [grant(Role::UnitHandler, Level::District, "410103", Some("police"))];
    let both = [chief[0].clone(), handler[0].clone()];
    for (caller, of, decides) in [
        (&town, &chief[..], true),
        (&town, &handler[..], false),
        (&town, &both[..], false),
        (&district, &both[..], true),
        (&police, &handler[..], true),
        (&police, &chief[..], false),
        (&town, &[], false),
    ] {
        assert_eq!(decides_for(caller, of), decides, "{caller:?} for {of:?}");
    }
    assert!(!decides_for(&chief, &chief), "whoever works on the street decides for nobody");
}

#[test]
fn one_stands_in_for_one_at_a_time_and_never_for_a_deputy() {
    let rota = Rota { longest_deputy_days: 10, ..Rota::default() };
    let grants = [grant(Role::GridWorker, Level::Grid, "210202001001001", None)];
    let agreed = [absence(1, 2, 5, 10)];
    let asked = |asked| admits(&asked, (&grants, &grants), &agreed, &rota, at(4));
    for (wanted, expected) in [
        (absence(1, 3, 10, 12), Ok(())),
        (absence(3, 2, 5, 10), Ok(())),
        (absence(1, 1, 20, 21), Err(DeputyRefusal::Oneself)),
        (absence(1, 3, 21, 20), Err(DeputyRefusal::Backwards)),
        (absence(1, 3, 2, 3), Err(DeputyRefusal::Backwards)),
        (absence(1, 3, 10, 21), Err(DeputyRefusal::TooLong)),
        (absence(1, 3, 9, 12), Err(DeputyRefusal::Taken)),
        (absence(3, 1, 9, 12), Err(DeputyRefusal::DeputyAway)),
        (absence(2, 3, 9, 12), Err(DeputyRefusal::StandsIn)),
        (absence(2, 3, 10, 12), Ok(())),
    ] {
        assert_eq!(asked(wanted), expected, "{wanted:?}");
    }
    let elsewhere = [grant(Role::GridWorker, Level::Grid, "210202002001001", None)];
    let refused = admits(&absence(1, 3, 11, 12), (&grants, &elsewhere), &[], &rota, at(4));
    assert_eq!(refused, Err(DeputyRefusal::Elsewhere));
}

fn of_unit(number: u128, unit: &str) -> Actor {
    let standing = Standing {
        role: Role::UnitHandler,
        level: Level::District,
        post: None,
        unit: Some(unit.into()),
        own_center: false,
    };
    Actor::Staff { id: Uuid::from_u128(number), standings: vec![standing] }
}

#[test]
fn what_was_handed_to_a_colleague_is_no_longer_the_givers_until_it_is_given_back() {
    let erqi = folder::rules("erqi");
    let id = Uuid::from_u128;
    let mut matter = Matter::in_state(State::Signed);
    matter.handlers.unit = Some("police".into());
    matter.handlers.person = Some(id(1));
    let moved =
        |matter: &Matter, number, it| transition(matter, it, &of_unit(number, "police"), &erqi, at(4));
    assert!(moved(&matter, 1, Move::Handle).is_ok());
    let handed = handed_over(&matter, Some(id(1)), id(2));
    assert_eq!((handed.handlers.person, handed.handed_on.clone()), (Some(id(2)), vec![id(1)]));
    for it in [Move::Handle, Move::RequestExtension, Move::Arrive, Move::RevokeAssign] {
        let refused = moved(&handed, 1, it);
        assert!(
            matches!(refused, Err(Refusal::Guarded { guard: Guard::HandedOn, .. })),
            "{it:?}: {refused:?}"
        );
        assert!(moved(&handed, 2, it).is_ok(), "{it:?}");
        assert!(moved(&handed, 3, it).is_ok(), "{it:?}: a colleague who gave nothing away");
    }
    let back = handed_over(&handed, Some(id(2)), id(1));
    assert_eq!((back.handlers.person, back.handed_on.clone()), (Some(id(1)), vec![id(2)]));
    assert!(moved(&back, 1, Move::Handle).is_ok());
    // A dispatcher who once went themself still dispatches.
    let Actor::Staff { mut standings, .. } = of_unit(1, "police") else { panic!() };
    standings.push(Standing {
        role: Role::CenterDispatcher,
        level: Level::Town,
        post: None,
        unit: None,
        own_center: true,
    });
    let both = Actor::Staff { id: id(1), standings };
    assert!(transition(&handed, Move::Handle, &both, &erqi, at(4)).is_ok());
    assert!(handles(both.standings(), &handed));
}
