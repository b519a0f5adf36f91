//! Free text that people type.

use super::{FieldCode, FieldError};

/// Trims `text` and checks it: not empty, at most `limit` characters, no control character but newline and tab.
pub fn parse_text(pointer: &str, text: &str, limit: usize) -> Result<String, FieldError> {
    let text = text.replace("\r\n", "\n");
    let text = text.trim();
    if text.is_empty() {
        return Err(FieldError::new(pointer, FieldCode::Empty, "请填写内容"));
    }
    let length = text.chars().count();
    if length > limit {
        return Err(FieldError::new(
            pointer,
            FieldCode::TooLong,
            format!("最多 {limit} 字，现在 {length} 字"),
        ));
    }
    if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        return Err(FieldError::new(
            pointer,
            FieldCode::ControlCharacter,
            "含有不可见的控制字符，请删去后重试",
        ));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_trimmed_counted_in_characters_and_free_of_control_characters() {
        assert_eq!(parse_text("/d", "  井盖\r\n丢失\t了 ", 10).unwrap(), "井盖\n丢失\t了");
        assert_eq!(parse_text("/d", " \n ", 10).unwrap_err().code, FieldCode::Empty);
        assert_eq!(parse_text("/d", "一二三", 2).unwrap_err().code, FieldCode::TooLong);
        assert!(parse_text("/d", &"坑".repeat(2_000), 2_000).is_ok());
        for bad in ["a\u{0}b", "a\u{7}b", "a\u{1b}[31m", "a\u{85}b"] {
            assert_eq!(parse_text("/d", bad, 10).unwrap_err().code, FieldCode::ControlCharacter);
        }
    }
}
