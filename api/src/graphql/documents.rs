//! Documents by the hash of their text: registered ones, which a file names, and those that clients persisted
//! (automatic persisted queries), kept in the process and shared through Redis, both bounded.

use std::collections::HashMap;
use std::fmt::Write;
use std::sync::Arc;

use jiekou_store::documents::SharedDocuments;
use quick_cache::sync::Cache;
use sha2::{Digest, Sha256};

use super::asked::Asked;

/// The documents of one process.
#[derive(Debug)]
pub struct Documents {
    registered: HashMap<String, Arc<str>>,
    /// Nothing but registered ones is executed.
    registered_only: bool,
    own: Cache<String, Arc<str>>,
    shared: SharedDocuments,
}

/// Why there is no document to execute: its stable name and words.
pub type NoDocument = (&'static str, &'static str);

/// The text of a document.
#[derive(Debug, Clone)]
pub struct Found {
    pub text: Arc<str>,
    /// The hash under which the client wants it kept; it is not yet.
    pub to_keep: Option<String>,
}

impl Documents {
    /// `file`: JSON, the hash of each registered document with its text; empty: there are none.
    ///
    /// # Errors
    /// When the file cannot be read, or a hash is not that of its text.
    pub fn new(
        file: &str,
        registered_only: bool,
        kept: usize,
        shared: SharedDocuments,
    ) -> Result<Self, String> {
        let registered = if file.is_empty() { HashMap::new() } else { read(file)? };
        Ok(Self { registered, registered_only, own: Cache::new(kept), shared })
    }

    /// The document that is asked for.
    ///
    /// # Errors
    /// `PERSISTED_QUERY_NOT_FOUND`: send it once with its text; `persisted-query-mismatch`: the hash is another text's;
    /// `document-not-registered`; `document-missing`.
    pub async fn find(&self, asked: &Asked) -> Result<Found, NoDocument> {
        let hash = asked.hash.as_deref();
        let own_hash = asked.query.as_deref().map(hashed);
        if hash.is_some() && own_hash.is_some() && hash != own_hash.as_deref() {
            return Err(("persisted-query-mismatch", "sha256Hash 与 query 不符"));
        }
        let Some(known) = hash.or(own_hash.as_deref()) else {
            return Err(("document-missing", "请填写 query，或 extensions.persistedQuery"));
        };
        if let Some(text) = self.registered.get(known) {
            return Ok(Found { text: Arc::clone(text), to_keep: None });
        }
        if self.registered_only {
            return Err(("document-not-registered", "这里只执行已登记的查询文档"));
        }
        match (&asked.query, hash) {
            (Some(text), None) => Ok(Found { text: text.as_str().into(), to_keep: None }),
            (Some(text), Some(hash)) => {
                let to_keep = self.own.get(hash).is_none().then(|| hash.to_owned());
                Ok(Found { text: text.as_str().into(), to_keep })
            }
            (None, _) => {
                let text = self.kept(known).await;
                let text = text.ok_or(("PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound"))?;
                Ok(Found { text, to_keep: None })
            }
        }
    }

    async fn kept(&self, hash: &str) -> Option<Arc<str>> {
        if let Some(text) = self.own.get(hash) {
            return Some(text);
        }
        // Redis away is as good as an unknown hash: the client sends the text.
        let text: Arc<str> = self.shared.get(hash).await.ok().flatten()?.into();
        // What others wrote there is looked at before it is believed.
        if hashed(&text) != hash {
            return None;
        }
        self.own.insert(hash.to_owned(), Arc::clone(&text));
        Some(text)
    }

    /// Keeps a document that has proved to be good, here and for the other processes.
    pub async fn keep(&self, found: &Found) {
        let Some(hash) = &found.to_keep else { return };
        self.own.insert(hash.clone(), Arc::clone(&found.text));
        if let Err(error) = self.shared.keep(hash, &found.text).await {
            tracing::debug!(error = %error, "a persisted document is kept in this process only");
        }
    }
}

fn read(file: &str) -> Result<HashMap<String, Arc<str>>, String> {
    let text = std::fs::read_to_string(file).map_err(|error| format!("cannot read {file}: {error}"))?;
    let documents: HashMap<String, Arc<str>> =
        serde_json::from_str(&text).map_err(|error| format!("{file}: {error}"))?;
    match documents.iter().find(|(hash, text)| **hash != hashed(text)) {
        Some((hash, _)) => Err(format!("{file}: {hash} is not the SHA-256 of its document")),
        None => Ok(documents),
    }
}

fn hashed(text: &str) -> String {
    Sha256::digest(text).iter().fold(String::with_capacity(64), |mut hex, byte| {
        // Writing to a string does not fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
