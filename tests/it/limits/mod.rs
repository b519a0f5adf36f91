//! How much somebody may do, and who that is.

mod blocks;
mod connections;
mod every_route;
mod guessing;
mod quotas;
mod spam;
mod together;

use reqwest::Method;
use serde_json::Value;

use super::harness::{Answer, Api, World, WorldOptions};

/// An installation with quotas in earnest and these rules, behind a proxy of this machine; its first process only loads.
async fn limited(rules: &str, options: WorldOptions) -> World {
    let settings =
        [("JIEKOU_LIMITS__FACTOR", "1".to_owned()), ("JIEKOU_HTTP__TRUSTED_PROXIES", "127.0.0.1".to_owned())];
    let settings = settings.into_iter().chain(options.settings).collect();
    let mut world = World::with(WorldOptions { settings, ..options }).await;
    let folder = world.copy_of_rulebook();
    std::fs::write(folder.join("limits.yaml"), rules).unwrap();
    let head = std::fs::read_to_string(folder.join("rulebook.yaml")).unwrap();
    let head = head.replace("version: \"2018.1\"", "version: \"limited\"");
    std::fs::write(folder.join("rulebook.yaml"), head).unwrap();
    world.run(&["rulebook", "load", folder.to_str().unwrap()]);
    world.apis.clear();
    world.add_api(&[]).await;
    world
}

/// A request by somebody from this address.
async fn from(api: &Api, address: &str, method: Method, path: &str, body: Option<&Value>) -> Answer {
    let request = api.request(method, path).header("X-Forwarded-For", address);
    api.send(match body {
        Some(body) => request.json(body),
        None => request,
    })
    .await
}

/// The number behind `name=` in a header of quotas.
fn number(answer: &Answer, header: &str, name: &str) -> i64 {
    let value = answer.headers.get(header).unwrap_or_else(|| panic!("no {header}: {}", answer.body));
    let value = value.to_str().unwrap();
    let found = value.split(';').find_map(|part| part.strip_prefix(&format!("{name}=")));
    found.unwrap_or_else(|| panic!("no {name} in {value}")).parse().unwrap()
}
