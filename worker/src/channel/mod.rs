//! Channels: how a message reaches somebody. One file each; a channel knows its protocol and nothing about cases.

mod email;
pub mod wechat;

use jiekou_boot::config::Mail;
use jiekou_service::tell_reporters::Message;
use uuid::Uuid;

/// What came of sending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    /// The other side has taken it.
    Taken,
    /// It never will.
    Refused(&'static str),
    /// Not now.
    Again(&'static str),
}

/// The channels of this installation.
#[derive(Debug)]
pub struct Channels {
    email: Option<email::Email>,
}

impl Channels {
    /// # Errors
    /// When the mail server's address or the sender's is wrong.
    pub fn new(mail: &Mail) -> Result<Self, String> {
        Ok(Self { email: email::Email::new(mail)? })
    }

    /// Sends a message under an id that stays the same however often it is tried.
    pub async fn send(&self, channel: &str, id: Uuid, message: &Message) -> Sent {
        match (channel, &self.email) {
            ("email", Some(email)) => email.send(id, message).await,
            ("email", None) => Sent::Refused("no mail server is configured"),
            _ => Sent::Refused("the channel is unknown"),
        }
    }
}
