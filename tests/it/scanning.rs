//! Files of outside people are looked at by a virus scanner before anything of them is kept.

use super::harness::scanner_server::{ScannerMode, ScannerServer, VIRUS};
use super::harness::{Api, World, WorldOptions};
use super::operations::run;
use super::photos::{files_below, small_picture};
use super::videos::{ffmpeg, filmed};

async fn world(scanner: &ScannerServer, more: Vec<(&'static str, String)>) -> World {
    let settings = [scanner.settings(), more].concat();
    World::with(WorldOptions { settings, ..WorldOptions::default() }).await
}

/// The file with a virus behind its end, where no decoder looks.
fn infected(file: Vec<u8>) -> Vec<u8> {
    [file, VIRUS.to_vec()].concat()
}

async fn kept(world: &World) -> (usize, i64) {
    let photos = world.folder.join("photos");
    let files = if photos.is_dir() { files_below(&photos).len() } else { 0 };
    (files, world.count("select count(*) from photo").await)
}

async fn refused(api: &Api, path: &str, file: Vec<u8>) {
    let refused = api.upload_to(path, "file", infected(file)).await.expect_problem(422, "file-infected");
    assert!(!refused.to_string().contains("Test.Virus"), "what was found is for the log: {refused}");
}

#[tokio::test]
async fn an_infected_photo_or_list_is_refused_and_nothing_of_it_is_kept() {
    let scanner = ScannerServer::start().await;
    let world = world(&scanner, Vec::new()).await;
    let api = world.api();
    refused(&api, "/v1/photos", small_picture()).await;
    assert_eq!(kept(&world).await, (0, 0));
    assert!(world.logs().contains("Test.Virus"), "an operator reads what was found");
    api.upload("small.png", small_picture()).await.expect(201);
    assert_eq!(kept(&world).await, (3, 1), "original, display and thumbnail");
    assert_eq!(scanner.seen().await, 2);

    let list = world.folder.join("shops.csv");
    let shop = "店铺编码,店铺名称,路段编码,地址,联系电话\nS-1,老张面馆,410103001001,,13912345678\n";
    std::fs::write(&list, infected(shop.into())).unwrap();
    let import = ["import", "storefronts", list.to_str().unwrap()];
    let done = run("jiekou-api", &import, &world.settings).await;
    assert!(!done.status.success(), "an infected list is imported");
    assert!(String::from_utf8_lossy(&done.stderr).contains("infected"), "{done:?}");
    assert_eq!(world.count("select count(*) from storefront").await, 0);
    std::fs::write(&list, shop).unwrap();
    let done = run("jiekou-api", &import, &world.settings).await;
    assert!(String::from_utf8_lossy(&done.stdout).contains("1 shops"), "{done:?}");
}

#[tokio::test]
async fn an_infected_video_is_refused_before_a_still_is_taken_of_it() {
    let Some(program) = ffmpeg() else { return };
    let scanner = ScannerServer::start().await;
    let world = world(&scanner, vec![("JIEKOU_VIDEOS__FFMPEG", program.clone())]).await;
    let film = filmed(&program, &world.folder, 1, &[]);
    // A box that players leap over.
    let length = u32::try_from(VIRUS.len() + 8).unwrap().to_be_bytes();
    let film = [film, length.to_vec(), b"free".to_vec()].concat();
    refused(&world.api(), "/v1/videos", film).await;
    assert_eq!(kept(&world).await, (0, 0));
}

#[tokio::test]
async fn without_a_verdict_a_file_is_put_off_and_never_kept_unseen() {
    let scanner = ScannerServer::start().await;
    let world = world(&scanner, Vec::new()).await;
    let api = world.api();
    for mode in [ScannerMode::Silent, ScannerMode::HangsUp, ScannerMode::TooLong] {
        scanner.set(mode).await;
        let answer = api.upload("small.png", small_picture()).await;
        let again: u32 = answer.headers["retry-after"].to_str().unwrap().parse().unwrap();
        assert!(again >= 5, "{mode:?}: a scanner is not back at once");
        answer.expect_problem(503, "unavailable");
        assert_eq!(kept(&world).await, (0, 0), "{mode:?}");
    }
    scanner.set(ScannerMode::Looks).await;
    api.upload("small.png", small_picture()).await.expect(201);
    assert_eq!(kept(&world).await, (3, 1));
}
