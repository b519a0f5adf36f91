//! A mobile number of the Chinese mainland (手机号): the only ones that codes are sent to.

use std::fmt;

use crate::report::contact::parse_phone;

/// Eleven digits, the first 1, the second 3 to 9 (the numbering plan of GB/T 17502 networks as assigned by 工信部).
#[derive(Clone, PartialEq, Eq)]
pub struct MobilePhone(String);

impl MobilePhone {
    /// Reads a number as people write it: with blanks, hyphens and the country's code or without.
    pub fn parse(text: &str) -> Option<Self> {
        let written = parse_phone(text.trim())?;
        let local = ["+86", "0086"].iter().find_map(|code| written.strip_prefix(code));
        let local = local.or_else(|| written.strip_prefix("86").filter(|rest| rest.len() == 11));
        let local = local.unwrap_or(&written);
        let mut digits = local.bytes();
        let mobile = local.len() == 11
            && digits.next() == Some(b'1')
            && digits.next().is_some_and(|second| (b'3'..=b'9').contains(&second));
        mobile.then(|| Self(local.to_owned()))
    }

    /// With the country's code, as E.164 writes it: `+8613912345678`.
    pub fn e164(&self) -> String {
        format!("+86{}", self.0)
    }

    /// Every way that [`parse_phone`] leaves this number in: a contact typed by hand may be any of them.
    pub fn as_contacts(&self) -> [String; 4] {
        ["", "+86", "86", "0086"].map(|code| format!("{code}{}", self.0))
    }

    /// `139****5678`, to be told from one's other numbers.
    pub fn masked(&self) -> String {
        let part = |range| self.0.get(range).unwrap_or_default();
        format!("{}****{}", part(0..3), part(7..11))
    }
}

impl fmt::Debug for MobilePhone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MobilePhone(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mobile_number_is_one_however_it_is_written() {
        for text in
            ["13912345678", " 139-1234-5678", "+86 139 1234 5678", "0086(139)12345678", "8613912345678"]
        {
            let phone = MobilePhone::parse(text).unwrap();
            assert_eq!(phone.e164(), "+8613912345678", "{text}");
            let typed = parse_phone(text.trim()).unwrap();
            assert!(phone.as_contacts().contains(&typed), "{text} is found as {typed}");
        }
        assert_eq!(format!("{:?}", MobilePhone::parse("13912345678").unwrap()), "MobilePhone(…)");
        assert_eq!(MobilePhone::parse("13912345678").unwrap().masked(), "139****5678");
    }

    #[test]
    fn what_takes_no_message_is_no_mobile_number() {
        for text in [
            "",
            "1391234567",
            "139123456789",
            "037166931196",
            "12345",
            "12912345678",
            "23912345678",
            "+113912345678",
            "+8637166931196",
            "1391234567a",
            "１３９１２３４５６７８",
            "86139123456789",
            "+86+8613912345678",
        ] {
            assert!(MobilePhone::parse(text).is_none(), "{text}");
        }
    }
}
