//! A body as its fields: a JSON object, or a form.

use serde_json::{Map, Value};
use thiserror::Error;

/// Most fields of a message.
const MOST: usize = 200;

/// Why a body has no fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PayloadError {
    #[error("the body is neither application/json nor application/x-www-form-urlencoded")]
    ContentType,
    #[error("the body is no JSON object")]
    NoObject,
    #[error("the form is not in UTF-8 or not percent-encoded")]
    NoForm,
    #[error("the body has more than 200 fields")]
    TooMany,
}

/// The fields of a body. The last of several fields of one name counts.
///
/// # Errors
/// See [`PayloadError`].
pub fn payload(content_type: &str, body: &[u8]) -> Result<Map<String, Value>, PayloadError> {
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    let fields = if kind.eq_ignore_ascii_case("application/json") {
        serde_json::from_slice(body).map_err(|_unreadable| PayloadError::NoObject)?
    } else if kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        form(body).ok_or(PayloadError::NoForm)?
    } else {
        return Err(PayloadError::ContentType);
    };
    if fields.len() > MOST { Err(PayloadError::TooMany) } else { Ok(fields) }
}

fn form(body: &[u8]) -> Option<Map<String, Value>> {
    let pairs = body.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty());
    let read = pairs.map(|pair| {
        let mut parts = pair.splitn(2, |byte| *byte == b'=');
        let name = decoded(parts.next()?)?;
        Some((name, Value::String(decoded(parts.next().unwrap_or_default())?)))
    });
    read.collect()
}

fn decoded(text: &[u8]) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.iter();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digits = [*rest.next()?, *rest.next()?];
                u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?
            }
            other => *other,
        });
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_and_forms_say_the_same() {
        let json =
            payload("application/json; charset=utf-8", r#"{"content":"井盖 丢失"}"#.as_bytes()).unwrap();
        let form =
            payload("application/x-www-form-urlencoded", b"content=%E4%BA%95%E7%9B%96+%E4%B8%A2%E5%A4%B1");
        assert_eq!(form.unwrap(), json);
    }

    #[test]
    fn what_is_neither_is_refused() {
        let form = "application/x-www-form-urlencoded";
        for (kind, body, error) in [
            ("text/xml", "<a/>", PayloadError::ContentType),
            ("", "{}", PayloadError::ContentType),
            ("application/json", "", PayloadError::NoObject),
            ("application/json", "[]", PayloadError::NoObject),
            (form, "a=%zz", PayloadError::NoForm),
            (form, "a=%E4", PayloadError::NoForm),
            (form, "a=%", PayloadError::NoForm),
        ] {
            assert_eq!(payload(kind, body.as_bytes()), Err(error), "{kind} {body}");
        }
        let many: Vec<String> = (0..201).map(|n| format!("f{n}=1")).collect();
        assert_eq!(payload(form, many.join("&").as_bytes()), Err(PayloadError::TooMany));
    }
}
