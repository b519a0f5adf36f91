//! Writing patrols down, striking them out, reading them.

use super::*;

#[tokio::test]
async fn a_patrol_is_written_down_once_and_a_joint_one_counts_for_everybody_in_it() {
    let world = xx_world().await;
    since_days(&world, 60).await;
    let (chief, officer) = (chief(&world).await, officer(&world).await);
    let center = world.api().sign_in(&format!("center-{TOWN}")).await;
    since_days(&world, 60).await;
    let alone = patrol(&world, &[STREET]).await;
    let week = day_of(&alone);
    let states = owed(&center, Cycle::Week, week).await;
    assert_eq!((states["l1-town"].as_str(), states["l1-enforcement"].as_str()), ("dueSoon", "dueSoon"));
    let first = walk(&chief, &alone).await;
    assert_eq!(first["participants"].as_array().unwrap().len(), 1);
    let states = owed(&center, Cycle::Week, week).await;
    assert_eq!((states["l1-town"].as_str(), states["l1-enforcement"].as_str()), ("done", "dueSoon"));

    // Both ranks one on one record, as the plan has it.
    let mut joint = patrol(&world, &[STREET]).await;
    joint["participants"] = json!(["Officer", "chief"]);
    joint["words"] = json!("门前责任制检查：三家店出店经营，已劝回");
    joint["track"] = json!({ "coordinateSystem": "GCJ-02", "points": [[113.63, 34.73], [113.631, 34.731]] });
    let id = Uuid::new_v4();
    let written = put(&chief, id, &joint).await.expect(201);
    let posts: Vec<&str> = written["participants"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["post"]["code"].as_str().unwrap())
        .collect();
    assert_eq!(posts, ["l1-town", "l1-enforcement"]);
    assert_ne!(written["track"][0], json!([113.63, 34.73]), "WGS-84 is kept");
    let states = owed(&center, Cycle::Week, day_of(&joint)).await;
    assert_eq!((states["l1-town"].as_str(), states["l1-enforcement"].as_str()), ("done", "done"));

    // The same again is the same; anything else under this id is not.
    assert_eq!(put(&chief, id, &joint).await.expect(201), written);
    let mut other = joint.clone();
    other["words"] = json!("没有问题");
    put(&chief, id, &other).await.expect_problem(409, "patrol-differs");
    put(&officer, id, &joint).await.expect_problem(409, "patrol-differs");
    assert_eq!(world.count("select count(*) from patrol").await, 2);
    assert_eq!(officer.get(&format!("/v1/patrols/{id}")).await.expect(200), written);

    // Many at once are still one.
    let (id, body) = (Uuid::new_v4(), patrol(&world, &[STREET]).await);
    let sent = futures_util::future::join_all((0..8).map(|_| put(&chief, id, &body))).await;
    let answers: Vec<Value> = sent.into_iter().map(|answer| answer.expect(201)).collect();
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    assert_eq!(world.count("select count(*) from patrol").await, 3);
}

#[tokio::test]
async fn a_patrol_is_struck_out_by_its_author_or_the_center_and_kept() {
    let world = xx_world().await;
    let (chief, officer) = (chief(&world).await, officer(&world).await);
    let center = world.api().sign_in(&format!("center-{TOWN}")).await;
    let elsewhere = world.api().sign_in("center-999901002").await;
    since_days(&world, 60).await;
    let body = patrol(&world, &[STREET]).await;
    let (own, others) = (walk(&chief, &body).await, walk(&officer, &body).await);
    let path = |patrol: &Value| format!("/v1/patrols/{}/strike", patrol["patrolId"].as_str().unwrap());
    let reason = json!({ "reason": "记错了路段" });
    elsewhere.post(&path(&own), &reason).await.expect_problem(404, "unknown-patrol");
    officer.post(&path(&own), &reason).await.expect_problem(403, "forbidden");
    assert_eq!(chief.post(&path(&own), &json!({})).await.pointers(), ["/reason"]);
    assert_eq!(chief.post(&path(&own), &json!({ "reason": 7 })).await.pointers(), ["/reason"]);
    let states = owed(&center, Cycle::Week, day_of(&body)).await;
    assert_eq!((states["l1-town"].as_str(), states["l1-enforcement"].as_str()), ("done", "done"));
    let struck = chief.post(&path(&own), &reason).await.expect(200);
    assert_eq!(
        (&struck["struck"]["by"], &struck["struck"]["reason"]),
        (&json!("chief"), &json!("记错了路段"))
    );
    let again = center.post(&path(&own), &json!({ "reason": "再一次" })).await.expect(200);
    assert_eq!(again, struck, "who was first stays");
    center.post(&path(&others), &json!({ "reason": "没有到场" })).await.expect(200);
    let states = owed(&center, Cycle::Week, day_of(&body)).await;
    assert_eq!((states["l1-town"].as_str(), states["l1-enforcement"].as_str()), ("dueSoon", "dueSoon"));
    let kept = center.get("/v1/patrols").await.expect(200);
    assert_eq!(kept["patrols"].as_array().unwrap().len(), 2, "kept, and says so");
    assert!(kept["patrols"].as_array().unwrap().iter().all(|patrol| patrol["struck"].is_object()));
    // Not even somebody with the database at hand edits or removes one by mistake.
    for statement in
        ["update patrol set words = 'x'", "delete from patrol", "update patrol set struck_at = null"]
    {
        assert!(sqlx::query(statement).execute(&world.pool).await.is_err(), "{statement}");
    }
}

#[tokio::test]
async fn only_whoever_holds_a_post_there_writes_a_patrol_down() {
    let world = World::new().await;
    let api = world.api();
    let answer = api.submit(&report("road-damage", "路面有坑", HUAIHE)).await;
    let number = answer["case"]["caseNumber"].as_str().unwrap().to_owned();
    let far = api.submit(&report("household-waste", "垃圾没人收", moved(HUAIHE, 0.0, 3_500.0))).await;
    let center = api.sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    let segment = center.case(&number).await["segmentCode"].as_str().unwrap().to_owned();
    let chief = world.staff("l3", &[("roadChief", "segment", &segment, Some("l3"), None)]).await;
    let without = world.staff("nobody", &[("roadChief", "segment", &segment, None, None)]).await;
    let elsewhere =
        world.staff("elsewhere", &[("roadChief", "segment", "410103012001", Some("l3"), None)]).await;
    let mut good = patrol(&world, &[&segment]).await;
    good["caseNumbers"] = json!([number]);
    let id = Uuid::new_v4();
    for stranger in [&without, &elsewhere, &center] {
        put(stranger, id, &good).await.expect_problem(403, "forbidden");
    }
    let unsigned = api.send(api.request(Method::PUT, &format!("/v1/patrols/{id}")).json(&good)).await;
    unsigned.expect_problem(401, "not-signed-in");

    let with = |field: &str, value: Value| {
        let mut body = good.clone();
        body[field] = value;
        body
    };
    let far = far["case"]["caseNumber"].clone();
    let soon = (world.now().await + TimeDelta::hours(1)).to_rfc3339();
    let long_ago = (world.now().await - TimeDelta::days(8)).to_rfc3339();
    for (body, pointers) in [
        (json!({}), &["/areas", "/beganAt", "/endedAt"][..]),
        (with("areas", json!(["nowhere"])), &["/areas/0"]),
        (with("areas", json!("410103")), &["/areas"]),
        (with("areas", json!([])), &["/areas"]),
        (with("endedAt", json!(soon)), &["/endedAt"]),
        (with("beganAt", json!(long_ago)), &["/beganAt"]),
        (with("beganAt", json!("yesterday")), &["/beganAt"]),
        (with("words", json!(7)), &["/words"]),
        (with("words", json!("x".repeat(2_001))), &["/words"]),
        (with("caseNumbers", json!(["x"])), &["/caseNumbers/0"]),
        (with("caseNumbers", json!([number, far])), &["/caseNumbers/1"]),
        (with("participants", json!(["nobody", "ghost", "a\u{0}b"])), &["/participants/2"]),
        (with("participants", json!(["nobody", "ghost"])), &["/participants/0", "/participants/1"]),
        (with("track", json!({ "points": [[113.6, 34.7]] })), &["/track/coordinateSystem"]),
        (
            with("track", json!({ "coordinateSystem": "WGS-84", "points": [[34.7, 113.6]] })),
            &["/track/points/0"],
        ),
        (with("track", json!({ "coordinateSystem": "WGS-84", "points": [[113.6]] })), &["/track/points"]),
        (with("track", json!({ "coordinateSystem": "UTM", "points": [] })), &["/track/coordinateSystem"]),
    ] {
        let answer = put(&chief, id, &body).await;
        assert_eq!(answer.pointers(), pointers, "{body}");
        answer.expect_problem(422, "validation");
    }
    put(&chief, id, &with("words", json!("x".repeat(70 * 1024)))).await.expect_problem(413, "body-too-large");
    let request =
        chief.request(Method::PUT, &format!("/v1/patrols/{id}")).header("Content-Type", "application/json");
    api.send(request).await.expect_problem(400, "malformed-body");
    let request = chief.request(Method::PUT, "/v1/patrols/first").json(&good);
    assert_eq!(api.send(request).await.pointers(), ["/patrolId"]);
    chief.get("/v1/patrols/first").await.expect_problem(404, "unknown-patrol");
    chief.get(&format!("/v1/patrols/{id}")).await.expect_problem(404, "unknown-patrol");
    let deleted = chief.request(Method::DELETE, &format!("/v1/patrols/{id}"));
    api.send(deleted).await.expect_problem(405, "method-not-allowed");
    assert_eq!(world.count("select count(*) from patrol").await, 0, "nothing half-written");
    let written = put(&chief, id, &good).await.expect(201);
    assert_eq!(written["caseNumbers"], json!([number]));
}

#[tokio::test]
async fn everybody_reads_the_patrols_of_their_own_area_page_by_page() {
    let world = xx_world().await;
    let (chief, officer) = (chief(&world).await, officer(&world).await);
    let other = world.staff("other", &[("roadChief", "segment", ELSEWHERE, Some("l1-town"), None)]).await;
    let head = world.staff("head", &[("roadChief", "town", TOWN, Some("chief"), None)]).await;
    let now = world.now().await;
    for minute in 0..58 {
        let began = now - TimeDelta::minutes(60 + minute);
        walk(&chief, &at(&[STREET], began, began + TimeDelta::minutes(1))).await;
    }
    walk(&other, &patrol(&world, &[ELSEWHERE]).await).await;
    let on_road = walk(&head, &patrol(&world, &[STREET]).await).await;
    assert_eq!(on_road["participants"][0]["area"]["code"], TOWN, "it counts for the town of the 总路长");
    let pages = async |staff: &Staff, query: &str| -> Vec<Value> {
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = staff.get(&format!("/v1/patrols?{query}{cursor}")).await.expect(200);
            seen.extend(page["patrols"].as_array().unwrap().clone());
            match page["nextCursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return seen,
            }
        }
    };
    let district = world.api().sign_in("district").await;
    let center = world.api().sign_in(&format!("center-{TOWN}")).await;
    for (staff, expected) in
        [(&district, 60), (&center, 59), (&chief, 59), (&officer, 59), (&head, 59), (&other, 1)]
    {
        let seen = pages(staff, "").await;
        let ids: std::collections::HashSet<&str> =
            seen.iter().map(|patrol| patrol["patrolId"].as_str().unwrap()).collect();
        assert_eq!((seen.len(), ids.len()), (expected, expected));
        assert!(seen.is_sorted_by(|one, next| one["beganAt"].as_str() >= next["beganAt"].as_str()));
    }
    assert_eq!(pages(&district, "person=other").await.len(), 1);
    assert_eq!(pages(&district, "person=nobody").await.len(), 0);
    assert_eq!(pages(&district, &format!("area={TOWN}")).await.len(), 59);
    let road = "area=R001";
    assert_eq!(pages(&center, road).await.len(), 59, "the road of the street");
    assert_eq!(pages(&district, "from=2026-01-01&to=2026-01-02").await.len(), 0);
    let id = on_road["patrolId"].as_str().unwrap();
    other.get(&format!("/v1/patrols/{id}")).await.expect_problem(404, "unknown-patrol");
    let wrong = district.get("/v1/patrols?area=x&from=y&to=2026-13-01&cursor=z").await;
    assert_eq!(wrong.pointers(), ["/from", "/to"]);
    let wrong = district.get("/v1/patrols?area=x&from=2026-02-01&to=2026-01-01&cursor=z&person=%00").await;
    assert_eq!(wrong.pointers(), ["/area", "/from", "/cursor", "/person"]);
    let unit = world.staff("unit", &[("unitHandler", "district", "999901", None, Some("police"))]).await;
    assert_eq!(pages(&unit, "").await.len(), 0);
    world.api().get("/v1/patrols").await.expect_problem(401, "not-signed-in");
}
