//! What is posted: a form, or a multipart form that brings photos along; and whose key it came with.

use std::time::Duration;

use actix_multipart::{Field, Multipart};
use actix_web::{HttpRequest, web};
use futures_util::{StreamExt, TryStreamExt};
use jiekou_boot::clock;
use jiekou_core::limit::Spender;
use jiekou_core::platform::Scope;
use jiekou_core::report::new_report::PHOTO_LIMIT;
use jiekou_partner::open311::{Form, Format};
use jiekou_photo::MAX_BYTES;
use jiekou_service::platforms::authenticate;
use jiekou_service::store_photo::store_photo;
use jiekou_service::{Platform, Principal};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::fault::Fault;
use crate::state::State;

/// Most bytes of a form, and of the text of a multipart form.
const LIMIT: usize = 64 * 1024;
/// The name under which the bytes of a photo are part of what a form is known by.
const PHOTO_HASH: &str = "media\u{0}sha256";

/// A form whose sender is known.
#[derive(Debug)]
pub struct Incoming {
    pub form: Form,
    pub platform: Platform,
    /// Photos that came along, stored.
    pub photo_ids: Vec<Uuid>,
}

/// The platform that reads, where a key says so; anybody may.
///
/// # Errors
/// 403 for a key that is not good.
pub async fn reader(
    state: &State,
    request: &HttpRequest,
    form: &Form,
    format: Format,
) -> Result<Option<Platform>, Fault> {
    match key(request, form) {
        None => Ok(None),
        // Reading is everybody's, so that it is no use of a key.
        Some(key) => match authenticate(&state.app, Some(&key), None, 0, clock::now()).await {
            Ok(platform) => Ok(Some(platform)),
            Err(error) => Err(Fault::of_service(format, error)),
        },
    }
}

/// The platform whose key is good for `scope`, and one use of it.
///
/// # Errors
/// 403 without one; 429 when its quota is reached.
pub async fn sender(
    state: &State,
    request: &HttpRequest,
    form: &Form,
    scope: Scope,
    format: Format,
) -> Result<Platform, Fault> {
    let key = key(request, form);
    let sender = authenticate(&state.app, key.as_deref(), Some(scope), 1, clock::now()).await;
    sender.map_err(|error| Fault::of_service(format, error))
}

/// Reads a posted form.
///
/// # Errors
/// 403 and 429 as for [`sender`]; 400 for what is no form; what is wrong with a photo.
pub async fn read(
    state: &State,
    request: &HttpRequest,
    payload: web::Payload,
    scope: Scope,
    format: Format,
) -> Result<Incoming, Fault> {
    let kind = request.headers().get("content-type").and_then(|value| value.to_str().ok());
    let kind = kind.unwrap_or_default().to_ascii_lowercase();
    let patience = Duration::from_secs(state.slow_client_seconds * 2);
    let slow = |_elapsed| Fault::bad(format, "the body came too slowly");
    if kind.starts_with("multipart/form-data") {
        let multipart = Multipart::new(request.headers(), payload);
        let reading = parts(state, request, multipart, scope, format);
        return tokio::time::timeout(patience, reading).await.map_err(slow)?;
    }
    let (kind, charset) = kind.split_once(';').unwrap_or((&kind, ""));
    let utf8 = charset.is_empty() || charset.contains("utf-8") || charset.contains("utf8");
    if kind.trim() != "application/x-www-form-urlencoded" || !utf8 {
        let words = "send application/x-www-form-urlencoded in UTF-8, or multipart/form-data";
        return Err(Fault::bad(format, words));
    }
    let bytes = tokio::time::timeout(patience, body(payload, format)).await.map_err(slow)??;
    let form = Form::parse(&bytes).map_err(|error| Fault::bad(format, error.to_string()))?;
    let platform = sender(state, request, &form, scope, format).await?;
    Ok(Incoming { form, platform, photo_ids: Vec::new() })
}

/// The key: in the header `Api-Key`, in the address or in the form.
fn key(request: &HttpRequest, form: &Form) -> Option<String> {
    let header = request.headers().get("Api-Key").and_then(|value| value.to_str().ok());
    let given = header.map(str::to_owned).or_else(|| form.get("api_key").map(str::to_owned));
    given.or_else(|| Form::parse(request.query_string().as_bytes()).ok()?.get("api_key").map(str::to_owned))
}

async fn body(mut payload: web::Payload, format: Format) -> Result<Vec<u8>, Fault> {
    let mut bytes = Vec::with_capacity(2_048);
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_broken| Fault::bad(format, "the body ended early"))?;
        if bytes.len() + chunk.len() > LIMIT {
            return Err(Fault::bad(format, format!("the body is longer than {LIMIT} bytes")));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// Reads the parts in their order. No photo is read before it is known whose it is, hence the key comes before the photos,
/// or in a header.
async fn parts(
    state: &State,
    request: &HttpRequest,
    mut multipart: Multipart,
    scope: Scope,
    format: Format,
) -> Result<Incoming, Fault> {
    let mut form = Form::default();
    let mut known: Option<Platform> = None;
    let mut photo_ids = Vec::new();
    let broken = |_error| Fault::bad(format, "the multipart form is broken");
    let mut text_bytes = 0;
    while let Some(field) = multipart.try_next().await.map_err(broken)? {
        let name = field.name().unwrap_or_default().to_owned();
        let file = field.content_disposition().is_some_and(|it| it.get_filename().is_some());
        if !file {
            let bytes = part(field, LIMIT - text_bytes, format).await?;
            text_bytes += bytes.len();
            let text =
                String::from_utf8(bytes).map_err(|_bytes| Fault::bad(format, "a field is not UTF-8"))?;
            form.push(name, text).map_err(|error| Fault::bad(format, error.to_string()))?;
            continue;
        }
        if photo_ids.len() >= PHOTO_LIMIT {
            return Err(Fault::bad(format, format!("media: at most {PHOTO_LIMIT} photos")));
        }
        let platform = match known.take() {
            Some(platform) => platform,
            None => sender(state, request, &form, scope, format).await?,
        };
        let (id, hash) = photo(state, field, &platform, format).await?;
        photo_ids.push(id);
        form.push(PHOTO_HASH.to_owned(), hash).map_err(|error| Fault::bad(format, error.to_string()))?;
        known = Some(platform);
    }
    let platform = match known {
        Some(platform) => platform,
        None => sender(state, request, &form, scope, format).await?,
    };
    Ok(Incoming { form, platform, photo_ids })
}

/// Stores a photo and says what its bytes are known by.
async fn photo(
    state: &State,
    field: Field,
    platform: &Platform,
    format: Format,
) -> Result<(Uuid, String), Fault> {
    let admission = state
        .app
        .studio
        .admit(Spender::Platform(platform.platform_id), 1)
        .map_err(|error| Fault::of_service(format, error))?;
    let bytes = part(field, MAX_BYTES, format).await?;
    let hash = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    let principal = Principal::Platform(platform.clone());
    let stored = store_photo(&state.app, bytes, &principal, clock::now()).await;
    drop(admission);
    Ok((stored.map_err(|error| Fault::of_service(format, error))?.photo_id, hash))
}

async fn part(mut field: Field, limit: usize, format: Format) -> Result<Vec<u8>, Fault> {
    let mut bytes = Vec::new();
    let broken = |_error| Fault::bad(format, "the multipart form ended early");
    while let Some(chunk) = field.try_next().await.map_err(broken)? {
        if bytes.len() + chunk.len() > limit {
            return Err(Fault::bad(format, "a part of the form is too large"));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}
