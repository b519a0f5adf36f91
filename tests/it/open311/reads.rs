//! Reading: filters, limits, what strangers see and what they do not.

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Page, address, case_of, filed, get, manhole, post, sender};
use crate::harness::{HUAIHE, HUAIHE_CENTER, World, moved, report};

fn ids(answer: &Value) -> Vec<&str> {
    answer.as_array().unwrap().iter().map(|it| it["service_request_id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn strangers_read_how_it_stands_and_no_words_of_people() {
    let world = World::new().await;
    let mut body = report("manhole", "我家门口的井盖，我姓金丝雀", (113.630_034, 34.735_012));
    body["contact"] = json!({ "name": "金丝雀", "phone": "13912345678" });
    body["location"]["address"] = json!("金丝雀家门口");
    let sent = world.api().submit(&body).await;
    let id = sent["reportId"].as_str().unwrap();
    for path in
        ["requests.json", "requests.xml", "requests.json?extensions=true", &format!("requests/{id}.xml")]
    {
        let page = get(&world, path).await;
        assert_eq!(page.status, 200);
        assert!(page.text.contains(id), "{path}");
        for secret in [
            "金丝雀",
            "13912345678",
            sent["trackingCode"].as_str().unwrap(),
            sent["claimSecret"].as_str().unwrap(),
            "113.630034",
        ] {
            assert!(!page.text.contains(secret), "{path} tells {secret}: {}", page.text);
        }
    }
    let request = get(&world, &format!("requests/{id}.json")).await.json(200)[0].clone();
    assert_eq!((&request["lat"], &request["long"]), (&json!(34.735), &json!(113.63)), "roughly where");
    let other = sender(&world, "别的平台", &["open311:write"]).await;
    let seen = get(&world, &format!("requests/{id}.json?api_key={}", other.key)).await.json(200);
    assert_eq!(seen[0]["description"], Value::Null, "nor does another platform");
    let tracked = world.api().get(&format!("/v1/reports/{id}")).await;
    tracked.expect_problem(404, "unknown-report");
}

#[tokio::test]
async fn requests_are_filtered_by_service_status_and_day_and_a_list_of_ids_overrides_all() {
    let world = World::new().await;
    let sender = sender(&world, "平台", &["open311:write"]).await;
    let first = filed(&world, &manhole(&sender, "井盖坏了")).await;
    let waste = [
        ("api_key", sender.key.as_str()),
        ("service_code", "household-waste"),
        ("lat", "34.735"),
        ("long", "113.645"),
    ];
    let second = filed(&world, &waste).await;
    let center = world.api().sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    let number = case_of(&world, &first).await;
    let reason = "不属于城市管理，请联系 13912345678";
    center.go(&number, &[json!({ "move": "reject", "reason": reason })]).await;
    let listed = async |query: &str| get(&world, &format!("requests.json?{query}")).await.json(200);
    assert_eq!(ids(&listed("").await), [second.as_str(), first.as_str()], "the newest first");
    assert_eq!(ids(&listed("service_code=household-waste").await), [second.as_str()]);
    assert_eq!(ids(&listed("service_code=household-waste,manhole").await).len(), 2);
    assert_eq!(ids(&listed("status=closed").await), [first.as_str()]);
    assert_eq!(ids(&listed("status=open").await), [second.as_str()]);
    assert_eq!(ids(&listed("status=open,closed").await).len(), 2);
    assert_eq!(ids(&listed("status=&service_code=").await).len(), 2, "empty is absent");
    let overriding =
        format!("service_request_id={first},{},x&status=open&service_code=manhole", Uuid::new_v4());
    assert_eq!(ids(&listed(&overriding).await), [first.as_str()]);
    assert_eq!(ids(&listed("start_date=2026-01-01T00:00:00Z&end_date=2026-03-31T00:00:00Z").await).len(), 0);
    let closed = listed("status=closed").await[0].clone();
    assert_eq!(closed["status_notes"], "不予受理：不属于城市管理，请联系 ***");
    assert_eq!(closed["expected_datetime"], Value::Null);
    // Closed when it was closed, whatever happens to it later.
    let updated = closed["updated_datetime"].as_str().unwrap().to_owned();
    let ended: chrono::DateTime<chrono::Utc> = sqlx::query_scalar(
        "select l.at from case_log l join cases c using (case_id) where c.case_number = $1 and l.act = 'reject'",
    )
    .bind(&number)
    .fetch_one(&world.pool)
    .await
    .unwrap();
    let updated = chrono::DateTime::parse_from_rfc3339(&updated).unwrap();
    assert_eq!(updated.timestamp(), ended.timestamp());
    let after = (ended + chrono::Duration::seconds(2)).to_rfc3339().replace('+', "%2B");
    assert_eq!(ids(&listed(&format!("updated_after={after}&status=closed")).await).len(), 0);
    assert_eq!(ids(&listed(&format!("updated_before={after}&status=closed")).await).len(), 1);
}

#[tokio::test]
async fn pages_and_limits_are_those_that_were_asked_for_and_never_silently_others() {
    let world = World::new().await;
    let sender = sender(&world, "平台", &["open311:write"]).await;
    let mut filed_ids = Vec::new();
    for step in 0..5 {
        let long = format!("{}", 113.62 + f64::from(step) * 0.005);
        let form = [
            ("api_key", sender.key.as_str()),
            ("service_code", "household-waste"),
            ("lat", "34.735"),
            ("long", long.as_str()),
        ];
        filed_ids.push(filed(&world, &form).await);
    }
    filed_ids.reverse();
    let mut paged = Vec::new();
    for page in 1..=3 {
        let found = get(&world, &format!("requests.json?page={page}&page_size=2")).await.json(200);
        paged.extend(ids(&found).into_iter().map(str::to_owned));
    }
    assert_eq!(paged, filed_ids);
    for bad in [
        "page=0",
        "page=x",
        "page_size=0",
        "page_size=1001",
        "page_size=-1",
        "status=in_progress",
        "status=assigned",
        "start_date=yesterday",
        "start_date=2026-11-01",
        "end_date=2026-11-01T00:00:00",
        "updated_after=1",
        "start_date=2026-01-01T00:00:00Z&end_date=2026-04-02T00:00:01Z",
        "start_date=2026-02-01T00:00:00Z&end_date=2026-01-01T00:00:00Z",
        "service_code=%ff",
    ] {
        let errors = get(&world, &format!("requests.json?{bad}")).await.json(400);
        assert_eq!(errors[0]["code"], 400, "{bad}");
    }
    let exactly = "start_date=2026-01-01T00:00:00Z&end_date=2026-04-01T00:00:00Z";
    assert_eq!(
        get(&world, &format!("requests.json?{exactly}")).await.json(200),
        json!([]),
        "90 days are allowed"
    );
    let unescaped = "start_date=2026-11-01T00:00:00+08:00";
    get(&world, &format!("requests.json?{unescaped}")).await.json(200);
}

#[tokio::test]
async fn joined_reports_follow_their_case_and_so_do_merged_ones() {
    let world = World::new().await;
    let sender = sender(&world, "平台", &["open311:write"]).await;
    let resident = world.api().submit(&report("manhole", "井盖不见了", (113.630_034, 34.735_012))).await;
    let answer = post(&world, "requests.json", &manhole(&sender, "井盖不见了，留下一个洞")).await.json(200);
    assert!(answer[0]["service_notice"].as_str().unwrap().contains("已有人反映"), "{answer}");
    let id = answer[0]["service_request_id"].as_str().unwrap();
    assert_eq!(case_of(&world, id).await, resident["case"]["caseNumber"].as_str().unwrap());
    let mut far = manhole(&sender, "又一个井盖");
    far[2].1 = "34.7400";
    let other = filed(&world, &far).await;
    let (into, from) = (case_of(&world, id).await, case_of(&world, &other).await);
    let center = world.api().sign_in("district").await;
    center.go(&from, &[json!({ "move": "merge", "into": into, "reason": "同一问题" })]).await;
    let reject = json!({ "move": "reject", "reason": "不属于城市管理" });
    world.api().sign_in(&format!("center-{HUAIHE_CENTER}")).await.go(&into, &[reject]).await;
    for id in [id, other.as_str(), resident["reportId"].as_str().unwrap()] {
        let request = get(&world, &format!("requests/{id}.json")).await.json(200);
        assert_eq!(request[0]["status"], "closed", "every reporter's request: {request}");
        assert_eq!(request[0]["status_notes"], "不予受理：不属于城市管理");
    }
}

#[tokio::test]
async fn what_its_reporter_took_back_is_closed_and_a_released_photo_is_shown() {
    let world = World::new().await;
    let api = world.api();
    let photo = api.upload("hole.png", crate::photos::small_picture()).await.expect(201)["photoId"].clone();
    let mut body = report("manhole", "井盖不见了", HUAIHE);
    body["photoIds"] = json!([photo]);
    let sent = api.submit(&body).await;
    let id = sent["reportId"].as_str().unwrap();
    let read =
        async || get(&world, &format!("requests/{id}.json?extensions=true")).await.json(200)[0].clone();
    assert_eq!(read().await["media_url"], Value::Null, "not released");
    let staff = api.sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    let release = format!("/v1/photos/{}/release", photo.as_str().unwrap());
    staff.post(&release, &json!({ "regions": [] })).await.expect(204);
    let request = read().await;
    let url = request["media_url"].as_str().unwrap();
    assert!(url.ends_with("/released"), "{url}");
    assert_eq!(request["extended_attributes"]["photos"][0]["media_url"], url);
    let elsewhere = api.submit(&report("household-waste", "垃圾", moved(HUAIHE, 900.0, 0.0))).await;
    let back = format!("/v1/reports/{}/withdrawal", elsewhere["trackingCode"].as_str().unwrap());
    api.post(&back, &json!({ "claimSecret": elsewhere["claimSecret"] })).await.expect(200);
    let id = elsewhere["reportId"].as_str().unwrap();
    let request = get(&world, &format!("requests/{id}.json")).await.json(200)[0].clone();
    assert_eq!((&request["status"], &request["status_notes"]), (&json!("closed"), &json!("报料人已撤回。")));
}

#[tokio::test]
async fn reading_is_for_pages_of_everywhere_and_head_is_answered_without_a_body() {
    let world = World::new().await;
    for path in ["services.json", "requests.xml", "requests/x.json", "nothing"] {
        let page = get(&world, path).await;
        assert_eq!(page.headers["access-control-allow-origin"], "*", "{path}");
    }
    let head = Page::of(world.api().request(Method::HEAD, &address("services.xml"))).await;
    assert_eq!((head.status, head.text.as_str()), (200, ""));
    assert_eq!(head.headers["content-type"], "text/xml; charset=utf-8");
    let asked = Page::of(world.api().request(Method::OPTIONS, &address("requests.json"))).await;
    assert_eq!(
        (asked.status, &asked.headers["access-control-allow-methods"]),
        (204, &"GET, HEAD".parse().unwrap())
    );
    let posted = post(&world, "requests.json", &[]).await;
    assert!(
        !posted.headers.contains_key("access-control-allow-origin"),
        "no page files reports in others' names"
    );
}
