//! What administrators do to accounts. Each act is a line of the staff log, and ends the sessions of whoever it is done to:
//! what an access token says must not outlive it.

use chrono::{DateTime, Utc};
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_core::staff::{Grant, check_grants, may_see_account};
use jiekou_store::people::sessions::{self, EndReason, Holder, Which};
use jiekou_store::people::{invitations, second_factors, sign_in_failures, staff, staff_log};
use jiekou_store::{PgConnection, StoreError};
use serde_json::{Value, json};
use tracing::instrument;
use uuid::Uuid;

use crate::invite_staff::{Administrator, Invitation, Target, address, areas, invite};
use crate::sign_in::name_index;
use crate::{App, ServiceError};

/// Most characters of a reason.
const LONGEST_REASON: usize = 500;

/// What is done to an account.
#[derive(Debug, Clone, PartialEq)]
pub enum Act {
    /// The roles it has from now on, in the place of all that it had.
    SetGrants(Vec<Grant>),
    /// It can be signed in to no more, until it is enabled.
    Disable,
    Enable,
    /// Its password is good no more; a new one is set with a code, which is shown or sent.
    Reset {
        show: bool,
    },
    /// Its second factor was lost together with the recovery codes.
    RemoveSecondFactor,
}

impl Act {
    fn name(&self) -> &'static str {
        match self {
            Self::SetGrants(_) => "grantsSet",
            Self::Disable => "disabled",
            Self::Enable => "enabled",
            Self::Reset { .. } => "reset",
            Self::RemoveSecondFactor => "secondFactorRemoved",
        }
    }

    fn ends_sessions(&self) -> Option<EndReason> {
        match self {
            Self::SetGrants(_) => Some(EndReason::GrantsChanged),
            Self::Disable => Some(EndReason::Disabled),
            Self::Enable => None,
            Self::Reset { .. } => Some(EndReason::PasswordChanged),
            Self::RemoveSecondFactor => Some(EndReason::SecondFactorChanged),
        }
    }
}

/// Does something to an account all of whose roles are the caller's to give. Doing it twice changes nothing more; only a
/// reset makes a new code each time.
///
/// # Errors
/// [`ServiceError::Forbidden`] for whoever administers nothing, for an account with roles outside the caller's area, and for
/// the own account; [`ServiceError::UnknownStaff`] for accounts that the caller does not administer at all; wrong fields;
/// storage.
#[instrument(level = "debug", name = "administer_staff", skip_all)]
pub async fn administer(
    app: &App,
    by: Administrator<'_>,
    staff_id: Uuid,
    act: &Act,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<Option<Invitation>, ServiceError> {
    check_reason(reason)?;
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    let account = staff::lock(&mut transaction, staff_id).await?;
    let grants = staff::all_grants(&mut transaction, staff_id).await?;
    let account = account.ok_or_else(|| unknown(&by))?;
    may_administer(&by, staff_id, &grants, act)?;
    if let Act::SetGrants(after) = act {
        check_grants(after, &app.rules()).map_err(ServiceError::Invalid)?;
    }
    let mut done = Done { grants: &grants, invitation: None, changed: true };
    apply(app, &mut transaction, &account, act, &mut done, now).await?;
    if done.changed {
        let after: &[Grant] = if let Act::SetGrants(after) = act { after } else { &[] };
        let line = staff_log::NewLine {
            actor: by.staff_id(),
            subject: staff_id,
            act: act.name(),
            reason: Some(reason.trim()),
            detail: detail(act, &grants),
            areas: areas(grants.iter().chain(after)),
        };
        staff_log::append(&mut transaction, &line, now).await?;
    }
    let mut ended = Vec::new();
    if let Some(why) = act.ends_sessions().filter(|_| done.changed) {
        ended = sessions::end(&mut transaction, Holder::Staff(staff_id), Which::All, why, now).await?;
    }
    transaction.commit().await.map_err(StoreError::from)?;
    app.ended_sessions.note(&ended, now);
    Ok(done.invitation)
}

/// What became of an act.
struct Done<'a> {
    grants: &'a [Grant],
    invitation: Option<Invitation>,
    changed: bool,
}

async fn apply(
    app: &App,
    conn: &mut PgConnection,
    account: &staff::LockedAccount,
    act: &Act,
    done: &mut Done<'_>,
    now: DateTime<Utc>,
) -> Result<(), ServiceError> {
    let staff_id = account.staff_id;
    match act {
        Act::SetGrants(after) => {
            let same = |one: &[Grant], other: &[Grant]| one.iter().all(|grant| other.contains(grant));
            done.changed = !(same(done.grants, after) && same(after, done.grants));
            staff::set_grants(conn, staff_id, after).await?;
        }
        Act::Disable => {
            done.changed = staff::set_disabled(conn, staff_id, Some(now)).await?;
            invitations::end(conn, staff_id, now).await?;
        }
        Act::Enable => done.changed = staff::set_disabled(conn, staff_id, None).await?,
        Act::Reset { show } => {
            if account.disabled_at.is_some() {
                return Err(ServiceError::AccountDisabled);
            }
            staff::forget_password(conn, staff_id, crate::password::NOBODY).await?;
            sign_in_failures::clear(conn, &name_index(app, &account.username)).await?;
            let email = address(app, staff_id, account.email())?;
            let email = email.as_deref().filter(|_| !show);
            let target = Target { staff_id, username: &account.username, email };
            done.invitation = Some(invite(app, conn, &target, "reset", now).await?);
        }
        Act::RemoveSecondFactor => done.changed = second_factors::remove(conn, staff_id).await?,
    }
    Ok(())
}

fn detail(act: &Act, before: &[Grant]) -> Option<Value> {
    match act {
        Act::SetGrants(after) => Some(json!({ "before": before, "after": after })),
        Act::Disable | Act::Enable | Act::Reset { .. } | Act::RemoveSecondFactor => None,
    }
}

/// Whether the caller may do this to an account with `grants`.
fn may_administer(
    by: &Administrator<'_>,
    staff_id: Uuid,
    grants: &[Grant],
    act: &Act,
) -> Result<(), ServiceError> {
    let Administrator::Staff(staff) = by else {
        return Ok(());
    };
    if !may_see_account(&staff.grants, grants) {
        return Err(unknown(by));
    }
    // An administrator who disabled or demoted the own account by a slip could not undo it.
    if staff.staff_id == staff_id {
        return Err(ServiceError::NotOneself);
    }
    let after: &[Grant] = if let Act::SetGrants(after) = act { after } else { &[] };
    if by.may_grant(grants.iter().chain(after)) { Ok(()) } else { Err(ServiceError::Forbidden) }
}

/// Whoever administers nothing learns nothing about accounts, not even which there are.
fn unknown(by: &Administrator<'_>) -> ServiceError {
    if by.administers() { ServiceError::UnknownStaff } else { ServiceError::Forbidden }
}

fn check_reason(reason: &str) -> Result<(), ServiceError> {
    let fault = |code, words: &str| Err(ServiceError::field(FieldError::new("/reason", code, words)));
    match reason.trim() {
        "" => fault(FieldCode::Empty, "请说明原因"),
        text if text.chars().count() > LONGEST_REASON => fault(FieldCode::TooLong, "原因至多 500 字"),
        text if text.chars().any(char::is_control) => {
            fault(FieldCode::ControlCharacter, "原因不能包含控制字符")
        }
        _ => Ok(()),
    }
}
