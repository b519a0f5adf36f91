//! What administrators do to accounts: it holds at once in every process, is written down, and stays inside their area.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::harness::{Answer, Api, HUAIHE_CENTER, Staff, World, wall_clock};

const DEMO: &str = "jiekou-demo-2026";
const ACTS: [&str; 4] = ["disabling", "enabling", "reset", "second-factor-removal"];

async fn id_of(world: &World, username: &str) -> Uuid {
    sqlx::query_scalar("select staff_id from staff_account where username = $1")
        .bind(username)
        .fetch_one(&world.pool)
        .await
        .unwrap()
}

async fn act(admin: &Staff, id: Uuid, what: &str, body: &Value) -> Answer {
    admin.post(&format!("/v1/staff/{id}/{what}"), body).await
}

fn reason() -> Value {
    json!({ "reason": "岗位调整" })
}

async fn sign_in(api: &Api, username: &str) -> Answer {
    api.post("/v1/sessions", &json!({ "username": username, "password": DEMO })).await
}

async fn with(api: &Api, session: &Value) -> Answer {
    let token = session["accessToken"].as_str().unwrap();
    api.send(api.request(Method::GET, "/v1/cases").bearer_auth(token)).await
}

/// Waits until the session works no more.
async fn ends(api: &Api, session: &Value) {
    let started = Instant::now();
    while with(api, session).await.status == 200 {
        assert!(started.elapsed() < Duration::from_secs(20), "the session still works");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    println!("ended after {:?}", started.elapsed());
    let refresh = json!({ "refreshToken": session["refreshToken"] });
    api.post("/v1/sessions/refresh", &refresh).await.expect_problem(401, "not-signed-in");
}

#[tokio::test]
async fn each_act_ends_the_sessions_of_whom_it_is_done_to_in_every_process() {
    let mut world = World::new().await;
    world.add_api(&[]).await;
    let (here, there) = (world.api_at(0), world.api_at(1));
    let admin = here.sign_in("admin").await;
    let center = format!("center-{HUAIHE_CENTER}");
    let id = id_of(&world, &center).await;

    let open = sign_in(&there, &center).await.expect(201);
    let grants = json!([{ "role": "roadChief", "level": "segment", "area": "410103001001" }]);
    let body = json!({ "reason": "岗位调整", "grants": grants });
    act(&admin, id, "grants", &body).await.expect(204);
    ends(&there, &open).await;
    let open = sign_in(&there, &center).await.expect(201);
    assert_eq!(open["grants"], grants);
    act(&admin, id, "grants", &body).await.expect(204);
    with(&there, &open).await.expect(200);
    act(&admin, id, "enabling", &reason()).await.expect(204);
    act(&admin, id, "second-factor-removal", &reason()).await.expect(204);
    with(&there, &open).await.expect(200);

    act(&admin, id, "disabling", &reason()).await.expect(204);
    ends(&there, &open).await;
    sign_in(&there, &center).await.expect_problem(401, "wrong-credentials");
    act(&admin, id, "disabling", &reason()).await.expect(204);
    act(&admin, id, "reset", &reason()).await.expect_problem(409, "account-disabled");
    act(&admin, id, "enabling", &reason()).await.expect(204);
    let open = sign_in(&there, &center).await.expect(201);

    let reset = act(&admin, id, "reset", &reason()).await.expect(201);
    ends(&there, &open).await;
    sign_in(&there, &center).await.expect_problem(401, "wrong-credentials");
    let accepted = json!({ "code": reset["code"], "password": "rain over erqi 1923" });
    there.post("/v1/invitations/acceptance", &accepted).await.expect(200);

    let lines = admin.get(&format!("/v1/staff/log?staffId={id}")).await.expect(200);
    let lines = lines["lines"].as_array().unwrap();
    let acts: Vec<&str> = lines.iter().rev().map(|line| line["act"].as_str().unwrap()).collect();
    assert_eq!(
        acts,
        ["grantsSet", "disabled", "enabled", "reset", "invitationAccepted"],
        "what changed nothing is no act"
    );
    let first = lines.last().unwrap();
    assert_eq!((&first["reason"], &first["actor"]["name"]), (&json!("岗位调整"), &json!("管理员")));
    assert_eq!(first["detail"]["after"], grants);
    assert_eq!(first["detail"]["before"].as_array().unwrap().len(), 4);
}

#[tokio::test]
async fn a_lost_second_factor_is_removed_and_a_reset_alone_is_no_way_round_it() {
    let world = World::new().await;
    let api = world.api();
    let admin = api.sign_in("admin").await;
    let id = id_of(&world, "desk").await;
    let session = sign_in(&api, "desk").await.expect(201);
    let token = session["accessToken"].as_str().unwrap();
    let ask = async |path: &str, body: Value| {
        api.send(api.request(Method::POST, path).bearer_auth(token).json(&body)).await
    };
    let offer = ask("/v1/account/second-factor", json!({ "password": DEMO })).await.expect(201);
    let secret = totp_rs::Secret::Encoded(offer["secret"].as_str().unwrap().to_owned()).to_bytes().unwrap();
    let totp = totp_rs::TOTP::new(totp_rs::Algorithm::SHA1, 6, 0, 30, secret).unwrap();
    let code = totp.generate(u64::try_from(wall_clock().timestamp()).unwrap());
    ask("/v1/account/second-factor/confirmation", json!({ "totp": code })).await.expect(201);

    let reset = act(&admin, id, "reset", &reason()).await.expect(201);
    let accepted = json!({ "code": reset["code"], "password": "rain over erqi 1923" });
    api.post("/v1/invitations/acceptance", &accepted).await.expect(200);
    let credentials = json!({ "username": "desk", "password": "rain over erqi 1923" });
    api.post("/v1/sessions", &credentials).await.expect_problem(401, "wrong-credentials");
    act(&admin, id, "second-factor-removal", &json!({ "reason": "手机丢失" })).await.expect(204);
    api.post("/v1/sessions", &credentials).await.expect(201);
    assert_eq!(world.count("select count(*) from recovery_code").await, 0);
    let account = admin.get(&format!("/v1/staff/{id}")).await.expect(200);
    assert_eq!(account["secondFactor"], false);
}

#[tokio::test]
async fn an_administrator_reaches_whole_accounts_of_the_own_area_and_not_the_own() {
    let world = World::new().await;
    let api = world.api();
    let town = world.staff("town-admin", &[("admin", "town", HUAIHE_CENTER, None, None)]).await;
    let inside = format!("center-{HUAIHE_CENTER}");
    world
        .staff(
            "half",
            &[
                ("inspector", "town", HUAIHE_CENTER, None, None),
                ("inspector", "town", "410103003", None, None),
            ],
        )
        .await;
    let grants =
        json!({ "reason": "x", "grants": [{ "role": "inspector", "level": "town", "area": HUAIHE_CENTER }] });
    let own = id_of(&world, "town-admin").await;
    let before = world.count("select count(*) from staff_session where ended_at is not null").await;
    for (target, status, slug) in [
        (id_of(&world, "center-410103003").await, 404, "unknown-staff"),
        (id_of(&world, "admin").await, 404, "unknown-staff"),
        (Uuid::new_v4(), 404, "unknown-staff"),
        (id_of(&world, "half").await, 403, "forbidden"),
        (own, 403, "forbidden"),
    ] {
        for what in ACTS {
            act(&town, target, what, &reason()).await.expect_problem(status, slug);
        }
        act(&town, target, "grants", &grants).await.expect_problem(status, slug);
    }
    let outside =
        json!({ "reason": "x", "grants": [{ "role": "admin", "level": "district", "area": "410103" }] });
    let id = id_of(&world, &inside).await;
    act(&town, id, "grants", &outside).await.expect_problem(403, "forbidden");
    for stranger in ["desk", &inside] {
        let stranger = api.sign_in(stranger).await;
        for what in ACTS {
            act(&stranger, id, what, &reason()).await.expect_problem(403, "forbidden");
            act(&stranger, Uuid::new_v4(), what, &reason()).await.expect_problem(403, "forbidden");
        }
        act(&stranger, id, "grants", &grants).await.expect_problem(403, "forbidden");
    }
    for what in ACTS {
        let nobody = api.post(&format!("/v1/staff/{id}/{what}"), &reason()).await;
        nobody.expect_problem(401, "not-signed-in");
    }
    assert_eq!(world.count("select count(*) from staff_log").await, 0);
    let after = world.count("select count(*) from staff_session where ended_at is not null").await;
    assert_eq!(before, after);
    act(&town, id, "grants", &grants).await.expect(204);
}

#[tokio::test]
async fn an_act_needs_a_reason_and_right_fields() {
    let world = World::new().await;
    let admin = world.api().sign_in("admin").await;
    let id = id_of(&world, "desk").await;
    let long = json!({ "reason": "长".repeat(501) });
    for what in ACTS {
        for bad in [
            json!({}),
            json!({ "reason": 7 }),
            json!({ "reason": " " }),
            json!({ "reason": "\u{0}" }),
            long.clone(),
        ] {
            let answer = act(&admin, id, what, &bad).await;
            assert_eq!(answer.pointers(), ["/reason"], "{what} {bad}");
            answer.expect_problem(422, "validation");
        }
        let path = format!("/v1/staff/{id}/{what}");
        let none = admin.request(Method::POST, &path).header("Content-Type", "application/json");
        admin.api.send(none).await.expect_problem(400, "malformed-body");
        let large = json!({ "reason": "x".repeat(70_000) });
        act(&admin, id, what, &large).await.expect_problem(413, "body-too-large");
        let get = admin.get(&path).await;
        get.expect_problem(405, "method-not-allowed");
        admin.post(&format!("/v1/staff/x/{what}"), &reason()).await.expect_problem(404, "unknown-staff");
    }
    for (bad, pointers) in [
        (json!({}), vec!["/grants", "/reason"]),
        (json!({ "reason": "x" }), vec!["/grants"]),
        (json!({ "reason": "x", "grants": [] }), vec!["/grants"]),
        (
            json!({ "reason": "x", "grants": [{ "role": "inspector", "level": "town", "area": "410103999" }] }),
            vec!["/grants/0/area"],
        ),
    ] {
        let answer = act(&admin, id, "grants", &bad).await;
        assert_eq!(answer.pointers(), pointers, "{bad}");
    }
    assert_eq!(world.count("select count(*) from staff_log").await, 0);
}
