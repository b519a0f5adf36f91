//! The pages in a real browser: what a resident sees, hears and can reach. The tests themselves are in `tests/browser`.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use super::harness::World;
use super::photos::small_picture;

#[tokio::test]
async fn residents_report_with_a_browser() {
    let Ok(node) = std::env::var("JIEKOU_TEST_NODE") else {
        println!("skipped: there is no browser, see ./test");
        return;
    };
    let world = World::new().await;
    let photo = world.folder.join("hole.png");
    std::fs::write(&photo, small_picture()).unwrap();
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("browser/report.test.mjs");
    // `JIEKOU_TEST_BROWSER` and `JIEKOU_TEST_NODE_MODULES` are inherited.
    let testing = tokio::process::Command::new(node)
        .arg(script)
        .env("JIEKOU_TEST_ADDRESS", &world.apis[0].address)
        .env("JIEKOU_TEST_PHOTO", &photo)
        .current_dir(&world.folder)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output();
    let tested = tokio::time::timeout(Duration::from_secs(300), testing).await.expect("it ends").unwrap();
    let said =
        format!("{}{}", String::from_utf8_lossy(&tested.stdout), String::from_utf8_lossy(&tested.stderr));
    assert!(tested.status.success(), "{said}");
    assert!(!world.logs().contains("panicked"));
}
