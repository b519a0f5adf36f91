//! What people wrote, as it is read from the database. It shows itself scrubbed and in no other way, so that no view,
//! export, message or log can forget to; what is stored never changes. The original is for rules, which read it and tell
//! nobody, and for whoever has opened a reporter's identity ([`OpenedIdentity`]).

use std::borrow::Cow;
use std::fmt;

use jiekou_core::privacy::{scrub, scrub_json};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value};
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::postgres::{PgArgumentBuffer, PgTypeInfo, PgValueRef, Postgres};
use sqlx::types::Json;
use sqlx::{Decode, Encode, Type};

use crate::people::identity::OpenedIdentity;

/// Somebody's words.
#[derive(Clone, PartialEq, Eq, Hash, Deserialize)]
#[serde(transparent)]
pub struct Words(String);

impl Words {
    /// Words that somebody has just written.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// As everybody may read them.
    pub fn shown(&self) -> String {
        scrub(&self.0).into_owned()
    }

    /// As they were written, for rules that decide by them and for writing them into the same case again. Never for an
    /// answer, a message or a log.
    pub fn for_rules(&self) -> &str {
        &self.0
    }

    /// As they were written, for whoever has opened the identity of their author.
    pub fn opened(&self, _: &OpenedIdentity) -> &str {
        &self.0
    }

    /// Whether something is hidden when they are shown.
    pub fn hides_something(&self) -> bool {
        matches!(scrub(&self.0), Cow::Owned(_))
    }
}

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Words(…)")
    }
}

impl Serialize for Words {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&scrub(&self.0))
    }
}

impl Type<Postgres> for Words {
    fn type_info() -> PgTypeInfo {
        <String as Type<Postgres>>::type_info()
    }

    fn compatible(info: &PgTypeInfo) -> bool {
        <String as Type<Postgres>>::compatible(info)
    }
}

impl<'r> Decode<'r, Postgres> for Words {
    fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
        <String as Decode<Postgres>>::decode(value).map(Self)
    }
}

impl Encode<'_, Postgres> for Words {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        <String as Encode<Postgres>>::encode_by_ref(&self.0, buffer)
    }
}

/// What somebody said that is more than words: answers to questions, a place, the fields of a record.
#[derive(Clone, PartialEq, Deserialize)]
#[serde(transparent)]
pub struct Said(Value);

impl Said {
    /// As everybody may read it.
    pub fn shown(&self) -> Value {
        scrub_json(self.0.clone())
    }

    /// Its fields as everybody may read them; none where it has no fields.
    pub fn shown_fields(&self) -> Map<String, Value> {
        match self.shown() {
            Value::Object(fields) => fields,
            _ => Map::new(),
        }
    }

    /// As it was said; see [`Words::for_rules`].
    pub fn for_rules(&self) -> &Value {
        &self.0
    }

    /// As it was said, for whoever has opened the identity of its author.
    pub fn opened(&self, _: &OpenedIdentity) -> &Value {
        &self.0
    }

    /// Whether something is hidden when it is shown.
    pub fn hides_something(&self) -> bool {
        self.shown() != self.0
    }
}

impl fmt::Debug for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Said(…)")
    }
}

impl Serialize for Said {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.shown().serialize(serializer)
    }
}

impl Type<Postgres> for Said {
    fn type_info() -> PgTypeInfo {
        <Json<Value> as Type<Postgres>>::type_info()
    }

    fn compatible(info: &PgTypeInfo) -> bool {
        <Json<Value> as Type<Postgres>>::compatible(info)
    }
}

impl<'r> Decode<'r, Postgres> for Said {
    fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
        <Json<Value> as Decode<Postgres>>::decode(value).map(|json| Self(json.0))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn words_show_themselves_scrubbed_whatever_is_done_with_them() {
        let words = Words::new("井盖丢了，请打 139 1234 5678");
        assert_eq!(words.shown(), "井盖丢了，请打 ［电话已隐去］");
        assert_eq!(serde_json::to_value(&words).unwrap(), words.shown());
        assert_eq!(format!("{words:?}"), "Words(…)");
        assert!(words.hides_something() && !Words::new("井盖丢了").hides_something());
        let said: Said =
            serde_json::from_value(json!({ "a": ["13912345678", 13_912_345_678_u64, 3] })).unwrap();
        assert_eq!(serde_json::to_value(&said).unwrap(), json!({ "a": ["［电话已隐去］", null, 3] }));
        assert_eq!(format!("{said:?}"), "Said(…)");
    }
}
