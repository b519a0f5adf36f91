//! Every operation that changes something for staff, sent a body that is good: by every role that may not, by the roles that
//! may in another district, and at last by somebody who may.

mod scene;
mod table;

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Map, Value};
use uuid::Uuid;

use self::scene::Scene;
use self::table::{OWN, Row, rows};
use crate::every_route::stored;
use crate::harness::contract::{Operation, operations};
use crate::harness::{Answer, Staff};

impl Scene {
    fn value(&self, operation: &str, name: &str) -> Option<&Value> {
        self.values.get(&format!("{operation}/{name}")).or_else(|| self.values.get(name))
    }

    fn path(&self, operation: &Operation) -> String {
        operation.places().iter().fold(operation.path.clone(), |path, place| {
            let value = self.value(&operation.id, place).and_then(Value::as_str);
            let value = value.unwrap_or_else(|| panic!("{}: nothing is known for {place}", operation.id));
            path.replace(&format!("{{{place}}}"), value)
        })
    }

    /// The contract's example, with what is only known here in its place.
    fn body(&self, contract: &Value, operation: &Operation) -> Option<Value> {
        let described = &contract["paths"][&operation.path][operation.method.as_str().to_lowercase()];
        let schema = described["requestBody"]["content"]["application/json"]["schema"]["$ref"].as_str()?;
        let schema = &contract["components"]["schemas"][schema.rsplit('/').next()?];
        let mut body = match &schema["example"] {
            Value::Null => {
                let fields = schema["properties"].as_object()?.iter();
                let told = fields.filter(|(_, field)| !field["example"].is_null());
                let body: Map<String, Value> =
                    told.map(|(name, field)| (name.clone(), field["example"].clone())).collect();
                assert!(!body.is_empty(), "{} has no example in the contract", operation.id);
                Value::Object(body)
            }
            example => example.clone(),
        };
        let own = format!("{}/", operation.id);
        for (name, value) in
            self.values.iter().filter_map(|(name, value)| Some((name.strip_prefix(&own)?, value)))
        {
            if !operation.path.contains(&format!("{{{name}}}")) {
                body[name] = value.clone();
            }
        }
        // Periods pass, and an example's has.
        if body.get("period").is_some() {
            body["period"] = self.values["period"].clone();
        }
        Some(body)
    }

    /// Sends the operation as somebody; of a case as it is now.
    async fn attempt(&self, contract: &Value, operation: &Operation, staff: &Staff) -> Answer {
        let request = staff.request(operation.method.clone(), &self.path(operation));
        let request = request.header("Idempotency-Key", Uuid::new_v4().to_string());
        let request = match operation.path.strip_suffix("/moves") {
            Some(_) => {
                let case = self.values["caseNumber"].as_str().unwrap();
                let seen = self.people["center"].get(&format!("/v1/cases/{case}")).await;
                request.header("If-Match", seen.headers["etag"].clone())
            }
            None => request,
        };
        match self.body(contract, operation) {
            Some(body) => self.api.send(request.json(&body)).await,
            None => self.api.send(request).await,
        }
    }
}

#[tokio::test]
async fn every_operation_of_staff_is_done_by_those_who_may_where_they_may_and_by_nobody_else() {
    let scene = Scene::new().await;
    let contract = scene.api.get("/openapi.json").await.expect(200);
    let changing: Vec<Operation> = operations(&scene.api)
        .await
        .into_iter()
        .filter(|it| it.secured && it.staff && it.method != Method::GET)
        .filter(|it| !OWN.contains(&it.id.as_str()))
        .collect();
    let rows = rows();
    let named: BTreeSet<&str> = rows.iter().map(|row| row.operation.as_str()).collect();
    let known: BTreeSet<&str> = changing.iter().map(|it| it.id.as_str()).collect();
    assert_eq!(known, named, "each has a row in tests/it/every_role/roles.csv");
    let find = |row: &Row| changing.iter().find(|it| it.id == row.operation).unwrap();

    let before = stored(&scene.world).await;
    let mut faults = Vec::new();
    for row in &rows {
        let operation = find(row);
        for (role, staff) in scene.here.iter().filter(|(role, _)| !row.may(role)) {
            let answer = scene.attempt(&contract, operation, staff).await;
            if !row.refuses(answer.status.as_u16()) {
                faults.push(format!("{} by a {role}: {} {}", row.operation, answer.status, answer.body));
            }
        }
        for (role, staff) in scene.elsewhere.iter().filter(|(role, _)| row.may(role) && !row.anywhere) {
            let answer = scene.attempt(&contract, operation, staff).await;
            if !row.refuses(answer.status.as_u16()) {
                let what = format!("{} by a {role} of elsewhere", row.operation);
                faults.push(format!("{what}: {} {}", answer.status, answer.body));
            }
        }
    }
    let now = stored(&scene.world).await;
    for table in before.keys().filter(|table| before[*table] != now[*table]) {
        faults.push(format!("what was refused has changed {table}"));
    }

    // The same bodies do what they say for whoever may: they were refused for nothing else.
    for row in &rows {
        let answer = scene.attempt(&contract, find(row), &scene.people[row.by.as_str()]).await;
        if answer.status != row.answered {
            faults.push(format!("{} by {}: {} {}", row.operation, row.by, answer.status, answer.body));
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}
