//! Who may read what: every field of the schema, read by every role, against `readers.csv`. A field without a row fails.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde_json::{Value, json};

use super::fixture::{EMAIL, Fixture, NAME, PHONE, fixture};
use super::{Asker, text};
use crate::harness::{HUAIHE, project};

const ROLES: [&str; 12] = [
    "nobody",
    "resident",
    "desk",
    "center",
    "elsewhere",
    "unit",
    "chief",
    "district",
    "admin",
    "supervisor",
    "finance",
    "inspector",
];

/// Second ways to types that one reader comes to by the first way and another by this one.
const OTHER_WAYS: [(&str, [&str; 2]); 1] = [("PageInfo", ["ownReports", "pageInfo"])];

/// The roles of a group.
fn group(name: &str) -> BTreeSet<&'static str> {
    let everybody = ROLES.into_iter();
    let staff = || ROLES.into_iter().filter(|role| !["nobody", "resident"].contains(role));
    match name {
        "anybody" => everybody.collect(),
        "staff" => staff().collect(),
        "signedIn" => ROLES.into_iter().filter(|role| *role != "nobody").collect(),
        "residents" => BTreeSet::from(["resident"]),
        // Whose areas have the case, its segment or its placard.
        "area" => staff().filter(|role| *role != "elsewhere").collect(),
        // Whoever sees whole towns.
        "towns" => staff().filter(|role| *role != "chief").collect(),
        // Whoever sees the whole town of the case, and whoever sees the whole district.
        "town" => staff().filter(|role| !["elsewhere", "chief"].contains(role)).collect(),
        "district" => BTreeSet::from(["desk", "district", "admin", "supervisor", "finance"]),
        // Whoever sees the units that work in whole towns.
        "units" => staff().filter(|role| !["chief", "unit"].contains(role)).collect(),
        // Whoever sees the posts of the case's town, and who holds them.
        "posts" => staff().filter(|role| !["elsewhere", "unit"].contains(role)).collect(),
        // Who sits at the desk of the district.
        "desk" => BTreeSet::from(["desk", "district", "admin", "supervisor"]),
        // Who answers for the desk.
        "overseers" => BTreeSet::from(["district", "admin", "supervisor"]),
        "assessors" => BTreeSet::from(["district", "supervisor"]),
        "administrators" => BTreeSet::from(["admin"]),
        other => panic!("there is no group {other}"),
    }
}

pub struct Field {
    pub name: String,
    /// Named type behind lists and non-nulls, and whether it has fields of its own.
    pub of: String,
    pub is_object: bool,
}

/// The object types by name.
pub async fn schema(asker: &Asker) -> BTreeMap<String, Vec<Field>> {
    let kind = format!("{}kind name{}", "kind name ofType { ".repeat(6), " }".repeat(6));
    let query = format!("{{ __schema {{ types {{ name kind fields {{ name type {{ {kind} }} }} }} }} }}");
    let told = asker.told(&query, Value::Null).await;
    let mut types = BTreeMap::new();
    for it in told["__schema"]["types"].as_array().unwrap() {
        let name = text(&it["name"]);
        if it["kind"] != "OBJECT" || name.starts_with("__") {
            continue;
        }
        let fields = it["fields"].as_array().unwrap().iter().map(|field| {
            let mut of = &field["type"];
            while !of["ofType"].is_null() {
                of = &of["ofType"];
            }
            let is_object = ["OBJECT", "UNION", "INTERFACE"].contains(&text(&of["kind"]));
            Field { name: text(&field["name"]).to_owned(), of: text(&of["name"]).to_owned(), is_object }
        });
        types.insert(name.to_owned(), fields.collect());
    }
    types
}

/// The way from `Query` to each type that a query can reach: fields with their arguments.
fn ways(types: &BTreeMap<String, Vec<Field>>, fixture: &Fixture) -> BTreeMap<String, Vec<String>> {
    let mut ways = BTreeMap::from([("Query".to_owned(), Vec::new())]);
    let mut waiting = VecDeque::from(["Query".to_owned()]);
    while let Some(name) = waiting.pop_front() {
        // What everybody may read leads on first, and what has a value here.
        let mut fields: Vec<&Field> =
            types[&name].iter().filter(|field| types.contains_key(&field.of)).collect();
        let first =
            ["about", "categories", "segments", "report", "reportPreview", "case", "statistics", "onDuty"];
        fields.sort_by_key(|field| {
            (first.iter().position(|it| *it == field.name).unwrap_or(first.len()), &field.name)
        });
        for field in fields {
            if ways.contains_key(&field.of) {
                continue;
            }
            let mut way: Vec<String> = ways[&name].clone();
            let arguments =
                if name == "Query" { fixture.arguments.get(field.name.as_str()).cloned() } else { None };
            way.push(format!("{}{}", field.name, arguments.unwrap_or_default()));
            ways.insert(field.of.clone(), way);
            waiting.push_back(field.of.clone());
        }
    }
    ways
}

/// A field as it is selected alone.
fn selected(owner: &str, field: &Field, fixture: &Fixture) -> String {
    let arguments = if owner == "Query" { fixture.arguments.get(field.name.as_str()).cloned() } else { None };
    let inside = if field.is_object { " { __typename }" } else { "" };
    format!("{}{}{inside}", field.name, arguments.unwrap_or_default())
}

/// What a role may read of a type: fields that had an answer.
async fn readable(
    asker: &Asker,
    way: &[String],
    owner: &str,
    fields: &[Field],
    fixture: &Fixture,
    heard: &mut String,
) -> BTreeSet<String> {
    let mut read = BTreeSet::new();
    let inner: Vec<String> = fields.iter().map(|field| selected(owner, field, fixture)).collect();
    let open: String = way.iter().map(|step| format!("{step} {{ ")).collect();
    let query = format!("{{ {open}{}{} }}", inner.join(" "), " }".repeat(way.len()));
    let answer = asker.ask(&query, Value::Null).await;
    heard.push_str(&answer.to_string());
    let mut refused = BTreeSet::new();
    for error in answer["errors"].as_array().into_iter().flatten() {
        let code = error["extensions"]["code"].as_str().unwrap_or("none");
        assert!(["not-signed-in", "forbidden"].contains(&code), "{owner}: {error} of {query}");
        let last = error["path"].as_array().and_then(|path| path.last()).and_then(Value::as_str);
        refused.extend(last.map(str::to_owned));
    }
    let mut objects = vec![&answer["data"]];
    for step in way.iter().map(|step| step.split('(').next().unwrap()) {
        objects = objects.into_iter().flat_map(|it| whole(&it[step])).collect();
    }
    let there = |object: &&Value, name: &String| match owner {
        // What came to nothing was not read.
        "Query" => !object[name].is_null(),
        _ => object.get(name).is_some(),
    };
    for object in objects.iter().filter(|object| object.is_object()) {
        let names = fields.iter().map(|field| &field.name);
        read.extend(names.filter(|name| !refused.contains(*name) && there(object, name)).cloned());
    }
    read
}

fn whole(value: &Value) -> Vec<&Value> {
    match value.as_array() {
        Some(items) => items.iter().collect(),
        None => vec![value],
    }
}

/// Each row: a field, and the group of those who may read it.
fn rows() -> BTreeMap<String, String> {
    let table = std::fs::read_to_string(project().join("tests/it/graphql/readers.csv")).unwrap();
    let rows = table.lines().skip(1).filter(|line| !line.trim().is_empty()).map(|line| {
        let (field, readers) = line.split_once(',').unwrap_or_else(|| panic!("no row: {line}"));
        (field.trim().to_owned(), readers.trim().to_owned())
    });
    rows.collect()
}

#[tokio::test]
async fn every_field_is_read_by_exactly_those_whom_the_table_names() {
    let fixture = fixture().await;
    let admin = &fixture.askers.iter().find(|(role, _)| *role == "admin").unwrap().1;
    let types = schema(admin).await;
    let table = rows();
    let known: BTreeSet<String> = types
        .iter()
        .flat_map(|(owner, fields)| fields.iter().map(move |field| format!("{owner}.{}", field.name)))
        .collect();
    let named: BTreeSet<String> = table.keys().cloned().collect();
    let unnamed: Vec<&String> = known.difference(&named).collect();
    let gone: Vec<&String> = named.difference(&known).collect();
    assert!(
        unnamed.is_empty() && gone.is_empty(),
        "fields without a row: {unnamed:#?}; rows without a field: {gone:#?}"
    );
    for field in &named {
        let name = field.rsplit('.').next().unwrap().to_lowercase();
        let identity = ["phone", "email", "contact", "pseudonym", "reportername", "openid", "idnumber"];
        assert!(!identity.contains(&name.as_str()), "{field} would tell who reported");
    }

    let ways = ways(&types, &fixture);
    let (mut heard, mut wrong, mut unread) = (String::new(), Vec::new(), Vec::new());
    for (owner, way) in &ways {
        let fields = &types[owner];
        let mut readers: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (role, asker) in &fixture.askers {
            let mut read = readable(asker, way, owner, fields, &fixture, &mut heard).await;
            for (_, way) in OTHER_WAYS.iter().filter(|(of, _)| of == owner) {
                let way = way.map(str::to_owned);
                read.extend(readable(asker, &way, owner, fields, &fixture, &mut heard).await);
            }
            for field in fields.iter().filter(|field| read.contains(&field.name)) {
                readers.entry(field.name.as_str()).or_default().insert(*role);
            }
        }
        for field in fields {
            let name = format!("{owner}.{}", field.name);
            let allowed = group(&table[&name]);
            match readers.get(field.name.as_str()) {
                Some(read) if *read != allowed => {
                    wrong.push(format!("{name}: read by {read:?}, not by {allowed:?}"))
                }
                Some(_) => {}
                None => unread.push(name),
            }
        }
    }
    println!("nobody could read, for the fixture has none of: {unread:?}");
    assert!(wrong.is_empty(), "{wrong:#?}");
    let seen = ways.keys().map(|owner| types[owner].len()).sum::<usize>();
    assert!(unread.len() * 4 < seen, "the fixture has too little: {} of {seen}", unread.len());
    for planted in [PHONE, EMAIL, NAME, &PHONE[3..]] {
        assert!(!heard.contains(planted), "{planted} was told");
    }
    let reached: BTreeSet<&String> = ways.keys().collect();
    let others: Vec<&String> = types.keys().filter(|name| !reached.contains(name)).collect();
    others_are_declared_too(&fixture, &types, &table, &others).await;
}

/// What only mutations and subscriptions lead to: each type once, as somebody who may read it and as nobody.
async fn others_are_declared_too(
    fixture: &Fixture,
    types: &BTreeMap<String, Vec<Field>>,
    table: &BTreeMap<String, String>,
    others: &[&String],
) {
    let Fixture { code, secret, number, .. } = fixture;
    let version: i64 = sqlx::query_scalar("select decision_version from cases where case_number = $1")
        .bind(number)
        .fetch_one(&fixture.world.pool)
        .await
        .unwrap();
    let at = format!(
        "location: {{ longitude: {}, latitude: {}, coordinateSystem: \"WGS-84\" }}",
        HUAIHE.0, HUAIHE.1
    );
    let new = format!(
        "submitReport(report: {{ category: \"greening\", description: \"树倒了，有人受伤\", {at} }}) {{ ... on ReportSubmitted"
    );
    let urge = |secret: &str, rest: &str| {
        format!("withdrawReport(trackingCode: \"{code}\", claimSecret: \"{secret}\") {{ ... on {rest}")
    };
    let stranger = "0123456789abcdef0123456789abcdef";
    let step = |expected: i64, step: &str, of: &str| {
        format!(
            "moveCase(number: \"{number}\", expected: {expected}, move: {{ move: \"{step}\" }}) {{ ... on {of}"
        )
    };
    let documents: BTreeMap<&str, String> = BTreeMap::from([
        ("ReportSubmitted", format!("mutation {{ {new} {{ % }} }} }}")),
        ("CaseBrief", format!("mutation {{ {new} {{ case {{ % }} }} }} }}")),
        ("Safety", format!("mutation {{ {new} {{ safety {{ % }} }} }} }}")),
        ("ReportAdded", format!("mutation {{ addToReport(trackingCode: \"{code}\", claimSecret: \"{secret}\", description: \"还在\") {{ ... on ReportAdded {{ % }} }} }}")),
        ("InvalidFields", format!("mutation {{ {} {{ % }} }} }}", urge("x", "InvalidFields"))),
        ("FieldFault", format!("mutation {{ {} {{ errors {{ % }} }} }} }}", urge("x", "InvalidFields"))),
        ("NotAuthor", format!("mutation {{ {} {{ % }} }} }}", urge(stranger, "NotAuthor"))),
        ("NotFound", "mutation { withdrawReport(trackingCode: \"ABCDEFGHJKLM\", claimSecret: \"0123456789abcdef0123456789abcdef\") { ... on NotFound { % } } }".to_owned()),
        ("KeyRefused", "mutation { submitReport(report: { description: \"x\" }, idempotencyKey: \"钥匙\") { ... on KeyRefused { % } } }".to_owned()),
        ("MoveRefused", format!("mutation {{ objectToDecision(trackingCode: \"{code}\", claimSecret: \"{secret}\", reason: \"不服\") {{ ... on MoveRefused {{ % }} }} }}")),
        ("VersionStale", format!("mutation {{ {} {{ % }} }} }}", step(0, "confirm", "VersionStale"))),
        ("CaseMoved", format!("mutation {{ {} {{ % }} }} }}", step(version, "preVerify", "CaseMoved"))),
    ]);
    // Results that the tests of moves read as the author; all of their type is declared alike.
    let elsewhere = [
        "Mutation",
        "Subscription",
        "CasesChanged",
        "OwnReportsChanged",
        "ReportWithdrawn",
        "ObjectionMade",
        "CallBackAnswered",
    ];
    let [nobody, center] = ["nobody", "center"]
        .map(|wanted| fixture.askers.iter().find(|(role, _)| *role == wanted).unwrap().1.clone());
    for owner in others {
        if elsewhere.contains(&owner.as_str()) {
            continue;
        }
        let document = documents.get(owner.as_str()).unwrap_or_else(|| panic!("no way leads to {owner}"));
        let fields: Vec<String> = types[*owner].iter().map(|field| selected(owner, field, fixture)).collect();
        let query = document.replace('%', &fields.join(" "));
        for (role, asker) in [("nobody", &nobody), ("center", &center)] {
            let answer = asker.ask(&query, Value::Null).await;
            for field in &types[*owner] {
                let may = group(&table[&format!("{owner}.{}", field.name)]).contains(role);
                assert_eq!(answer["errors"].is_null(), may, "{owner}.{} by {role}: {answer}", field.name);
            }
            let told = answer.to_string().contains(&format!("\"{}\"", types[*owner][0].name));
            assert!(told || !answer["errors"].is_null(), "{owner}: {answer}");
        }
    }
    // The fields of Mutation and Subscription themselves: nobody is refused exactly those that are for staff.
    for owner in ["Mutation", "Subscription"] {
        for field in &types[owner] {
            let name = format!("{owner}.{}", field.name);
            let arguments = match field.name.as_str() {
                "moveCase" => "(number: \"x\", expected: 1, move: { move: \"accept\" })",
                "submitReport" => "(report: {})",
                "answerCallBack" => "(trackingCode: \"ABCDEFGHJKLM\", solved: true)",
                "addToReport" | "withdrawReport" | "objectToDecision" => {
                    "(trackingCode: \"ABCDEFGHJKLM\", claimSecret: \"0123456789abcdef0123456789abcdef\")"
                }
                "reportChanged" => "(trackingCode: \"ABCDEFGHJKLM\")",
                "casesChanged" | "ownReportsChanged" => "",
                "caseChanged" => "(number: \"x\")",
                other => panic!("how is {other} called?"),
            };
            let query = format!("{} {{ {}{arguments} {{ __typename }} }}", owner.to_lowercase(), field.name);
            let api = fixture.world.api();
            // Whoever is refused, or asks for what there is not, hears the end at once.
            let asked = api.request(reqwest::Method::POST, "/graphql").header("Accept", "text/event-stream");
            let answer = api.send(asked.json(&json!({ "query": query }))).await.expect(200);
            let refused = text(&answer).contains("not-signed-in");
            assert_eq!(refused, !group(&table[&name]).contains("nobody"), "{name}: {answer}");
        }
    }
}
