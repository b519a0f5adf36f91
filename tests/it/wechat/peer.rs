//! wechatpy, another implementation, as the other side: it encrypts what we open and opens what we encrypt.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use jiekou_core::place::CoordinateSystem;
use jiekou_partner::wechat::{Element, Incoming, Said, sign};
use reqwest::Method;
use serde_json::{Value, json};

use super::{Follower, KEY, KEY_BEFORE, Scene, TOKEN};
use crate::harness::WorldOptions;
use crate::harness::wechat_server::APPID;

struct Peer {
    child: Child,
    asked: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Peer {
    /// `None` where it is not installed.
    fn start() -> Option<Self> {
        let Ok(python) = std::env::var("JIEKOU_TEST_WECHATPY") else {
            println!("skipped: JIEKOU_TEST_WECHATPY is not set");
            return None;
        };
        let script = crate::harness::project().join("tests/it/wechat/peer.py");
        let mut child =
            Command::new(python).arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (asked, answers) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        Some(Self { child, asked, answers })
    }

    fn ask(&mut self, key: &str, mut question: Value) -> Value {
        for (name, value) in [("token", TOKEN), ("key", key), ("appid", APPID)] {
            question[name] = json!(value);
        }
        writeln!(self.asked, "{question}").unwrap();
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|_| panic!("wechatpy failed at {question}"))
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test]
async fn another_implementation_opens_what_we_say_and_we_open_what_it_says() {
    let Some(mut peer) = Peer::start() else { return };
    let scene = Scene::with("safe", WorldOptions::default()).await;
    let follower = scene.follower("o-anna");
    let api = scene.world.api();
    for key in [KEY, KEY_BEFORE] {
        let xml = follower.text_of("路灯不亮 <&> 😀");
        let pushed = peer.ask(
            key,
            json!({ "do": "encrypt", "xml": xml, "nonce": "486452656", "timestamp": "1714037059" }),
        );
        let pushed = pushed["xml"].as_str().unwrap();
        let envelope = Element::parse(pushed.as_bytes()).unwrap();
        let signature = envelope.value("MsgSignature").unwrap();
        let path = format!("/wechat/main?{}&encrypt_type=aes&msg_signature={signature}", Follower::query());
        let answer = api.send(api.request(Method::POST, &path).body(pushed.to_owned())).await.expect(200);
        let answer = answer.as_str().unwrap();
        let sealed = Element::parse(answer.as_bytes()).unwrap();
        let value = |name| sealed.value(name).unwrap();
        let opened = peer.ask(key, json!({
            "do": "decrypt", "xml": answer, "signature": value("MsgSignature"), "timestamp": value("TimeStamp"), "nonce": value("Nonce"),
        }));
        assert_eq!((&opened["type"], &opened["target"]), (&json!("text"), &json!("o-anna")), "{opened}");
        assert!(opened["content"].as_str().unwrap().contains("在哪里"), "{opened}");
    }
    let signature = sign(&[TOKEN, "1714037059", "486452656"]);
    peer.ask(
        KEY,
        json!({ "do": "check", "signature": signature, "timestamp": "1714037059", "nonce": "486452656" }),
    );
}

#[tokio::test]
async fn another_implementation_reads_pushes_as_we_do() {
    let Some(mut peer) = Peer::start() else { return };
    let follower = Follower::new(crate::harness::Api::new("127.0.0.1:1"), "o-anna");
    let mut read =
        |xml: &str, fields: &[&str]| peer.ask(KEY, json!({ "do": "parse", "xml": xml, "fields": fields }));
    let ours = |xml: &str| Incoming::parse(xml.as_bytes(), CoordinateSystem::Gcj02).unwrap();

    let text = follower.text_of("路灯不亮");
    let theirs = read(&text, &["content", "source", "id"]);
    assert_eq!(ours(&text).said, Said::Text { content: theirs["content"].as_str().unwrap().to_owned() });
    assert_eq!(
        (ours(&text).openid, ours(&text).message_id),
        (theirs["source"].as_str().unwrap().to_owned(), theirs["id"].as_str().unwrap().to_owned())
    );

    let place = "<Location_X>23.134521</Location_X><Location_Y>113.358803</Location_Y><Scale>20</Scale><Label>广州</Label>";
    let place = follower.push_of("location", place);
    let theirs = read(&place, &["location_x", "location_y", "label"]);
    let Said::Location { point, label } = ours(&place).said else { panic!() };
    assert_eq!(
        (point.latitude.to_string(), point.longitude.to_string()),
        (
            theirs["location_x"].as_str().unwrap().to_owned(),
            theirs["location_y"].as_str().unwrap().to_owned()
        )
    );
    assert_eq!(label.as_deref(), theirs["label"].as_str());

    for (kind, content, class) in [
        ("image", "<PicUrl>u</PicUrl><MediaId>m</MediaId>", "ImageMessage"),
        ("voice", "<MediaId>m</MediaId><Format>amr</Format><Recognition>r</Recognition>", "VoiceMessage"),
        ("shortvideo", "<MediaId>m</MediaId><ThumbMediaId>t</ThumbMediaId>", "ShortVideoMessage"),
        ("event", "<Event>subscribe</Event>", "SubscribeEvent"),
        (
            "event",
            "<Event>TEMPLATESENDJOBFINISH</Event><MsgID>1</MsgID><Status>success</Status>",
            "TemplateSendJobFinishEvent",
        ),
    ] {
        let xml = follower.push_of(kind, content);
        assert_eq!(read(&xml, &["source"])["class"], class, "{kind}");
        assert!(!matches!(ours(&xml).said, Said::Other { .. }), "{kind}");
    }
}
