//! A file of an order is fetched from its platform, after the order became a report, and kept like an upload.

use bytes::Bytes;
use chrono::{DateTime, Utc};
use jiekou_core::hotline::{AttachedMedium, NotTaken};
use jiekou_core::limit::Spender;
use jiekou_partner::hotline::{Attachment, Inbound, Message, Unfetched};
use jiekou_store::cases::view;
use jiekou_store::hotlines::attachments::{self, WaitingAttachment};
use jiekou_store::hotlines::messages;
use jiekou_store::reports::additions::{self, AdditionKind, AdditionRow};
use jiekou_store::reports::authorship;
use jiekou_store::{StoreError, photos};
use jiekou_video::VideoError;
use serde_json::json;
use sha2::{Digest, Sha256};
use tracing::{instrument, warn};
use uuid::Uuid;

use crate::error::failed;
use crate::store_photo::store_photo;
use crate::store_video::{self, store_video};
use crate::{App, Partner, Principal, ServiceError};

/// Why a file is not here.
enum Unkept {
    Not(Unfetched),
    Service(ServiceError),
}

impl From<ServiceError> for Unkept {
    fn from(error: ServiceError) -> Self {
        Self::Service(error)
    }
}

impl From<StoreError> for Unkept {
    fn from(error: StoreError) -> Self {
        Self::Service(error.into())
    }
}

fn never(why: NotTaken) -> Unkept {
    Unkept::Not(Unfetched::Never(why))
}

/// Fetches a file that waits. Doing it twice, or twice at the same moment, gives the report one photo. With `is_last` it is
/// given up when it cannot be fetched now either. `false`: it is to be tried again.
///
/// # Errors
/// Storage; [`ServiceError::Busy`]. It waits then.
#[instrument(level = "debug", name = "hotline.fetch_attachment", skip_all)]
pub async fn fetch_attachment(
    app: &App,
    attachment_id: Uuid,
    is_last: bool,
    now: DateTime<Utc>,
) -> Result<bool, ServiceError> {
    let Some(waiting) = attachments::waiting(&app.pool, attachment_id).await? else { return Ok(true) };
    let why = match fetched(app, &waiting, now).await {
        Ok(()) => return Ok(true),
        Err(Unkept::Not(Unfetched::Never(why))) => why,
        Err(Unkept::Not(Unfetched::Later(why))) if is_last => why,
        Err(Unkept::Not(Unfetched::Later(_))) => return Ok(false),
        Err(Unkept::Service(error)) if is_last => {
            warn!(error = %error, "a file of an order is given up");
            NotTaken::Unseen
        }
        Err(Unkept::Service(error)) => return Err(error),
    };
    warn!(why = why.name(), hotline.partner = waiting.partner, "a file of an order is not taken");
    attachments::end(&app.pool, attachment_id, why, now).await?;
    Ok(true)
}

async fn fetched(app: &App, waiting: &WaitingAttachment, now: DateTime<Utc>) -> Result<(), Unkept> {
    let report_id = waiting.report_id.ok_or(never(NotTaken::Enquiry))?;
    let file = described(app, waiting)?;
    let medium = AttachedMedium::of(file.mime.as_deref(), file.name.as_deref(), file.url.path());
    let (most, places) = match medium {
        AttachedMedium::Photo => (jiekou_photo::MAX_BYTES, 1),
        AttachedMedium::Video if app.camera.is_none() => return Err(never(NotTaken::NoVideos)),
        AttachedMedium::Video => (jiekou_video::MAX_BYTES, store_video::PLACES),
        AttachedMedium::Other => return Err(never(NotTaken::OtherKind)),
    };
    let peer = app.hotlines.peers.get(&waiting.partner).ok_or(never(NotTaken::OtherHost))?;
    if !peer.has_file_at(&file.url) {
        return Err(never(NotTaken::OtherHost));
    }
    let said = file.size.map(usize::try_from).transpose().map_err(|_beyond| never(NotTaken::TooLarge))?;
    if said.is_some_and(|said| said > most) {
        return Err(never(NotTaken::TooLarge));
    }
    // A place is taken before the first byte is read, as for an upload.
    let admission = app.studio.admit(Spender::Platform(report_id), places)?;
    let read = peer.file(&app.hotlines.media, &file.url, said.unwrap_or(most)).await;
    let bytes = read.map_err(|unfetched| match unfetched {
        Unfetched::Never(NotTaken::TooLarge) if said.is_some() => never(NotTaken::SizeDiffers),
        other => Unkept::Not(other),
    })?;
    let hash: [u8; 32] = Sha256::digest(&bytes).into();
    if said.is_some_and(|said| said != bytes.len()) {
        return Err(never(NotTaken::SizeDiffers));
    }
    if file.sha256.is_some_and(|meant| meant != hash) {
        return Err(never(NotTaken::HashDiffers));
    }
    let photo_id = match attachments::same_photo(&app.pool, report_id, &hash).await? {
        Some(photo_id) => photo_id,
        None => kept(app, &waiting.partner, &bytes, now).await?,
    };
    drop((bytes, admission));
    give(app, waiting.attachment_id, report_id, (photo_id, &hash), now).await
}

/// What the message says of the file.
fn described(app: &App, waiting: &WaitingAttachment) -> Result<Attachment, Unkept> {
    if waiting.message.sealed.is_empty() {
        return Err(never(NotTaken::Erased));
    }
    let rules = app.rules();
    // A platform that the rules no longer have, or whose fields they call otherwise now, is waited for.
    let later = || Unkept::Not(Unfetched::Later(NotTaken::Unseen));
    let platform = rules.plan().hotlines.partner(&waiting.partner).ok_or_else(later)?;
    let fields = messages::open(&app.vault, &waiting.partner, &waiting.message)?;
    let fields = serde_json::from_slice(&fields).map_err(failed)?;
    let operation = Inbound::from_name(&waiting.message.operation)
        .ok_or(StoreError::Inconsistent("a kept message of an unknown operation"))?;
    let message =
        Message::read(operation, &waiting.order_no, &fields, platform).map_err(|_faults| later())?;
    let position = usize::try_from(waiting.position).map_err(failed)?;
    let file = message.attachments().get(position).cloned();
    file.ok_or_else(later)
}

/// Stores the bytes as what they are, whatever they were called.
async fn kept(app: &App, partner: &str, bytes: &Bytes, now: DateTime<Utc>) -> Result<Uuid, Unkept> {
    let caller = Principal::Partner(Partner { code: partner.to_owned() });
    let stored = if bytes.get(4..8) == Some(b"ftyp") {
        store_video(app, bytes.to_vec(), &caller, now).await.map(|video| video.still.photo_id)
    } else {
        store_photo(app, bytes.to_vec(), &caller, now).await.map(|photo| photo.photo_id)
    };
    stored.map_err(|error| match error {
        ServiceError::Video(VideoError::Camera(_)) | ServiceError::ScannerAway => {
            Unkept::Not(Unfetched::Later(NotTaken::Unseen))
        }
        ServiceError::Photo(_) | ServiceError::Video(_) => never(NotTaken::Broken),
        ServiceError::Infected => never(NotTaken::Infected),
        ServiceError::NoVideos => never(NotTaken::NoVideos),
        other => Unkept::Service(other),
    })
}

/// Gives the photo to the report, unless it has one of the same bytes; then the file is that one.
async fn give(
    app: &App,
    attachment_id: Uuid,
    report_id: Uuid,
    (photo_id, hash): (Uuid, &[u8]),
    now: DateTime<Utc>,
) -> Result<(), Unkept> {
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    let case = view::lock_of_report(&mut transaction, report_id).await?;
    let here = attachments::same_photo(&mut *transaction, report_id, hash).await?;
    if !attachments::take(&mut transaction, attachment_id, here.unwrap_or(photo_id), now).await? {
        // Somebody else was first; what is not given to the report is forgotten.
        return Ok(());
    }
    if here.is_none() {
        let author = authorship::author(&mut *transaction, report_id).await?;
        photos::claim_for_report(&mut transaction, &[photo_id], report_id, now).await?;
        let row = AdditionRow {
            addition_id: Uuid::now_v7(),
            kind: AdditionKind::Added,
            words: None,
            detail: Some(json!({ "photoId": photo_id, "source": "hotline" })),
        };
        additions::insert(&mut transaction, &case, &author, &row, now).await?;
    }
    transaction.commit().await.map_err(StoreError::from)?;
    Ok(())
}
