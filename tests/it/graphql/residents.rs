//! What a signed-in resident reads and follows of the own.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Asker, text};
use crate::harness::{HUAIHE, Socket, World, moved, report};
use crate::residents::{Resident, sign_in, town};

const OWN: &str = "query($after: String) { ownReports(after: $after) {
    nodes { reportId trackingCode receivedAt outcome description category { slug name }
        case { caseNumber state reportCount } center { code name } dueAt dueKind question withdrawnAt }
    pageInfo { hasNextPage endCursor } } }";
const CHANGED: &str = "subscription { ownReportsChanged { missed reports { trackingCode case { state } } } }";

/// As REST writes it: what is not there is left out, and moments end with `Z`.
fn as_rest_writes(mut object: Value) -> Value {
    let fields = object.as_object_mut().unwrap();
    fields.retain(|_, value| !value.is_null());
    for value in fields.values_mut() {
        if let Some(moment) = value.as_str().and_then(|text| text.strip_suffix("+00:00")) {
            *value = json!(format!("{moment}Z"));
        }
    }
    object
}

fn asker(resident: &Resident) -> Asker {
    Asker::Resident(resident.clone())
}

#[tokio::test]
async fn a_resident_reads_the_own_reports_page_by_page_as_rest_tells_them_and_nobody_elses() {
    let world = town().await;
    let (anna, bert) = (sign_in(&world, "13912345678").await, sign_in(&world, "13800001111").await);
    for number in 0..21 {
        let place = moved(HUAIHE, f64::from(number) * 400.0, 0.0);
        anna.submit(&report("manhole", &format!("第{number}处井盖破损"), place)).await;
    }
    let first = asker(&anna).told(OWN, Value::Null).await["ownReports"].clone();
    assert_eq!(first["pageInfo"]["hasNextPage"], true);
    let after = json!({ "after": first["pageInfo"]["endCursor"] });
    let last = asker(&anna).told(OWN, after).await["ownReports"].clone();
    assert_eq!(last["pageInfo"], json!({ "hasNextPage": false, "endCursor": null }));
    let told = [&first, &last].into_iter().flat_map(|page| page["nodes"].as_array().unwrap().clone());
    let told: Vec<Value> = told.map(as_rest_writes).collect();
    assert_eq!(told.len(), 21);
    let rest = anna.get("/v1/residents/me/reports").await.expect(200);
    assert_eq!(told[..20], *rest["reports"].as_array().unwrap());

    let others = asker(&bert).told(OWN, Value::Null).await["ownReports"].clone();
    assert_eq!(others["nodes"], json!([]));
    let center = Asker::Staff(world.api().sign_in("center-410103001").await);
    assert_eq!(center.refusal(OWN).await, "not-signed-in", "staff have no reports of their own");
    let broken = asker(&anna).ask(OWN, json!({ "after": "x" })).await;
    assert_eq!(broken["errors"][0]["extensions"]["errors"][0]["pointer"], "/cursor", "{broken}");
}

#[tokio::test]
async fn whatever_becomes_of_an_own_report_is_told_at_once_and_of_a_neighbours_not() {
    let mut world = town().await;
    world.add_api(&[]).await;
    let (anna, bert) = (sign_in(&world, "13912345678").await, sign_in(&world, "13800001111").await);
    let own = anna.submit(&report("manhole", "井盖不见了", HUAIHE)).await;
    let other = bert.submit(&report("greening", "树枝断了", moved(HUAIHE, 400.0, 0.0))).await;
    let mut socket = Socket::begin(&world.apis[1].address, Some(anna.token())).await;
    socket.subscribe("own", CHANGED, Value::Null).await;
    let first = socket.event("own").await["ownReportsChanged"].clone();
    assert_eq!(first, json!({ "missed": true, "reports": [] }), "the list is to be read now");

    let center = world.api().sign_in("center-410103001").await;
    for told in [&other, &own] {
        center.make(text(&told["case"]["caseNumber"]), &json!({ "move": "accept" })).await.expect(200);
    }
    let mine = json!([{ "trackingCode": own["trackingCode"], "case": { "state": "accepted" } }]);
    loop {
        let changed = socket.event("own").await["ownReportsChanged"].clone();
        let codes = changed["reports"].as_array().unwrap().iter().map(|it| &it["trackingCode"]);
        assert!(codes.into_iter().all(|code| *code == own["trackingCode"]), "{changed}");
        if changed["reports"] == mine {
            break;
        }
    }

    // Sent by another door: it is followed, too, however much is told of others meanwhile.
    let neighbours = tokio::spawn(async move {
        for number in 0.. {
            let place = moved(HUAIHE, f64::from(number) * 300.0, 900.0);
            bert.submit(&report("greening", "树枝断了", place)).await;
            tokio::time::sleep(Duration::from_secs(2)).await;
        }
    });
    let new = anna.submit(&report("road-damage", "路面有坑", moved(HUAIHE, 900.0, 0.0))).await;
    while socket.event("own").await["ownReportsChanged"]["missed"] != true {}
    neighbours.abort();
    let number = text(&new["case"]["caseNumber"]);
    let center = world.api().sign_in(&format!("center-{}", text(&new["center"]["code"]))).await;
    center.make(number, &json!({ "move": "accept" })).await.expect(200);
    loop {
        let changed = socket.event("own").await["ownReportsChanged"].clone();
        if changed["reports"][0]["trackingCode"] == new["trackingCode"] {
            assert_eq!(changed["reports"][0]["case"]["state"], "accepted");
            break;
        }
    }
    let mut nobody = Socket::begin(&world.apis[0].address, None).await;
    nobody.subscribe("own", CHANGED, Value::Null).await;
    let two = "subscription { a: ownReportsChanged { missed } b: ownReportsChanged { missed } }";
    assert_eq!(asker(&anna).refusal(two).await, "document-too-complex", "one place of a watcher each");
    let refused = nobody.hear().await;
    assert_eq!(refused["payload"]["errors"][0]["extensions"]["code"], "not-signed-in", "{refused}");
}

#[tokio::test]
async fn a_shop_owner_reads_the_own_shops_as_rest_tells_them() {
    let world: World = town().await;
    let file = world.folder.join("shops.csv");
    let shops = "店铺编码,店铺名称,路段编码,地址,联系电话\nS-1,老张面馆,410103001001,淮河路1号,13912345678\n";
    std::fs::write(&file, shops).unwrap();
    world.run(&["import", "storefronts", file.to_str().unwrap()]);
    let query =
        "{ ownStorefronts { code name address segment { code name } center { code name } boundAt by } }";
    let (anna, bert) = (sign_in(&world, "13912345678").await, sign_in(&world, "13800001111").await);
    anna.post("/v1/residents/me/storefronts", &json!({ "by": "phone" })).await.expect(200);
    let own = asker(&anna).told(query, Value::Null).await["ownStorefronts"].clone();
    let rest = anna.get("/v1/residents/me/storefronts").await.expect(200);
    assert_eq!(as_rest_writes(own[0].clone()), rest["storefronts"][0]);
    assert_eq!(own.as_array().map(Vec::len), Some(1));
    assert_eq!(own[0]["code"], "S-1");
    let others = asker(&bert).told(query, Value::Null).await["ownStorefronts"].clone();
    assert_eq!(others, json!([]));
    assert_eq!(Asker::Nobody(world.api()).refusal(query).await, "not-signed-in");
}
