//! Typed fields of a record.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::report::text::parse_text;
use crate::report::{FieldCode, FieldError};

/// A field of a kind of record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Field {
    /// Lower-case letters, digits and hyphens.
    pub code: String,
    pub name: String,
    pub is: FieldType,
    #[serde(default)]
    pub optional: bool,
}

/// What can stand in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum FieldType {
    /// Words, at most so many characters.
    Text { at_most: usize },
    /// A whole number.
    Count {
        at_least: i64,
        at_most: i64,
        #[serde(default)]
        unit: Option<String>,
    },
    /// A measured number.
    Number {
        at_least: f64,
        at_most: f64,
        #[serde(default)]
        unit: Option<String>,
    },
    /// One of these.
    Choice { of: Vec<Choice> },
    /// A day, not in the future where it must be over.
    Date {
        #[serde(default)]
        future: bool,
    },
    /// Yes or no.
    Flag,
    /// Where something can be read: a web address, or a path of Jiekou's own.
    Link,
}

/// What can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Choice {
    pub code: String,
    pub name: String,
}

/// Most characters of a link.
const LINK_LIMIT: usize = 500;

impl FieldType {
    /// Checks a value that was sent and returns it as it is stored.
    pub(super) fn parse(&self, pointer: &str, value: &Value, today: NaiveDate) -> Result<Value, FieldError> {
        let wrong =
            |expected: &str| FieldError::new(pointer, FieldCode::WrongType, format!("应为{expected}"));
        let outside = |words: String| FieldError::new(pointer, FieldCode::OutOfRange, words);
        let text = |limit| parse_text(pointer, value.as_str().ok_or_else(|| wrong("文字"))?, limit);
        match self {
            Self::Text { at_most } => Ok(Value::String(text(*at_most)?)),
            Self::Count { at_least, at_most, .. } => match value.as_i64() {
                None => Err(wrong("整数")),
                Some(count) if (*at_least..=*at_most).contains(&count) => Ok(count.into()),
                Some(_) => Err(outside(format!("应在 {at_least} 到 {at_most} 之间"))),
            },
            Self::Number { at_least, at_most, .. } => match value.as_f64() {
                None => Err(wrong("数字")),
                Some(number) if (*at_least..=*at_most).contains(&number) => Ok(value.clone()),
                Some(_) => Err(outside(format!("应在 {at_least} 到 {at_most} 之间"))),
            },
            Self::Choice { of } => {
                let code = value.as_str().ok_or_else(|| wrong("选项的代码"))?;
                if of.iter().any(|option| option.code == code) {
                    return Ok(value.clone());
                }
                let known: Vec<&str> = of.iter().map(|option| option.code.as_str()).collect();
                Err(FieldError::new(pointer, FieldCode::Unknown, format!("请填 {}", known.join("、"))))
            }
            Self::Date { future } => {
                let day: NaiveDate = value
                    .as_str()
                    .and_then(|text| text.parse().ok())
                    .ok_or_else(|| wrong("日期，如 2026-11-23"))?;
                if !future && day > today {
                    return Err(FieldError::new(pointer, FieldCode::InFuture, "日期不能在将来"));
                }
                Ok(Value::String(day.to_string()))
            }
            Self::Flag => value.as_bool().map(Value::Bool).ok_or_else(|| wrong("true 或 false")),
            Self::Link => {
                let link = text(LINK_LIMIT)?;
                let begins =
                    ["https://", "http://", "/v1/"].iter().find_map(|begin| link.strip_prefix(begin));
                if begins.is_none_or(str::is_empty) || link.chars().any(char::is_whitespace) {
                    let words = "应为 http(s):// 开头的网址，或 /v1/ 开头的本系统地址";
                    return Err(FieldError::new(pointer, FieldCode::Malformed, words));
                }
                Ok(Value::String(link))
            }
        }
    }

    /// The value as people read it: an option by its name, a number with its unit.
    pub fn words(&self, value: &Value) -> String {
        match (self, value) {
            (Self::Choice { of }, Value::String(code)) => {
                let chosen = of.iter().find(|option| option.code == *code);
                chosen.map_or_else(|| code.clone(), |option| option.name.clone())
            }
            (Self::Count { unit: Some(unit), .. } | Self::Number { unit: Some(unit), .. }, value) => {
                format!("{value} {unit}")
            }
            (Self::Flag, Value::Bool(true)) => "是".to_owned(),
            (Self::Flag, Value::Bool(false)) => "否".to_owned(),
            (_, Value::String(text)) => text.clone(),
            (_, value) => value.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parse(is: &FieldType, value: Value) -> Result<Value, FieldCode> {
        let today = NaiveDate::from_ymd_opt(2026, 11, 27).unwrap();
        is.parse("/f", &value, today).map_err(|fault| fault.code)
    }

    #[test]
    fn each_type_takes_what_it_is_and_refuses_what_it_is_not() {
        let count = FieldType::Count { at_least: 0, at_most: 9, unit: Some("个".into()) };
        let number = FieldType::Number { at_least: 0.0, at_most: 1.5, unit: None };
        let choice = FieldType::Choice { of: vec![Choice { code: "talk".into(), name: "约谈".into() }] };
        let table = [
            (FieldType::Text { at_most: 2 }, json!(" 好 "), Ok(json!("好"))),
            (FieldType::Text { at_most: 2 }, json!("一二三"), Err(FieldCode::TooLong)),
            (FieldType::Text { at_most: 2 }, json!(" "), Err(FieldCode::Empty)),
            (FieldType::Text { at_most: 2 }, json!(1), Err(FieldCode::WrongType)),
            (count.clone(), json!(9), Ok(json!(9))),
            (count.clone(), json!(10), Err(FieldCode::OutOfRange)),
            (count.clone(), json!(-1), Err(FieldCode::OutOfRange)),
            (count.clone(), json!(1.5), Err(FieldCode::WrongType)),
            (number.clone(), json!(1.5), Ok(json!(1.5))),
            (number.clone(), json!(1), Ok(json!(1))),
            (number, json!(1.6), Err(FieldCode::OutOfRange)),
            (choice.clone(), json!("talk"), Ok(json!("talk"))),
            (choice.clone(), json!("dismiss"), Err(FieldCode::Unknown)),
            (FieldType::Date { future: false }, json!("2026-11-27"), Ok(json!("2026-11-27"))),
            (FieldType::Date { future: false }, json!("2026-11-28"), Err(FieldCode::InFuture)),
            (FieldType::Date { future: true }, json!("2026-11-28"), Ok(json!("2026-11-28"))),
            (FieldType::Date { future: true }, json!("2026-02-30"), Err(FieldCode::WrongType)),
            (FieldType::Flag, json!(true), Ok(json!(true))),
            (FieldType::Flag, json!("yes"), Err(FieldCode::WrongType)),
            (
                FieldType::Link,
                json!("/v1/statistics?period=2026-11"),
                Ok(json!("/v1/statistics?period=2026-11")),
            ),
            (FieldType::Link, json!("https://"), Err(FieldCode::Malformed)),
            (FieldType::Link, json!("javascript:alert(1)"), Err(FieldCode::Malformed)),
        ];
        for (is, value, expected) in table {
            assert_eq!(parse(&is, value.clone()), expected, "{is:?} {value}");
        }
        assert_eq!((choice.words(&json!("talk")), count.words(&json!(3))), ("约谈".into(), "3 个".into()));
    }
}
