//! What is shown of a contact to whoever may see that there is one: enough to tell two people apart, too little to call.

use serde::Serialize;

use crate::report::Contact;

/// A contact with the middle of each part left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MaskedContact {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

impl From<&Contact> for MaskedContact {
    fn from(contact: &Contact) -> Self {
        Self {
            name: contact.name.as_deref().map(mask_name),
            phone: contact.phone.as_deref().map(mask_phone),
            email: contact.email.as_deref().map(mask_email),
        }
    }
}

/// A phone number without the country's code, so that one phone is one however it is written.
pub fn national(phone: &str) -> &str {
    let mobile = |number: &&str| number.len() == 11 && number.starts_with('1');
    let abroad = phone.strip_prefix("+86").or_else(|| phone.strip_prefix("0086"));
    abroad.or_else(|| phone.strip_prefix("86").filter(mobile)).unwrap_or(phone)
}

/// `138****1234`; of a short number less.
pub fn mask_phone(phone: &str) -> String {
    let national = national(phone);
    let length = national.chars().count();
    let (first, last) = match length {
        11.. => (3, 4),
        8..=10 => (2, 2),
        _ => (0, 2.min(length / 2)),
    };
    let head: String = national.chars().take(first).collect();
    let tail: String = national.chars().skip(length - last).collect();
    format!("{head}****{tail}")
}

/// `z***@example.cn`
pub fn mask_email(address: &str) -> String {
    match address.rsplit_once('@') {
        Some((local, domain)) => {
            let first: String = local.chars().take(1).filter(|_| local.chars().count() > 1).collect();
            format!("{first}***@{domain}")
        }
        None => "***".to_owned(),
    }
}

/// `王**`
pub fn mask_name(name: &str) -> String {
    let first: String = name.chars().take(1).filter(|_| name.chars().count() > 1).collect();
    format!("{first}**")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn enough_stays_to_tell_people_apart_and_too_little_to_reach_them() {
        for (phone, masked) in [
            ("13800001234", "138****1234"),
            ("+8613800001234", "138****1234"),
            ("8613800001234", "138****1234"),
            ("037166931196", "037****1196"),
            ("66931196", "66****96"),
            ("12345", "****45"),
            ("1", "****"),
        ] {
            assert_eq!(mask_phone(phone), masked);
        }
        assert_eq!(mask_email("zhang@example.cn"), "z***@example.cn");
        assert_eq!(mask_email("z@example.cn"), "***@example.cn");
        assert_eq!((mask_name("王小明"), mask_name("王")), ("王**".to_owned(), "**".to_owned()));
    }
}
