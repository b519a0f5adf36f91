//! What every test stands on.

mod accepting;
mod api;
pub mod contract;
mod database;
mod environment;
mod hotline_platform;
mod mail_server;
pub mod picture;
mod process;
pub mod scanner_server;
mod sms_server;
mod socket;
mod tls_door;
mod web_server;
pub mod wechat_server;
pub mod workbook;
mod world;

pub use api::{Answer, Api, Staff};
pub use environment::{binary, project, test_data};
pub use hotline_platform::{HotlinePlatform, Mood, Served};
pub use mail_server::Mail;
pub use process::{Process, free_port};
pub use sms_server::SmsMode;
pub use socket::Socket;
pub use tls_door::{authority, tls_door};
pub use web_server::{Asked, Reply, WebServer};
pub use wechat_server::WechatServer;
pub use world::{Grant, World, WorldOptions};

use serde_json::{Value, json};

/// A point in 淮河路街道, far from every border.
pub const HUAIHE: (f64, f64) = (113.630, 34.735);
/// The center that answers for it.
pub const HUAIHE_CENTER: &str = "410103001";

/// The time as somebody's phone has it.
#[expect(clippy::disallowed_methods, reason = "a test stands outside the processes that are told the time")]
pub fn wall_clock() -> chrono::DateTime<chrono::Utc> {
    chrono::Utc::now()
}

/// A good report about `words` at a WGS-84 point.
pub fn report(category: &str, words: &str, (longitude, latitude): (f64, f64)) -> Value {
    json!({
        "category": category,
        "description": words,
        "location": { "longitude": longitude, "latitude": latitude, "coordinateSystem": "WGS-84", "accuracyMeters": 10 }
    })
}

/// A point `east` and `north` metres away.
pub fn moved((longitude, latitude): (f64, f64), east: f64, north: f64) -> (f64, f64) {
    (longitude + east / (111_195.0 * latitude.to_radians().cos()), latitude + north / 111_195.0)
}
