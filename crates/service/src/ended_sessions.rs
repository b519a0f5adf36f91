//! Sessions that ended while access tokens of theirs are still good: every process keeps them in memory, so that a
//! sign-out holds everywhere within seconds and no request asks the database.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use chrono::{DateTime, Duration, Utc};
use jiekou_store::people::sessions;
use tracing::instrument;
use uuid::Uuid;

use crate::tokens::ACCESS_LIFE;
use crate::{App, ServiceError};

/// How far the clocks of two processes may be apart.
const SKEW: Duration = Duration::minutes(5);

/// Ended sessions, each with its end; forgotten once no token of theirs can be good.
#[derive(Debug, Default)]
pub struct EndedSessions {
    ended: RwLock<HashMap<Uuid, DateTime<Utc>>>,
}

impl EndedSessions {
    pub fn contains(&self, session_id: Uuid) -> bool {
        self.ended.read().unwrap_or_else(PoisonError::into_inner).contains_key(&session_id)
    }

    /// Notes sessions that ended at `now`.
    pub fn note(&self, session_ids: &[Uuid], now: DateTime<Utc>) {
        let mut ended = self.ended.write().unwrap_or_else(PoisonError::into_inner);
        ended.extend(session_ids.iter().map(|id| (*id, now)));
    }

    fn take_over(&self, found: Vec<(Uuid, DateTime<Utc>)>, since: DateTime<Utc>) {
        let mut ended = self.ended.write().unwrap_or_else(PoisonError::into_inner);
        ended.extend(found);
        ended.retain(|_, at| *at > since);
    }
}

/// Reads which sessions ended lately, whichever process ended them.
///
/// # Errors
/// When storage fails; what is known stays.
#[instrument(level = "debug", name = "follow_ended_sessions", skip_all)]
pub async fn look(app: &App, now: DateTime<Utc>) -> Result<(), ServiceError> {
    let since = now - ACCESS_LIFE - SKEW;
    let found = sessions::ended_since(&app.pool, since).await?;
    app.ended_sessions.take_over(found, since);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ended_session_is_known_until_its_tokens_are_over() {
        let at = |minutes| DateTime::from_timestamp(1_800_000_000, 0).unwrap() + Duration::minutes(minutes);
        let (own, other) = (Uuid::new_v4(), Uuid::new_v4());
        let ended = EndedSessions::default();
        ended.note(&[own], at(0));
        ended.take_over(vec![(other, at(3))], at(-1));
        assert!(ended.contains(own) && ended.contains(other) && !ended.contains(Uuid::new_v4()));
        ended.take_over(vec![], at(1));
        assert!(!ended.contains(own) && ended.contains(other));
    }
}
