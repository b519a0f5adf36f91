//! Who calls.

use jiekou_core::report::{Channel, Filer, Finder, Origin};
use jiekou_core::rulebook::Rulebook;
use jiekou_core::staff::Grant;
use uuid::Uuid;

/// The caller, as the credential proves.
#[derive(Debug, Clone)]
pub enum Principal {
    /// Anybody: no credential.
    Public,
    Staff(Staff),
    Partner(Partner),
}

/// The platform of a hotline, as its signature proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partner {
    /// Its code in the rulebook.
    pub code: String,
}

/// A signed-in member of staff.
#[derive(Debug, Clone)]
pub struct Staff {
    pub staff_id: Uuid,
    pub name: String,
    pub grants: Vec<Grant>,
}

impl Principal {
    /// The channel that follows from the credential.
    pub fn channel(&self) -> Channel {
        match self {
            Self::Public => Channel::Web,
            Self::Staff(_) => Channel::Staff,
            Self::Partner(_) => Channel::Hotline,
        }
    }

    /// Who the caller is to a report that they file.
    pub fn filer(&self) -> Filer {
        match self {
            Self::Public => Filer::Public,
            Self::Staff(staff) => Filer::of_staff(&staff.grants),
            // It files what somebody has told it.
            Self::Partner(_) => Filer::Desk,
        }
    }

    /// Who of those that patrol found what the caller files.
    pub fn found(&self, origin: &Origin, rules: &Rulebook) -> Option<Finder> {
        match self {
            Self::Public | Self::Partner(_) => None,
            Self::Staff(staff) => Finder::of(origin, &staff.grants, rules),
        }
    }

    /// The name under which keys and uploads are kept apart.
    pub fn name(&self) -> String {
        match self {
            Self::Public => "public".to_owned(),
            Self::Staff(staff) => format!("staff:{}", staff.staff_id),
            Self::Partner(partner) => format!("hotline:{}", partner.code),
        }
    }

    pub fn staff_id(&self) -> Option<Uuid> {
        match self {
            Self::Public | Self::Partner(_) => None,
            Self::Staff(staff) => Some(staff.staff_id),
        }
    }
}

/// A checked `Idempotency-Key` with the hash of the body it came with.
#[derive(Debug, Clone)]
pub struct IdempotencyKey {
    pub key: String,
    pub body_hash: [u8; 32],
}

impl IdempotencyKey {
    /// Checks a key. Without a credential all callers share one scope, hence only UUIDs, which nobody else guesses.
    pub fn parse(text: &str, body_hash: [u8; 32], caller: &Principal) -> Option<Self> {
        let well_formed = match caller {
            Principal::Public => Uuid::try_parse(text).is_ok(),
            Principal::Staff(_) | Principal::Partner(_) => {
                (1..=200).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic())
            }
        };
        let key =
            if matches!(caller, Principal::Public) { text.to_ascii_lowercase() } else { text.to_owned() };
        well_formed.then_some(Self { key, body_hash })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strangers_may_only_use_keys_that_nobody_guesses() {
        let parse = |text| IdempotencyKey::parse(text, [0; 32], &Principal::Public);
        assert!(parse("order-1").is_none());
        assert_eq!(
            parse("6F9619FF-8B86-D011-B42D-00CF4FC964FF").unwrap().key,
            "6f9619ff-8b86-d011-b42d-00cf4fc964ff"
        );
    }
}
