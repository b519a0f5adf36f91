//! Shops of residents: bound by the verified phone or a code, seen by their owner alone, and gone with the account.

use reqwest::Method;
use serde_json::{Value, json};

use super::erasure::{erase, erasure_code};
use super::{Resident, sign_in, town, town_with};
use crate::harness::{Answer, World, WorldOptions};

const PHONE: &str = "13912345678";
const OWN: &str = "/v1/residents/me/storefronts";

fn import(world: &World, lines: &str) {
    let file = world.folder.join("shops.csv");
    std::fs::write(&file, format!("店铺编码,店铺名称,路段编码,地址,联系电话\n{lines}")).unwrap();
    world.run(&["import", "storefronts", file.to_str().unwrap()]);
}

/// A code that the road chief hands over.
async fn code_of(world: &World, shop: &str) -> String {
    let name = format!("chief-{}", uuid::Uuid::new_v4().simple());
    let chief = world.staff(&name, &[("roadChief", "segment", "410103001001", Some("l3"), None)]).await;
    let request = chief.request(Method::POST, &format!("/v1/storefronts/{shop}/owner-code"));
    chief.api.send(request).await.expect(201)["code"].as_str().unwrap().to_owned()
}

async fn bind(resident: &Resident, body: Value) -> Answer {
    resident.post(OWN, &body).await
}

async fn shops(resident: &Resident) -> Vec<String> {
    let own = resident.get(OWN).await.expect(200);
    let shops = own["storefronts"].as_array().unwrap();
    shops.iter().map(|shop| shop["code"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_shop_is_its_owners_who_proves_it_by_phone_or_code_and_nobody_elses() {
    let world = town().await;
    import(
        &world,
        "S-1,老张面馆,410103001001,淮河路1号,139 1234 5678\nS-2,老张超市,410103001001,,13912345678\nS-3,别家,410103001001,,13700000009\n",
    );
    let (anna, bert) = (sign_in(&world, PHONE).await, sign_in(&world, "13800001111").await);
    assert!(shops(&anna).await.is_empty(), "signing in alone binds nothing");

    // The phone of another is no proof: bert's leads to nothing, and there is no saying whose it is.
    let none = bind(&bert, json!({ "by": "phone" })).await.expect(200);
    assert_eq!(none["storefronts"], json!([]));
    let answer = bind(&anna, json!({ "by": "phone" })).await;
    assert_eq!(answer.headers["cache-control"], "no-store");
    let mut bound = answer.expect(200)["storefronts"].as_array().unwrap().clone();
    bound.sort_by_key(|shop| shop["code"].as_str().unwrap().to_owned());
    assert_eq!(bound.len(), 2);
    assert_eq!((&bound[0]["code"], &bound[0]["replaced"]), (&json!("S-1"), &json!(false)));
    let answer = anna.get(OWN).await;
    assert_eq!(answer.headers["cache-control"], "no-store");
    let own = answer.expect(200);
    let first = &own["storefronts"][0];
    assert_eq!(
        (&first["code"], &first["name"], &first["address"], &first["by"]),
        (&json!("S-1"), &json!("老张面馆"), &json!("淮河路1号"), &json!("phone"))
    );
    assert_eq!(first["segment"]["code"], "410103001001");
    assert_ne!(first["segment"]["name"], "410103001001", "the road has a name");
    assert_eq!(first["center"]["code"], "410103001");
    assert_eq!(own["storefronts"][1].get("address"), None);
    assert!(!own.to_string().contains("1234"), "the register's phone is not shown");

    // A code is good for whoever holds it, once.
    let code = code_of(&world, "S-1").await;
    let handed = bind(&bert, json!({ "by": "code", "code": code })).await.expect(200);
    assert_eq!(
        (&handed["storefronts"][0]["code"], &handed["storefronts"][0]["replaced"]),
        (&json!("S-1"), &json!(true))
    );
    for again in [&anna, &bert] {
        let used = bind(again, json!({ "by": "code", "code": code })).await;
        used.expect_problem(404, "unknown-storefront-code");
    }
    assert_eq!((shops(&anna).await, shops(&bert).await), (vec!["S-2".to_owned()], vec!["S-1".to_owned()]));

    // Another's shop, a free one and one that there is not are the same to whoever has none of them.
    for foreign in ["S-1", "S-3", "S-9", "%00"] {
        let answer = anna.delete(&format!("{OWN}/{foreign}")).await;
        answer.expect_problem(404, "unknown-storefront");
    }
    assert_eq!(shops(&bert).await, ["S-1"]);
    bert.delete(&format!("{OWN}/S-1")).await.expect(204);
    bert.delete(&format!("{OWN}/S-1")).await.expect_problem(404, "unknown-storefront");
    assert!(shops(&bert).await.is_empty());
}

#[tokio::test]
async fn strangers_staff_and_bodies_that_say_no_proof_bind_nothing() {
    let world = town().await;
    import(&world, "S-1,老张面馆,410103001001,,13912345678\n");
    let anna = sign_in(&world, PHONE).await;
    let api = world.api();
    let admin = api.sign_in("admin").await;
    let proof = json!({ "by": "phone" });
    api.post(OWN, &proof).await.expect_problem(401, "not-signed-in");
    admin.post(OWN, &proof).await.expect_problem(401, "not-signed-in");
    for reader in [api.get(OWN).await, admin.get(OWN).await] {
        reader.expect_problem(401, "not-signed-in");
    }
    let path = format!("{OWN}/S-1");
    for request in [api.request(Method::DELETE, &path), admin.request(Method::DELETE, &path)] {
        api.send(request).await.expect_problem(401, "not-signed-in");
    }
    let request = |body: Option<String>| {
        let request = api.request(Method::POST, OWN).bearer_auth(anna.token());
        match body {
            Some(body) => request.header("Content-Type", "application/json").body(body),
            None => request,
        }
    };
    api.send(request(None)).await.expect_problem(415, "unsupported-media-type");
    api.send(request(Some("[]".to_owned()))).await.expect_problem(400, "malformed-body");
    let much = json!({ "by": "code", "code": "0".repeat(70_000) }).to_string();
    api.send(request(Some(much))).await.expect_problem(413, "body-too-large");
    for (body, pointer) in [
        (json!({}), "/by"),
        (json!({ "by": null }), "/by"),
        (json!({ "by": 1 }), "/by"),
        (json!({ "by": "name" }), "/by"),
        (json!({ "by": "code" }), "/code"),
        (json!({ "by": "code", "code": 7 }), "/code"),
        (json!({ "by": "phone", "code": "0".repeat(32) }), "/code"),
    ] {
        let answer = bind(&anna, body.clone()).await;
        assert_eq!(answer.pointers(), [pointer], "{body}");
        answer.expect_problem(422, "validation");
    }
    assert_eq!(world.count("select count(*) from storefront_binding").await, 0);
}

#[tokio::test]
async fn whoever_guesses_codes_of_shops_is_stopped_with_the_right_one_too() {
    let settings = vec![("JIEKOU_LIMITS__FACTOR", "1".to_owned())];
    let world = town_with(settings).await;
    import(&world, "S-1,老张面馆,410103001001,,13700000009\n");
    let right = code_of(&world, "S-1").await;
    let (anna, bert) = (sign_in(&world, PHONE).await, sign_in(&world, "13800001111").await);
    let mut refused = 0;
    for guess in 0..25 {
        let answer = bind(&anna, json!({ "by": "code", "code": format!("{guess:032x}") })).await;
        match answer.status.as_u16() {
            404 => assert_eq!(refused, 0, "once stopped, stopped"),
            429 => {
                assert!(answer.headers.contains_key("retry-after"));
                refused += 1;
            }
            other => panic!("{other}: {}", answer.body),
        }
    }
    assert_eq!(refused, 5, "twenty misses at once");
    let late = bind(&anna, json!({ "by": "code", "code": right })).await;
    late.expect_problem(429, "too-many-requests");
    // What cannot be guessed at goes on, and so does everybody else.
    anna.get(OWN).await.expect(200);
    bind(&bert, json!({ "by": "code", "code": right })).await.expect(200);
}

#[tokio::test]
async fn an_export_names_the_shops_and_an_erasure_ends_them() {
    let world = town().await;
    import(&world, "S-1,老张面馆,410103001001,,13912345678\nS-2,老张超市,410103001001,,13912345678\n");
    let (anna, bert) = (sign_in(&world, PHONE).await, sign_in(&world, "13800001111").await);
    bind(&anna, json!({ "by": "phone" })).await.expect(200);
    let code = code_of(&world, "S-2").await;
    bind(&bert, json!({ "by": "code", "code": code })).await.expect(200);

    let export = anna.get("/v1/residents/me/export").await.expect(200);
    let known = export["storefronts"].as_array().unwrap();
    assert_eq!(known.len(), 2);
    let of = |code: &str| known.iter().find(|shop| shop["code"] == code).unwrap();
    assert_eq!((&of("S-1")["by"], &of("S-1")["endedAt"]), (&json!("phone"), &Value::Null));
    assert_eq!(of("S-2")["endedBecause"], "replaced");
    assert!(!export.to_string().contains(bert.id()));

    let code = erasure_code(&world, &anna).await;
    erase(&anna, &code.beside(json!({}))).await.expect(204);

    anna.get(OWN).await.expect_problem(401, "not-signed-in");
    assert_eq!(world.count("select count(*) from storefront_binding").await, 1, "the other one's");
    let told = "select count(*) from storefront_log where act = 'ended' and detail = 'accountGone'";
    assert_eq!(world.count(told).await, 1, "what had ended before ends no more");
    assert_eq!(shops(&bert).await, ["S-2"]);
    // The shop is free: whoever has the phone now binds it anew.
    let newcomer = sign_in(&world, PHONE).await;
    let bound = bind(&newcomer, json!({ "by": "phone" })).await.expect(200);
    let replaced = |shop: &Value| (shop["code"].clone(), shop["replaced"].clone());
    let mut bound: Vec<_> = bound["storefronts"].as_array().unwrap().iter().map(replaced).collect();
    bound.sort_by_key(|(code, _)| code.to_string());
    assert_eq!(bound, [(json!("S-1"), json!(false)), (json!("S-2"), json!(true))]);
}

#[tokio::test]
async fn an_account_that_nobody_uses_leaves_its_shop() {
    let mut world = town().await;
    import(&world, "S-1,老张面馆,410103001001,,13912345678\n");
    let anna = sign_in(&world, PHONE).await;
    bind(&anna, json!({ "by": "phone" })).await.expect(200);
    for statement in [
        "update resident set created_at = created_at - interval '200 days'",
        "update staff_session set last_used_at = last_used_at - interval '200 days' where resident_id is not null",
    ] {
        sqlx::query(statement).execute(&world.pool).await.unwrap();
    }
    world.worker.as_mut().unwrap().kill();
    world.start_worker().await;
    for _ in 0..100 {
        if world.count("select count(*) from resident").await == 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert_eq!(world.count("select count(*) from resident").await, 0);
    assert_eq!(world.count("select count(*) from storefront_binding").await, 0);
    let told = "select count(*) from storefront_log where act = 'ended' and detail = 'accountGone'";
    assert_eq!(world.count(told).await, 1);
}

#[tokio::test]
async fn an_account_without_a_phone_binds_by_code_alone() {
    let world = World::with(WorldOptions { sms: true, worker: true, ..WorldOptions::default() }).await;
    import(&world, "S-1,老张面馆,410103001001,,13912345678\n");
    let anna = sign_in(&world, PHONE).await;
    // As an account that WeChat vouches for.
    sqlx::query("update resident_identity set kind = 'wechatOpenId'").execute(&world.pool).await.unwrap();
    let answer = bind(&anna, json!({ "by": "phone" })).await;
    assert_eq!(answer.pointers(), ["/by"]);
    answer.expect_problem(422, "validation");
    let code = code_of(&world, "S-1").await;
    bind(&anna, json!({ "by": "code", "code": code })).await.expect(200);
    assert_eq!(shops(&anna).await, ["S-1"]);
}
