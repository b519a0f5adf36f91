//! What is no ranking, period, group or body: told with its name, and nothing is published.

use reqwest::Method;
use serde_json::json;

use super::plan;

#[tokio::test]
async fn what_is_no_ranking_period_group_format_or_body_is_told_and_nothing_is_published() {
    let (world, district) = plan("erqi").await;
    let get = async |path: &str| district.get(&format!("/v1/rankings/{path}")).await;
    get("no-such").await.expect_problem(404, "unknown-ranking");
    get("no-such?period=2026-11").await.expect_problem(404, "unknown-ranking");
    for period in ["fortnight", "2026-W48", "2026", "2026-11-31", "2026-13"] {
        let answer = get(&format!("towns-month?period={period}")).await;
        assert_eq!(answer.pointers(), ["/period"], "{period}");
        answer.expect_problem(422, "validation");
    }
    let both = get("towns-month?group=disorder&format=pdf").await;
    let mut pointers = both.pointers();
    pointers.sort();
    assert_eq!(pointers, ["/format", "/group"]);
    assert_eq!(get("towns-month?group=order").await.pointers(), ["/group"], "it is not ranked by groups");
    let day = get("towns-month?period=2026-02-28").await.expect(200);
    assert_eq!((&day["period"]["name"], &day["count"]), (&json!("2026-02"), &json!(17)));

    let path = "/v1/rankings/towns-month/2026-02/publication";
    let wrong = district.post(path, &json!({ "withoutMissing": "yes" })).await;
    assert_eq!(wrong.pointers(), ["/withoutMissing"]);
    district
        .post("/v1/rankings/towns-month/2026-W05/publication", &json!({}))
        .await
        .expect_problem(422, "validation");
    let raw = async |content_type: &str, body: String| {
        let request = district.request(Method::POST, path).header("Content-Type", content_type).body(body);
        world.api().send(request).await
    };
    raw("text/plain", "{}".into()).await.expect_problem(415, "unsupported-media-type");
    raw("application/json", "[1".into()).await.expect_problem(400, "malformed-body");
    raw("application/json", String::new()).await.expect_problem(400, "malformed-body");
    let large = format!("{{\"note\":\"{}\"}}", "长".repeat(70_000));
    raw("application/json", large).await.expect_problem(413, "body-too-large");
    district.get(path).await.expect_problem(405, "method-not-allowed");
    assert_eq!(world.count("select count(*) from published_ranking").await, 0);
}
