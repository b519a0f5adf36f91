//! Photos that a platform names by their address: fetched later, guarded, and checked like uploads.

use serde_json::json;

use super::{case_of, filed, manhole, sender};
use crate::harness::scanner_server::{ScannerServer, VIRUS};
use crate::harness::{HUAIHE_CENTER, Reply, WebServer, World, WorldOptions};
use crate::photos::small_picture;

const PRIVATE: &str = "JIEKOU_OUTWARD__PRIVATE_NETWORKS";

async fn world(private: bool) -> World {
    let settings = vec![(PRIVATE, private.to_string())];
    World::with(WorldOptions { worker: true, settings, ..WorldOptions::default() }).await
}

/// Waits until no job fetches any more, and says why those that were laid aside were.
async fn settled(world: &World) -> Vec<String> {
    for _ in 0..400 {
        let waiting = "select count(*) from job where kind = 'fetchMedia' and dead_at is null";
        if world.count(waiting).await == 0 {
            let dead = "select last_error from job where kind = 'fetchMedia' and dead_at is not null order by job_id";
            return sqlx::query_scalar(dead).fetch_all(&world.pool).await.unwrap();
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("photos are still being fetched");
}

async fn photos(world: &World) -> i64 {
    world.count("select count(*) from photo where report_id is not null").await
}

#[tokio::test]
async fn a_photo_at_an_address_is_fetched_once_and_belongs_to_the_request() {
    let (world, server) = (world(true).await, WebServer::start().await);
    server.answer("/hole.png", Reply::of("image/png", small_picture())).await;
    let sender = sender(&world, "平台", &["open311:write"]).await;
    let (url, again) = (server.url("/hole.png"), server.url("/hole.png"));
    let mut form = manhole(&sender, "井盖坏了");
    form.extend([("media_url", url.as_str()), ("media_url[]", again.as_str())]);
    let id = filed(&world, &form).await;
    assert_eq!(settled(&world).await, Vec::<String>::new());
    assert_eq!(photos(&world).await, 1, "the same bytes twice are one photo");
    let center = world.api().sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    let case = center.case(&case_of(&world, &id).await).await;
    assert_eq!(case["photos"].as_array().unwrap().len(), 1);
    let asked = server.asked().await;
    assert!(asked.iter().all(|it| it.method == "GET" && !it.headers.contains_key("cookie")), "{asked:?}");
}

#[tokio::test]
async fn what_is_no_photo_too_large_or_sends_elsewhere_is_laid_aside_and_the_report_stands() {
    let (world, server) = (world(true).await, WebServer::start().await);
    server.answer("/page", Reply::of("text/html", b"<html>".to_vec())).await;
    server.answer("/broken.jpg", Reply::of("image/jpeg", vec![7; 900])).await;
    server.answer("/huge.png", Reply::of("image/png", vec![0; 10 * 1024 * 1024 + 1])).await;
    let elsewhere = Reply { headers: vec![("location", server.url("/hole.png"))], ..Reply::status(302) };
    server.answer("/moved.png", elsewhere).await;
    server.answer("/hole.png", Reply::of("image/png", small_picture())).await;
    let sender = sender(&world, "平台", &["open311:write"]).await;
    let urls = ["/page", "/broken.jpg", "/huge.png", "/moved.png", "/gone"].map(|path| server.url(path));
    let mut form = manhole(&sender, "井盖坏了");
    form.extend(urls.iter().map(|url| ("media_url", url.as_str())));
    filed(&world, &form).await;
    let mut reasons = settled(&world).await;
    reasons.sort_unstable();
    let mut due = [
        "its server sends elsewhere",
        "the photo is larger than 10 MB",
        "there is nothing at the address",
        "what lies there is no good photo",
        "what lies there is no photo",
    ];
    due.sort_unstable();
    assert_eq!(reasons, due);
    assert_eq!((photos(&world).await, world.count("select count(*) from report").await), (0, 1));
    assert!(server.asked().await.iter().all(|it| it.path != "/hole.png"), "no redirect is followed");
}

#[tokio::test]
async fn machines_beside_the_server_are_never_called() {
    let (world, server) = (world(false).await, WebServer::start().await);
    let sender = sender(&world, "平台", &["open311:write"]).await;
    let port = server.url("/").rsplit(':').next().unwrap().trim_end_matches('/').to_owned();
    let urls = [
        format!("http://127.0.0.1:{port}/"),
        format!("https://127.0.0.1:{port}/"),
        format!("https://localhost:{port}/"),
        format!("https://[::ffff:127.0.0.1]:{port}/"),
        format!("https://2130706433:{port}/"),
        "https://169.254.169.254/latest/meta-data".to_owned(),
        "https://10.0.0.1/".to_owned(),
        "https://user:hunter2@127.0.0.1/".to_owned(),
    ];
    let mut form = manhole(&sender, "井盖坏了");
    form.extend(urls.iter().map(|url| ("media_url", url.as_str())));
    filed(&world, &form).await;
    let reasons = settled(&world).await;
    assert_eq!(reasons.len(), urls.len(), "{reasons:?}");
    assert_eq!(server.asked().await.len(), 0, "nobody was called");
    assert_eq!(photos(&world).await, 0);
    assert!(!world.logs().contains("hunter2"), "an address is no log's");
    let payload = json!(reasons);
    assert!(payload.to_string().contains("public network"), "{payload}");
}

#[tokio::test]
async fn an_infected_photo_is_laid_aside_and_the_report_stands() {
    let (scanner, server) = (ScannerServer::start().await, WebServer::start().await);
    let settings = [scanner.settings(), vec![(PRIVATE, true.to_string())]].concat();
    let world = World::with(WorldOptions { worker: true, settings, ..WorldOptions::default() }).await;
    let infected = [small_picture(), VIRUS.to_vec()].concat();
    server.answer("/ill.png", Reply::of("image/png", infected)).await;
    let sender = sender(&world, "平台", &["open311:write"]).await;
    let url = server.url("/ill.png");
    let mut form = manhole(&sender, "井盖坏了");
    form.push(("media_url", url.as_str()));
    filed(&world, &form).await;
    assert_eq!(settled(&world).await, ["what lies there is infected"]);
    assert_eq!((photos(&world).await, world.count("select count(*) from report").await), (0, 1));
    assert_eq!(scanner.seen().await, 1);
}
