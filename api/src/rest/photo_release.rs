//! `POST /v1/photos/{photoId}/release`: staff hide faces and plates and let strangers see the rest.

use actix_web::{HttpResponse, web};
use jiekou_boot::clock;
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_photo::Region;
use jiekou_service::release_photo::release_photo as release;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::photo_copies::id;
use crate::extract::{JsonBody, SignedIn};
use crate::problem::{Kind, Problem, ProblemBody};
use crate::state::State;

/// What to hide; an empty list says that there is nothing to hide.
#[derive(Debug, ToSchema)]
#[schema(example = json!({"regions": [{"x": 0.1, "y": 0.1, "width": 0.2, "height": 0.1}]}))]
#[expect(dead_code, reason = "describes the body")]
pub struct ReleaseBody {
    pub regions: Vec<RegionBody>,
}

/// A rectangle in fractions (0 to 1) of the picture's width and height.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes the body")]
pub struct RegionBody {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

/// Releases a photo.
#[utoipa::path(post, path = "/v1/photos/{photoId}/release", tag = "photos", request_body = ReleaseBody,
    params(("photoId" = uuid::Uuid, Path)), security(("staff" = [])),
    responses((status = 204), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn release_photo(
    state: web::Data<State>,
    path: web::Path<String>,
    SignedIn(staff): SignedIn,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let regions =
        regions(&body.object).map_err(|errors| Problem::from(Kind::Validation).with_errors(errors))?;
    release(&state.app, id(&path)?, regions, &staff, clock::now()).await?;
    Ok(HttpResponse::NoContent().finish())
}

fn regions(body: &Map<String, Value>) -> Result<Vec<Region>, Vec<FieldError>> {
    let Some(items) = body.get("regions").and_then(Value::as_array) else {
        let detail = "请列出要遮挡的区域；没有则写空列表";
        return Err(vec![FieldError::new("/regions", FieldCode::Missing, detail)]);
    };
    let mut faults = Vec::new();
    let mut regions = Vec::with_capacity(items.len());
    for (position, item) in items.iter().enumerate() {
        let part =
            |name: &str| item.get(name).and_then(Value::as_f64).filter(|part| (0.0..=1.0).contains(part));
        match (part("x"), part("y"), part("width"), part("height")) {
            (Some(x), Some(y), Some(width), Some(height)) => regions.push(Region { x, y, width, height }),
            _ => {
                let detail = "x、y、width、height 都应是 0 到 1 之间的数";
                faults.push(FieldError::new(format!("/regions/{position}"), FieldCode::OutOfRange, detail));
            }
        }
    }
    if faults.is_empty() { Ok(regions) } else { Err(faults) }
}
