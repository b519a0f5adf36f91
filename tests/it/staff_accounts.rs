//! Accounts of staff are made by administrators and taken over by whoever they are for; who sees which of them.

use std::collections::HashMap;

use reqwest::Method;
use serde_json::{Value, json};

use super::harness::{Answer, Api, HUAIHE_CENTER, Staff, World};

const GOOD: &str = "rain over erqi 1923";
const ADMIN: &str = "admin";

/// The administrator of the demonstration's district.
async fn district_admin(world: &World) -> Staff {
    world.api().sign_in("admin").await
}

/// An administrator of one town.
async fn town_admin(world: &World) -> Staff {
    world.staff("town-admin", &[(ADMIN, "town", HUAIHE_CENTER, None, None)]).await
}

fn inspector(area: &str) -> Value {
    json!([{ "role": "inspector", "level": "town", "area": area }])
}

fn person(username: &str, grants: Value) -> Value {
    json!({ "username": username, "displayName": "王芳", "grants": grants })
}

async fn accept(api: &Api, code: &Value, password: &str) -> Answer {
    api.post("/v1/invitations/acceptance", &json!({ "code": code, "password": password })).await
}

async fn sign_in(api: &Api, username: &str, password: &str) -> Answer {
    api.post("/v1/sessions", &json!({ "username": username, "password": password })).await
}

/// The code in the last mail to `to`.
fn code_in(words: &str) -> Value {
    json!(words.split_once("/invitation#").expect("a link").1.lines().next().unwrap().trim())
}

#[tokio::test]
async fn somebody_invited_sets_a_password_once_and_signs_in() {
    let world = World::new().await;
    let (api, admin) = (world.api(), district_admin(&world).await);
    let invited = admin.post("/v1/staff", &person("Wang.Fang", inspector(HUAIHE_CENTER))).await;
    assert_eq!(invited.headers["cache-control"], "no-store");
    let invited = invited.expect(201);
    assert_eq!(invited["sentByEmail"], false);
    let code = &invited["code"];
    assert_eq!(code.as_str().unwrap().len(), 32);
    assert!(invited["link"].as_str().unwrap().ends_with(&format!("/invitation#{}", code.as_str().unwrap())));
    sign_in(&api, "wang.fang", "").await.expect_problem(401, "wrong-credentials");
    let stored =
        world.count("select count(*) from staff_invitation where octet_length(code_hash) = 32").await;
    assert_eq!(stored, 1);

    for (body, pointers) in [
        (json!({}), vec!["/code", "/password"]),
        (json!({ "code": code }), vec!["/password"]),
        (json!({ "code": 7, "password": GOOD }), vec!["/code"]),
        (json!({ "code": code, "password": "short" }), vec!["/password"]),
        (json!({ "code": code, "password": "wang.fang in the rain" }), vec!["/password"]),
        (json!({ "code": code, "password": "我是王芳，我喜欢下雨天" }), vec!["/password"]),
    ] {
        let answer = api.post("/v1/invitations/acceptance", &body).await;
        assert_eq!(answer.pointers(), pointers, "{body}");
        answer.expect_problem(422, "validation");
    }
    for wrong in [json!("0".repeat(32)), json!("x"), json!(""), json!("\u{0}")] {
        accept(&api, &wrong, GOOD).await.expect_problem(404, "unknown-invitation");
    }
    let large = json!({ "code": code, "password": "x".repeat(70_000) });
    api.post("/v1/invitations/acceptance", &large).await.expect_problem(413, "body-too-large");

    let (one, two) = tokio::join!(accept(&api, code, GOOD), accept(&api, code, GOOD));
    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 404], "good once");
    accept(&api, code, GOOD).await.expect_problem(404, "unknown-invitation");
    let session = sign_in(&api, "wang.fang", GOOD).await.expect(201);
    assert_eq!(session["name"], "王芳");
    assert_eq!(session["grants"], inspector(HUAIHE_CENTER));
}

#[tokio::test]
async fn an_invitation_goes_by_mail_where_there_is_an_address_and_is_kept_nowhere() {
    let mut world = World::with_worker().await;
    let (api, admin) = (world.api(), district_admin(&world).await);
    let mut body = person("wang", inspector(HUAIHE_CENTER));
    body["email"] = json!("wang@erqi.example");
    let invited = admin.post("/v1/staff", &body).await.expect(201);
    assert_eq!(invited["sentByEmail"], true);
    assert!(invited.get("code").is_none() && invited.get("link").is_none());
    let mails = world.mail.wait_for("invitation", |mails| !mails.is_empty()).await;
    assert_eq!((mails.len(), mails[0].to.as_str()), (1, "wang@erqi.example"));
    let code = code_in(&mails[0].words());
    let id = invited["staffId"].as_str().unwrap();
    let delivered = async || {
        for _ in 0..100 {
            let account = admin.get(&format!("/v1/staff/{id}")).await.expect(200);
            if account["messageState"] == "delivered" {
                return account;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("not delivered");
    };
    let account = delivered().await;
    assert_eq!(account["hasEmail"], true);
    assert!(account["invitedUntil"].is_string());
    let left = world.count("select count(*) from account_message where sealed is not null").await;
    assert_eq!(left, 0, "a message that has ended says nothing any more");
    for secret in [code.as_str().unwrap(), "wang@erqi.example"] {
        assert!(!world.logs().contains(secret));
        let found = sqlx::query_scalar::<_, i64>(
            "select count(*) from staff_account s left join staff_log l on l.subject = s.staff_id
             where s::text like '%' || $1 || '%' or l::text like '%' || $1 || '%'",
        )
        .bind(secret)
        .fetch_one(&world.pool)
        .await
        .unwrap();
        assert_eq!(found, 0, "{secret}");
    }
    accept(&api, &code, GOOD).await.expect(200);

    // A reset goes the same way; meanwhile a server that is away holds nothing up for good.
    world.mail.fail_for_now();
    let reset = json!({ "reason": "忘记密码" });
    admin.post(&format!("/v1/staff/{id}/reset"), &reset).await.expect(201);
    sign_in(&api, "wang", GOOD).await.expect_problem(401, "wrong-credentials");
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    world.mail.recover();
    let mails = world.mail.wait_for("second mail", |mails| mails.len() == 2).await;
    accept(&api, &code_in(&mails[1].words()), "another rain over erqi").await.expect(200);
    sign_in(&api, "wang", "another rain over erqi").await.expect(201);
    world.worker.take().unwrap().stop();
}

#[tokio::test]
async fn an_invitation_ends_with_its_time_and_with_the_next_one() {
    let world = World::new().await;
    let (api, admin) = (world.api(), district_admin(&world).await);
    let first = admin.post("/v1/staff", &person("wang", inspector(HUAIHE_CENTER))).await.expect(201);
    let id = first["staffId"].as_str().unwrap();
    let reset = json!({ "reason": "邀请码丢失" });
    let second = admin.post(&format!("/v1/staff/{id}/reset"), &reset).await.expect(201);
    accept(&api, &first["code"], GOOD).await.expect_problem(404, "unknown-invitation");
    let late = "update staff_invitation set expires_at = now() - interval '1 second' where ended_at is null";
    sqlx::query(late).execute(&world.pool).await.unwrap();
    accept(&api, &second["code"], GOOD).await.expect_problem(404, "unknown-invitation");
    let third = admin.post(&format!("/v1/staff/{id}/reset"), &reset).await.expect(201);
    let until = chrono::DateTime::parse_from_rfc3339(third["expiresAt"].as_str().unwrap()).unwrap();
    let hours = (until.to_utc() - world.now().await).num_hours();
    assert!((71..=72).contains(&hours), "{hours}");
    admin.post(&format!("/v1/staff/{id}/disabling"), &json!({ "reason": "离职" })).await.expect(204);
    accept(&api, &third["code"], GOOD).await.expect_problem(404, "unknown-invitation");
}

#[tokio::test]
async fn an_administrator_gives_roles_of_the_own_area_and_level_only() {
    let world = World::new().await;
    let (town, district) = (town_admin(&world).await, district_admin(&world).await);
    let grant = |role: &str, level: &str, area: &str| json!([{ "role": role, "level": level, "area": area }]);
    for (position, (admin, grants, status)) in [
        (&town, grant("inspector", "town", HUAIHE_CENTER), 201),
        (&town, grant("roadChief", "segment", "410103001001"), 201),
        (&town, grant("admin", "town", HUAIHE_CENTER), 201),
        (&town, grant("inspector", "town", "410103003"), 403),
        (&town, grant("admin", "district", "410103"), 403),
        (&town, grant("roadChief", "segment", "410103003001"), 403),
        (&district, grant("admin", "district", "410103"), 201),
        (&district, grant("finance", "city", "4101"), 403),
        (&district, grant("inspector", "town", "410104001"), 403),
    ]
    .into_iter()
    .enumerate()
    {
        let answer = admin.post("/v1/staff", &person(&format!("person-{position}"), grants.clone())).await;
        assert_eq!(answer.status, status, "{grants} {}", answer.body);
    }
    let before = world.count("select count(*) from staff_account").await;
    for stranger in ["desk", "district", &format!("center-{HUAIHE_CENTER}")] {
        let stranger = world.api().sign_in(stranger).await;
        let answer = stranger.post("/v1/staff", &person("nobody", inspector(HUAIHE_CENTER))).await;
        answer.expect_problem(403, "forbidden");
        for path in ["/v1/staff", "/v1/staff/log", "/v1/staff/00000000-0000-0000-0000-000000000000"] {
            stranger.get(path).await.expect_problem(403, "forbidden");
        }
    }
    let api = world.api();
    api.post("/v1/staff", &person("nobody", inspector(HUAIHE_CENTER)))
        .await
        .expect_problem(401, "not-signed-in");
    for path in ["/v1/staff", "/v1/staff/log"] {
        api.get(path).await.expect_problem(401, "not-signed-in");
    }
    assert_eq!(world.count("select count(*) from staff_account").await, before);
}

#[tokio::test]
async fn what_is_wrong_with_a_new_account_is_told_at_once() {
    let world = World::new().await;
    let admin = district_admin(&world).await;
    let before = world.count("select count(*) from staff_account").await;
    let good = || inspector(HUAIHE_CENTER);
    for (body, pointers) in [
        (json!({}), vec!["/grants", "/username", "/displayName"]),
        (person("w", good()), vec!["/username"]),
        (person("admin", good()), vec!["/username"]),
        (person("wang", json!([])), vec!["/grants"]),
        (person("wang", json!("admin")), vec!["/grants"]),
        (person("wang", json!(["admin"])), vec!["/grants/0"]),
        (
            person("wang", json!([{ "role": "king" }])),
            vec!["/grants/0/level", "/grants/0/area", "/grants/0/role"],
        ),
        (
            person("wang", json!([{ "role": "inspector", "level": 1, "area": HUAIHE_CENTER }])),
            vec!["/grants/0/level"],
        ),
        (
            person("wang", json!([{ "role": "inspector", "level": "town", "area": "410103999" }])),
            vec!["/grants/0/area"],
        ),
        (
            person(
                "wang",
                json!([{ "role": "inspector", "level": "town", "area": HUAIHE_CENTER, "post": "king", "unit": "moon" }]),
            ),
            vec!["/grants/0/post", "/grants/0/unit"],
        ),
        (
            person(
                "wang",
                json!([{ "role": "inspector", "level": "town", "area": HUAIHE_CENTER },
                { "role": "inspector", "level": "town", "area": HUAIHE_CENTER }]),
            ),
            vec!["/grants/1"],
        ),
        (
            json!({ "username": 1, "displayName": " ", "email": "nobody", "grants": good() }),
            vec!["/username", "/displayName", "/email"],
        ),
    ] {
        let answer = admin.post("/v1/staff", &body).await;
        assert_eq!(answer.pointers(), pointers, "{body} {}", answer.body);
        answer.expect_problem(422, "validation");
    }
    let many: Vec<Value> = (0..21).map(|_| good()[0].clone()).collect();
    let answer = admin.post("/v1/staff", &person("wang", json!(many))).await;
    assert_eq!(answer.pointers()[0], "/grants");
    let mut large = person("wang", good());
    large["displayName"] = json!("长".repeat(30_000));
    admin.post("/v1/staff", &large).await.expect_problem(413, "body-too-large");
    let text = admin.request(Method::POST, "/v1/staff").body("x").header("Content-Type", "text/plain");
    admin.api.send(text).await.expect_problem(415, "unsupported-media-type");
    let none = admin.request(Method::POST, "/v1/staff").header("Content-Type", "application/json");
    admin.api.send(none).await.expect_problem(400, "malformed-body");
    assert_eq!(world.count("select count(*) from staff_account").await, before);
    assert_eq!(world.count("select count(*) from staff_log").await, 0);
}

#[tokio::test]
async fn an_administrator_lists_and_reads_the_own_area_page_by_page() {
    let world = World::new().await;
    let (town, district) = (town_admin(&world).await, district_admin(&world).await);
    for position in 0..60 {
        let area = if position % 2 == 0 { HUAIHE_CENTER } else { "410103003" };
        let body = person(&format!("p{position:02}"), inspector(area));
        district.post("/v1/staff", &body).await.expect(201);
    }
    let all = async |admin: &Staff| {
        let (mut found, mut path) = (Vec::new(), "/v1/staff".to_owned());
        loop {
            let page = admin.get(&path).await.expect(200);
            let accounts = page["accounts"].as_array().unwrap().clone();
            assert!(accounts.len() <= 50);
            found.extend(accounts);
            match page["nextCursor"].as_str() {
                Some(cursor) => path = format!("/v1/staff?cursor={cursor}"),
                None => return found,
            }
        }
    };
    let seen = all(&district).await;
    let names: Vec<&str> = seen.iter().map(|account| account["username"].as_str().unwrap()).collect();
    assert!(names.is_sorted() && names.contains(&"p59") && names.contains(&"town-admin"));
    assert_eq!(i64::try_from(names.len()).unwrap(), world.count("select count(*) from staff_account").await);
    let inside = all(&town).await;
    let inside: Vec<&str> = inside.iter().map(|account| account["username"].as_str().unwrap()).collect();
    assert_eq!(inside.iter().filter(|name| name.starts_with('p')).count(), 30);
    assert!(!inside.contains(&"p01") && !inside.contains(&"admin") && inside.contains(&"town-admin"));
    let ids: HashMap<&str, &str> =
        seen.iter().map(|it| (it["username"].as_str().unwrap(), it["staffId"].as_str().unwrap())).collect();
    let own = town.get(&format!("/v1/staff/{}", ids["p00"])).await.expect(200);
    assert_eq!(own["grants"], inspector(HUAIHE_CENTER));
    for (id, says) in [(ids["p01"], "another town"), (ids["admin"], "above"), ("x", "no id"), ("%00", "none")]
    {
        println!("{says}");
        town.get(&format!("/v1/staff/{id}")).await.expect_problem(404, "unknown-staff");
    }

    let log = town.get("/v1/staff/log").await.expect(200);
    let lines = log["lines"].as_array().unwrap();
    assert_eq!(lines.len(), 30);
    assert!(lines.iter().all(|line| line["act"] == "created" && line["actor"]["name"] == "管理员"));
    let page = district.get("/v1/staff/log").await.expect(200);
    assert_eq!(page["lines"].as_array().unwrap().len(), 50);
    let next = format!("/v1/staff/log?cursor={}", page["nextCursor"].as_str().unwrap());
    let rest = district.get(&next).await.expect(200);
    assert_eq!(rest["lines"].as_array().unwrap().len(), 10);
    assert_eq!(rest["lines"][9]["subject"]["staffId"], ids["p00"]);
    let one = district.get(&format!("/v1/staff/log?staffId={}", ids["p07"])).await.expect(200);
    assert_eq!(one["lines"].as_array().unwrap().len(), 1);
    for broken in ["/v1/staff/log?cursor=x", "/v1/staff?cursor=%00", "/v1/staff/log?cursor="] {
        let answer = district.get(broken).await;
        assert_eq!(answer.pointers(), ["/cursor"], "{broken}");
    }
    for change in ["update staff_log set act = 'x'", "delete from staff_log", "truncate staff_log"] {
        assert!(sqlx::query(sqlx::AssertSqlSafe(change)).execute(&world.pool).await.is_err(), "{change}");
    }
}

#[tokio::test]
async fn the_first_administrator_is_made_on_the_command_line() {
    let world = World::new().await;
    let api = world.api();
    let said =
        world.run(&["staff", "invite", "first", "--name", "首任管理员", "--grant", "admin:district:410103"]);
    accept(&api, &code_in(&said), GOOD).await.expect(200);
    let session = sign_in(&api, "first", GOOD).await.expect(201);
    assert_eq!(session["grants"][0]["role"], "admin");
    let said = world.run(&["staff", "reset", "first", "--reason", "忘记密码"]);
    sign_in(&api, "first", GOOD).await.expect_problem(401, "wrong-credentials");
    accept(&api, &code_in(&said), "another rain over erqi").await.expect(200);
    world.run(&["staff", "disable", "first", "--reason", "离职"]);
    sign_in(&api, "first", "another rain over erqi").await.expect_problem(401, "wrong-credentials");
    world.run(&["staff", "enable", "first", "--reason", "返聘"]);
    sign_in(&api, "first", "another rain over erqi").await.expect(201);
    let admin = district_admin(&world).await;
    let log = admin.get("/v1/staff/log").await.expect(200);
    let acts: Vec<&str> =
        log["lines"].as_array().unwrap().iter().rev().map(|line| line["act"].as_str().unwrap()).collect();
    assert_eq!(acts, ["created", "invitationAccepted", "reset", "invitationAccepted", "disabled", "enabled"]);
    assert!(log["lines"][0].get("actor").is_none(), "the command line is nobody's account");
    assert_eq!(log["lines"][0]["reason"], "返聘");
}
