//! What an installation sets for its safety: secrets as files, numbers on an address of their own, nothing in clear.

use std::collections::HashMap;

use super::harness::{HUAIHE, Process, World, authority, free_port, report, tls_door};
use super::operations::run;

#[tokio::test]
async fn the_numbers_are_on_an_address_of_their_own_and_not_on_the_public_one() {
    let mut world = World::new().await;
    let own = format!("127.0.0.1:{}", free_port());
    let position = world.add_api(&[("JIEKOU_METRICS__BIND", &own)]).await;
    let api = world.api_at(position);
    api.submit(&report("manhole", "路口的井盖不见了", HUAIHE)).await;
    api.get("/metrics").await.expect_problem(404, "no-such-address");
    let numbers = reqwest::get(format!("http://{own}/metrics")).await.unwrap();
    assert_eq!(numbers.status(), 200);
    let numbers = numbers.text().await.unwrap();
    assert!(numbers.contains(r#"jiekou_reports_total{outcome="new"} 1"#), "{numbers}");
    for path in ["/", "/v1/about", "/readyz", "/docs"] {
        assert_eq!(reqwest::get(format!("http://{own}{path}")).await.unwrap().status(), 404, "{path}");
    }
    let mut settings = world.settings.clone();
    settings.insert("JIEKOU_HTTP__BIND".into(), "127.0.0.1:0".into());
    settings.insert("JIEKOU_METRICS__BIND".into(), own);
    let taken = run("jiekou-api", &["serve"], &settings).await;
    assert!(!taken.status.success());
    assert!(String::from_utf8_lossy(&taken.stderr).contains("JIEKOU_METRICS__BIND"), "{taken:?}");
}

#[tokio::test]
async fn secrets_that_a_store_mounts_as_files_are_enough_to_serve() {
    let world = World::new().await;
    let folder = world.folder.join("secrets");
    std::fs::create_dir(&folder).unwrap();
    let secret =
        |name: &str| name.contains("SECRETS__") || name.ends_with("__URL") && !name.contains("PHOTOS");
    let (secrets, mut settings): (HashMap<String, String>, HashMap<String, String>) =
        world.settings.clone().into_iter().partition(|(name, _)| secret(name));
    assert!(secrets.len() >= 5, "{secrets:?}");
    for (name, value) in &secrets {
        std::fs::write(folder.join(name), format!("{value}\n")).unwrap();
    }
    settings.insert("JIEKOU_SECRETS__FOLDER".into(), folder.display().to_string());
    let process = Process::start("jiekou-api", &settings, &world.folder).await;
    let api = super::harness::Api::new(&process.address);
    api.submit(&report("manhole", "路口的井盖不见了", HUAIHE)).await;
    let shown = run("jiekou-api", &["config"], &settings).await;
    let shown = String::from_utf8(shown.stdout).unwrap();
    assert!(shown.contains("secrets.master_keys = (set)"), "{shown}");
    assert!(secrets.values().all(|value| !shown.contains(value)), "{shown}");

    std::fs::remove_file(folder.join("JIEKOU_SECRETS__MASTER_KEYS")).unwrap();
    settings.insert("JIEKOU_HTTP__BIND".into(), "127.0.0.1:0".into());
    let refused = run("jiekou-api", &["serve"], &settings).await;
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && said.contains("JIEKOU_SECRETS__MASTER_KEYS"), "{said}");
}

#[tokio::test]
async fn a_process_that_must_speak_to_nobody_in_clear_does_not_start_where_it_would() {
    let world = World::new().await;
    let mut settings = world.settings.clone();
    settings.insert("JIEKOU_TRANSPORT__ENCRYPTED_ONLY".into(), "true".into());
    for (name, bind) in [("jiekou-api", "JIEKOU_HTTP__BIND"), ("jiekou-worker", "JIEKOU_WORKER__BIND")] {
        settings.insert(bind.into(), "127.0.0.1:0".into());
        let refused = run(name, &["serve"], &settings).await;
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(!refused.status.success(), "{name} starts");
        assert!(
            said.contains("JIEKOU_DATABASE__URL") && said.contains("sslmode=verify-full"),
            "{name}: {said}"
        );
    }
}

#[tokio::test]
async fn redis_is_spoken_to_by_tls_and_only_to_whom_the_certificate_names() {
    let mut world = World::new().await;
    let (before, place) = world.settings["JIEKOU_REDIS__URL"].rsplit_once('@').unwrap();
    let password = before.strip_prefix("redis://").unwrap().to_owned();
    let (inside, database) = place.split_once('/').unwrap();
    let (port, database) = (tls_door(inside.to_owned()).await, database.to_owned());
    let url = |host: &str| format!("rediss://{password}@{host}:{port}/{database}");
    let authority = authority().display().to_string();
    for (host, trusted, redis) in [
        ("localhost", authority.as_str(), "ok"),
        ("127.0.0.1", &authority, "unreachable"),
        ("localhost", "", "unreachable"),
    ] {
        let mut own = vec![("JIEKOU_REDIS__URL", url(host))];
        own.extend((!trusted.is_empty()).then(|| ("SSL_CERT_FILE", trusted.to_owned())));
        let own: Vec<(&str, &str)> = own.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let position = world.add_api(&own).await;
        let ready = world.api_at(position).get("/readyz").await.expect(200);
        assert_eq!(ready["redis"], redis, "{host}, trusting {trusted:?}");
    }
}
