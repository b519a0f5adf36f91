//! Refusals: the format's own shape, the standard's own statuses, and nothing written.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Page, address, admin, filed, get, issue, manhole, post, sender};
use crate::harness::World;

/// Status, form, and the names that the errors begin with.
type Case<'a> = (u16, Vec<(&'a str, &'a str)>, &'a [&'a str]);

async fn reports(world: &World) -> i64 {
    world.count("select count(*) from report").await
}

#[tokio::test]
async fn errors_have_the_shape_of_the_format_also_where_there_is_no_such_address() {
    let world = World::new().await;
    let xml = get(&world, "requests/00000000-0000-0000-0000-000000000000.xml").await;
    assert_eq!(
        xml.xml(404),
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><errors><error><code>404</code>\
         <description>service_request_id was not found</description></error></errors>"
    );
    for path in [
        "requests/7.json",
        "services/flying-saucer.json",
        "services/manhole-cover-missing.json",
        "tokens/0.json",
        "tokens/00000000-0000-0000-0000-000000000000.json",
        "services.json?jurisdiction_id=sfgov.org",
        "requests.json?jurisdiction_id=sfgov.org",
        "requests.json?service_code=flying-saucer",
        "nothing.json",
    ] {
        let errors = get(&world, path).await.json(404);
        assert_eq!(errors[0]["code"], 404, "{path}: a bare list");
        assert!(errors[0]["description"].is_string());
    }
    for path in ["services.html", "services.JSON", "services", "requests/7", "requests.csv", "discovery.", ""]
    {
        let page = get(&world, path).await;
        assert!(page.xml(404).contains("<errors><error><code>404</code>"), "{path}");
    }
    let wrong = Page::of(world.api().request(Method::DELETE, &address("requests.json"))).await;
    assert_eq!(wrong.json(405)[0]["code"], 405);
    assert_eq!(wrong.headers["allow"], "GET, HEAD, POST");
}

#[tokio::test]
async fn a_wrong_ended_or_insufficient_key_is_403_and_a_used_up_one_429() {
    let world = World::new().await;
    let (admin, sender) = (admin(&world).await, sender(&world, "平台", &["open311:write"]).await);
    let with = |key: &'static str| {
        [("api_key", key), ("service_code", "manhole"), ("lat", "34.7"), ("long", "113.6")]
    };
    for form in [&with("")[..], &with("xyz")[..], &with("jk_00000000_00000000000000000000000000000000")[..]] {
        let errors = post(&world, "requests.json", form).await.json(403);
        assert_eq!(errors[0]["code"], 403);
        assert!(errors[0]["description"].as_str().unwrap().contains("api_key"));
    }
    let xml = post(&world, "requests.xml", &with("xyz")).await;
    assert!(xml.xml(403).contains("<errors><error><code>403</code><description>Invalid api_key received"));
    get(&world, "requests.json?api_key=xyz").await.json(403);
    // Good for other things.
    let updates = [("api_key", sender.key.as_str())];
    post(&world, "servicerequestupdates.json", &updates).await.json(403);
    get(&world, &format!("servicerequestupdates.json?api_key={}", sender.key)).await.json(403);
    // Used up.
    let few = json!({ "scopes": ["open311:write"], "perMinute": 600, "perDay": 2 });
    let few = issue(&admin, &sender.platform_id, &few).await;
    let few = super::Sender {
        key: few["key"].as_str().unwrap().to_owned(),
        ..super::sender(&world, "乙", &["updates"]).await
    };
    let first = filed(&world, &manhole(&few, "井盖一")).await;
    assert_eq!(filed(&world, &manhole(&few, "井盖一")).await, first, "the same form is the same request");
    let before = reports(&world).await;
    let refused = post(&world, "requests.json", &manhole(&few, "井盖二")).await;
    assert_eq!(refused.json(429)[0]["code"], 429);
    let wait: i64 = refused.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=86_400).contains(&wait), "{wait}");
    get(&world, &format!("requests/{first}.json?api_key={}", few.key)).await.json(200);
    // Ended.
    let end = format!("/v1/platforms/{}/keys/{}/end", sender.platform_id, sender.key_id);
    admin.post(&end, &json!({ "reason": "泄露" })).await.expect(204);
    post(&world, "requests.json", &manhole(&sender, "井盖三")).await.json(403);
    assert_eq!(reports(&world).await, before, "nothing was recorded");
}

#[tokio::test]
async fn everything_that_is_wrong_with_a_request_is_told_at_once_and_nothing_is_written() {
    let world = World::new().await;
    let sender = sender(&world, "平台", &["open311:write"]).await;
    let key = ("api_key", sender.key.as_str());
    let long = "坑".repeat(4_001);
    let cases: [Case<'_>; 10] = [
        (400, vec![key], &["service_code"]),
        (404, vec![key, ("service_code", "42"), ("lat", "34.7"), ("long", "113.6")], &["service_code"]),
        (400, vec![key, ("service_code", "manhole")], &["lat and long, address_string or address_id"]),
        (400, vec![key, ("service_code", "manhole"), ("lat", "34.7")], &["long"]),
        (400, vec![key, ("service_code", "manhole"), ("lat", "north"), ("long", "NaN")], &["lat", "long"]),
        (
            400,
            vec![key, ("service_code", "manhole"), ("lat", "37.76"), ("long", "-122.46")],
            &["lat and long"],
        ),
        (
            400,
            vec![
                key,
                ("service_code", "manhole"),
                ("lat", "34.7"),
                ("long", "113.6"),
                ("description", &long),
            ],
            &["description"],
        ),
        (
            400,
            vec![
                key,
                ("service_code", "manhole"),
                ("lat", "34.7"),
                ("long", "113.6"),
                ("email", "nobody"),
                ("phone", "x"),
                ("media_url", "javascript:alert(1)"),
                ("attribute[hasBarrier]", "perhaps"),
                ("attribute[colour]", "red"),
                ("client_request_id", "a b"),
            ],
            &["email", "phone", "media_url", "attribute[hasBarrier]", "attribute[colour]"],
        ),
        (
            400,
            vec![
                key,
                ("service_code", "manhole"),
                ("lat", "34.7"),
                ("long", "113.6"),
                ("client_request_id", "一"),
            ],
            &["client_request_id"],
        ),
        (404, vec![key, ("jurisdiction_id", "x"), ("service_code", "manhole")], &["jurisdiction_id"]),
    ];
    for (status, form, names) in cases {
        let errors = post(&world, "requests.json", &form).await.json(status);
        let told: Vec<&str> =
            errors.as_array().unwrap().iter().map(|it| it["description"].as_str().unwrap()).collect();
        for name in names {
            assert!(
                told.iter().any(|words| words.starts_with(name)),
                "{name} is not told: {told:?} for {form:?}"
            );
        }
    }
    let raw = async |kind: &str, body: &str| {
        let request = world.api().request(Method::POST, &address("requests.json"));
        Page::of(request.header("content-type", kind).body(body.to_owned())).await
    };
    let form = "application/x-www-form-urlencoded";
    for (kind, body) in [
        ("application/json", "{}"),
        ("text/plain", "service_code=manhole"),
        ("application/x-www-form-urlencoded; charset=gb18030", "service_code=manhole"),
        (form, "description=%zz"),
        (form, "description=%ff"),
        ("multipart/form-data", "x"),
        ("multipart/form-data; boundary=b", "--b\r\nbroken"),
    ] {
        assert_eq!(raw(kind, body).await.json(400)[0]["code"], 400, "{kind} {body}");
    }
    let large = raw(form, &format!("description={}", "x".repeat(70_000))).await.json(400);
    assert!(large[0]["description"].as_str().unwrap().contains("65536"), "{large}");
    raw(form, &"a=1&".repeat(201)).await.json(400);
    assert_eq!(reports(&world).await, 0);
    assert_ne!(get(&world, "requests.json").await.json(200), Value::Null);
}
