//! Residents with an account: signing in by phone, and what is theirs.

mod bad_input;
mod code_limits;
mod erasure;
mod own_data;
mod privacy;
mod reports;
mod sign_in;
mod storefronts;
mod text_messages;
mod tokens;

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, Api, World, WorldOptions};

/// An installation that sends text messages.
pub async fn town() -> World {
    town_with(Vec::new()).await
}

/// The same with some settings of its own.
pub async fn town_with(settings: Vec<(&'static str, String)>) -> World {
    World::with(WorldOptions { worker: true, sms: true, settings, ..WorldOptions::default() }).await
}

/// Asks for a code.
pub async fn ask(api: &Api, phone: &str) -> Answer {
    api.post("/v1/residents/sign-in-codes", &json!({ "phone": phone })).await
}

/// Lets a minute pass for the limits, so that the next code may be asked for.
pub async fn a_minute_later(world: &World) {
    sqlx::query("update sign_in_code set created_at = created_at - interval '61 seconds'")
        .execute(&world.pool)
        .await
        .unwrap();
}

/// A code as it came to the phone, and the secret that whoever asked for it was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    pub digits: String,
    pub secret: String,
}

impl Code {
    /// The digits of a message, and the answer to asking for it.
    pub fn of(announced: &Value, digits: &str) -> Self {
        let secret = announced["requestSecret"].as_str().unwrap().to_owned();
        Self { digits: digits.to_owned(), secret }
    }

    /// One that nobody was sent.
    pub fn made_up() -> Self {
        Self { digits: "000000".to_owned(), secret: "0".repeat(32) }
    }

    /// The same with other digits.
    pub fn with_digits(&self, digits: &str) -> Self {
        Self { digits: digits.to_owned(), ..self.clone() }
    }

    /// The body that presents it, beside other fields.
    pub fn beside(&self, mut body: Value) -> Value {
        body["code"] = json!(self.digits);
        body["requestSecret"] = json!(self.secret);
        body
    }
}

/// Asks for a code and reads it on the phone.
pub async fn code(world: &World, phone: &str) -> Code {
    let before = world.sms.texts().await.len();
    a_minute_later(world).await;
    let announced = ask(&world.api(), phone).await.expect(202);
    let text = world.sms.wait_for(before + 1).await.pop().unwrap();
    assert_eq!(text.to, format!("+86{phone}"));
    Code::of(&announced, &text.parameters[0])
}

/// Tries to sign in.
pub async fn try_code(api: &Api, phone: &str, code: &Code) -> Answer {
    api.post("/v1/residents/sessions", &code.beside(json!({ "phone": phone }))).await
}

/// A code that is not this one, for the same request.
pub fn other_than(code: &Code) -> Code {
    code.with_digits(&format!("{:06}", (code.digits.parse::<u32>().unwrap() + 1) % 1_000_000))
}

/// Signs in with a fresh code.
pub async fn sign_in(world: &World, phone: &str) -> Resident {
    let code = code(world, phone).await;
    Resident::of(&world.api(), try_code(&world.api(), phone, &code).await.expect(201))
}

/// A signed-in resident.
#[derive(Clone)]
pub struct Resident {
    pub api: Api,
    pub session: Value,
}

impl Resident {
    pub fn of(api: &Api, session: Value) -> Self {
        Self { api: api.clone(), session }
    }

    pub fn id(&self) -> &str {
        self.session["residentId"].as_str().unwrap()
    }

    pub fn token(&self) -> &str {
        self.session["accessToken"].as_str().unwrap()
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.api.send(self.api.request(Method::GET, path).bearer_auth(self.token())).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.api.send(self.api.request(Method::DELETE, path).bearer_auth(self.token())).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.api.send(self.api.request(Method::POST, path).bearer_auth(self.token()).json(body)).await
    }

    pub async fn submit(&self, body: &Value) -> Value {
        self.post("/v1/reports", body).await.expect(201)
    }

    /// Tracking codes of all own reports, page by page.
    pub async fn codes(&self) -> Vec<String> {
        let (mut codes, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = self.get(&format!("/v1/residents/me/reports{cursor}")).await.expect(200);
            let reports = page["reports"].as_array().unwrap();
            codes.extend(reports.iter().map(|it| it["trackingCode"].as_str().unwrap().to_owned()));
            match page["nextCursor"].as_str() {
                Some(next) => cursor = format!("?cursor={next}"),
                None => return codes,
            }
        }
    }
}
