//! Doors of people and platforms with a credential of their own, who read afterwards what is theirs, and doors whose words
//! lie behind a place that only they know. Each leaves in the scene where to read.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::doors::{Scene, number};
use super::search::Canary;
use crate::harness::{Answer, HUAIHE, Reply, Served, moved, report, wall_clock};
use crate::open311::sender;
use crate::residents::{Resident, sign_in};
use crate::wechat::{Follower, code_in};

/// Somebody who is no member of staff and reads what is theirs.
#[derive(Clone)]
pub enum Owner {
    Resident(Resident),
    /// The key of a platform.
    Platform(String),
}

async fn of(resident: &Resident, method: Method, path: &str, body: &Value) -> Answer {
    let request = resident.api.request(method, path).bearer_auth(resident.token());
    resident.api.send(request.json(body)).await
}

/// An account, reports of it, and the shop whose register names its phone.
pub async fn owns(scene: &Scene, canary: &Canary) {
    let file = scene.world.folder.join("shops.csv");
    let shop = format!("code,name,segment,address,phone\nS-1,金丝雀面馆,410103001001,,{}\n", canary.phone);
    std::fs::write(&file, shop).unwrap();
    scene.world.run(&["import", "storefronts", file.to_str().unwrap()]);
    let resident = sign_in(&scene.world, &canary.phone).await;
    let bound = of(&resident, Method::POST, "/v1/residents/me/storefronts", &json!({ "by": "phone" })).await;
    let bound = scene.kept(canary, bound, 200);
    assert_eq!(bound["storefronts"][0]["code"], "S-1");
    let mut body = report("household-waste", &canary.words(), moved(HUAIHE, 0.0, 250.0));
    body["location"]["address"] = json!(canary.words());
    body["contact"] = json!({ "name": "金丝雀", "phone": canary.phone, "email": canary.email });
    body["confirmNew"] = json!(true);
    let sent = scene.kept(canary, of(&resident, Method::POST, "/v1/reports", &body).await, 201);
    let path = format!("/v1/reports/{}/additions", sent["trackingCode"].as_str().unwrap());
    let more = json!({ "description": canary.words() });
    scene.kept(canary, of(&resident, Method::POST, &path, &more).await, 201);
    scene.owners.lock().unwrap().push((canary.door, Owner::Resident(resident)));
}

/// A platform reports by Open311 and hears by webhook what becomes of it.
pub async fn connects(scene: &Scene, canary: &Canary) {
    scene.hook.answer("/hook", Reply::status(204)).await;
    let platform = sender(&scene.world, "金丝雀平台", &["open311:write", "updates", "webhooks"]).await;
    let with_key =
        |method, path: &str| scene.api.request(method, path).header("Api-Key", platform.key.as_str());
    let wish =
        json!({ "url": scene.hook.url("/hook"), "events": ["case.opened", "case.updated", "case.closed"] });
    let made = scene.api.send(with_key(Method::POST, "/v1/webhooks").json(&wish)).await;
    let hook = scene.kept(canary, made, 201)["webhook"]["webhookId"].as_str().unwrap().to_owned();
    let (words, at) = (canary.words(), moved(HUAIHE, 0.0, 500.0));
    let (longitude, latitude) = (at.0.to_string(), at.1.to_string());
    let form = [
        ("api_key", platform.key.as_str()),
        ("service_code", "greening"),
        ("lat", latitude.as_str()),
        ("long", longitude.as_str()),
        ("description", words.as_str()),
        ("address_string", words.as_str()),
        ("first_name", "金丝雀"),
        ("phone", canary.phone.as_str()),
        ("email", canary.email.as_str()),
    ];
    let request = scene.api.request(Method::POST, "/open311/v2/requests.json").form(&form);
    let filed = scene.kept(canary, scene.api.send(request).await, 200);
    let id = filed[0]["service_request_id"].as_str().unwrap().to_owned();
    let case = crate::open311::case_of(&scene.world, &id).await;
    scene.center.go(&case, &[json!({ "move": "accept" }), json!({ "move": "open" })]).await;
    scene.hook.wait_for("message of the case", |asked| !asked.is_empty()).await;
    for format in ["json", "xml"] {
        let answer = scene.api.get(&format!("/open311/v2/requests/{id}.{format}")).await;
        scene.kept(canary, answer, 200);
    }
    scene.way("webhook_deliveries", format!("/v1/webhooks/{hook}/deliveries"));
    scene.owners.lock().unwrap().push((canary.door, Owner::Platform(platform.key.clone())));
}

/// A phone is blocked, for reasons, and somebody appeals.
pub async fn blocks(scene: &Scene, canary: &Canary) {
    let body = json!({ "by": "phone", "value": canary.phone, "hours": 24, "reason": canary.words() });
    let block = scene.kept(canary, scene.district.post("/v1/blocks", &body).await, 201);
    let path = format!("/v1/blocks/{}", block["blockId"].as_str().unwrap());
    let appeal = scene.api.post(&format!("{path}/appeals"), &json!({ "words": canary.words() })).await;
    scene.kept(canary, appeal, 204);
    scene.way("view_block", path);
}

/// A report is marked as spam, for reasons.
pub async fn marks(scene: &Scene, canary: &Canary) {
    let sent = scene.api.submit(&report("noise", &canary.words(), moved(HUAIHE, 250.0, 0.0))).await;
    let path = format!("/v1/reports/{}/spam", sent["reportId"].as_str().unwrap());
    let answer = scene.center.post(&path, &json!({ "reason": canary.words() })).await;
    scene.kept(canary, answer, 200);
}

/// A question, and the answer of the desk.
pub async fn enquires(scene: &Scene, canary: &Canary) {
    let body = json!({
        "kind": "proposal", "description": canary.words(),
        "contact": { "name": "金丝雀", "phone": canary.phone, "email": canary.email },
    });
    let filed = scene.kept(canary, scene.api.post("/v1/enquiries", &body).await, 201);
    let code = filed["trackingCode"].as_str().unwrap();
    let desk = format!("/v1/desk/enquiries/{code}");
    scene.way("view_enquiry", desk.clone());
    scene.way("own_enquiry", format!("/v1/enquiries/{code}"));
    let answer = scene.desk.post(&format!("{desk}/answer"), &json!({ "answer": canary.words() })).await;
    scene.kept(canary, answer, 200);
}

/// What a superior wants done, confidentially, and the reply.
pub async fn orders(scene: &Scene, canary: &Canary) {
    let mut body = report("household-waste", &canary.words(), moved(HUAIHE, 0.0, -250.0));
    body["confirmNew"] = json!(true);
    body["origin"] = json!("superiorAssigned");
    body["secret"] = json!(true);
    body["contact"] = json!({ "phone": canary.phone });
    let deadline = (wall_clock() + TimeDelta::days(3)).to_rfc3339();
    body["assignment"] =
        json!({ "number": "郑城管〔2026〕7号", "issuedBy": "市城管委", "deadline": deadline });
    let request = scene.desk.request(Method::POST, "/v1/desk/reports");
    let request = request.header("Idempotency-Key", Uuid::new_v4().to_string());
    let filed = scene.kept(canary, scene.api.send(request.json(&body)).await, 201);
    let path = format!("/v1/desk/assignments/{}/reply", filed["trackingCode"].as_str().unwrap());
    let answer = scene.desk.post(&path, &json!({ "reply": canary.words() })).await;
    scene.kept(canary, answer, 200);
    assert!(!number(&filed).is_empty());
}

/// An order of a hotline, with whoever called.
pub async fn calls(scene: &Scene, canary: &Canary) {
    let order = "CANARY-1";
    let picture = Served::Bytes("image/png", crate::photos::small_picture());
    let file = scene.hotline.serve(&format!("{}.png", canary.phone), [picture]);
    let body = json!({
        "attachments": [
            { "url": file, "name": format!("{}.png", canary.words()), "id": canary.phone, "mime": "image/png" },
            { "url": format!("https://elsewhere.example/{}.pdf", canary.phone), "name": "金丝雀.pdf", "mime": canary.email },
        ],
        "serviceType": "投诉", "discription": format!("路面有一个大坑，{}", canary.words()), "coordx": "113.6361", "coordy": 34.7367,
        "address": canary.words(), "reflectPerson": "金丝雀", "callNumber": canary.phone,
        "orderTime": "2026-11-20 08:30:00", "wpSource": "电话", "isSubscribeCallback": "1", "recordId": "rec/2026/7",
    });
    let message = scene.hotline.message("pushOrder", order, &body);
    let answer = scene.hotline.deliver(&scene.api, &message, None).await;
    let taken = scene.kept(canary, answer, 200);
    assert_eq!(taken["waits"], false, "{taken}");
    let urge = scene.hotline.message("urge", order, &json!({ "words": canary.words() }));
    let answer = scene.hotline.deliver(&scene.api, &urge, None).await;
    scene.kept(canary, answer, 200);
    scene.way("hotline_order", format!("/v1/desk/hotlines/12345/orders/{order}"));
}

/// Words and a voice by WeChat.
pub async fn speaks(scene: &Scene, canary: &Canary) {
    let recording = [b"#!AMR\n".as_slice(), &[0x3c; 300]].concat();
    scene.wechat.put("voice-1", "audio/amr", recording);
    let follower = Follower::new(scene.api.clone(), "o-canary");
    let (longitude, latitude) = crate::wechat::huaihe_on_the_map();
    follower.voice("voice-1", "").await;
    follower.text(&canary.words()).await;
    let mut said = follower.location(longitude, latitude + 0.004, "兴华南街").await;
    if said.contains("相似的问题") {
        said = follower.text("0").await;
    }
    if !said.contains("查询码：") {
        said = follower.text("1").await;
    }
    if !said.contains("查询码：") {
        said = scene.wechat.wait_for_words(&follower.openid, "查询码：").await;
    }
    let page = scene.api.get(&format!("/v1/reports/{}", code_in(&said))).await;
    let case = number(&scene.kept(canary, page, 200)).to_owned();
    let path = format!("/v1/cases/{case}/recordings");
    let mut listed = json!([]);
    for _ in 0..200 {
        listed = scene.center.get(&path).await.expect(200)["recordings"].clone();
        if listed.as_array().is_some_and(|it| !it.is_empty()) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let id = listed[0]["recordingId"].as_str().unwrap();
    scene.way("list_recordings", path);
    scene.way("open_recording", format!("/v1/recordings/{id}"));
    // What a page in WeChat's browser is signed for is an address, and the path may be anything.
    let page = "http%3A%2F%2F127.0.0.1%3A8480%2Freport";
    scene.way("js_signature", format!("/v1/wechat/js-signature?url={page}"));
}
