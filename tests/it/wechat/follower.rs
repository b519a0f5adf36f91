//! Somebody who follows an account; WeChat pushes what they do.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use jiekou_partner::wechat::{Element, sign};
use reqwest::Method;

use super::TOKEN;
use crate::harness::{Api, wall_clock};

/// WeChat takes no answer later than this.
const FIVE_SECONDS: Duration = Duration::from_secs(5);

#[derive(Clone)]
pub struct Follower {
    pub api: Api,
    pub openid: String,
    pushes: Arc<AtomicI64>,
}

impl Follower {
    pub fn new(api: Api, openid: &str) -> Self {
        Self { api, openid: openid.to_owned(), pushes: Arc::new(AtomicI64::new(1)) }
    }

    /// A push with this kind and content, with a time and id of its own.
    pub fn push_of(&self, kind: &str, content: &str) -> String {
        let number = self.pushes.fetch_add(1, Ordering::SeqCst);
        let at = wall_clock().timestamp();
        let id = if kind == "event" { String::new() } else { format!("<MsgId>{at}{number:06}</MsgId>") };
        format!(
            "<xml><ToUserName><![CDATA[gh_7f083739789a]]></ToUserName><FromUserName><![CDATA[{}]]></FromUserName>\
             <CreateTime>{}</CreateTime><MsgType><![CDATA[{kind}]]></MsgType>{content}{id}</xml>",
            self.openid,
            at + number,
        )
    }

    pub fn text_of(&self, words: &str) -> String {
        self.push_of("text", &format!("<Content><![CDATA[{words}]]></Content>"))
    }

    /// The query that WeChat signs.
    pub fn query() -> String {
        let signature = sign(&[TOKEN, "1714037059", "486452656"]);
        format!("signature={signature}&timestamp=1714037059&nonce=486452656")
    }

    /// Pushes this XML and returns the body of the answer, which must come in time.
    pub async fn push_raw(&self, xml: String) -> String {
        let began = Instant::now();
        let path = format!("/wechat/main?{}&openid={}", Self::query(), self.openid);
        let answer = self.api.request(Method::POST, &path).header("Content-Type", "text/xml").body(xml);
        let answer = answer.send().await.unwrap();
        let (status, body) = (answer.status(), answer.text().await.unwrap());
        assert!(began.elapsed() < FIVE_SECONDS, "{:?}", began.elapsed());
        assert_eq!(status, 200, "{body}");
        body
    }

    /// Pushes this XML and returns the words of the answer; empty where nothing is said.
    pub async fn push(&self, xml: String) -> String {
        let body = self.push_raw(xml).await;
        if body == "success" {
            return String::new();
        }
        let reply = Element::parse(body.as_bytes()).unwrap_or_else(|_| panic!("{body}"));
        assert_eq!(reply.value("ToUserName"), Some(self.openid.as_str()), "{body}");
        assert_eq!(reply.value("FromUserName"), Some("gh_7f083739789a"), "{body}");
        reply.value("Content").unwrap().to_owned()
    }

    pub async fn text(&self, words: &str) -> String {
        self.push(self.text_of(words)).await
    }

    pub async fn photo(&self, media_id: &str) -> String {
        let content = format!(
            "<PicUrl><![CDATA[http://mmbiz.qpic.cn/{media_id}/0]]></PicUrl><MediaId><![CDATA[{media_id}]]></MediaId>"
        );
        self.push(self.push_of("image", &content)).await
    }

    pub async fn voice(&self, media_id: &str, recognition: &str) -> String {
        let content = format!(
            "<MediaId><![CDATA[{media_id}]]></MediaId><Format><![CDATA[amr]]></Format><Recognition><![CDATA[{recognition}]]></Recognition>"
        );
        self.push(self.push_of("voice", &content)).await
    }

    /// Picks a point on WeChat's map: GCJ-02, X is the latitude.
    pub async fn location(&self, longitude: f64, latitude: f64, label: &str) -> String {
        let content = format!(
            "<Location_X>{latitude}</Location_X><Location_Y>{longitude}</Location_Y><Scale>15</Scale><Label><![CDATA[{label}]]></Label>"
        );
        self.push(self.push_of("location", &content)).await
    }

    pub async fn event(&self, event: &str, content: &str) -> String {
        let content = format!("<Event><![CDATA[{event}]]></Event>{content}");
        self.push(self.push_of("event", &content)).await
    }
}
