//! Records about people are read by them and by whoever leads them.

use serde_json::json;
use uuid::Uuid;

use super::{filed, put, strike, today, world_of};

#[tokio::test]
async fn a_persons_record_is_read_by_them_their_center_and_district_only() {
    let world = world_of("dengfeng").await;
    let day = today(&world).await;
    let district = world.staff("command", &[("districtDispatcher", "district", "410185", None, None)]).await;
    let chief = world.staff("chief", &[("roadChief", "segment", "410185001001", None, None)]).await;
    let colleague = world.staff("colleague", &[("gridWorker", "segment", "410185001001", None, None)]).await;
    let center = world.staff("office", &[("centerDispatcher", "town", "410185001", None, None)]).await;
    let elsewhere = world.staff("elsewhere", &[("centerDispatcher", "town", "410185002", None, None)]).await;
    let unit = world.staff("unit", &[("unitHandler", "district", "410185", None, Some("police"))]).await;
    let praise = |person: &str| {
        json!({ "kind": "personal-commendation", "on": day, "about": { "codes": [person] },
            "fields": { "title": "先进个人", "why": "坚持每日上路" } })
    };
    let record = filed(&district, &praise("chief")).await;
    assert_eq!(record["about"]["subjects"][0]["name"], "chief", "by the name of the account");
    let path = format!("/v1/records/{}", record["recordId"].as_str().unwrap());
    for (staff, reads) in [
        (&district, true),
        (&center, true),
        (&chief, true),
        (&colleague, false),
        (&elsewhere, false),
        (&unit, false),
    ] {
        let listed = staff.get("/v1/records").await.expect(200)["records"].as_array().unwrap().len();
        let seen = staff.get(&path).await;
        if reads {
            assert_eq!((seen.expect(200), listed), (record.clone(), 1));
        } else {
            seen.expect_problem(404, "unknown-record");
            assert_eq!(listed, 0);
            strike(staff, &record["recordId"], "不该有").await.expect_problem(404, "unknown-record");
        }
    }
    let person = record["about"]["subjects"][0]["code"].as_str().unwrap();
    let of_person = center.get(&format!("/v1/records?about={person}")).await.expect(200);
    assert_eq!(of_person["records"].as_array().unwrap().len(), 1);
    strike(&chief, &record["recordId"], "不要").await.expect_problem(403, "forbidden");
    for (person, code) in [("command", "notAllowed"), ("nobody", "unknown")] {
        let refused = put(&district, Uuid::new_v4(), &praise(person)).await;
        assert_eq!(refused.body["errors"][0]["code"], code, "{person}");
        assert_eq!(refused.pointers(), ["/about/codes/0"]);
    }
    put(&center, Uuid::new_v4(), &praise("chief")).await.expect_problem(403, "forbidden");
}

#[tokio::test]
async fn a_sheet_about_a_person_is_filed_for_holders_of_its_posts_only() {
    let world = crate::harness::World::new().await;
    let day = today(&world).await;
    let l3 = world.staff("l3", &[("roadChief", "segment", "410103001001", Some("l3"), None)]).await;
    world.staff("assistant", &[("gridWorker", "segment", "410103001001", Some("assistant"), None)]).await;
    world.staff("stranger", &[("gridWorker", "segment", "410103001002", Some("assistant"), None)]).await;
    world.staff("l2", &[("roadChief", "town", "410103001", Some("l2"), None)]).await;
    let sheet = |person: &str| {
        json!({ "kind": "team-assessment", "on": day, "about": { "codes": [person] },
            "scores": { "attendance": 29.5, "discovery": 30, "handling": 35 } })
    };
    assert_eq!(filed(&l3, &sheet("assistant")).await["total"], 94.5);
    let other_post = put(&l3, Uuid::new_v4(), &sheet("l2")).await;
    assert_eq!(other_post.pointers(), ["/about/codes/0"]);
    put(&l3, Uuid::new_v4(), &sheet("stranger")).await.expect_problem(403, "forbidden");
}
