//! Files of a platform, asked for where the platform itself is and nowhere else.

use bytes::Bytes;
use jiekou_core::hotline::NotTaken;
use reqwest::Url;

use super::Peer;
use crate::{Http, HttpError};

/// Why there are no bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfetched {
    /// There never will be.
    Never(NotTaken),
    /// Not now; when that goes on, given up for this reason.
    Later(NotTaken),
}

impl Peer {
    /// Whether a file at this address is the platform's: the same scheme, host and port as its own address, or as one of
    /// `media_hosts`.
    pub fn has_file_at(&self, url: &Url) -> bool {
        let own = std::iter::once(&self.base_url).chain(&self.media_hosts);
        own.filter_map(|origin| Url::parse(origin).ok()).any(|own| own.origin() == url.origin())
    }

    /// Reads a file of at most `limit` bytes. No redirect is followed.
    ///
    /// # Errors
    /// See [`Unfetched`].
    pub async fn file(&self, http: &Http, url: &Url, limit: usize) -> Result<Bytes, Unfetched> {
        if !self.has_file_at(url) {
            return Err(Unfetched::Never(NotTaken::OtherHost));
        }
        let answer =
            http.answer(http.client().get(url.clone()), limit).await.map_err(|error| match error {
                HttpError::TooLong(_) => Unfetched::Never(NotTaken::TooLarge),
                HttpError::NotSent | HttpError::Unknown | HttpError::Client(_) => {
                    Unfetched::Later(NotTaken::NoAnswer)
                }
            })?;
        read(answer.status.as_u16(), &answer.content_type)?;
        Ok(answer.body)
    }
}

/// What status and kind of an answer say; what the bytes are is looked at later.
fn read(status: u16, kind: &str) -> Result<(), Unfetched> {
    match status {
        200 => {}
        300..=399 => return Err(Unfetched::Never(NotTaken::Redirected)),
        // A file may be put there after the order was sent, and a key for it be changed.
        401 | 403 | 404 => return Err(Unfetched::Later(NotTaken::NotThere)),
        408 | 425 | 429 | 500.. => return Err(Unfetched::Later(NotTaken::NoAnswer)),
        _ => return Err(Unfetched::Never(NotTaken::Refused)),
    }
    let medium = kind.is_empty()
        || kind.starts_with("image/")
        || kind.starts_with("video/")
        || kind == "application/octet-stream"
        || kind == "binary/octet-stream";
    if medium { Ok(()) } else { Err(Unfetched::Never(NotTaken::OtherKind)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer() -> Peer {
        Peer {
            base_url: "https://Hotline.example/api".to_owned(),
            secrets: Vec::new(),
            media_hosts: vec!["http://10.1.2.3:8080".to_owned()],
        }
    }

    #[test]
    fn files_lie_where_the_platform_is_or_where_it_was_said_and_nowhere_else() {
        for (url, own) in [
            ("https://hotline.example/files/1.jpg", true),
            ("https://hotline.example:443/1", true),
            ("http://10.1.2.3:8080/1", true),
            ("http://hotline.example/1", false),
            ("https://hotline.example:8443/1", false),
            ("https://hotline.example.evil.example/1", false),
            ("https://evil.example/hotline.example/1", false),
            ("https://evil.example\\@hotline.example/1", false),
            ("https://files.hotline.example/1", false),
            ("http://10.1.2.3/1", false),
            ("http://127.0.0.1:8080/1", false),
            ("http://169.254.169.254/latest", false),
        ] {
            assert_eq!(peer().has_file_at(&Url::parse(url).unwrap()), own, "{url}");
        }
        let nowhere = Peer { base_url: String::new(), media_hosts: Vec::new(), ..peer() };
        assert!(!nowhere.has_file_at(&Url::parse("https://hotline.example/1").unwrap()));
    }

    #[test]
    fn what_may_come_later_is_asked_for_again_and_what_never_will_is_not() {
        use NotTaken as N;
        for (status, kind, due) in [
            (200, "image/jpeg", Ok(())),
            (200, "", Ok(())),
            (200, "text/html", Err(Unfetched::Never(N::OtherKind))),
            (204, "", Err(Unfetched::Never(N::Refused))),
            (302, "", Err(Unfetched::Never(N::Redirected))),
            (404, "text/html", Err(Unfetched::Later(N::NotThere))),
            (410, "", Err(Unfetched::Never(N::Refused))),
            (503, "", Err(Unfetched::Later(N::NoAnswer))),
        ] {
            assert_eq!(read(status, kind), due, "{status} {kind}");
        }
    }
}
