//! What a message says of files and of other orders.

use std::collections::HashSet;

use jiekou_core::hotline::{AttachmentField, OrderField, Partner};
use jiekou_core::report::{FieldCode, FieldError};
use reqwest::Url;
use serde_json::{Map, Value};

use super::Reading;
use super::fields::{pointer, said};

/// Most files and most other orders of one message.
pub const MOST_ATTACHMENTS: usize = 9;
pub const MOST_RELATED: usize = 20;
/// Longest address of a file.
const ADDRESS: usize = 1_000;
/// Longest number of an order, as in the head of a message.
const ORDER_NO: usize = 64;

/// A file that the platform has.
#[derive(Clone, PartialEq, Eq)]
pub struct Attachment {
    pub id: Option<String>,
    pub name: Option<String>,
    /// In small letters, without parameters.
    pub mime: Option<String>,
    /// In bytes.
    pub size: Option<u64>,
    pub sha256: Option<[u8; 32]>,
    /// `http` or `https`, without a name or password in it; whose it is was not looked at.
    pub url: Url,
}

impl std::fmt::Debug for Attachment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Attachment").field("size", &self.size).finish_non_exhaustive()
    }
}

/// The files of a message, each address once; every wrong field is noted.
pub(super) fn attachments(reading: &mut Reading<'_>, partner: &Partner) -> Vec<Attachment> {
    let Some((name, list)) = list(reading, OrderField::Attachments) else { return Vec::new() };
    if list.len() > MOST_ATTACHMENTS {
        reading.fault(&name, FieldCode::TooMany, format!("最多 {MOST_ATTACHMENTS} 个附件"));
        return Vec::new();
    }
    let mut read: Vec<Attachment> = Vec::with_capacity(list.len());
    for (position, entry) in list.iter().enumerate() {
        let at = format!("{}/{position}", pointer(&name));
        let Value::Object(fields) = entry else {
            reading.faults.push(FieldError::new(at, FieldCode::WrongType, "应为对象，含 url"));
            continue;
        };
        let entry = Entry { fields, partner, at: &at };
        if let Some(attachment) = entry.read(&mut reading.faults)
            && !read.iter().any(|known| known.url == attachment.url)
        {
            read.push(attachment);
        }
    }
    read
}

/// Numbers of other orders, each once: a list, or a text with commas or blanks between them.
pub(super) fn related_orders(reading: &mut Reading<'_>) -> Vec<String> {
    let found = reading.value(OrderField::RelatedOrders);
    let Some((name, list)) = found.and_then(|(name, value)| Some((name, numbers(value)?))) else {
        return Vec::new();
    };
    if list.len() > MOST_RELATED {
        reading.fault(&name, FieldCode::TooMany, format!("最多 {MOST_RELATED} 个关联工单"));
        return Vec::new();
    }
    let mut read: Vec<String> = Vec::with_capacity(list.len());
    for (position, entry) in list.iter().enumerate() {
        let visible = |it: &str| it.len() <= ORDER_NO && it.bytes().all(|byte| byte.is_ascii_graphic());
        match said(entry) {
            None => {}
            Some(Ok(number)) if visible(&number) => read.push(number),
            Some(_) => {
                let at = format!("{}/{position}", pointer(&name));
                let words = "工单编号为 1 至 64 位字母、数字或符号";
                reading.faults.push(FieldError::new(at, FieldCode::Malformed, words));
            }
        }
    }
    let mut seen = HashSet::new();
    read.retain(|number| seen.insert(number.clone()));
    read
}

/// The list of a field, or the JSON text of one, as forms have it; `None`: nothing is said, or it is noted as wrong.
fn list(reading: &mut Reading<'_>, field: OrderField) -> Option<(String, Vec<Value>)> {
    let (name, value) = reading.value(field)?;
    let read = match value {
        Value::Array(list) => Some(list.clone()),
        Value::String(text) if is_nothing(text) => return None,
        Value::String(text) => serde_json::from_str(text).ok(),
        _ => None,
    };
    if read.is_none() {
        reading.fault(&name, FieldCode::WrongType, "应为列表（JSON 数组）".to_owned());
    }
    read.map(|list| (name, list))
}

/// `None`: nothing is said.
fn numbers(value: &Value) -> Option<Vec<Value>> {
    match value {
        Value::Array(list) => Some(list.clone()),
        Value::String(text) if is_nothing(text) => None,
        // Half a list is one entry that is none.
        Value::String(text) if text.trim_start().starts_with('[') => {
            Some(serde_json::from_str(text).unwrap_or_else(|_no_list| vec![Value::Array(Vec::new())]))
        }
        Value::String(text) => Some({
            let parts = text.split([',', '，', ';', '；', '、', ' ', '\n', '\t', '\r']);
            parts.filter(|part| !part.is_empty()).map(Value::from).collect()
        }),
        other => Some(vec![other.clone()]),
    }
}

/// What platforms write where there is nothing.
fn is_nothing(text: &str) -> bool {
    matches!(text.trim(), "" | "无" | "null" | "[]")
}

/// One attachment while it is read.
struct Entry<'a> {
    fields: &'a Map<String, Value>,
    partner: &'a Partner,
    /// JSON pointer to it.
    at: &'a str,
}

impl Entry<'_> {
    fn read(&self, faults: &mut Vec<FieldError>) -> Option<Attachment> {
        use AttachmentField as F;
        let id = self.text(F::Id, 64, faults);
        let name = self.text(F::Name, 200, faults);
        let mime = self
            .text(F::Mime, 100, faults)
            .map(|mime| mime.split(';').next().unwrap_or_default().trim().to_ascii_lowercase());
        let size = self.parsed(F::Size, "文件大小为字节数", faults, |text| {
            text.parse().ok().filter(|size: &u64| i64::try_from(*size).is_ok())
        });
        let sha256 = self.parsed(F::Sha256, "SHA-256 为 64 位十六进制数", faults, hash);
        let before = faults.len();
        let url = self.parsed(F::Url, "应为 http:// 或 https:// 开头的地址", faults, address);
        if url.is_none() && faults.len() == before {
            faults.push(FieldError::new(self.place(F::Url), FieldCode::Missing, "请填写附件地址"));
        }
        Some(Attachment { id, name, mime, size, sha256, url: url? })
    }

    fn place(&self, field: AttachmentField) -> String {
        format!("{}{}", self.at, pointer(self.partner.attachment_name(field)))
    }

    fn text(&self, field: AttachmentField, limit: usize, faults: &mut Vec<FieldError>) -> Option<String> {
        let value = self.fields.get(self.partner.attachment_name(field))?;
        match said(value)? {
            Ok(text) if text.chars().count() <= limit => return Some(text),
            Ok(_) => {
                let words = format!("最多 {limit} 字");
                faults.push(FieldError::new(self.place(field), FieldCode::TooLong, words));
            }
            Err(()) => {
                faults.push(FieldError::new(self.place(field), FieldCode::WrongType, "应为文字或数字"));
            }
        }
        None
    }

    fn parsed<T>(
        &self,
        field: AttachmentField,
        words: &str,
        faults: &mut Vec<FieldError>,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.text(field, ADDRESS, faults)?;
        let parsed = parse(&text);
        if parsed.is_none() {
            faults.push(FieldError::new(self.place(field), FieldCode::Malformed, words));
        }
        parsed
    }
}

fn hash(text: &str) -> Option<[u8; 32]> {
    let digits: Vec<u8> = text
        .chars()
        .map(|digit| digit.to_digit(16).and_then(|value| u8::try_from(value).ok()))
        .collect::<Option<_>>()?;
    let bytes: Vec<u8> = match digits.as_chunks::<2>() {
        (pairs, []) => pairs.iter().map(|[high, low]| (high << 4) | low).collect(),
        _ => return None,
    };
    bytes.try_into().ok()
}

/// An address that could be asked for; whose it is, [`Peer`](super::Peer) says.
fn address(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let web = matches!(url.scheme(), "http" | "https") && url.host_str().is_some_and(|host| !host.is_empty());
    let plain = url.username().is_empty() && url.password().is_none();
    // What is escaped grows.
    (web && plain && url.as_str().len() <= 3 * ADDRESS).then_some(url)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::super::{Inbound, Message, payload};
    use super::*;

    fn partner(more: &Value) -> Partner {
        let mut partner = json!({
            "code": "12345", "name": "热线", "coordinates": "GCJ-02", "fields": { "attachments": "fileList" },
            "attachmentFields": { "url": "filePath", "name": "fileName" }
        });
        for (name, value) in more.as_object().unwrap() {
            partner[name] = value.clone();
        }
        serde_json::from_value(partner).unwrap()
    }

    fn order(fields: &Value) -> Result<(Vec<Attachment>, Vec<String>), Vec<String>> {
        let mut fields = fields.clone();
        fields["content"] = json!("路面有坑");
        let read = Message::read(Inbound::PushOrder, "A1", fields.as_object().unwrap(), &partner(&json!({})));
        match read {
            Ok(Message::PushOrder(order)) => Ok((order.attachments, order.related_orders)),
            Ok(_) => unreachable!(),
            Err(faults) => Err(faults.into_iter().map(|fault| fault.pointer).collect()),
        }
    }

    const HASH: &str = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61CAAFF8A";

    #[test]
    fn files_are_read_by_the_names_of_their_platform_and_each_address_once() {
        let file = json!({
            "filePath": "HTTPS://Hotline.example/a 1.jpg", "fileName": "现场.jpg", "mime": "Image/JPEG; q=1",
            "size": "120", "sha256": HASH, "id": 7, "uploader": { "deep": [] }
        });
        let bare = json!({ "filePath": "http://10.1.2.3:8080/2", "fileName": "", "size": null });
        let (files, _) = order(&json!({ "fileList": [file, bare, file] })).unwrap();
        assert_eq!(files.len(), 2);
        let first = &files[0];
        assert_eq!(first.url.as_str(), "https://hotline.example/a%201.jpg");
        assert_eq!((first.mime.as_deref(), first.size), (Some("image/jpeg"), Some(120)));
        assert_eq!((first.id.as_deref(), first.name.as_deref()), (Some("7"), Some("现场.jpg")));
        assert_eq!(first.sha256.map(|hash| (hash[0], hash[31])), Some((0x44, 0x8a)));
        assert_eq!((&files[1].name, files[1].size, files[1].sha256), (&None, None, None));
    }

    #[test]
    fn every_wrong_part_is_told_under_the_platforms_own_names() {
        let fields = json!({
            "fileList": [
                { "filePath": "ftp://a/b", "size": -1, "sha256": "abc" }, "http://a/b", { "fileName": ["x"] },
                { "filePath": format!("https://a/{}", "x".repeat(1_000)) }, { "filePath": "https://me:pw@a/b" }
            ],
            "relatedOrders": ["A2", "有 空格", { "no": 1 }]
        });
        let due = [
            "/fileList/0/size",
            "/fileList/0/sha256",
            "/fileList/0/filePath",
            "/fileList/1",
            "/fileList/2/fileName",
            "/fileList/2/filePath",
            "/fileList/3/filePath",
            "/fileList/4/filePath",
            "/relatedOrders/1",
            "/relatedOrders/2",
        ];
        assert_eq!(order(&fields).unwrap_err(), due);
        let many = vec![json!({ "filePath": "https://a/b" }); 10];
        assert_eq!(order(&json!({ "fileList": many })).unwrap_err(), ["/fileList"]);
        assert_eq!(order(&json!({ "fileList": { "filePath": "https://a/b" } })).unwrap_err(), ["/fileList"]);
        assert_eq!(order(&json!({ "fileList": "两张照片" })).unwrap_err(), ["/fileList"]);
        let many: Vec<String> = (0..21).map(|n| format!("A{n}")).collect();
        assert_eq!(order(&json!({ "relatedOrders": many })).unwrap_err(), ["/relatedOrders"]);
        assert_eq!(order(&json!({ "relatedOrders": "[\"A2\"" })).unwrap_err(), ["/relatedOrders/0"]);
    }

    #[test]
    fn other_orders_come_as_a_list_or_as_a_text_and_nothing_is_nothing() {
        for said in [
            json!(["A2", 7, "A2", null, ""]),
            json!("A2,7"),
            json!("A2、 7；A2"),
            json!("[\"A2\", 7]"),
            json!(["A2", "7"]),
        ] {
            assert_eq!(order(&json!({ "relatedOrders": said })).unwrap().1, ["A2", "7"], "{said}");
        }
        for nothing in [json!(null), json!(""), json!("无"), json!("[]"), json!([])] {
            let read = order(&json!({ "relatedOrders": nothing, "fileList": nothing })).unwrap();
            assert_eq!(read, (Vec::new(), Vec::new()), "{nothing}");
        }
    }

    #[test]
    fn a_form_has_the_list_as_a_json_text() {
        let body = "words=x&fileList=%5B%7B%22filePath%22%3A%22https%3A%2F%2Fa%2Fb.jpg%22%7D%5D&relatedOrders=A2%2CA3";
        let fields = payload("application/x-www-form-urlencoded", body.as_bytes()).unwrap();
        let read = Message::read(Inbound::AppendOrder, "A1", &fields, &partner(&json!({}))).unwrap();
        let Message::AppendOrder { words, attachments, related_orders } = read else { unreachable!() };
        assert_eq!((words.as_deref(), related_orders.len()), (Some("x"), 2));
        assert_eq!(attachments[0].url.as_str(), "https://a/b.jpg");
    }

    proptest! {
        #[test]
        fn any_text_is_an_address_of_the_web_or_none(text in "\\PC{0,60}|https?://[a-z0-9.:@\\[\\]/%-]{0,60}") {
            if let Some(url) = address(&text) {
                prop_assert!(matches!(url.scheme(), "http" | "https"));
                prop_assert!(url.username().is_empty() && url.password().is_none());
                prop_assert_eq!(Url::parse(url.as_str()).unwrap(), url);
            }
        }

        #[test]
        fn any_hash_is_read_as_it_was_written(bytes in any::<[u8; 32]>()) {
            let written: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            prop_assert_eq!(hash(&written), Some(bytes));
            prop_assert_eq!(hash(&written[1..]), None);
        }
    }
}
