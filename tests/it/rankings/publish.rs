//! Publishing: once, only what is over, and for good.

use jiekou_core::period::Cycle;
use serde_json::json;

use super::{address, happened_on, last, plan, publish, row, two_here_one_there};

const CODE: &str = "towns-ten-days";

#[tokio::test]
async fn what_was_published_stays_whatever_happens_to_the_cases_later() {
    let (world, city) = plan("zhengzhou").await;
    let ([first, second], here, _) = two_here_one_there(&world).await;
    let period = last(&world, Cycle::TenDays).await;
    happened_on(&world, period.last_day()).await;
    let preview = city.get(&address(CODE, period)).await.expect(200);
    let published = publish(&city, CODE, period).await.expect(201);
    assert_eq!(published["rows"], preview["rows"]);
    assert_eq!(published["rulebookVersion"], preview["rulebookVersion"]);
    assert!(published["published"]["by"].as_str().unwrap().contains("派遣员"), "{}", published["published"]);
    let again = publish(&city, CODE, period).await.expect(200);
    assert_eq!(again, published, "sent again it is answered the same");

    let town = world.api().sign_in(&format!("center-{here}")).await;
    let merge = json!({ "move": "merge", "reason": "同一处", "into": first });
    town.make(&second, &merge).await.expect(200);
    let after = city.get(&address(CODE, period)).await.expect(200);
    assert_eq!((&after["rows"], &after["published"]), (&published["rows"], &published["published"]));
    let differences = after["differences"].as_array().unwrap();
    let own = differences.iter().find(|it| it["code"] == here.as_str()).unwrap();
    assert_eq!(own["published"]["score"], row(&published, &here)["score"]);
    assert!(own["now"]["score"].as_f64() > own["published"]["score"].as_f64(), "{own}");
    let seen = town.get(&address(CODE, period)).await.expect(200);
    assert_eq!(seen["differences"], json!([own]), "a town sees what differs of its own");
    let refused = publish(&city, CODE, period).await.expect_problem(409, "ranking-published");
    assert!(refused["detail"].as_str().unwrap().contains("处不同"), "{refused}");
    let changed = sqlx::query("update published_ranking set published_at = now()").execute(&world.pool).await;
    assert!(changed.unwrap_err().to_string().contains("stays as it is"));
    assert_eq!(world.count("select count(*) from published_ranking").await, 1);
}

#[tokio::test]
async fn only_whoever_assesses_publishes_and_only_what_is_over() {
    let (world, city) = plan("zhengzhou").await;
    let period = last(&world, Cycle::TenDays).await;
    publish(&city, CODE, period.next()).await.expect_problem(409, "period-running");
    publish(&city, "towns-week", period).await.expect_problem(404, "unknown-ranking");
    let grants = [
        ("center", "centerDispatcher", "town", "410103001", None),
        ("erqi", "districtDispatcher", "district", "410103", None),
        ("desk-2", "deskOperator", "city", "4101", None),
        ("bureau", "supervisor", "city", "4101", Some("urban-management")),
    ];
    for (name, role, level, area, unit) in grants {
        let staff = world.staff(name, &[(role, level, area, None, unit)]).await;
        publish(&staff, CODE, period).await.expect_problem(403, "forbidden");
    }
    let path = format!("/v1/rankings/{CODE}/{period}/publication");
    world.api().post(&path, &json!({})).await.expect_problem(401, "not-signed-in");
    assert_eq!(world.count("select count(*) from published_ranking").await, 0);
    let supervisor = world.staff("supervisor", &[("supervisor", "city", "4101", None, None)]).await;
    publish(&supervisor, CODE, period.last_day()).await.expect(201);
}

#[tokio::test]
async fn of_two_who_publish_at_once_one_does_and_both_are_answered_the_same() {
    let (world, city) = plan("zhengzhou").await;
    let period = last(&world, Cycle::TenDays).await;
    let answers = futures_util::future::join_all((0..4).map(|_| publish(&city, CODE, period))).await;
    let created = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(created, 1);
    let rows = answers[0].body["rows"].clone();
    for answer in answers {
        assert!([200, 201].contains(&answer.status.as_u16()), "{}", answer.body);
        assert_eq!(answer.body["rows"], rows);
    }
    assert_eq!(world.count("select count(*) from published_ranking").await, 1);
}
