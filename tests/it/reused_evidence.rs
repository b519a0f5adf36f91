//! An old photo sent again for a new report is flagged for staff; the report stands.

use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::picture::{WHOLE, street};
use crate::harness::{HUAIHE, HUAIHE_CENTER, Staff, World, moved, report};
use crate::same_photo::{photo, with_photos};

const CUT: [f32; 4] = [0.05, 0.05, 0.95, 0.95];

fn number(answer: &Value) -> &str {
    answer["case"]["caseNumber"].as_str().unwrap()
}

async fn center(world: &World) -> Staff {
    world.api().sign_in(&format!("center-{HUAIHE_CENTER}")).await
}

/// The case once the worker has done all there is to do.
async fn settled(world: &World, staff: &Staff, number: &str) -> Value {
    for _ in 0..200 {
        if world.count("select count(*) from job where dead_at is null").await == 0 {
            return staff.get(&format!("/v1/cases/{number}")).await.expect(200);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("jobs are left: {}", world.logs());
}

fn flags(case: &Value) -> Vec<&Value> {
    case["log"].as_array().unwrap().iter().filter(|line| line["act"] == "photoReused").collect()
}

/// Far enough from each other that nothing but the photo connects them.
fn far(step: i32) -> (f64, f64) {
    moved(HUAIHE, 0.0, -200.0 * f64::from(step))
}

#[tokio::test]
async fn a_copy_and_the_very_file_of_an_old_photo_are_flagged_and_another_photo_is_not() {
    let world = World::with_worker().await;
    let (api, staff) = (world.api(), center(&world).await);
    let old = photo(&api, street(1, WHOLE, 1.0)).await;
    let first = api.submit(&with_photos("road-damage", "路面有个坑", far(0), &[old])).await;
    let untouched = settled(&world, &staff, number(&first)).await;
    assert_eq!(untouched["reusedPhotos"], json!([]));
    // As if two years ago.
    for statement in [
        "update photo set attached_at = attached_at - interval '2 years', uploaded_at = uploaded_at - interval '2 years'",
        "update cases set takes_reports = false, state = 'archived'",
    ] {
        sqlx::query(statement).execute(&world.pool).await.unwrap();
    }
    let copy = photo(&api, street(1, CUT, 1.2)).await;
    let other = photo(&api, street(2, WHOLE, 1.0)).await;
    let sent = [other.clone(), copy.clone()];
    let second = api.submit(&with_photos("household-waste", "垃圾没人收", far(1), &sent)).await;
    assert_eq!(second["outcome"], "new", "the report stands");
    let case = settled(&world, &staff, number(&second)).await;
    let reused = &case["reusedPhotos"];
    assert_eq!(reused.as_array().unwrap().len(), 1, "{reused}");
    assert_eq!(
        (&reused[0]["photoId"], &reused[0]["firstCaseNumber"], &reused[0]["sameFile"]),
        (&copy, &json!(number(&first)), &json!(false))
    );
    let seen: chrono::DateTime<chrono::Utc> = reused[0]["firstSeenAt"].as_str().unwrap().parse().unwrap();
    assert!(world.now().await - seen > chrono::Duration::days(700), "{seen}");
    let line = flags(&case)[0];
    assert_eq!(line["detail"]["reusedPhotos"][0]["firstCaseNumber"], number(&first), "{line}");
    assert!(line["note"].as_str().unwrap().contains(number(&first)));
    let page = api.track(&second["trackingCode"]).await;
    assert!(!page.to_string().contains(number(&first)), "its reporter is told nothing of it");

    let same = photo(&api, street(2, WHOLE, 1.0)).await;
    let third = api.submit(&with_photos("street-light", "路灯不亮", far(2), &[same])).await;
    let case = settled(&world, &staff, number(&third)).await;
    assert_eq!(case["reusedPhotos"][0]["firstCaseNumber"], number(&second));
    assert_eq!(case["reusedPhotos"][0]["sameFile"], true);
    assert_eq!(flags(&case).len(), 1);
    let broken = world.count("select count(*) from cases where case_log_break(case_id) is not null").await;
    assert_eq!(broken, 0);
    let earlier = staff.get(&format!("/v1/cases/{}", number(&first))).await.expect(200);
    assert_eq!(earlier["reusedPhotos"], json!([]), "what was first is no reuse");
}

#[tokio::test]
async fn two_people_with_one_photo_of_one_problem_are_not_suspected() {
    let world = World::with_worker().await;
    let (api, staff) = (world.api(), center(&world).await);
    let one = photo(&api, street(3, WHOLE, 1.0)).await;
    let first = api.submit(&with_photos("road-damage", "路面有个坑", far(0), &[one])).await;
    let other = photo(&api, street(3, CUT, 0.9)).await;
    let joined = api.submit(&with_photos("road-damage", "路面有个坑", far(0), &[other])).await;
    assert_eq!(joined["outcome"], "joined");
    let case = settled(&world, &staff, number(&first)).await;
    assert_eq!(case["reusedPhotos"], json!([]));
    assert!(flags(&case).is_empty());
}

#[tokio::test]
async fn a_merge_takes_the_suspicion_away_and_an_unmerge_brings_it_back() {
    let world = World::with_worker().await;
    let (api, staff) = (world.api(), center(&world).await);
    let one = photo(&api, street(4, WHOLE, 1.0)).await;
    let first = api.submit(&with_photos("road-damage", "路面有个坑", far(0), &[one])).await;
    let copy = photo(&api, street(4, CUT, 1.0)).await;
    let second = api.submit(&with_photos("road-damage", "路面有个坑", far(1), &[copy])).await;
    assert_eq!(second["outcome"], "new");
    let suspected = settled(&world, &staff, number(&second)).await;
    assert_eq!(suspected["reusedPhotos"][0]["firstCaseNumber"], number(&first));
    let merge = json!({ "move": "merge", "reason": "同一处", "into": number(&first) });
    staff.make(number(&second), &merge).await.expect(200);
    let merged = settled(&world, &staff, number(&first)).await;
    assert_eq!(merged["reusedPhotos"], json!([]), "{merged}");
    let parted = json!({ "move": "unmerge", "reason": "不是同一处" });
    staff.make(number(&second), &parted).await.expect(200);
    let again = settled(&world, &staff, number(&second)).await;
    assert_eq!(again["reusedPhotos"][0]["firstCaseNumber"], number(&first));
    assert_eq!(flags(&again).len(), 1, "said once");
}

#[tokio::test]
async fn a_photo_added_later_is_looked_up_too() {
    let world = World::with_worker().await;
    let (api, staff) = (world.api(), center(&world).await);
    let one = photo(&api, street(6, WHOLE, 1.0)).await;
    let first = api.submit(&with_photos("road-damage", "路面有个坑", far(0), &[one])).await;
    let second = api.submit(&report("street-light", "路灯不亮", far(1))).await;
    let copy = photo(&api, street(6, [0.0, 0.0, 0.9, 1.0], 1.0)).await;
    let code = second["trackingCode"].as_str().unwrap();
    let body = json!({ "claimSecret": second["claimSecret"], "photoIds": [copy.clone()] });
    let added = api.post(&format!("/v1/reports/{code}/additions"), &body).await;
    assert!(added.status.is_success(), "{}", added.body);
    let case = settled(&world, &staff, number(&second)).await;
    assert_eq!(case["reusedPhotos"][0]["photoId"], copy);
    assert_eq!(case["reusedPhotos"][0]["firstCaseNumber"], number(&first));
}
