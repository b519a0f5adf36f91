//! A photo comes in: checked before decoding, made small, its metadata taken as evidence and removed from the copies.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, NaiveDateTime, Utc};
use jiekou_core::limit::Spender;
use jiekou_photo::Processed;
use jiekou_store::photo_files::Copy;
use jiekou_store::photos::{self, PhotoRow};
use jiekou_store::vault::Purpose;
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;
use tracing::instrument;
use uuid::Uuid;

use crate::error::failed;
use crate::photo_links::{Size, link};
use crate::scan_file::scan_file;
use crate::{App, Principal, ServiceError};

/// The bounded pool that decodes photos. One decode a core; a short queue; beyond it a flood is told to come back.
#[derive(Debug)]
pub struct Studio {
    desks: Arc<Semaphore>,
    present: Arc<Present>,
    room: usize,
    room_each: usize,
}

/// Photos that are present now, by whom they are from.
type Present = Mutex<HashMap<Spender, usize>>;

/// A place in the studio, given back when dropped.
#[derive(Debug)]
pub struct Admission {
    present: Arc<Present>,
    from: Spender,
    places: usize,
}

impl Drop for Admission {
    fn drop(&mut self) {
        let mut present = self.present.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = present.get_mut(&self.from) {
            *count = count.saturating_sub(self.places);
            if *count == 0 {
                present.remove(&self.from);
            }
        }
    }
}

impl Studio {
    /// `desks` photos are worked on at once and `room` may be present, those still arriving included, `room_each` of one
    /// uploader: nobody fills the room alone.
    pub fn new(desks: usize, room: usize, room_each: usize) -> Self {
        let desks = Arc::new(Semaphore::new(desks.max(1)));
        Self { desks, present: Arc::default(), room: room.max(1), room_each: room_each.max(1) }
    }

    /// Lets in what takes the room of so many photos, before its bytes are read.
    ///
    /// # Errors
    /// [`ServiceError::Busy`] when there is not so much room, or not for this uploader.
    pub fn admit(&self, from: Spender, places: usize) -> Result<Admission, ServiceError> {
        // What is larger than all the room there is for one has it for itself.
        let places = places.min(self.room).min(self.room_each);
        let mut present = self.present.lock().unwrap_or_else(PoisonError::into_inner);
        let own = present.get(&from).copied().unwrap_or_default();
        if own + places > self.room_each || present.values().sum::<usize>() + places > self.room {
            return Err(ServiceError::Busy);
        }
        present.insert(from, own + places);
        Ok(Admission { present: Arc::clone(&self.present), from, places })
    }

    /// Does heavy work off the async threads, one piece a desk.
    pub(crate) async fn work<T: Send + 'static>(
        &self,
        task: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ServiceError> {
        let desk = Arc::clone(&self.desks).acquire_owned().await.map_err(failed)?;
        let done = tokio::task::spawn_blocking(move || {
            let result = task();
            drop(desk);
            result
        });
        done.await.map_err(failed)
    }
}

/// A stored photo, as its uploader sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredPhoto {
    pub photo_id: Uuid,
    pub width: u32,
    pub height: u32,
    pub captured_at: Option<NaiveDateTime>,
    /// Longitude and latitude, WGS-84.
    pub location: Option<(f64, f64)>,
    pub display_url: String,
    pub thumbnail_url: String,
}

/// Stores a photo.
///
/// # Errors
/// What is wrong with the picture; what the scanner says of it; [`ServiceError::Busy`]; storage.
#[instrument(level = "debug", name = "store_photo", skip_all)]
pub async fn store_photo(
    app: &App,
    bytes: Vec<u8>,
    caller: &Principal,
    now: DateTime<Utc>,
) -> Result<StoredPhoto, ServiceError> {
    // Before any desk is taken: most refusals cost nothing.
    jiekou_photo::inspect(&bytes)?;
    scan_file(app, &bytes).await?;
    keep(app, Arrival { file: bytes, still: None }, caller, now).await
}

/// A file that comes in.
pub(crate) struct Arrival {
    /// As it was sent; kept sealed.
    pub file: Vec<u8>,
    /// The picture to show in its place, when it is a video.
    pub still: Option<Still>,
}

/// What is shown of a video.
pub(crate) struct Still {
    pub picture: Vec<u8>,
    /// How long the video plays.
    pub length: Duration,
}

/// Makes the copies of what came in and stores all of it.
///
/// # Errors
/// What is wrong with the picture; storage.
pub(crate) async fn keep(
    app: &App,
    arrival: Arrival,
    caller: &Principal,
    now: DateTime<Utc>,
) -> Result<StoredPhoto, ServiceError> {
    let photo_id = Uuid::new_v4();
    let vault = app.vault.clone();
    let video_seconds = arrival.still.as_ref().map(|still| still.length.as_secs_f32());
    let worked = app.studio.work(move || {
        let Arrival { file, still } = arrival;
        let picture = still.as_ref().map_or(&file, |still| &still.picture);
        let processed = jiekou_photo::process(picture)?;
        let hash: [u8; 32] = Sha256::digest(&file).into();
        let sealed = vault.seal(Purpose::Photo, photo_id.as_bytes(), &file).map_err(failed)?;
        Ok::<_, ServiceError>((processed, hash, sealed))
    });
    let (processed, hash, sealed) = worked.await??;
    let stored = described(app, photo_id, &processed, now);
    let row = PhotoRow {
        photo_id,
        uploaded_by: caller.name(),
        uploaded_at: now,
        width: i32::try_from(processed.width).map_err(failed)?,
        height: i32::try_from(processed.height).map_err(failed)?,
        captured_at: stored.captured_at,
        longitude: stored.location.map(|(longitude, _)| longitude),
        latitude: stored.location.map(|(_, latitude)| latitude),
        perceptual_hash: processed.perceptual_hash.cast_signed(),
        content_hash: hash.to_vec(),
        key_id: sealed.key_id,
        video_seconds,
    };
    tokio::try_join!(
        app.photo_files.put(photo_id, Copy::Original, sealed.bytes),
        app.photo_files.put(photo_id, Copy::Display, processed.display),
        app.photo_files.put(photo_id, Copy::Thumbnail, processed.thumbnail),
    )?;
    let look = &processed.look;
    photos::insert(&app.pool, &row, look.print.as_ref().map(|print| (print, look.marks.as_slice()))).await?;
    Ok(stored)
}

fn described(app: &App, photo_id: Uuid, processed: &Processed, now: DateTime<Utc>) -> StoredPhoto {
    let address = |size| link(&app.vault, &app.public_url, photo_id, size, now);
    StoredPhoto {
        photo_id,
        width: processed.width,
        height: processed.height,
        captured_at: processed.evidence.captured_at,
        location: processed.evidence.location,
        display_url: address(Size::Display),
        thumbnail_url: address(Size::Thumbnail),
    }
}

#[cfg(test)]
mod tests {
    use jiekou_core::limit::AddressGroup;

    use super::*;

    #[test]
    fn nobody_fills_the_room_alone_and_a_place_is_given_back() {
        let from = |network| Spender::Address(AddressGroup::V4([192, 0, network]));
        let studio = Studio::new(1, 3, 2);
        let (first, second) = (studio.admit(from(1), 1).unwrap(), studio.admit(from(1), 1).unwrap());
        assert!(studio.admit(from(1), 1).is_err(), "as much as one gets");
        let third = studio.admit(from(2), 1).unwrap();
        assert!(studio.admit(from(3), 1).is_err(), "the room is full");
        drop((first, third));
        let again = studio.admit(from(1), 1).unwrap();
        assert!(studio.admit(from(1), 1).is_err());
        drop((second, again));
        assert!(studio.present.lock().unwrap().is_empty());
    }
}
