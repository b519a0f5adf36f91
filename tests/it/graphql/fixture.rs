//! Something of every kind, and somebody of every role.

use std::collections::HashMap;

use serde_json::json;

use super::{Asker, paperwork, text};
use crate::harness::{HUAIHE, Staff, World, WorldOptions, report};
use crate::residents::{Resident, sign_in};

/// Planted into the report of the fixture; nobody may ever read it here.
pub const PHONE: &str = "13912345678";
pub const EMAIL: &str = "canary@example.org";
pub const NAME: &str = "金丝雀";

/// Of a resident with a shop.
const OWNERS_PHONE: &str = "13700001111";

/// Something of every kind, so that as many fields as possible have a value.
pub struct Fixture {
    pub world: World,
    pub askers: Vec<(&'static str, Asker)>,
    /// Arguments of the fields of `Query`.
    pub arguments: HashMap<&'static str, String>,
    pub code: String,
    pub secret: String,
    pub number: String,
}

pub async fn fixture() -> Fixture {
    let settings = vec![("JIEKOU_GRAPHQL__ANONYMOUS_A_MINUTE", "1000000".to_owned())];
    let world =
        World::with(WorldOptions { worker: true, sms: true, settings, ..WorldOptions::default() }).await;
    let api = world.api();
    let photo = api.upload("hole.png", crate::photos::small_picture()).await.expect(201);
    let mut body = report("manhole", "路口的井盖不见了", HUAIHE);
    body["photoIds"] = json!([photo["photoId"]]);
    body["contact"] = json!({ "name": NAME, "phone": PHONE, "email": EMAIL });
    let told = api.submit(&body).await;
    let number = text(&told["case"]["caseNumber"]).to_owned();
    let secret = text(&told["claimSecret"]).to_owned();
    let code = text(&told["trackingCode"]).to_owned();
    let joined = api.submit(&report("manhole", "这里的井盖不见了，很危险", HUAIHE)).await;
    assert_eq!(joined["outcome"], "joined");
    let addition = json!({ "description": "晚上看不见", "claimSecret": secret });
    api.post(&format!("/v1/reports/{code}/additions"), &addition).await.expect(201);
    let segment: String = sqlx::query_scalar("select segment_code from cases where case_number = $1")
        .bind(&number)
        .fetch_one(&world.pool)
        .await
        .unwrap();
    let town = "410103001";
    let chief = world.staff("chief", &[("roadChief", "segment", &segment, Some("l3"), None)]).await;
    let elsewhere = world.staff("elsewhere", &[("centerDispatcher", "town", "410103003", None, None)]).await;
    let unit = world.staff("unit", &[("unitHandler", "town", town, None, None)]).await;
    let supervisor = world.staff("supervisor", &[("supervisor", "district", "410103", None, None)]).await;
    let finance = world.staff("finance", &[("finance", "district", "410103", None, None)]).await;
    let inspector = world.staff("inspector", &[("inspector", "town", town, None, None)]).await;
    let (center, district) = (api.sign_in(&format!("center-{town}")).await, api.sign_in("district").await);
    center.make(&number, &json!({ "move": "accept" })).await.expect(200);
    let patrol = patrolled(&chief, &segment).await;
    paperwork::on_duty(&world, &chief, &segment).await;
    let papers = paperwork::written(&world, &district, &number).await;
    let staff_id: uuid::Uuid =
        sqlx::query_scalar("select staff_id from staff_account where username = 'unit'")
            .fetch_one(&world.pool)
            .await
            .unwrap();
    let rankings = district.get("/v1/rankings").await.expect(200);
    let ranking =
        rankings["rankings"].as_array().unwrap().iter().find(|it| it["of"] == "town").unwrap()["code"]
            .clone();
    let resident = shop_owner(&world, &segment).await;
    let mut arguments = HashMap::from([
        ("report", format!("(trackingCode: \"{code}\")")),
        (
            "reportPreview",
            format!(
                "(draft: {{ category: \"manhole\", description: \"井盖不见了\", location: {{ longitude: {}, latitude: {}, coordinateSystem: \"WGS-84\" }} }})",
                HUAIHE.0, HUAIHE.1
            ),
        ),
        ("places", "(typed: \"路\")".to_owned()),
        ("case", format!("(number: \"{number}\")")),
        ("staffAccount", format!("(staffId: \"{staff_id}\")")),
        ("patrol", format!("(patrolId: \"{patrol}\")")),
        ("ranking", format!("(code: {ranking})")),
        ("placard", format!("(placardId: \"{}\")", uuid::Uuid::nil())),
    ]);
    arguments.extend(papers);
    let askers = vec![
        ("nobody", Asker::Nobody(api.clone())),
        ("resident", Asker::Resident(resident)),
        ("desk", Asker::Staff(api.sign_in("desk").await)),
        ("center", Asker::Staff(center)),
        ("elsewhere", Asker::Staff(elsewhere)),
        ("unit", Asker::Staff(unit)),
        ("chief", Asker::Staff(chief)),
        ("district", Asker::Staff(district)),
        ("admin", Asker::Staff(api.sign_in("admin").await)),
        ("supervisor", Asker::Staff(supervisor)),
        ("finance", Asker::Staff(finance)),
        ("inspector", Asker::Staff(inspector)),
    ];
    Fixture { world, askers, arguments, code, secret, number }
}

/// A resident who has reported something and owns a shop.
async fn shop_owner(world: &World, segment: &str) -> Resident {
    let file = world.folder.join("shops.csv");
    let shop = format!(
        "店铺编码,店铺名称,路段编码,地址,联系电话\nS-1,老张面馆,{segment},淮河路1号,{OWNERS_PHONE}\n"
    );
    std::fs::write(&file, shop).unwrap();
    world.run(&["import", "storefronts", file.to_str().unwrap()]);
    let resident = sign_in(world, OWNERS_PHONE).await;
    resident.post("/v1/residents/me/storefronts", &json!({ "by": "phone" })).await.expect(200);
    resident.submit(&report("greening", "树枝断了", HUAIHE)).await;
    resident
}

async fn patrolled(chief: &Staff, segment: &str) -> uuid::Uuid {
    let id = uuid::Uuid::new_v4();
    let ended = crate::harness::wall_clock() - chrono::Duration::minutes(5);
    let body = json!({ "areas": [format!("segment/{segment}")], "beganAt": ended - chrono::Duration::hours(1), "endedAt": ended, "words": "路面整洁" });
    let put = chief.request(reqwest::Method::PUT, &format!("/v1/patrols/{id}")).json(&body);
    chief.api.send(put).await.expect(201);
    id
}
