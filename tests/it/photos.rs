//! Photographs: whatever is uploaded gets a right answer, and nobody sees what was not released to them.

use std::path::{Path, PathBuf};
use std::time::Duration;

use futures_util::{StreamExt, future, stream};
use reqwest::multipart::{Form, Part};
use reqwest::{Method, Response};
use serde_json::{Value, json};

use super::harness::{
    Answer, Api, HUAIHE, HUAIHE_CENTER, World, WorldOptions, moved, picture, report, test_data,
};

/// A town center that has nothing to do with [`HUAIHE`].
const OTHER_CENTER: &str = "410103003";

/// A small picture that is good in every way.
pub fn small_picture() -> Vec<u8> {
    png(64, 48)
}

/// A picture of noise.
fn png(width: u32, height: u32) -> Vec<u8> {
    let mut noise = width ^ height;
    picture::png(width, height, |_, _| {
        [(); 3].map(|()| {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            noise.to_be_bytes()[0]
        })
    })
}

/// The path and query of an address below the public one: the process itself listens elsewhere.
pub fn local(url: &Value) -> &str {
    let url = url.as_str().unwrap();
    &url[url.find("/v1/").unwrap()..]
}

pub async fn bytes(api: &Api, path: &str) -> Vec<u8> {
    let response = api.request(Method::GET, path).send().await.unwrap();
    assert_eq!(response.status(), 200, "{path}");
    assert_eq!(response.headers()["content-type"], "image/jpeg");
    response.bytes().await.unwrap().to_vec()
}

pub fn holds(bytes: &[u8], words: &[u8]) -> bool {
    bytes.windows(words.len()).any(|window| window == words)
}

async fn upload_file(api: &Api, file: &Path) -> Answer {
    let name = file.file_name().unwrap().to_string_lossy().into_owned();
    api.upload(&name, std::fs::read(file).unwrap()).await
}

pub fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
}

#[tokio::test]
async fn every_file_gets_a_picture_or_a_problem_and_the_process_goes_on() {
    let Some(folder) = test_data("images") else { return };
    let world = World::new().await;
    let api = world.api();
    let files = files_below(&folder);
    assert!(files.len() > 50, "{} files", files.len());
    let answers =
        stream::iter(&files).map(async |file| (file, upload_file(&api, file).await)).buffer_unordered(4);
    let answers: Vec<_> = answers.collect().await;
    for (file, answer) in &answers {
        let status = answer.status.as_u16();
        match status {
            201 => assert!(answer.body["width"].as_u64().unwrap() > 0, "{}", file.display()),
            400..500 => {
                assert_eq!(answer.headers["content-type"], "application/problem+json", "{}", file.display())
            }
            _ => panic!("{}: {status} {}", file.display(), answer.body),
        }
    }
    for (name, status, slug) in [
        ("heic/libheif_example.heic", 415, "photo-unsupported"),
        ("polyglot/corkami_mini.svg", 415, "photo-unsupported"),
        ("synthetic/html_named.jpg", 415, "photo-unsupported"),
        ("synthetic/bomb_20000x20000_rgb8.png", 422, "photo-too-many-pixels"),
        ("synthetic/lie_header_65535.png", 422, "photo-too-many-pixels"),
        ("synthetic/zero_byte.jpg", 422, "validation"),
    ] {
        let file = folder.join(name);
        let (_, answer) =
            answers.iter().find(|(path, _)| **path == file).unwrap_or_else(|| panic!("no {name}"));
        assert_eq!(answer.status, status, "{name}: {}", answer.body);
        assert_eq!(answer.body["type"], format!("/problems#{slug}"), "{name}");
    }
    let accepted = answers.iter().filter(|(_, answer)| answer.status == 201).count();
    assert_eq!(world.count("select count(*) from photo").await, i64::try_from(accepted).unwrap());
    api.get("/healthz").await.expect(200);
    api.upload("after.png", small_picture()).await.expect(201);
}

#[tokio::test]
async fn metadata_is_read_as_evidence_and_never_served() {
    let Some(folder) = test_data("images") else { return };
    let world = World::new().await;
    let api = world.api();
    let camera = upload_file(&api, &folder.join("exif_gps/DSCN0010.jpg")).await.expect(201);
    assert_eq!(camera["capturedAt"], "2008-10-22T16:28:39");
    assert!((camera["location"]["longitude"].as_f64().unwrap() - 11.885_1).abs() < 0.001, "{camera}");
    assert!((camera["location"]["latitude"].as_f64().unwrap() - 43.467_4).abs() < 0.001, "{camera}");
    for url in ["displayUrl", "thumbnailUrl"] {
        let copy = bytes(&api, local(&camera[url])).await;
        assert!(!holds(&copy, b"Exif"), "{url}");
        assert!(!holds(&copy, b"NIKON"), "{url}");
    }
    let nowhere = upload_file(&api, &folder.join("synthetic/gps_null_island.jpg")).await.expect(201);
    assert!(nowhere.get("location").is_none(), "{nowhere}");
    let mut sizes = Vec::new();
    for number in 1..=8 {
        let file = folder.join(format!("orientation/portrait_{number}.jpg"));
        let photo = upload_file(&api, &file).await.expect(201);
        sizes.push((photo["width"].as_u64().unwrap(), photo["height"].as_u64().unwrap()));
    }
    assert!(sizes[0].0 < sizes[0].1, "a portrait stands upright: {sizes:?}");
    assert!(sizes.iter().all(|size| *size == sizes[0]), "{sizes:?}");
}

#[tokio::test]
async fn a_stranger_sees_a_photo_only_once_the_right_center_released_it() {
    let world = World::new().await;
    let api = world.api();
    let photo = api.upload("hole.png", png(400, 300)).await.expect(201);
    let id = photo["photoId"].as_str().unwrap();
    let (display, released) = (local(&photo["displayUrl"]), format!("/v1/photos/{id}/released"));
    let (bare, query) = display.split_once('?').unwrap();
    bytes(&api, display).await;

    let last = if display.ends_with('0') { '1' } else { '0' };
    let altered = format!("{}{last}", &display[..display.len() - 1]);
    let later = query.replacen("until=1", "until=2", 1);
    for stranger in [
        bare.to_owned(),
        altered,
        format!("{bare}?{later}"),
        format!("{bare}?until=soon&signature=x"),
        format!("/v1/photos/{id}/thumbnail?{query}"),
        released.clone(),
        format!("{released}?size=thumbnail"),
        "/v1/photos/not-an-id/display".to_owned(),
    ] {
        let answer = api.get(&stranger).await;
        assert!(matches!(answer.status.as_u16(), 404 | 422), "{stranger}: {}", answer.status);
        assert_eq!(answer.headers["content-type"], "application/problem+json", "{stranger}");
    }
    api.get(bare).await.expect_problem(404, "unknown-photo");

    let mut sent = report("manhole", "路口的井盖不见了，留下一个洞", HUAIHE);
    sent["photoIds"] = json!([id]);
    let case = api.submit(&sent).await["case"]["caseNumber"].clone();
    let near = report("manhole", "井盖丢了", moved(HUAIHE, 4.0, 3.0));
    let similar = |answer: Value| {
        let found = answer["similar"].as_array().unwrap().iter().find(|it| it["caseNumber"] == case).cloned();
        found.unwrap_or_else(|| panic!("{answer}"))
    };
    let before = similar(api.post("/v1/reports/similar", &near).await.expect(200));
    assert!(before.get("photoUrl").is_none(), "{before}");

    let ours = api.sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    let others = api.sign_in(&format!("center-{OTHER_CENTER}")).await;
    let release = format!("/v1/photos/{id}/release");
    let regions = json!({ "regions": [{ "x": 0.25, "y": 0.25, "width": 0.5, "height": 0.5 }] });
    others.get(bare).await.expect_problem(404, "unknown-photo");
    others.post(&release, &regions).await.expect_problem(404, "unknown-photo");
    api.post(&release, &regions).await.expect_problem(401, "not-signed-in");
    let wrong = json!({ "regions": [{ "x": 2, "y": 0, "width": 1, "height": 1 }, {}] });
    assert_eq!(ours.post(&release, &wrong).await.pointers(), ["/regions/0", "/regions/1"]);
    api.get(&released).await.expect_problem(404, "unknown-photo");

    ours.get(bare).await.expect(200);
    ours.post(&release, &regions).await.expect(204);
    let shown = bytes(&api, &released).await;
    assert_ne!(shown, bytes(&api, display).await, "the regions are hidden");
    assert!(bytes(&api, &format!("{released}?size=thumbnail")).await.len() < shown.len());
    api.get(bare).await.expect_problem(404, "unknown-photo");

    let after = similar(api.post("/v1/reports/similar", &near).await.expect(200));
    assert!(local(&after["photoUrl"]).starts_with(&released), "{after}");
    bytes(&api, local(&after["photoUrl"])).await;
}

#[tokio::test]
async fn a_flood_of_large_photos_is_taken_or_put_off() {
    let room = vec![("JIEKOU_PHOTOS__ROOM", "4".to_owned())];
    let world = World::with(WorldOptions { settings: room, ..WorldOptions::default() }).await;
    let api = world.api();
    let large: &'static [u8] = png(1_500, 1_200).leak();
    assert!(large.len() > 5_000_000);
    let uploads = (0..80).map(async |_| {
        let form = Form::new().part("file", Part::bytes(large).file_name("large.png"));
        api.request(Method::POST, "/v1/photos").multipart(form).send().await
    });
    let answers = tokio::time::timeout(Duration::from_secs(120), future::join_all(uploads)).await.unwrap();
    let answers: Vec<Response> = answers.into_iter().map(|answer| answer.unwrap()).collect();
    let (taken, put_off): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status() == 201);
    assert!(!taken.is_empty());
    assert!(!put_off.is_empty(), "80 photos found room for 4");
    for answer in put_off {
        assert_eq!(answer.status(), 503);
        assert!(answer.headers()["retry-after"].to_str().unwrap().parse::<u32>().unwrap() > 0);
    }
    assert_eq!(world.count("select count(*) from photo").await, i64::try_from(taken.len()).unwrap());
    api.get("/healthz").await.expect(200);
    api.upload("after.png", small_picture()).await.expect(201);
}

#[tokio::test]
async fn a_forgotten_photo_goes_with_its_files_and_a_failing_disk_loses_track_of_none() {
    let mut world = World::new().await;
    let api = world.api();
    let mut ids = Vec::new();
    for _ in 0..2 {
        let photo = api.upload("a.png", small_picture()).await.expect(201);
        ids.push(photo["photoId"].as_str().unwrap().to_owned());
    }
    sqlx::query("update photo set uploaded_at = uploaded_at - interval '3 days'")
        .execute(&world.pool)
        .await
        .unwrap();
    let file = |id: &str| {
        let id = id.replace('-', "");
        world.folder.join("photos/display").join(&id[30..]).join(&id)
    };
    // A folder in the place of a file cannot be removed as a file: the disk fails for this photo.
    let broken = file(&ids[0]);
    std::fs::remove_file(&broken).unwrap();
    std::fs::create_dir_all(broken.join("inside")).unwrap();
    let other = file(&ids[1]);
    assert!(other.exists());
    world.start_worker().await;
    let rows = async |world: &World, count| {
        for _ in 0..400 {
            if world.count("select count(*) from photo").await == count {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("never {count} photos");
    };
    rows(&world, 1).await;
    assert!(!other.exists());
    let mut body = report("small-ads", "小广告", HUAIHE);
    body["photoIds"] = json!([ids[0]]);
    assert_eq!(
        api.post("/v1/reports", &body).await.pointers(),
        ["/photoIds/0"],
        "nobody can use it any more"
    );
    std::fs::remove_dir_all(&broken).unwrap();
    world.worker.take();
    world.start_worker().await;
    rows(&world, 0).await;
}
