//! Pushes as WeChat sends them: one file each in the fuzzer's corpus, read here exactly, and replayed with changes on
//! stable Rust as the fuzzer does with a nightly compiler.
#![expect(
    clippy::tests_outside_test_module,
    clippy::unwrap_used,
    clippy::panic,
    reason = "an integration test is a test module"
)]

use std::path::PathBuf;

use jiekou_core::place::{CoordinateSystem, DeclaredPoint};
use jiekou_partner::wechat::{
    AesKey, Element, Event, Incoming, Permission, REPLY_BYTES, Said, SendStatus, Unreadable, text_reply,
};

fn corpus(name: &str) -> Vec<(String, Vec<u8>)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(name);
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<(String, Vec<u8>)> = files
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(path).unwrap()))
        .collect();
    files.sort();
    assert!(files.len() >= 5, "{name}");
    files
}

fn parse(bytes: &[u8]) -> Result<Incoming, Unreadable> {
    Incoming::parse(bytes, CoordinateSystem::Wgs84)
}

fn allowed(template: &str, granted: bool) -> Permission {
    Permission { template_id: template.to_owned(), granted }
}

/// What each file of the corpus says.
fn expected(file: &str) -> Said {
    let media_id = "media_id".to_owned();
    let text = |text: &str| Some(text.to_owned());
    let both = || Event::Permissions(vec![allowed("T1", true), allowed("T2", false)]);
    let template = |id: &str, status| Event::TemplateSent { message_id: id.to_owned(), status };
    let point = |longitude, latitude, system| DeclaredPoint { longitude, latitude, system };
    let event = match file {
        "text.xml" => return Said::Text { content: "路灯不亮 <&> 😀".to_owned() },
        "text.json" => return Said::Text { content: "路灯不亮".to_owned() },
        "image.xml" => return Said::Image { media_id },
        "voice.xml" => {
            return Said::Voice {
                media_id, format: text("amr"), recognition: text("路口的井盖丢了。")
            };
        }
        "voice-unrecognised.xml" => {
            return Said::Voice { media_id, format: text("speex"), recognition: None };
        }
        "video.xml" | "shortvideo.xml" => return Said::Video { media_id },
        "location.xml" => {
            // X is the latitude.
            let point = point(113.358803, 23.134521, CoordinateSystem::Gcj02);
            return Said::Location { point, label: text("位置信息") };
        }
        "link.xml" => return Said::Link { title: text("t"), url: text("https://example.com") },
        "file.xml" => return Said::Other { kind: "file".to_owned() },
        "subscribe.xml" => Event::Subscribe { scene: None },
        "subscribe-scene.xml" => Event::Subscribe { scene: text("123123") },
        "unsubscribe.xml" => Event::Unsubscribe,
        "scan.xml" => Event::Scan { scene: text("7") },
        "position.xml" => Event::Position {
            point: point(113.352425, 23.137466, CoordinateSystem::Wgs84),
            precision_meters: Some(119.38504),
        },
        "click.xml" => Event::Click { key: "progress".to_owned() },
        "view.xml" => Event::View { url: "https://jiekou.example/".to_owned() },
        "template-success.xml" => template("200163836", SendStatus::Success),
        "template-blocked.xml" => template("200163840", SendStatus::Blocked),
        "template-failed.xml" => template("200163840", SendStatus::Failed),
        "permission-popup.xml" | "permission-many.json" => both(),
        "permission-one.json" => Event::Permissions(vec![allowed("T1", true)]),
        "permission-change.xml" | "permission-change-wrapped-wrongly.xml" => {
            Event::Permissions(vec![allowed("T1", false)])
        }
        "permission-sent.xml" => Event::SubscriptionSent {
            template_id: "T1".to_owned(),
            message_id: "1700827132819554304".to_owned(),
            error_code: 0,
        },
        other => panic!("{other} is not expected to say anything"),
    };
    Said::Event(event)
}

#[test]
fn every_kind_of_push_says_what_it_says() {
    for (file, bytes) in corpus("wechat_push") {
        let push = parse(&bytes).unwrap();
        assert_eq!(push.said, expected(&file), "{file}");
        assert_eq!(push.openid, "oia2TjuEGTNoeX76QEjQNrcURxG8", "{file}");
        assert_eq!((push.account_id.as_str(), push.created_at), ("gh_7f083739789a", 1_395_658_920), "{file}");
    }
}

#[test]
fn a_push_is_told_from_others_by_all_that_it_has() {
    let key = |file: &str| {
        let bytes = corpus("wechat_push").into_iter().find(|(name, _)| name == file).unwrap().1;
        let push = parse(&bytes).unwrap();
        (push.message_id, push.event, push.event_key)
    };
    let own = |id: &str, event: &str, key: &str| (id.to_owned(), event.to_owned(), key.to_owned());
    assert_eq!(key("text.xml"), own("1234567890123456", "", ""));
    assert_eq!(key("click.xml"), own("", "CLICK", "progress"));
    assert_eq!(
        key("template-success.xml"),
        own("200163836", "TEMPLATESENDJOBFINISH", ""),
        "MsgID, with a capital D"
    );
    assert_eq!(key("permission-sent.xml"), own("1700827132819554304", "subscribe_msg_sent_event", ""));
}

#[test]
fn nobody_no_time_and_no_kind_are_refused() {
    for missing in ["FromUserName", "CreateTime", "MsgType"] {
        let whole = "<xml><FromUserName>o</FromUserName><CreateTime>7</CreateTime><MsgType>text</MsgType><Content>c</Content></xml>";
        assert!(parse(whole.as_bytes()).is_ok());
        assert_eq!(parse(whole.replace(missing, "Other").as_bytes()), Err(Unreadable), "{missing}");
    }
    for time in ["", "soon", "-1", "99999999999999999999"] {
        let push = format!(
            "<xml><FromUserName>o</FromUserName><CreateTime>{time}</CreateTime><MsgType>text</MsgType></xml>"
        );
        assert_eq!(parse(push.as_bytes()), Err(Unreadable), "{time}");
    }
}

fn promises_are_kept(bytes: &[u8]) {
    let Ok(push) = parse(bytes) else { return };
    assert!(!push.openid.is_empty());
    if let Said::Text { content } = &push.said {
        let reply = text_reply(&push.openid, &push.account_id, push.created_at, content);
        let read = Element::parse(reply.as_bytes()).unwrap_or_else(|_| panic!("{reply:?}"));
        assert_eq!(read.children.len(), 5);
        assert!(read.value("Content").is_none_or(|words| words.len() <= REPLY_BYTES));
    }
}

#[test]
fn pushes_changed_at_random_are_read_or_refused() {
    let mut noise = 1_u64;
    let mut next = |below: usize| {
        noise = noise.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(noise >> 33).unwrap() % below
    };
    let pushes = corpus("wechat_push");
    for _ in 0..20_000 {
        let mut bytes = pushes[next(pushes.len())].1.clone();
        for _ in 0..=next(4) {
            let at = next(bytes.len());
            match next(4) {
                0 => bytes[at] = u8::try_from(next(256)).unwrap(),
                1 => bytes.truncate(at.max(1)),
                2 => bytes.insert(at, b"<>&;]\"{}[]\0"[next(11)]),
                _ => {
                    let until = (at + next(20)).min(bytes.len());
                    let part = bytes[at..until].to_vec();
                    let to = next(bytes.len());
                    bytes.splice(to..to, part);
                }
            }
        }
        promises_are_kept(&bytes);
    }
}

#[test]
fn what_another_implementation_sealed_opens_and_changed_bytes_do_not() {
    const APPID: &str = "wx0123456789abcdef";
    let key = AesKey::parse("jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C").unwrap();
    let opened = |sealed: &[u8]| key.open(APPID, std::str::from_utf8(sealed).unwrap());
    for (file, sealed) in corpus("wechat_cipher") {
        match file.as_str() {
            "damaged.txt" => assert!(opened(&sealed).is_err()),
            "empty.txt" => assert_eq!(opened(&sealed).unwrap(), b""),
            "short.txt" => assert_eq!(opened(&sealed).unwrap(), b"<xml></xml>"),
            // Padded by a whole block.
            "unit.txt" => assert_eq!(opened(&sealed).unwrap(), b"<xml>twenty-six bytes</xml"),
            _ => assert_eq!(opened(&sealed).unwrap(), "路灯不亮".repeat(100).as_bytes()),
        }
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            // A change in the salt is none of the message.
            if let Ok(message) = opened(&changed) {
                assert!(message.len() <= sealed.len(), "{file} {at}");
            }
        }
    }
}
