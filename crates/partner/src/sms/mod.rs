//! Text messages (短信): one file a provider. All of them send a template that the provider has approved, filled in.

mod tc3;
mod tencent;

use std::fmt;

use chrono::{DateTime, Utc};

pub use tencent::{TencentAccount, TencentSms};

/// A message to one phone.
#[derive(Clone, PartialEq, Eq)]
pub struct Sms {
    /// In E.164: `+8613912345678`.
    pub to: String,
    /// What fills the places of the template, in their order.
    pub parameters: Vec<String>,
}

impl fmt::Debug for Sms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sms(…)")
    }
}

/// What came of handing a message in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmsOutcome {
    /// The provider has taken it.
    Taken,
    /// It was certainly not sent, and may be later.
    NotYet(&'static str),
    /// It was certainly not sent, and will not be.
    Refused(Refusal),
    /// It may have been sent.
    Unknown,
}

/// Why a provider never sends a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// This phone got too many, or the account has sent too many today.
    Limit,
    /// There is no such phone, or it takes no messages.
    Number,
    /// The template, the signature or what fills them in.
    Template,
    /// Keys, application or rights of the account, or its clock.
    Account,
    /// Nothing is left to send with.
    Balance,
    /// The provider gives a reason that is not known here.
    Other,
}

impl Refusal {
    /// In words, without anything personal.
    pub fn words(self) -> &'static str {
        match self {
            Self::Limit => "the provider's limit is reached",
            Self::Number => "the number takes no messages",
            Self::Template => "the template or signature is refused",
            Self::Account => "the provider refuses the account",
            Self::Balance => "the balance at the provider is used up",
            Self::Other => "the provider refused it",
        }
    }

    /// Whether the installation and not the phone is at fault: nobody gets messages until somebody sees to it.
    pub fn is_ours(self) -> bool {
        match self {
            Self::Template | Self::Account | Self::Balance | Self::Other => true,
            Self::Limit | Self::Number => false,
        }
    }
}

/// Whoever sends the messages of this installation.
#[derive(Debug, Clone)]
pub enum SmsProvider {
    Tencent(TencentSms),
}

impl SmsProvider {
    /// Hands a message in, once. `reference` comes back in the provider's records.
    pub async fn send(&self, sms: &Sms, reference: &str, now: DateTime<Utc>) -> SmsOutcome {
        match self {
            Self::Tencent(tencent) => tencent.send(sms, reference, now).await,
        }
    }
}
