//! A fault in one piece of work must not stop the others.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;

/// The work panicked. The panic hook has said where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the work panicked")]
pub struct Panicked;

/// Does `work` and survives its panic. Whatever the work shares is behind locks of its own or the database's.
///
/// # Errors
/// [`Panicked`].
pub async fn guarded<T>(work: impl Future<Output = T>) -> Result<T, Panicked> {
    AssertUnwindSafe(work).catch_unwind().await.map_err(|_shown| Panicked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[actix_web::test]
    async fn work_that_panics_is_told_from_work_that_ends() {
        assert_eq!(guarded(async { 7 }).await, Ok(7));
        assert_eq!(guarded(async { panic!("on purpose") }).await, Err::<(), _>(Panicked));
    }
}
