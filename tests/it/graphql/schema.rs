//! The committed schema is the code's.

use std::process::Command;

use crate::harness::{binary, project};

#[test]
fn the_committed_schema_is_the_one_that_is_served() {
    let file = project().join("openapi/schema.graphql");
    let check = Command::new(binary("jiekou-api")).args(["graphql", "--check"]).arg(&file).output().unwrap();
    assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stderr));
    let other = std::env::temp_dir().join(format!("schema-{}.graphql", uuid::Uuid::new_v4()));
    let text = std::fs::read_to_string(&file).unwrap().replacen("type Case ", "type Cases ", 1);
    std::fs::write(&other, text).unwrap();
    let check = Command::new(binary("jiekou-api")).args(["graphql", "--check"]).arg(&other).output().unwrap();
    std::fs::remove_file(&other).unwrap();
    assert!(!check.status.success(), "a schema that differs fails");
}
