//! Events: what a user did other than write, and what became of messages to them.

use jiekou_core::place::{CoordinateSystem, DeclaredPoint};

use super::element::Element;
use super::message::point;

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// 关注, with the scene of the code that was scanned, if one was.
    Subscribe {
        scene: Option<String>,
    },
    /// 取消关注
    Unsubscribe,
    /// A code scanned by somebody who follows already.
    Scan {
        scene: Option<String>,
    },
    /// 上报地理位置: where the user is, as often as they allow.
    Position {
        point: DeclaredPoint,
        precision_meters: Option<f64>,
    },
    /// 点击菜单
    Click {
        key: String,
    },
    /// A menu's link was opened.
    View {
        url: String,
    },
    /// What became of a template message.
    TemplateSent {
        message_id: String,
        status: SendStatus,
    },
    /// Permissions given or taken, one for each template: 订阅通知.
    Permissions(Vec<Permission>),
    /// What became of a subscription message.
    SubscriptionSent {
        template_id: String,
        message_id: String,
        /// 0: it arrived.
        error_code: i64,
    },
    Other {
        name: String,
    },
}

/// One template's permission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permission {
    pub template_id: String,
    pub granted: bool,
}

/// How the sending of a template message ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SendStatus {
    Success,
    /// The user refuses messages of the account.
    Blocked,
    Failed,
}

impl Event {
    pub(super) fn parse(push: &Element, position_system: CoordinateSystem) -> Self {
        let name = push.value("Event").unwrap_or_default();
        let key = || push.value("EventKey").map(str::to_owned);
        let scene = || key().map(|key| key.strip_prefix("qrscene_").map_or(key.clone(), str::to_owned));
        let other = || Self::Other { name: name.to_owned() };
        match name.to_ascii_lowercase().as_str() {
            "subscribe" => Self::Subscribe { scene: scene() },
            "unsubscribe" => Self::Unsubscribe,
            "scan" => Self::Scan { scene: scene() },
            "location" => {
                let precision = push.value("Precision").and_then(|text| text.parse::<f64>().ok());
                point(push, "Longitude", "Latitude", position_system).map_or_else(other, |point| {
                    Self::Position { point, precision_meters: precision.filter(|meters| meters.is_finite()) }
                })
            }
            "click" => key().map_or_else(other, |key| Self::Click { key }),
            "view" => Self::View { url: key().unwrap_or_default() },
            "templatesendjobfinish" => {
                let id = push.value("MsgID").or_else(|| push.value("MsgId")).unwrap_or_default();
                let status = push.value("Status").unwrap_or_default();
                Self::TemplateSent { message_id: id.to_owned(), status: SendStatus::parse(status) }
            }
            "subscribe_msg_popup_event" | "subscribe_msg_change_event" => {
                Self::Permissions(permissions(push))
            }
            "subscribe_msg_sent_event" => sent(push).unwrap_or_else(other),
            _ => other(),
        }
    }
}

impl SendStatus {
    fn parse(text: &str) -> Self {
        if text == "success" {
            Self::Success
        } else if text.contains("block") {
            Self::Blocked
        } else {
            Self::Failed
        }
    }
}

/// Whatever names a template and says accept or reject, however it is wrapped: WeChat's own example of the change event
/// wraps it as the popup event.
fn permissions(push: &Element) -> Vec<Permission> {
    let entries = push.holding("TemplateId").into_iter();
    let said = entries.filter_map(|entry| {
        let granted = match entry.value("SubscribeStatusString")? {
            "accept" => true,
            "reject" => false,
            _ => return None,
        };
        Some(Permission { template_id: entry.value("TemplateId")?.to_owned(), granted })
    });
    said.collect()
}

fn sent(push: &Element) -> Option<Event> {
    let entry = push.holding("TemplateId").into_iter().next()?;
    Some(Event::SubscriptionSent {
        template_id: entry.value("TemplateId")?.to_owned(),
        message_id: entry.value("MsgID").or_else(|| entry.value("MsgId")).unwrap_or_default().to_owned(),
        error_code: entry.value("ErrorCode").and_then(|text| text.parse().ok()).unwrap_or(0),
    })
}
