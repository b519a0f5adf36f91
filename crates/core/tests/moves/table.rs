//! Every move × state × role, against a table that is written down here once more.

use jiekou_core::case::{Actor, Matter, Move, Refusal, State, allowed_moves};
use jiekou_core::staff::Role;

use crate::scene::{ERQI, actor, make, now};

/// Move | from | to (`=`: the same state) | roles, in 二七区, for a case handed to nobody in particular.
const TABLE: &str = "
accept            | received                    | accepted     | center district desk
reject            | received accepted           | rejected     | center district desk
preVerify         | accepted                    | preVerifying | center district desk
askReporter       | intake                      | =            | center district desk
confirm           | preVerifying                | opened       | center preVerifier
void              | preVerifying                | voided       | center preVerifier
open              | accepted returned           | opened       | center district desk
dispatch          | waiting                     | dispatched   | center district
sign              | dispatched rework           | signed       | center handlers
return            | dispatched signed           | returned     | center handlers
requestExtension  | signed rework               | =            | center handlers
extend            | signed rework               | =            | center district
requestSuspension | signed                      | =            | center handlers
suspend           | signed                      | suspended    | center district
refuseRequest     | signed rework               | =            | center district
resume            | suspended                   | signed       | center district
handle            | signed                      | handled      | center handlers
selfHandle        | received accepted opened    | handled      | site
inspect           | handled                     | inspecting   | center inspector reviewer
pass              | inspecting                  | closed       | center reviewer
fail              | inspecting                  | rework       | center reviewer
callBack          | closed                      | callback     | center reviewer desk
archive           | closed callback             | archived     | center reviewer desk
reopen            | closed callback             | reopened     | center reviewer desk
forceClose        | open                        | forceClosed  | center reviewer
correctPlace      | intake waiting work         | =            | center district desk
correctCategory   | intake waiting work checked | =            | center district desk
merge             | open                        | merged       | center district
unmerge           | merged                      | received     | center district
keepApart         | open                        | =            | center district
split             | intake waiting work         | =            | center district
assign            | work                        | =            | center handlers
revokeAssign      | work                        | =            | center handlers
assist            | work                        | =            | center
arrive            | accepted preVerifying waiting work | =     | handlers center preVerifier inspector supervisor
persuade          | intake waiting work         | =            | site
toEnforcement     | accepted waiting work       | dispatched   | site center district
whistle           | accepted preVerifying waiting work | =     | roadChief communityOfficer center
escalate          | open                        | =            | handlers center district inspector supervisor
supervise         | open                        | =            | district supervisor
hasten            | open                        | =            | center district supervisor desk
transfer          | intake waiting              | dispatched   | center district
withdraw          | open                        | =            |
object            | rejected voided             | =            |
allowObjection    | rejected voided             | accepted     | reviewer district supervisor
dismissObjection  | rejected voided             | =            | reviewer district supervisor
appealTimeout     | closed callback archived    | =            | unitHandler enforcementOfficer
allowAppeal       | closed callback archived    | =            | reviewer district supervisor
dismissAppeal     | closed callback archived    | =            | reviewer district supervisor
";

fn states(names: &str) -> Vec<State> {
    let group = |name: &str| match name {
        "intake" => states("received accepted preVerifying"),
        "waiting" => states("opened returned reopened"),
        "work" => states("dispatched signed rework"),
        "checked" => states("handled inspecting"),
        "open" => states("intake waiting work checked suspended"),
        name => vec![State::from_name(name).unwrap_or_else(|| panic!("{name}"))],
    };
    names.split_whitespace().flat_map(group).collect()
}

fn roles(names: &str) -> Vec<Role> {
    let group = |name: &str| match name {
        "center" => vec![Role::CenterDispatcher],
        "district" => vec![Role::DistrictDispatcher],
        "desk" => vec![Role::DeskOperator],
        "handlers" => roles("site unitHandler"),
        "site" => roles("roadChief gridWorker communityOfficer enforcementOfficer"),
        name => vec![Role::from_name(name).unwrap_or_else(|| panic!("{name}"))],
    };
    names.split_whitespace().flat_map(group).collect()
}

/// A case that several people follow, so that a withdrawal ends nothing.
fn matter(state: State) -> Matter {
    Matter { followers: 2, ..Matter::in_state(state) }
}

#[test]
fn every_move_leads_from_the_states_and_is_made_by_the_roles_of_the_table() {
    let mut rows = 0;
    for row in TABLE.lines().filter(|line| !line.is_empty()) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let it = Move::from_name(cells[0]).unwrap_or_else(|| panic!("{row}"));
        let (from, to, able) = (states(cells[1]), cells[2], roles(cells[3]));
        rows += 1;
        for state in State::ALL {
            for role in Role::ALL {
                let told = format!("{it:?} from {state:?} by {role:?}");
                let expected_to = if to == "=" { state } else { states(to)[0] };
                match make(&matter(state), it, &actor(role)) {
                    Ok(step) => {
                        assert!(from.contains(&state) && able.contains(&role), "{told} was made");
                        assert_eq!(step.to, expected_to, "{told}");
                    }
                    // The step is there and theirs; what speaks against it has tests of its own.
                    Err(Refusal::Guarded { .. }) => {
                        assert!(from.contains(&state) && able.contains(&role), "{told} was only guarded");
                    }
                    Err(Refusal::NotYourMove { .. }) => {
                        assert!(from.contains(&state) && !able.contains(&role), "{told} is theirs");
                    }
                    Err(Refusal::NotFromHere { .. }) => assert!(!from.contains(&state), "{told} is possible"),
                }
            }
        }
    }
    assert_eq!(rows, Move::ALL.len(), "the table names every move");
}

#[test]
fn reporters_withdraw_and_object_and_the_system_resumes_reopens_and_supervises() {
    for state in State::ALL {
        let of = |actor: &Actor| allowed_moves(&matter(state), actor, &ERQI, now());
        let reporter: &[Move] = match state {
            State::Rejected | State::Voided => &[Move::Object],
            open if open.takes_reports() => &[Move::Withdraw],
            _ => &[],
        };
        assert_eq!(of(&Actor::Reporter), reporter, "{state:?}");
        let own = match state {
            State::Suspended => Some(Move::Resume),
            State::Closed | State::Callback => Some(Move::Reopen),
            _ => None,
        };
        // The order of a hotline's platform.
        let supervised = state.takes_reports().then_some(Move::Supervise);
        let system: Vec<Move> = own.into_iter().chain(supervised).collect();
        assert_eq!(of(&Actor::System), system, "{state:?}");
    }
}

#[test]
fn a_refused_move_names_those_that_are_allowed() {
    let refused = make(&matter(State::Inspecting), Move::Accept, &actor(Role::Reviewer));
    let allowed = vec![Move::Pass, Move::Fail, Move::ForceClose];
    assert_eq!(refused, Err(Refusal::NotFromHere { allowed }));
    let refused = make(&matter(State::Inspecting), Move::Pass, &actor(Role::Inspector));
    assert_eq!(refused, Err(Refusal::NotYourMove { allowed: vec![Move::Escalate] }));
}

#[test]
fn the_straight_way_leads_from_received_to_archived() {
    let way = [
        (Move::Accept, State::Accepted),
        (Move::PreVerify, State::PreVerifying),
        (Move::Confirm, State::Opened),
        (Move::Dispatch, State::Dispatched),
        (Move::Sign, State::Signed),
        (Move::Handle, State::Handled),
        (Move::Inspect, State::Inspecting),
        (Move::Pass, State::Closed),
        (Move::CallBack, State::Callback),
        (Move::Archive, State::Archived),
    ];
    way.into_iter().fold(State::Received, |from, (it, to)| {
        assert_eq!(make(&matter(from), it, &actor(Role::CenterDispatcher)).unwrap().to, to, "{it:?}");
        to
    });
}

#[test]
fn closing_leads_only_through_inspection_and_only_by_the_town_center() {
    for from in State::ALL {
        let closed = make(&matter(from), Move::Pass, &actor(Role::CenterDispatcher)).is_ok();
        assert_eq!(closed, from == State::Inspecting, "{from:?}");
    }
    for role in Role::ALL {
        let closes = matches!(role, Role::CenterDispatcher | Role::Reviewer);
        for it in [Move::Pass, Move::ForceClose] {
            let made = make(&matter(State::Inspecting), it, &actor(role));
            assert_eq!(made.is_ok(), closes, "{it:?} by {role:?}: a handler or the district closes nothing");
        }
    }
}
