//! docs/moves.md says of every move what `core::case` does.
#![expect(
    clippy::tests_outside_test_module,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "an integration test is a test module"
)]

use std::collections::BTreeSet;
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use jiekou_core::case::{
    Actor, Contest, Demand, Guard, Matter, Move, Persuasion, Refusal, Request, RequestKind, State, Verdict,
    demands, transition,
};
use jiekou_core::routing::Loop;
use jiekou_core::rulebook::Rulebook;
use jiekou_core::staff::{Level, Role, Standing};
use uuid::Uuid;

#[path = "rulebooks/folder.rs"]
#[expect(dead_code, reason = "shared with the tests of the rulebooks")]
mod folder;

/// A Monday morning, UTC+8.
fn now() -> DateTime<Utc> {
    "2026-08-03T09:00:00+08:00".parse().unwrap()
}

fn document() -> String {
    let project = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    std::fs::read_to_string(project.join("docs/moves.md")).unwrap()
}

/// A role at the level where it usually works, by person number one.
fn actor(role: Role) -> Actor {
    let level = match role {
        Role::DistrictDispatcher | Role::Supervisor | Role::Admin | Role::Finance => Level::District,
        Role::RoadChief | Role::GridWorker => Level::Segment,
        Role::CommunityOfficer => Level::Community,
        _ => Level::Town,
    };
    let standing = Standing { role, level, post: None, unit: None, own_center: level == Level::Town };
    Actor::Staff { id: Uuid::from_u128(1), standings: vec![standing] }
}

/// A case that several follow.
fn matter(state: State) -> Matter {
    Matter { followers: 2, ..Matter::in_state(state) }
}

/// Where the move leads from each state, and the roles that make it, whether or not something speaks against it.
fn traced(it: Move, rules: &Rulebook) -> (Vec<(State, Option<State>)>, Vec<&'static str>) {
    let (mut ways, mut able) = (Vec::new(), BTreeSet::new());
    let actors = Role::ALL.into_iter().map(|role| (role.name(), actor(role)));
    let actors: Vec<(&str, Actor)> =
        actors.chain([("reporter", Actor::Reporter), ("system", Actor::System)]).collect();
    for state in State::ALL {
        let (mut possible, mut to) = (false, None);
        for (name, who) in &actors {
            match transition(&matter(state), it, who, rules, now()) {
                Ok(step) => {
                    (possible, to) = (true, Some(step.to));
                    able.insert(*name);
                }
                Err(Refusal::Guarded { .. }) => {
                    possible = true;
                    able.insert(*name);
                }
                Err(Refusal::NotYourMove { .. }) => possible = true,
                Err(Refusal::NotFromHere { .. }) => {}
            }
        }
        if possible {
            ways.push((state, to));
        }
    }
    (ways, able.into_iter().collect())
}

fn owed(demand: Demand) -> Vec<&'static str> {
    let Demand {
        reason,
        handler,
        after_photo,
        note,
        into,
        units,
        person,
        until,
        worked,
        taken_by,
        category,
        place,
        problem,
    } = demand;
    let fields = [
        (category || problem, "category"),
        (handler, "unit, post or assignee"),
        (into, "into"),
        (note, "note"),
        (person, "person"),
        (after_photo, "photoIds"),
        (place, "location"),
        (reason, "reason"),
        (taken_by, "takenBy"),
        (units, "units"),
        (until, "until"),
        (worked, "worked"),
    ];
    fields.into_iter().filter(|(is_owed, _)| *is_owed).map(|(_, name)| name).collect()
}

/// The names of the moves in Chinese, as [`Move`] documents them.
fn chinese(it: Move) -> String {
    let source = include_str!("../src/case/moves.rs");
    let variant = format!("    {it:?},\n");
    let before = source.split(&variant).next().unwrap();
    let line = before.lines().rev().find(|line| line.trim_start().starts_with("///")).unwrap();
    line.trim()
        .trim_start_matches("///")
        .split([':', '：'])
        .next()
        .unwrap()
        .trim()
        .trim_end_matches('.')
        .to_owned()
}

/// Cases of which one thing is out of the ordinary, so that every guard has something to speak against.
fn oddities() -> Vec<Matter> {
    let (me, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let base = || Matter { followers: 2, ..Matter::in_state(State::Received) };
    let with = |change: &dyn Fn(&mut Matter)| {
        let mut matter = base();
        change(&mut matter);
        matter
    };
    let long_ago = "2026-01-05T09:00:00+08:00".parse().unwrap();
    let request = |kind, by| Some(Request { kind, by, at: long_ago, until: None });
    let contest = |open, times| Contest { open, times, allowed_by: vec![me] };
    let mut found = vec![
        base(),
        with(&|it| it.handlers.person = Some(me)),
        with(&|it| it.handlers.person = Some(other)),
        with(&|it| it.fed_back = true),
        with(&|it| it.dispatched_at = Some(long_ago)),
        with(&|it| (it.returns, it.returned) = (1, true)),
        with(&|it| it.returns = 2),
        with(&|it| it.extensions = 9),
        with(&|it| (it.extensions, it.request) = (9, request(RequestKind::Extension, other))),
        with(&|it| it.suspensions = 9),
        with(&|it| (it.suspensions, it.request) = (9, request(RequestKind::Suspension, other))),
        with(&|it| it.due_at = Some(long_ago)),
        with(&|it| it.rung = Some(99)),
        with(&|it| it.handlers.enforcement = Some("enforcement".into())),
        with(&|it| it.persuasion = Some(Persuasion::Failed)),
        with(&|it| it.handled_by = Some(me)),
        with(&|it| it.checkers = vec![me]),
        with(&|it| it.runs_in = Loop::SelfHandled),
        with(&|it| it.runs_in = Loop::Enforcement),
        with(&|it| it.objections = contest(true, 1)),
        with(&|it| it.appeals = contest(true, 1)),
        with(&|it| it.objections = contest(false, 9)),
        with(&|it| (it.late, it.appeals) = (true, contest(false, 9))),
        with(&|it| (it.late, it.verdict) = (true, Some(Verdict { by: me, at: long_ago }))),
        with(&|it| {
            it.objections = contest(true, 1);
            it.verdict = Some(Verdict { by: me, at: now() });
        }),
    ];
    for kind in [RequestKind::Extension, RequestKind::Suspension] {
        for by in [me, other] {
            found.push(with(&|it| it.request = request(kind, by)));
        }
    }
    found
}

/// Everything that speaks against the move in some case, under the rules of 二七区 or the XX区, beside that it was handed
/// on: that one speaks against all who gave it away.
fn refusals(it: Move, plans: &[Rulebook]) -> Vec<String> {
    let roles = [
        Role::CenterDispatcher,
        Role::Reviewer,
        Role::UnitHandler,
        Role::RoadChief,
        Role::EnforcementOfficer,
        Role::DistrictDispatcher,
    ];
    // A handler who also closes.
    let both = |closer| {
        let all = [actor(Role::UnitHandler), actor(closer)];
        let standings = all.iter().flat_map(|it| it.standings().to_vec()).collect();
        Actor::Staff { id: Uuid::from_u128(1), standings }
    };
    let actors: Vec<Actor> =
        roles.into_iter().map(actor).chain([Actor::Reporter, both(Role::CenterDispatcher)]).collect();
    let mut seen = BTreeSet::new();
    for odd in oddities() {
        for state in State::ALL {
            let matter = Matter { state, ..odd.clone() };
            for (who, rules) in actors.iter().flat_map(|who| plans.iter().map(move |rules| (who, rules))) {
                if let Err(Refusal::Guarded { guard, .. }) = transition(&matter, it, who, rules, now()) {
                    assert_ne!(guard, Guard::HandedOn);
                    seen.insert(serde_json::to_value(guard).unwrap().as_str().unwrap().to_owned());
                }
            }
        }
    }
    seen.into_iter().collect()
}

fn row(it: Move, erqi: &Rulebook, plans: &[Rulebook]) -> String {
    let (ways, able) = traced(it, erqi);
    let from: Vec<&str> = ways.iter().map(|(state, _)| state.name()).collect();
    let open = State::ALL.iter().filter(|state| state.takes_reports()).count();
    let from = if from.len() == open && ways.iter().all(|(state, _)| state.takes_reports()) {
        "every open one".to_owned()
    } else {
        from.join(", ")
    };
    let stays = ways.iter().all(|(state, to)| to.is_none_or(|to| to == *state));
    let to: BTreeSet<&str> = ways.iter().filter_map(|(_, to)| to.map(State::name)).collect();
    let to = if stays { "=".to_owned() } else { to.into_iter().collect::<Vec<_>>().join(", ") };
    let said = |list: Vec<String>| if list.is_empty() { "–".to_owned() } else { list.join(", ") };
    let coded = |list: Vec<&str>| said(list.into_iter().map(str::to_owned).collect());
    format!(
        "| `{}` | {} | {from} | {to} | {} | {} | {} |",
        it.name(),
        chinese(it),
        coded(able),
        coded(owed(demands(it))),
        said(refusals(it, plans)),
    )
}

#[test]
fn the_table_of_moves_says_what_the_code_does() {
    let erqi = folder::rules("erqi");
    let plans = [folder::rules("erqi"), folder::rules("party-road-chief")];
    let rows: Vec<String> = Move::ALL.into_iter().map(|it| row(it, &erqi, &plans)).collect();
    let document = document();
    let written: Vec<&str> = document.lines().filter(|line| line.starts_with("| `")).collect();
    let table = rows.join("\n");
    assert_eq!(written.join("\n"), table, "the table of docs/moves.md should be:\n{table}\n");
}

#[test]
fn every_guard_is_explained() {
    let document = document();
    for guard in refusals_of_all() {
        assert!(document.contains(&format!("- `{guard}`: ")), "docs/moves.md does not explain {guard}");
    }
}

fn refusals_of_all() -> BTreeSet<String> {
    let plans = [folder::rules("erqi"), folder::rules("party-road-chief")];
    let all = Move::ALL.into_iter().flat_map(|it| refusals(it, &plans));
    all.chain(["handedOn".to_owned()]).collect()
}
