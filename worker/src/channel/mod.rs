//! Channels: how a message reaches somebody. One file each; a channel knows its protocol and nothing about cases.

mod email;
mod sms;
pub mod wechat;

use jiekou_boot::Config;
use jiekou_partner::sms::SmsProvider;
use jiekou_service::account_message::TextMessage;
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
    /// It may have been taken, and must not be sent a second time.
    Unknown(&'static str),
}

/// The channels of this installation.
#[derive(Debug)]
pub struct Channels {
    email: Option<email::Email>,
    sms: Option<SmsProvider>,
}

impl Channels {
    /// # Errors
    /// When the mail server's address or the sender's is wrong, or the account of text messages.
    pub fn new(config: &Config) -> Result<Self, String> {
        let sms = config.sms.provider().map_err(|error| error.to_string())?;
        Ok(Self { email: email::Email::new(&config.mail)?, sms })
    }

    /// Sends a message under an id that stays the same however often it is tried.
    pub async fn send(&self, channel: &str, id: Uuid, message: &Message) -> Sent {
        match (channel, &self.email) {
            ("email", Some(email)) => email.send(id, message).await,
            ("email", None) => Sent::Refused("no mail server is configured"),
            _ => Sent::Refused("the channel is unknown"),
        }
    }

    /// Sends a text message.
    pub async fn send_text(&self, id: Uuid, message: &TextMessage) -> Sent {
        match &self.sms {
            Some(provider) => sms::send(provider, id, message).await,
            None => Sent::Refused("nobody sends text messages here"),
        }
    }
}
