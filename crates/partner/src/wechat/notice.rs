//! Messages to users about something that happened: template messages (模板消息) and subscription messages (订阅通知).

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

use super::reply::cut_to_bytes;

/// What a value of a template may hold; beyond that WeChat answers 47003.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DataKind {
    /// `thing`: 20 characters.
    Thing,
    /// `phrase`: 5 Chinese characters.
    Phrase,
    /// `character_string`: 32 letters, digits or signs.
    CharacterString,
    /// `time`: a moment such as 2026年11月27日 18:00.
    Time,
    /// `number`: 32 digits.
    Number,
    /// A value of a template of the older kind, such as `first` or `keyword1`: any text.
    Text,
}

impl DataKind {
    /// The kind that follows from a value's name, such as `thing1`.
    #[must_use]
    pub fn of(name: &str) -> Self {
        match name.trim_end_matches(|c: char| c.is_ascii_digit()) {
            "thing" => Self::Thing,
            "phrase" => Self::Phrase,
            "character_string" => Self::CharacterString,
            "time" | "date" => Self::Time,
            "number" => Self::Number,
            _ => Self::Text,
        }
    }
}

/// `text` made to fit a value of this kind, cut on purpose rather than refused.
#[must_use]
pub fn data_value(kind: DataKind, text: &str) -> String {
    let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let cut = |limit: usize| {
        if line.chars().count() <= limit {
            line.clone()
        } else {
            let kept: String = line.chars().take(limit - 1).collect();
            format!("{kept}…")
        }
    };
    match kind {
        DataKind::Thing => cut(20),
        DataKind::Phrase => line.chars().filter(|c| matches!(c, '\u{4e00}'..='\u{9fff}')).take(5).collect(),
        DataKind::CharacterString => line.chars().filter(char::is_ascii_graphic).take(32).collect(),
        DataKind::Number => line.chars().filter(char::is_ascii_digit).take(32).collect(),
        DataKind::Time => line,
        DataKind::Text => cut_to_bytes(&line, 600),
    }
}

/// `POST cgi-bin/message/template/send`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateMessage {
    pub openid: String,
    pub template_id: String,
    pub url: String,
    /// By which WeChat knows a second attempt from a second message.
    pub client_msg_id: String,
    /// Name of each value, and its text.
    pub data: BTreeMap<String, String>,
}

/// `POST cgi-bin/message/subscribe/bizsend` (公众号) or `…/subscribe/send` (小程序).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscriptionMessage {
    pub openid: String,
    pub template_id: String,
    pub page: String,
    pub data: BTreeMap<String, String>,
}

impl TemplateMessage {
    pub(super) fn body(&self) -> Value {
        json!({
            "touser": self.openid, "template_id": self.template_id, "url": self.url,
            "client_msg_id": self.client_msg_id, "data": values(&self.data),
        })
    }
}

impl SubscriptionMessage {
    pub(super) fn body(&self) -> Value {
        json!({
            "touser": self.openid, "template_id": self.template_id, "page": self.page, "data": values(&self.data),
        })
    }
}

#[derive(Serialize)]
struct DataValue {
    value: String,
}

fn values(data: &BTreeMap<String, String>) -> BTreeMap<&str, DataValue> {
    let fit = |(name, text): (&String, &String)| data_value(DataKind::of(name), text);
    data.iter().map(|entry| (entry.0.as_str(), DataValue { value: fit(entry) })).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_made_to_fit() {
        let long = "淮河路街道数字化城市管理中心已经受理您的报料请等候";
        for (name, text, fit) in [
            ("thing1", "已受理", "已受理"),
            ("thing12", long, "淮河路街道数字化城市管理中心已经受理您…"),
            ("phrase3", "已受理了，谢谢", "已受理了谢"),
            ("character_string2", "ABCD 1234-坑", "ABCD1234-"),
            ("number4", "第 12 号", "12"),
            ("time5", "2026年11月27日 18:00", "2026年11月27日 18:00"),
            ("first", "您好\n已受理", "您好 已受理"),
        ] {
            assert_eq!(data_value(DataKind::of(name), text), fit, "{name}");
        }
        assert_eq!(data_value(DataKind::Thing, long).chars().count(), 20);
    }
}
