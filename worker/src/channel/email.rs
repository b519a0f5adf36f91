//! E-mail over SMTP.

use std::time::Duration;

use jiekou_boot::config::Mail;
use jiekou_service::tell_reporters::Message;
use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::transport::smtp::PoolConfig;
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use secrecy::ExposeSecret;
use tracing::warn;
use uuid::Uuid;

use super::Sent;

/// How long the server may take for each step of the conversation. RFC 5321 §4.5.3.2 asks for up to ten minutes after the
/// message: whoever gives up sooner sends a second copy of what a slow server has taken.
const PATIENCE: Duration = Duration::from_secs(600);

/// A mail server and the sender's address.
#[derive(Debug)]
pub struct Email {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Email {
    /// `None` where no server is configured.
    pub fn new(mail: &Mail) -> Result<Option<Self>, String> {
        let url = mail.smtp_url.expose_secret();
        if url.is_empty() {
            return Ok(None);
        }
        let from =
            mail.from.parse().map_err(|_unshown| "JIEKOU_MAIL__FROM: must be an address".to_owned())?;
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url).map_err(|_unshown| {
            "JIEKOU_MAIL__SMTP_URL: must be smtp://host:port or smtps://host:port".to_owned()
        })?;
        let transport = builder.timeout(Some(PATIENCE)).pool_config(PoolConfig::new().max_size(8)).build();
        Ok(Some(Self { transport, from }))
    }

    /// Sends; the delivery's id is the Message-ID, by which a mail system that got a second copy after a crash can
    /// tell it from a second message.
    pub async fn send(&self, id: Uuid, message: &Message) -> Sent {
        let Ok(to) = message.to.parse() else {
            return Sent::Refused("the address is malformed");
        };
        let domain = self.from.email.domain();
        let mail = lettre::Message::builder()
            .message_id(Some(format!("<{id}@{domain}>")))
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(&message.subject)
            .header(ContentType::TEXT_PLAIN)
            .body(message.body.clone());
        let Ok(mail) = mail else {
            return Sent::Refused("the message cannot be written");
        };
        match self.transport.send(mail).await {
            Ok(_) => Sent::Taken,
            Err(error) if error.is_permanent() => Sent::Refused("the mail server refused it"),
            Err(error) => {
                // The class of the failure; the server's words may repeat the address.
                let class = if error.is_timeout() {
                    "timeout"
                } else if error.is_transient() {
                    "transient"
                } else {
                    "connection"
                };
                warn!(delivery.id = %id, smtp.failure = class, "a mail will be tried again");
                Sent::Again("the mail server did not take it yet")
            }
        }
    }
}
