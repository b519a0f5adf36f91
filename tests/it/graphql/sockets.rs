//! `graphql-transport-ws` as it is written down, and clients that do not keep to it.

use serde_json::{Value, json};

use crate::harness::{Socket, World, WorldOptions};

const PROTOCOL: Option<&str> = Some("graphql-transport-ws");

#[tokio::test]
async fn who_breaks_the_protocol_is_told_how_by_the_code_of_the_closing() {
    let world = World::new().await;
    let address = &world.apis[0].address;
    assert_eq!(Socket::open(address, None).await.closed().await, 4406);

    let mut early = Socket::open(address, PROTOCOL).await;
    early.subscribe("1", "{ about { name } }", Value::Null).await;
    assert_eq!(early.closed().await, 4401);

    let mut twice = Socket::begin(address, None).await;
    twice.send(&json!({ "type": "connection_init" })).await;
    assert_eq!(twice.closed().await, 4429);

    let mut stranger = Socket::open(address, PROTOCOL).await;
    stranger
        .send(&json!({ "type": "connection_init", "payload": { "authorization": "Bearer x.y.z" } }))
        .await;
    assert_eq!(stranger.closed().await, 4401);

    for nonsense in
        ["", "{", "[]", "{\"type\":\"dance\"}", "{\"type\":\"subscribe\",\"id\":7,\"payload\":{}}"]
    {
        let mut socket = Socket::begin(address, None).await;
        socket.say(nonsense).await;
        assert_eq!(socket.closed().await, 4400, "{nonsense}");
    }

    let mut silent = Socket::open(address, PROTOCOL).await;
    assert_eq!(silent.closed().await, 4408);
}

#[tokio::test]
async fn a_page_of_somebody_else_opens_no_connection() {
    let world = World::new().await;
    let address = world.apis[0].address.clone();
    let own = format!("http://{address}");
    // A program says no origin.
    let mut socket = Socket::of_page(&address, &[]).await.ok().unwrap();
    greet(&mut socket).await;
    let mut socket = Socket::of_page(&address, &[&own]).await.ok().unwrap();
    greet(&mut socket).await;
    let near = format!("http://{address}.evil.example");
    for origins in [
        &["https://evil.example"][..],
        &[near.as_str()],
        &["null"],
        &[""],
        &[own.as_str(), "https://evil.example"],
        &["http://127.0.0.1:1"],
    ] {
        assert_eq!(Socket::of_page(&address, origins).await.err(), Some(403), "{origins:?}");
    }

    // A list takes the place of the own host.
    let settings =
        vec![("JIEKOU_GRAPHQL__ORIGINS", "https://city.example, https://desk.example:8443".to_owned())];
    let world = World::with(WorldOptions { settings, ..WorldOptions::default() }).await;
    let address = &world.apis[0].address;
    let none: &[&str] = &[];
    for let_in in [none, &["https://city.example"], &["https://desk.example:8443"]] {
        let mut socket = Socket::of_page(address, let_in).await.ok().unwrap();
        greet(&mut socket).await;
    }
    let own = format!("http://{address}");
    for origin in [own.as_str(), "http://city.example", "https://desk.example"] {
        assert_eq!(Socket::of_page(address, &[origin]).await.err(), Some(403), "{origin}");
    }
}

/// Is let in, and gets an answer.
async fn greet(socket: &mut Socket) {
    socket.send(&json!({ "type": "connection_init" })).await;
    assert_eq!(socket.hear().await["type"], "connection_ack");
}

#[tokio::test]
async fn operations_of_a_connection_are_told_apart_and_so_many() {
    let settings = vec![("JIEKOU_GRAPHQL__OPERATIONS", "3".to_owned())];
    let world = World::with(WorldOptions { settings, ..WorldOptions::default() }).await;
    let center = world.api().sign_in("center-410103001").await;
    let cases = "subscription { casesChanged { missed } }";
    let mut socket = Socket::begin(&world.apis[0].address, Some(center.token())).await;
    for id in ["a", "b", "c"] {
        socket.subscribe(id, cases, Value::Null).await;
        socket.event(id).await;
    }
    socket.send(&json!({ "type": "complete", "id": "b" })).await;
    socket.subscribe("wrong", "{ nothing }", Value::Null).await;
    let wrong = socket.hear().await;
    assert_eq!((wrong["type"].as_str(), wrong["id"].as_str()), (Some("error"), Some("wrong")), "{wrong}");
    socket.subscribe("d", cases, Value::Null).await;
    socket.event("d").await;
    socket.subscribe("e", cases, Value::Null).await;
    assert_eq!(socket.closed().await, 1013);

    let mut twice = Socket::begin(&world.apis[0].address, Some(center.token())).await;
    twice.subscribe("a", cases, Value::Null).await;
    twice.event("a").await;
    twice.subscribe("a", cases, Value::Null).await;
    assert_eq!(twice.closed().await, 4409);
}

#[tokio::test]
async fn who_is_not_there_any_more_is_noticed() {
    let settings = vec![("JIEKOU_GRAPHQL__PULSE_SECONDS", "1".to_owned())];
    let world = World::with(WorldOptions { settings, ..WorldOptions::default() }).await;
    let mut there = Socket::begin(&world.apis[0].address, None).await;
    for _ in 0..3 {
        assert_eq!(there.raw().await["type"], "ping");
        there.send(&json!({ "type": "pong" })).await;
    }
    there.send(&json!({ "type": "ping", "payload": { "n": 1 } })).await;
    assert_eq!(there.hear().await, json!({ "type": "pong", "payload": { "n": 1 } }));
    let mut gone = Socket::begin(&world.apis[0].address, None).await;
    assert_eq!(gone.closed().await, 1001);
}

#[tokio::test]
async fn a_client_that_does_not_read_is_dropped() {
    let settings = vec![
        ("JIEKOU_GRAPHQL__PATIENCE_SECONDS", "1".to_owned()),
        ("JIEKOU_GRAPHQL__OPERATIONS", "1000".to_owned()),
        ("JIEKOU_GRAPHQL__ANONYMOUS_A_MINUTE", "1000000".to_owned()),
    ];
    let world = World::with(WorldOptions { settings, ..WorldOptions::default() }).await;
    let mut slow = Socket::begin(&world.apis[0].address, None).await;
    let large = "{ __schema { types { name description fields { name description type { name kind ofType { name kind } }
        args { name description } } } } }";
    for id in 0..600 {
        slow.subscribe(&id.to_string(), large, Value::Null).await;
    }
    let started = std::time::Instant::now();
    while !world.logs().contains("a client does not read") {
        assert!(started.elapsed() < std::time::Duration::from_secs(60), "it is still served");
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    let mut answered = 0;
    while let Some(message) = slow.left().await {
        answered += usize::from(message["type"] == "next");
    }
    assert!(answered < 600, "all {answered} answers were kept for a client that did not read");
    world.api().get("/healthz").await.expect(200);
}
