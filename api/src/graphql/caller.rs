//! Who asks, in the context of every resolver.

use std::sync::Arc;

use async_graphql::Context;
use jiekou_service::tokens::Credential;
use jiekou_service::{App, Principal, Staff};

use crate::problem::{Kind, Problem};
use crate::state::State;

/// The caller of one operation.
#[derive(Debug, Clone)]
pub struct Caller {
    pub state: Arc<State>,
    /// `None`: anybody.
    pub credential: Option<Credential>,
}

impl Caller {
    /// Whoever asks in this context.
    ///
    /// # Errors
    /// `internal` where a door forgot to say.
    pub fn of<'a>(context: &Context<'a>) -> Result<&'a Self, Problem> {
        context.data_opt::<Self>().ok_or_else(|| Kind::Internal.into())
    }

    pub fn app(&self) -> &App {
        &self.state.app
    }

    /// The signed-in member of staff.
    ///
    /// # Errors
    /// `not-signed-in`.
    pub fn staff(&self) -> Result<&Staff, Problem> {
        Ok(&self.signed_in()?.staff)
    }

    /// The credential of a signed-in member of staff.
    ///
    /// # Errors
    /// `not-signed-in`.
    pub fn signed_in(&self) -> Result<&Credential, Problem> {
        self.credential.as_ref().ok_or_else(|| Kind::NotSignedIn.into())
    }

    pub fn principal(&self) -> Principal {
        match &self.credential {
            Some(credential) => Principal::Staff(credential.staff.clone()),
            None => Principal::Public,
        }
    }

    /// The session that the caller signed in with has ended meanwhile.
    pub fn has_ended(&self) -> bool {
        let ended = &self.state.app.ended_sessions;
        self.credential.as_ref().is_some_and(|credential| ended.contains(credential.session_id))
    }
}
