//! Persisted queries: by their hash, in every process, and where it is so configured nothing else.

use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::Asker;
use crate::harness::{Answer, Api, World, WorldOptions};

const ABOUT: &str = "{ about { name } }";

fn hash(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn by_hash(hash: &str, query: Option<&str>) -> Value {
    json!({ "query": query, "extensions": { "persistedQuery": { "version": 1, "sha256Hash": hash } } })
}

fn code(answer: &Value) -> &str {
    answer["errors"][0]["extensions"]["code"].as_str().unwrap_or("none")
}

async fn read(api: &Api, hash: &str) -> Answer {
    let extensions = json!({ "persistedQuery": { "version": 1, "sha256Hash": hash } }).to_string();
    api.send(api.request(Method::GET, "/graphql").query(&[("extensions", extensions)])).await
}

#[tokio::test]
async fn a_query_persisted_in_one_process_is_known_in_all() {
    let mut world = World::new().await;
    world.add_api(&[]).await;
    let (here, there) = (world.api_at(0), world.api_at(1));
    let known = hash(ABOUT);
    let unknown = here.post("/graphql", &by_hash(&known, None)).await.expect(200);
    assert_eq!(code(&unknown), "PERSISTED_QUERY_NOT_FOUND");
    let wrong = here.post("/graphql", &by_hash(&hash("{ other }"), Some(ABOUT))).await.expect(200);
    assert_eq!(code(&wrong), "persisted-query-mismatch");
    let unread = here.post("/graphql", &by_hash("x", Some(ABOUT))).await;
    assert_eq!(unread.pointers(), ["/extensions/persistedQuery"]);

    here.post("/graphql", &by_hash(&known, Some(ABOUT))).await.expect(200);
    for api in [&here, &there] {
        let told = api.post("/graphql", &by_hash(&known, None)).await.expect(200);
        assert!(told["data"]["about"]["name"].is_string(), "{told}");
        let told = read(api, &known).await.expect(200);
        assert!(told["data"]["about"]["name"].is_string(), "{told}");
    }
}

#[tokio::test]
async fn a_document_that_is_none_is_not_kept_and_no_more_than_the_most() {
    let settings = vec![("JIEKOU_GRAPHQL__DOCUMENTS_KEPT", "3".to_owned())];
    let mut world = World::with(WorldOptions { settings, ..WorldOptions::default() }).await;
    world.add_api(&[]).await;
    let (here, there) = (world.api_at(0), world.api_at(1));
    for wrong in ["{ nothing }", "{", "{ ...A } fragment A on Query { ...A }"] {
        here.post("/graphql", &by_hash(&hash(wrong), Some(wrong))).await.expect(200);
        let again = here.post("/graphql", &by_hash(&hash(wrong), None)).await.expect(200);
        assert_eq!(code(&again), "PERSISTED_QUERY_NOT_FOUND", "{wrong}");
    }
    let documents: Vec<String> = (0..6).map(|it| format!("{{ a{it}: about {{ name }} }}")).collect();
    for text in &documents {
        here.post("/graphql", &by_hash(&hash(text), Some(text))).await.expect(200);
    }
    let mut kept = 0;
    for text in &documents {
        let told = there.post("/graphql", &by_hash(&hash(text), None)).await.expect(200);
        kept += usize::from(told["errors"].is_null());
    }
    assert_eq!(kept, 3);
}

#[tokio::test]
async fn without_redis_a_query_is_persisted_in_its_own_process() {
    let mut world = World::with(WorldOptions { own_redis: true, ..WorldOptions::default() }).await;
    world.redis.take().unwrap().run("kill");
    let api = world.api();
    let known = hash(ABOUT);
    assert_eq!(
        code(&api.post("/graphql", &by_hash(&known, None)).await.expect(200)),
        "PERSISTED_QUERY_NOT_FOUND"
    );
    api.post("/graphql", &by_hash(&known, Some(ABOUT))).await.expect(200);
    let told = api.post("/graphql", &by_hash(&known, None)).await.expect(200);
    assert!(told["data"]["about"]["name"].is_string(), "{told}");
}

#[tokio::test]
async fn get_reads_persisted_queries_and_nothing_else() {
    let world = World::new().await;
    let api = world.api();
    let query = api.request(Method::GET, "/graphql").query(&[("query", ABOUT)]);
    api.send(query).await.expect_problem(405, "method-not-allowed");
    let nothing = api.get("/graphql").await.expect(200);
    assert_eq!(code(&nothing), "document-missing");
    let change = "mutation { withdrawReport(trackingCode: \"ABCDEFGHJKLM\", claimSecret: \"0123456789abcdef0123456789abcdef\") { __typename } }";
    let done = api.post("/graphql", &by_hash(&hash(change), Some(change))).await.expect(200);
    assert_eq!(done["data"]["withdrawReport"]["__typename"], "NotFound");
    let refused = read(&api, &hash(change)).await.expect(200);
    assert_eq!(code(&refused), "method-not-allowed");
}

#[tokio::test]
async fn where_only_registered_documents_are_executed_no_other_is() {
    let file = std::env::temp_dir().join(format!("registered-{}.json", uuid::Uuid::new_v4()));
    std::fs::write(&file, json!({ hash(ABOUT): ABOUT }).to_string()).unwrap();
    let settings = vec![
        ("JIEKOU_GRAPHQL__REGISTERED_DOCUMENTS", file.display().to_string()),
        ("JIEKOU_GRAPHQL__REGISTERED_ONLY", "true".to_owned()),
    ];
    let world = World::with(WorldOptions { settings, ..WorldOptions::default() }).await;
    let api = world.api();
    for asked in [by_hash(&hash(ABOUT), None), by_hash(&hash(ABOUT), Some(ABOUT)), json!({ "query": ABOUT })]
    {
        let told = api.post("/graphql", &asked).await.expect(200);
        assert!(told["data"]["about"]["name"].is_string(), "{told}");
    }
    assert_eq!(Asker::Nobody(api.clone()).refusal("{ about { version } }").await, "document-not-registered");
    let other = api.post("/graphql", &by_hash(&hash("{ a: about { name } }"), None)).await.expect(200);
    assert_eq!(code(&other), "document-not-registered");
    std::fs::remove_file(&file).unwrap();
}
