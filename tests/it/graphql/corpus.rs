//! The documents of the fuzzer's corpus, sent as they are: each is answered, and none with a failure.

use serde_json::{Value, json};

use crate::harness::{World, WorldOptions, project};

#[tokio::test]
async fn every_document_of_the_corpus_is_answered_and_breaks_nothing() {
    let settings = vec![("JIEKOU_GRAPHQL__ANONYMOUS_A_MINUTE", "1000000".to_owned())];
    let world = World::with(WorldOptions { settings, ..WorldOptions::default() }).await;
    let api = world.api();
    let mut documents: Vec<Vec<u8>> = std::fs::read_dir(project().join("api/fuzz/corpus/graphql_document"))
        .unwrap()
        .map(|entry| std::fs::read(entry.unwrap().path()).unwrap())
        .collect();
    assert!(documents.len() >= 20, "{}", documents.len());
    // Cut and spliced ones too: where a parser is caught unprepared.
    let whole = documents.clone();
    for (position, document) in whole.iter().enumerate() {
        let other = &whole[(position + 1) % whole.len()];
        let half = document.len() / 2;
        documents.push(document[..half].to_vec());
        documents.push([&document[..half], &other[other.len() / 2..]].concat());
    }
    for document in &documents {
        let text = String::from_utf8_lossy(document);
        for variables in [Value::Null, json!({ "first": -1, "code": [[{}]], "number": 1e300 })] {
            let answer = api.post("/graphql", &json!({ "query": text, "variables": variables })).await;
            assert!(answer.status.as_u16() < 500, "{text}: {}", answer.body);
            for error in answer.body["errors"].as_array().into_iter().flatten() {
                assert!(error["extensions"]["status"].as_i64().unwrap_or(400) < 500, "{text}: {error}");
            }
        }
    }
    api.get("/healthz").await.expect(200);
    assert!(!world.logs().contains("a task panicked"));
}
