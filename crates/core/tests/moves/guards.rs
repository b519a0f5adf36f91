//! What speaks against a move although state and role allow it.

use chrono::Days;
use jiekou_core::case::{
    Actor, ClockEffect, Contest, Guard, Handlers, Matter, Move, Persuasion, Refusal, Request, RequestKind,
    Stage, State, Verdict, transition,
};
use jiekou_core::clock::{Limit, Unit};
use jiekou_core::routing::Loop;
use jiekou_core::rulebook::Rulebook;
use jiekou_core::staff::{Level, Role, Standing};

use crate::scene::{DALIAN, ERQI, XX, actor, guard, leads, make, now, person, somebody, standing};

fn signed() -> Matter {
    Matter { dispatched_at: Some(now()), ..Matter::in_state(State::Signed) }
}

fn request(kind: RequestKind, by: u128) -> Option<Request> {
    Some(Request { kind, by: person(by), at: now(), until: None })
}

#[test]
fn a_unit_returns_before_its_first_feedback_and_after_revoking_whom_it_assigned() {
    let unit = actor(Role::UnitHandler);
    let of = |matter: &Matter| guard(matter, Move::Return, &unit, &ERQI);
    assert_eq!(of(&signed()), None);
    let assigned = Handlers { person: Some(person(7)), ..Handlers::default() };
    assert_eq!(of(&Matter { handlers: assigned.clone(), ..signed() }), Some(Guard::PersonAssigned));
    assert_eq!(of(&Matter { fed_back: true, ..signed() }), Some(Guard::AlreadyFedBack));
    let with =
        |handlers: &Handlers, it| guard(&Matter { handlers: handlers.clone(), ..signed() }, it, &unit, &ERQI);
    assert_eq!(with(&assigned, Move::Assign), Some(Guard::PersonAssigned), "two people are nobody");
    assert_eq!(with(&assigned, Move::RevokeAssign), None);
    assert_eq!(with(&Handlers::default(), Move::Assign), None);
    assert_eq!(with(&Handlers::default(), Move::RevokeAssign), Some(Guard::NobodyAssigned));
}

#[test]
fn a_return_is_made_within_its_limit() {
    let unit = actor(Role::UnitHandler);
    // One working day from Monday 09:00 is Tuesday 09:00.
    for (at, expected) in
        [("2026-08-04T09:00:00+08:00", None), ("2026-08-04T09:00:01+08:00", Some(Guard::ReturnedTooLate))]
    {
        let refused = transition(&signed(), Move::Return, &unit, &ERQI, at.parse().unwrap()).err();
        let guard = refused.map(|refused| match refused {
            Refusal::Guarded { guard, .. } => guard,
            other => panic!("{other:?}"),
        });
        assert_eq!(guard, expected, "{at}");
    }
}

#[test]
fn after_the_last_return_only_the_arbiter_says_whose_it_is_and_the_clock_runs_on() {
    let (unit, center, district) =
        (actor(Role::UnitHandler), actor(Role::CenterDispatcher), actor(Role::DistrictDispatcher));
    let first = make(&signed(), Move::Return, &unit).unwrap();
    assert_eq!((first.to, first.clock), (State::Returned, ClockEffect::Start(Stage::Dispatch)));
    let second = make(&Matter { returns: 1, ..signed() }, Move::Return, &unit).unwrap();
    assert_eq!((second.to, second.clock), (State::Returned, ClockEffect::Keep), "nobody gains time");

    let returned = |returns| Matter { returns, returned: true, ..Matter::in_state(State::Returned) };
    assert_eq!(leads(&returned(1), Move::Dispatch, &center), State::Dispatched);
    for it in [Move::Dispatch, Move::Open, Move::Transfer] {
        let refused = make(&returned(2), it, &center);
        assert!(matches!(refused, Err(Refusal::NotYourMove { .. })), "{it:?}: {refused:?}");
        make(&returned(2), it, &district).unwrap();
        make(&returned(2), it, &actor(Role::Supervisor)).unwrap();
    }
    let again = Matter { returns: 2, ..signed() };
    assert_eq!(guard(&again, Move::Return, &unit, &ERQI), Some(Guard::ArbitrationIsFinal));
}

#[test]
fn where_the_city_arbitrates_a_district_does_not() {
    let returned = Matter { returns: 2, returned: true, ..Matter::in_state(State::Returned) };
    let at = |level| somebody(1, Standing { level, ..standing(Role::DistrictDispatcher) });
    let made = |level| transition(&returned, Move::Dispatch, &at(level), &DALIAN, now());
    assert!(matches!(made(Level::District), Err(Refusal::NotYourMove { .. })));
    assert_eq!(made(Level::City).unwrap().to, State::Dispatched);
}

#[test]
fn after_a_units_return_the_dispatcher_does_not_close_but_a_reviewer_may() {
    for state in [State::Returned, State::Opened] {
        let returned = Matter { returns: 1, returned: true, ..Matter::in_state(state) };
        let center = actor(Role::CenterDispatcher);
        assert_eq!(guard(&returned, Move::ForceClose, &center, &ERQI), Some(Guard::DispatchAgain));
        assert_eq!(guard(&returned, Move::ForceClose, &actor(Role::Reviewer), &ERQI), None);
    }
}

#[test]
fn an_extension_is_asked_for_in_time_and_granted_by_somebody_else_so_many_times() {
    let (unit, center) = (actor(Role::UnitHandler), somebody(2, standing(Role::CenterDispatcher)));
    let due = Matter { due_at: Some(now()), ..signed() };
    assert_eq!(guard(&due, Move::RequestExtension, &unit, &ERQI), None, "at the very moment it is not late");
    let late = Matter { due_at: now().checked_sub_days(Days::new(1)), ..signed() };
    assert_eq!(guard(&late, Move::RequestExtension, &unit, &ERQI), Some(Guard::Overdue));
    let asked = |by| Matter { request: request(RequestKind::Extension, by), ..due.clone() };
    assert_eq!(guard(&asked(1), Move::RequestExtension, &unit, &ERQI), Some(Guard::AskedAlready));
    assert_eq!(guard(&due, Move::Extend, &center, &ERQI), Some(Guard::NothingAsked));
    assert_eq!(guard(&asked(2), Move::Extend, &center, &ERQI), Some(Guard::OwnRequest));
    let granted = make(&asked(1), Move::Extend, &center).unwrap();
    assert_eq!((granted.to, granted.clock), (State::Signed, ClockEffect::Extend));
    let asked_in_time = Matter { due_at: late.due_at, ..asked(1) };
    assert_eq!(
        guard(&asked_in_time, Move::Extend, &center, &ERQI),
        None,
        "who asked in time does not lose by waiting"
    );
    let used = Matter { extensions: 1, ..due.clone() };
    assert_eq!(guard(&used, Move::RequestExtension, &unit, &ERQI), Some(Guard::ExtensionsUsedUp));
    assert_eq!(guard(&asked(1), Move::RefuseRequest, &center, &ERQI), None);
    assert_eq!(guard(&due, Move::RefuseRequest, &center, &ERQI), Some(Guard::NothingAsked));
}

#[test]
fn a_rulebook_may_allow_two_extensions_and_late_requests() {
    let mut data = ERQI.data().clone();
    data.plan.process.extension.most = 2;
    data.plan.process.extension.after_overdue = true;
    let rules = Rulebook::new(data);
    let late = |extensions| Matter { extensions, due_at: now().checked_sub_days(Days::new(1)), ..signed() };
    let of = |extensions| guard(&late(extensions), Move::RequestExtension, &actor(Role::UnitHandler), &rules);
    assert_eq!([of(0), of(1), of(2)], [None, None, Some(Guard::ExtensionsUsedUp)]);
}

#[test]
fn a_suspension_is_granted_once_and_pauses_the_clock() {
    let (unit, center) = (actor(Role::UnitHandler), somebody(2, standing(Role::CenterDispatcher)));
    let asked = Matter { request: request(RequestKind::Suspension, 1), ..signed() };
    let granted = make(&asked, Move::Suspend, &center).unwrap();
    assert_eq!((granted.to, granted.clock), (State::Suspended, ClockEffect::Pause));
    assert_eq!(guard(&signed(), Move::Suspend, &center, &ERQI), Some(Guard::NothingAsked));
    assert_eq!(guard(&asked, Move::Extend, &center, &ERQI), Some(Guard::NothingAsked));
    let before = Matter { suspensions: 1, ..signed() };
    assert_eq!(guard(&before, Move::RequestSuspension, &unit, &ERQI), Some(Guard::SuspensionsUsedUp));
    let back = make(&Matter::in_state(State::Suspended), Move::Resume, &Actor::System).unwrap();
    assert_eq!((back.to, back.clock), (State::Signed, ClockEffect::Resume));
}

#[test]
fn a_failed_inspection_keeps_the_unit_and_whoever_handled_does_not_close() {
    let inspecting = Matter { handled_by: Some(person(1)), ..Matter::in_state(State::Inspecting) };
    assert_eq!(leads(&inspecting, Move::Fail, &actor(Role::CenterDispatcher)), State::Rework);
    let both = Actor::Staff {
        id: person(1),
        standings: vec![standing(Role::UnitHandler), standing(Role::Reviewer)],
    };
    assert_eq!(guard(&inspecting, Move::Pass, &both, &ERQI), Some(Guard::OwnWork));
    let other = somebody(2, standing(Role::Reviewer));
    assert_eq!(guard(&inspecting, Move::Pass, &other, &ERQI), None);
    let wrote_it_down = actor(Role::CenterDispatcher);
    assert_eq!(guard(&inspecting, Move::Pass, &wrote_it_down, &ERQI), None);
}

#[test]
fn a_reopened_case_is_looked_at_by_another_checker() {
    let checked = |state| Matter { checkers: vec![person(1)], ..Matter::in_state(state) };
    let (same, other) = (actor(Role::CenterDispatcher), somebody(2, standing(Role::CenterDispatcher)));
    for (state, it) in [(State::Handled, Move::Inspect), (State::Inspecting, Move::Pass)] {
        assert_eq!(guard(&checked(state), it, &same, &ERQI), Some(Guard::SameChecker));
        assert_eq!(guard(&checked(state), it, &other, &ERQI), None);
    }
}

#[test]
fn enforcement_follows_failed_persuasion_where_the_post_persuades_first() {
    let team = Handlers { enforcement: Some("enforcement".into()), ..Handlers::default() };
    let matter =
        |persuasion| Matter { persuasion, handlers: team.clone(), ..Matter::in_state(State::Opened) };
    let in_post = |role, post: &str| somebody(1, Standing { post: Some(post.into()), ..standing(role) });
    for (role, post, owes) in [
        (Role::RoadChief, "l2-community", true),
        (Role::EnforcementOfficer, "l1-enforcement", true),
        (Role::RoadChief, "l1-town", false),
        (Role::GridWorker, "l2-collector", false),
    ] {
        let of = |persuasion| guard(&matter(persuasion), Move::ToEnforcement, &in_post(role, post), &XX);
        assert_eq!(of(None), owes.then_some(Guard::PersuadeFirst), "{post}");
        assert_eq!(of(Some(Persuasion::Worked)), owes.then_some(Guard::PersuadeFirst), "{post}");
        assert_eq!(of(Some(Persuasion::Failed)), None, "{post}");
    }
    let postless = guard(&matter(None), Move::ToEnforcement, &actor(Role::RoadChief), &XX);
    assert_eq!(postless, Some(Guard::PersuadeFirst), "without a post the strictest one counts");
    assert_eq!(guard(&matter(None), Move::ToEnforcement, &actor(Role::RoadChief), &ERQI), None);
    let nobody = Matter::in_state(State::Opened);
    let center = actor(Role::CenterDispatcher);
    assert_eq!(guard(&nobody, Move::ToEnforcement, &center, &ERQI), Some(Guard::NoEnforcementTeam));
}

#[test]
fn only_what_begins_in_its_own_loop_is_settled_on_the_spot_and_closes_there() {
    let found = |runs_in| Matter { runs_in, ..Matter::in_state(State::Received) };
    let chief = actor(Role::RoadChief);
    let dispatched = guard(&found(Loop::Dispatch), Move::SelfHandle, &chief, &XX);
    assert_eq!(dispatched, Some(Guard::NotSelfHandled));
    let settled = transition(&found(Loop::SelfHandled), Move::SelfHandle, &chief, &XX, now()).unwrap();
    assert_eq!(settled.to, State::Closed, "closing belongs to the owner of the loop");
    assert_eq!(leads(&found(Loop::SelfHandled), Move::SelfHandle, &chief), State::Handled, "the town closes");
}

#[test]
fn a_withdrawal_ends_a_case_only_while_nobody_else_needs_it() {
    let reporter = Actor::Reporter;
    for (matter, expected) in [
        (Matter::in_state(State::Received), State::Voided),
        (Matter::in_state(State::PreVerifying), State::Voided),
        (Matter { followers: 2, ..Matter::in_state(State::Received) }, State::Received),
        (Matter { alarmed: true, ..Matter::in_state(State::Received) }, State::Received),
        (Matter::in_state(State::Opened), State::Opened),
        (Matter::in_state(State::Inspecting), State::Inspecting),
    ] {
        assert_eq!(leads(&matter, Move::Withdraw, &reporter), expected, "{matter:?}");
    }
}

#[test]
fn one_objection_to_a_reject_or_void_is_decided_by_another_reviewer() {
    let verdict = Some(Verdict { by: person(1), at: now() });
    let rejected = |objections| Matter { verdict, objections, ..Matter::in_state(State::Rejected) };
    let untouched = rejected(Contest::default());
    let open = rejected(Contest { times: 1, open: true, ..Contest::default() });
    let decided = rejected(Contest { times: 1, ..Contest::default() });
    assert_eq!(guard(&untouched, Move::Object, &Actor::Reporter, &ERQI), None);
    assert_eq!(guard(&open, Move::Object, &Actor::Reporter, &ERQI), Some(Guard::ContestedBefore));
    assert_eq!(guard(&decided, Move::Object, &Actor::Reporter, &ERQI), Some(Guard::ContestedBefore));
    let old = Matter {
        verdict: Some(Verdict { by: person(1), at: now().checked_sub_days(Days::new(16)).unwrap() }),
        ..untouched.clone()
    };
    assert_eq!(guard(&old, Move::Object, &Actor::Reporter, &ERQI), Some(Guard::WindowPassed));
    let (same, other) = (actor(Role::Reviewer), somebody(2, standing(Role::Reviewer)));
    assert_eq!(guard(&open, Move::AllowObjection, &same, &ERQI), Some(Guard::SameReviewer));
    assert_eq!(guard(&open, Move::DismissObjection, &same, &ERQI), Some(Guard::SameReviewer));
    assert_eq!(guard(&decided, Move::DismissObjection, &other, &ERQI), Some(Guard::NothingContested));
    assert_eq!(leads(&open, Move::AllowObjection, &other), State::Accepted);
    assert_eq!(leads(&open, Move::DismissObjection, &other), State::Rejected);
}

#[test]
fn the_unit_appeals_a_late_and_closed_case_once_and_two_reviewers_decide() {
    let closed = |late, appeals| Matter {
        late,
        appeals,
        verdict: Some(Verdict { by: person(1), at: now() }),
        ..Matter::in_state(State::Archived)
    };
    let unit = actor(Role::UnitHandler);
    let of = |matter: &Matter| guard(matter, Move::AppealTimeout, &unit, &ERQI);
    assert_eq!(of(&closed(true, Contest::default())), None);
    assert_eq!(of(&closed(false, Contest::default())), Some(Guard::NotLate));
    assert_eq!(of(&closed(true, Contest { times: 1, ..Contest::default() })), Some(Guard::ContestedBefore));
    let half = closed(true, Contest { times: 1, open: true, allowed_by: vec![person(1)] });
    let (first, second) = (actor(Role::Reviewer), somebody(2, standing(Role::Reviewer)));
    assert_eq!(guard(&half, Move::AllowAppeal, &first, &ERQI), Some(Guard::SameReviewer));
    assert_eq!(guard(&half, Move::AllowAppeal, &second, &ERQI), None);
    let none = closed(true, Contest::default());
    assert_eq!(guard(&none, Move::DismissAppeal, &second, &ERQI), Some(Guard::NothingContested));
}

#[test]
fn a_case_is_moved_by_the_people_of_the_unit_that_leads() {
    let led_by = |unit: &str| Matter {
        handlers: Handlers { unit: Some(unit.into()), helpers: vec!["water".into()], ..Handlers::default() },
        ..signed()
    };
    let of_unit = |unit: Option<&str>| {
        somebody(1, Standing { unit: unit.map(str::to_owned), ..standing(Role::UnitHandler) })
    };
    for it in [Move::Handle, Move::Return, Move::RequestExtension, Move::Assign] {
        assert!(make(&led_by("police"), it, &of_unit(Some("police"))).is_ok(), "{it:?}");
        for other in [Some("water"), None] {
            let refused = make(&led_by("police"), it, &of_unit(other));
            assert!(matches!(refused, Err(Refusal::NotYourMove { .. })), "{it:?} by {other:?}");
        }
    }
    assert!(make(&led_by("police"), Move::Assist, &of_unit(Some("water"))).is_ok());
    assert!(make(&led_by("police"), Move::Assist, &of_unit(Some("police"))).is_err());
    assert!(make(&signed(), Move::Handle, &of_unit(None)).is_ok(), "in words: whoever works there");
}

#[test]
fn the_limit_of_returning_is_the_rulebooks() {
    let mut data = ERQI.data().clone();
    data.plan.process.returns.within = Limit::new(10, Unit::Minute);
    let rules = Rulebook::new(data);
    let given = Matter { dispatched_at: now().checked_sub_days(Days::new(1)), ..signed() };
    let refused = guard(&given, Move::Return, &actor(Role::UnitHandler), &rules);
    assert_eq!(refused, Some(Guard::ReturnedTooLate));
}
