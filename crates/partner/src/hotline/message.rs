//! What a message says, once its fields were read.

use chrono::{DateTime, Utc};
use jiekou_core::hotline::{OrderField as F, OrderType, Partner};
use jiekou_core::report::contact::parse_phone;
use jiekou_core::report::{FieldCode, FieldError, Satisfaction};
use serde_json::{Map, Value};

use super::attachment::{attachments, related_orders};
use super::{Attachment, Inbound, Reading};

/// Most characters of an order's content, and of the words of another message.
const CONTENT: usize = 4_000;
const WORDS: usize = 2_000;

/// An order (工单) as its platform pushes it.
#[derive(Clone, PartialEq)]
pub struct Order {
    pub city_order_no: Option<String>,
    pub source: Option<String>,
    pub order_type: OrderType,
    pub urgent: bool,
    pub caller_name: Option<String>,
    /// Digits; what is no telephone number is none.
    pub caller_phone: Option<String>,
    /// Whether the caller agrees to be called back; `None`: nobody asked.
    pub callback_allowed: Option<bool>,
    pub secret: bool,
    pub appealed_at: Option<DateTime<Utc>>,
    pub topic: Option<String>,
    pub content: String,
    pub street: Option<String>,
    pub address: Option<String>,
    /// Longitude and latitude in the partner's system.
    pub point: Option<(f64, f64)>,
    pub classify_code: Option<String>,
    pub promised_at: Option<DateTime<Utc>>,
    pub recording: Option<String>,
    pub attachments: Vec<Attachment>,
    /// Numbers of other orders about the same.
    pub related_orders: Vec<String>,
}

impl std::fmt::Debug for Order {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Order").field("order_type", &self.order_type).finish_non_exhaustive()
    }
}

/// What the caller said when called back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallbackResult {
    pub reached: bool,
    /// `None`: not reached, or not said.
    pub solved: Option<bool>,
    pub satisfaction: Option<Satisfaction>,
    pub words: Option<String>,
}

/// A message.
#[derive(Debug, Clone, PartialEq)]
pub enum Message {
    PushOrder(Box<Order>),
    /// At least one of the three says something.
    AppendOrder {
        words: Option<String>,
        attachments: Vec<Attachment>,
        related_orders: Vec<String>,
    },
    Urge {
        words: Option<String>,
    },
    Supervise {
        words: String,
        level: Option<String>,
    },
    Revoke {
        reason: String,
    },
    CallbackResult(CallbackResult),
}

impl Message {
    /// The files that came with it.
    pub fn attachments(&self) -> &[Attachment] {
        match self {
            Self::PushOrder(order) => &order.attachments,
            Self::AppendOrder { attachments, .. } => attachments,
            Self::Urge { .. } | Self::Supervise { .. } | Self::Revoke { .. } | Self::CallbackResult(_) => &[],
        }
    }

    /// The other orders that it names.
    pub fn related_orders(&self) -> &[String] {
        match self {
            Self::PushOrder(order) => &order.related_orders,
            Self::AppendOrder { related_orders, .. } => related_orders,
            Self::Urge { .. } | Self::Supervise { .. } | Self::Revoke { .. } | Self::CallbackResult(_) => &[],
        }
    }

    /// Reads the fields of a message about `order_no`.
    ///
    /// # Errors
    /// Every wrong field, under the partner's own name for it.
    pub fn read(
        operation: Inbound,
        order_no: &str,
        fields: &Map<String, Value>,
        partner: &Partner,
    ) -> Result<Self, Vec<FieldError>> {
        let mut reading = Reading::new(partner, fields);
        if reading.text(F::OrderNo, 64).is_some_and(|named| named != order_no) {
            reading.fault_of(F::OrderNo, FieldCode::Malformed, "与请求头 Hotline-Order-No 不一致");
        }
        let words = |reading: &mut Reading<'_>| {
            reading.text(F::Words, WORDS).or_else(|| reading.text(F::Content, WORDS))
        };
        let message = match operation {
            Inbound::PushOrder => order(&mut reading, partner).map(|order| Self::PushOrder(Box::new(order))),
            Inbound::AppendOrder => {
                let words = words(&mut reading);
                let attachments = attachments(&mut reading, partner);
                let related_orders = related_orders(&mut reading);
                if words.is_none() && attachments.is_empty() && related_orders.is_empty() {
                    reading.missing(F::Words, "请写明补充的内容");
                }
                Some(Self::AppendOrder { words, attachments, related_orders })
            }
            Inbound::Urge => Some(Self::Urge { words: words(&mut reading) }),
            Inbound::Supervise => {
                let words = words(&mut reading);
                if words.is_none() {
                    reading.missing(F::Words, "请写明督办意见");
                }
                let level = reading.text(F::Level, 40);
                words.map(|words| Self::Supervise { words, level })
            }
            Inbound::Revoke => {
                let reason = words(&mut reading);
                if reason.is_none() {
                    reading.missing(F::Words, "请写明撤单原因");
                }
                reason.map(|reason| Self::Revoke { reason })
            }
            Inbound::CallbackResult => Some(Self::CallbackResult(callback(&mut reading))),
        };
        match message {
            Some(message) if reading.faults.is_empty() => Ok(message),
            _ => Err(reading.faults),
        }
    }
}

fn order(reading: &mut Reading<'_>, partner: &Partner) -> Option<Order> {
    let topic = reading.text(F::Topic, 200);
    let content = reading.text(F::Content, CONTENT);
    if content.is_none() {
        reading.missing(F::Content, "请写明诉求内容");
    }
    let word = reading.text(F::OrderType, 40);
    let urgency = reading.text(F::Urgency, 20);
    let urgent = |word: &str| matches!(word, "紧急" | "特急" | "加急" | "urgent" | "1" | "2" | "3");
    let (x, y) = (reading.coordinate(F::X), reading.coordinate(F::Y));
    let phone = reading.text(F::CallerPhone, 64);
    Some(Order {
        city_order_no: reading.text(F::CityOrderNo, 64),
        source: reading.text(F::Source, 40),
        order_type: partner.order_type(word.as_deref()),
        urgent: urgency.as_deref().is_some_and(urgent),
        caller_name: reading.text(F::CallerName, 50),
        caller_phone: phone.as_deref().and_then(parse_phone),
        callback_allowed: reading.flag(F::CallbackAllowed),
        secret: reading.flag(F::Secret).unwrap_or_default(),
        appealed_at: reading.moment(F::AppealTime),
        topic,
        street: reading.text(F::Street, 100),
        address: reading.text(F::Address, 200),
        point: x.zip(y),
        classify_code: reading.text(F::ClassifyCode, 64),
        promised_at: reading.moment(F::PromiseTime),
        recording: reading.text(F::Recording, 500),
        attachments: attachments(reading, partner),
        related_orders: related_orders(reading),
        // Last, so that the faults of all others are found.
        content: content?,
    })
}

fn callback(reading: &mut Reading<'_>) -> CallbackResult {
    let reached = reading.flag(F::Reached);
    if reached.is_none() {
        reading.missing(F::Reached, "请填是否联系上诉求人");
    }
    let result = reading.number(F::Result, 3);
    let satisfaction = reading.number(F::Satisfaction, 3);
    CallbackResult {
        reached: reached.unwrap_or_default(),
        solved: result.map(|number| number == 0),
        satisfaction: satisfaction.and_then(|number| Satisfaction::from_number(number.into())),
        words: reading.text(F::Words, 1_000),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn partner() -> Partner {
        serde_json::from_value(json!({
            "code": "12345", "name": "热线", "coordinates": "GCJ-02", "fields": { "content": "discription" }
        }))
        .unwrap()
    }

    fn read(operation: Inbound, fields: &Value) -> Result<Message, Vec<String>> {
        let read = Message::read(operation, "A1", fields.as_object().unwrap(), &partner());
        read.map_err(|faults| faults.into_iter().map(|fault| fault.pointer).collect())
    }

    #[test]
    fn an_order_is_read_by_the_names_of_its_platform_misspellings_included() {
        let fields = json!({
            "taskId": "A1", "serviceType": "投诉", "discription": " 路面\u{0}有坑\r\n很大 ", "coordx": "113.63",
            "coordy": 34.73, "callNumber": "139 0000 1234", "reflectPerson": "王女士", "isSecret": "是",
            "isSubscribeCallback": 0, "emergencyLevel": "紧急", "orderTime": "2026-11-27 08:30:00", "streetName": "",
            "recordId": "rec-7", "unknown": { "deep": [1] }
        });
        let Ok(Message::PushOrder(order)) = read(Inbound::PushOrder, &fields) else { unreachable!() };
        assert_eq!(order.content, "路面有坑\n很大");
        assert_eq!(order.point, Some((113.63, 34.73)));
        assert_eq!(order.caller_phone.as_deref(), Some("13900001234"));
        assert_eq!((order.secret, order.callback_allowed, order.urgent), (true, Some(false), true));
        assert_eq!(order.appealed_at.map(|at| at.timestamp()), Some(1_795_739_400));
        assert_eq!((order.street, order.recording.as_deref()), (None, Some("rec-7")));
    }

    #[test]
    fn a_phone_that_is_none_and_coordinates_of_zero_are_left_out_and_refuse_no_order() {
        let fields = json!({ "discription": "路灯不亮", "callerPhone": "无", "x": "", "y": 0 });
        let Ok(Message::PushOrder(order)) = read(Inbound::PushOrder, &fields) else { unreachable!() };
        assert_eq!((order.caller_phone, order.point), (None, None));
    }

    #[test]
    fn every_wrong_field_is_told_at_once_under_its_own_name() {
        let fields = json!({ "orderNo": "B2", "secret": "maybe", "appealTime": "昨天", "address": ["a"] });
        let pointers = read(Inbound::PushOrder, &fields).unwrap_err();
        assert_eq!(pointers, ["/orderNo", "/discription", "/secret", "/appealTime", "/address"]);
        assert_eq!(read(Inbound::AppendOrder, &json!({})).unwrap_err(), ["/words"]);
        assert_eq!(read(Inbound::Supervise, &json!({ "level": "红牌" })).unwrap_err(), ["/words"]);
        assert_eq!(read(Inbound::Revoke, &json!({})).unwrap_err(), ["/words"]);
        assert_eq!(
            read(Inbound::CallbackResult, &json!({ "result": 9 })).unwrap_err(),
            ["/reached", "/result"]
        );
        let long = json!({ "discription": "长".repeat(4_001) });
        assert_eq!(read(Inbound::PushOrder, &long).unwrap_err(), ["/discription"]);
    }

    #[test]
    fn other_messages_say_what_they_owe() {
        assert_eq!(read(Inbound::Urge, &json!({})), Ok(Message::Urge { words: None }));
        let said = json!({ "isCallbackSuccess": "1", "banliResult_12345": "1", "publicSatisfaction": "0" });
        let read = read(Inbound::CallbackResult, &said).unwrap();
        let Message::CallbackResult(result) = read else { unreachable!() };
        assert_eq!((result.reached, result.solved), (true, Some(false)));
        assert_eq!(result.satisfaction, Some(Satisfaction::Dissatisfied));
    }
}
