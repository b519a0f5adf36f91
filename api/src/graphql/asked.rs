//! What a client asks for, over whichever transport.

use async_graphql::Variables;
use jiekou_core::report::{FieldCode, FieldError};
use serde_json::{Map, Value};

use crate::extract::Fields;

/// One operation as it is sent.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    pub query: Option<String>,
    pub operation_name: Option<String>,
    pub variables: Map<String, Value>,
    /// `extensions.persistedQuery.sha256Hash`, in lower case.
    pub hash: Option<String>,
}

impl Asked {
    /// Reads `query`, `operationName`, `variables` and `extensions`; others are none of ours.
    ///
    /// # Errors
    /// Everything of a wrong type, at once.
    pub fn read(object: &Map<String, Value>) -> Result<Self, Vec<FieldError>> {
        let mut fields = Fields::new(object);
        let (query, operation_name) = (fields.text("query"), fields.text("operationName"));
        let variables = fields.object("variables").cloned().unwrap_or_default();
        let extensions = fields.object("extensions");
        let mut faults = fields.faults;
        let hash = extensions.and_then(|extensions| hash(extensions, &mut faults));
        if faults.is_empty() { Ok(Self { query, operation_name, variables, hash }) } else { Err(faults) }
    }

    pub fn variables(&self) -> Variables {
        Variables::from_json(Value::Object(self.variables.clone()))
    }
}

fn hash(extensions: &Map<String, Value>, faults: &mut Vec<FieldError>) -> Option<String> {
    let persisted = extensions.get("persistedQuery").filter(|value| !value.is_null())?;
    let version = persisted.get("version").and_then(Value::as_i64);
    let hash = persisted.get("sha256Hash").and_then(Value::as_str).map(str::to_ascii_lowercase);
    let hash = hash.filter(|hash| hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()));
    if version != Some(1) || hash.is_none() {
        let words = "应为 {\"version\": 1, \"sha256Hash\": \"64 位十六进制\"}";
        faults.push(FieldError::new("/extensions/persistedQuery", FieldCode::Malformed, words));
    }
    hash
}
