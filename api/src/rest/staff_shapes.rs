//! Shapes of accounts on the wire.

use crate::graphql::readers;
use async_graphql::{Json, SimpleObject};
use chrono::{DateTime, Utc};
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_core::staff::{Grant, Level, Role, Turn};
use jiekou_service::App;
use jiekou_service::invite_staff::Invitation;
use jiekou_store::people::staff_list::ListedAccount;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

/// A role held at a level over an area.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes the body")]
pub struct GrantBody {
    /// Such as `admin` or `centerDispatcher`.
    pub role: String,
    /// `city`, `district`, `town`, `community`, `segment` or `grid`.
    pub level: String,
    /// Code of an area of that level.
    pub area: String,
    /// Code of a post of the rulebook.
    pub post: Option<String>,
    /// Code of the unit that the role is held for.
    pub unit: Option<String>,
    /// `A` or `B` in a post that two hold by turns.
    pub turn: Option<String>,
}

/// An account as administrators see it.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "StaffAccount", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct StaffAccountBody {
    pub staff_id: Uuid,
    pub username: String,
    pub name: String,
    #[schema(value_type = Vec<GrantBody>)]
    pub grants: Json<Vec<Grant>>,
    pub created_at: DateTime<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabled_at: Option<DateTime<Utc>>,
    pub second_factor: bool,
    /// There is an address that invitations go to.
    pub has_email: bool,
    /// When a session was used last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<DateTime<Utc>>,
    /// A code is good until then and not accepted yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invited_until: Option<DateTime<Utc>>,
    /// What became of the last message: `created`, `sending`, `delivered`, `refused` or `dead`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message_state: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message_reason: Option<String>,
}

impl From<ListedAccount> for StaffAccountBody {
    fn from(account: ListedAccount) -> Self {
        Self {
            staff_id: account.staff_id,
            username: account.username,
            name: account.display_name,
            grants: Json(account.grants.0),
            created_at: account.created_at,
            disabled_at: account.disabled_at,
            second_factor: account.second_factor,
            has_email: account.has_email,
            last_used_at: account.last_used_at,
            invited_until: account.invited_until,
            message_state: account.message_state,
            message_reason: account.message_reason,
        }
    }
}

/// A code with which the password is set once. Shown once, or sent.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct InvitationBody {
    pub staff_id: Uuid,
    pub expires_at: DateTime<Utc>,
    /// It goes to the account's address.
    pub sent_by_email: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The page where it is accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

impl InvitationBody {
    pub fn of(app: &App, invitation: &Invitation) -> Self {
        Self {
            staff_id: invitation.staff_id,
            expires_at: invitation.expires_at,
            sent_by_email: invitation.shown.is_none(),
            code: invitation.shown.as_ref().map(|code| code.reveal().to_owned()),
            link: invitation.shown.as_ref().map(|code| Invitation::link(app, code)),
        }
    }
}

/// The grants of a body, every wrong part noted with its pointer.
pub fn read_grants(object: &Map<String, Value>, faults: &mut Vec<FieldError>) -> Vec<Grant> {
    let list = match object.get("grants") {
        None | Some(Value::Null) => {
            faults.push(FieldError::new("/grants", FieldCode::Missing, "请至少给一个角色"));
            return Vec::new();
        }
        Some(Value::Array(list)) => list,
        Some(_) => {
            faults.push(FieldError::new("/grants", FieldCode::WrongType, "应为角色的列表"));
            return Vec::new();
        }
    };
    let grants = list.iter().enumerate();
    grants.filter_map(|(position, item)| read_grant(position, item, faults)).collect()
}

fn read_grant(position: usize, item: &Value, faults: &mut Vec<FieldError>) -> Option<Grant> {
    let Value::Object(object) = item else {
        faults.push(FieldError::new(format!("/grants/{position}"), FieldCode::WrongType, "应为对象"));
        return None;
    };
    let mut text = |name: &str, demanded: bool| {
        let pointer = format!("/grants/{position}/{name}");
        match object.get(name) {
            Some(Value::String(text)) => return Some(text.clone()),
            None | Some(Value::Null) if demanded => {
                faults.push(FieldError::new(pointer, FieldCode::Missing, "请填写"));
            }
            None | Some(Value::Null) => {}
            Some(_) => faults.push(FieldError::new(pointer, FieldCode::WrongType, "应为文字")),
        }
        None
    };
    let (role, level, area) = (text("role", true), text("level", true), text("area", true));
    let (post, unit, turn) = (text("post", false), text("unit", false), text("turn", false));
    let mut named = |name: &str, known: bool| {
        if !known {
            let pointer = format!("/grants/{position}/{name}");
            faults.push(FieldError::new(pointer, FieldCode::Unknown, "没有这个名称"));
        }
    };
    let parsed = (role.as_deref().map(Role::from_name), level.as_deref().map(Level::from_name));
    named("role", parsed.0 != Some(None));
    named("level", parsed.1 != Some(None));
    let turn = turn.as_deref().map(Turn::from_name);
    named("turn", turn != Some(None));
    let (role, level) = (parsed.0.flatten()?, parsed.1.flatten()?);
    Some(Grant { role, level, area: area?, post, unit, turn: turn.flatten() })
}
