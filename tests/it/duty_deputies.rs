//! Standing in: the deputy sees and does what the absent one may, within the area, for the time agreed on, one step far.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};

use crate::duty::{Pair, disable};
use crate::harness::{Answer, HUAIHE, HUAIHE_CENTER, Staff, World, report, wall_clock};

/// Two road chiefs of one town, each on their own segment, and a case on the first one's.
struct Chiefs {
    world: World,
    center: Staff,
    number: String,
    own: Staff,
    neighbour: Staff,
}

const NEIGHBOURING: &str = "410103001999";

async fn chiefs() -> Chiefs {
    let world = World::new().await;
    let answer = world.api().submit(&report("street-light", "路灯不亮", HUAIHE)).await;
    let number = answer["case"]["caseNumber"].as_str().unwrap().to_owned();
    let center = world.api().sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    let segment = center.case(&number).await["segmentCode"].as_str().unwrap().to_owned();
    let own = world.staff("own", &[("roadChief", "segment", &segment, Some("l3"), None)]).await;
    let neighbour =
        world.staff("neighbour", &[("roadChief", "segment", NEIGHBOURING, Some("l3"), None)]).await;
    let way = [
        json!({ "move": "accept" }),
        json!({ "move": "open" }),
        json!({ "move": "dispatch", "post": "l3" }),
        json!({ "move": "assign", "person": "own" }),
    ];
    center.go(&number, &way).await;
    Chiefs { world, center, number, own, neighbour }
}

fn until(days: i64) -> String {
    (wall_clock() + TimeDelta::days(days)).to_rfc3339()
}

async fn appoint(by: &Staff, body: Value) -> Answer {
    by.post("/v1/duty/deputies", &body).await
}

#[tokio::test]
async fn a_deputy_sees_the_inbox_and_makes_the_moves_of_the_absent_one_until_it_is_ended() {
    let Chiefs { world, center, number, own, neighbour } = chiefs().await;
    neighbour.get(&format!("/v1/cases/{number}")).await.expect_problem(404, "unknown-case");
    let mine = "/v1/cases?scope=mine";
    assert_eq!(neighbour.get(mine).await.expect(200)["cases"], json!([]));

    let made = appoint(&own, json!({ "person": "neighbour", "until": until(3), "note": "外出培训" }))
        .await
        .expect(201);
    assert_eq!((&made["absent"], &made["person"]), (&json!("own"), &json!("neighbour")));
    let listed = neighbour.get(mine).await.expect(200);
    assert_eq!(listed["cases"][0]["caseNumber"], number.as_str());
    assert_eq!(neighbour.get("/v1/cases").await.expect(200)["cases"].as_array().unwrap().len(), 1);
    let seen = neighbour.case(&number).await;
    assert!(seen["allowedMoves"].as_array().unwrap().contains(&json!("sign")), "{seen}");
    assert_eq!(seen["handling"]["owner"], json!({ "kind": "person", "name": "own", "deputy": "neighbour" }));
    let case = neighbour.go(&number, &[json!({ "move": "sign" })]).await;
    assert_eq!(case["state"], "signed");
    let line = case["log"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&line["actorName"], &line["detail"]), (&json!("neighbour"), &json!({ "onBehalfOf": "own" })));
    let duty = center.get("/v1/duty").await.expect(200);
    let posts = duty["posts"].as_array().unwrap().iter();
    let mut on_duty = posts.flat_map(|it| it["onDuty"].as_array().unwrap());
    let absent = on_duty.find(|it| it["username"] == "own").unwrap();
    assert_eq!(absent["deputy"]["name"], "neighbour");
    // Nothing of the neighbour's own passes back to the absent one.
    own.go(&number, &[json!({ "move": "arrive" })]).await;

    let end = format!("/v1/duty/deputies/{}/end", made["deputyId"].as_str().unwrap());
    let stranger = world.staff("stranger", &[("roadChief", "segment", NEIGHBOURING, Some("l3"), None)]).await;
    let ended = async |by: &Staff| by.api.send(by.request(Method::POST, &end)).await;
    ended(&stranger).await.expect_problem(404, "unknown-deputy");
    let first = ended(&center).await.expect(200);
    neighbour.get(&format!("/v1/cases/{number}")).await.expect_problem(404, "unknown-case");
    neighbour.make(&number, &json!({ "move": "arrive" })).await.expect_problem(404, "unknown-case");
    assert_eq!(neighbour.get(mine).await.expect(200)["cases"], json!([]));
    assert_eq!(ended(&own).await.expect(200), first, "what is over stays as it was");
}

#[tokio::test]
async fn a_deputy_s_deputy_is_refused_and_so_is_everybody_outside_area_role_and_unit() {
    let Chiefs { world, center, number, own, neighbour } = chiefs().await;
    world.staff("elsewhere", &[("roadChief", "segment", "410103003001", Some("l3"), None)]).await;
    world.staff("sweeper", &[("gridWorker", "segment", NEIGHBOURING, Some("sanitation-worker"), None)]).await;
    world.staff("third", &[("roadChief", "segment", NEIGHBOURING, Some("l3"), None)]).await;
    let body = |person: &str| json!({ "person": person, "until": until(3) });
    for person in ["elsewhere", "sweeper", "own", "nobody", &format!("center-{HUAIHE_CENTER}")] {
        assert_eq!(appoint(&own, body(person)).await.pointers(), ["/person"], "{person}");
    }
    for (wrong, pointers) in [
        (json!({}), vec!["/person", "/until"]),
        (json!({ "person": 7, "until": "morgen" }), vec!["/person", "/until"]),
        (json!({ "person": "third", "until": until(-1) }), vec!["/until"]),
        (json!({ "person": "third", "until": until(400) }), vec!["/until"]),
        (json!({ "person": "third", "from": until(-2), "until": until(1) }), vec!["/from"]),
        (json!({ "person": "third", "until": until(1), "note": "长".repeat(1_001) }), vec!["/note"]),
    ] {
        assert_eq!(appoint(&own, wrong.clone()).await.pointers(), pointers, "{wrong}");
    }
    appoint(&own, body("neighbour")).await.expect(201);
    assert_eq!(appoint(&own, body("third")).await.pointers(), ["/from"], "somebody stands in already");
    assert_eq!(appoint(&neighbour, body("third")).await.pointers(), ["/absent"], "no deputy of a deputy");
    let third = world.api().sign_in("third").await;
    assert_eq!(appoint(&third, body("own")).await.pointers(), ["/person"], "own is away");
    third.get(&format!("/v1/cases/{number}")).await.expect_problem(404, "unknown-case");
    // For somebody else only whoever dispatches there.
    let for_third = |person: &str| json!({ "absent": "third", "person": person, "until": until(1) });
    appoint(&neighbour, for_third("neighbour")).await.expect_problem(403, "forbidden");
    let other = world.api().sign_in("center-410103003").await;
    appoint(&other, for_third("neighbour")).await.expect_problem(403, "forbidden");
    appoint(&center, for_third("neighbour")).await.expect(201);
    // A disabled account is none.
    disable(&world, "neighbour", true).await;
    assert_eq!(appoint(&center, for_third("neighbour")).await.pointers(), ["/person"]);
}

#[tokio::test]
async fn an_appointment_resent_with_its_key_is_made_once() {
    let Chiefs { world, own, .. } = chiefs().await;
    let body = json!({ "person": "neighbour", "until": until(3) });
    let send = async |body: &Value| {
        let request = own.request(Method::POST, "/v1/duty/deputies").header("Idempotency-Key", "absence-1");
        own.api.send(request.json(body)).await
    };
    let first = send(&body).await.expect(201);
    assert_eq!(send(&body).await.expect(201), first);
    send(&json!({ "person": "neighbour", "until": until(4) }))
        .await
        .expect_problem(409, "idempotency-key-reused");
    assert_eq!(world.count("select count(*) from deputy").await, 1);
}

#[tokio::test]
async fn a_deputy_of_a_grid_worker_does_not_take_part_in_the_turns() {
    let pair = Pair::new(false).await;
    let (on, off) = pair.turns().await;
    let on_duty = if on == "grid-a" { &pair.a } else { &pair.b };
    appoint(on_duty, json!({ "person": off, "until": until(1) })).await.expect(201);
    let owner = pair.center.case(&pair.number).await["handling"]["owner"].clone();
    assert_eq!(owner, json!({ "kind": "person", "name": on, "deputy": off }));
}
