//! Every door that people's words come in through. *How to add one*: a line in [`DOORS`] and the function that it names,
//! which sends the canary's words through the door and keeps what is answered.

use std::pin::Pin;
use std::sync::Mutex;

use jiekou_core::period::{Cycle, Period};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::owners::{self, Owner};
use super::search::Canary;
use crate::harness::picture::crc32;
use crate::harness::{
    Answer, Api, HUAIHE, HUAIHE_CENTER, HotlinePlatform, Staff, WebServer, WechatServer, World, report,
};

type Done<'a> = Pin<Box<dyn Future<Output = ()> + 'a>>;
type Door = for<'a> fn(&'a Scene, &'a Canary) -> Done<'a>;

/// The doors by name.
pub const DOORS: &[(&str, Door)] = &[
    ("a report and its contact", |scene, canary| Box::pin(reports(scene, canary))),
    ("a report that joins", |scene, canary| Box::pin(joins(scene, canary))),
    ("a follow-up", |scene, canary| Box::pin(follows_up(scene, canary))),
    ("an addition", |scene, canary| Box::pin(adds(scene, canary))),
    ("a withdrawal", |scene, canary| Box::pin(withdraws(scene, canary))),
    ("an objection", |scene, canary| Box::pin(objects(scene, canary))),
    ("a call-back", |scene, canary| Box::pin(answers_call_back(scene, canary))),
    ("a question of staff", |scene, canary| Box::pin(asks(scene, canary))),
    ("a reason of staff", |scene, canary| Box::pin(rejects(scene, canary))),
    ("a report filed by staff", |scene, canary| Box::pin(files(scene, canary))),
    ("a deputy's note", |scene, canary| Box::pin(appoints(scene, canary))),
    ("a record", |scene, canary| Box::pin(records(scene, canary))),
    ("a struck record", |scene, canary| Box::pin(strikes(scene, canary))),
    ("a patrol", |scene, canary| Box::pin(patrols(scene, canary))),
    ("a placard", |scene, canary| Box::pin(hangs(scene, canary))),
    ("a circular", |scene, canary| Box::pin(circulates(scene, canary))),
    ("an act on an account", |scene, canary| Box::pin(administers(scene, canary))),
    ("an opened identity", |scene, canary| Box::pin(opens(scene, canary))),
    ("what is refused", |scene, canary| Box::pin(is_refused(scene, canary))),
    ("a photo", |scene, canary| Box::pin(photographs(scene, canary))),
    ("an account and its shop", |scene, canary| Box::pin(owners::owns(scene, canary))),
    ("a platform and its webhook", |scene, canary| Box::pin(owners::connects(scene, canary))),
    ("a block and an appeal", |scene, canary| Box::pin(owners::blocks(scene, canary))),
    ("a mark of spam", |scene, canary| Box::pin(owners::marks(scene, canary))),
    ("an enquiry", |scene, canary| Box::pin(owners::enquires(scene, canary))),
    ("an order of a superior", |scene, canary| Box::pin(owners::orders(scene, canary))),
    ("an order of a hotline", |scene, canary| Box::pin(owners::calls(scene, canary))),
    ("a voice by WeChat", |scene, canary| Box::pin(owners::speaks(scene, canary))),
];

/// Where the doors are.
pub struct Scene {
    pub world: World,
    pub api: Api,
    pub center: Staff,
    pub district: Staff,
    pub admin: Staff,
    pub chief: Staff,
    pub desk: Staff,
    pub hotline: HotlinePlatform,
    pub wechat: WechatServer,
    /// Where webhooks are heard.
    pub hook: WebServer,
    /// Who else reads, with the door of theirs.
    pub owners: Mutex<Vec<(&'static str, Owner)>>,
    /// Operations with a path that the walk cannot make up.
    pub ways: Mutex<Vec<(&'static str, String)>>,
    /// What was answered at the doors.
    pub answers: Mutex<Vec<(String, String)>>,
    /// Answers that the walk takes its values from, claim secrets among them.
    pub sent: Mutex<Vec<Value>>,
}

impl Scene {
    /// Keeps an answer to be searched.
    fn keep(&self, canary: &Canary, answer: &Answer) {
        let text = format!("{:?} {}", answer.headers, answer.body);
        self.answers.lock().unwrap().push((canary.door.to_owned(), text));
        self.sent.lock().unwrap().push(answer.body.clone());
    }

    /// Leaves a path for the walk.
    pub fn way(&self, operation: &'static str, path: String) {
        self.ways.lock().unwrap().push((operation, path));
    }

    /// The paths that were left for an operation.
    pub fn ways_of(&self, operation: &str) -> Vec<String> {
        let ways = self.ways.lock().unwrap();
        ways.iter().filter(|(id, _)| *id == operation).map(|(_, path)| path.clone()).collect()
    }

    /// Keeps an answer that must have this status.
    #[track_caller]
    pub fn kept(&self, canary: &Canary, answer: Answer, status: u16) -> Value {
        self.keep(canary, &answer);
        answer.expect(status)
    }
}

/// The number of the case that an answer tells.
pub fn number(answer: &Value) -> &str {
    answer["case"]["caseNumber"].as_str().unwrap()
}

/// A case of its own.
async fn sent(scene: &Scene, canary: &Canary, words: &str) -> Value {
    let mut body = report("household-waste", words, HUAIHE);
    body["confirmNew"] = json!(true);
    let answer = scene.api.post("/v1/reports", &body).await;
    scene.kept(canary, answer, 201)
}

async fn say(scene: &Scene, canary: &Canary, report: &Value, what: &str, mut body: Value, status: u16) {
    body["claimSecret"] = report["claimSecret"].clone();
    let path = format!("/v1/reports/{}/{what}", report["trackingCode"].as_str().unwrap());
    let answer = scene.api.post(&path, &body).await;
    scene.kept(canary, answer, status);
}

async fn put(staff: &Staff, path: &str, body: &Value) -> Answer {
    staff.api.send(staff.request(Method::PUT, path).json(body)).await
}

async fn reports(scene: &Scene, canary: &Canary) {
    let mut body = report("manhole", &canary.words(), HUAIHE);
    body["location"]["address"] = json!(format!("淮河路1号 {}", canary.words()));
    body["contact"] = json!({ "name": "金丝雀", "phone": canary.phone, "email": canary.email });
    let key = Uuid::new_v4().to_string();
    for _ in 0..2 {
        let answer = scene.api.try_submit(&body, Some(&key)).await.unwrap();
        scene.kept(canary, answer, 201);
    }
    let similar = scene.api.post("/v1/reports/similar", &body).await;
    scene.kept(canary, similar, 200);
}

async fn joins(scene: &Scene, canary: &Canary) {
    let mut body = report("manhole", &format!("井盖丢了 {}", canary.words()), HUAIHE);
    body["contact"] = json!({ "phone": format!("+86{}", canary.phone), "email": canary.email });
    let answer = scene.api.post("/v1/reports", &body).await;
    scene.kept(canary, answer, 201);
}

async fn follows_up(scene: &Scene, canary: &Canary) {
    let first = sent(scene, canary, "垃圾三天没有收").await;
    let mut body = report("household-waste", &canary.words(), HUAIHE);
    body["location"]["address"] = json!(canary.words());
    body["claimSecret"] = first["claimSecret"].clone();
    let answer = scene.api.post("/v1/reports", &body).await;
    let again = scene.kept(canary, answer, 201);
    assert_eq!(again["outcome"], "followUp");
}

async fn adds(scene: &Scene, canary: &Canary) {
    let first = sent(scene, canary, "垃圾没有收").await;
    say(scene, canary, &first, "additions", json!({ "description": canary.words() }), 201).await;
}

async fn withdraws(scene: &Scene, canary: &Canary) {
    let first = sent(scene, canary, "垃圾堆在路口").await;
    say(scene, canary, &first, "withdrawal", json!({ "reason": canary.words() }), 200).await;
}

async fn objects(scene: &Scene, canary: &Canary) {
    let first = sent(scene, canary, "垃圾堆在公园").await;
    scene.center.go(number(&first), &[json!({ "move": "reject", "reason": "属于小区内部" })]).await;
    say(scene, canary, &first, "objection", json!({ "reason": canary.words() }), 204).await;
}

async fn answers_call_back(scene: &Scene, canary: &Canary) {
    let first = sent(scene, canary, "垃圾堆在桥下").await;
    let photo = scene.center.photo().await;
    let way = [
        json!({ "move": "accept" }),
        json!({ "move": "open" }),
        json!({ "move": "dispatch", "assignee": format!("市政养护所 {}", canary.phone) }),
        json!({ "move": "sign" }),
        json!({ "move": "handle", "photoIds": [photo], "note": canary.words() }),
        json!({ "move": "inspect" }),
        json!({ "move": "pass" }),
    ];
    scene.center.go(number(&first), &way).await;
    let body = json!({ "solved": false, "note": canary.words() });
    let path = format!("/v1/reports/{}/callback", first["trackingCode"].as_str().unwrap());
    let answer = scene.api.post(&path, &body).await;
    scene.kept(canary, answer, 200);
}

async fn asks(scene: &Scene, canary: &Canary) {
    let mut body = report("household-waste", "垃圾堆在河边", HUAIHE);
    body["confirmNew"] = json!(true);
    body["contact"] = json!({ "email": "somebody@elsewhere.example" });
    let first = scene.api.submit(&body).await;
    let answer =
        scene.center.make(number(&first), &json!({ "move": "askReporter", "note": canary.words() })).await;
    scene.kept(canary, answer, 200);
}

async fn rejects(scene: &Scene, canary: &Canary) {
    let mut body = report("household-waste", "垃圾堆在院里", HUAIHE);
    body["confirmNew"] = json!(true);
    body["contact"] = json!({ "email": "somebody@elsewhere.example" });
    let first = scene.api.submit(&body).await;
    let words = json!({ "move": "reject", "reason": canary.words(), "note": canary.words() });
    let answer = scene.center.make(number(&first), &words).await;
    scene.kept(canary, answer, 200);
}

async fn files(scene: &Scene, canary: &Canary) {
    let mut body = report("noise", &canary.words(), HUAIHE);
    body["confirmNew"] = json!(true);
    body["origin"] = json!("media");
    body["media"] = json!({ "name": canary.phone, "publishedOn": "2026-01-01", "url": format!("https://x.example/{}", canary.phone) });
    let request = scene.district.request(Method::POST, "/v1/reports").json(&body);
    let answer = scene.district.api.send(request).await;
    scene.kept(canary, answer, 201);
}

async fn appoints(scene: &Scene, canary: &Canary) {
    let until = (crate::harness::wall_clock() + chrono::TimeDelta::days(3)).to_rfc3339();
    let body = json!({ "person": "canary-deputy", "until": until, "note": canary.words() });
    let answer = scene.chief.post("/v1/duty/deputies", &body).await;
    scene.kept(canary, answer, 201);
}

async fn meeting(scene: &Scene, canary: &Canary, words: &str) -> String {
    let today = (scene.world.now().await + chrono::TimeDelta::hours(8)).date_naive();
    let body = json!({
        "kind": "leading-group-meeting", "on": today, "about": { "codes": ["410103"] },
        "fields": { "chaired-by": "区长", "decisions": words }
    });
    let path = format!("/v1/records/{}", Uuid::new_v4());
    let answer = put(&scene.district, &path, &body).await;
    scene.kept(canary, answer, 201);
    path
}

async fn records(scene: &Scene, canary: &Canary) {
    meeting(scene, canary, &canary.words()).await;
}

async fn strikes(scene: &Scene, canary: &Canary) {
    let path = meeting(scene, canary, "整治占道经营").await;
    let answer = put(&scene.district, &format!("{path}/strike"), &json!({ "reason": canary.words() })).await;
    scene.kept(canary, answer, 200);
}

async fn patrols(scene: &Scene, canary: &Canary) {
    let now = scene.world.now().await;
    let body = json!({
        "areas": ["segment/410103001001"], "words": canary.words(),
        "beganAt": (now - chrono::TimeDelta::seconds(60)).to_rfc3339(),
        "endedAt": (now - chrono::TimeDelta::seconds(1)).to_rfc3339(),
    });
    let answer = put(&scene.chief, &format!("/v1/patrols/{}", Uuid::new_v4()), &body).await;
    scene.kept(canary, answer, 201);
}

async fn hangs(scene: &Scene, canary: &Canary) {
    let now = scene.world.now().await;
    let body = json!({
        "period": Period::at(Cycle::TenDays, now).to_string(), "segment": "410103001001",
        "reason": canary.words(), "deadline": (now + chrono::TimeDelta::seconds(2)).to_rfc3339(),
    });
    let path = format!("/v1/placards/{}", Uuid::new_v4());
    let answer = put(&scene.district, &path, &body).await;
    scene.kept(canary, answer, 201);
    scene
        .world
        .mail
        .wait_for("word of the late placard", |mails| {
            mails.iter().any(|mail| mail.words().contains("挂牌超期"))
        })
        .await;
    let lifted = json!({ "reason": canary.words(), "photoIds": [scene.district.photo().await] });
    let answer = scene.district.post(&format!("{path}/lifting"), &lifted).await;
    scene.kept(canary, answer, 200);
}

async fn circulates(scene: &Scene, canary: &Canary) {
    let mut body = report("household-waste", "垃圾很久没有收", HUAIHE);
    body["location"]["address"] = json!(canary.words());
    body["confirmNew"] = json!(true);
    let case = scene.api.submit(&body).await;
    let period = Period::at(Cycle::TenDays, scene.world.now().await).to_string();
    let body = json!({
        "period": period, "addressees": ["center/410103000", "center/410103001"],
        "cases": [number(&case)], "words": canary.words(),
    });
    let answer = scene.district.post("/v1/circulars", &body).await;
    scene.kept(canary, answer, 201);
    scene
        .world
        .mail
        .wait_for("the circular", |mails| mails.iter().any(|mail| mail.words().contains("【通报】")))
        .await;
}

async fn administers(scene: &Scene, canary: &Canary) {
    let id: Uuid = sqlx::query_scalar("select staff_id from staff_account where username = 'canary-deputy'")
        .fetch_one(&scene.world.pool)
        .await
        .unwrap();
    let answer =
        scene.admin.post(&format!("/v1/staff/{id}/enabling"), &json!({ "reason": canary.words() })).await;
    scene.kept(canary, answer, 204);
    let answer =
        scene.admin.post(&format!("/v1/staff/{id}/reset"), &json!({ "reason": canary.words() })).await;
    scene.keep(canary, &answer);
}

/// The words with which an identity is opened are nobody's to read but an audit's. What is opened is not kept: it may show
/// what it opens.
async fn opens(scene: &Scene, canary: &Canary) {
    let first = sent(scene, canary, "垃圾堆在学校门口").await;
    let path = format!("/v1/reports/{}/identity", first["reportId"].as_str().unwrap());
    let body = json!({ "reason": "callBack", "words": canary.words() });
    let answer = scene.center.post(&path, &body).await;
    scene.kept(canary, answer, 200);
    let search = json!({ "phone": canary.phone });
    let answer = scene.center.post("/v1/reports/by-contact", &search).await;
    scene.kept(canary, answer, 200);
}

/// What is no good is refused without being repeated, and logged without being read.
async fn is_refused(scene: &Scene, canary: &Canary) {
    let words = canary.words();
    let bad = json!({
        "category": canary.phone, "description": words.repeat(40), "location": { "address": words.repeat(9) },
        "contact": { "phone": format!("{}{}", canary.phone, canary.phone), "email": format!("{}@", canary.email) },
        "claimSecret": canary.phone, "duplicateOf": canary.phone, "origin": canary.phone,
    });
    for path in ["/v1/reports", "/v1/reports/similar", "/v1/sessions", "/v1/invitations/acceptance"] {
        let answer = scene.api.post(path, &bad).await;
        scene.keep(canary, &answer);
    }
    let named = json!({ "username": canary.phone, "password": canary.phone });
    let answer = scene.api.post("/v1/sessions", &named).await;
    scene.keep(canary, &answer);
    for path in ["/v1/reports", "/v1/cases", "/v1/photos", "/v1/records", "/track", "/nowhere"] {
        let answer = scene.api.get(&format!("{path}/{}?q={}", canary.phone, canary.phone)).await;
        scene.keep(canary, &answer);
    }
    for path in [
        "/v1/places?q=",
        "/v1/cases?cursor=",
        "/v1/patrols?person=",
        "/v1/records?about=",
        "/v1/statistics?by=",
    ] {
        let answer = scene.district.get(&format!("{path}{}", canary.phone)).await;
        scene.keep(canary, &answer);
    }
    let request = scene.api.request(Method::POST, "/v1/reports").header("Idempotency-Key", &canary.phone);
    let answer = scene.api.send(request.json(&bad)).await;
    scene.keep(canary, &answer);
}

/// A picture that says in its metadata whose it is.
async fn photographs(scene: &Scene, canary: &Canary) {
    let mut picture = crate::photos::small_picture();
    // A text chunk behind the header, which is the first of 25 bytes after the 8 of the signature.
    let text = [b"tEXtComment\0".as_slice(), canary.phone.as_bytes()].concat();
    let (length, sum) = (u32::try_from(text.len() - 4).unwrap().to_be_bytes(), crc32(&text).to_be_bytes());
    let chunk = [length.as_slice(), text.as_slice(), sum.as_slice()].concat();
    picture.splice(33..33, chunk);
    let answer = scene.api.upload(&format!("{}.png", canary.phone), picture).await;
    let photo = scene.kept(canary, answer, 201)["photoId"].clone();
    let mut body = report("noise", "太吵了", HUAIHE);
    body["confirmNew"] = json!(true);
    body["photoIds"] = json!([photo]);
    let answer = scene.api.post("/v1/reports", &body).await;
    scene.kept(canary, answer, 201);
    let release = format!("/v1/photos/{}/release", photo.as_str().unwrap());
    let center = scene.world.api().sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    center.post(&release, &json!({ "regions": [] })).await.expect(204);
}
