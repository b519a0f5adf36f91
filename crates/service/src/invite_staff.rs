//! An administrator makes an account, and whoever it is for takes it over with a code.

use chrono::{DateTime, Utc};
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_core::staff::{Grant, InvitationCode, Profile, check_grants, may_grant, may_see_account};
use jiekou_store::people::sessions::{self, EndReason, Holder, Which};
use jiekou_store::people::{invitations, sign_in_failures, staff, staff_log};
use jiekou_store::vault::{Purpose, Sealed};
use jiekou_store::work::account_messages;
use jiekou_store::{PgConnection, StoreError};
use serde_json::json;
use tracing::instrument;
use uuid::Uuid;

use crate::error::failed;
use crate::sign_in::{check_new, hash, name_index};
use crate::tell_reporters::Message;
use crate::track_report::moment;
use crate::{App, ServiceError, Staff, account_message, password};

/// Who administers accounts.
#[derive(Debug, Clone, Copy)]
pub enum Administrator<'a> {
    Staff(&'a Staff),
    /// Whoever can run the commands of the installation: the first administrator is made so.
    CommandLine,
}

impl Administrator<'_> {
    pub(crate) fn staff_id(&self) -> Option<Uuid> {
        match self {
            Self::Staff(staff) => Some(staff.staff_id),
            Self::CommandLine => None,
        }
    }

    /// Whether they administer anything.
    pub(crate) fn administers(&self) -> bool {
        match self {
            Self::Staff(staff) => may_see_account(&staff.grants, &[]),
            Self::CommandLine => true,
        }
    }

    /// Whether every one of `grants` is theirs to give and to take.
    pub(crate) fn may_grant<'g>(&self, mut grants: impl Iterator<Item = &'g Grant>) -> bool {
        match self {
            Self::Staff(staff) => grants.all(|grant| may_grant(&staff.grants, grant)),
            Self::CommandLine => true,
        }
    }
}

/// A code was made; it is told in one place only.
#[derive(Debug, Clone)]
pub struct Invitation {
    pub staff_id: Uuid,
    pub expires_at: DateTime<Utc>,
    /// Absent: it goes by e-mail.
    pub shown: Option<InvitationCode>,
}

impl Invitation {
    /// The address where the code is accepted. The code is behind the `#`, which browsers send to nobody.
    pub fn link(app: &App, code: &InvitationCode) -> String {
        format!("{}/invitation#{}", app.public_url, code.reveal())
    }
}

/// Makes an account for somebody, who is invited by e-mail or, where no address is given or `show` says so, by whoever
/// calls.
///
/// # Errors
/// What is wrong with the grants; a name that is taken; [`ServiceError::Forbidden`] for grants that are not the caller's to
/// give; storage.
#[instrument(level = "debug", name = "invite_staff", skip_all)]
pub async fn invite_staff(
    app: &App,
    by: Administrator<'_>,
    profile: &Profile,
    grants: &[Grant],
    show: bool,
    now: DateTime<Utc>,
) -> Result<Invitation, ServiceError> {
    if !by.administers() || !by.may_grant(grants.iter()) {
        return Err(ServiceError::Forbidden);
    }
    check_grants(grants, &app.rules()).map_err(ServiceError::Invalid)?;
    let staff_id = Uuid::new_v4();
    let email = profile.email.as_deref();
    let sealed =
        email.map(|email| app.vault.seal(Purpose::StaffAddress, staff_id.as_bytes(), email.as_bytes()));
    let sealed = sealed.transpose().map_err(failed)?;
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    let (username, name) = (profile.username.as_str(), profile.display_name.as_str());
    if !staff::insert(&mut transaction, staff_id, username, name, password::NOBODY, grants, now).await? {
        let fault = FieldError::new("/username", FieldCode::AlreadyUsed, "这个用户名已被使用");
        return Err(ServiceError::field(fault));
    }
    staff::set_origin(&mut transaction, staff_id, by.staff_id(), sealed.as_ref()).await?;
    let target = Target { staff_id, username, email: email.filter(|_| !show) };
    let invitation = invite(app, &mut transaction, &target, "invitation", now).await?;
    let line = staff_log::NewLine {
        actor: by.staff_id(),
        subject: staff_id,
        act: "created",
        reason: None,
        detail: Some(json!({ "grants": grants })),
        areas: areas(grants.iter()),
    };
    staff_log::append(&mut transaction, &line, now).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    Ok(invitation)
}

/// Whoever holds a code sets the password of its account. Sessions of before end, and a lock ends.
///
/// # Errors
/// [`ServiceError::UnknownInvitation`] when the code is unknown, over or used; what is wrong with the password; storage.
#[instrument(level = "debug", name = "accept_invitation", skip_all)]
pub async fn accept_invitation(
    app: &App,
    code: &str,
    password: &str,
    now: DateTime<Utc>,
) -> Result<String, ServiceError> {
    let code = InvitationCode::parse(code).ok_or(ServiceError::UnknownInvitation)?.hash();
    let owner = invitations::owner(&app.pool, &code, now).await?.ok_or(ServiceError::UnknownInvitation)?;
    let account = staff::by_id(&app.pool, owner).await?.ok_or(ServiceError::UnknownInvitation)?;
    let names = [account.username.as_str(), account.display_name.as_str()];
    check_new(app, password, &names, "/password").await?;
    let hash = hash(app, password).await?;
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    if !invitations::accept(&mut transaction, &code, now).await? {
        return Err(ServiceError::UnknownInvitation);
    }
    staff::set_password(&mut transaction, owner, &account.password_hash, &hash).await?;
    sign_in_failures::clear(&mut transaction, &name_index(app, &account.username)).await?;
    let ended =
        sessions::end(&mut transaction, Holder::Staff(owner), Which::All, EndReason::PasswordChanged, now)
            .await?;
    log_own(&mut transaction, owner, "invitationAccepted", now).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    app.ended_sessions.note(&ended, now);
    Ok(account.username)
}

/// Whom a code is made for; without an address it is shown.
pub(crate) struct Target<'a> {
    pub staff_id: Uuid,
    pub username: &'a str,
    pub email: Option<&'a str>,
}

/// Makes a code in the place of an earlier one, and writes the message that tells it.
pub(crate) async fn invite(
    app: &App,
    conn: &mut PgConnection,
    target: &Target<'_>,
    kind: &'static str,
    now: DateTime<Utc>,
) -> Result<Invitation, ServiceError> {
    let (staff_id, expires_at) = (target.staff_id, now + app.accounts.invitation_life);
    let code = InvitationCode::from_random(rand::random());
    invitations::replace(conn, staff_id, &code.hash(), now, expires_at).await?;
    let Some(to) = target.email else {
        return Ok(Invitation { staff_id, expires_at, shown: Some(code) });
    };
    let title = if kind == "reset" { "重置密码" } else { "账号邀请" };
    let body = format!(
        "您在{}的街口账号：{}\n\n请在 {} 前打开以下链接，设置密码：\n{}\n\n链接只能使用一次，请勿转发。如果您没有申请，请忽略。\n",
        app.rules().data().name,
        target.username,
        moment(expires_at),
        Invitation::link(app, &code),
    );
    let message = Message { to: to.to_owned(), subject: format!("【街口】{title}"), body };
    let message = account_message::mail(app, staff_id, kind, &message, expires_at)?;
    account_messages::insert(conn, &message, now).await?;
    Ok(Invitation { staff_id, expires_at, shown: None })
}

/// Where invitations of an account go.
pub(crate) fn address(
    app: &App,
    staff_id: Uuid,
    sealed: Option<Sealed>,
) -> Result<Option<String>, ServiceError> {
    let open = |sealed: Sealed| {
        let owner = staff_id.as_bytes();
        let plain = app.vault.open(Purpose::StaffAddress, owner, &sealed.key_id, &sealed.bytes);
        String::from_utf8(plain.map_err(failed)?).map_err(failed)
    };
    sealed.map(open).transpose()
}

/// The areas of grants, each once.
pub(crate) fn areas<'g>(grants: impl Iterator<Item = &'g Grant>) -> Vec<String> {
    let mut areas: Vec<String> = grants.map(|grant| grant.area.clone()).collect();
    areas.sort();
    areas.dedup();
    areas
}

/// Notes what somebody did to the own account.
pub(crate) async fn log_own(
    conn: &mut PgConnection,
    staff_id: Uuid,
    act: &'static str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let grants = staff::all_grants(conn, staff_id).await?;
    let line = staff_log::NewLine {
        actor: Some(staff_id),
        subject: staff_id,
        act,
        reason: None,
        detail: None,
        areas: areas(grants.iter()),
    };
    staff_log::append(conn, &line, now).await
}
