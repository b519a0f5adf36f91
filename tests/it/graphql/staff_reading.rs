//! Lists of what staff write down: with as many statements for many as for one, and in pages.

use std::time::Duration;

use jiekou_core::period::{Cycle, Period};
use serde_json::{Value, json};

use super::paperwork::{answered, assigned, circulated, drawn, enquired, outage, recorded};
use super::{Asker, reported, text};
use crate::harness::{Staff, World, WorldOptions};

const LISTS: &str = "query($period: String) {
    circulars { circulars { period problems } }
    deducted: circulars(period: $period) { deductions { code deduction } }
    draws { drawId roads { code } drawn { name } }
    records { nodes { recordId kind { name } about { subjects { name } } struck { by } } }
    owedRecords { kind { code } lines { has } }
    duty { posts { post { name } onDuty { name deputy { name } } } }
    enquiries { nodes { trackingCode answer } }
    assignments { number reply }
    works { areas answer }
    articles { title }
}";

/// How many statements the lists take, and how many lines they have.
async fn counted(world: &World, staff: &Staff, period: Period, id: &str) -> (usize, [usize; 7]) {
    let asked = staff.request(reqwest::Method::POST, "/graphql").header("x-request-id", id);
    let body = json!({ "query": LISTS, "variables": { "period": period.to_string() } });
    let answer = staff.api.send(asked.json(&body)).await.expect(200);
    assert!(answer["errors"].is_null(), "{answer}");
    let lines = ["/circulars/circulars", "/draws", "/records/nodes", "/enquiries/nodes", "/assignments"];
    let lines = [lines.as_slice(), &["/works", "/articles"]].concat();
    let lines = lines.iter().map(|list| answer["data"].pointer(list).unwrap().as_array().unwrap().len());
    let lines: Vec<usize> = lines.collect();
    tokio::time::sleep(Duration::from_millis(200)).await;
    let logs = world.logs();
    let statements = logs.lines().filter(|line| line.contains(id) && line.contains("\"summary\":"));
    (statements.count(), lines.try_into().unwrap())
}

#[tokio::test]
async fn many_papers_take_as_many_queries_as_one_of_each() {
    let settings = vec![("JIEKOU_LOG__FILTER", "info,sqlx::query=debug".to_owned())];
    let world = World::with(WorldOptions { settings, ..WorldOptions::default() }).await;
    let api = world.api();
    let (district, desk) = (api.sign_in("district").await, api.sign_in("desk").await);
    let number = reported(&api, "路口的井盖不见了").await["case"]["caseNumber"].clone();
    let present = Period::at(Cycle::TenDays, world.now().await);
    let mut counts = Vec::new();
    // Circulars are issued in the order of their periods, and roads are drawn for the present one or the next.
    for (round, (period, drawn_for)) in
        [(present.previous(), present), (present, present.next())].into_iter().enumerate()
    {
        circulated(&district, period, text(&number)).await;
        drawn(&district, drawn_for).await;
        for _ in 0..=round * 4 {
            recorded(&world, &district).await;
            enquired(&world, &desk).await;
            assigned(&desk).await;
            outage(&desk).await;
            answered(&desk).await;
            let chief = [("roadChief", "segment", "410103001001", Some("l3"), None)];
            world.staff(&format!("chief-{}", uuid::Uuid::new_v4()), &chief).await;
        }
        // What a process reads once and keeps is read now.
        counted(&world, &district, period, &format!("warm-{round}")).await;
        counts.push(counted(&world, &district, period, &format!("statements-of-round-{round}")).await);
    }
    println!("statements: {counts:?}");
    assert_eq!(counts[0].1, [1; 7]);
    assert_eq!(counts[1].1, [2, 2, 6, 6, 6, 6, 6]);
    assert!(counts[0].0 >= 9, "the log was read wrongly: {counts:?}");
    assert_eq!(counts[0].0, counts[1].0);
}

#[tokio::test]
async fn pages_of_records_and_enquiries_follow_each_other_without_gap_or_overlap() {
    let world = World::new().await;
    let api = world.api();
    let (district, desk) = (api.sign_in("district").await, api.sign_in("desk").await);
    let (mut records, mut enquiries) = (Vec::new(), Vec::new());
    for _ in 0..53 {
        records.push(recorded(&world, &district).await.to_string());
        let body = json!({ "kind": "question", "description": "夜市几点收摊？" });
        let filed = api.post("/v1/enquiries", &body).await.expect(201);
        enquiries.push(text(&filed["trackingCode"]).to_owned());
    }
    for (field, id, staff, mut sent) in
        [("records", "recordId", district, records), ("enquiries", "trackingCode", desk, enquiries)]
    {
        sent.reverse();
        let query = format!(
            "query($after: String) {{ {field}(after: $after) {{ nodes {{ {id} }} pageInfo {{ hasNextPage endCursor }} }} }}"
        );
        let asker = Asker::Staff(staff);
        let (mut after, mut seen) = (Value::Null, Vec::new());
        loop {
            let page = asker.told(&query, json!({ "after": after })).await[field].clone();
            let nodes = page["nodes"].as_array().unwrap();
            assert!(nodes.len() <= 50 && !nodes.is_empty(), "{page}");
            seen.extend(nodes.iter().map(|node| text(&node[id]).to_owned()));
            if page["pageInfo"]["hasNextPage"] == false {
                break;
            }
            after = page["pageInfo"]["endCursor"].clone();
        }
        assert_eq!(seen, sent, "{field}");
    }
}
