//! A server that speaks WeChat's interface, with its faults on demand.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use serde_json::{Value, json};

/// What lies under a media id.
#[derive(Clone)]
pub struct Medium {
    pub content_type: &'static str,
    pub bytes: Vec<u8>,
}

#[derive(Default)]
struct Shared {
    /// How often a token was asked for, and the one that is good; 0: none was given yet.
    asked: u64,
    token: u64,
    expires_in: u64,
    media: HashMap<String, Medium>,
    /// How often each medium was asked for with a good token.
    fetches: HashMap<String, usize>,
    /// What the next requests for media get instead, by a number that is no errcode: a status.
    media_faults: VecDeque<i64>,
    /// How long an answer to a request for media takes.
    media_delay: Duration,
    /// What the next sends get instead.
    send_faults: VecDeque<i64>,
    words: Vec<(String, String)>,
    templates: Vec<Value>,
    subscriptions: Vec<Value>,
    tickets: u64,
    /// Whether it answers nothing but an error of the server.
    away: bool,
}

/// The server.
#[derive(Clone)]
pub struct WechatServer {
    shared: Arc<Mutex<Shared>>,
    port: u16,
}

pub const APPID: &str = "wx0123456789abcdef";
pub const SECRET: &str = "secret-of-the-account";
/// A fault that is no answer at all: the connection hangs for half a minute.
pub const HANGS: i64 = 1;
pub const TICKET: &str =
    "sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg";

impl WechatServer {
    pub async fn start() -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Mutex::new(Shared { expires_in: 7_200, ..Shared::default() }));
        let server = Self { shared: Arc::clone(&shared), port };
        let data = web::Data::new(server.clone());
        let running = HttpServer::new(move || {
            App::new()
                .app_data(data.clone())
                .route("/cgi-bin/stable_token", web::post().to(stable_token))
                .route("/sns/jscode2session", web::get().to(identity))
                .route("/sns/oauth2/access_token", web::get().to(identity))
                .route("/wxa/business/getuserphonenumber", web::post().to(phone))
                .route("/cgi-bin/ticket/getticket", web::get().to(ticket))
                .route("/cgi-bin/get_api_domain_ip", web::get().to(addresses))
                .route("/cgi-bin/media/get", web::get().to(media))
                .route("/video/{id}", web::get().to(video))
                .route("/cgi-bin/message/custom/send", web::post().to(send))
                .route("/cgi-bin/message/template/send", web::post().to(send))
                .route("/cgi-bin/message/subscribe/bizsend", web::post().to(send))
        });
        tokio::spawn(running.workers(1).disable_signals().listen(listener).unwrap().run());
        server
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap()
    }

    /// Puts something under a media id.
    pub fn put(&self, media_id: &str, content_type: &'static str, bytes: Vec<u8>) {
        self.lock().media.insert(media_id.to_owned(), Medium { content_type, bytes });
    }

    /// The tokens given so far are good no more.
    pub fn expire_tokens(&self) {
        self.lock().token += 1;
    }

    /// Tokens say that they are good for so long.
    pub fn tokens_last(&self, seconds: u64) {
        self.lock().expires_in = seconds;
    }

    pub fn tokens_asked(&self) -> u64 {
        self.lock().asked
    }

    pub fn tickets_asked(&self) -> u64 {
        self.lock().tickets
    }

    /// From now on it is away, or back.
    pub fn be_away(&self, away: bool) {
        self.lock().away = away;
    }

    pub fn fail_media(&self, faults: &[i64]) {
        self.lock().media_faults = faults.iter().copied().collect();
    }

    pub fn slow_media(&self, delay: Duration) {
        self.lock().media_delay = delay;
    }

    pub fn fail_sends(&self, faults: &[i64]) {
        self.lock().send_faults = faults.iter().copied().collect();
    }

    pub fn fetches(&self, media_id: &str) -> usize {
        self.lock().fetches.get(media_id).copied().unwrap_or_default()
    }

    /// The words sent to this openid.
    pub fn words_to(&self, openid: &str) -> Vec<String> {
        self.lock().words.iter().filter(|(to, _)| to == openid).map(|(_, words)| words.clone()).collect()
    }

    pub fn templates(&self) -> Vec<Value> {
        self.lock().templates.clone()
    }

    pub fn subscriptions(&self) -> Vec<Value> {
        self.lock().subscriptions.clone()
    }

    /// Waits for words to this openid that contain `part`.
    pub async fn wait_for_words(&self, openid: &str, part: &str) -> String {
        for _ in 0..600 {
            if let Some(found) = self.words_to(openid).into_iter().find(|words| words.contains(part)) {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("no words with {part}: {:#?}", self.words_to(openid));
    }

    /// What is wrong with the token of a request, if anything is.
    fn bad_token(&self, request: &HttpRequest) -> Option<HttpResponse> {
        let good = format!("access_token=T{}", self.lock().token);
        let given = request.query_string().split('&').find(|part| part.starts_with("access_token="));
        match given {
            Some(given) if given == good => None,
            Some(_) => Some(refuse(42_001)),
            None => Some(refuse(41_001)),
        }
    }
}

fn refuse(errcode: i64) -> HttpResponse {
    let errmsg = "refused, rid: 60f";
    HttpResponse::Ok()
        .content_type("application/json; encoding=utf-8")
        .json(json!({ "errcode": errcode, "errmsg": errmsg }))
}

async fn stable_token(server: web::Data<WechatServer>, body: web::Json<Value>) -> HttpResponse {
    if body["grant_type"] != "client_credential" || body["force_refresh"] != false {
        return refuse(40_002);
    }
    if body["appid"] != APPID {
        return refuse(40_013);
    }
    if body["secret"] != SECRET {
        return refuse(40_125);
    }
    if server.lock().away {
        return HttpResponse::BadGateway().finish();
    }
    // As long as real ones take: many ask at once meanwhile.
    tokio::time::sleep(Duration::from_millis(150)).await;
    let mut shared = server.lock();
    shared.asked += 1;
    HttpResponse::Ok()
        .json(json!({ "access_token": format!("T{}", shared.token), "expires_in": shared.expires_in }))
}

/// A code says who: openid, a dot and unionid; `bad` and `busy` are what they say.
async fn identity(request: HttpRequest) -> HttpResponse {
    let query = web::Query::<HashMap<String, String>>::from_query(request.query_string()).unwrap();
    let given = |name: &str| query.get(name).cloned().unwrap_or_default();
    if given("appid") != APPID || given("secret") != SECRET || given("grant_type") != "authorization_code" {
        return refuse(40_125);
    }
    let is_mini = request.path() == "/sns/jscode2session";
    let code = given(if is_mini { "js_code" } else { "code" });
    match code.as_str() {
        "bad" | "" => refuse(40_029),
        "busy" => refuse(-1),
        _ => {
            let (openid, unionid) = code.split_once('.').map_or((code.as_str(), None), |(o, u)| (o, Some(u)));
            let mut answer = json!({ "openid": openid, "session_key": "key", "access_token": "of-the-user" });
            if let Some(unionid) = unionid {
                answer["unionid"] = json!(unionid);
            }
            HttpResponse::Ok().content_type("text/plain").body(answer.to_string())
        }
    }
}

/// The code is the phone.
async fn phone(
    server: web::Data<WechatServer>,
    request: HttpRequest,
    body: web::Json<Value>,
) -> HttpResponse {
    if let Some(refusal) = server.bad_token(&request) {
        return refusal;
    }
    let code = body["code"].as_str().unwrap_or_default();
    let (country, number) = match code.strip_prefix("+44") {
        Some(rest) => ("44", rest),
        None => ("86", code),
    };
    let phone = json!({ "phoneNumber": code, "purePhoneNumber": number, "countryCode": country });
    HttpResponse::Ok().json(json!({ "errcode": 0, "errmsg": "ok", "phone_info": phone }))
}

async fn ticket(server: web::Data<WechatServer>, request: HttpRequest) -> HttpResponse {
    if let Some(refusal) = server.bad_token(&request) {
        return refusal;
    }
    server.lock().tickets += 1;
    HttpResponse::Ok().json(json!({ "errcode": 0, "errmsg": "ok", "ticket": TICKET, "expires_in": 7200 }))
}

async fn addresses(server: web::Data<WechatServer>, request: HttpRequest) -> HttpResponse {
    if server.lock().away {
        return HttpResponse::BadGateway().finish();
    }
    if let Some(refusal) = server.bad_token(&request) {
        return refusal;
    }
    HttpResponse::Ok().json(json!({ "ip_list": ["127.0.0.1"] }))
}

async fn media(server: web::Data<WechatServer>, request: HttpRequest) -> HttpResponse {
    if let Some(refusal) = server.bad_token(&request) {
        return refusal;
    }
    let query = web::Query::<HashMap<String, String>>::from_query(request.query_string()).unwrap();
    let id = query.get("media_id").cloned().unwrap_or_default();
    let (delay, fault, found) = {
        let mut shared = server.lock();
        *shared.fetches.entry(id.clone()).or_default() += 1;
        (shared.media_delay, shared.media_faults.pop_front(), shared.media.get(&id).cloned())
    };
    tokio::time::sleep(delay).await;
    match (fault, found) {
        (Some(HANGS), _) => {
            tokio::time::sleep(Duration::from_secs(30)).await;
            HttpResponse::InternalServerError().finish()
        }
        (Some(status @ 500..=599), _) => HttpResponse::build(
            actix_web::http::StatusCode::from_u16(u16::try_from(status).unwrap()).unwrap(),
        )
        .finish(),
        (Some(errcode), _) => refuse(errcode),
        (None, None) => refuse(40_007),
        (None, Some(medium)) if medium.content_type.starts_with("video/") => {
            HttpResponse::Ok().json(json!({ "video_url": format!("{}/video/{id}", server.url()) }))
        }
        (None, Some(medium)) => HttpResponse::Ok()
            .content_type(medium.content_type)
            .insert_header(("Content-disposition", "attachment; filename=\"MEDIA\""))
            .body(medium.bytes),
    }
}

async fn video(server: web::Data<WechatServer>, id: web::Path<String>) -> HttpResponse {
    match server.lock().media.get(id.as_str()) {
        Some(medium) => HttpResponse::Ok().content_type(medium.content_type).body(medium.bytes.clone()),
        None => HttpResponse::NotFound().finish(),
    }
}

async fn send(server: web::Data<WechatServer>, request: HttpRequest, body: web::Bytes) -> HttpResponse {
    if let Some(refusal) = server.bad_token(&request) {
        return refusal;
    }
    let fault = server.lock().send_faults.pop_front();
    match fault {
        Some(HANGS) => {
            tokio::time::sleep(Duration::from_secs(30)).await;
            return HttpResponse::InternalServerError().finish();
        }
        Some(errcode) => return refuse(errcode),
        None => {}
    }
    let text = String::from_utf8(body.to_vec()).unwrap();
    if text.contains("\\u") {
        // Escaped, the user would read the escapes.
        return refuse(47_001);
    }
    let body: Value = serde_json::from_str(&text).unwrap();
    let to = body["touser"].as_str().unwrap_or_default().to_owned();
    let mut shared = server.lock();
    let id = shared.words.len() + shared.templates.len() + shared.subscriptions.len() + 1_000;
    match request.path() {
        "/cgi-bin/message/custom/send" => {
            let words = body["text"]["content"].as_str().unwrap_or_default().to_owned();
            shared.words.push((to, words));
            HttpResponse::Ok().json(json!({ "errcode": 0, "errmsg": "ok" }))
        }
        "/cgi-bin/message/template/send" => {
            // WeChat knows a second attempt by its id.
            let known = shared.templates.iter().any(|sent| sent["client_msg_id"] == body["client_msg_id"]);
            if !known {
                shared.templates.push(body);
            }
            HttpResponse::Ok().json(json!({ "errcode": 0, "errmsg": "ok", "msgid": id }))
        }
        _ => {
            shared.subscriptions.push(body);
            HttpResponse::Ok().json(json!({ "errcode": 0, "errmsg": "ok", "msgid": id.to_string() }))
        }
    }
}
