//! Tracking pages as they were last sent. People look at their report again and again while nothing happens; such a look
//! costs one small query for the versions, as a 304 does, and never shows an old page.

use actix_web::web::Bytes;
use quick_cache::Weighter;
use quick_cache::sync::Cache;

/// Memory the cache may hold, in bytes.
const ROOM: u64 = 16 * 1024 * 1024;
/// A usual page, in bytes.
const USUAL_PAGE: usize = 1_024;

/// A page as it goes out.
#[derive(Debug, Clone)]
pub struct SentPage {
    pub etag: String,
    pub body: Bytes,
}

#[derive(Debug, Clone)]
struct BySize;

impl Weighter<String, SentPage> for BySize {
    fn weight(&self, code: &String, page: &SentPage) -> u64 {
        let bytes = code.len() + page.etag.len() + page.body.len();
        u64::try_from(bytes).unwrap_or(u64::MAX)
    }
}

/// The pages of one process, by tracking code.
#[derive(Debug)]
pub struct PageCache(Cache<String, SentPage, BySize>);

impl Default for PageCache {
    fn default() -> Self {
        let pages = usize::try_from(ROOM).unwrap_or(USUAL_PAGE) / USUAL_PAGE;
        Self(Cache::with_weighter(pages, ROOM, BySize))
    }
}

impl PageCache {
    pub fn get(&self, code: &str) -> Option<SentPage> {
        self.0.get(code)
    }

    pub fn keep(&self, code: &str, page: SentPage) {
        self.0.insert(code.to_owned(), page);
    }
}
