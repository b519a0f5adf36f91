//! The platform of a hotline: it signs what it sends, checks what it is sent with a signature of its own making, keeps a
//! book of its orders, has files of them, and can fail, be slow, and lose messages and answers.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use futures_util::{StreamExt, stream};
use hmac::{Hmac, Mac};
use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::api::{Answer, Api};
use super::wall_clock;

const HEADS: [&str; 5] =
    ["Hotline-Request-Id", "Hotline-Order-No", "Hotline-Timestamp", "Hotline-Nonce", "Hotline-Signature"];

/// How the platform behaves when it is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mood {
    #[default]
    Well,
    /// 503 to everything.
    Down,
    /// Refuses every message, for good.
    Refusing,
    /// Does what it is asked, and the answer is lost.
    LosingAnswers,
    /// Says yes and forgets it.
    Forgetful,
    /// Answers after so many milliseconds.
    Slow(u64),
}

/// What somebody who asks for a file is answered.
#[derive(Debug, Clone)]
pub enum Served {
    /// Bytes of this kind.
    Bytes(&'static str, Vec<u8>),
    Status(u16),
    /// It lies elsewhere.
    Elsewhere(String),
    /// It begins and never ends.
    Endless,
}

/// A call as it arrived, whatever became of it.
#[derive(Debug, Clone)]
pub struct Call {
    pub operation: String,
    pub order_no: String,
    pub request_id: String,
    pub body: Value,
}

/// A message of the platform to Jiekou.
#[derive(Debug, Clone)]
pub struct Outgoing {
    pub operation: String,
    pub order_no: String,
    pub request_id: String,
    pub milliseconds: i64,
    pub nonce: String,
    pub content_type: String,
    pub body: Vec<u8>,
}

#[derive(Default)]
struct Order {
    state: String,
    updated: i64,
    messages: Vec<Value>,
}

#[derive(Default)]
struct Book {
    orders: BTreeMap<String, Order>,
    calls: Vec<Call>,
    answered: HashMap<String, Value>,
    mood: Mood,
    /// Answers to come by name; the last one stays.
    files: HashMap<String, VecDeque<Served>>,
    /// Names of the files that were asked for, in this order.
    asked: Vec<String>,
    /// Signatures that were wrong.
    disbelieved: usize,
}

/// The platform.
#[derive(Clone)]
pub struct HotlinePlatform {
    pub code: &'static str,
    pub key: &'static str,
    pub url: String,
    book: Arc<Mutex<Book>>,
}

impl HotlinePlatform {
    pub fn start(code: &'static str) -> Self {
        let key = "a-key-for-tests-only";
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/api", listener.local_addr().unwrap());
        let platform = Self { code, key, url, book: Arc::default() };
        let data = web::Data::new(platform.clone());
        std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let app = move || {
                    App::new()
                        .app_data(data.clone())
                        .route("/api/{operation}", web::post().to(called))
                        .route("/files/{name}", web::get().to(file))
                };
                HttpServer::new(app).workers(1).disable_signals().listen(listener).unwrap().run().await
            })
        });
        platform
    }

    /// The same platform under the name of another.
    pub fn named(&self, code: &'static str) -> Self {
        Self { code, ..self.clone() }
    }

    /// The settings under which Jiekou knows these platforms.
    pub fn settings(platforms: &[&Self]) -> Vec<(&'static str, String)> {
        let all = |entry: &dyn Fn(&Self) -> String| {
            platforms.iter().map(|it| entry(it)).collect::<Vec<_>>().join(",")
        };
        vec![
            ("JIEKOU_HOTLINES__ADDRESSES", all(&|it| format!("{}={}", it.code, it.url))),
            ("JIEKOU_HOTLINES__KEYS", all(&|it| format!("{}:{}", it.code, it.key))),
            ("JIEKOU_HOTLINES__WATCH_SECONDS", "1".to_owned()),
        ]
    }

    pub fn be(&self, mood: Mood) {
        self.book.lock().unwrap().mood = mood;
    }

    pub fn calls(&self) -> Vec<Call> {
        self.book.lock().unwrap().calls.clone()
    }

    /// Calls about an order, by operation, each request once.
    pub fn heard(&self, order_no: &str) -> Vec<Call> {
        let mut heard: Vec<Call> = Vec::new();
        for call in self.calls().into_iter().filter(|call| call.order_no == order_no) {
            if !heard.iter().any(|it| it.request_id == call.request_id) {
                heard.push(call);
            }
        }
        heard
    }

    /// Puts a file there, with what whoever asks is answered in turn. Returns its address.
    pub fn serve(&self, name: &str, answers: impl IntoIterator<Item = Served>) -> String {
        self.book.lock().unwrap().files.insert(name.to_owned(), answers.into_iter().collect());
        format!("{}/files/{name}", self.url.trim_end_matches("/api"))
    }

    /// How often this file was asked for.
    pub fn asked(&self, name: &str) -> usize {
        self.book.lock().unwrap().asked.iter().filter(|asked| *asked == name).count()
    }

    pub fn state(&self, order_no: &str) -> String {
        self.book.lock().unwrap().orders.get(order_no).map_or_else(String::new, |order| order.state.clone())
    }

    pub fn disbelieved(&self) -> usize {
        self.book.lock().unwrap().disbelieved
    }

    /// Waits until it has heard this operation about an order so many times.
    pub async fn wait_for(&self, order_no: &str, operation: &str, times: usize) -> Vec<Call> {
        for _ in 0..400 {
            let heard = self.heard(order_no);
            let told: Vec<Call> = heard.into_iter().filter(|call| call.operation == operation).collect();
            if told.len() >= times {
                return told;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{operation} of {order_no} was not heard: {:#?}", self.calls());
    }

    /// A message that is in its book from now on, sent or not.
    pub fn message(&self, operation: &str, order_no: &str, body: &Value) -> Outgoing {
        let now = wall_clock().timestamp_millis();
        let request_id = Uuid::new_v4().simple().to_string();
        let mut book = self.book.lock().unwrap();
        let order = book
            .orders
            .entry(order_no.to_owned())
            .or_insert_with(|| Order { state: "sent".to_owned(), ..Order::default() });
        if operation == "revoke" {
            order.state = "revoked".to_owned();
        }
        order.updated = now;
        order
            .messages
            .push(json!({ "requestId": request_id, "operation": operation, "ts": now, "body": body }));
        Outgoing {
            operation: operation.to_owned(),
            order_no: order_no.to_owned(),
            request_id,
            milliseconds: now,
            nonce: Uuid::new_v4().simple().to_string(),
            content_type: "application/json".to_owned(),
            body: body.to_string().into_bytes(),
        }
    }

    /// Sends a message with its right signature, or `signature` instead.
    pub async fn deliver(&self, api: &Api, message: &Outgoing, signature: Option<&str>) -> Answer {
        let moment = message.milliseconds.to_string();
        let right = sign(
            self.key,
            &message.operation,
            [&message.request_id, &message.order_no, &moment, &message.nonce],
            &message.body,
        );
        let path = format!("/hotline/{}/{}", self.code, message.operation);
        let request = api
            .request(Method::POST, &path)
            .header(HEADS[0], &message.request_id)
            .header(HEADS[1], &message.order_no)
            .header(HEADS[2], moment)
            .header(HEADS[3], &message.nonce)
            .header(HEADS[4], signature.unwrap_or(&right))
            .header("Content-Type", &message.content_type)
            .body(message.body.clone());
        api.send(request).await
    }

    /// Sends something about an order; it must be taken.
    pub async fn send(&self, api: &Api, operation: &str, order_no: &str, body: &Value) -> Value {
        let message = self.message(operation, order_no, body);
        self.deliver(api, &message, None).await.expect(200)
    }
}

/// Written apart from the project's own: two that agree are both right.
fn sign(key: &str, operation: &str, heads: [&str; 4], body: &[u8]) -> String {
    let hexadecimal = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let hash = hexadecimal(&Sha256::digest(body));
    let [request_id, order_no, moment, nonce] = heads;
    let words = [operation, request_id, order_no, moment, nonce, &hash].join("\n");
    let mut mac = <Hmac<Sha256> as Mac>::new_from_slice(key.as_bytes()).unwrap();
    mac.update(words.as_bytes());
    hexadecimal(&mac.finalize().into_bytes())
}

async fn called(
    platform: web::Data<HotlinePlatform>,
    request: HttpRequest,
    operation: web::Path<String>,
    body: web::Bytes,
) -> HttpResponse {
    let head = |name: &str| {
        request.headers().get(name).and_then(|it| it.to_str().ok()).unwrap_or_default().to_owned()
    };
    let heads = HEADS.map(head);
    let [request_id, order_no, moment, nonce, signature] = &heads;
    let mood = platform.book.lock().unwrap().mood;
    if let Mood::Slow(milliseconds) = mood {
        tokio::time::sleep(Duration::from_millis(milliseconds)).await;
    }
    let mut book = platform.book.lock().unwrap();
    let far = (wall_clock().timestamp_millis() - moment.parse::<i64>().unwrap_or_default()).abs() > 300_000;
    if *signature != sign(platform.key, &operation, [request_id, order_no, moment, nonce], &body) || far {
        book.disbelieved += 1;
        return HttpResponse::Unauthorized().finish();
    }
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    match operation.as_str() {
        _ if mood == Mood::Down => return HttpResponse::ServiceUnavailable().finish(),
        "ping" => return HttpResponse::Ok().json(json!({ "code": 0 })),
        "listOrders" => return HttpResponse::Ok().json(listed(&book, &body)),
        "getOrder" => {
            let messages = book.orders.get(order_no).map(|order| order.messages.clone()).unwrap_or_default();
            return HttpResponse::Ok().json(json!({ "code": 0, "messages": messages }));
        }
        _ => {}
    }
    book.calls.push(Call {
        operation: operation.clone(),
        order_no: order_no.clone(),
        request_id: request_id.clone(),
        body,
    });
    match mood {
        Mood::Refusing => return HttpResponse::Ok().json(json!({ "code": 7 })),
        Mood::Forgetful => return HttpResponse::Ok().json(json!({ "code": 0 })),
        Mood::Well | Mood::Down | Mood::LosingAnswers | Mood::Slow(_) => {}
    }
    let answer = match book.answered.get(request_id) {
        Some(answer) => answer.clone(),
        None => {
            happens(&mut book, &operation, order_no);
            let answer = json!({ "code": 0 });
            book.answered.insert(request_id.clone(), answer.clone());
            answer
        }
    };
    if mood == Mood::LosingAnswers {
        HttpResponse::BadGateway().finish()
    } else {
        HttpResponse::Ok().json(answer)
    }
}

async fn file(platform: web::Data<HotlinePlatform>, name: web::Path<String>) -> HttpResponse {
    let served = {
        let mut book = platform.book.lock().unwrap();
        book.asked.push(name.clone());
        let answers = book.files.entry(name.clone()).or_default();
        if answers.len() > 1 { answers.pop_front() } else { answers.front().cloned() }
    };
    match served {
        Some(Served::Bytes(kind, bytes)) => HttpResponse::Ok().content_type(kind).body(bytes),
        Some(Served::Status(status)) => {
            HttpResponse::build(actix_web::http::StatusCode::from_u16(status).unwrap()).finish()
        }
        Some(Served::Elsewhere(address)) => {
            HttpResponse::Found().insert_header(("location", address)).finish()
        }
        Some(Served::Endless) => {
            let begun =
                stream::once(async { Ok::<_, actix_web::Error>(web::Bytes::from_static(b"\x89PNG")) });
            HttpResponse::Ok().content_type("image/png").streaming(begun.chain(stream::pending()))
        }
        None => HttpResponse::NotFound().finish(),
    }
}

/// What a message does to an order, in whatever order messages come.
fn happens(book: &mut Book, operation: &str, order_no: &str) {
    let Some(order) = book.orders.get_mut(order_no) else { return };
    let next = match (operation, order.state.as_str()) {
        (_, "revoked") => return,
        ("sign", "sent") => "signed",
        ("feedback", _) => "finished",
        ("returnOrder", _) => "returned",
        _ => return,
    };
    order.state = next.to_owned();
}

/// Two lines a page, so that pages are turned.
fn listed(book: &Book, asked: &Value) -> Value {
    let (from, to) = (asked["from"].as_i64().unwrap(), asked["to"].as_i64().unwrap());
    let after = asked["cursor"].as_str().unwrap_or_default();
    let within = book
        .orders
        .iter()
        .filter(|(number, order)| number.as_str() > after && (from..=to).contains(&order.updated));
    let lines: Vec<Value> = within
        .take(3)
        .map(
            |(number, order)| json!({ "orderNo": number, "state": order.state, "updateTime": order.updated }),
        )
        .collect();
    let next = (lines.len() == 3).then(|| lines[1]["orderNo"].clone());
    json!({ "code": 0, "orders": lines[..lines.len().min(2)], "next": next })
}
