//! The same thing sent many times at the same moment happens once.

use futures_util::future::join_all;
use jiekou_core::period::{Cycle, Period};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::told;
use crate::harness::{HUAIHE, Staff, World, report};

const COPIES: usize = 8;

/// The status of each copy, sorted.
async fn at_once(staff: &Staff, method: Method, path: &str, body: &Value) -> Vec<u16> {
    let send =
        || async { staff.api.send(staff.request(method.clone(), path).json(body)).await.status.as_u16() };
    let mut statuses = join_all((0..COPIES).map(|_| send())).await;
    statuses.sort_unstable();
    statuses
}

fn one_of(first: u16, others: u16) -> Vec<u16> {
    let mut statuses = [vec![first], vec![others; COPIES - 1]].concat();
    statuses.sort_unstable();
    statuses
}

#[tokio::test]
async fn what_is_sent_many_times_at_once_happens_once() {
    let world = World::new().await;
    let district = world.api().sign_in("district").await;
    let period = Period::at(Cycle::TenDays, world.now().await).to_string();
    let case = world.api().submit(&report("road-damage", "路面有坑", HUAIHE)).await;

    let flags = json!({ "flags": [{ "segment": "410103001001", "flag": "black" }] });
    assert_eq!(at_once(&district, Method::PUT, "/v1/flags/2024-05", &flags).await, [200; COPIES]);
    assert_eq!(world.count("select count(*) from flag_rating").await, 1);

    let number = &case["case"]["caseNumber"];
    let circular = json!({ "period": period, "addressees": ["center/410103000"], "cases": [number] });
    assert_eq!(at_once(&district, Method::POST, "/v1/circulars", &circular).await, one_of(201, 200));
    assert_eq!(told(&world).await.len(), 1);

    let placard = json!({ "period": period, "segment": "410103001001", "reason": "脏乱" });
    let path = format!("/v1/placards/{}", Uuid::new_v4());
    assert_eq!(at_once(&district, Method::PUT, &path, &placard).await, one_of(201, 200));
    assert_eq!(world.count("select count(*) from job where kind = 'tellPlacard'").await, 1);
    let lifting = json!({ "reason": "好了", "photoIds": [district.photo().await] });
    let lifted = at_once(&district, Method::POST, &format!("{path}/lifting"), &lifting).await;
    assert_eq!(lifted, [200; COPIES]);

    let draw = json!({ "purpose": "以克论净", "period": period, "count": 3 });
    assert_eq!(at_once(&district, Method::POST, "/v1/draws", &draw).await, one_of(201, 422));
}
