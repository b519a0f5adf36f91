//! What is counted.

use serde::{Deserialize, Serialize};

/// Something that costs the district work or money, or that is worth guessing at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Act {
    /// A report comes in.
    Report,
    /// The author of a report adds to it, withdraws it, objects, or says whether the problem is solved.
    Addition,
    /// A photo is uploaded.
    Photo,
    /// A message or event of a conversation (公众号).
    Message,
    /// A code is sent to a phone (验证码): each costs money and disturbs somebody.
    SignInCode,
    /// Somebody tries to sign in or to take an account over.
    SignIn,
    /// Something was looked up by a code, secret or id that there is not, as guessing does.
    LookupMiss,
    /// Something is looked for while it is typed.
    Search,
    /// Something is read.
    Read,
    /// A GraphQL document, at its cost.
    #[serde(rename = "graphql")]
    GraphQl,
    /// A request of the Open311 door.
    Open311,
    /// A reading (读数) of a device.
    Reading,
    /// Staff change something.
    Handling,
    /// Somebody does something about the own account or session.
    Account,
}

impl Act {
    pub const ALL: [Self; 14] = [
        Self::Report,
        Self::Addition,
        Self::Photo,
        Self::Message,
        Self::SignInCode,
        Self::SignIn,
        Self::LookupMiss,
        Self::Search,
        Self::Read,
        Self::GraphQl,
        Self::Open311,
        Self::Reading,
        Self::Handling,
        Self::Account,
    ];

    /// The name in rulebooks, and in headers.
    pub fn name(self) -> &'static str {
        match self {
            Self::Report => "report",
            Self::Addition => "addition",
            Self::Photo => "photo",
            Self::Message => "message",
            Self::SignInCode => "signInCode",
            Self::SignIn => "signIn",
            Self::LookupMiss => "lookupMiss",
            Self::Search => "search",
            Self::Read => "read",
            Self::GraphQl => "graphql",
            Self::Open311 => "open311",
            Self::Reading => "reading",
            Self::Handling => "handling",
            Self::Account => "account",
        }
    }

    /// Whether somebody who is blocked may not do it. Reading what became of one's reports, and appealing, stays allowed.
    pub fn is_blocked(self) -> bool {
        match self {
            Self::Report
            | Self::Addition
            | Self::Photo
            | Self::Message
            | Self::SignInCode
            | Self::Open311
            | Self::Reading => true,
            Self::SignIn
            | Self::LookupMiss
            | Self::Search
            | Self::Read
            | Self::GraphQl
            | Self::Handling
            | Self::Account => false,
        }
    }

    /// Whether all processes count together. Reading is counted by each process alone: it must stay fast, and a process
    /// that nobody floods needs no protection.
    pub fn is_shared(self) -> bool {
        match self {
            Self::Search | Self::Read | Self::GraphQl => false,
            Self::Report
            | Self::Addition
            | Self::Photo
            | Self::Message
            | Self::SignInCode
            | Self::SignIn
            | Self::LookupMiss
            | Self::Open311
            | Self::Reading
            | Self::Handling
            | Self::Account => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_act_is_called_the_same_in_rulebooks_and_headers() {
        for act in Act::ALL {
            assert_eq!(serde_json::to_value(act).unwrap(), act.name());
        }
    }
}
