//! `GET /v1/duty`: who is on duty where, who stands in, and how many open tasks each has.

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, web};
use async_graphql::SimpleObject;
use chrono::{DateTime, Utc};
use jiekou_boot::clock;
use jiekou_core::duty::Fallen;
use jiekou_service::view_duty::{DutyView, FallenTasks, PersonDuty, PostDuty, UnitDuty, view_duty};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::shapes::NamedBody;
use crate::extract::SignedIn;
use crate::graphql::readers;
use crate::problem::{Problem, ProblemBody};
use crate::state::State;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DutyQuery {
    /// Code of a district, town, community, segment or grid within the caller's own.
    pub area: Option<String>,
}

/// Duty within the caller's areas and units.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "Duty", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct DutyBody {
    pub at: DateTime<Utc>,
    pub posts: Vec<PostDutyBody>,
    pub units: Vec<UnitDutyBody>,
    /// Inboxes of centers that have open tasks.
    pub centers: Vec<CenterDutyBody>,
    /// Tasks that have fallen from somebody who is gone, and to whom.
    pub fallen: Vec<FallenBody>,
    /// All open tasks there. Each is counted once: with a person, a post, a unit or a center.
    pub open_tasks: i64,
}

#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "PostDuty", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct PostDutyBody {
    pub post: NamedBody,
    /// Code of the area that it is held for.
    pub area: String,
    /// Two or more take turns: exactly one of them is on duty.
    pub one_on_duty: bool,
    /// Since when and until when the one on duty is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<DateTime<Utc>>,
    pub on_duty: Vec<PersonDutyBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<PersonDutyBody>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub off_duty: Vec<PersonDutyBody>,
    /// Open tasks that all who hold the post have together.
    pub open_tasks: i64,
}

#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "PersonDuty", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct PersonDutyBody {
    /// Name of the account.
    pub username: String,
    pub name: String,
    /// `A` or `B`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub turn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deputy: Option<StandInBriefBody>,
    pub open_tasks: i64,
}

/// Who stands in now, and until when.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "StandInBrief", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct StandInBriefBody {
    pub deputy_id: Uuid,
    pub name: String,
    pub until: DateTime<Utc>,
}

#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "UnitDuty", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct UnitDutyBody {
    pub unit: NamedBody,
    pub people: Vec<PersonDutyBody>,
    /// Open tasks that nobody in particular goes to.
    pub open_tasks: i64,
}

#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "CenterDuty", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct CenterDutyBody {
    pub center: NamedBody,
    pub open_tasks: i64,
}

#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "FallenTasks", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct FallenBody {
    /// Who was to go.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// `accountGone` or `grantGone`.
    pub why: String,
    /// `person`, `post`, `unit` or `center`, and its name.
    pub to_kind: String,
    pub to: String,
    pub open_tasks: i64,
    pub first_case_number: String,
}

fn named((code, name): (String, String)) -> NamedBody {
    NamedBody { code, name }
}

impl From<PersonDuty> for PersonDutyBody {
    fn from(person: PersonDuty) -> Self {
        let deputy =
            person.deputy.map(|(deputy_id, name, until)| StandInBriefBody { deputy_id, name, until });
        Self {
            username: person.username,
            name: person.name,
            turn: person.turn.map(|turn| turn.name().to_owned()),
            deputy,
            open_tasks: person.open_tasks,
        }
    }
}

impl From<PostDuty> for PostDutyBody {
    fn from(post: PostDuty) -> Self {
        Self {
            post: named(post.post),
            area: post.area,
            one_on_duty: post.one_on_duty,
            since: post.shift.map(|shift| shift.since),
            until: post.shift.map(|shift| shift.until),
            on_duty: post.on_duty.into_iter().map(PersonDutyBody::from).collect(),
            next: post.next.map(PersonDutyBody::from),
            off_duty: post.off_duty.into_iter().map(PersonDutyBody::from).collect(),
            open_tasks: post.open_tasks,
        }
    }
}

impl From<UnitDuty> for UnitDutyBody {
    fn from(unit: UnitDuty) -> Self {
        let people = unit.people.into_iter().map(PersonDutyBody::from).collect();
        Self { unit: named(unit.unit), people, open_tasks: unit.open_tasks }
    }
}

impl From<FallenTasks> for FallenBody {
    fn from(tasks: FallenTasks) -> Self {
        let why = match tasks.why {
            Fallen::AccountGone => "accountGone",
            Fallen::GrantGone => "grantGone",
        };
        let (kind, name) = tasks.to;
        Self {
            from: tasks.from,
            why: why.to_owned(),
            to_kind: kind.to_owned(),
            to: name,
            open_tasks: tasks.open_tasks,
            first_case_number: tasks.first_case_number,
        }
    }
}

impl From<DutyView> for DutyBody {
    fn from(view: DutyView) -> Self {
        let centers = view.centers.into_iter();
        Self {
            at: view.at,
            posts: view.posts.into_iter().map(PostDutyBody::from).collect(),
            units: view.units.into_iter().map(UnitDutyBody::from).collect(),
            centers: centers
                .map(|it| CenterDutyBody { center: named(it.center), open_tasks: it.open_tasks })
                .collect(),
            fallen: view.fallen.into_iter().map(Into::into).collect(),
            open_tasks: view.open_tasks,
        }
    }
}

/// Who is on duty.
#[utoipa::path(get, path = "/v1/duty", tag = "duty", params(DutyQuery), security(("staff" = [])),
    responses((status = 200, body = DutyBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn duty(
    state: web::Data<State>,
    SignedIn(staff): SignedIn,
    query: web::Query<DutyQuery>,
) -> Result<HttpResponse, Problem> {
    let view = view_duty(&state.app, &staff, query.area.as_deref(), clock::now()).await?;
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(DutyBody::from(view)))
}
