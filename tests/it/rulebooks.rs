//! Rules are checked, compared, tried and put in force with the real program, while the real processes serve.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::{HUAIHE, HUAIHE_CENTER, World, binary, project, report};

/// Runs a command of `jiekou-api` and returns whether it succeeded, and what it said.
fn told(arguments: &[&str]) -> (bool, String) {
    let done = Command::new(binary("jiekou-api")).args(arguments).output().unwrap();
    let said = if done.status.success() { done.stdout } else { done.stderr };
    (done.status.success(), String::from_utf8_lossy(&said).into_owned())
}

fn edit(folder: &Path, file: &str, from: &str, to: &str) {
    let file = folder.join(file);
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.contains(from), "{} has no {from}", file.display());
    std::fs::write(&file, text.replacen(from, to, 1)).unwrap();
}

fn path(folder: &Path) -> &str {
    folder.to_str().unwrap()
}

fn shipped(name: &str) -> PathBuf {
    project().join("rulebooks").join(name)
}

/// Waits until the API serves the rulebook of this version.
async fn served(world: &World, version: &str) {
    for _ in 0..100 {
        if world.api().get("/v1/about").await.expect(200)["version"] == version {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("version {version} is not served after ten seconds");
}

#[tokio::test]
async fn every_shipped_rulebook_passes_its_check_and_a_broken_one_hears_of_every_fault_at_once() {
    for name in ["erqi", "party-road-chief", "dengfeng", "dalian", "zhengzhou"] {
        let (good, said) = told(&["rulebook", "check", path(&shipped(name))]);
        assert!(good && said.contains("no faults"), "{said}");
        assert!(said.contains("note: ") && said.contains("schematic"), "{said}");
    }
    let world = World::new().await;
    let folder = world.copy_of_rulebook();
    edit(&folder, "clocks.yaml", "unit: workHour", "unit: hour");
    edit(&folder, "categories.yaml", "family: lighting", "family: light");
    edit(&folder, "areas/towns.geojson", "\"code\":\"410103003\"", "\"code\":\"41010300\"");
    let (good, said) = told(&["rulebook", "check", path(&folder)]);
    assert!(
        !good && said.contains("clocks.yaml:6: dispatch.unit: unknown variant `hour`, expected one of"),
        "{said}"
    );
    edit(&folder, "clocks.yaml", "unit: hour", "unit: workHour");
    let (good, said) = told(&["rulebook", "check", path(&folder)]);
    assert!(!good, "{said}");
    for expected in [
        "of family `light`, which dedup.yaml lacks",
        "town `41010300`: write nine digits",
        "which towns.geojson lacks",
    ] {
        assert!(said.contains(expected), "{expected}: {said}");
    }
    let broken = Command::new(binary("jiekou-api"))
        .args(["rulebook", "load", path(&folder)])
        .envs(&world.settings)
        .output()
        .unwrap();
    assert!(!broken.status.success());
    assert_eq!(world.count("select count(*) from rulebook_version").await, 1, "nothing half-applied");
}

#[tokio::test]
async fn what_a_new_version_changes_is_told_and_tried_on_past_reports() {
    let world = World::new().await;
    let folder = world.copy_of_rulebook();
    edit(
        &folder,
        "categories.yaml",
        "handleLimit: { amount: 1, unit: workDay }",
        "handleLimit: { amount: 2, unit: workDay }",
    );
    let old = shipped("erqi");
    let (_, said) = told(&["rulebook", "diff", path(&old), path(&folder)]);
    assert!(
        said.starts_with("2 differences:")
            || said.contains("category `street-light`: handleLimit is 2 workDay instead of 1 workDay"),
        "{said}"
    );
    assert_eq!(
        told(&["rulebook", "diff", path(&old), path(&old)]).1.trim().split(' ').next_back(),
        Some("same")
    );
    let file = folder.join("past.csv");
    std::fs::write(&file, format!("id,time,longitude,latitude,description\nA1,2026-08-03 09:00,{},{},路灯不亮\nA2,2026-08-03 09:00,{},{},路面有坑洼\n", HUAIHE.0, HUAIHE.1, HUAIHE.0, HUAIHE.1)).unwrap();
    let tried = |more: &[&str]| {
        let mut arguments =
            vec!["rulebook", "simulate", path(&folder), "--requests", path(&file), "--crs", "wgs84"];
        arguments.extend(more);
        told(&arguments)
    };
    let (good, said) = tried(&[]);
    assert!(good && said.contains("A1: street-light → 淮河路街道数字化城管中心"), "{said}");
    assert!(said.contains("by 2026-08-05 09:00 (categories.street-light.handleLimit)"), "{said}");
    let (good, said) = tried(&["--against", path(&old)]);
    assert!(good && said.contains("1 of 2 reports would go otherwise"), "{said}");
    assert!(
        said.contains("A1: due 2026-08-05 09:00") && said.contains("instead of 2026-08-04 09:00"),
        "{said}"
    );
    std::fs::write(&file, "time\nyesterday\n").unwrap();
    let (good, said) = tried(&[]);
    assert!(!good && said.contains("line 2: `yesterday` is no time"), "{said}");
}

#[tokio::test]
async fn a_new_version_is_served_without_a_restart_and_open_cases_keep_theirs() {
    let world = World::with_worker().await;
    let api = world.api();
    let before = api.submit(&report("street-light", "路灯不亮", HUAIHE)).await;
    let folder = world.copy_of_rulebook();
    edit(&folder, "rulebook.yaml", "version: \"2018.1\"", "version: \"2\"");
    edit(
        &folder,
        "clocks.yaml",
        "preVerify: { amount: 24, unit: urgentHour }",
        "preVerify: { amount: 1, unit: urgentHour }",
    );
    world.run(&["rulebook", "load", path(&folder)]);
    served(&world, "2").await;
    let after = api.submit(&report("road-damage", "路面有一个大坑", HUAIHE)).await;
    let center = api.sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    let due = async |answer: &Value| {
        let number = answer["case"]["caseNumber"].as_str().unwrap();
        let case = center.make(number, &json!({ "move": "accept" })).await.expect(200);
        let at: chrono::DateTime<chrono::Utc> = case["dueAt"].as_str().unwrap().parse().unwrap();
        (at - world.now().await).num_minutes()
    };
    let (kept, new) = (due(&before).await, due(&after).await);
    assert!(
        kept > 23 * 60 && new <= 60,
        "the open case keeps its 24 hours, the new one has one: {kept} {new}"
    );
    assert_eq!(world.count("select count(distinct rulebook_version_id) from cases").await, 2);
    world.run(&["rulebook", "load", path(&folder)]);
    assert_eq!(
        world.count("select count(*) from rulebook_version").await,
        2,
        "loading again changes nothing"
    );
    world.run(&["rulebook", "load", path(&shipped("erqi"))]);
    served(&world, "2018.1").await;
}

#[tokio::test]
async fn a_version_waits_for_its_date_and_none_takes_effect_backwards() {
    let world = World::new().await;
    let folder = world.copy_of_rulebook();
    edit(&folder, "rulebook.yaml", "version: \"2018.1\"", "version: \"next\"\neffectiveFrom: 2999-01-01");
    let said = world.run(&["rulebook", "load", path(&folder)]);
    assert!(said.contains("takes effect on 2999-01-01"), "{said}");
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(world.api().get("/v1/about").await.expect(200)["version"], "2018.1");
    let come = sqlx::query(
        "update rulebook_version set effective_from = now() + interval '1 second' where version = 'next'",
    );
    come.execute(&world.pool).await.unwrap();
    served(&world, "next").await;
    edit(&folder, "rulebook.yaml", "effectiveFrom: 2999-01-01", "effectiveFrom: 2018-07-31");
    let late = Command::new(binary("jiekou-api"))
        .args(["rulebook", "load", path(&folder)])
        .envs(&world.settings)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&late.stderr).into_owned();
    assert!(
        !late.status.success() && said.contains("`effectiveFrom: 2018-07-31` lies in the past"),
        "{said}"
    );
}

#[tokio::test]
async fn areas_of_a_city_are_imported_whole_or_not_at_all_and_served_without_a_restart() {
    let world = World::new().await;
    let folder = world.copy_of_rulebook();
    let towns = std::fs::read_to_string(folder.join("areas/towns.geojson")).unwrap();
    let named = towns
        .replace("\"properties\":{", "\"properties\":{\"level\":\"town\",")
        .replace("淮河路街道数字化城管中心", "淮河路新中心");
    let file = world.folder.join("city.geojson");
    std::fs::write(&file, &named).unwrap();
    let import =
        |file: &Path| told(&["import", "areas", path(file), "--crs", "wgs84", "--into", path(&folder)]);
    // A ring that is not closed, and a segment's town that would be gone.
    let broken = world.folder.join("broken.geojson");
    std::fs::write(&broken, named.replacen("[[[113.622297,34.750162],", "[[", 1)).unwrap();
    let (good, said) = import(&broken);
    assert!(
        !good && said.contains("nothing was imported") && said.contains("a ring is not closed"),
        "{said}"
    );
    std::fs::write(&broken, named.replace("410103001", "410103901")).unwrap();
    let (good, said) = import(&broken);
    assert!(!good && said.contains("lies in town `410103001`, which towns.geojson lacks"), "{said}");
    assert_eq!(
        std::fs::read_to_string(folder.join("areas/towns.geojson")).unwrap(),
        towns,
        "the folder is unchanged"
    );
    // 200 MB are refused before they are read; the file is sparse.
    let huge = world.folder.join("huge.geojson");
    std::fs::File::create(&huge).unwrap().set_len(200 * 1024 * 1024).unwrap();
    let (good, said) = import(&huge);
    assert!(!good && said.contains("has 209715200 bytes; at most 67108864 are read"), "{said}");
    let (good, said) = import(&file);
    assert!(good && said.contains("17 of level town"), "{said}");
    world.run(&["rulebook", "load", path(&folder)]);
    for attempt in 0.. {
        let answer = world.api().submit(&report("street-light", "路灯不亮", HUAIHE)).await;
        if answer["center"]["name"] == "淮河路新中心" {
            break;
        }
        assert!(attempt < 20, "{answer}");
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
}

#[tokio::test]
async fn why_here_is_told_with_the_lead_and_the_enforcement_team() {
    let world = World::new().await;
    let answer = world.api().submit(&report("shop-outside", "饭店出店经营", HUAIHE)).await;
    let number = answer["case"]["caseNumber"].as_str().unwrap();
    let center = world.api().sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    let case = center.get(&format!("/v1/cases/{number}")).await.expect(200);
    let steps: Vec<&str> =
        case["routing"].as_array().unwrap().iter().map(|step| step["step"].as_str().unwrap()).collect();
    assert_eq!(steps, ["pointInSegment", "enforcementTeam"], "{case}");
}
