//! Every operation of the contract, also those that nobody has thought of here: without a credential, without a role, with
//! no body, too much of one or one of another kind, and with whatever comes to mind, for every role.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use jiekou_core::staff::Role;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use reqwest::{Method, RequestBuilder};
use serde_json::{Map, Value, json};

use super::harness::contract::{Operation, Values, operations};
use super::harness::{HUAIHE, HUAIHE_CENTER, World, report};
use super::residents::{sign_in, town};

/// What a signed-in account may ask without any role: about itself, what is no secret, and lists of what is in its areas,
/// which are empty.
const WITHOUT_A_ROLE: [&str; 11] = [
    "account",
    "duty",
    "list_cases",
    "list_patrols",
    "list_records",
    "list_sessions",
    "owed_patrols",
    "owed_records",
    "rankings",
    "record_kinds",
    "search_places",
];

/// Tables that requests may leave something in that did nothing: tries of passwords, and when a session was last seen.
const MAY_CHANGE: [&str; 3] = ["sign_in_failure", "staff_session", "refresh_token"];

/// A world in which there is one of most things, and values that lead to them.
async fn filled(world: &World) -> Values {
    let api = world.api();
    let mut values = Values::default();
    let photo = api.upload("hole.png", super::photos::small_picture()).await.expect(201);
    let mut body = report("manhole", "路口的井盖不见了", HUAIHE);
    body["photoIds"] = json!([photo["photoId"]]);
    body["contact"] = json!({ "phone": "13912345678" });
    let sent = api.submit(&body).await;
    let staff = api.sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    let district = api.sign_in("district").await;
    let admin = api.sign_in("admin").await;
    for answer in [
        photo,
        sent.clone(),
        staff.case(sent["case"]["caseNumber"].as_str().unwrap()).await,
        district.get("/v1/rankings").await.expect(200),
        admin.get("/v1/staff").await.expect(200),
    ] {
        values.harvest(&answer);
    }
    values.add("rankingCode", "towns-month");
    values.add("period", "2026-02");
    values.add("month", "2026-02");
    values.add("storefrontCode", "S-1");
    values
}

/// What the database holds, table by table.
pub async fn stored(world: &World) -> BTreeMap<String, String> {
    let tables: Vec<String> = sqlx::query_scalar(
        "select table_name::text from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'",
    )
    .fetch_all(&world.pool)
    .await
    .unwrap();
    let mut stored = BTreeMap::new();
    for table in tables.into_iter().filter(|table| !MAY_CHANGE.contains(&table.as_str())) {
        let query = format!(
            "select count(*)::text || md5(coalesce(string_agg(t::text, '|' order by t::text), '')) from \"{table}\" t"
        );
        let digest = sqlx::query_scalar(sqlx::AssertSqlSafe(query)).fetch_one(&world.pool).await.unwrap();
        stored.insert(table, digest);
    }
    stored
}

/// Its path with known values where there are some, else with made-up ones.
fn path_of(operation: &Operation, values: &Values) -> String {
    operation.paths(values).into_iter().next().unwrap_or_else(|| operation.made_up())
}

/// What is wrong with the answers, all at once.
#[derive(Default)]
struct Faults(Vec<String>);

impl Faults {
    /// Sends what must be answered with a 4xx that says in the usual form what is wrong; the status, where it is.
    async fn refused(&mut self, what: &str, request: RequestBuilder, expected: Option<u16>) -> u16 {
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let kind = response.headers().get("content-type").map(|it| it.to_str().unwrap().to_owned());
        let text = response.text().await.unwrap();
        let problem: Value = serde_json::from_str(&text).unwrap_or_default();
        let told = kind.as_deref() == Some("application/problem+json")
            && problem["status"] == status
            && problem["type"].as_str().is_some_and(|it| it.starts_with("/problems#"));
        if !told || !(400..500).contains(&status) || expected.is_some_and(|it| it != status) {
            let said: String = text.chars().take(200).collect();
            self.0.push(format!("{what}: {status} {said}"));
        }
        status
    }
}

#[tokio::test]
async fn every_operation_refuses_strangers_people_without_a_role_and_bodies_that_are_none() {
    let world = World::new().await;
    let values = filled(&world).await;
    let api = world.api();
    let (district, nobody) = (api.sign_in("district").await, world.staff("nobody", &[]).await);
    let operations = operations(&api).await;
    let before = stored(&world).await;
    let mut faults = Faults::default();
    let mut open_to_nobody = BTreeSet::new();
    // Signing out ends the session that asks.
    for operation in operations.iter().filter(|it| !it.id.starts_with("sign_out")) {
        let (method, path) = (operation.method.clone(), path_of(operation, &values));
        let what = |case: &str| format!("{} {path} {case}", operation.method);
        if operation.secured {
            let strange = api.request(method.clone(), &path).json(&json!({}));
            faults.refused(&what("without a credential"), strange, Some(401)).await;
            let forged = api.request(method.clone(), &path).bearer_auth("a.b.c").json(&json!({}));
            faults.refused(&what("with a forged credential"), forged, Some(401)).await;
        }
        if operation.secured && !operation.staff {
            let others = district.request(method.clone(), &path).json(&json!({}));
            faults.refused(&what("with the credential of staff"), others, Some(401)).await;
        }
        if operation.secured && operation.staff {
            let request = nobody.request(method.clone(), &path).header("If-Match", "\"1\"").json(&json!({}));
            let mut answer = Faults::default();
            if answer.refused(&what("without a role"), request, None).await < 300 {
                open_to_nobody.insert(operation.id.as_str());
            } else {
                faults.0.extend(answer.0);
            }
        }
        // What only residents may send is refused before its body is read.
        if operation.takes.is_empty() || (operation.secured && !operation.staff) {
            continue;
        }
        let with = || district.request(method.clone(), &path).header("If-Match", "\"1\"");
        faults.refused(&what("without a body"), with(), None).await;
        if operation.takes.iter().any(|kind| kind == "application/json") {
            let typed = || with().header("Content-Type", "application/json");
            faults.refused(&what("with an empty body"), typed().body(""), None).await;
            faults.refused(&what("with half a body"), typed().body("{\"a\":"), None).await;
            faults.refused(&what("with a list"), typed().body("[]"), None).await;
            let text = with().header("Content-Type", "text/plain").body("{}");
            faults.refused(&what("with text"), text, Some(415)).await;
            let much = typed().body(format!("{{\"a\":\"{}\"}}", "x".repeat(1_200_000)));
            faults.refused(&what("with too much"), much, Some(413)).await;
            let deep = typed().body(format!("{{\"a\":{}{}}}", "[".repeat(20_000), "]".repeat(20_000)));
            faults.refused(&what("with a deep one"), deep, None).await;
        } else {
            let text = with().header("Content-Type", "text/plain").body("x");
            faults.refused(&what("with text"), text, None).await;
        }
    }
    assert_eq!(faults.0, Vec::<String>::new());
    assert_eq!(open_to_nobody, BTreeSet::from(WITHOUT_A_ROLE), "what an account without a role is answered");
    let (then, now) = (before, stored(&world).await);
    let changed: Vec<&String> = then.keys().filter(|table| then.get(*table) != now.get(*table)).collect();
    assert_eq!(changed, Vec::<&String>::new(), "what is refused changes nothing");
}

/// Fits nowhere, or nearly.
fn anything(random: &mut StdRng, values: &Values, depth: usize) -> Value {
    let texts = [
        "",
        " ",
        "x",
        "\u{0}",
        "井盖",
        "\u{202e}",
        "2026-11-27",
        "2026-11-27T08:00:00Z",
        "2026-02",
        "-1",
        "1e400",
        "6f9619ff-8b86-4011-b42d-00cf4fc964ff",
        "410103001001",
        "district",
        "roadChief",
        "' or 1=1 --",
        "${x}",
        "../..",
    ];
    match random.random_range(0..if depth == 0 { 8 } else { 11 }) {
        0 => Value::Null,
        1 => json!(random.random::<bool>()),
        2 => json!(random.random::<i64>()),
        3 => json!(random.random_range(-200.0..200.0)),
        4 => json!(random.random_range(0..5)),
        5 => json!("长".repeat(random.random_range(0..3_000))),
        6 | 7 => {
            let known = ["caseNumber", "photoId", "trackingCode", "claimSecret", "staffId", "code"];
            let known = known.choose(random).and_then(|name| values.of(name).first()).cloned();
            let made_up = texts.choose(random).unwrap();
            json!(if random.random() { known.unwrap_or_default() } else { (*made_up).to_owned() })
        }
        8 => json!(
            (0..random.random_range(0..4)).map(|_| anything(random, values, depth - 1)).collect::<Vec<_>>()
        ),
        _ => {
            let names =
                ["code", "name", "role", "level", "area", "longitude", "latitude", "coordinateSystem", "x"];
            let name = |random: &mut StdRng| (*names.choose(random).unwrap()).to_owned();
            let fields =
                (0..random.random_range(0..5)).map(|_| (name(random), anything(random, values, depth - 1)));
            Value::Object(fields.collect())
        }
    }
}

/// Names of the fields of every operation's body, whatever they are for.
fn fields_of(contract: &Value, operation: &Operation) -> Vec<String> {
    let described = &contract["paths"][&operation.path][operation.method.as_str().to_lowercase()];
    let schema = &described["requestBody"]["content"]["application/json"]["schema"];
    let named = schema["$ref"].as_str().and_then(|it| it.rsplit('/').next());
    let schema = named.map_or(schema, |name| &contract["components"]["schemas"][name]);
    schema["properties"].as_object().map(|it| it.keys().cloned().collect()).unwrap_or_default()
}

/// How long all roles together may take.
const PATIENCE: Duration = Duration::from_secs(40);

#[tokio::test]
async fn no_role_gets_a_server_error_whatever_it_sends() {
    let world = town().await;
    let values = filled(&world).await;
    let api = world.api();
    let contract = api.get("/openapi.json").await.expect(200);
    // Whoever signs out everywhere or erases the account can ask nothing more, and a stream never ends.
    let last = ["sign_out_everywhere", "sign_resident_out_everywhere", "erase_resident", "change_password"];
    let operations: Vec<Operation> = operations(&api)
        .await
        .into_iter()
        .filter(|it| !last.contains(&it.id.as_str()) && !it.path.ends_with("/events"))
        .collect();
    let resident = sign_in(&world, "13912345678").await;
    let mut callers: Vec<(String, Option<String>)> =
        vec![("nobody".to_owned(), None), ("resident".to_owned(), Some(resident.token().to_owned()))];
    for role in Role::ALL.map(Role::name) {
        let name = format!("fuzz-{}", role.to_lowercase());
        let staff = world.staff(&name, &[(role, "district", "410103", None, None)]).await;
        callers.push((role.to_owned(), Some(staff.token().to_owned())));
    }
    let mut random = StdRng::seed_from_u64(20_261_127);
    let started = Instant::now();
    let mut met: BTreeMap<u16, usize> = BTreeMap::new();
    let mut reached = BTreeSet::new();
    let mut rounds = 0;
    while rounds < 3 || started.elapsed() < PATIENCE / 2 {
        rounds += 1;
        for operation in &operations {
            for (name, token) in &callers {
                let paths = operation.paths(&values);
                let path = paths.choose(&mut random).filter(|_| random.random_bool(0.8)).cloned();
                let mut path = path.unwrap_or_else(|| operation.made_up());
                if let Some(query) = operation.query.choose(&mut random).filter(|_| random.random()) {
                    let value = anything(&mut random, &values, 0);
                    let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                    let escaped: String =
                        value.bytes().take(300).map(|byte| format!("%{byte:02x}")).collect();
                    path = format!("{path}?{query}={escaped}");
                }
                let fields = fields_of(&contract, operation);
                let mut body = Map::new();
                for field in fields {
                    if random.random_bool(0.7) {
                        body.insert(field, anything(&mut random, &values, 2));
                    }
                }
                let request = api.request(operation.method.clone(), &path);
                let request = match token {
                    Some(token) => request.bearer_auth(token),
                    None => request,
                };
                let request = if operation.method == Method::GET { request } else { request.json(&body) };
                let request = request.header("If-Match", "\"1\"").timeout(Duration::from_secs(20));
                let response = request.send().await.unwrap();
                let status = response.status().as_u16();
                *met.entry(status).or_default() += 1;
                reached.insert((operation.id.clone(), name.clone()));
                assert!(
                    status < 500,
                    "{name}: {} {path} {}: {status}",
                    operation.method,
                    Value::Object(body)
                );
            }
            assert!(started.elapsed() < PATIENCE * 10, "too slow: {met:?}");
        }
    }
    println!("{rounds} rounds: {met:?}");
    assert_eq!(reached.len(), operations.len() * callers.len(), "each operation met each role");
    assert!(met.len() >= 5, "more than one kind of answer was met: {met:?}");
    assert!(!world.logs().contains("panicked"));
    api.get("/healthz").await.expect(200);
}

#[tokio::test]
async fn a_character_that_no_database_holds_is_refused_or_finds_nothing_wherever_it_stands() {
    let world = World::new().await;
    let values = filled(&world).await;
    let api = world.api();
    let operations = operations(&api).await;
    let (district, admin) = (api.sign_in("district").await, api.sign_in("admin").await);
    let mut asked = 0;
    for operation in
        operations.iter().filter(|it| !it.id.starts_with("sign_out") && it.id != "change_password")
    {
        let path = path_of(operation, &values);
        let queries = operation.query.iter().map(|name| format!("{path}?{name}=%00"));
        let parts = path.match_indices('/').map(|(at, _)| {
            let end = path[at + 1..].find('/').map_or(path.len(), |next| at + 1 + next);
            format!("{}%00{}", &path[..end], &path[end..])
        });
        for path in queries.chain(parts.skip(1)) {
            for staff in [&district, &admin] {
                let request = staff.request(operation.method.clone(), &path).header("If-Match", "\"1\"");
                let status = request.send().await.unwrap().status().as_u16();
                assert!(status < 500, "{} {path}: {status}", operation.method);
                asked += 1;
            }
        }
    }
    assert!(asked > 500, "{asked} requests");
    let refused = district.get("/v1/records?kind=%00").await.expect_problem(422, "validation");
    assert_eq!(refused["detail"], "文字里有无法保存的字符");
    let query = "{ records(kind: \"\\u0000\") { nodes { recordId } } }";
    let answer = district.post("/graphql", &json!({ "query": query })).await.expect(200);
    assert_eq!(answer["errors"][0]["extensions"]["code"], "validation", "{answer}");
}
