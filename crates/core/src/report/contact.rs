//! How a reporter can be reached. Leaves memory encrypted only.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What a reporter gave of themself. Typed by hand, hence never proof of who they are.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Contact {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Where they wrote from, proved by WeChat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wechat: Option<WechatContact>,
}

/// Somebody at a WeChat account.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WechatContact {
    /// Name of the account in the configuration.
    pub account: String,
    pub openid: String,
}

impl fmt::Debug for WechatContact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WechatContact(…)")
    }
}

impl Contact {
    /// Whether nothing was given.
    pub fn is_empty(&self) -> bool {
        self.name.is_none() && self.phone.is_none() && self.email.is_none() && self.wechat.is_none()
    }

    /// What is known after the same person gave `newer`: each of its fields wins over the one before.
    pub fn with(self, newer: Self) -> Self {
        Self {
            name: newer.name.or(self.name),
            phone: newer.phone.or(self.phone),
            email: newer.email.or(self.email),
            wechat: newer.wechat.or(self.wechat),
        }
    }
}

impl fmt::Debug for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Contact(…)")
    }
}

/// A phone number as dialled in China: digits with an optional `+`, 5 to 15 of them; separators are dropped.
pub fn parse_phone(text: &str) -> Option<String> {
    let phone: String = text.chars().filter(|c| !matches!(c, ' ' | '-' | '(' | ')')).collect();
    let digits = phone.strip_prefix('+').unwrap_or(&phone);
    ((5..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())).then_some(phone)
}

/// An e-mail address that a mail server can be asked to deliver to: one `@`, a domain with a dot, no blanks or
/// control characters, at most 254 bytes (RFC 5321 §4.5.3.1). Whether somebody reads it only a delivery tells.
pub fn parse_email(text: &str) -> Option<String> {
    let text = text.trim();
    let (local, domain) = text.rsplit_once('@')?;
    let clean = |part: &str| {
        !part.is_empty() && part.chars().all(|c| c.is_ascii_graphic() && !"<>()[],;:\\\"@".contains(c))
    };
    let dotted = domain.contains('.') && domain.split('.').all(|label| !label.is_empty());
    (clean(local) && local.len() <= 64 && clean(domain) && dotted && text.len() <= 254)
        .then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phones_and_addresses_are_taken_or_refused_as_written() {
        for (text, parsed) in [
            ("139 0371 1234", Some("13903711234")),
            ("+86-371-66931196", Some("+8637166931196")),
            ("12ab", None),
            ("1234", None),
        ] {
            assert_eq!(parse_phone(text).as_deref(), parsed, "{text}");
        }
        for (text, valid) in [
            ("a@b.cn", true),
            ("a b@c.cn", false),
            ("a@b", false),
            ("@b.cn", false),
            ("a@b..cn", false),
            ("x<y>@b.cn", false),
            ("a@b.cn\r\nBcc: c@d.cn", false),
            ("a@b.cn,c@d.cn", false),
        ] {
            assert_eq!(parse_email(text).is_some(), valid, "{text}");
        }
    }
}
