//! `GET /v1/photos/{photoId}/…`: the copies of a photo.

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, web};
use jiekou_boot::clock;
use jiekou_service::photo_links::Size;
use jiekou_service::view_photo::{Ticket, private_copy, released_copy};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use crate::extract::Caller;
use crate::problem::{Kind, Problem, ProblemBody};
use crate::state::State;

/// What a link carries.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TicketQuery {
    /// End of the link, in seconds since 1970.
    pub until: Option<i64>,
    pub signature: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SizeQuery {
    /// `display` (1,600 px, the default) or `thumbnail` (320 px).
    pub size: Option<String>,
}

/// The author's copy, 1,600 px: by the link from the upload, or as staff of the area.
#[utoipa::path(get, path = "/v1/photos/{photoId}/display", tag = "photos", params(("photoId" = Uuid, Path), TicketQuery),
    responses((status = 200, content_type = "image/jpeg", body = Vec<u8>), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn display(
    state: web::Data<State>,
    path: web::Path<String>,
    query: web::Query<TicketQuery>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    private(state, &path, query.into_inner(), caller, Size::Display).await
}

/// The author's copy, 320 px.
#[utoipa::path(get, path = "/v1/photos/{photoId}/thumbnail", tag = "photos", params(("photoId" = Uuid, Path), TicketQuery),
    responses((status = 200, content_type = "image/jpeg", body = Vec<u8>), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn thumbnail(
    state: web::Data<State>,
    path: web::Path<String>,
    query: web::Query<TicketQuery>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    private(state, &path, query.into_inner(), caller, Size::Thumbnail).await
}

/// The released copy, faces and plates hidden, for everybody.
#[utoipa::path(get, path = "/v1/photos/{photoId}/released", tag = "photos", params(("photoId" = Uuid, Path), SizeQuery),
    responses((status = 200, content_type = "image/jpeg", body = Vec<u8>), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn released(
    state: web::Data<State>,
    path: web::Path<String>,
    query: web::Query<SizeQuery>,
) -> Result<HttpResponse, Problem> {
    let size = if query.size.as_deref() == Some("thumbnail") { Size::Thumbnail } else { Size::Display };
    let bytes = released_copy(&state.app, id(&path)?, size).await?;
    Ok(picture(bytes, "public, max-age=300"))
}

async fn private(
    state: web::Data<State>,
    path: &str,
    query: TicketQuery,
    Caller(caller): Caller,
    size: Size,
) -> Result<HttpResponse, Problem> {
    let ticket = query.until.zip(query.signature).map(|(until, signature)| Ticket { until, signature });
    let bytes = private_copy(&state.app, id(path)?, size, ticket.as_ref(), &caller, clock::now()).await?;
    Ok(picture(bytes, "private, max-age=3600"))
}

/// An id that is none names no photo.
pub(super) fn id(path: &str) -> Result<Uuid, Problem> {
    Uuid::try_parse(path).map_err(|_none| Kind::UnknownPhoto.into())
}

fn picture(bytes: bytes::Bytes, cache: &'static str) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("image/jpeg")
        .insert_header((CACHE_CONTROL, cache))
        .insert_header(("X-Content-Type-Options", "nosniff"))
        .body(bytes)
}
