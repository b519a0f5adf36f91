//! The pages in a real browser: what a resident sees, hears and can reach. The tests themselves are in `tests/browser`.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use super::harness::World;
use super::photos::small_picture;

#[tokio::test]
async fn residents_report_with_a_browser() {
    let world = World::new().await;
    let photo = world.folder.join("hole.png");
    std::fs::write(&photo, small_picture()).unwrap();
    run(&world, "report.test.mjs", "JIEKOU_TEST_PHOTO", photo.to_str().unwrap()).await;
}

#[tokio::test]
async fn staff_set_their_password_with_a_browser() {
    let world = World::new().await;
    let grant = "inspector:town:410103001";
    let said = world.run(&["staff", "invite", "wang", "--name", "王芳", "--grant", grant]);
    let code = said.split_once("/invitation#").unwrap().1.lines().next().unwrap();
    run(&world, "invitation.test.mjs", "JIEKOU_TEST_INVITATION", code).await;
}

/// Runs a script of `tests/browser` against the installation, with something it needs in a variable.
async fn run(world: &World, script: &str, variable: &str, value: &str) {
    let Ok(node) = std::env::var("JIEKOU_TEST_NODE") else {
        println!("skipped: there is no browser, see ./test");
        return;
    };
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("browser").join(script);
    // `JIEKOU_TEST_BROWSER` and `JIEKOU_TEST_NODE_MODULES` are inherited.
    let testing = tokio::process::Command::new(node)
        .arg(script)
        .env("JIEKOU_TEST_ADDRESS", &world.apis[0].address)
        .env(variable, value)
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
