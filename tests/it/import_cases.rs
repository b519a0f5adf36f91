//! A district that comes from another system goes on with its open cases.

use std::path::PathBuf;
use std::process::{Command, Output};

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::harness::workbook::{Value as Cell, workbook};
use crate::harness::{HUAIHE, HUAIHE_CENTER, Staff, World, binary, moved, report};

const HEADINGS: &str =
    "案件编号,小类名称,案件状态,上报时间,处置截止时间,经度,纬度,问题描述,处置部门,联系电话\n";

/// Writes a list into the world's folder.
fn list(world: &World, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
    let path = world.folder.join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

/// Imports and returns how it ended and what it said.
fn import(world: &World, path: &PathBuf, more: &[&str]) -> (bool, String) {
    let mut command = Command::new(binary("jiekou-api"));
    command.args(["import", "cases"]).arg(path).args([
        "--district",
        "410103",
        "--from",
        "老系统",
        "--crs",
        "wgs84",
    ]);
    let Output { status, stdout, stderr } = command.args(more).envs(&world.settings).output().unwrap();
    let said = [stdout, stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    (status.success(), said)
}

/// Beijing time, so many hours from the database's now.
async fn hours(world: &World, count: i64) -> String {
    let at = world.now().await + TimeDelta::hours(count + 8);
    at.format("%Y-%m-%d %H:%M").to_string()
}

fn moment(value: &Value) -> DateTime<Utc> {
    value.as_str().unwrap_or_else(|| panic!("{value} is no moment")).parse().unwrap()
}

async fn center(world: &World) -> Staff {
    world.api().sign_in(&format!("center-{HUAIHE_CENTER}")).await
}

/// The case that was this number in the other system.
async fn taken_over(world: &World, staff: &Staff, theirs: &str) -> Value {
    let number: String = sqlx::query_scalar(
        "select case_number from case_import join cases using (case_id) where system = '老系统' and number = $1",
    )
    .bind(theirs)
    .fetch_one(&world.pool)
    .await
    .unwrap_or_else(|error| panic!("{theirs}: {error}"));
    staff.case(&number).await
}

#[tokio::test]
async fn open_cases_of_another_system_are_taken_over_once_and_go_on_here() {
    let world = World::new().await;
    let [reported, due, late] = [hours(&world, -30).await, hours(&world, 20).await, hours(&world, -2).await];
    let (x, y) = HUAIHE;
    let rows = format!(
        "A-1,道路破损,处置中,{reported},{due},{x},{y},淮河路口路面有大坑,三号养护队,139 0371 1234\n\
         A-2,路灯不亮,待受理,{reported},{late},{},{y},路灯整夜不亮,,\n",
        x + 0.004
    );
    let path = list(&world, "list.csv", format!("{HEADINGS}{rows}"));
    let (fine, said) = import(&world, &path, &["--check"]);
    assert!(fine && said.contains("2 open cases can be taken over from 老系统"), "{said}");
    assert_eq!(world.count("select count(*) from cases").await, 0, "a check writes nothing");

    let (fine, said) = import(&world, &path, &[]);
    assert!(fine && said.contains("2 of 2 cases written"), "{said}");
    assert!(said.contains("2 open cases were taken over from 老系统"), "{said}");
    let center = center(&world).await;
    let first = taken_over(&world, &center, "A-1").await;
    assert_eq!((&first["state"], &first["assignee"]), (&json!("signed"), &json!("三号养护队")));
    assert_eq!(first["center"]["code"], HUAIHE_CENTER);
    assert_eq!((&first["dueKind"], &first["dueRule"]), (&json!("handle"), &json!("import.老系统")));
    assert!((moment(&first["dueAt"]) - world.now().await - TimeDelta::hours(20)).num_minutes().abs() <= 2);
    assert_eq!(first["importedFrom"], json!({ "system": "老系统", "number": "A-1" }));
    let log = &first["log"];
    assert_eq!(
        (&log[0]["act"], &log[0]["toState"], log.as_array().unwrap().len()),
        (&json!("imported"), &json!("signed"), 1)
    );
    assert_eq!((&log[0]["detail"]["system"], &log[0]["detail"]["number"]), (&json!("老系统"), &json!("A-1")));
    let told = &first["reports"][0];
    assert_eq!((&told["channel"], &told["description"]), (&json!("import"), &json!("淮河路口路面有大坑")));
    assert!(moment(&first["openedAt"]) < world.now().await - TimeDelta::hours(29));
    let second = taken_over(&world, &center, "A-2").await;
    assert_eq!((&second["state"], &second["dueKind"]), (&json!("received"), &json!("accept")));
    assert_eq!(second["clocks"][0]["state"], "overdue");
    assert_eq!(
        world.count("select count(*) from case_clock where next_at < now()").await,
        0,
        "nobody is alarmed"
    );

    // The number is nowhere but in the vault.
    assert_eq!(world.count("select count(*) from reporter_contact where phone_index is not null").await, 1);
    assert_eq!(world.count("select count(*) from report where anonymous").await, 1);
    assert_eq!(world.count("select count(*) from case_log l where l::text like '%13903711234%'").await, 0);
    assert!(!said.contains("1234") && !world.logs().contains("0371"));

    let (fine, said) = import(&world, &path, &[]);
    assert!(
        fine && said.contains("0 open cases were taken over") && said.contains("row 2: A-1 is"),
        "{said}"
    );
    assert_eq!(world.count("select count(*) from cases").await, 2);
    let longer =
        list(&world, "longer.csv", format!("{HEADINGS}{rows}A-3,井盖问题,立案,{reported},,{x},{y},,,\n"));
    let (fine, said) = import(&world, &longer, &[]);
    assert!(
        fine && said.contains("1 open cases were taken over") && said.contains("2 were taken over before"),
        "{said}"
    );
    let (fine, said) = (true, world.run(&["audit", "verify"]));
    assert!(fine && said.contains("3 cases, 3 lines, 0 of them erased: every chain holds"), "{said}");
}

#[tokio::test]
async fn a_case_that_was_taken_over_is_listed_joined_moved_and_closed_as_any_other() {
    let world = World::with_worker().await;
    let api = world.api();
    let [reported, due] = [hours(&world, -3).await, hours(&world, 20).await];
    let (x, y) = HUAIHE;
    let rows = format!("A-1,道路破损,处置中,{reported},{due},{x},{y},淮河路口路面有一个大坑,,\n");
    let (fine, said) = import(&world, &list(&world, "list.csv", format!("{HEADINGS}{rows}")), &[]);
    assert!(fine, "{said}");
    let center = center(&world).await;
    let case = taken_over(&world, &center, "A-1").await;
    let number = case["caseNumber"].as_str().unwrap();
    let listed = center.get("/v1/cases").await.expect(200);
    assert_eq!(listed["cases"][0]["caseNumber"], number);

    let joined = api.submit(&report("road-damage", "路面有一个大坑", moved(HUAIHE, 5.0, 0.0))).await;
    assert_eq!((&joined["outcome"], &joined["case"]["caseNumber"]), (&json!("joined"), &json!(number)));
    for body in [
        json!({ "move": "handle", "photoIds": [center.photo().await] }),
        json!({ "move": "inspect" }),
        json!({ "move": "pass" }),
    ] {
        center.make(number, &body).await.expect(200);
    }
    let closed = center.case(number).await;
    assert_eq!((&closed["state"], &closed["reportCount"]), (&json!("closed"), &json!(2)));
    assert_eq!(closed["clocks"][0]["state"], "finishedOnTime");
    let page = api.track(&joined["trackingCode"]).await;
    assert_eq!(page["timeline"].as_array().unwrap().last().unwrap()["act"], "pass");
}

#[tokio::test]
async fn a_workbook_with_a_title_moments_and_what_the_other_system_calls_things_is_taken_over() {
    let world = World::new().await;
    let days = |hours: f64, now: DateTime<Utc>| {
        let seconds = (now + TimeDelta::hours(8)).timestamp();
        // Days from 30 December 1899 to 1 January 1970.
        25_569.0 + f64::from(u32::try_from(seconds).unwrap()) / 86_400.0 + hours / 24.0
    };
    let now = world.now().await;
    let text = Cell::Text;
    let rows = [
        vec![text("二七区未结案件")],
        vec!["流水号", "类别", "环节", "上报时间", "派遣时间", "镇办", "挂账至", "备注"]
            .into_iter()
            .map(text)
            .collect(),
        vec![
            Cell::Number(2_026_112_600_003_003.0),
            text("坑"),
            text("在办中"),
            Cell::Moment(days(-30.0, now)),
            Cell::Moment(days(-28.0, now)),
            text("淮河路街道办事处"),
            text(""),
            text("已催"),
        ],
        vec![
            Cell::Number(2_026_112_600_003_004.0),
            text("路灯不亮"),
            text("挂账"),
            Cell::Moment(days(-30.0, now)),
            Cell::Moment(days(-28.0, now)),
            text("410103001"),
            text("2099-01-01"),
            text(""),
        ],
    ];
    let path = list(&world, "list.data", workbook(&rows));
    let columns =
        "columns: { number: 流水号 }\nstates: { 在办中: signed }\ncategories: { 坑: road-damage }\n";
    let columns = list(&world, "theirs.yaml", columns);
    let (fine, said) = import(&world, &path, &["--columns", columns.to_str().unwrap()]);
    assert!(fine && said.contains("2 open cases were taken over"), "{said}");

    let center = center(&world).await;
    let first = taken_over(&world, &center, "2026112600003003").await;
    assert_eq!((&first["category"], &first["state"]), (&json!("road-damage"), &json!("signed")));
    assert_eq!((&first["center"]["code"], &first["placeUnknown"]), (&json!(HUAIHE_CENTER), &json!(false)));
    assert_eq!(first["dueRule"], "categories.road-damage.handleLimit", "counted from the dispatch");
    assert!((moment(&first["clocks"][0]["startedAt"]) - now + TimeDelta::hours(28)).num_seconds().abs() <= 1);
    assert_eq!(first["log"][0]["note"], "已催");
    let steps = first["routing"].as_array().unwrap();
    assert_eq!(steps.last().unwrap()["step"], "enforcementTeam", "who enforces follows: {steps:?}");
    let given = json!({ "step": "takenOver", "system": "老系统", "center": HUAIHE_CENTER });
    assert!(steps.contains(&given), "{steps:?}");

    let second = taken_over(&world, &center, "2026112600003004").await;
    assert_eq!((&second["state"], second.get("dueAt")), (&json!("suspended"), None));
    assert_eq!(second["clocks"][0]["state"], "paused");
    assert_eq!(
        world.count("select count(*) from job where kind = 'resumeCase' and run_at > '2098-12-31'").await,
        1
    );
    let number = second["caseNumber"].as_str().unwrap();
    let resumed = center.make(number, &json!({ "move": "resume" })).await.expect(200);
    assert_eq!((&resumed["state"], &resumed["dueKind"]), (&json!("signed"), &json!("handle")));
}

#[tokio::test]
async fn one_wrong_cell_and_nothing_is_taken_over() {
    let world = World::new().await;
    let reported = hours(&world, -3).await;
    let (x, y) = HUAIHE;
    let mut rows = format!("A-0,飞碟,已结案,{reported},,{x},{y},,,\n");
    for number in 1..1_200 {
        rows.push_str(&format!("A-{number},井盖问题,立案,{reported},,{x},{y},,,\n"));
    }
    rows.push_str(&format!("A-1,井盖问题,立案,2099-01-01,,{y},{x},,,家里电话\n"));
    let (fine, said) = import(&world, &list(&world, "list.csv", format!("{HEADINGS}{rows}")), &[]);
    assert!(!fine && said.contains("nothing was taken over, for there are 6 faults"), "{said}");
    for words in [
        "row 2, column B (小类名称): `飞碟` is no category",
        "row 2, column C (案件状态): `已结案` is over",
        "row 1202, column A (案件编号): `A-1` stands in row 3 too",
        "row 1202, column D (上报时间): it lies in the future",
        "row 1202, column F (经度): the position is outside China; longitude and latitude seem swapped",
        "row 1202, column J (联系电话): it is no telephone number",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert!(!said.contains("家里电话"), "{said}");
    for (bytes, words) in [
        (b"PK\x03\x04 broken".as_slice(), "the workbook is damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".as_slice(), "a workbook of the old kind"),
        (b"".as_slice(), "the list is empty"),
        ("你好,世界\n".as_bytes(), "no line of the first ten has headings that are known"),
    ] {
        let (fine, said) = import(&world, &list(&world, "no-list", bytes), &[]);
        assert!(!fine && said.contains(words), "{words}: {said}");
    }
    let (fine, said) = import(&world, &world.folder.join("not-there.csv"), &[]);
    assert!(!fine && said.contains("cannot read"), "{said}");
    assert_eq!(world.count("select count(*) from cases").await, 0);
    assert_eq!(world.count("select count(*) from case_import").await, 0);
}

#[tokio::test]
async fn a_failure_in_the_middle_leaves_nothing_and_the_next_time_takes_all() {
    let world = World::new().await;
    let reported = hours(&world, -3).await;
    let (x, y) = HUAIHE;
    let rows: String =
        (0..1_100).map(|number| format!("A-{number},井盖问题,立案,{reported},,{x},{y},,,\n")).collect();
    let path = list(&world, "list.csv", format!("{HEADINGS}{rows}"));
    // The thousandth case is refused by the database, after two batches were written.
    sqlx::raw_sql(
        "create function refuse() returns trigger language plpgsql as $$ begin
             if new.number = 'A-1050' then raise exception 'disk full'; end if; return new; end $$;
         create trigger refuse before insert on case_import for each row execute function refuse();",
    )
    .execute(&world.pool)
    .await
    .unwrap();
    let (fine, said) = import(&world, &path, &[]);
    assert!(
        !fine && said.contains("1000 of 1100 cases written") && said.contains("storage failed"),
        "{said}"
    );
    for table in [
        "select count(*) from cases",
        "select count(*) from report",
        "select count(*) from job",
        "select count(*) from case_import",
    ] {
        assert_eq!(world.count(table).await, 0, "{table}");
    }
    sqlx::raw_sql("drop trigger refuse on case_import").execute(&world.pool).await.unwrap();
    // Two at once: one takes all of them, the other none.
    let twice = [0, 1].map(|_| {
        let mut command = Command::new(binary("jiekou-api"));
        command.args(["import", "cases"]).arg(&path).args([
            "--district",
            "410103",
            "--from",
            "老系统",
            "--crs",
            "wgs84",
        ]);
        command.envs(&world.settings).stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
        command.spawn().unwrap()
    });
    let ended = twice.map(|mut child| child.wait().unwrap().success());
    assert!(ended.contains(&true), "{ended:?}");
    assert_eq!(world.count("select count(*) from cases").await, 1_100);
    assert_eq!(world.count("select count(*) from cases where case_log_break(case_id) is not null").await, 0);
    let refused = world
        .count("select count(*) from (select number from case_import group by number having count(*) > 1) n");
    assert_eq!(refused.await, 0);
    let receipts = "select count(*) from (select receipt_number - lag(receipt_number) over (order by received_at, report_id) as step
        from report) steps where step < 0";
    assert_eq!(world.count(receipts).await, 0, "the earlier has the lower number");
}

#[tokio::test]
async fn what_belongs_elsewhere_is_refused_and_what_nobody_knows_waits_in_the_queue() {
    let world = World::new().await;
    let reported = hours(&world, -3).await;
    let elsewhere = format!("{HEADINGS}A-1,井盖问题,立案,{reported},,121.47,31.23,,,\n");
    let (fine, said) = import(&world, &list(&world, "shanghai.csv", elsewhere), &[]);
    assert!(!fine && said.contains("the point lies in no town of the rulebook"), "{said}");
    let words = format!(
        "编号,小类,状态,上报时间,地址\nA-1,井盖问题,立案,{reported},楼下小卖部门口\nA-2,井盖问题,立案,{reported},二七塔东侧人行道\n"
    );
    let path = list(&world, "words.csv", words);
    let mut other = Command::new(binary("jiekou-api"));
    other.args(["import", "cases"]).arg(&path).args(["--district", "410105", "--from", "老系统"]);
    let refused = other.envs(&world.settings).output().unwrap();
    assert!(String::from_utf8_lossy(&refused.stderr).contains("not those of district `410105`"));
    let (fine, said) = import(&world, &path, &[]);
    assert!(fine && said.contains("1 of them have a place that is not known"), "{said}");
    let district = world.api().sign_in("district").await;
    let unknown = taken_over(&world, &district, "A-1").await;
    assert_eq!((&unknown["placeUnknown"], &unknown["center"]["code"]), (&json!(true), &json!("410103000")));
    let tower = taken_over(&world, &district, "A-2").await;
    assert_eq!(tower["resolvedFromWords"]["name"], "二七塔");
}
