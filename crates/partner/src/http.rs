//! One client for all outward calls: short waits, no redirects, bounded answers.

use std::time::Duration;

use bytes::{Bytes, BytesMut};

/// How long an outward call may take.
#[derive(Debug, Clone, Copy)]
pub struct Timeouts {
    /// Until the connection stands.
    pub connect: Duration,
    /// From the first byte sent to the last byte read.
    pub whole: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Timeouts { connect: Duration::from_secs(3), whole: Duration::from_secs(10) }
    }
}

/// Why an outward call brought no answer that can be used.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// The request cannot have reached the other side.
    #[error("no connection")]
    NotSent,
    /// It may have arrived; what it did is unknown.
    #[error("no answer")]
    Unknown,
    /// Answered, but longer than the caller reads.
    #[error("the answer is longer than {0} bytes")]
    TooLong(usize),
    /// The client could not be built.
    #[error("no client for outward calls: {0}")]
    Client(String),
}

/// An answer of whatever status.
#[derive(Debug, Clone)]
pub struct HttpAnswer {
    pub status: reqwest::StatusCode,
    /// What the other side says it is, in small letters and without parameters; empty where it says nothing.
    pub content_type: String,
    pub body: Bytes,
}

/// A shared pool of outward connections.
#[derive(Debug, Clone)]
pub struct Http {
    client: reqwest::Client,
}

impl Http {
    /// Redirects are not followed: an answer from elsewhere is not the partner's.
    ///
    /// # Errors
    /// [`HttpError::Client`] when the roots of trust cannot be read.
    pub fn new(timeouts: Timeouts) -> Result<Http, HttpError> {
        let client = reqwest::Client::builder()
            .connect_timeout(timeouts.connect)
            .timeout(timeouts.whole)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| HttpError::Client(error.to_string()))?;
        Ok(Http { client })
    }

    /// To start a request with.
    #[must_use]
    pub fn client(&self) -> &reqwest::Client {
        &self.client
    }

    /// Sends `request` and reads at most `limit` bytes of its answer.
    ///
    /// # Errors
    /// See [`HttpError`]; a status of refusal is an answer, not an error.
    pub async fn call(
        &self,
        request: reqwest::RequestBuilder,
        limit: usize,
    ) -> Result<(reqwest::StatusCode, Bytes), HttpError> {
        let answer = self.answer(request, limit).await?;
        Ok((answer.status, answer.body))
    }

    /// As [`Self::call`], with what the answer says it is.
    ///
    /// # Errors
    /// See [`HttpError`].
    pub async fn answer(
        &self,
        request: reqwest::RequestBuilder,
        limit: usize,
    ) -> Result<HttpAnswer, HttpError> {
        let mut response = request.send().await.map_err(|error| {
            if error.is_connect() || error.is_builder() { HttpError::NotSent } else { HttpError::Unknown }
        })?;
        let status = response.status();
        let said = response.headers().get(reqwest::header::CONTENT_TYPE).and_then(|it| it.to_str().ok());
        let content_type = said.unwrap_or_default().split(';').next().unwrap_or_default();
        let content_type = content_type.trim().to_ascii_lowercase();
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(|_lost| HttpError::Unknown)? {
            if body.len() + chunk.len() > limit {
                return Err(HttpError::TooLong(limit));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(HttpAnswer { status, content_type, body: body.freeze() })
    }
}
