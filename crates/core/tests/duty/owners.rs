//! Every open task has exactly one owner, whatever happens to people.

use std::sync::LazyLock;

use chrono::{DateTime, TimeDelta, Utc};
use jiekou_core::duty::{Fallen, Holder, Owner, Task, fallen, owner};
use jiekou_core::rulebook::Rulebook;
use jiekou_core::staff::{Grant, Level, Role, Turn};
use proptest::prelude::*;
use uuid::Uuid;

use crate::folder;

static DALIAN: LazyLock<Rulebook> = LazyLock::new(|| folder::rules("dalian"));

const TOWN: &str = "210202001";
const GRID: &str = "210202001001001";
const POST: &str = "grid-residential";

fn now() -> DateTime<Utc> {
    "2027-01-04T09:00:00+08:00".parse().unwrap()
}

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

fn worker(number: u128, turn: Turn) -> Holder {
    let grant = Grant {
        post: Some(POST.into()),
        turn: Some(turn),
        ..Grant::new(Role::GridWorker, Level::Grid, GRID)
    };
    Holder { staff_id: id(number), grants: vec![grant] }
}

fn of_unit(number: u128, unit: &str) -> Holder {
    let grant = Grant { unit: Some(unit.into()), ..Grant::new(Role::UnitHandler, Level::City, "2102") };
    Holder { staff_id: id(number), grants: vec![grant] }
}

fn in_grid<'a>() -> Task<'a> {
    Task { center: TOWN, grid: Some(GRID), with_handlers: true, ..Task::default() }
}

fn has(task: &Task<'_>, people: &[Holder], at: DateTime<Utc>) -> Owner {
    let plan = DALIAN.plan();
    owner(task, people, &plan.posts, &plan.process.duty, at)
}

#[test]
fn a_task_falls_from_the_person_to_whoever_is_on_duty_to_the_unit_to_the_center() {
    let (a, b) = (worker(1, Turn::A), worker(2, Turn::B));
    let to_post = Task { post: Some(POST), ..in_grid() };
    let theirs = Task { person: Some(id(2)), ..to_post };
    let both = [a.clone(), b.clone()];
    let week = TimeDelta::days(7);
    // The one who goes has it, also off duty; then A, who is on duty this week; then B alone; then the center.
    assert_eq!(has(&theirs, &both, now()), Owner::Person(id(2)));
    assert_eq!(fallen(&theirs, &both), None);
    assert_eq!(has(&theirs, std::slice::from_ref(&a), now()), Owner::Person(id(1)));
    assert_eq!(fallen(&theirs, std::slice::from_ref(&a)), Some(Fallen::AccountGone));
    assert_eq!(has(&to_post, &both, now()), Owner::Person(id(1)));
    assert_eq!(has(&to_post, &both, now() + week), Owner::Person(id(2)));
    assert_eq!(has(&to_post, &[b], now()), Owner::Person(id(2)), "alone, hence always on duty");
    assert_eq!(has(&to_post, &[], now()), Owner::Center(TOWN.into()));

    let police = Task { unit: Some("police"), person: Some(id(7)), ..in_grid() };
    assert_eq!(has(&police, &[of_unit(7, "police"), of_unit(8, "police")], now()), Owner::Person(id(7)));
    assert_eq!(has(&police, &[of_unit(8, "police")], now()), Owner::Unit("police".into()));
    let moved_on = [of_unit(7, "market"), of_unit(8, "police")];
    assert_eq!(has(&police, &moved_on, now()), Owner::Unit("police".into()));
    assert_eq!(fallen(&police, &moved_on), Some(Fallen::GrantGone));
    assert_eq!(has(&police, &[of_unit(9, "market"), a], now()), Owner::Center(TOWN.into()));

    let waiting = Task { with_handlers: false, ..theirs };
    assert_eq!(has(&waiting, &both, now()), Owner::Center(TOWN.into()), "nobody is at work on it");
    assert_eq!(fallen(&waiting, &[]), None);
}

#[test]
fn several_who_do_not_take_turns_have_it_together() {
    let road = |number| {
        let held = Grant {
            post: Some("road-chief".into()),
            ..Grant::new(Role::RoadChief, Level::Segment, "210202001777")
        };
        Holder { staff_id: id(number), grants: vec![held] }
    };
    let task = Task {
        center: TOWN,
        segment: Some("210202001777"),
        post: Some("road-chief"),
        with_handlers: true,
        ..Task::default()
    };
    let together = Owner::Post { post: "road-chief".into(), area: "210202001777".into() };
    assert_eq!(has(&task, &[road(1), road(2)], now()), together);
    assert_eq!(has(&task, &[road(2)], now()), Owner::Person(id(2)));
}

/// What happens to people and tasks.
#[derive(Debug, Clone)]
enum Event {
    Assign { task: usize, person: u128 },
    HandTo { task: usize, unit: Option<usize>, post: bool },
    HandedIn { task: usize },
    Leaves(u128),
    ComesBack(u128),
    Moves { person: u128, to: usize },
    Waits { days: i64, hours: i64 },
}

const UNITS: [&str; 3] = ["police", "market", "housing"];

fn events() -> impl Strategy<Value = Vec<Event>> {
    let (task, person) = (0usize..6, 1u128..9);
    let one = prop_oneof![
        (task.clone(), person.clone()).prop_map(|(task, person)| Event::Assign { task, person }),
        (task.clone(), proptest::option::of(0..UNITS.len()), any::<bool>())
            .prop_map(|(task, unit, post)| Event::HandTo { task, unit, post }),
        task.prop_map(|task| Event::HandedIn { task }),
        person.clone().prop_map(Event::Leaves),
        person.clone().prop_map(Event::ComesBack),
        (person, 0usize..5).prop_map(|(person, to)| Event::Moves { person, to }),
        (0i64..20, 0i64..24).prop_map(|(days, hours)| Event::Waits { days, hours }),
    ];
    proptest::collection::vec(one, 1..80)
}

/// Where somebody works: in the grid as A or B, or for a unit.
fn place(person: u128, to: usize) -> Holder {
    match to {
        0 => worker(person, Turn::A),
        1 => worker(person, Turn::B),
        unit => of_unit(person, UNITS[unit - 2]),
    }
}

proptest! {
    #[test]
    fn through_any_history_every_open_task_has_an_owner_who_is_there(history in events()) {
        let mut tasks = [in_grid(); 6];
        let mut people: Vec<Holder> = (1..9).map(|it| place(it, usize::try_from(it).unwrap() % 5)).collect();
        let mut at = now();
        for event in history {
            match event {
                Event::Assign { task, person } => tasks[task].person = Some(id(person)),
                Event::HandTo { task, unit, post } => {
                    tasks[task] = Task { unit: unit.map(|it| UNITS[it]), post: (post && unit.is_none()).then_some(POST), ..in_grid() };
                }
                Event::HandedIn { task } => tasks[task].with_handlers = !tasks[task].with_handlers,
                Event::Leaves(person) => people.retain(|it| it.staff_id != id(person)),
                Event::ComesBack(person) => {
                    if people.iter().all(|it| it.staff_id != id(person)) {
                        people.push(place(person, 0));
                    }
                }
                Event::Moves { person, to } => {
                    people.retain(|it| it.staff_id != id(person));
                    people.push(place(person, to));
                }
                Event::Waits { days, hours } => at += TimeDelta::days(days) + TimeDelta::hours(hours),
            }
            for task in &tasks {
                let owner = has(task, &people, at);
                match &owner {
                    Owner::Person(person) => {
                        let there = people.iter().find(|it| it.staff_id == *person);
                        prop_assert!(there.is_some(), "{task:?} belongs to nobody who is there");
                        let grant = &there.unwrap().grants[0];
                        prop_assert_eq!(grant.unit.as_deref(), task.unit, "of another unit");
                    }
                    Owner::Unit(unit) => {
                        prop_assert_eq!(Some(unit.as_str()), task.unit);
                        let staffed = people.iter().any(|it| it.grants[0].unit.as_deref() == task.unit);
                        prop_assert!(staffed, "an inbox that nobody reads");
                    }
                    Owner::Post { .. } => prop_assert!(false, "this post takes turns"),
                    Owner::Center(center) => prop_assert_eq!(center, TOWN),
                }
                // What fell from somebody does not lie with them, and what did not fall does.
                let lost = fallen(task, &people);
                if lost.is_some() {
                    prop_assert_ne!(&owner, &Owner::Person(task.person.unwrap()));
                } else if let Some(person) = task.person.filter(|_| task.with_handlers) {
                    prop_assert_eq!(&owner, &Owner::Person(person));
                }
                prop_assert_eq!(&has(task, &people, at), &owner, "the same question has the same answer");
            }
        }
    }
}
