//! `/graphql`, over real connections.

mod authorisation;
mod corpus;
mod documents;
mod fixture;
mod floods;
mod live;
mod moves;
mod paperwork;
mod reading;
mod residents;
mod same_as_rest;
mod schema;
mod sockets;
mod staff_reading;

use serde_json::{Value, json};

use super::harness::{Api, HUAIHE, Staff, report};
use super::residents::Resident;

/// Who asks.
#[derive(Clone)]
pub enum Asker {
    Nobody(Api),
    Staff(Staff),
    Resident(Resident),
}

impl Asker {
    /// The answer to an operation, errors and all.
    pub async fn ask(&self, query: &str, variables: Value) -> Value {
        let body = json!({ "query": query, "variables": variables });
        match self {
            Self::Nobody(api) => api.post("/graphql", &body).await.expect(200),
            Self::Staff(staff) => staff.post("/graphql", &body).await.expect(200),
            Self::Resident(resident) => resident.post("/graphql", &body).await.expect(200),
        }
    }

    /// The data of an operation that must not go wrong.
    #[track_caller]
    pub fn told(&self, query: &str, variables: Value) -> impl Future<Output = Value> {
        let (asker, query) = (self.clone(), query.to_owned());
        async move {
            let answer = asker.ask(&query, variables).await;
            assert!(answer["errors"].is_null(), "{answer}");
            answer["data"].clone()
        }
    }

    /// The code of the only error of an operation.
    pub async fn refusal(&self, query: &str) -> String {
        let answer = self.ask(query, Value::Null).await;
        assert_eq!(answer["errors"].as_array().map(Vec::len), Some(1), "{answer}");
        answer["errors"][0]["extensions"]["code"].as_str().unwrap_or_default().to_owned()
    }
}

/// A report about a manhole at 淮河路, and what its author is told.
pub async fn reported(api: &Api, words: &str) -> Value {
    api.submit(&report("manhole", words, HUAIHE)).await
}

pub fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}
