//! Who an account is for, as an administrator writes it.

use crate::report::contact::parse_email;
use crate::report::{FieldCode, FieldError};

/// Name to sign in with, name that others see, and where invitations go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Lower case.
    pub username: String,
    pub display_name: String,
    pub email: Option<String>,
}

/// A profile of which nothing is checked yet.
#[derive(Debug, Clone, Default)]
pub struct RawProfile {
    pub username: Option<String>,
    pub display_name: Option<String>,
    pub email: Option<String>,
}

/// Most characters of a name that others see.
const LONGEST_NAME: usize = 40;

impl Profile {
    /// Checks a profile.
    ///
    /// # Errors
    /// Every fault, with its pointer.
    pub fn parse(raw: &RawProfile) -> Result<Self, Vec<FieldError>> {
        let mut faults = Vec::new();
        let mut fault = |pointer: &str, code, words: &str| faults.push(FieldError::new(pointer, code, words));
        let username = raw.username.as_deref().map(|name| name.trim().to_lowercase());
        match &username {
            None => fault("/username", FieldCode::Missing, "请填写用户名"),
            Some(name) if !is_username(name) => {
                let words = "用户名为 2 至 64 个小写字母、数字、点、横线或下划线，以字母或数字开头";
                fault("/username", FieldCode::Malformed, words);
            }
            Some(_) => {}
        }
        let display_name = raw.display_name.as_deref().map(str::trim);
        match display_name {
            None => fault("/displayName", FieldCode::Missing, "请填写姓名"),
            Some("") => fault("/displayName", FieldCode::Empty, "请填写姓名"),
            Some(name) if name.chars().count() > LONGEST_NAME => {
                fault("/displayName", FieldCode::TooLong, "姓名至多 40 个字");
            }
            Some(name) if name.chars().any(char::is_control) => {
                fault("/displayName", FieldCode::ControlCharacter, "姓名不能包含控制字符");
            }
            Some(_) => {}
        }
        let email = raw.email.as_deref().map(parse_email);
        if email == Some(None) {
            fault("/email", FieldCode::Malformed, "邮箱格式不正确");
        }
        match (username, display_name) {
            (Some(username), Some(name)) if faults.is_empty() => {
                Ok(Self { username, display_name: name.to_owned(), email: email.flatten() })
            }
            _ => Err(faults),
        }
    }
}

fn is_username(name: &str) -> bool {
    (2..=64).contains(&name.len())
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._-".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(username: &str, display_name: &str, email: Option<&str>) -> RawProfile {
        RawProfile {
            username: Some(username.to_owned()),
            display_name: Some(display_name.to_owned()),
            email: email.map(str::to_owned),
        }
    }

    #[test]
    fn a_profile_is_trimmed_and_its_name_folded() {
        let profile = Profile::parse(&raw(" Wang.Fang ", " 王芳 ", Some("wang@erqi.example"))).unwrap();
        assert_eq!((profile.username.as_str(), profile.display_name.as_str()), ("wang.fang", "王芳"));
        assert_eq!(profile.email.as_deref(), Some("wang@erqi.example"));
    }

    #[test]
    fn every_fault_is_told_at_its_field() {
        let long = "长".repeat(41);
        for (raw, expected) in [
            (RawProfile::default(), vec!["/username", "/displayName"]),
            (raw("w", "王芳", None), vec!["/username"]),
            (raw("王芳", "王芳", None), vec!["/username"]),
            (raw("-wang", "王芳", None), vec!["/username"]),
            (raw("wang fang", "王芳", None), vec!["/username"]),
            (raw(&"w".repeat(65), "", None), vec!["/username", "/displayName"]),
            (raw("wang", &long, None), vec!["/displayName"]),
            (raw("wang", "王\u{0}芳", Some("nobody")), vec!["/displayName", "/email"]),
        ] {
            let faults = Profile::parse(&raw).unwrap_err();
            let pointers: Vec<&str> = faults.iter().map(|fault| fault.pointer.as_str()).collect();
            assert_eq!(pointers, expected);
        }
    }
}
