//! Who calls, and an order from the first ring to the case.

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{Answer, HUAIHE, HotlinePlatform, Staff, World, WorldOptions, report};

/// Files at the desk, under a key of its own.
async fn filed(desk: &Staff, body: &Value) -> Answer {
    let key = Uuid::new_v4().to_string();
    let request = desk.request(Method::POST, "/v1/desk/reports").header("Idempotency-Key", key).json(body);
    desk.api.send(request).await
}

fn called(words: &str, phone: &str) -> Value {
    let mut body = report("road-damage", words, HUAIHE);
    body["contact"] = json!({ "name": "王小明", "phone": phone });
    body
}

#[tokio::test]
async fn a_caller_is_known_by_their_number_and_shown_without_it() {
    let world = World::new().await;
    let desk = world.api().sign_in("desk").await;
    let mut secret = called("举报占道经营的老板", "13900001234");
    secret["secret"] = json!(true);
    secret["confirmNew"] = json!(true);
    let first = filed(&desk, &called("路面有坑", "13900001234")).await.expect(201);
    filed(&desk, &secret).await.expect(201);
    filed(&desk, &called("别人的坑", "13800005678")).await.expect(201);
    let caller = desk.post("/v1/desk/callers", &json!({ "phone": "139 0000 1234" })).await.expect(200);
    assert_eq!((&caller["phone"], &caller["secretReports"]), (&json!("139****1234"), &json!(1)));
    let reports = caller["reports"].as_array().unwrap();
    assert_eq!(reports.len(), 1, "{caller}");
    assert_eq!(reports[0]["trackingCode"], first["trackingCode"]);
    assert!(!caller.to_string().contains("13900001234"), "{caller}");
    let nobody = desk.post("/v1/desk/callers", &json!({ "phone": "13700000000" })).await.expect(200);
    assert_eq!(nobody["reports"], json!([]));
    for (body, pointers) in
        [(json!({}), ["/phone"]), (json!({ "phone": "x" }), ["/phone"]), (json!({ "phone": 7 }), ["/phone"])]
    {
        assert_eq!(desk.post("/v1/desk/callers", &body).await.pointers(), pointers, "{body}");
    }
    assert!(!world.logs().contains("13900001234"));
}

#[tokio::test]
async fn a_median_order_takes_six_requests_at_most() {
    let world = World::new().await;
    let desk = world.api().sign_in("desk").await;
    let mut requests = 0;
    let mut counted = |answer: Answer, status| {
        requests += 1;
        answer.expect(status)
    };
    // The phone rings: who is it, and what is going on?
    counted(desk.post("/v1/desk/callers", &json!({ "phone": "13900001234" })).await, 200);
    // "At 淮河路": three letters are enough to pick the road, two the category.
    let names = counted(desk.get("/v1/desk/names?q=hhl").await, 200);
    let road = names["names"]
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["name"].as_str().unwrap().starts_with("淮河路"));
    let road = road.unwrap_or_else(|| panic!("{names}"))["name"].clone();
    let names = counted(desk.get("/v1/desk/names?q=路面").await, 200);
    let category =
        names["names"].as_array().unwrap().iter().find(|it| it["kind"] == "category").unwrap()["code"]
            .clone();
    // Is it known, or announced?
    let draft = json!({ "category": category, "description": "路面有个坑", "location": { "address": road } });
    counted(desk.post("/v1/reports/similar", &draft).await, 200);
    counted(desk.get(&format!("/v1/desk/works?address={}", road.as_str().unwrap())).await, 200);
    let mut body = draft.clone();
    body["contact"] = json!({ "phone": "13900001234" });
    let done = counted(filed(&desk, &body).await, 201);
    assert_eq!(done["outcome"], "new");
    assert!(requests <= 6, "{requests}");
}

#[tokio::test]
async fn the_desk_adds_urges_and_hands_back_in_one_call_each() {
    let platform = HotlinePlatform::start("12345");
    let settings = HotlinePlatform::settings(&[&platform]);
    let world = World::with(WorldOptions { worker: true, settings, ..WorldOptions::default() }).await;
    let desk = world.api().sign_in("desk").await;
    let order = json!({ "serviceType": "求助", "discription": "小区里的私家车位被占", "callNumber": "13900001234", "address": "大学路77号" });
    let pushed = platform.send(&world.api(), "pushOrder", "ZZ-1", &order).await;
    let (code, number) = (pushed["trackingCode"].as_str().unwrap(), pushed["caseNumber"].as_str().unwrap());
    let words = json!({ "description": "车牌已拍照，联系13900001234" });
    let answer = desk.post(&format!("/v1/desk/reports/{code}/additions"), &words).await;
    assert_eq!(answer.status, 204, "{}", answer.body);
    assert_eq!(desk.post(&format!("/v1/desk/reports/{code}/urges"), &json!({})).await.status, 204);
    let stored: String = sqlx::query_scalar("select string_agg(words, '') from addition")
        .fetch_one(&world.pool)
        .await
        .unwrap();
    assert_eq!(stored, "车牌已拍照，联系［电话已隐去］");
    assert_eq!(world.count("select urge_count::bigint from report").await, 1);
    for body in [
        json!({}),
        json!({ "description": " " }),
        json!({ "description": 7 }),
        json!({ "description": "长".repeat(2_001) }),
    ] {
        assert_eq!(
            desk.post(&format!("/v1/desk/reports/{code}/additions"), &body).await.pointers(),
            ["/description"],
            "{body}"
        );
    }
    desk.post("/v1/desk/reports/22222222222F/urges", &json!({})).await.expect_problem(404, "unknown-report");
    let path = format!("/v1/desk/cases/{number}/hand-back");
    assert_eq!(desk.post(&path, &json!({})).await.pointers(), ["/reason"]);
    let back = json!({ "reason": "物业管理纠纷，不属于城市管理", "suggestUnit": "市住房保障局" });
    let case = desk.post(&path, &back).await.expect(200);
    assert_eq!(case["state"], "rejected");
    let told = platform.wait_for("ZZ-1", "returnOrder", 1).await;
    assert_eq!(
        (&told[0].body["reason"], &told[0].body["suggestUnit"]),
        (&back["reason"], &back["suggestUnit"])
    );
    desk.post(&path, &back).await.expect_problem(409, "move-not-allowed");
}

#[tokio::test]
async fn the_desk_belongs_to_operators_of_the_district() {
    let world = World::new().await;
    let api = world.api();
    let center = api.sign_in("center-410103001").await;
    let other = world.staff("neighbour", &[("deskOperator", "district", "410104", None, None)]).await;
    let id = Uuid::new_v4();
    let posts = [
        "/v1/desk/callers".to_owned(),
        "/v1/desk/reports/22222222222F/additions".to_owned(),
        "/v1/desk/reports/22222222222F/urges".to_owned(),
        "/v1/desk/cases/410103001-20261127-00001/hand-back".to_owned(),
        "/v1/desk/assignments/22222222222F/reply".to_owned(),
    ];
    let gets = ["names?q=lu", "works", "articles", "assignments"].map(|path| format!("/v1/desk/{path}"));
    let puts = [format!("/v1/desk/works/{id}"), format!("/v1/desk/articles/{id}")];
    let body =
        json!({ "phone": "13900001234", "description": "补充", "reason": "不归我们", "reply": "已办" });
    for path in &posts {
        api.post(path, &body).await.expect_problem(401, "not-signed-in");
        for staff in [&center, &other] {
            staff.post(path, &body).await.expect_problem(403, "forbidden");
            let none = staff.request(Method::POST, path).header("Content-Type", "application/json");
            api.send(none).await.expect_problem(400, "malformed-body");
            let large = json!({ "description": "长".repeat(30_000) });
            staff.post(path, &large).await.expect_problem(413, "body-too-large");
        }
    }
    for path in &gets {
        api.get(path).await.expect_problem(401, "not-signed-in");
        for staff in [&center, &other] {
            staff.get(path).await.expect_problem(403, "forbidden");
        }
    }
    for path in &puts {
        for staff in [&center, &other] {
            api.send(staff.request(Method::PUT, path).json(&json!({})))
                .await
                .expect_problem(403, "forbidden");
            api.send(staff.request(Method::DELETE, path)).await.expect_problem(403, "forbidden");
        }
    }
    for staff in [&center, &other] {
        filed(staff, &called("路面有坑", "13900001234")).await.expect_problem(403, "forbidden");
    }
    assert_eq!(world.count("select count(*) from report").await, 0);
}
