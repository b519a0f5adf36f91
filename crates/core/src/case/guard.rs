//! What speaks against a move although state and role allow it.

use chrono::{DateTime, Days, Utc};
use serde::{Deserialize, Serialize};

use super::{Actor, Contest, Matter, Move, Persuasion, RequestKind, Verdict, ladder, permission};
use crate::clock::deadline;
use crate::routing::Loop;
use crate::rulebook::Rulebook;
use crate::staff::Standing;

/// Why a move is refused. The name is stable; [`Guard::words`] are for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Guard {
    /// Somebody is assigned: revoke that first.
    PersonAssigned,
    NobodyAssigned,
    /// A unit returns a case only before it first reports what it did.
    AlreadyFedBack,
    /// The time for returning it has passed.
    ReturnedTooLate,
    /// The arbiter has spoken: it is not returned again.
    ArbitrationIsFinal,
    /// After a unit's return its dispatcher finds another one, and does not close.
    DispatchAgain,
    ExtensionsUsedUp,
    SuspensionsUsedUp,
    Overdue,
    AskedAlready,
    NothingAsked,
    /// Whoever asked does not decide.
    OwnRequest,
    TopOfLadder,
    PersuadeFirst,
    NoEnforcementTeam,
    /// Whoever handled it does not close it.
    OwnWork,
    /// Whoever closed it before it was reopened does not look at it again.
    SameChecker,
    NotSelfHandled,
    ContestedBefore,
    NothingContested,
    /// Whoever decided first does not decide on the objection, nor twice on an appeal.
    SameReviewer,
    WindowPassed,
    NotLate,
    /// It was handed to somebody else by the very person who asks.
    HandedOn,
}

/// The first thing that speaks against it.
pub(super) fn against(
    matter: &Matter,
    it: Move,
    actor: &Actor,
    rules: &Rulebook,
    now: DateTime<Utc>,
) -> Option<Guard> {
    let process = &rules.plan().process;
    let when = |holds: bool, guard: Guard| holds.then_some(guard);
    let by = actor.id();
    if has_handed_on(matter, it, actor, rules) {
        return Some(Guard::HandedOn);
    }
    match it {
        Move::Return => returning(matter, rules, now),
        Move::Assign => when(matter.handlers.person.is_some(), Guard::PersonAssigned),
        Move::RevokeAssign => when(matter.handlers.person.is_none(), Guard::NobodyAssigned),
        Move::ForceClose => when(matter.returned && !reviews(actor, matter, rules), Guard::DispatchAgain),
        Move::RequestExtension => when(matter.extensions >= process.extension.most, Guard::ExtensionsUsedUp)
            .or(when(!process.extension.after_overdue && matter.is_overdue(now), Guard::Overdue))
            .or(when(matter.request.is_some(), Guard::AskedAlready)),
        Move::RequestSuspension => {
            when(matter.suspensions >= process.suspension.most, Guard::SuspensionsUsedUp)
                .or(when(matter.request.is_some(), Guard::AskedAlready))
        }
        Move::Extend => granting(matter, RequestKind::Extension, actor)
            .or(when(matter.extensions >= process.extension.most, Guard::ExtensionsUsedUp)),
        Move::Suspend => granting(matter, RequestKind::Suspension, actor)
            .or(when(matter.suspensions >= process.suspension.most, Guard::SuspensionsUsedUp)),
        Move::RefuseRequest => when(matter.request.is_none(), Guard::NothingAsked),
        Move::Escalate => when(ladder::rung_after(matter, actor, rules, None).is_none(), Guard::TopOfLadder),
        Move::ToEnforcement => when(matter.handlers.enforcement.is_none(), Guard::NoEnforcementTeam)
            .or(when(owes_persuasion(matter, actor, rules), Guard::PersuadeFirst)),
        Move::SelfHandle => when(matter.runs_in != Loop::SelfHandled, Guard::NotSelfHandled),
        Move::Inspect | Move::Pass if by.is_some_and(|by| matter.checkers.contains(&by)) => {
            Some(Guard::SameChecker)
        }
        Move::Pass => when(closes_own_work(matter, actor, rules), Guard::OwnWork),
        Move::Object => contesting(&matter.objections, process.objection.most).or(window(
            matter.verdict,
            process.objection.window_days,
            now,
        )),
        Move::AllowObjection | Move::DismissObjection => {
            let first = matter.verdict.map(|verdict| verdict.by);
            when(!matter.objections.open, Guard::NothingContested)
                .or(when(by.is_some() && by == first, Guard::SameReviewer))
        }
        Move::AppealTimeout => when(!matter.late, Guard::NotLate)
            .or(contesting(&matter.appeals, 1))
            .or(window(matter.verdict, process.appeal.window_days, now)),
        Move::AllowAppeal | Move::DismissAppeal => when(!matter.appeals.open, Guard::NothingContested)
            .or(when(by.is_some_and(|by| matter.appeals.allowed_by.contains(&by)), Guard::SameReviewer)),
        _ => None,
    }
}

fn returning(matter: &Matter, rules: &Rulebook, now: DateTime<Utc>) -> Option<Guard> {
    let returns = &rules.plan().process.returns;
    if matter.handlers.person.is_some() {
        return Some(Guard::PersonAssigned);
    }
    if matter.fed_back {
        return Some(Guard::AlreadyFedBack);
    }
    if matter.returns >= returns.most {
        return Some(Guard::ArbitrationIsFinal);
    }
    let last = matter.dispatched_at.map(|given| deadline(given, returns.within, rules.calendar()));
    last.is_some_and(|last| now > last).then_some(Guard::ReturnedTooLate)
}

/// Whoever handed a case to a colleague works on it no longer; what they may do as something else they still may.
fn has_handed_on(matter: &Matter, it: Move, actor: &Actor, rules: &Rulebook) -> bool {
    let gave = actor.id().is_some_and(|by| matter.handed_on.contains(&by));
    let other = |standing: &Standing| {
        !permission::works_on_site(standing.role) && permission::may(standing, matter, it, rules)
    };
    gave && !actor.standings().iter().any(other)
}

/// A request is granted by another person than the one who made it.
fn granting(matter: &Matter, kind: RequestKind, actor: &Actor) -> Option<Guard> {
    match &matter.request {
        Some(request) if request.kind == kind => {
            (Some(request.by) == actor.id()).then_some(Guard::OwnRequest)
        }
        Some(_) | None => Some(Guard::NothingAsked),
    }
}

/// Whether the actor closes as a reviewer, not as the dispatcher who gave the case out.
fn reviews(actor: &Actor, matter: &Matter, rules: &Rulebook) -> bool {
    let closers = actor.standings().iter().filter(|it| permission::may(it, matter, Move::ForceClose, rules));
    closers.into_iter().any(|it| it.role == crate::staff::Role::Reviewer)
}

/// For some posts failed persuasion is a precondition of enforcement (XXQ-08). A role held in no post in particular is
/// held to what the strictest post with that role is.
fn owes_persuasion(matter: &Matter, actor: &Actor, rules: &Rulebook) -> bool {
    if matter.persuasion == Some(Persuasion::Failed) {
        return false;
    }
    let posts = &rules.plan().posts;
    let mut able =
        actor.standings().iter().filter(|it| permission::may(it, matter, Move::ToEnforcement, rules));
    able.all(|standing| match &standing.post {
        Some(code) => posts.iter().any(|post| post.code == *code && post.persuades_first),
        None => posts.iter().any(|post| post.role == standing.role && post.persuades_first),
    })
}

/// A handler who also holds a closer's role. Where closing belongs to the owner of the loop, that is the plan's will; a
/// dispatcher who only wrote down what a unit reported has handled nothing.
fn closes_own_work(matter: &Matter, actor: &Actor, rules: &Rulebook) -> bool {
    let same = matter.handled_by.is_some() && matter.handled_by == actor.id();
    let works = actor.standings().iter().any(|it| permission::works_on_site(it.role));
    let owner_closes = rules.plan().process.closing_authority == crate::plan::ClosingAuthority::LoopOwner;
    same && works && !owner_closes
}

fn contesting(contest: &Contest, most: u32) -> Option<Guard> {
    (contest.open || contest.times >= most).then_some(Guard::ContestedBefore)
}

fn window(verdict: Option<Verdict>, days: u32, now: DateTime<Utc>) -> Option<Guard> {
    let last = verdict.and_then(|verdict| verdict.at.checked_add_days(Days::new(u64::from(days))));
    last.is_some_and(|last| now > last).then_some(Guard::WindowPassed)
}

impl Guard {
    /// What to do, for the person who asked.
    pub fn words(self) -> &'static str {
        match self {
            Self::PersonAssigned => "已指派到人，请先撤回指派",
            Self::NobodyAssigned => "还没有指派到人",
            Self::AlreadyFedBack => "已经反馈过处置结果，不能再退单",
            Self::ReturnedTooLate => "退单时限已过",
            Self::ArbitrationIsFinal => "退单次数已满并经裁定，不能再退单",
            Self::DispatchAgain => "单位退单后请另行派遣或重新立案，派遣员不能直接结案",
            Self::ExtensionsUsedUp => "延期次数已用完",
            Self::SuspensionsUsedUp => "挂账次数已用完",
            Self::Overdue => "已超时，不能再申请延期",
            Self::AskedAlready => "已有申请等待审批",
            Self::NothingAsked => "没有等待审批的这类申请",
            Self::OwnRequest => "不能审批自己的申请",
            Self::TopOfLadder => "已在最高一级，不能再上报",
            Self::PersuadeFirst => "请先劝导；劝导无效再移交执法",
            Self::NoEnforcementTeam => "这里没有执法队伍，请派遣或移送",
            Self::OwnWork => "不能审核自己处置的案件",
            Self::SameChecker => "重新办理的案件须由另一人核查",
            Self::NotSelfHandled => "这类问题不在自行处置范围内",
            Self::ContestedBefore => "已经提出过，不能再提",
            Self::NothingContested => "没有等待处理的异议或申诉",
            Self::SameReviewer => "须由另一人审核",
            Self::WindowPassed => "期限已过",
            Self::NotLate => "没有超时，不需要申诉",
            Self::HandedOn => "您已把本案交接给他人，请由接收人办理",
        }
    }
}
