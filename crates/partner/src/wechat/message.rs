//! A push: a message or an event of one user (接收普通消息, 接收事件推送).

use jiekou_core::place::{CoordinateSystem, DeclaredPoint};

use super::element::{Element, Unreadable};
use super::event::Event;

/// What one user said or did.
#[derive(Debug, Clone, PartialEq)]
pub struct Incoming {
    /// The account's own id, `gh_…`.
    pub account_id: String,
    /// Who: their id within this account.
    pub openid: String,
    /// Seconds since 1970.
    pub created_at: i64,
    /// Empty in most events.
    pub message_id: String,
    /// Name of the event; empty in messages.
    pub event: String,
    /// Empty where there is none.
    pub event_key: String,
    pub said: Said,
}

/// The content.
#[derive(Debug, Clone, PartialEq)]
pub enum Said {
    Text {
        content: String,
    },
    Image {
        media_id: String,
    },
    Voice {
        media_id: String,
        /// `amr`, `speex`, …
        format: Option<String>,
        /// What WeChat understood, where the account has recognition on.
        recognition: Option<String>,
    },
    /// Also a short video (小视频).
    Video {
        media_id: String,
    },
    Location {
        /// Picked on WeChat's map: GCJ-02.
        point: DeclaredPoint,
        label: Option<String>,
    },
    Link {
        title: Option<String>,
        url: Option<String>,
    },
    Event(Event),
    /// A sticker, a file, or a kind this release does not know.
    Other {
        kind: String,
    },
}

impl Incoming {
    /// Reads a push in plain. `position_system`: what the coordinates of `LOCATION` events are in, which WeChat's
    /// documents do not say.
    ///
    /// # Errors
    /// [`Unreadable`] where nobody, no time or no kind is named. A known kind that lacks what it must have is
    /// [`Said::Other`]: somebody waits for words all the same.
    pub fn parse(bytes: &[u8], position_system: CoordinateSystem) -> Result<Self, Unreadable> {
        let push = Element::parse(bytes)?;
        let openid = push.value("FromUserName").ok_or(Unreadable)?;
        let kind = push.value("MsgType").ok_or(Unreadable)?;
        let created_at = push.value("CreateTime").and_then(seconds).ok_or(Unreadable)?;
        let event = if kind == "event" { push.value("Event").unwrap_or_default() } else { "" };
        // A few events tell of a message that was sent: its id is their own.
        let message_id = push
            .value("MsgId")
            .or_else(|| push.value("MsgID"))
            .or_else(|| push.holding("MsgID").into_iter().find_map(|inner| inner.value("MsgID")));
        Ok(Self {
            account_id: push.value("ToUserName").unwrap_or_default().to_owned(),
            openid: openid.to_owned(),
            created_at,
            message_id: message_id.unwrap_or_default().to_owned(),
            event: event.to_owned(),
            event_key: push.value("EventKey").unwrap_or_default().to_owned(),
            said: said(kind, &push, position_system),
        })
    }
}

fn said(kind: &str, push: &Element, position_system: CoordinateSystem) -> Said {
    let other = || Said::Other { kind: kind.to_owned() };
    let owned = |name: &str| push.value(name).map(str::to_owned);
    match kind {
        "text" => owned("Content").map_or_else(other, |content| Said::Text { content }),
        "image" => owned("MediaId").map_or_else(other, |media_id| Said::Image { media_id }),
        "voice" => owned("MediaId").map_or_else(other, |media_id| Said::Voice {
            media_id,
            format: owned("Format"),
            recognition: owned("Recognition"),
        }),
        "video" | "shortvideo" => owned("MediaId").map_or_else(other, |media_id| Said::Video { media_id }),
        // X is the latitude.
        "location" => point(push, "Location_Y", "Location_X", CoordinateSystem::Gcj02)
            .map_or_else(other, |point| Said::Location { point, label: owned("Label") }),
        "link" => Said::Link { title: owned("Title"), url: owned("Url") },
        "event" => Said::Event(Event::parse(push, position_system)),
        _ => other(),
    }
}

/// The point whose numbers have these names.
pub(super) fn point(
    push: &Element,
    longitude: &str,
    latitude: &str,
    system: CoordinateSystem,
) -> Option<DeclaredPoint> {
    let number = |name: &str| push.value(name)?.parse::<f64>().ok().filter(|number| number.is_finite());
    Some(DeclaredPoint { longitude: number(longitude)?, latitude: number(latitude)?, system })
}

fn seconds(text: &str) -> Option<i64> {
    // A number of JSON may come as 1700000000.0.
    let whole = text.strip_suffix(".0").unwrap_or(text);
    whole.parse().ok().filter(|seconds| (0..=253_402_300_799).contains(seconds))
}
