//! Red and black flags: rated a month at a time, corrected by versions, and accountability that is told once.

use serde_json::{Value, json};

use super::{put, told, wait_for};
use crate::harness::{HUAIHE_CENTER, Staff, World, WorldOptions};

/// Two segments of 淮河路 and one of another town.
const HERE: [&str; 2] = ["410103001001", "410103001002"];
const ELSEWHERE: &str = "410103003001";

/// Rates the months of 2024 as the letters say, the first letter January.
async fn rate(staff: &Staff, segment: &str, letters: &str) {
    for (month, letter) in (1..).zip(letters.split(' ')) {
        let flag = match letter {
            "B" => "black",
            "R" => "red",
            _ => continue,
        };
        let body = json!({ "flags": [{ "segment": segment, "flag": flag }] });
        put(staff, &format!("/v1/flags/2024-{month:02}"), &body).await.expect(200);
    }
}

async fn standing(staff: &Staff, segment: &str, month: &str) -> Value {
    let body = staff.get(&format!("/v1/flags?segment={segment}&month={month}")).await.expect(200);
    assert_eq!(body["segments"].as_array().unwrap().len(), 1);
    body["segments"][0].clone()
}

#[tokio::test]
async fn three_black_months_start_accountability_which_is_told_once_and_no_red_undoes() {
    let world = World::with(WorldOptions {
        worker: true,
        rulebook: Some("party-road-chief"),
        ..WorldOptions::default()
    })
    .await;
    let district = world.api().sign_in("district").await;
    let segment = "999901001001";
    rate(&district, segment, "B B B R").await;
    let march = standing(&district, segment, "2024-03").await;
    assert_eq!((&march["run"], &march["net"], &march["accountable"]), (&json!(3), &json!(3), &json!(true)));
    assert_eq!(march["accountableSince"], "2024-03");
    assert_eq!(
        march["accountability"][0]["grounds"],
        json!([{ "rule": "ERQI-21", "setting": "flags.consecutive", "has": 3, "needs": 3 }])
    );
    assert_eq!(standing(&district, segment, "2024-02").await["accountable"], false);
    let april = standing(&district, segment, "2024-04").await;
    assert_eq!((&april["flag"], &april["run"], &april["offsets"]), (&json!("red"), &json!(0), &json!(1)));
    assert_eq!((&april["accountable"], &april["accountableSince"]), (&json!(true), &json!("2024-03")));
    assert_eq!(standing(&district, segment, "2025-01").await["accountable"], false, "a new year counts anew");

    // Sent again, nothing changes and nobody is told twice.
    let body = json!({ "flags": [{ "segment": segment, "flag": "black" }] });
    let again = put(&district, "/v1/flags/2024-03", &body).await.expect(200);
    assert_eq!((&again["version"], &again["started"]), (&json!(1), &json!([])));
    let subject = "【问责】甲示意1号路第1段 2024-03".to_owned();
    let expected = ["post/l1-town/999901001001", "post/l2-community/999901001001"];
    assert_eq!(told(&world).await, expected.map(|to| (subject.clone(), to.to_owned())));
    let mails = world.mail.wait_for("messages", |mails| mails.len() == 2).await;
    assert!(mails.iter().all(|mail| mail.words().contains("ERQI-21 flags.consecutive，连续 3 次黑旗")));
    wait_for("end of the messages", async || {
        world.count("select count(*) from delivery where letter_id is not null and state = 'delivered'").await
            == 2
    })
    .await;
}

#[tokio::test]
async fn a_red_month_offsets_the_black_one_before_it_and_no_other() {
    let world = World::new().await;
    let district = world.api().sign_in("district").await;
    rate(&district, HERE[0], "B R B - B - B - B").await;
    let seen = standing(&district, HERE[0], "2024-09").await;
    let counted = ["blacks", "offsets", "net", "run"].map(|name| seen[name].as_u64().unwrap());
    assert_eq!(counted, [5, 1, 4, 1]);
    assert_eq!(seen["accountability"][0]["grounds"][0]["rule"], "ERQI-22");
    assert_eq!(standing(&district, HERE[0], "2024-07").await["accountable"], false);
    // Nobody holds a post in this rulebook: the centers stand on the ladder.
    let told: Vec<String> = told(&world).await.into_iter().map(|(_, to)| to).collect();
    assert_eq!(told, ["center/410103000".to_owned(), format!("center/{HUAIHE_CENTER}")]);
}

#[tokio::test]
async fn a_correction_is_a_new_version_with_a_reason_and_reaches_the_months_after_it() {
    let world = World::new().await;
    let district = world.api().sign_in("district").await;
    rate(&district, HERE[0], "B R B B").await;
    assert_eq!(standing(&district, HERE[0], "2024-04").await["accountable"], false);
    let black = json!({ "flags": [{ "segment": HERE[0], "flag": "black" }] });
    let wrong = put(&district, "/v1/flags/2024-02", &black).await;
    assert_eq!(wrong.pointers(), ["/reason"]);
    wrong.expect_problem(422, "validation");
    assert_eq!(world.count("select count(*) from flag_rating").await, 4);

    let mut corrected = black.clone();
    corrected["reason"] = json!("二月的红旗登记错了");
    let answer = put(&district, "/v1/flags/2024-02", &corrected).await.expect(200);
    assert_eq!(answer["version"], 2);
    let month = |month: &str| json!({ "segment": HERE[0], "month": month });
    assert_eq!(answer["started"], json!([month("2024-03"), month("2024-04")]));
    let april = standing(&district, HERE[0], "2024-04").await;
    assert_eq!((&april["run"], &april["accountableSince"]), (&json!(4), &json!("2024-03")));

    let mut back = json!({ "flags": [{ "segment": HERE[0], "flag": "red" }] });
    back["reason"] = json!("核对后维持红旗");
    let answer = put(&district, "/v1/flags/2024-02", &back).await.expect(200);
    assert_eq!(
        (&answer["version"], &answer["withdrawn"]),
        (&json!(3), &json!([month("2024-03"), month("2024-04")]))
    );
    let april = standing(&district, HERE[0], "2024-04").await;
    assert_eq!(april["accountable"], false);
    assert_eq!(april["accountability"][1]["withdrawnReason"], "核对后维持红旗", "it stays readable");
    let history = district.get("/v1/flags/2024-02").await.expect(200);
    let versions = history["ratings"][0]["versions"].as_array().unwrap();
    let seen: Vec<_> =
        versions.iter().map(|it| (it["black"].as_array().unwrap().len(), &it["reason"])).collect();
    assert_eq!(seen, [(0, &Value::Null), (1, &json!("二月的红旗登记错了")), (0, &json!("核对后维持红旗"))]);
    assert!(versions[0]["ratedBy"].is_string());
    let edited = sqlx::query("update segment_flag set flag = 'red'").execute(&world.pool).await;
    assert!(edited.is_err(), "nobody edits a rating");
}

#[tokio::test]
async fn flags_are_read_where_one_works_and_rated_by_who_assesses() {
    let world = World::new().await;
    let district = world.api().sign_in("district").await;
    let listed = json!([{ "segment": HERE[0], "flag": "red" }, { "segment": ELSEWHERE, "flag": "black" }]);
    let body = json!({ "flags": listed });
    put(&district, "/v1/flags/2024-06", &body).await.expect(200);
    let all = district.get("/v1/flags").await.expect(200);
    assert_eq!((all["month"].as_str().unwrap(), all["segments"].as_array().unwrap().len()), ("2024-06", 291));
    let center = world.api().sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    let own = center.get("/v1/flags").await.expect(200);
    let own: Vec<&str> =
        own["segments"].as_array().unwrap().iter().map(|it| it["code"].as_str().unwrap()).collect();
    assert!(!own.is_empty() && own.iter().all(|code| code.starts_with(HUAIHE_CENTER)));
    center.get(&format!("/v1/flags?segment={ELSEWHERE}")).await.expect_problem(403, "forbidden");
    let month = center.get("/v1/flags/2024-06").await.expect(200);
    let version = &month["ratings"][0]["versions"][0];
    assert_eq!((version["red"].as_array().unwrap().len(), &version["black"]), (1, &json!([])));
    let chief = world.staff("chief", &[("roadChief", "segment", HERE[1], None, None)]).await;
    assert_eq!(chief.get("/v1/flags").await.expect(200)["segments"].as_array().unwrap().len(), 1);
    let unit =
        world.staff("bureau", &[("unitHandler", "district", "410103", None, Some("urban-management"))]).await;
    for (staff, path) in [(&unit, "/v1/flags"), (&unit, "/v1/flags/2024-06")] {
        staff.get(path).await.expect_problem(403, "forbidden");
    }
    world.api().get("/v1/flags").await.expect_problem(401, "not-signed-in");
    let desk = world.api().sign_in("desk").await;
    for staff in [&center, &chief, &unit, &desk] {
        put(staff, "/v1/flags/2024-07", &body).await.expect_problem(403, "forbidden");
    }
    let neighbour =
        world.staff("neighbour", &[("districtDispatcher", "district", "410104", None, None)]).await;
    assert_eq!(
        put(&neighbour, "/v1/flags/2024-07", &body).await.pointers(),
        ["/flags/0/segment", "/flags/1/segment"]
    );
    assert_eq!(world.count("select count(*) from flag_rating").await, 1);
}

#[tokio::test]
async fn a_rating_with_faults_is_told_all_of_them_and_changes_nothing() {
    let world = World::new().await;
    let district = world.api().sign_in("district").await;
    let item = |segment: &str, flag: &str| json!({ "segment": segment, "flag": flag });
    let good = json!({ "flags": [item(HERE[0], "black")] });
    for (path, body, pointers) in [
        ("/v1/flags/2999-01", good.clone(), vec!["/month"]),
        ("/v1/flags/2199-12", good.clone(), vec!["/month"]),
        ("/v1/flags/2024-Q1", good.clone(), vec!["/month"]),
        ("/v1/flags/%00", good.clone(), vec!["/month"]),
        ("/v1/flags/2024-01", json!({}), vec!["/flags"]),
        ("/v1/flags/2024-01", json!({ "flags": [] }), vec!["/flags"]),
        ("/v1/flags/2024-01", json!({ "flags": "all" }), vec!["/flags"]),
        (
            "/v1/flags/2024-01",
            json!({ "flags": [{}, 7] }),
            vec!["/flags/0/segment", "/flags/0/flag", "/flags/1"],
        ),
        ("/v1/flags/2024-01", json!({ "flags": [item(HERE[0], "green")] }), vec!["/flags/0/flag"]),
        (
            "/v1/flags/2024-01",
            json!({ "flags": [item("410103001999", "red"), item(HERE[0], "red"), item(HERE[0], "black"), item("\u{0}", "red")] }),
            vec!["/flags/0/segment", "/flags/2/segment", "/flags/3/segment"],
        ),
        (
            "/v1/flags/2024-01",
            json!({ "flags": [item(HERE[0], "red")], "reason": "a\u{0}" }),
            vec!["/reason"],
        ),
        (
            "/v1/flags/2024-01",
            json!({ "flags": [item(HERE[0], "red")], "reason": "长".repeat(501) }),
            vec!["/reason"],
        ),
    ] {
        let answer = put(&district, path, &body).await;
        assert_eq!(answer.pointers(), pointers, "{path} {body}");
        answer.expect_problem(422, "validation");
    }
    for (query, pointer) in [
        ("month=2999-01", "/month"),
        ("month=x", "/month"),
        ("segment=nowhere", "/segment"),
        ("segment=%00", "/segment"),
    ] {
        let answer = district.get(&format!("/v1/flags?{query}")).await;
        assert_eq!(answer.pointers(), [pointer], "{query}");
    }
    assert_eq!(world.count("select count(*) from flag_rating").await, 0);
}

#[tokio::test]
async fn the_flags_of_a_segment_that_later_rules_dropped_stay_readable() {
    let world = World::new().await;
    let district = world.api().sign_in("district").await;
    let dropped = "410103001001";
    rate(&district, dropped, "B B B").await;
    let folder = world.copy_of_rulebook();
    let segments = folder.join("areas/segments.geojson");
    let text = std::fs::read_to_string(&segments).unwrap();
    let kept: Vec<&str> =
        text.lines().filter(|line| !line.contains(&format!("\"code\":\"{dropped}\""))).collect();
    assert_eq!(kept.len(), text.lines().count() - 1);
    std::fs::write(&segments, kept.join("\n")).unwrap();
    let head = folder.join("rulebook.yaml");
    let text = std::fs::read_to_string(&head).unwrap();
    let version = text.lines().find(|line| line.starts_with("version:")).unwrap();
    std::fs::write(&head, text.replace(version, "version: \"2027.1\"")).unwrap();
    world.run(&["rulebook", "load", folder.to_str().unwrap()]);
    wait_for("the new rules", async || {
        district.get("/v1/flags?month=2023-01").await.expect(200)["segments"].as_array().unwrap().len() == 290
    })
    .await;
    let seen = standing(&district, dropped, "2024-03").await;
    assert_eq!((&seen["name"], &seen["accountable"]), (&json!("兴华北街第1段"), &json!(true)));
    // Its month can still be corrected, but no new month rates it.
    let red = json!({ "flags": [{ "segment": dropped, "flag": "red" }], "reason": "更正" });
    put(&district, "/v1/flags/2024-03", &red).await.expect(200);
    assert_eq!(put(&district, "/v1/flags/2024-04", &red).await.pointers(), ["/flags/0/segment"]);
}
