//! A text message service that speaks `SendSms` of Tencent Cloud (2021-01-11) and verifies the signature of each request,
//! with faults on demand.

use std::collections::HashMap;
use std::sync::Arc;

use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::sync::Mutex;

use super::accepting::{Caller, accepting};

/// The account that the service knows.
const SECRET_ID: &str = "AKIDtest";
const SECRET_KEY: &str = "test-secret-key";
const APP_ID: &str = "1400006666";
const TEMPLATE: &str = "1110";

/// A message as it was handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    pub to: String,
    pub parameters: Vec<String>,
    pub reference: String,
}

/// What the service does with the next requests.
#[derive(Debug, Clone, Copy, Default)]
pub enum SmsMode {
    #[default]
    Takes,
    /// Refuses each message with this code.
    Code(&'static str),
    /// Takes the message and answers with this status and no words.
    Status(u16),
    /// Takes the message and never answers.
    Silent,
    /// Takes the message and closes the connection.
    HangsUp,
}

#[derive(Default)]
struct Shared {
    texts: Mutex<Vec<Text>>,
    /// Why requests were refused for what they are.
    faults: Mutex<Vec<String>>,
    mode: Mutex<SmsMode>,
}

/// The service; all its messages can be read.
#[derive(Clone)]
pub struct SmsServer {
    shared: Arc<Shared>,
    port: u16,
}

impl SmsServer {
    pub async fn start() -> Self {
        let (shared, port) = accepting(converse).await;
        Self { shared, port }
    }

    /// The settings of an installation that sends its messages with this service.
    pub fn settings(&self) -> [(&'static str, String); 8] {
        [
            ("JIEKOU_SMS__PROVIDER", "tencent".to_owned()),
            ("JIEKOU_SMS__BASE_URL", format!("http://127.0.0.1:{}", self.port)),
            ("JIEKOU_SMS__SECRET_ID", SECRET_ID.to_owned()),
            ("JIEKOU_SMS__SECRET_KEY", SECRET_KEY.to_owned()),
            ("JIEKOU_SMS__APP_ID", APP_ID.to_owned()),
            ("JIEKOU_SMS__SIGN_NAME", "街口".to_owned()),
            ("JIEKOU_SMS__CODE_TEMPLATE", TEMPLATE.to_owned()),
            ("JIEKOU_SMS__WHOLE_SECONDS", "2".to_owned()),
        ]
    }

    pub async fn texts(&self) -> Vec<Text> {
        self.shared.texts.lock().await.clone()
    }

    /// Why requests were refused for what they are.
    pub async fn faults(&self) -> Vec<String> {
        self.shared.faults.lock().await.clone()
    }

    pub async fn set(&self, mode: SmsMode) {
        *self.shared.mode.lock().await = mode;
    }

    /// Waits until there are so many messages.
    pub async fn wait_for(&self, count: usize) -> Vec<Text> {
        for _ in 0..400 {
            let texts = self.texts().await;
            if texts.len() >= count {
                return texts;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("no {count} messages: {:?}, faults: {:?}", self.texts().await, self.faults().await);
    }
}

async fn converse((stream, port): Caller, shared: Arc<Shared>) -> std::io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut read = BufReader::new(read);
    loop {
        let mut line = String::new();
        if read.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let request_line = line.trim().to_owned();
        let mut headers = HashMap::new();
        loop {
            let mut line = String::new();
            read.read_line(&mut line).await?;
            let Some((name, value)) = line.trim().split_once(':') else { break };
            headers.insert(name.to_lowercase(), value.trim().to_owned());
        }
        let mut body = vec![0; headers.get("content-length").map_or(0, |length| length.parse().unwrap())];
        read.read_exact(&mut body).await?;
        let mode = *shared.mode.lock().await;
        let answer = match request(&request_line, &headers, &body, port) {
            Err((code, why)) => {
                shared.faults.lock().await.push(why);
                json!({ "Error": { "Code": code, "Message": "refused" }, "RequestId": "r" })
            }
            Ok(text) => {
                let code = if let SmsMode::Code(code) = mode { code } else { "Ok" };
                let status = json!([{ "SerialNo": "5000:1", "PhoneNumber": text.to, "Fee": 1, "Code": code,
                    "SessionContext": text.reference, "Message": "send success", "IsoCode": "CN" }]);
                if code == "Ok" {
                    shared.texts.lock().await.push(text);
                }
                json!({ "SendStatusSet": status, "RequestId": "r" })
            }
        };
        let answer = json!({ "Response": answer }).to_string();
        let (status, answer) = match mode {
            SmsMode::Status(status) => (status, String::new()),
            SmsMode::Silent => std::future::pending().await,
            SmsMode::HangsUp => return Ok(()),
            SmsMode::Takes | SmsMode::Code(_) => (200, answer),
        };
        let head = format!(
            "HTTP/1.1 {status} x\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            answer.len()
        );
        write.write_all(format!("{head}{answer}").as_bytes()).await?;
    }
}

type Refused = (&'static str, String);

/// The message of a request that the service would take.
fn request(line: &str, headers: &HashMap<String, String>, body: &[u8], port: u16) -> Result<Text, Refused> {
    let header = |name: &str| headers.get(name).map(String::as_str).unwrap_or_default();
    let demand = |holds: bool, code: &'static str, why: &str| {
        if holds { Ok(()) } else { Err((code, format!("{why}: {line} {headers:?}"))) }
    };
    demand(line == "POST / HTTP/1.1", "InvalidParameter", "it is posted to the root")?;
    demand(
        header("host") == format!("127.0.0.1:{port}"),
        "InvalidParameter",
        "the host is that of the address",
    )?;
    demand(header("x-tc-action") == "SendSms", "InvalidAction", "the action")?;
    demand(header("x-tc-version") == "2021-01-11", "NoSuchVersion", "the version")?;
    demand(header("x-tc-region") == "ap-guangzhou", "UnsupportedRegion", "the region")?;
    let moment: i64 = header("x-tc-timestamp").parse().unwrap_or_default();
    let late = (super::wall_clock().timestamp() - moment).abs();
    demand(late <= 300, "AuthFailure.SignatureExpire", "the time")?;
    let due = authorization(header("content-type"), header("host"), moment, body);
    demand(header("authorization") == due, "AuthFailure.SignatureFailure", "the signature")?;
    let sent: Value =
        serde_json::from_slice(body).map_err(|error| ("InvalidParameter", error.to_string()))?;
    demand(sent["SmsSdkAppId"] == APP_ID, "UnauthorizedOperation.SmsSdkAppIdVerifyFail", "the application")?;
    demand(
        sent["SignName"] == "街口",
        "FailedOperation.SignatureIncorrectOrUnapproved",
        "the signature's name",
    )?;
    demand(sent["TemplateId"] == TEMPLATE, "FailedOperation.TemplateIncorrectOrUnapproved", "the template")?;
    let texts = |value: &Value| -> Vec<String> {
        value.as_array().into_iter().flatten().map(|it| it.as_str().unwrap_or_default().to_owned()).collect()
    };
    let (to, parameters) = (texts(&sent["PhoneNumberSet"]), texts(&sent["TemplateParamSet"]));
    let one = to.len() == 1 && to[0].starts_with("+86") && to[0].len() == 14;
    demand(one, "InvalidParameterValue.IncorrectPhoneNumber", "the phone")?;
    demand(
        parameters.len() == 2,
        "FailedOperation.TemplateParamSetNotMatchApprovedTemplate",
        "the parameters",
    )?;
    let reference = sent["SessionContext"].as_str().unwrap_or_default().to_owned();
    Ok(Text { to: to[0].clone(), parameters, reference })
}

/// TC3-HMAC-SHA256 as the service reckons it.
fn authorization(content_type: &str, host: &str, moment: i64, body: &[u8]) -> String {
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let mac = |key: &[u8], words: &str| {
        let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
        mac.update(words.as_bytes());
        mac.finalize().into_bytes().to_vec()
    };
    let date = chrono::DateTime::from_timestamp(moment, 0).unwrap().date_naive().to_string();
    let canonical = [
        "POST",
        "/",
        "",
        &format!("content-type:{content_type}"),
        &format!("host:{host}"),
        "",
        "content-type;host",
        &hex(&Sha256::digest(body)),
    ]
    .join("\n");
    let scope = format!("{date}/sms/tc3_request");
    let words = ["TC3-HMAC-SHA256", &moment.to_string(), &scope, &hex(&Sha256::digest(canonical.as_bytes()))]
        .join("\n");
    let key = mac(&mac(&mac(format!("TC3{SECRET_KEY}").as_bytes(), &date), "sms"), "tc3_request");
    let signature = hex(&mac(&key, &words));
    format!(
        "TC3-HMAC-SHA256 Credential={SECRET_ID}/{scope}, SignedHeaders=content-type;host, Signature={signature}"
    )
}
