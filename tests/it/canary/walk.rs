//! Everything that can be read, read by everybody.

use std::collections::BTreeSet;
use std::io::Cursor;
use std::time::Duration;

use calamine::{Reader, Xlsx};
use jiekou_core::staff::Role;
use reqwest::{Method, RequestBuilder};
use serde_json::Value;

use super::doors::Scene;
use super::owners::Owner;
use crate::harness::contract::{Operation, Values, operations};
use crate::harness::{HUAIHE_CENTER, Staff};

/// Operations that answer nobody here with anything: a digest is made at night, of figures alone.
const ANSWERS_NOBODY: &[&str] = &["digest"];
/// What a resident takes away is all of it, unmasked.
const OWN_DATA: &str = "export_own_data";

/// Somebody who reads.
pub struct Somebody {
    pub name: String,
    credential: Credential,
}

enum Credential {
    Stranger,
    Staff(Staff),
    /// Somebody who reads what is theirs, and the door that it came in through.
    Owner(&'static str, Owner),
}

impl Somebody {
    fn get(&self, scene: &Scene, path: &str) -> RequestBuilder {
        match &self.credential {
            Credential::Staff(staff) => staff.request(Method::GET, path),
            Credential::Owner(_, Owner::Resident(resident)) => {
                scene.api.request(Method::GET, path).bearer_auth(resident.token())
            }
            Credential::Owner(_, Owner::Platform(key)) => {
                scene.api.request(Method::GET, path).header("Api-Key", key)
            }
            // Whoever has the tracking code and the claim secret is the author.
            Credential::Stranger => {
                let request = scene.api.request(Method::GET, path);
                let sent = scene.sent.lock().unwrap();
                let secret = sent.iter().find_map(|answer| {
                    let code = answer["trackingCode"].as_str()?;
                    answer["claimSecret"].as_str().filter(|_| path.contains(code))
                });
                match secret {
                    Some(secret) => request.header("Claim-Secret", secret),
                    None => request,
                }
            }
        }
    }
}

/// A stranger; each role at the center of the cases, at the district's and at another center; the demonstration's own; and
/// who came in through a door of their own.
pub async fn readers(scene: &Scene) -> Vec<Somebody> {
    let mut readers = vec![Somebody { name: "a stranger".to_owned(), credential: Credential::Stranger }];
    for role in Role::ALL.map(Role::name) {
        for (level, area) in [("town", HUAIHE_CENTER), ("district", "410103"), ("town", "410103003")] {
            let name = format!("reader-{}-{area}", role.to_lowercase());
            let staff = scene.world.staff(&name, &[(role, level, area, None, None)]).await;
            let name = format!("{role} of {area}");
            readers.push(Somebody { name, credential: Credential::Staff(staff) });
        }
    }
    for (name, staff) in [
        ("district", &scene.district),
        ("center", &scene.center),
        ("admin", &scene.admin),
        ("chief", &scene.chief),
        ("desk", &scene.desk),
    ] {
        let credential = Credential::Staff(staff.clone());
        readers.push(Somebody { name: name.to_owned(), credential });
    }
    for (door, owner) in scene.owners.lock().unwrap().iter() {
        let credential = Credential::Owner(door, owner.clone());
        readers.push(Somebody { name: format!("the owner of {door}"), credential });
    }
    readers
}

/// Values to begin with, by name; the others are taken from the answers.
async fn first_values(scene: &Scene) -> Values {
    let mut values = Values::default();
    for sent in scene.sent.lock().unwrap().iter() {
        values.harvest(sent);
    }
    let now = scene.world.now().await + chrono::TimeDelta::hours(8);
    values.add("period", &now.format("%Y-%m").to_string());
    values.add("month", &now.format("%Y-%m").to_string());
    values.add("day", &now.format("%Y-%m-%d").to_string());
    values.add("rankingCode", "towns-month");
    values.add("q", "淮河路");
    values
}

/// One answer, for the search.
pub struct Said {
    pub place: String,
    pub text: String,
    /// The door whose owner may read all of it here.
    pub whole_for: Option<&'static str>,
}

/// Reads every operation of the contract that reads, with every known value of its places, in every format.
pub async fn read_everything(scene: &Scene) -> Vec<Said> {
    let operations: Vec<Operation> =
        operations(&scene.api).await.into_iter().filter(|it| it.method == Method::GET).collect();
    let readers = readers(scene).await;
    let mut values = first_values(scene).await;
    let mut said = Vec::new();
    let mut answered = BTreeSet::new();
    let mut done = BTreeSet::new();
    // What the first round has answered gives the second its ids.
    for _ in 0..3 {
        for operation in &operations {
            let mut known = operation.paths(&values);
            known.extend(scene.ways_of(&operation.id));
            let paths: Vec<String> =
                known.iter().flat_map(|path| variants(operation, path, &values)).collect();
            for path in paths {
                for reader in &readers {
                    let place = format!("GET {path} for {}", reader.name);
                    if !done.insert(place.clone()) {
                        continue;
                    }
                    let (status, text) = read(reader.get(scene, &path)).await;
                    assert!(status < 500, "{place}: {status} {text}");
                    if status < 300 {
                        answered.insert(operation.id.clone());
                    }
                    if let Ok(body) = serde_json::from_str::<Value>(&text) {
                        values.harvest(&body);
                    }
                    let whole_for = match reader.credential {
                        Credential::Owner(door, _) if operation.id == OWN_DATA && status == 200 => Some(door),
                        Credential::Owner(..) | Credential::Staff(_) | Credential::Stranger => None,
                    };
                    said.push(Said { place, text, whole_for });
                }
            }
        }
    }
    let silent: Vec<&str> = operations
        .iter()
        .map(|operation| operation.id.as_str())
        .filter(|id| !answered.contains(*id) && !ANSWERS_NOBODY.contains(id))
        .collect();
    assert_eq!(
        silent,
        Vec::<&str>::new(),
        "nobody was answered: give the walk a value, or send something through a door"
    );
    said
}

/// The path as it is, and with each format and each value of what can be asked for.
fn variants(operation: &Operation, path: &str, values: &Values) -> Vec<String> {
    let mut variants = vec![path.to_owned()];
    for name in operation.query.iter().filter(|name| *name != "cursor" && *name != "format") {
        variants.extend(values.of(name).iter().take(1).map(|value| format!("{path}?{name}={value}")));
    }
    if operation.query.iter().any(|name| name == "format") {
        let plain = variants.clone();
        for format in ["csv", "xlsx"] {
            variants.extend(
                plain.iter().map(|path| {
                    format!("{path}{}format={format}", if path.contains('?') { '&' } else { '?' })
                }),
            );
        }
    }
    variants
}

/// Status, headers and body as text; of a stream what comes at once, of a workbook its cells, of anything else its bytes.
async fn read(request: RequestBuilder) -> (u16, String) {
    let mut response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let kind =
        response.headers().get("content-type").map(|it| it.to_str().unwrap().to_owned()).unwrap_or_default();
    let mut bytes = Vec::new();
    if kind.starts_with("text/event-stream") {
        if let Ok(Ok(Some(chunk))) = tokio::time::timeout(Duration::from_secs(5), response.chunk()).await {
            bytes.extend(chunk);
        }
    } else {
        bytes.extend(response.bytes().await.unwrap());
    }
    let text = if kind.contains("spreadsheetml") {
        let mut workbook = Xlsx::new(Cursor::new(bytes)).unwrap();
        let sheets = workbook.worksheets();
        let cells = sheets.iter().flat_map(|(_, range)| range.cells().map(|(_, _, cell)| cell.to_string()));
        cells.collect::<Vec<_>>().join("\n")
    } else {
        String::from_utf8_lossy(&bytes).into_owned()
    };
    (status, text)
}
