//! Who spends a quota.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::AddressGroup;

/// What somebody is counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum By {
    /// Whoever shows no credential: the network they come from.
    Address,
    /// The account of a resident.
    Resident,
    /// A phone number, whoever types it in.
    Phone,
    /// A device (物联网).
    Device,
    /// Somebody in WeChat; the gateway's own address stands for nobody.
    #[serde(rename = "openid")]
    OpenId,
    /// The account of a member of staff: twenty operators (坐席) behind one address are twenty.
    Desk,
    /// Another platform, by its key.
    Platform,
}

impl By {
    pub const ALL: [Self; 7] =
        [Self::Address, Self::Resident, Self::Phone, Self::Device, Self::OpenId, Self::Desk, Self::Platform];

    /// The name in rulebooks, stored and sent.
    pub fn name(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::Resident => "resident",
            Self::Phone => "phone",
            Self::Device => "device",
            Self::OpenId => "openid",
            Self::Desk => "desk",
            Self::Platform => "platform",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|by| by.name() == name)
    }
}

/// A keyed hash of what must not be kept in clear.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Blind(pub [u8; 16]);

impl Blind {
    /// The first half of a keyed hash; `None` for one that is shorter.
    pub fn from_index(index: &[u8]) -> Option<Self> {
        index.first_chunk().copied().map(Self)
    }
}

impl fmt::Debug for Blind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Blind(…)")
    }
}

/// Somebody who spends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Spender {
    Address(AddressGroup),
    Resident(Uuid),
    Phone(Blind),
    Device(Blind),
    OpenId(Blind),
    Desk(Uuid),
    Platform(Uuid),
}

impl Spender {
    pub fn by(self) -> By {
        match self {
            Self::Address(_) => By::Address,
            Self::Resident(_) => By::Resident,
            Self::Phone(_) => By::Phone,
            Self::Device(_) => By::Device,
            Self::OpenId(_) => By::OpenId,
            Self::Desk(_) => By::Desk,
            Self::Platform(_) => By::Platform,
        }
    }

    /// What tells this one from all others of its kind, as text.
    pub fn text(self) -> String {
        match self {
            Self::Address(group) => group.to_string(),
            Self::Resident(id) | Self::Desk(id) | Self::Platform(id) => id.simple().to_string(),
            Self::Phone(blind) | Self::Device(blind) | Self::OpenId(blind) => {
                blind.0.iter().map(|byte| format!("{byte:02x}")).collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn somebody_is_counted_by_the_same_name_everywhere() {
        for by in By::ALL {
            assert_eq!(serde_json::to_value(by).unwrap(), by.name());
            assert_eq!(By::from_name(by.name()), Some(by));
        }
    }

    #[test]
    fn a_hash_is_not_shown_by_accident() {
        assert_eq!(format!("{:?}", Spender::Phone(Blind([7; 16]))), "Phone(Blind(…))");
        assert_eq!(Blind::from_index(&[1; 15]), None);
    }
}
