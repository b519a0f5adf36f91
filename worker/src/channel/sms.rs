//! Text messages, through whoever sends them for this installation.

use jiekou_boot::clock;
use jiekou_partner::sms::{SmsOutcome, SmsProvider};
use jiekou_service::account_message::TextMessage;
use uuid::Uuid;

use super::Sent;

/// Hands a message in, once: what may have arrived is not sent again, for whoever waits for a code and gets none asks for
/// another, and of two the older is good no more.
pub async fn send(provider: &SmsProvider, id: Uuid, message: &TextMessage) -> Sent {
    let sms = jiekou_partner::sms::Sms { to: message.to.clone(), parameters: message.parameters.clone() };
    match provider.send(&sms, &id.to_string(), clock::now()).await {
        SmsOutcome::Taken => Sent::Taken,
        SmsOutcome::NotYet(reason) => Sent::Again(reason),
        SmsOutcome::Refused(refusal) => Sent::Refused(refusal.words()),
        SmsOutcome::Unknown => Sent::Unknown("whether it was sent is unknown"),
    }
}
