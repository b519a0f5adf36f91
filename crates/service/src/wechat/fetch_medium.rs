//! What somebody sent is fetched from WeChat, which keeps it for three days.

use bytes::Bytes;
use chrono::{DateTime, Utc};
use jiekou_core::conversation::{MEDIA_LOST, MediumKind};
use jiekou_partner::wechat::{Media, Remedy};
use jiekou_photo::MAX_BYTES;
use jiekou_store::photo_files::Copy;
use jiekou_store::recordings::{self, Recording};
use jiekou_store::vault::Purpose;
use jiekou_store::wechat::media::{self, MediumEnd, StoredMedium};
use jiekou_store::wechat::{conversations, people, sayings};
use jiekou_store::{PgConnection, StoreError};
use jiekou_video::VideoError;
use tracing::{instrument, warn};
use uuid::Uuid;

use super::person::{conversation, open, seal};
use crate::error::failed;
use crate::scan_file::scan_file;
use crate::store_photo::store_photo;
use crate::store_video::store_video;
use crate::{App, Principal, ServiceError};

/// Most bytes of a recording; WeChat takes 2 MB and 60 s.
const VOICE_BYTES: usize = 4 * 1024 * 1024;
/// Most bytes of a video; WeChat takes 10 MB.
const VIDEO_BYTES: usize = 16 * 1024 * 1024;
/// How often a lost medium is taken out of a conversation that goes on meanwhile.
const ROUNDS: usize = 12;

/// Fetches a medium and keeps it: a photo or a short video like any other, a recording sealed. With `is_last` it is lost when it
/// cannot be fetched now either; its author is told.
///
/// # Errors
/// [`ServiceError::WechatUnavailable`], [`ServiceError::ScannerAway`] or [`ServiceError::Busy`] when it is to be tried again;
/// storage.
#[instrument(level = "debug", name = "fetch_medium", skip_all)]
pub async fn fetch_medium(
    app: &App,
    medium_id: Uuid,
    is_last: bool,
    now: DateTime<Utc>,
) -> Result<(), ServiceError> {
    let medium = media::find(&app.pool, medium_id).await?;
    let Some(medium) = medium.filter(|medium| medium.state == "waiting") else { return Ok(()) };
    let kind = MediumKind::from_name(&medium.kind).ok_or(StoreError::Inconsistent("a medium of no kind"))?;
    let kept = match fetched(app, &medium, kind).await {
        Ok(Some(bytes)) => match kept(app, &medium, kind, bytes, now).await {
            Err(ServiceError::Infected) => Ok(None),
            kept => kept,
        },
        Ok(None) => Ok(None),
        Err(error) => Err(error),
    };
    match kept {
        Ok(Some(end)) => keep(app, &medium, end, now).await,
        Ok(None) => lose(app, &medium, now).await,
        Err(error) if is_last => {
            warn!(error = %error, "a medium could not be fetched in time");
            lose(app, &medium, now).await
        }
        Err(error) => Err(error),
    }
}

/// The bytes; `None` where there are none and never will be.
async fn fetched(app: &App, medium: &StoredMedium, kind: MediumKind) -> Result<Option<Media>, ServiceError> {
    let Some(person) = people::find(&app.pool, medium.pseudonym).await? else { return Ok(None) };
    let Some(account) = app.wechat.account(&person.account) else { return Ok(None) };
    let wechat_id: String = open(app, medium.medium_id, medium.key_id.clone(), medium.sealed.clone())?;
    let (id, limit) = (wechat_id.as_str(), limit(kind));
    let fetching =
        app.wechat.with_token(account, |token| async move { account.api.media(&token, id, limit).await });
    match fetching.await {
        Ok(media) => Ok(Some(media)),
        Err(failure) => match failure.remedy() {
            Remedy::MediaLost | Remedy::Never => {
                warn!(error = %failure, "a medium is lost");
                Ok(None)
            }
            Remedy::Later
            | Remedy::NewToken
            | Remedy::Tomorrow
            | Remedy::OtherWay
            | Remedy::NotAllowed
            | Remedy::Operator => {
                warn!(error = %failure, "a medium will be fetched again");
                Err(ServiceError::WechatUnavailable)
            }
        },
    }
}

fn limit(kind: MediumKind) -> usize {
    match kind {
        MediumKind::Photo => MAX_BYTES,
        MediumKind::Voice => VOICE_BYTES,
        MediumKind::Video => VIDEO_BYTES,
    }
}

/// Stores the bytes; `None` where they are not what they should be.
async fn kept(
    app: &App,
    medium: &StoredMedium,
    kind: MediumKind,
    fetched: Media,
    now: DateTime<Utc>,
) -> Result<Option<MediumEnd>, ServiceError> {
    match kind {
        MediumKind::Photo => {
            let caller = Principal::Wechat(medium.pseudonym);
            match store_photo(app, fetched.bytes.to_vec(), &caller, now).await {
                Ok(stored) => Ok(Some(MediumEnd::Photo(stored.photo_id))),
                Err(ServiceError::Photo(error)) => {
                    warn!(error = %error, "what WeChat sent is no photo");
                    Ok(None)
                }
                Err(error) => Err(error),
            }
        }
        MediumKind::Voice => match content_type(&fetched.bytes) {
            Some(content_type) => recorded(app, medium, content_type, &fetched.bytes, now).await.map(Some),
            None => {
                warn!("what WeChat sent is no recording");
                Ok(None)
            }
        },
        MediumKind::Video => {
            let caller = Principal::Wechat(medium.pseudonym);
            match store_video(app, fetched.bytes.to_vec(), &caller, now).await {
                Ok(video) => Ok(Some(MediumEnd::Photo(video.still.photo_id))),
                // Nobody films a second time what is gone: an operator looks at what is too long to be shown, and at
                // everything where no stills are taken.
                Err(ServiceError::NoVideos | ServiceError::Video(VideoError::TooLong(_))) => {
                    recorded(app, medium, "video/mp4", &fetched.bytes, now).await.map(Some)
                }
                Err(error @ ServiceError::Video(VideoError::Camera(_))) => Err(error),
                Err(ServiceError::Video(error)) => {
                    warn!(error = %error, "what WeChat sent is no video");
                    Ok(None)
                }
                Err(error) => Err(error),
            }
        }
    }
}

/// Keeps the bytes sealed, for an operator.
async fn recorded(
    app: &App,
    medium: &StoredMedium,
    content_type: &str,
    bytes: &Bytes,
    now: DateTime<Utc>,
) -> Result<MediumEnd, ServiceError> {
    scan_file(app, bytes).await?;
    // The medium's own id: whoever fetches it twice stores it once.
    let recording_id = medium.medium_id;
    let sealed = app.vault.seal(Purpose::Recording, recording_id.as_bytes(), bytes).map_err(failed)?;
    app.photo_files.put(recording_id, Copy::Original, sealed.bytes).await?;
    let row = Recording {
        recording_id,
        report_id: None,
        kind: medium.kind.clone(),
        content_type: content_type.to_owned(),
        bytes: i32::try_from(bytes.len()).map_err(failed)?,
        key_id: sealed.key_id,
        received_at: now,
    };
    let mut connection = app.pool.acquire().await.map_err(StoreError::from)?;
    recordings::insert(&mut connection, &row).await?;
    Ok(MediumEnd::Recording(recording_id))
}

/// What a recording is, by what it begins with; whatever else a header says is not believed.
fn content_type(bytes: &Bytes) -> Option<&'static str> {
    let begins = |with: &[u8]| bytes.starts_with(with);
    if begins(b"#!AMR") {
        Some("audio/amr")
    } else if begins(b"ID3") || begins(&[0xff, 0xfb]) || begins(&[0xff, 0xf3]) {
        Some("audio/mpeg")
    } else {
        (begins(b"OggS") || begins(b"Speex")).then_some("audio/speex")
    }
}

async fn keep(
    app: &App,
    medium: &StoredMedium,
    end: MediumEnd,
    now: DateTime<Utc>,
) -> Result<(), ServiceError> {
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    media::end(&mut transaction, medium, end, now).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    Ok(())
}

/// Takes a lost medium out of the draft, and tells its author, while it is open; what was confirmed already says so itself.
async fn lose(app: &App, medium: &StoredMedium, now: DateTime<Utc>) -> Result<(), ServiceError> {
    for _ in 0..ROUNDS {
        let (before, version) = conversation(app, medium.pseudonym).await?;
        let after = before.without(medium.medium_id);
        let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
        if !media::end(&mut transaction, medium, MediumEnd::Lost, now).await? {
            return Ok(());
        }
        if let Some(after) = after {
            let sealed = seal(app, medium.pseudonym, &after)?;
            let written =
                conversations::write(&mut transaction, medium.pseudonym, version, &sealed, now).await?;
            if !written {
                continue;
            }
            tell(app, &mut transaction, medium, now).await?;
        }
        transaction.commit().await.map_err(StoreError::from)?;
        return Ok(());
    }
    Err(ServiceError::Busy)
}

async fn tell(
    app: &App,
    conn: &mut PgConnection,
    medium: &StoredMedium,
    now: DateTime<Utc>,
) -> Result<(), ServiceError> {
    let saying_id = Uuid::now_v7();
    let sealed = seal(app, saying_id, &MEDIA_LOST)?;
    Ok(sayings::write(conn, saying_id, medium.pseudonym, &sealed, true, now).await?)
}
