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
    Resident(Resident),
    Staff(Staff),
    /// Somebody at a WeChat account, by the pseudonym of their openid.
    Wechat(Uuid),
    Platform(Platform),
    Partner(Partner),
}

/// A signed-in resident: a pseudonym.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resident {
    pub resident_id: Uuid,
}

/// A system of others, as its key proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Platform {
    pub platform_id: Uuid,
    pub name: String,
    /// The door it came in by.
    pub channel: Channel,
    /// Account on whose behalf it files findings.
    pub acts_for: Option<Uuid>,
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
            Self::Public | Self::Resident(_) => Channel::Web,
            Self::Staff(_) => Channel::Staff,
            Self::Wechat(_) => Channel::Wechat,
            Self::Platform(platform) => platform.channel,
            Self::Partner(_) => Channel::Hotline,
        }
    }

    /// Who the caller is to a report that they file.
    pub fn filer(&self) -> Filer {
        match self {
            Self::Public | Self::Resident(_) | Self::Wechat(_) => Filer::Public,
            Self::Staff(staff) => Filer::of_staff(&staff.grants),
            Self::Platform(platform) if platform.channel == Channel::Device => Filer::Device,
            Self::Platform(_) => Filer::Platform,
            // It files what somebody has told it.
            Self::Partner(_) => Filer::Desk,
        }
    }

    /// Who of those that patrol found what the caller files.
    pub fn found(&self, origin: &Origin, rules: &Rulebook) -> Option<Finder> {
        match self {
            Self::Public | Self::Resident(_) | Self::Wechat(_) | Self::Platform(_) | Self::Partner(_) => None,
            Self::Staff(staff) => Finder::of(origin, &staff.grants, rules),
        }
    }

    /// The name under which keys and uploads are kept apart.
    pub fn name(&self) -> String {
        match self {
            Self::Public => "public".to_owned(),
            Self::Resident(resident) => format!("resident:{}", resident.resident_id),
            Self::Staff(staff) => format!("staff:{}", staff.staff_id),
            Self::Wechat(pseudonym) => format!("wechat:{pseudonym}"),
            Self::Platform(platform) => format!("platform:{}", platform.platform_id),
            Self::Partner(partner) => format!("hotline:{}", partner.code),
        }
    }

    pub fn staff_id(&self) -> Option<Uuid> {
        match self {
            Self::Public | Self::Resident(_) | Self::Wechat(_) | Self::Platform(_) | Self::Partner(_) => None,
            Self::Staff(staff) => Some(staff.staff_id),
        }
    }

    /// Whom a report says that it was filed by: an account, or a platform.
    pub fn filed_by(&self) -> Option<Uuid> {
        match self {
            Self::Public | Self::Resident(_) | Self::Wechat(_) | Self::Partner(_) => None,
            Self::Staff(staff) => Some(staff.staff_id),
            Self::Platform(platform) => Some(platform.platform_id),
        }
    }

    /// The account of a resident, if it is one.
    pub fn resident_id(&self) -> Option<Uuid> {
        match self {
            Self::Resident(resident) => Some(resident.resident_id),
            Self::Public | Self::Staff(_) | Self::Wechat(_) | Self::Platform(_) | Self::Partner(_) => None,
        }
    }

    /// The pseudonym that stands for the caller in all they send; `None` where each report has its own.
    pub fn pseudonym(&self) -> Option<Uuid> {
        match self {
            Self::Public | Self::Resident(_) | Self::Staff(_) | Self::Platform(_) | Self::Partner(_) => None,
            Self::Wechat(pseudonym) => Some(*pseudonym),
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
            Principal::Public | Principal::Wechat(_) => Uuid::try_parse(text).is_ok(),
            Principal::Resident(_) | Principal::Staff(_) | Principal::Platform(_) | Principal::Partner(_) => {
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
