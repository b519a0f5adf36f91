//! Real clients of others: georeport 0.3.1, civicbot 0.4.0 and chicagorequests 0.0.5, as they are on PyPI.

use std::process::Stdio;

use serde_json::{Value, json};

use super::{Sender, filed, manhole, sender};
use crate::harness::World;

/// Runs Python with the clients at hand and returns what it printed, as JSON.
async fn run(python: &str, script: &str, world: &World, sender: &Sender) -> Value {
    let base = format!("http://{}/open311/v2", world.apis[0].address);
    let running = tokio::process::Command::new(python)
        .args(["-c", script, &base, &sender.key])
        .current_dir(&world.folder)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output();
    let ran =
        tokio::time::timeout(std::time::Duration::from_secs(60), running).await.expect("it ends").unwrap();
    let said = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success(), "{said}{}", String::from_utf8_lossy(&ran.stderr));
    serde_json::from_str(said.lines().last().unwrap()).unwrap()
}

fn python() -> Option<String> {
    let python = std::env::var("JIEKOU_TEST_OPEN311_PEERS").ok();
    if python.is_none() {
        println!("skipped: JIEKOU_TEST_OPEN311_PEERS is not set");
    }
    python
}

const GEOREPORT: &str = r#"
import datetime, json, sys
from georeport import GeoReport
out = {}
yesterday = (datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=1)).isoformat()
for fmt in ("json", "xml"):
    client = GeoReport(sys.argv[1], output_format=fmt)
    services = client.get_service_list()
    definition = client.get_service_definition("manhole")
    requests = client.get_service_requests(status="open,closed", start_date=yesterday)
    requests = requests if isinstance(requests, list) else [requests]
    one = client.get_service_request(requests[0]["service_request_id"])
    out[fmt] = {
        "services": len(services), "definition": definition["service_code"], "requests": len(requests),
        "one": one["service_request_id"] == requests[0]["service_request_id"], "status": one["status"],
    }
print(json.dumps(out))
"#;

const CIVICBOT: &str = r#"
import json, sys
from civicbot.http import HttpError, HttpTransport, RateLimiter
from civicbot.open311 import Open311Client
from civicbot.registry import Endpoint
endpoint = Endpoint(id="jiekou", name="Jiekou", base_url=sys.argv[1], write=True)
client = Open311Client(endpoint, transport=HttpTransport(rate_limiter=RateLimiter(min_interval=0)))
made = client.create_request(
    "manhole", dry_run=False, confirm="SEND", api_key=sys.argv[2], validate_remote=True, lat=34.74, lng=113.641,
    description="civicbot: 井盖 & 🕳", attributes={"hasBarrier": "true"}, email="canary@jiekou.example")
made_id = made.response[0]["service_request_id"]
again = client.create_request(
    "manhole", dry_run=False, confirm="SEND", api_key=sys.argv[2], lat=34.74, lng=113.641,
    description="civicbot: 井盖 & 🕳", attributes={"hasBarrier": "true"}, email="canary@jiekou.example")
refusals = {}
for name, call in {
    "key": lambda: client.create_request("manhole", dry_run=False, confirm="SEND", api_key="wrong", lat=34.7, lng=113.6),
    "service": lambda: client.create_request("nothing", dry_run=False, confirm="SEND", api_key=sys.argv[2], lat=34.7, lng=113.6),
    "token": lambda: client.get_token("nothing"),
}.items():
    try:
        call()
    except HttpError as error:
        refusals[name] = [error.status, json.loads(error.body)[0]["code"]]
print(json.dumps({
    "same": again.response[0]["service_request_id"] == made_id,
    "status": client.get_request(made_id)["status"],
    "listed": [it["service_request_id"] for it in client.list_requests(service_code="manhole", page_size=1)] == [made_id],
    "by_ids": len(client.list_requests(service_request_ids=[made_id])),
    "refusals": refusals,
}))
"#;

const CHICAGO: &str = r#"
import datetime, json, sys
from chicagorequests import Downloader, day_intervals
Downloader.BASE_URL = sys.argv[1] + "/requests.json"
zone = datetime.timezone(datetime.timedelta(hours=8))
now = datetime.datetime.now(zone)
start = datetime.datetime.combine(now - datetime.timedelta(days=2), datetime.time.min).replace(tzinfo=zone)
ids, notes = [], 0
for interval in day_intervals(start, now + datetime.timedelta(days=1)):
    for request in Downloader(request_type=["household-waste"])(interval):
        ids.append(request["service_request_id"])
        notes += len(request["notes"])
none = Downloader(updated_start_date=(now + datetime.timedelta(days=1)).isoformat(),
                  updated_end_date=(now + datetime.timedelta(days=2)).isoformat())((start, now))
print(json.dumps({"all": len(ids), "different": len(set(ids)), "notes": notes, "none": len(none)}))
"#;

#[tokio::test]
async fn georeport_reads_everything_in_both_formats() {
    let Some(python) = python() else { return };
    let world = World::new().await;
    let sender = sender(&world, "平台", &["open311:write"]).await;
    filed(&world, &manhole(&sender, "井盖坏了")).await;
    let services =
        world.api().get("/v1/categories").await.expect(200)["categories"].as_array().unwrap().len() + 1;
    let said = run(&python, GEOREPORT, &world, &sender).await;
    let due = json!({ "services": services, "definition": "manhole", "requests": 1, "one": true, "status": "open" });
    assert_eq!(said, json!({ "json": due, "xml": due }));
}

#[tokio::test]
async fn civicbot_files_reads_and_is_refused_as_the_standard_says() {
    let Some(python) = python() else { return };
    let world = World::new().await;
    let sender = sender(&world, "平台", &["open311:write"]).await;
    filed(&world, &manhole(&sender, "井盖坏了")).await;
    let said = run(&python, CIVICBOT, &world, &sender).await;
    assert_eq!(
        said,
        json!({ "same": true, "status": "open", "listed": true, "by_ids": 1,
            "refusals": { "key": [403, 403], "service": [404, 404], "token": [404, 404] } })
    );
    let stored: String =
        sqlx::query_scalar("select description from report order by receipt_number desc limit 1")
            .fetch_one(&world.pool)
            .await
            .unwrap();
    assert_eq!(stored, "civicbot: 井盖 & 🕳");
}

#[tokio::test]
async fn chicagorequests_pages_through_more_than_one_page_of_two_hundred() {
    let Some(python) = python() else { return };
    let world = World::new().await;
    let sender = sender(&world, "平台", &["open311:write"]).await;
    let form = [
        ("api_key", sender.key.as_str()),
        ("service_code", "household-waste"),
        ("lat", "34.735"),
        ("long", "113.63"),
    ];
    let id = filed(&world, &form).await;
    // Four hundred and twenty more of the same case, received within the minutes before.
    sqlx::query(
        "insert into report (report_id, tracking_code, claim_hash, receipt_number, district_code, case_id, since_log, pseudonym,
             channel, outcome, category, description, place, anonymous, confirm_new, received_at)
         select gen_random_uuid(), 'T' || n, sha256(n::text::bytea), -n, district_code, case_id, since_log, gen_random_uuid(),
             'web', 'joined', category, description, place, true, false, received_at - make_interval(secs => n)
         from report, generate_series(1, 420) n where report_id = $1::text::uuid",
    )
    .bind(&id)
    .execute(&world.pool)
    .await
    .unwrap();
    let said = run(&python, CHICAGO, &world, &sender).await;
    assert_eq!(
        (&said["all"], &said["different"], &said["none"]),
        (&json!(421), &json!(421), &json!(0)),
        "{said}"
    );
}
