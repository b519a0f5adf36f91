//! `GET /open311/v2/discovery.{format}`: where the endpoint is and what it speaks.

use actix_web::{HttpResponse, web};
use jiekou_partner::open311::Node;

use super::answer::{document, format};
use super::fault::Fault;
use crate::state::State;

/// When what this describes changed last.
const CHANGESET: &str = "2026-11-27T00:00:00+08:00";
const SPECIFICATION: &str = "http://wiki.open311.org/GeoReport_v2";

pub async fn discovery(state: web::Data<State>, suffix: web::Path<String>) -> Result<HttpResponse, Fault> {
    let format = format(&suffix)?;
    let text = |text: &str| Node::Text(text.to_owned());
    let rules = state.app.rules();
    let district = &rules.data().district;
    // Where the demonstration's accounts are shown, nothing that is sent is ever mended.
    let kind = if state.demo_accounts.is_empty() { "production" } else { "test" };
    let endpoint = Node::Fields(vec![
        ("specification", text(SPECIFICATION)),
        ("url", Node::Text(format!("{}/open311/v2", state.app.public_url))),
        ("changeset", text(CHANGESET)),
        ("type", text(kind)),
        ("formats", Node::List("format", vec![text("text/xml"), text("application/json")])),
    ]);
    let key_service = format!("密钥由{}的管理员发放，请联系 {}。", district.center_name, district.hotline);
    let discovery = Node::Fields(vec![
        ("changeset", text(CHANGESET)),
        ("contact", Node::Text(format!("{}，电话 {}", district.center_name, district.hotline))),
        ("key_service", Node::Text(key_service)),
        ("endpoints", Node::List("endpoint", vec![endpoint])),
    ]);
    Ok(document(format, "discovery", &discovery))
}
