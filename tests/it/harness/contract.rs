//! The published contract, walked: a new endpoint is met without anybody naming it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::Api;

/// One method of one address.
#[derive(Debug, Clone)]
pub struct Operation {
    pub id: String,
    pub method: reqwest::Method,
    /// With its places, such as `/v1/cases/{caseNumber}`.
    pub path: String,
    /// Names of what is asked for behind the `?`.
    pub query: Vec<String>,
    /// Media types that its body may have; empty: it takes none.
    pub takes: Vec<String>,
    /// It asks for a credential.
    pub secured: bool,
    /// It takes the credential of a member of staff.
    pub staff: bool,
}

/// Values by the name of a place, such as `caseNumber`.
#[derive(Debug, Clone, Default)]
pub struct Values(BTreeMap<String, Vec<String>>);

/// Values of one name that are tried.
const TRIED: usize = 3;

impl Values {
    pub fn add(&mut self, name: &str, value: &str) {
        let known = self.0.entry(name.to_owned()).or_default();
        // As a place in a path: whatever would be another place is none.
        let fits = !value.is_empty() && !value.contains(['/', '?', '#', '%', ' ']);
        if known.len() < TRIED && fits && !known.iter().any(|it| it == value) {
            known.push(value.to_owned());
        }
    }

    /// Takes up every text of an answer under its name.
    pub fn harvest(&mut self, answer: &Value) {
        match answer {
            Value::Array(items) => items.iter().for_each(|item| self.harvest(item)),
            Value::Object(fields) => {
                for (name, value) in fields {
                    if let Some(text) = value.as_str() {
                        self.add(name, text);
                    }
                    self.harvest(value);
                }
            }
            _ => {}
        }
    }

    pub fn of(&self, name: &str) -> &[String] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }
}

impl Operation {
    /// Names of the places of its path.
    pub fn places(&self) -> Vec<&str> {
        self.path.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect()
    }

    /// Its path with every known value of every place; none where one is not known.
    pub fn paths(&self, values: &Values) -> Vec<String> {
        let mut paths = vec![self.path.clone()];
        for place in self.places() {
            let hole = format!("{{{place}}}");
            paths = paths
                .iter()
                .flat_map(|path| values.of(place).iter().map(|value| path.replace(&hole, value)))
                .collect();
        }
        paths
    }

    /// Its path with something made up in every place.
    pub fn made_up(&self) -> String {
        let made_up = |place: &&str| {
            if place.ends_with("Id") { "6f9619ff-8b86-4011-b42d-00cf4fc964ff" } else { "made-up" }
        };
        self.places()
            .iter()
            .fold(self.path.clone(), |path, place| path.replace(&format!("{{{place}}}"), made_up(place)))
    }
}

/// Every operation of the contract that the API publishes.
pub async fn operations(api: &Api) -> Vec<Operation> {
    let contract = api.get("/openapi.json").await.expect(200);
    let mut operations = Vec::new();
    for (path, methods) in contract["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
            let query = parameters.iter().filter(|it| it["in"] == "query");
            let takes = operation["requestBody"]["content"].as_object();
            let schemes = operation["security"].as_array();
            operations.push(Operation {
                id: operation["operationId"].as_str().unwrap().to_owned(),
                method: method.to_uppercase().parse().unwrap(),
                path: path.clone(),
                query: query.map(|it| it["name"].as_str().unwrap().to_owned()).collect(),
                takes: takes.map(|it| it.keys().cloned().collect()).unwrap_or_default(),
                secured: schemes.is_some_and(|it| !it.is_empty() && !it.contains(&json!({}))),
                staff: schemes.is_some_and(|it| it.iter().any(|scheme| scheme.get("staff").is_some())),
            });
        }
    }
    assert!(operations.len() > 60, "the contract was read");
    operations
}
