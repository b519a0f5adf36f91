//! The pictures, in a folder or an S3-compatible store.

use std::sync::Arc;

use bytes::Bytes;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload};
use uuid::Uuid;

use crate::StoreError;

/// The copies kept of a photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Copy {
    /// The bytes as they came, encrypted: evidence, for the retention time.
    Original,
    /// 1,600 px, for its author and for staff.
    Display,
    /// 320 px, likewise.
    Thumbnail,
    /// 1,600 px with faces and plates hidden, for everybody.
    Released,
    /// 320 px of the released copy.
    ReleasedThumbnail,
}

impl Copy {
    pub const ALL: [Self; 5] =
        [Self::Original, Self::Display, Self::Thumbnail, Self::Released, Self::ReleasedThumbnail];

    fn folder(self) -> &'static str {
        match self {
            Self::Original => "original",
            Self::Display => "display",
            Self::Thumbnail => "thumbnail",
            Self::Released => "released",
            Self::ReleasedThumbnail => "released-thumbnail",
        }
    }
}

/// Where photos lie.
#[derive(Debug, Clone)]
pub struct PhotoFiles {
    store: Arc<dyn ObjectStore>,
    prefix: Path,
}

impl PhotoFiles {
    /// Opens `file:///folder` or `s3://bucket/prefix` (endpoint, and credentials where no `key` is given, from the usual AWS
    /// variables). A key is its id and its secret.
    ///
    /// # Errors
    /// When the address is of no known kind, or the folder cannot be made.
    pub fn open(address: &str, key: Option<(&str, &str)>) -> Result<Self, StoreError> {
        let failed = |error: Box<dyn std::error::Error + Send + Sync>| StoreError::Failed(error);
        if let Some(folder) = address.strip_prefix("file://") {
            std::fs::create_dir_all(folder).map_err(|error| failed(Box::new(error)))?;
            let store = object_store::local::LocalFileSystem::new_with_prefix(folder)?;
            return Ok(Self { store: Arc::new(store), prefix: Path::default() });
        }
        let bucket = address
            .strip_prefix("s3://")
            .ok_or_else(|| failed("the photo store's address must begin with file:// or s3://".into()))?;
        let (bucket, prefix) = bucket.split_once('/').unwrap_or((bucket, ""));
        let mut store = object_store::aws::AmazonS3Builder::from_env().with_bucket_name(bucket);
        if let Some((id, secret)) = key {
            store = store.with_access_key_id(id).with_secret_access_key(secret);
        }
        let store = store.build()?;
        Ok(Self { store: Arc::new(store), prefix: Path::from(prefix) })
    }

    /// Writes one copy.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn put(&self, photo_id: Uuid, copy: Copy, bytes: Vec<u8>) -> Result<(), StoreError> {
        self.store.put(&self.path(photo_id, copy), PutPayload::from(bytes)).await?;
        Ok(())
    }

    /// Reads one copy; `None` when there is none.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn get(&self, photo_id: Uuid, copy: Copy) -> Result<Option<Bytes>, StoreError> {
        match self.store.get(&self.path(photo_id, copy)).await {
            Ok(found) => Ok(Some(found.bytes().await?)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Removes every copy of a photo.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn remove(&self, photo_id: Uuid) -> Result<(), StoreError> {
        for copy in Copy::ALL {
            match self.store.delete(&self.path(photo_id, copy)).await {
                Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Spread over 256 folders by the id's last byte, so that no folder grows too large.
    fn path(&self, photo_id: Uuid, copy: Copy) -> Path {
        let id = photo_id.simple().to_string();
        let shard: String = id.chars().skip(30).collect();
        self.prefix.clone().join(copy.folder()).join(shard).join(id)
    }
}
