//! A world in which there is something for every operation of staff, people for it, and where everything is.

use std::collections::BTreeMap;

use jiekou_core::period::{Cycle, Period};
use jiekou_core::staff::Role;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{Answer, Api, HUAIHE, HUAIHE_CENTER, Staff, World, moved, report, wall_clock};

/// A segment of [`HUAIHE_CENTER`].
const SEGMENT: &str = "410103001001";

pub struct Scene {
    pub world: World,
    pub api: Api,
    /// Who does it rightly, by name.
    pub people: BTreeMap<&'static str, Staff>,
    /// Each role for the whole district, and for another district.
    pub here: Vec<(&'static str, Staff)>,
    pub elsewhere: Vec<(&'static str, Staff)>,
    /// Values of places by name, those of one operation as `operation/place`; those of bodies by the name of the field.
    pub values: BTreeMap<String, Value>,
}

impl Scene {
    pub async fn new() -> Self {
        let world = World::new().await;
        let api = world.api();
        let mut people = BTreeMap::new();
        for (name, account) in [("district", "district"), ("admin", "admin"), ("desk", "desk")] {
            people.insert(name, api.sign_in(account).await);
        }
        people.insert("center", api.sign_in(&format!("center-{HUAIHE_CENTER}")).await);
        let of_district = |role| [(role, "district", "410103", None, None)];
        let of_unit = [("unitHandler", "district", "410103", None, Some("traffic-police"))];
        people.insert("supervisor", world.staff("overseer", &of_district("supervisor")).await);
        people.insert("giver", world.staff("giver", &of_unit).await);
        world.staff("taker", &of_unit).await;
        let at = |segment| [("roadChief", "segment", segment, Some("l3"), None)];
        people.insert("chief", world.staff("own-chief", &at(SEGMENT)).await);
        world.staff("next-chief", &at("410103001002")).await;
        world.staff("victim", &[("inspector", "town", HUAIHE_CENTER, None, None)]).await;
        let (mut here, mut elsewhere) = (Vec::new(), Vec::new());
        for role in Role::ALL.map(Role::name) {
            let name = role.to_lowercase();
            here.push((role, world.staff(&format!("here-{name}"), &of_district(role)).await));
            let there = [(role, "district", "410104", None, None)];
            elsewhere.push((role, world.staff(&format!("there-{name}"), &there).await));
        }
        let values = BTreeMap::new();
        let mut scene = Self { world, api, people, here, elsewhere, values };
        scene.fill_reports().await;
        scene.fill_streets().await;
        scene.fill_accounts().await;
        scene
    }

    fn keep(&mut self, name: &str, value: &Value) {
        assert!(!value.is_null(), "{name} was told");
        self.values.insert(name.to_owned(), value.clone());
    }

    async fn by(&self, who: &str, method: Method, path: &str, body: Value) -> Answer {
        let staff = &self.people[who];
        let request = staff.request(method, path).header("Idempotency-Key", Uuid::new_v4().to_string());
        self.api.send(request.json(&body)).await
    }

    async fn made(&self, who: &str, path: &str, body: Value) -> Value {
        self.by(who, Method::POST, path, body).await.expect(201)
    }

    /// A report a little to the north of the one before, so that each is a case of its own.
    async fn reported(&self, north: f64) -> Value {
        let photo = self.api.upload("hole.png", crate::photos::small_picture()).await.expect(201);
        let mut body = report("road-damage", "路面破损", moved(HUAIHE, 0.0, north));
        body["contact"] = json!({ "phone": "13912345678" });
        body["photoIds"] = json!([photo["photoId"]]);
        body["confirmNew"] = json!(true);
        self.api.submit(&body).await
    }

    async fn fill_reports(&mut self) {
        let first = self.reported(0.0).await;
        self.keep("caseNumber", &first["case"]["caseNumber"]);
        self.keep("reportId", &first["reportId"]);
        self.keep("trackingCode", &first["trackingCode"]);
        let photo: Uuid =
            sqlx::query_scalar("select photo_id from photo").fetch_one(&self.world.pool).await.unwrap();
        self.keep("photoId", &json!(photo));
        let back = self.reported(300.0).await;
        self.keep("hand_back/caseNumber", &back["case"]["caseNumber"]);
        let given = self.reported(600.0).await["case"]["caseNumber"].as_str().unwrap().to_owned();
        let way = [
            json!({ "move": "accept" }),
            json!({ "move": "open" }),
            json!({ "move": "dispatch", "unit": "traffic-police" }),
            json!({ "move": "assign", "person": "giver" }),
        ];
        self.people["center"].go(&given, &way).await;
        self.keep("issue/cases", &json!([given]));
        let question = json!({ "kind": "question", "description": "夜市几点收摊？" });
        let asked = self.api.post("/v1/enquiries", &question).await.expect(201);
        self.keep("answer_enquiry/trackingCode", &asked["trackingCode"]);
        let mut order = report("household-waste", "路口垃圾堆积，尽快清理", moved(HUAIHE, 300.0, 0.0));
        order["origin"] = json!("leaderAssigned");
        let deadline = (wall_clock() + chrono::TimeDelta::days(3)).to_rfc3339();
        order["assignment"] = json!({ "number": "批示12", "issuedBy": "市城管委", "deadline": deadline });
        let ordered = self.made("desk", "/v1/desk/reports", order).await;
        self.keep("reply/trackingCode", &ordered["trackingCode"]);
        for (id, path, body) in [
            (
                "cancel_work/workId",
                "works",
                json!({ "kind": "water", "areas": ["town/410103001"], "from": "2026-12-01T08:00:00+08:00", "to": "2026-12-02T18:00:00+08:00", "answer": "检修" }),
            ),
            ("retire_article/articleId", "articles", json!({ "title": "夜市", "body": "22点收摊" })),
        ] {
            let made = json!(Uuid::new_v4());
            self.keep(id, &made);
            let path = format!("/v1/desk/{path}/{}", made.as_str().unwrap());
            let answer = self.by("district", Method::PUT, &path, body).await;
            assert!(answer.status.is_success(), "{path}: {}", answer.body);
        }
        for name in ["workId", "articleId", "patrolId", "placardId", "recordId"] {
            self.keep(name, &json!(Uuid::new_v4()));
        }
    }

    async fn fill_streets(&mut self) {
        let now = self.world.now().await;
        let period = Period::at(Cycle::TenDays, now).to_string();
        self.keep("period", &json!(period));
        let month = now - chrono::TimeDelta::days(31);
        self.keep("month", &json!(month.format("%Y-%m").to_string()));
        self.keep("rankingCode", &json!("towns-month"));
        self.keep("publish_ranking/period", &json!(month.format("%Y-%m").to_string()));
        self.keep("partner", &json!("12345"));
        let file = self.world.folder.join("shops.csv");
        std::fs::write(&file, "code,name,segment\nS-1,面馆,410103001001\n").unwrap();
        self.world.run(&["import", "storefronts", file.to_str().unwrap()]);
        self.keep("storefrontCode", &json!("S-1"));
        let (began, ended) = (now - chrono::TimeDelta::seconds(60), now - chrono::TimeDelta::seconds(1));
        self.keep("put_patrol/beganAt", &json!(began.to_rfc3339()));
        self.keep("put_patrol/endedAt", &json!(ended.to_rfc3339()));
        self.keep("put_patrol/areas", &json!([format!("segment/{SEGMENT}")]));
        let walked = json!({ "areas": [format!("segment/{SEGMENT}")], "beganAt": began.to_rfc3339(), "endedAt": ended.to_rfc3339() });
        let patrol = json!(Uuid::new_v4());
        self.keep("strike_patrol/patrolId", &patrol);
        self.by("chief", Method::PUT, &format!("/v1/patrols/{}", patrol.as_str().unwrap()), walked)
            .await
            .expect(201);
        let placard = json!(Uuid::new_v4());
        self.keep("lift/placardId", &placard);
        let hung = json!({ "period": period, "segment": "410103001002", "reason": "连续两旬垫底" });
        let path = format!("/v1/placards/{}", placard.as_str().unwrap());
        self.by("district", Method::PUT, &path, hung).await.expect(201);
        let photo = self.people["district"].photo().await;
        self.keep("lift/photoIds", &json!([photo]));
        let today = (now + chrono::TimeDelta::hours(8)).date_naive();
        self.keep("file_record/on", &json!(today));
        self.keep("file_record/fields", &json!({ "chaired-by": "区长", "decisions": "整治占道经营" }));
        let record = json!(Uuid::new_v4());
        self.keep("strike_record/recordId", &record);
        let filed = json!({ "kind": "leading-group-meeting", "on": today, "about": { "codes": ["410103"] }, "fields": { "chaired-by": "区长", "decisions": "整治占道经营" } });
        let path = format!("/v1/records/{}", record.as_str().unwrap());
        self.by("district", Method::PUT, &path, filed).await.expect(201);
    }

    async fn fill_accounts(&mut self) {
        let block =
            |address: &str| json!({ "by": "address", "value": address, "hours": 24, "reason": "重复提交" });
        for (operation, address) in [("answer_block_appeal", "198.51.100.1"), ("lift_block", "192.0.2.1")] {
            let made = self.made("district", "/v1/blocks", block(address)).await;
            let id = made["blockId"].as_str().unwrap();
            self.api.post(&format!("/v1/blocks/{id}/appeals"), &json!({ "words": "误封" })).await.expect(204);
            self.keep(&format!("{operation}/blockId"), &made["blockId"]);
        }
        let victim: Uuid = sqlx::query_scalar("select staff_id from staff_account where username = 'victim'")
            .fetch_one(&self.world.pool)
            .await
            .unwrap();
        self.keep("staffId", &json!(victim));
        let platform = json!({ "name": "采集公司", "level": "district", "area": "410103" });
        let made = self.made("admin", "/v1/platforms", platform).await;
        self.keep("platformId", &made["platformId"]);
        let path = format!("/v1/platforms/{}/keys", made["platformId"].as_str().unwrap());
        let key = self.made("admin", &path, json!({ "scopes": ["updates"] })).await;
        self.keep("keyId", &key["issued"]["keyId"]);
        let until = json!((wall_clock() + chrono::TimeDelta::days(3)).to_rfc3339());
        let deputy = json!({ "person": "next-chief", "until": until });
        let made = self.made("chief", "/v1/duty/deputies", deputy).await;
        self.keep("deputyId", &made["deputyId"]);
        self.keep("appoint_deputy/person", &json!("next-chief"));
        self.keep("appoint_deputy/from", &json!((wall_clock() + chrono::TimeDelta::days(3)).to_rfc3339()));
        self.keep("appoint_deputy/until", &json!((wall_clock() + chrono::TimeDelta::days(5)).to_rfc3339()));
        self.keep("hand_over/to", &json!("taker"));
    }
}
