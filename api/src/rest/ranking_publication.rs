//! `POST /v1/rankings/{rankingCode}/{period}/publication`: a ranking is frozen.

use actix_web::{HttpResponse, web};
use jiekou_boot::clock;
use jiekou_service::rankings::publish_ranking as publish;
use utoipa::ToSchema;

use super::ranking_shapes::RankingBody;
use crate::extract::{Fields, JsonBody, SignedIn};
use crate::problem::{Kind, Problem, ProblemBody};
use crate::state::State;

/// How it is published.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"withoutMissing": true}))]
#[expect(dead_code, reason = "describes the body")]
pub struct PublicationBody {
    /// Also when rankings that it is made from were not published: they are named in it.
    #[schema(required = false)]
    pub without_missing: bool,
}

/// Publishes the ranking of a period that is over, once; sent again it is answered the same.
#[utoipa::path(post, path = "/v1/rankings/{rankingCode}/{period}/publication", tag = "rankings", security(("staff" = [])),
    params(("rankingCode" = String, Path), ("period" = String, Path, description = "The period's name, or a day of it.")),
    request_body = PublicationBody,
    responses((status = 201, body = RankingBody), (status = 200, body = RankingBody, description = "It was published already, and comes out the same."),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn publish_ranking(
    state: web::Data<State>,
    path: web::Path<(String, String)>,
    SignedIn(staff): SignedIn,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let now = clock::now();
    let (code, period) = path.into_inner();
    let mut fields = Fields::new(&body.object);
    let without_missing = fields.flag("withoutMissing");
    if !fields.faults.is_empty() {
        return Err(Problem::from(Kind::Validation).with_errors(fields.faults));
    }
    let (view, new) = publish(&state.app, &staff, &code, &period, without_missing, now).await?;
    let body = RankingBody::shown(view, now);
    Ok(if new { HttpResponse::Created().json(body) } else { HttpResponse::Ok().json(body) })
}
