//! The third party and enforcement watch each other.

use reqwest::Method;
use serde_json::{Value, json};

use super::harness::{Staff, World, WorldOptions, moved, report};

/// Points in a residential grid of 中山区 and in one of 甘井子区.
const ZHONGSHAN: (f64, f64) = (121.521_25, 38.863_888);
const GANJINGZI: (f64, f64) = (121.593_75, 38.947_5);

async fn filed(staff: &Staff, words: &str, place: (f64, f64)) -> String {
    let body = report("household-waste", words, place);
    let answer = staff.api.send(staff.request(Method::POST, "/v1/reports").json(&body)).await.expect(201);
    answer["case"]["caseNumber"].as_str().unwrap().to_owned()
}

async fn world_of_dalian() -> World {
    World::with(WorldOptions { rulebook: Some("dalian"), ..WorldOptions::default() }).await
}

async fn enforcement(world: &World) -> Staff {
    world.staff("zf", &[("enforcementOfficer", "city", "2102", None, Some("enforcement"))]).await
}

fn row<'a>(body: &'a Value, code: &str) -> &'a Value {
    body["districts"].as_array().unwrap().iter().find(|row| row["code"] == code).unwrap()
}

fn numbers(page: &Value) -> Vec<&str> {
    page["cases"].as_array().unwrap().iter().map(|case| case["caseNumber"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn what_the_third_party_found_is_counted_by_district_and_never_less_than_what_is_closed() {
    let world = world_of_dalian().await;
    let company = world.api().sign_in("third-party").await;
    let whole = |role| (role, "city", "2102", None, None);
    let city =
        world.staff("city", &[whole("districtDispatcher"), whole("inspector"), whole("reviewer")]).await;
    let first = filed(&company, "楼道口堆垃圾", ZHONGSHAN).await;
    filed(&company, "绿地里有垃圾", moved(ZHONGSHAN, 900.0, 0.0)).await;
    let third = filed(&company, "海边有垃圾", GANJINGZI).await;
    // Found again: once is enough.
    assert_eq!(filed(&company, "楼道口堆垃圾", ZHONGSHAN).await, first);
    // A citizen's report that the company joins is found by the company too.
    let citizen = world.api().submit(&report("road-damage", "路面有坑", moved(GANJINGZI, 800.0, 0.0))).await;
    let all = city.get("/v1/third-party").await.expect(200);
    assert_eq!(all["districts"].as_array().unwrap().len(), 4, "those without any too");
    let figures = |body: &Value, code: &str| {
        let row = row(body, code);
        ["found", "rechecked", "closed"].map(|figure| row[figure].as_i64().unwrap())
    };
    assert_eq!((figures(&all, "210202"), figures(&all, "210211")), ([2, 0, 0], [1, 0, 0]));
    let center = first[..9].to_owned();
    let dispatcher =
        world.staff("center", &[("centerDispatcher", "town", center.as_str(), None, None)]).await;
    let steps = [
        json!({ "move": "accept" }),
        json!({ "move": "open" }),
        json!({ "move": "dispatch", "unit": "urban-construction" }),
    ];
    dispatcher.go(&first, &steps).await;
    let bureau =
        world.staff("bureau", &[("unitHandler", "city", "2102", None, Some("urban-construction"))]).await;
    let photo = bureau.photo().await;
    bureau.go(&first, &[json!({ "move": "sign" }), json!({ "move": "handle", "photoIds": [photo] })]).await;
    // Where the city closes, the city looks again.
    city.go(&first, &[json!({ "move": "inspect" }), json!({ "move": "pass", "reason": "已清理" })]).await;
    let after = city.get("/v1/third-party").await.expect(200);
    assert_eq!(figures(&after, "210202"), [2, 1, 1]);
    // What turns out to be no problem was not found.
    let other = world.staff("gjz", &[("centerDispatcher", "town", &third[..9], None, None)]).await;
    other.go(&third, &[json!({ "move": "reject", "reason": "不属于城市管理" })]).await;
    let after = city.get("/v1/third-party").await.expect(200);
    assert_eq!(figures(&after, "210211"), [0, 0, 0]);
    for row in after["districts"].as_array().unwrap() {
        assert!(
            row["closed"].as_i64() <= row["found"].as_i64()
                && row["rechecked"].as_i64() <= row["found"].as_i64()
        );
    }
    let before = city.get("/v1/third-party?period=month&at=2025-01-01").await.expect(200);
    assert_eq!(figures(&before, "210202"), [0, 0, 0]);
    // Each district sees its own; a town, a citizen and other units nothing.
    let district =
        world.staff("zhongshan", &[("districtDispatcher", "district", "210202", None, None)]).await;
    let own = district.get("/v1/third-party").await.expect(200);
    assert_eq!((own["districts"].as_array().unwrap().len(), figures(&own, "210202")), (1, [2, 1, 1]));
    assert_eq!(company.get("/v1/third-party").await.expect(200)["districts"], after["districts"]);
    dispatcher.get("/v1/third-party").await.expect_problem(403, "forbidden");
    bureau.get("/v1/third-party").await.expect_problem(403, "forbidden");
    world.api().get("/v1/third-party").await.expect_problem(401, "not-signed-in");
    let wrong = city.get("/v1/third-party?period=fortnight&at=x&format=pdf").await;
    assert_eq!(wrong.pointers(), ["/at", "/period", "/format"]);
    let csv =
        city.request(Method::GET, "/v1/third-party?format=csv").send().await.unwrap().text().await.unwrap();
    assert!(csv.contains("发现量,复核量,办结量") && csv.contains("210202,"), "{csv}");
    assert!(citizen["case"]["caseNumber"].is_string());
}

#[tokio::test]
async fn what_enforcement_found_and_the_third_party_did_not_is_missed_and_what_citizens_found_is_a_list_of_its_own()
 {
    let world = world_of_dalian().await;
    let (company, officer) = (world.api().sign_in("third-party").await, enforcement(&world).await);
    let city = world.staff("city", &[("districtDispatcher", "city", "2102", None, None)]).await;
    let both = filed(&officer, "楼道口堆垃圾", ZHONGSHAN).await;
    assert_eq!(filed(&company, "楼道口堆垃圾", ZHONGSHAN).await, both, "the same case");
    let missed = filed(&officer, "绿地里有垃圾没人管", moved(ZHONGSHAN, 900.0, 0.0)).await;
    filed(&company, "海边有垃圾", GANJINGZI).await;
    // What a leader wants looked at was not found by whoever files it.
    let mut assigned = report("household-waste", "领导交办：桥下垃圾", moved(GANJINGZI, 900.0, 0.0));
    assigned["origin"] = json!("leaderAssigned");
    let request = officer.request(Method::POST, "/v1/reports").json(&assigned);
    world.api().send(request).await.expect(201);
    let citizen =
        world.api().submit(&report("household-waste", "小区垃圾没人收", moved(GANJINGZI, 0.0, 900.0))).await;
    let citizen = citizen["case"]["caseNumber"].as_str().unwrap();
    let list =
        async |query: &str| city.get(&format!("/v1/third-party/missed?period=week{query}")).await.expect(200);
    assert_eq!(numbers(&list("").await), [missed.as_str()]);
    assert_eq!(numbers(&list("&foundBy=citizens").await), [citizen]);
    assert_eq!(list("").await["cases"][0]["category"], "household-waste");
    // Found later is found; a case that the third party finds in the same period was not missed.
    filed(&company, "绿地里有垃圾没人管", moved(ZHONGSHAN, 900.0, 0.0)).await;
    assert_eq!(numbers(&list("").await), Vec::<&str>::new());
    let wrong = city.get("/v1/third-party/missed?period=x&foundBy=nobody&cursor=y&format=z").await;
    assert_eq!(wrong.pointers(), ["/period", "/format", "/foundBy", "/cursor"]);
    let cut = format!("&foundBy=citizens&cursor={}", i64::MAX);
    assert_eq!(numbers(&list(&cut).await), [citizen]);
    assert_eq!(numbers(&list("&foundBy=citizens&cursor=0").await), Vec::<&str>::new());
    let csv = "/v1/third-party/missed?foundBy=citizens&format=csv";
    let csv = city.request(Method::GET, csv).send().await.unwrap().text().await.unwrap();
    assert!(csv.contains(citizen), "{csv}");
}
