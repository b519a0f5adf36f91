//! What a case remembers of a move.

use jiekou_core::case::{
    Actor, Contest, Given, Handlers, Matter, Move, Persuasion, RequestKind, State, Verdict, after,
};
use jiekou_core::routing::Loop;
use jiekou_core::staff::Role;

use crate::scene::{ERQI, actor, leads, now, person, somebody, standing};

/// Makes the move and returns the case afterwards.
#[track_caller]
fn made(matter: &Matter, it: Move, given: &Given, by: &Actor) -> Matter {
    let to = leads(matter, it, by);
    after(matter, it, to, given, by, &ERQI, now())
}

fn given_to(unit: &str) -> Given {
    Given { unit: Some(unit.into()), ..Given::default() }
}

#[test]
fn a_return_takes_the_case_from_the_unit_and_a_dispatch_gives_it_to_the_next() {
    let (center, unit) = (actor(Role::CenterDispatcher), actor(Role::UnitHandler));
    let opened = Matter::in_state(State::Opened);
    let given = made(&opened, Move::Dispatch, &given_to("police"), &center);
    assert_eq!((given.handlers.unit.as_deref(), given.dispatched_at), (Some("police"), Some(now())));
    let words = made(&opened, Move::Dispatch, &Given::default(), &center);
    let returned = made(&words, Move::Return, &Given::default(), &unit);
    assert_eq!((returned.returns, returned.returned, returned.handlers.unit.clone()), (1, true, None));
    let again = made(&returned, Move::Dispatch, &given_to("traffic-police"), &center);
    assert_eq!(
        (again.returns, again.returned, again.handlers.unit.as_deref()),
        (1, false, Some("traffic-police"))
    );
}

#[test]
fn an_arbitrated_dispatch_gives_nobody_more_time() {
    let then = now() - chrono::TimeDelta::hours(20);
    let returned =
        Matter { returns: 2, returned: true, dispatched_at: Some(then), ..Matter::in_state(State::Returned) };
    let district = actor(Role::DistrictDispatcher);
    let arbitrated = made(&returned, Move::Dispatch, &given_to("police"), &district);
    assert_eq!(arbitrated.dispatched_at, Some(then));
    let once = Matter { returns: 1, ..returned };
    assert_eq!(made(&once, Move::Dispatch, &given_to("police"), &district).dispatched_at, Some(now()));
}

#[test]
fn a_failed_inspection_keeps_everything_and_a_handling_says_whether_it_was_late() {
    let late =
        Matter { due_at: Some(now() - chrono::TimeDelta::seconds(1)), ..Matter::in_state(State::Signed) };
    let handled = made(&late, Move::Handle, &Given::default(), &actor(Role::UnitHandler));
    assert!(handled.late && handled.fed_back && handled.handled_by == Some(person(1)));
    let in_time = Matter { due_at: Some(now()), ..late };
    assert!(!made(&in_time, Move::Handle, &Given::default(), &actor(Role::UnitHandler)).late);
    let inspecting = Matter {
        handlers: Handlers { unit: Some("police".into()), ..Handlers::default() },
        ..Matter { state: State::Inspecting, ..handled }
    };
    let failed = made(&inspecting, Move::Fail, &Given::default(), &actor(Role::CenterDispatcher));
    assert_eq!(failed, Matter { state: State::Rework, ..inspecting });
}

#[test]
fn requests_are_kept_until_somebody_decides() {
    let unit = actor(Role::UnitHandler);
    let center = somebody(2, standing(Role::CenterDispatcher));
    let signed = Matter { due_at: Some(now()), ..Matter::in_state(State::Signed) };
    let asked = made(&signed, Move::RequestExtension, &Given::default(), &unit);
    assert_eq!(asked.request.as_ref().map(|it| (it.kind, it.by)), Some((RequestKind::Extension, person(1))));
    let granted = made(&asked, Move::Extend, &Given::default(), &center);
    assert_eq!((granted.extensions, granted.request), (1, None));
    let refused = made(&asked, Move::RefuseRequest, &Given::default(), &center);
    assert_eq!((refused.extensions, refused.request), (0, None), "what is refused does not count");
    let until = Given { until: "2026-09-01".parse().ok(), ..Given::default() };
    let asked = made(&signed, Move::RequestSuspension, &until, &unit);
    let suspended = made(&asked, Move::Suspend, &Given::default(), &center);
    assert_eq!((suspended.state, suspended.suspensions), (State::Suspended, 1));
}

#[test]
fn enforcement_has_its_own_loop_and_a_reopened_case_goes_to_another_checker() {
    let chief = actor(Role::RoadChief);
    let team = Handlers { enforcement: Some("enforcement".into()), ..Handlers::default() };
    let found = Matter { handlers: team, ..Matter::in_state(State::Opened) };
    let failed = Given { persuasion: Some(Persuasion::Failed), ..Given::default() };
    let persuaded = made(&found, Move::Persuade, &failed, &chief);
    let moved = made(&persuaded, Move::ToEnforcement, &Given::default(), &chief);
    assert_eq!((moved.runs_in, moved.handlers.unit.as_deref()), (Loop::Enforcement, Some("enforcement")));
    let inspecting = Matter { state: State::Inspecting, ..moved };
    let closed = made(&inspecting, Move::Pass, &Given::default(), &actor(Role::CenterDispatcher));
    assert_eq!(closed.verdict, Some(Verdict { by: person(1), at: now() }));
    let reopened = made(&closed, Move::Reopen, &Given::default(), &Actor::System);
    assert_eq!((reopened.checkers, reopened.runs_in), (vec![person(1)], Loop::Dispatch));
}

#[test]
fn an_appeal_is_allowed_when_two_reviewers_agree_and_is_over_when_one_does_not() {
    let late = Matter { late: true, ..Matter::in_state(State::Closed) };
    let open = made(&late, Move::AppealTimeout, &Given::default(), &actor(Role::UnitHandler));
    assert!(open.appeals.open);
    let half = made(&open, Move::AllowAppeal, &Given::default(), &actor(Role::Reviewer));
    assert!(half.appeals.open && !half.exempted);
    let second = somebody(2, standing(Role::Reviewer));
    let allowed = made(&half, Move::AllowAppeal, &Given::default(), &second);
    assert!(!allowed.appeals.open && allowed.exempted && allowed.late, "exempted, and still late");
    let dismissed = made(&half, Move::DismissAppeal, &Given::default(), &second);
    assert!(!dismissed.appeals.open && !dismissed.exempted);
}

#[test]
fn an_objection_is_decided_once() {
    let rejected =
        Matter { verdict: Some(Verdict { by: person(1), at: now() }), ..Matter::in_state(State::Rejected) };
    let open = made(&rejected, Move::Object, &Given::default(), &Actor::Reporter);
    assert_eq!(open.objections, Contest { times: 1, open: true, ..Contest::default() });
    let other = somebody(2, standing(Role::Reviewer));
    let dismissed = made(&open, Move::DismissObjection, &Given::default(), &other);
    assert_eq!((dismissed.state, dismissed.objections.open), (State::Rejected, false));
    let allowed = made(&open, Move::AllowObjection, &Given::default(), &other);
    assert_eq!((allowed.state, allowed.verdict), (State::Accepted, None));
}

#[test]
fn what_is_stored_reads_back() {
    let matter = Matter {
        fed_back: true,
        extensions: 1,
        checkers: vec![person(3)],
        verdict: Some(Verdict { by: person(1), at: now() }),
        ..Matter::in_state(State::Received)
    };
    let stored = serde_json::to_value(&matter).unwrap();
    assert!(stored.get("state").is_none(), "the case has a column of its own for it");
    assert_eq!(serde_json::from_value::<Matter>(stored).unwrap(), matter);
    assert_eq!(serde_json::from_str::<Matter>("{}").unwrap(), Matter::in_state(State::Received));
}
