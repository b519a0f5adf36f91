//! Photos that a caller sent to the hotline are fetched from its platform and from nowhere else, once, and stand with the case;
//! what is not taken says why.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{THERE, center, order};
use crate::harness::scanner_server::{ScannerMode, ScannerServer, VIRUS};
use crate::harness::{HotlinePlatform, Reply, Served, WebServer, World, WorldOptions, picture, report};
use crate::photos::small_picture;
use crate::videos::{ffmpeg, filmed};

/// A platform, and an installation with a worker that waits two seconds for a file.
async fn connected(more: &[(&'static str, String)]) -> (HotlinePlatform, World) {
    let platform = HotlinePlatform::start("12345");
    let mut settings = HotlinePlatform::settings(&[&platform]);
    settings.push(("JIEKOU_HOTLINES__MEDIA_SECONDS", "2".to_owned()));
    settings.extend(more.iter().cloned());
    let mut world = World::with(WorldOptions { settings, ..WorldOptions::default() }).await;
    let done = "insert into daily_work values ('hotlineReconciliation', current_date + 30, now())";
    sqlx::query(done).execute(&world.pool).await.unwrap();
    world.start_worker().await;
    (platform, world)
}

fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn with_files(files: &[Value]) -> Value {
    let mut body = order("路面有一个大坑", THERE);
    body["attachments"] = json!(files);
    body
}

/// A picture that is no other.
fn other_picture() -> Vec<u8> {
    picture::street(7, picture::WHOLE, 1.0)
}

fn png(bytes: Vec<u8>) -> Served {
    Served::Bytes("image/png", bytes)
}

/// The files of an order as the desk sees them, once none of them waits.
async fn ended(world: &World, order_no: &str) -> Vec<Value> {
    let desk = world.api().sign_in("desk").await;
    for _ in 0..600 {
        let shown = desk.get(&format!("/v1/desk/hotlines/12345/orders/{order_no}")).await.expect(200);
        let files = shown["attachments"].as_array().unwrap();
        if files.iter().all(|file| file["state"] != "waiting") {
            return files.clone();
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("files of {order_no} wait still: {}", world.logs());
}

async fn photos(world: &World) -> i64 {
    world.count("select count(*) from photo where report_id is not null").await
}

#[tokio::test]
async fn a_photo_of_an_order_is_fetched_once_and_its_center_sees_it_and_what_else_is_about_the_case() {
    let (platform, world) = connected(&[]).await;
    let api = world.api();
    let first = platform.serve("1.png", [png(small_picture())]);
    let (size, sha256) = (small_picture().len(), hash(&small_picture()));
    let file = json!({
        "url": first, "name": "王小明13900001234家门口.png", "mime": "image/png", "size": size, "sha256": sha256, "id": 7
    });
    let mut body = with_files(&[file.clone(), file]);
    body["relatedOrders"] = json!(["ZZ-8", "ZZ-1", 9, "ZZ-8"]);
    let message = platform.message("pushOrder", "ZZ-1", &body);
    let pushed = platform.deliver(&api, &message, None).await.expect(200);
    platform.deliver(&api, &message, None).await.expect(200);
    platform.send(&api, "pushOrder", "ZZ-1", &body).await;
    let files = ended(&world, "ZZ-1").await;
    let photo = files[0]["photoId"].clone();
    let due = json!([
        { "id": "7", "name": "诉求人（电话已隐去）家门口.png", "mime": "image/png", "state": "taken", "photoId": photo }
    ]);
    assert_eq!(json!(files), due);

    // One more picture, without words; the first one again under another address.
    let second = platform.serve("2.png", [png(other_picture())]);
    let again = platform.serve("again", [png(small_picture())]);
    let more = json!({ "attachments": [{ "url": second }, { "url": again }, { "url": first }], "relatedOrders": "ZZ-10" });
    platform.send(&api, "appendOrder", "ZZ-1", &more).await;
    let files = ended(&world, "ZZ-1").await;
    assert_eq!(files.len(), 3, "{files:?}");
    assert!(files.iter().all(|file| file["state"] == "taken"), "{files:?}");
    assert_eq!(files[2]["photoId"], photo, "the same bytes are one photo");
    assert_eq!((platform.asked("1.png"), platform.asked("2.png"), photos(&world).await), (1, 1, 2));

    let center = center(&world).await;
    let number = pushed["caseNumber"].as_str().unwrap();
    let case = center.case(number).await;
    let shown: Vec<&Value> = case["photos"].as_array().unwrap().iter().map(|it| &it["photoId"]).collect();
    assert_eq!(shown, [&photo, &files[1]["photoId"]], "{case}");
    let orders = center.get(&format!("/v1/cases/{number}/orders")).await.expect(200);
    assert_eq!(orders["orders"][0]["attachments"], json!(files));
    assert_eq!(orders["orders"][0]["relatedOrders"], json!(["ZZ-8", "9", "ZZ-10"]));
    assert!(!orders.to_string().contains("13900001234") && !orders.to_string().contains("王小明"));
    let kept: String =
        sqlx::query_scalar("select string_agg(row_to_json(a)::text, '') from order_attachment a")
            .fetch_one(&world.pool)
            .await
            .unwrap();
    assert!(!kept.contains("13900001234") && !kept.contains("王小明") && !kept.contains("files/"), "{kept}");
}

#[tokio::test]
async fn what_is_not_the_file_that_was_meant_is_refused_with_its_reason_and_the_order_stands() {
    let (platform, world) = connected(&[]).await;
    let other = WebServer::start().await;
    other.answer("/1.png", Reply::of("image/png", small_picture())).await;
    let good = || platform.serve("good.png", [png(small_picture())]);
    let huge = platform.serve("huge.png", [png(vec![0; 10 * 1024 * 1024 + 1])]);
    let html = platform.serve("html", [Served::Bytes("text/html", b"<html>".to_vec())]);
    let broken = platform.serve("broken.jpg", [Served::Bytes("image/jpeg", vec![7; 900])]);
    let moved = platform.serve("moved.png", [Served::Elsewhere(other.url("/1.png"))]);
    let pdf = platform.serve("1.pdf", [Served::Bytes("application/pdf", b"%PDF".to_vec())]);
    let gone = platform.serve("gone.png", [Served::Status(410)]);
    let first = [
        (json!({ "url": good(), "sha256": hash(b"x") }), "hashDiffers"),
        (json!({ "url": format!("{}?2", good()), "size": 120 }), "sizeDiffers"),
        (json!({ "url": format!("{}?3", good()), "size": 1_000_000 }), "sizeDiffers"),
        (json!({ "url": format!("{}?4", good()), "size": 99_000_000_000_u64 }), "tooLarge"),
        (json!({ "url": huge }), "tooLarge"),
        (json!({ "url": html }), "otherKind"),
        (json!({ "url": broken }), "broken"),
        (json!({ "url": moved }), "redirected"),
        (json!({ "url": gone }), "refused"),
    ];
    let port = platform.url.rsplit(':').next().unwrap().replace("/api", "");
    let second = [
        (json!({ "url": other.url("/1.png") }), "otherHost"),
        (json!({ "url": "http://169.254.169.254/latest/meta-data" }), "otherHost"),
        (json!({ "url": format!("http://localhost:{port}/files/good.png") }), "otherHost"),
        (json!({ "url": format!("https://127.0.0.1:{port}/files/good.png") }), "otherHost"),
        (json!({ "url": pdf, "name": "整改通知.pdf" }), "otherKind"),
        (json!({ "url": format!("{pdf}?2"), "mime": "audio/amr" }), "otherKind"),
        (json!({ "url": platform.serve("1.mp4", [Served::Status(200)]) }), "noVideos"),
    ];
    for (order_no, files) in [("ZZ-1", first.to_vec()), ("ZZ-2", second.to_vec())] {
        let (files, due): (Vec<Value>, Vec<&str>) = files.into_iter().unzip();
        platform.send(&world.api(), "pushOrder", order_no, &with_files(&files)).await;
        let ended = ended(&world, order_no).await;
        let reasons: Vec<&str> =
            ended.iter().map(|file| file["reason"].as_str().unwrap_or_default()).collect();
        assert_eq!(reasons, due, "{ended:?}");
        assert!(ended.iter().all(|file| file["state"] == "refused"), "{ended:?}");
    }
    assert_eq!((photos(&world).await, world.count("select count(*) from report").await), (0, 2));
    assert_eq!(other.asked().await.len(), 0, "nobody else is asked for anything");
    assert_eq!(
        (platform.asked("1.pdf"), platform.asked("1.mp4")),
        (0, 0),
        "what is not taken is not fetched"
    );
    assert_eq!(platform.asked("good.png"), 3, "what is said to be too large is not fetched either");
}

#[tokio::test]
async fn a_file_that_is_not_there_yet_or_does_not_end_is_asked_for_again_and_given_up_in_the_end() {
    let (platform, world) = connected(&[]).await;
    let late = platform.serve("late.png", [Served::Status(404), png(small_picture())]);
    let slow = platform.serve("slow.png", [Served::Endless, png(other_picture())]);
    let never = platform.serve("never.png", [Served::Status(404)]);
    let down = platform.serve("down.png", [Served::Status(503)]);
    let files = [late, slow, never, down].map(|url| json!({ "url": url }));
    platform.send(&world.api(), "pushOrder", "ZZ-1", &with_files(&files)).await;
    for _ in 0..600 {
        if photos(&world).await == 2 && platform.asked("down.png") > 1 && platform.asked("never.png") > 1 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let desk = world.api().sign_in("desk").await;
    let shown = desk.get("/v1/desk/hotlines/12345/orders/ZZ-1").await.expect(200);
    let states = |files: &Value| -> Vec<String> {
        files.as_array().unwrap().iter().map(|file| file["state"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(states(&shown["attachments"]), ["taken", "taken", "waiting", "waiting"]);
    // Three hours later.
    let later = "update job set attempts = 19, run_at = now() where kind = 'fetchAttachment'";
    for _ in 0..100 {
        sqlx::query(later).execute(&world.pool).await.unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        if world.count("select count(*) from order_attachment where state = 'waiting'").await == 0 {
            break;
        }
    }
    let files = ended(&world, "ZZ-1").await;
    assert_eq!(states(&json!(files)), ["taken", "taken", "givenUp", "givenUp"]);
    assert_eq!((&files[2]["reason"], &files[3]["reason"]), (&json!("notThere"), &json!("noAnswer")));
    assert_eq!(
        world.count("select count(*) from job where kind = 'fetchAttachment' and dead_at is not null").await,
        0
    );
}

#[tokio::test]
async fn files_lie_on_another_host_where_that_was_said_and_two_who_fetch_one_give_one_photo() {
    let files = WebServer::start().await;
    files.answer("/1", Reply::of("application/octet-stream", small_picture())).await;
    let hosts = ("JIEKOU_HOTLINES__MEDIA_HOSTS", format!("12345={}", files.url("").trim_end_matches('/')));
    let (platform, mut world) = connected(&[hosts]).await;
    drop(world.worker.take());
    platform.send(&world.api(), "pushOrder", "ZZ-1", &with_files(&[])).await;
    platform
        .send(&world.api(), "appendOrder", "ZZ-1", &json!({ "attachments": [{ "url": files.url("/1") }] }))
        .await;
    // As if leases had passed to others while each went on.
    let many = "insert into job (kind, payload, created_at, run_at) select kind, payload, created_at, run_at from job, generate_series(1, 5)
                where kind = 'fetchAttachment'";
    sqlx::query(many).execute(&world.pool).await.unwrap();
    world.start_worker().await;
    let first = world.worker.take();
    world.start_worker().await;
    let ended = ended(&world, "ZZ-1").await;
    assert_eq!(ended[0]["state"], "taken", "{ended:?}");
    for _ in 0..200 {
        if world.count("select count(*) from job where kind = 'fetchAttachment'").await == 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(world.count("select count(*) from job where kind = 'fetchAttachment'").await, 0);
    assert_eq!((photos(&world).await, world.count("select count(*) from addition").await), (1, 1));
    drop(first);
}

#[tokio::test]
async fn a_wrong_attachment_refuses_the_message_field_by_field_and_nothing_is_kept() {
    let (platform, world) = connected(&[]).await;
    let files = json!([{ "url": "ftp://a/b", "size": "2 MB", "sha256": "x" }, "https://a/b", {}]);
    let pointers = [
        "/attachments/0/size",
        "/attachments/0/sha256",
        "/attachments/0/url",
        "/attachments/1",
        "/attachments/2/url",
    ];
    let mut pushed = with_files(&[]);
    pushed["attachments"] = files.clone();
    pushed["relatedOrders"] = json!([["A"]]);
    pushed["isSecret"] = json!("?");
    for (operation, body, more) in [
        ("pushOrder", pushed, vec!["/isSecret"]),
        (
            "appendOrder",
            json!({ "words": "补充", "attachments": files, "relatedOrders": [["A"]] }),
            Vec::new(),
        ),
    ] {
        let message = platform.message(operation, "ZZ-1", &body);
        let answer = platform.deliver(&world.api(), &message, None).await;
        let due = [more, pointers.to_vec(), vec!["/relatedOrders/0"]].concat();
        assert_eq!(answer.pointers(), due, "{operation}");
        answer.expect_problem(422, "validation");
    }
    let kept = "select (select count(*) from hotline_message) + (select count(*) from hotline_order)
                     + (select count(*) from order_attachment) + (select count(*) from job where kind = 'fetchAttachment')";
    assert_eq!(world.count(kept).await, 0);
}

#[tokio::test]
async fn an_enquiry_says_what_came_with_it_and_fetches_nothing() {
    let (platform, world) = connected(&[]).await;
    let url = platform.serve("1.png", [png(small_picture())]);
    let body = json!({ "serviceType": "咨询", "discription": "夜市几点收摊", "attachments": [{ "url": url, "name": "夜市.png" }] });
    platform.send(&world.api(), "pushOrder", "ZZ-1", &body).await;
    let files = ended(&world, "ZZ-1").await;
    assert_eq!(json!(files), json!([{ "name": "夜市.png", "state": "refused", "reason": "enquiry" }]));
    assert_eq!(platform.asked("1.png"), 0);
}

#[tokio::test]
async fn an_infected_file_is_refused_and_one_that_cannot_be_looked_at_waits() {
    let scanner = ScannerServer::start().await;
    let (platform, world) = connected(&scanner.settings()).await;
    let ill = platform.serve("ill.png", [png([small_picture(), VIRUS.to_vec()].concat())]);
    platform.send(&world.api(), "pushOrder", "ZZ-1", &with_files(&[json!({ "url": ill })])).await;
    let files = ended(&world, "ZZ-1").await;
    assert_eq!(json!(files), json!([{ "state": "refused", "reason": "infected" }]));
    assert_eq!((scanner.seen().await, photos(&world).await), (1, 0));
    scanner.set(ScannerMode::Silent).await;
    let unseen = platform.serve("unseen.png", [png(small_picture())]);
    platform.send(&world.api(), "appendOrder", "ZZ-1", &json!({ "attachments": [{ "url": unseen }] })).await;
    let tried = "select count(*) from job where kind = 'fetchAttachment' and last_error is not null";
    for _ in 0..200 {
        if world.count(tried).await == 1 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(world.count(tried).await, 1, "it is tried again");
    let waits = "select count(*) from order_attachment where state = 'waiting' and photo_id is null";
    assert_eq!((world.count(waits).await, photos(&world).await), (1, 0), "nothing is kept unseen");
    scanner.set(ScannerMode::Looks).await;
    assert_eq!(ended(&world, "ZZ-1").await[1]["state"], "taken");
    assert_eq!(photos(&world).await, 1);
}

#[tokio::test]
async fn a_video_of_an_order_is_a_still_of_its_case() {
    let Some(program) = ffmpeg() else { return };
    let (platform, world) = connected(&[("JIEKOU_VIDEOS__FFMPEG", program.clone())]).await;
    let film = filmed(&program, &world.folder, 3, &[]);
    let url = platform.serve("1.mp4", [Served::Bytes("video/mp4", film)]);
    let pushed =
        platform.send(&world.api(), "pushOrder", "ZZ-1", &with_files(&[json!({ "url": url })])).await;
    let files = ended(&world, "ZZ-1").await;
    let case = center(&world).await.case(pushed["caseNumber"].as_str().unwrap()).await;
    assert_eq!((&files[0]["state"], &files[0]["photoId"]), (&json!("taken"), &case["photos"][0]["photoId"]));
    assert!(case["photos"][0]["videoSeconds"].as_f64().unwrap() > 2.0, "{case}");
}

#[tokio::test]
async fn names_and_addresses_of_files_go_with_the_words_of_the_report() {
    let (platform, world) = connected(&[]).await;
    let good = platform.serve("1.png", [png(small_picture())]);
    let waits = platform.serve("2.png", [Served::Status(503)]);
    let files = [
        json!({ "url": good, "name": "李四家.png", "id": "李四" }),
        json!({ "url": waits, "name": "李四家.png" }),
    ];
    let pushed = platform.send(&world.api(), "pushOrder", "ZZ-1", &with_files(&files)).await;
    for _ in 0..200 {
        if photos(&world).await == 1 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let code = pushed["trackingCode"].as_str().unwrap();
    world.run(&["audit", "erase", "--report", code, "--reason", "本人申请"]);
    let files = ended(&world, "ZZ-1").await;
    let due = json!([
        { "state": "taken", "photoId": files[0]["photoId"] }, { "state": "refused", "reason": "erased" }
    ]);
    assert_eq!(json!(files), due);
    assert_eq!(world.count("select count(*) from hotline_message where sealed <> ''").await, 0);
}

#[tokio::test]
async fn files_that_hang_hold_up_no_alarm() {
    let (platform, world) = connected(&[("JIEKOU_HOTLINES__MEDIA_SECONDS", "60".to_owned())]).await;
    let api = world.api();
    let files: Vec<Value> =
        (0..9).map(|n| json!({ "url": platform.serve(&format!("{n}.png"), [Served::Endless]) })).collect();
    platform.send(&api, "pushOrder", "ZZ-1", &with_files(&files)).await;
    for _ in 0..200 {
        if (0..9).filter(|n| platform.asked(&format!("{n}.png")) > 0).count() >= 8 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let began = std::time::Instant::now();
    api.submit(&report("road-damage", "路面塌陷，有人被困", (113.66, 34.70))).await;
    world.mail.wait_for("the alarm", |mails| mails.iter().any(|mail| mail.words().contains("紧急"))).await;
    assert!(began.elapsed().as_secs() < 25, "it waited for files that hang for a minute");
}
