//! Questions, suggestions, praise and notices: from every door kept and answered, never made into cases.

use reqwest::Method;
use serde_json::{Value, json};

use super::connected;
use crate::harness::World;

async fn cases(world: &World) -> i64 {
    world.count("select (select count(*) from cases) + (select count(*) from report)").await
}

#[tokio::test]
async fn what_is_no_problem_of_the_street_is_answered_and_never_becomes_a_case() {
    let (platform, world) = connected(true).await;
    let api = world.api();
    let desk = api.sign_in("desk").await;
    for (n, (word, kind)) in [
        ("咨询", "question"),
        ("建议", "suggestion"),
        ("表扬", "praise"),
        ("谏言献策", "proposal"),
        ("涉稳", "stability"),
    ]
    .into_iter()
    .enumerate()
    {
        let body = json!({ "serviceType": word, "discription": format!("{word}：电话13900001234"), "callNumber": "13900001234" });
        let number = format!("E-{n}");
        let answer = platform.send(&api, "pushOrder", &number, &body).await;
        assert_eq!((&answer["waits"], answer.get("caseNumber")), (&json!(false), None));
        platform.send(&api, "urge", &number, &json!({ "words": "请答复" })).await;
        let stored: String = sqlx::query_scalar(
            "select kind from enquiry e join hotline_order o using (enquiry_id) where o.order_no = $1",
        )
        .bind(&number)
        .fetch_one(&world.pool)
        .await
        .unwrap();
        assert_eq!(stored, kind);
    }
    let of_stability = "/v1/desk/hotlines/12345/orders/E-4";
    desk.get(of_stability).await.expect_problem(404, "unknown-order");
    let district = api.sign_in("district").await;
    assert_eq!(district.get(of_stability).await.expect(200)["orderType"], "stability");
    assert_eq!(cases(&world).await, 0);
    let open = desk.get("/v1/desk/enquiries?state=open").await.expect(200);
    let listed = open["enquiries"].as_array().unwrap();
    assert_eq!(listed.len(), 4, "who is at the desk reads no notices on social stability");
    assert!(!open.to_string().contains("13900001234"), "{open}");
    let question = listed.iter().find(|it| it["kind"] == "question").unwrap();
    let code = question["trackingCode"].as_str().unwrap();
    let answered = json!({ "answer": "夜市22点收摊。" });
    let file = desk.post(&format!("/v1/desk/enquiries/{code}/answer"), &answered).await.expect(200);
    assert_eq!((&file["state"], &file["urgeCount"]), (&json!("answered"), &json!(1)));
    let told = platform.wait_for("E-0", "feedback", 1).await;
    assert_eq!(told[0].body["replyPoin"], "夜市22点收摊。");
    let own = api.get(&format!("/v1/enquiries/{code}")).await.expect(200);
    assert_eq!((&own["answer"], &own["state"]), (&json!("夜市22点收摊。"), &json!("answered")));
}

#[tokio::test]
async fn a_notice_on_social_stability_is_read_by_those_who_oversee_and_by_nobody_else() {
    let world = World::new().await;
    let api = world.api();
    let body = json!({ "kind": "stability", "description": "有人串联上访", "secret": true, "contact": { "phone": "13900001234" } });
    let filed = api.post("/v1/enquiries", &body).await.expect(201);
    let code = filed["trackingCode"].as_str().unwrap();
    api.get(&format!("/v1/enquiries/{code}")).await.expect_problem(404, "unknown-enquiry");
    let desk = api.sign_in("desk").await;
    desk.get(&format!("/v1/desk/enquiries/{code}")).await.expect_problem(404, "unknown-enquiry");
    let district = api.sign_in("district").await;
    let file = district.get(&format!("/v1/desk/enquiries/{code}")).await.expect(200);
    assert_eq!((&file["description"], &file["secret"]), (&json!("有人串联上访"), &json!(true)));
    assert_eq!(cases(&world).await, 0);
}

#[tokio::test]
async fn residents_and_staff_file_enquiries_once_under_their_key() {
    let world = World::new().await;
    let api = world.api();
    let body = json!({ "kind": "proposal", "description": "建议增设公厕，联系13900001234" });
    let key = "6f9619ff-8b86-4011-842d-00cf4fc964ff";
    let send =
        |body: &Value| api.request(Method::POST, "/v1/enquiries").header("Idempotency-Key", key).json(body);
    let first = api.send(send(&body)).await.expect(201);
    assert_eq!(api.send(send(&body)).await.expect(201), first);
    api.send(send(&json!({ "kind": "praise", "description": "好" })))
        .await
        .expect_problem(409, "idempotency-key-reused");
    assert_eq!(world.count("select count(*) from enquiry").await, 1);
    let own =
        api.get(&format!("/v1/enquiries/{}", first["trackingCode"].as_str().unwrap())).await.expect(200);
    assert_eq!(own["description"], "建议增设公厕，联系［电话已隐去］");
    let wrong: [(Value, &[&str]); 4] = [
        (json!({}), &["/kind", "/description"]),
        (json!({ "kind": "report", "description": " " }), &["/kind", "/description"]),
        (json!({ "kind": "praise", "description": "好".repeat(2_001) }), &["/description"]),
        (
            json!({ "kind": 7, "description": "好", "contact": { "phone": "x" } }),
            &["/kind", "/contact/phone"],
        ),
    ];
    for (body, pointers) in wrong {
        let refused = api.post("/v1/enquiries", &body).await;
        assert_eq!(refused.pointers(), pointers, "{body}");
        refused.expect_problem(422, "validation");
    }
    assert_eq!(world.count("select count(*) from enquiry").await, 1);
}

#[tokio::test]
async fn enquiries_are_answered_at_the_desk_of_the_district_and_with_words() {
    let world = World::new().await;
    let api = world.api();
    let filed = api
        .post("/v1/enquiries", &json!({ "kind": "question", "description": "夜市几点收摊" }))
        .await
        .expect(201);
    let code = filed["trackingCode"].as_str().unwrap();
    let path = format!("/v1/desk/enquiries/{code}/answer");
    let answer = json!({ "answer": "22点" });
    api.post(&path, &answer).await.expect_problem(401, "not-signed-in");
    let center = api.sign_in("center-410103001").await;
    let other = world.staff("neighbour", &[("deskOperator", "district", "410104", None, None)]).await;
    for staff in [&center, &other] {
        staff.post(&path, &answer).await.expect_problem(403, "forbidden");
        staff.get("/v1/desk/enquiries").await.expect_problem(403, "forbidden");
        staff.get(&format!("/v1/desk/enquiries/{code}")).await.expect_problem(403, "forbidden");
    }
    let desk = api.sign_in("desk").await;
    for body in
        [json!({}), json!({ "answer": " " }), json!({ "answer": 7 }), json!({ "answer": "长".repeat(4_001) })]
    {
        assert_eq!(desk.post(&path, &body).await.pointers(), ["/answer"], "{body}");
    }
    desk.post("/v1/desk/enquiries/22222222222F/answer", &answer).await.expect_problem(404, "unknown-enquiry");
    assert_eq!(desk.get("/v1/desk/enquiries?state=lost&cursor=x").await.pointers(), ["/state", "/cursor"]);
    desk.post(&path, &answer).await.expect(200);
    let better = desk.post(&path, &json!({ "answer": "23点" })).await.expect(200);
    let lines: Vec<&Value> = better["lines"].as_array().unwrap().iter().map(|line| &line["words"]).collect();
    assert_eq!((lines, &better["answer"]), (vec![&json!("22点"), &json!("23点")], &json!("23点")));
}

#[tokio::test]
async fn enquiries_of_one_moment_are_listed_page_by_page_each_once() {
    let world = World::new().await;
    let api = world.api();
    let desk = api.sign_in("desk").await;
    for number in 0..52 {
        let body = json!({ "kind": "question", "description": format!("问题{number}") });
        api.post("/v1/enquiries", &body).await.expect(201);
    }
    // As an imported list has them.
    sqlx::query("update enquiry set received_at = (select min(received_at) from enquiry)")
        .execute(&world.pool)
        .await
        .unwrap();
    let first = desk.get("/v1/desk/enquiries").await.expect(200);
    let cursor = first["nextCursor"].as_str().unwrap();
    let second = desk.get(&format!("/v1/desk/enquiries?cursor={cursor}")).await.expect(200);
    let pages = [&first, &second].into_iter().flat_map(|page| page["enquiries"].as_array().unwrap());
    let codes: std::collections::BTreeSet<&str> =
        pages.map(|it| it["trackingCode"].as_str().unwrap()).collect();
    assert_eq!((codes.len(), second.get("nextCursor")), (52, None));
}
