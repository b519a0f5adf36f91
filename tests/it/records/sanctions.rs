//! Sanctions that only become harder.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{filed, put, strike, today, world_of};

#[tokio::test]
async fn a_sanction_of_one_matter_is_only_followed_by_a_harder_one() {
    let world = world_of("dengfeng").await;
    let day = today(&world).await;
    let district = world.staff("command", &[("districtDispatcher", "district", "410185", None, None)]).await;
    let sanction = |measure: &str, matter: &str, unit: &str| {
        json!({ "kind": "sanction", "on": day, "about": { "kind": "unit", "codes": [unit] }, "matter": matter,
            "fields": { "measure": measure, "why": "推诿扯皮" } })
    };
    let try_it = async |body: &Value| put(&district, Uuid::new_v4(), body).await;
    filed(&district, &sanction("statement", "占道经营整治", "police")).await;
    for measure in ["circular", "statement"] {
        let refused = try_it(&sanction(measure, "占道经营整治", "police")).await;
        assert_eq!(refused.pointers(), ["/fields/measure"], "{measure}");
        let told = refused.expect_problem(422, "validation");
        assert!(told["errors"][0]["detail"].as_str().unwrap().contains("表态发言"), "{told}");
    }
    filed(&district, &sanction("circular", "渣土车整治", "police")).await;
    filed(&district, &sanction("circular", "占道经营整治", "market")).await;
    let hardest = filed(&district, &sanction("interview", "占道经营整治", "police")).await;
    assert_eq!(
        try_it(&sanction("interview", "占道经营整治", "police")).await.pointers(),
        ["/fields/measure"]
    );
    strike(&district, &hardest["recordId"], "记到别的单位上了").await.expect(200);
    filed(&district, &sanction("interview", "占道经营整治", "police")).await;
    // Two at the same moment: one of them is first.
    let both = sanction("circular", "工地扬尘", "housing");
    let (one, two) = tokio::join!(try_it(&both), try_it(&both));
    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort();
    assert_eq!(statuses, [201, 422]);
    // The unit reads what is about it, and another one does not.
    let read = async |unit: &str| {
        let staff = world.staff(unit, &[("unitHandler", "district", "410185", None, Some(unit))]).await;
        staff.get("/v1/records?kind=sanction").await.expect(200)["records"].as_array().unwrap().len()
    };
    assert_eq!((read("police").await, read("housing").await, read("water").await), (3, 1, 0));
    let kinds = district.get("/v1/records/kinds").await.expect(200);
    let kind = kinds["kinds"].as_array().unwrap().iter().find(|kind| kind["code"] == "sanction").unwrap();
    assert_eq!(kind["climbs"], "measure");
    assert_eq!(kind["fields"][0]["options"][2]["name"], "约谈问责");
}

#[tokio::test]
async fn the_last_ten_of_a_ranking_are_sanctioned_step_by_step_and_the_first_ten_commended() {
    let world = world_of("zhengzhou").await;
    let day = today(&world).await;
    let city = world.staff("city", &[("districtDispatcher", "city", "4101", None, None)]).await;
    let towns = city.get("/v1/statistics").await.expect(200);
    let town = towns["rows"].as_array().unwrap().iter().find(|row| row["code"] != "410100000").unwrap();
    let code = town["code"].as_str().unwrap().to_owned();
    let sanction = |measure: &str| {
        json!({ "kind": "last-ten-sanction", "on": day, "about": { "codes": [code.as_str()] }, "matter": "2026-11上旬 排名后十名",
            "fields": { "measure": measure, "rank": 75 } })
    };
    for measure in ["circular", "talk", "self-criticism", "dismissal"] {
        filed(&city, &sanction(measure)).await;
    }
    assert_eq!(put(&city, Uuid::new_v4(), &sanction("talk")).await.pointers(), ["/fields/measure"]);
    let praise = json!({ "kind": "commendation", "on": day, "about": { "kind": "town", "codes": [code.as_str()] },
        "fields": { "title": "排名前十名", "why": "2026-11上旬" } });
    filed(&city, &praise).await;
    // What is open is read by everybody of the staff; a sanction by its town and those above.
    let own = world.staff("own", &[("centerDispatcher", "town", code.as_str(), None, None)]).await;
    let other = world.staff("other", &[("centerDispatcher", "town", "410199999", None, None)]).await;
    let count = async |staff: &crate::harness::Staff, kind: &str| {
        let page = staff.get(&format!("/v1/records?kind={kind}")).await.expect(200);
        page["records"].as_array().unwrap().len()
    };
    assert_eq!((count(&own, "last-ten-sanction").await, count(&other, "last-ten-sanction").await), (4, 0));
    assert_eq!((count(&own, "commendation").await, count(&other, "commendation").await), (1, 1));
}
