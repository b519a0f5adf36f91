//! What is owed, what is overdue, and who is told.

use super::*;

#[tokio::test]
async fn overdue_patrols_are_listed_by_area_post_and_period_and_leave_as_files() {
    let world = xx_world().await;
    let community = ("roadChief", "segment", STREET, Some("l2-community"), None);
    let community = world.staff("community", &[community]).await;
    let yesterday = local(world.now().await).date().pred_opt().unwrap();
    let district = world.api().sign_in("district").await;
    let before = district.get(&format!("/v1/patrols/owed?period={yesterday}")).await.expect(200);
    assert_eq!(before["owed"], json!([]), "the rules were not in force then");
    since_days(&world, 60).await;
    let all = async |staff: &Staff, query: &str| -> Vec<Value> {
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = staff.get(&format!("/v1/patrols/owed?{query}{cursor}")).await.expect(200);
            seen.extend(page["owed"].as_array().unwrap().clone());
            match page["nextCursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return seen,
            }
        }
    };
    // Each of the 36 streets: two days of the 社区二级 and the 采集员, two weeks of both ranks one; six 总路长.
    let now = all(&district, "").await;
    assert_eq!(now.len(), 36 * 2 * 4 + 6 * 2);
    let week = format!("period=week&at={}", yesterday - TimeDelta::days(14));
    let query = format!("{week}&post=l2-community&state=overdue");
    assert_eq!(all(&district, &query).await.len(), 36 * 7, "more than a page");
    let center = format!("{query}&center={TOWN}");
    let in_town = all(&district, &center).await;
    assert_eq!(in_town.len(), 6 * 7);
    assert!(in_town.iter().all(|line| line["state"] == "overdue" && line["done"] == 0 && line["times"] == 1));
    assert_eq!(in_town[0]["holders"], json!(["community"]), "whose account holds the post");
    assert_eq!(in_town.last().unwrap()["holders"].as_array().unwrap().len(), 1, "whom the rulebook names");
    let body = district.get(&format!("/v1/patrols/owed?{query}")).await.expect(200);
    assert_eq!(body["counts"], json!({ "done": 0, "dueSoon": 0, "overdue": 36 * 7 }));

    // One day is made up for, within what the rulebook allows.
    let noon = Period::of(Cycle::Day, yesterday).begins() + TimeDelta::hours(12);
    walk(&community, &at(&[STREET], noon, noon + TimeDelta::minutes(30))).await;
    let day = format!("period={yesterday}&post=l2-community");
    assert_eq!(all(&district, &format!("{day}&state=overdue")).await.len(), 35);
    let done = all(&district, &format!("{day}&state=done")).await;
    assert_eq!((done.len(), &done[0]["area"]["code"]), (1, &json!(STREET)));

    // A chief sees the own street, another town's center nothing of it.
    let own = all(&community, &day).await;
    assert_eq!((own.len(), &own[0]["area"]["code"]), (1, &json!(STREET)));
    let elsewhere = world.api().sign_in("center-999901002").await;
    assert_eq!(all(&elsewhere, &day).await.len(), 6);
    elsewhere.get(&format!("/v1/patrols/owed?{day}&center={TOWN}")).await.expect_problem(403, "forbidden");
    let wrong = district.get("/v1/patrols/owed?period=fortnight&at=x&state=late&format=pdf").await;
    assert_eq!(wrong.pointers(), ["/at", "/period", "/state", "/format"]);
    assert_eq!(district.get("/v1/patrols/owed?post=l9&center=1").await.pointers(), ["/post", "/center"]);

    let file = async |format: &str| {
        let path = format!("/v1/patrols/owed?{query}&format={format}");
        let response = district.request(Method::GET, &path).send().await.unwrap();
        assert_eq!(response.status(), 200);
        response.bytes().await.unwrap()
    };
    let csv = String::from_utf8(file("csv").await.to_vec()).unwrap();
    let mut lines = csv::Reader::from_reader(csv.trim_start_matches('\u{feff}').as_bytes());
    let lines: Vec<csv::StringRecord> = lines.records().map(Result::unwrap).collect();
    assert_eq!(lines.len(), 36 * 7, "a file has everything");
    assert_eq!((&lines[0][0], &lines[0][3], &lines[0][11]), (STREET, "社区二级路长", "逾期"));
    let mut book = Xlsx::new(std::io::Cursor::new(file("xlsx").await)).unwrap();
    assert_eq!(book.worksheet_range_at(0).unwrap().unwrap().rows().count(), 36 * 7 + 1);
}

#[tokio::test]
async fn in_erqi_each_officer_owes_their_own_patrol() {
    let world = World::new().await;
    let grant = ("roadChief", "town", HUAIHE_CENTER, Some("l2"), None);
    let (one, _other) = (world.staff("wang", &[grant]).await, world.staff("li", &[grant]).await);
    since_days(&world, 10).await;
    let body = patrol(&world, &["410103001001"]).await;
    walk(&one, &body).await;
    let query = format!("/v1/patrols/owed?period={}&post=l2&center={HUAIHE_CENTER}", day_of(&body));
    let lines = one.get(&query).await.expect(200)["owed"].as_array().unwrap().clone();
    let states: BTreeMap<&str, &str> = lines
        .iter()
        .map(|line| (line["holder"].as_str().unwrap(), line["state"].as_str().unwrap()))
        .collect();
    assert_eq!((states["wang"], states["li"]), ("done", "dueSoon"));
}

#[tokio::test]
async fn overdue_patrols_are_told_once_in_one_list_each_by_whichever_worker_comes_first() {
    let mut world = xx_world().await;
    let community = ("roadChief", "segment", STREET, Some("l2-community"), None);
    let community = world.staff("community", &[community]).await;
    since_days(&world, 60).await;
    // At once, whatever the time of day is.
    let hour =
        "update rulebook_version set body = jsonb_set(body, '{plan,process,patrols,tellAt}', '\"00:00\"')";
    sqlx::query(hour).execute(&world.pool).await.unwrap();
    let yesterday = local(world.now().await).date().pred_opt().unwrap();
    let noon = Period::of(Cycle::Day, yesterday).begins() + TimeDelta::hours(12);
    walk(&community, &at(&[STREET], noon, noon + TimeDelta::minutes(30))).await;
    world.start_worker().await;
    let second = Process::start("jiekou-worker", &world.settings, &world.folder).await;
    let letters = "select count(*) from delivery where letter_id is not null and state = 'delivered'";
    let wait = async || {
        for _ in 0..400 {
            if world.count("select count(*) from daily_work where work = 'overduePatrols'").await > 0
                && world.count("select count(*) from delivery where state <> 'delivered'").await == 0
            {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("nobody was told");
    };
    wait().await;
    let told: Vec<(String, i64)> = sqlx::query_as(
        "select recipient, count(*) from delivery join letter using (letter_id) where subject like '%巡查逾期%' group by 1",
    )
    .fetch_all(&world.pool)
    .await
    .unwrap();
    assert!(told.iter().all(|(_, letters)| *letters == 1), "one list each: {told:?}");
    let to: Vec<&str> = told.iter().map(|(to, _)| to.as_str()).collect();
    assert!(!to.contains(&format!("post/l2-community/{STREET}").as_str()), "theirs was done");
    assert!(to.contains(&"post/l2-community/999901001002") && to.contains(&"post/l1-town/999901001002"));
    let before = world.count(letters).await;
    let mails = world.mail.mails().await;
    let list = mails.iter().map(|mail| mail.words()).find(|words| words.contains("巡查逾期")).unwrap();
    assert!(list.contains(&yesterday.to_string()) && list.contains("应巡 1 次，已巡 0 次"), "{list}");

    // Whoever comes later tells nobody again.
    drop(second);
    world.worker = None;
    world.start_worker().await;
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    assert_eq!(world.count(letters).await, before);

    // Days that were missed are caught up on, each with its own lists.
    world.worker = None;
    sqlx::query("delete from daily_work where work = 'overduePatrols'").execute(&world.pool).await.unwrap();
    sqlx::query("insert into daily_work (work, day, done_at) values ('overduePatrols', $1, now())")
        .bind(yesterday - TimeDelta::days(3))
        .execute(&world.pool)
        .await
        .unwrap();
    world.start_worker().await;
    for _ in 0..400 {
        if world.count("select count(*) from daily_work where work = 'overduePatrols'").await == 4 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let days: Vec<NaiveDate> =
        sqlx::query_scalar("select day from daily_work where work = 'overduePatrols' order by day")
            .fetch_all(&world.pool)
            .await
            .unwrap();
    let expected: Vec<NaiveDate> = (0..4).map(|back| yesterday - TimeDelta::days(3 - back)).collect();
    assert_eq!(days, expected);
}

#[tokio::test]
async fn a_month_of_a_city_with_1345_grids_is_read_at_once() {
    let world = World::with(WorldOptions { rulebook: Some("dalian"), ..WorldOptions::default() }).await;
    since_days(&world, 200).await;
    // As if each grid were patrolled daily; restarted, the process reads the rules anew.
    let daily = "update rulebook_version set body = jsonb_set(jsonb_set(jsonb_set(body,
                     '{plan,posts,0,patrol}', '{\"every\":\"day\"}'), '{plan,posts,1,patrol}', '{\"every\":\"day\"}'),
                     '{plan,posts,2,patrol}', '{\"every\":\"day\"}')";
    sqlx::query(daily).execute(&world.pool).await.unwrap();
    let mut world = world;
    world.apis.clear();
    world.add_api(&[]).await;
    let city = world.staff("city", &[("districtDispatcher", "city", "2102", None, None)]).await;
    let last_month = Period::of(Cycle::Month, local(world.now().await).date()).previous();
    let path = format!("/v1/patrols/owed?period={last_month}");
    let started = std::time::Instant::now();
    let body = city.get(&path).await.expect(200);
    let took = started.elapsed();
    assert_eq!(body["counts"]["overdue"], json!(1_345 * last_month.days()));
    assert_eq!(body["owed"].as_array().unwrap().len(), 200);
    println!("a month of 1,345 grids: {took:?}");
}
