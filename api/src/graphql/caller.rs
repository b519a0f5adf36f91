//! Who asks, in the context of every resolver.

use std::sync::Arc;

use async_graphql::Context;
use jiekou_core::limit::{AddressGroup, Spender};
use jiekou_service::tokens::{Bearer, Credential};
use jiekou_service::{App, Principal, Resident, Staff};

use crate::live::Seat;
use crate::problem::{Kind, Problem};
use crate::state::State;

/// The caller of one operation.
#[derive(Debug, Clone)]
pub struct Caller {
    pub state: Arc<State>,
    /// `None`: anybody.
    pub bearer: Option<Bearer>,
    /// Where they ask from.
    pub address: AddressGroup,
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
        match &self.bearer {
            Some(Bearer::Staff(credential)) => Ok(credential),
            Some(Bearer::Resident(_)) | None => Err(Kind::NotSignedIn.into()),
        }
    }

    /// The signed-in resident.
    ///
    /// # Errors
    /// `not-signed-in`.
    pub fn resident(&self) -> Result<Resident, Problem> {
        match &self.bearer {
            Some(Bearer::Resident(credential)) => Ok(credential.resident),
            Some(Bearer::Staff(_)) | None => Err(Kind::NotSignedIn.into()),
        }
    }

    pub fn principal(&self) -> Principal {
        match &self.bearer {
            Some(Bearer::Staff(credential)) => Principal::Staff(credential.staff.clone()),
            Some(Bearer::Resident(credential)) => Principal::Resident(credential.resident),
            None => Principal::Public,
        }
    }

    /// The session that the caller signed in with has ended meanwhile.
    pub fn has_ended(&self) -> bool {
        let ended = &self.state.app.ended_sessions;
        self.bearer.as_ref().is_some_and(|bearer| ended.contains(bearer.session().session_id))
    }

    /// Whose quota is spent.
    pub fn spender(&self) -> Spender {
        match &self.bearer {
            Some(Bearer::Staff(credential)) => Spender::Desk(credential.staff.staff_id),
            Some(Bearer::Resident(credential)) => Spender::Resident(credential.resident.resident_id),
            None => Spender::Address(self.address),
        }
    }

    /// A place to watch from.
    ///
    /// # Errors
    /// `busy` when all are taken, or all that this caller may have.
    pub fn take_seat(&self) -> Result<Seat, Problem> {
        self.state.live.take_seat(self.spender()).ok_or_else(|| Kind::Busy.into())
    }
}
