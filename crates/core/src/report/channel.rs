//! The door a report came in by.

use serde::{Deserialize, Serialize};

/// The channel of a report. It follows from the credential of the caller; an anonymous caller is `Web`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Channel {
    /// The resident's page, without an account.
    Web,
    /// A member of staff who files for somebody (坐席、采集员).
    Staff,
    /// A WeChat account (公众号 or 小程序).
    Wechat,
    /// The platform of a hotline (12345, 12319).
    Hotline,
    /// Another system, whose open cases were taken over.
    Import,
    /// A platform of others, over Open311 GeoReport.
    Open311,
    /// A sensor (物联网设备), through the platform that runs it.
    Device,
}

impl Channel {
    /// The name stored and shown.
    pub fn name(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Staff => "staff",
            Self::Wechat => "wechat",
            Self::Hotline => "hotline",
            Self::Import => "import",
            Self::Open311 => "open311",
            Self::Device => "device",
        }
    }
}
