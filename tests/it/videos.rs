//! Short videos: checked, kept sealed, and a still of them shown.

use std::path::{Path, PathBuf};
use std::process::Command;

use reqwest::{Method, Response};
use serde_json::json;

use super::harness::{Answer, Api, HUAIHE, HUAIHE_CENTER, World, WorldOptions, report};
use super::photos::{bytes, files_below, holds, local, small_picture};

/// The program that takes stills; `None` with one line that says the test was skipped.
pub fn ffmpeg() -> Option<String> {
    let found = std::env::var("JIEKOU_TEST_FFMPEG").ok().filter(|path| !path.is_empty());
    if found.is_none() {
        println!("skipped: there is no ffmpeg");
    }
    found
}

async fn world(program: &str) -> World {
    let settings = vec![("JIEKOU_VIDEOS__FFMPEG", program.to_owned())];
    World::with(WorldOptions { settings, ..WorldOptions::default() }).await
}

/// A video as a phone makes it: H.264 with sound, `options` of ffmpeg added.
pub fn filmed(program: &str, folder: &Path, seconds: u32, options: &[&str]) -> Vec<u8> {
    let file = folder.join("filmed.mp4");
    let picture = format!("testsrc=duration={seconds}:size=320x240:rate=10");
    let sound = format!("sine=frequency=440:duration={seconds}");
    let made = Command::new(program)
        .args(["-loglevel", "error", "-y", "-f", "lavfi", "-i", &picture, "-f", "lavfi", "-i", &sound])
        .args(["-c:v", "libx264", "-pix_fmt", "yuv420p", "-metadata", "title=planted-title", "-shortest"])
        .args(options)
        .arg(&file)
        .status()
        .unwrap();
    assert!(made.success());
    std::fs::read(file).unwrap()
}

async fn send(api: &Api, bytes: Vec<u8>) -> Answer {
    api.upload_to("/v1/videos", "filmed.mp4", bytes).await
}

/// What lies where processes of this world have their temporary files.
fn left_behind(world: &World) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(&world.folder).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.to_string_lossy().contains("jiekou-video-")).collect()
}

#[tokio::test]
async fn a_video_is_kept_sealed_and_its_still_is_a_photo_of_the_report() {
    let Some(program) = ffmpeg() else { return };
    let world = world(&program).await;
    let api = world.api();
    let film = filmed(&program, &world.folder, 3, &[]);
    let video = send(&api, film.clone()).await.expect(201);
    assert!((video["seconds"].as_f64().unwrap() - 3.0).abs() < 0.2, "{video}");
    assert_eq!((&video["width"], &video["height"]), (&json!(320), &json!(240)));
    let still = bytes(&api, local(&video["displayUrl"])).await;
    assert!(!holds(&still, b"planted-title") && !holds(&still, b"Lavc"), "the still has no metadata");
    let stored = files_below(&world.folder.join("photos"));
    assert_eq!(stored.len(), 3, "the video, and two copies of the still: {stored:?}");
    for file in stored {
        let kept = std::fs::read(&file).unwrap();
        assert!(
            !holds(&kept, b"ftyp") && !holds(&kept, &film[film.len() / 2..film.len() / 2 + 64]),
            "{}",
            file.display()
        );
    }

    let mut body = report("small-ads", "墙上贴满小广告", HUAIHE);
    body["photoIds"] = json!([video["photoId"]]);
    let filed = api.post("/v1/reports", &body).await.expect(201);
    let center = api.sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    let case =
        center.get(&format!("/v1/cases/{}", filed["case"]["caseNumber"].as_str().unwrap())).await.expect(200);
    assert_eq!(case["photos"][0]["photoId"], video["photoId"], "{case}");
    assert!((case["photos"][0]["videoSeconds"].as_f64().unwrap() - 3.0).abs() < 0.2, "{case}");
    let id = video["photoId"].as_str().unwrap();
    center.post(&format!("/v1/photos/{id}/release"), &json!({ "regions": [] })).await.expect(204);
    assert_eq!(bytes(&api, &format!("/v1/photos/{id}/released")).await.get(..2), Some(&[0xff, 0xd8][..]));
}

#[tokio::test]
async fn whatever_is_no_short_video_is_told_why_and_leaves_nothing() {
    let Some(program) = ffmpeg() else { return };
    let world = world(&program).await;
    let api = world.api();
    let film = filmed(&program, &world.folder, 3, &[]);
    let long = filmed(&program, &world.folder, 31, &[]);
    let only_sound = filmed(&program, &world.folder, 3, &["-vn"]);
    let in_fragments = filmed(&program, &world.folder, 3, &["-movflags", "frag_keyframe+empty_moov"]);
    // Headers that promise three seconds, and nothing that can be decoded behind them.
    let start = film.windows(4).position(|it| it == b"mdat").unwrap() + 4;
    let end = film.windows(4).position(|it| it == b"moov").unwrap() - 4;
    let mut noise = film.clone();
    noise[start..end].iter_mut().for_each(|byte| *byte ^= 0x5a);
    let cases: Vec<(&str, Vec<u8>, u16, &str)> = vec![
        ("31 seconds", long, 422, "video-too-long"),
        ("no picture", only_sound, 422, "video-broken"),
        ("fragments of no known length", in_fragments, 415, "video-unsupported"),
        ("noise", noise, 422, "video-broken"),
        ("cut off", film[..film.len() / 2].to_vec(), 422, "video-broken"),
        ("a photo", small_picture(), 415, "video-unsupported"),
        ("nothing", Vec::new(), 422, "validation"),
        ("51 MB", [film, vec![0; 51 << 20]].concat(), 413, "video-too-large"),
    ];
    for (name, bytes, status, slug) in cases {
        let answer = send(&api, bytes).await;
        assert_eq!(answer.status.as_u16(), status, "{name}: {}", answer.body);
        assert_eq!(answer.body["type"], format!("/problems#{slug}"), "{name}");
    }
    let plain: Response = api.request(Method::POST, "/v1/videos").json(&json!({})).send().await.unwrap();
    assert_eq!(plain.status(), 415);
    assert_eq!(world.count("select count(*) from photo").await, 0);
    assert!(files_below(&world.folder.join("photos")).is_empty());
    assert_eq!(left_behind(&world), Vec::<PathBuf>::new());
}

#[tokio::test]
async fn playlists_and_addresses_in_the_place_of_a_video_are_not_followed() {
    let Some(program) = ffmpeg() else { return };
    let world = world(&program).await;
    let api = world.api();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap();
    let playlist = format!("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nhttp://{address}/a.ts\n");
    send(&api, playlist.clone().into_bytes()).await.expect_problem(415, "video-unsupported");
    let mut disguised = b"\0\0\0\x18ftypisom\0\0\x02\0isomiso2".to_vec();
    disguised.extend_from_slice(playlist.as_bytes());
    assert!(send(&api, disguised).await.status.is_client_error());
    assert!(listener.accept().is_err(), "nobody was asked");
}

#[tokio::test]
async fn where_no_program_takes_stills_videos_are_refused_and_photos_go_on() {
    let world = World::new().await;
    let api = world.api();
    send(&api, b"\0\0\0\x18ftypisom".to_vec()).await.expect_problem(415, "video-unsupported");
    api.upload("a.png", small_picture()).await.expect(201);
    let world = self::world("/nowhere/ffmpeg").await;
    let Some(program) = ffmpeg() else { return };
    let film = filmed(&program, &world.folder, 2, &[]);
    let answer = send(&world.api(), film).await;
    assert!(!answer.status.is_success(), "{}", answer.body);
    assert_eq!(world.count("select count(*) from photo").await, 0);
}
