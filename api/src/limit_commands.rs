//! `jiekou-api limits`: what each route is counted as, and how much of it there is by default.

use std::fmt::Write;

use jiekou_core::limit::{Act, Per, Rule};
use utoipa::OpenApi;

use crate::limits::acts;
use crate::openapi::Contract;

/// Every route of the contract with its act, and every act with its default rules.
pub fn shown() -> String {
    let mut text = String::new();
    for (path, item) in Contract::openapi().paths.paths {
        let methods = [
            ("GET", item.get.is_some()),
            ("POST", item.post.is_some()),
            ("PUT", item.put.is_some()),
            ("DELETE", item.delete.is_some()),
            ("PATCH", item.patch.is_some()),
        ];
        for (method, _) in methods.into_iter().filter(|(_, there)| *there) {
            let limited = if method == "GET" { acts::of_reading(&path) } else { acts::of_route(&path) };
            let act = limited.map_or("-", |limited| limited.act.name());
            let _ = writeln!(text, "{method} {path} {act}");
        }
    }
    for act in Act::ALL {
        let _ = writeln!(text, "\n{}", act.name());
        for rule in Rule::defaults().iter().filter(|rule| rule.act == act) {
            let channel = rule.channel.map(|channel| format!(" on {}", channel.name())).unwrap_or_default();
            let (burst, rate, per) = (rule.burst, rule.rate, per(rule.per));
            let _ = writeln!(text, "  by {}{channel}: {burst} at once, {rate} {per}", rule.by.name());
        }
    }
    text
}

fn per(per: Per) -> &'static str {
    match per {
        Per::Second => "a second",
        Per::Minute => "a minute",
        Per::Hour => "an hour",
        Per::Day => "a day",
    }
}
