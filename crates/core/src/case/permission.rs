//! Who may make which move.

use super::{Actor, Matter, Move};
use crate::plan::{Act, ClosingAuthority};
use crate::routing::Loop;
use crate::rulebook::Rulebook;
use crate::staff::{Level, Role, Standing};

/// Whether `actor` may make `it`, wherever the case stands.
pub(super) fn is_permitted(actor: &Actor, matter: &Matter, it: Move, rules: &Rulebook) -> bool {
    match actor {
        Actor::Staff { standings, .. } => standings.iter().any(|standing| may(standing, matter, it, rules)),
        Actor::Reporter => matches!(it, Move::Withdraw | Move::Object),
        Actor::System => matches!(it, Move::Resume | Move::Reopen | Move::Supervise),
    }
}

/// Whether this role makes the move.
pub(super) fn may(standing: &Standing, matter: &Matter, it: Move, rules: &Rulebook) -> bool {
    use Role as R;
    let role = standing.role;
    let mandates = &rules.plan().process.mandates;
    match it {
        Move::Accept
        | Move::Reject
        | Move::PreVerify
        | Move::AskReporter
        | Move::CorrectPlace
        | Move::CorrectCategory => {
            matches!(role, R::CenterDispatcher | R::DistrictDispatcher | R::DeskOperator)
        }
        Move::Open | Move::Dispatch | Move::Transfer => decides_whose(standing, matter, it, rules),
        Move::Confirm | Move::Void => matches!(role, R::PreVerifier | R::CenterDispatcher),
        Move::Merge | Move::Unmerge | Move::KeepApart | Move::Split => is_dispatcher(role),
        Move::Sign | Move::Return | Move::Handle | Move::RequestExtension | Move::RequestSuspension => {
            is_lead(standing, matter) || role == R::CenterDispatcher
        }
        Move::Assign | Move::RevokeAssign => is_lead(standing, matter) || role == R::CenterDispatcher,
        Move::Extend | Move::Suspend | Move::RefuseRequest | Move::Resume => is_dispatcher(role),
        Move::Arrive => {
            let looks = matches!(role, R::PreVerifier | R::Inspector | R::Supervisor);
            works_on_site(role) || looks || role == R::CenterDispatcher
        }
        Move::Assist => {
            let helps = |unit: &String| matter.handlers.helpers.contains(unit);
            works_on_site(role) && standing.unit.as_ref().is_some_and(helps) || role == R::CenterDispatcher
        }
        Move::Persuade => {
            matches!(role, R::RoadChief | R::GridWorker | R::CommunityOfficer | R::EnforcementOfficer)
        }
        Move::ToEnforcement => {
            let here =
                matches!(role, R::RoadChief | R::GridWorker | R::CommunityOfficer | R::EnforcementOfficer);
            here || is_dispatcher(role)
        }
        Move::SelfHandle => {
            matches!(role, R::RoadChief | R::GridWorker | R::CommunityOfficer | R::EnforcementOfficer)
        }
        Move::Whistle => matches!(role, R::RoadChief | R::CommunityOfficer | R::CenterDispatcher),
        Move::Escalate => {
            works_on_site(role) || is_dispatcher(role) || matches!(role, R::Inspector | R::Supervisor)
        }
        Move::Supervise => {
            mandates.grants(Act::Assess, role, standing.level) || holds_supervising_post(standing, rules)
        }
        Move::Hasten => is_dispatcher(role) || matches!(role, R::Supervisor | R::DeskOperator),
        Move::Inspect => {
            let looks = matches!(role, R::Inspector | R::CenterDispatcher);
            looks && mandates.allows(Act::Check, standing.level) || closes(standing, matter, rules)
        }
        Move::Pass | Move::ForceClose => closes(standing, matter, rules),
        Move::Fail => matches!(role, R::CenterDispatcher | R::Reviewer) || closes(standing, matter, rules),
        Move::CallBack | Move::Archive | Move::Reopen => {
            matches!(role, R::CenterDispatcher | R::Reviewer | R::DeskOperator)
                || closes(standing, matter, rules)
        }
        Move::AllowObjection | Move::DismissObjection | Move::AllowAppeal | Move::DismissAppeal => {
            matches!(role, R::Reviewer | R::DistrictDispatcher | R::Supervisor)
        }
        Move::AppealTimeout => {
            matches!(role, R::UnitHandler | R::EnforcementOfficer) && is_lead(standing, matter)
        }
        Move::Withdraw | Move::Object => false,
    }
}

fn is_dispatcher(role: Role) -> bool {
    matches!(role, Role::CenterDispatcher | Role::DistrictDispatcher)
}

/// Whether people in this role do what has to be done, and not a center.
pub fn works_on_site(role: Role) -> bool {
    matches!(
        role,
        Role::UnitHandler
            | Role::EnforcementOfficer
            | Role::RoadChief
            | Role::GridWorker
            | Role::CommunityOfficer
    )
}

/// Whether somebody with these standings works on the case for whoever it was handed to.
pub fn handles(standings: &[Standing], matter: &Matter) -> bool {
    standings.iter().any(|standing| is_lead(standing, matter))
}

/// Whoever the case was handed to: people of the unit that leads, or, where it was handed to no unit of the rulebook,
/// whoever works in the area (in the post that it was handed to).
fn is_lead(standing: &Standing, matter: &Matter) -> bool {
    let handlers = &matter.handlers;
    let in_post = handlers.post.is_none() || standing.post.is_none() || standing.post == handlers.post;
    works_on_site(standing.role) && standing.unit == handlers.unit && in_post
}

/// A post that the plan itself has for supervising (市容环境督查员), whatever its level.
fn holds_supervising_post(standing: &Standing, rules: &Rulebook) -> bool {
    let held = |code: &String| {
        rules.plan().posts.iter().any(|post| post.code == *code && post.role == Role::Supervisor)
    };
    standing.role == Role::Supervisor && standing.post.as_ref().is_some_and(held)
}

/// Saying whose a case is: handing it out is organising. After the last return that the rulebook allows only the
/// arbiter does either.
fn decides_whose(standing: &Standing, matter: &Matter, it: Move, rules: &Rulebook) -> bool {
    let process = &rules.plan().process;
    if matter.in_arbitration(process) {
        let arbiter = matches!(standing.role, Role::DistrictDispatcher | Role::Supervisor);
        return arbiter && standing.level.is_at_least(process.returns.arbiter);
    }
    if it == Move::Open {
        return is_dispatcher(standing.role) || standing.role == Role::DeskOperator;
    }
    process.mandates.grants(Act::Organise, standing.role, standing.level)
}

/// Who may close (ERQI-05, and note 1 across the plans): nobody else may pass a case or force it closed.
fn closes(standing: &Standing, matter: &Matter, rules: &Rulebook) -> bool {
    use Role as R;
    let at_own_center = standing.own_center
        && matches!(standing.role, R::CenterDispatcher | R::Reviewer | R::DistrictDispatcher);
    let at = |level| standing.level == level && matches!(standing.role, R::DistrictDispatcher | R::Reviewer);
    match rules.plan().process.closing_authority {
        ClosingAuthority::TownCenter => at_own_center,
        ClosingAuthority::DistrictCenter => at(Level::District),
        ClosingAuthority::TopCenter => at(rules.top_level()),
        ClosingAuthority::LoopOwner => match matter.runs_in {
            Loop::SelfHandled => {
                matches!(
                    standing.role,
                    R::RoadChief | R::GridWorker | R::CommunityOfficer | R::EnforcementOfficer
                )
            }
            Loop::Dispatch => at_own_center,
            Loop::Enforcement => standing.role == R::EnforcementOfficer && is_lead(standing, matter),
        },
    }
}
