//! Somebody asks, suggests, praises, or tells of what threatens the peace: one use case for every channel.

use chrono::{DateTime, Utc};
use jiekou_core::hotline::EnquiryKind;
use jiekou_core::privacy::scrub;
use jiekou_core::report::contact::{parse_email, parse_phone};
use jiekou_core::report::text::parse_text;
use jiekou_core::report::{Contact, FieldCode, FieldError, RawContact, TrackingCode};
use jiekou_store::enquiries::{self, EnquiryRow};
use jiekou_store::people::contacts;
use jiekou_store::reports::idempotency::{self, Known};
use jiekou_store::{PgConnection, StoreError};
use serde::{Deserialize, Serialize};
use tracing::instrument;
use uuid::Uuid;

use crate::{App, IdempotencyKey, Principal, ServiceError, saved_answer};

/// Most characters.
const WORDS: usize = 2_000;

/// An enquiry as a channel hands it over.
#[derive(Debug, Clone, Default)]
pub struct RawEnquiry {
    pub kind: Option<String>,
    pub words: Option<String>,
    pub contact: Option<RawContact>,
    /// 保密
    pub secret: bool,
    /// What the channel could not read.
    pub faults: Vec<FieldError>,
}

/// A checked one. Its words hold no numbers of people.
#[derive(Debug, Clone)]
pub(crate) struct Enquiry {
    pub kind: EnquiryKind,
    pub words: String,
    pub contact: Contact,
    pub secret: bool,
}

/// What its author gets back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FiledEnquiry {
    /// By which its answer is read; of a kind that is never public, by staff only.
    pub tracking_code: String,
    pub kind: EnquiryKind,
}

/// Keeps an enquiry.
///
/// # Errors
/// All wrong fields at once; a reused key; storage.
#[instrument(level = "debug", name = "file_enquiry", skip_all)]
pub async fn file_enquiry(
    app: &App,
    raw: RawEnquiry,
    caller: &Principal,
    key: Option<&IdempotencyKey>,
    now: DateTime<Utc>,
) -> Result<FiledEnquiry, ServiceError> {
    let enquiry = checked(raw)?;
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    let scope = key.map(|key| saved_answer::scope(caller, key)).unwrap_or_default();
    match idempotency::look_up::<FiledEnquiry>(&mut transaction, &scope).await? {
        Known::OtherBody => return Err(ServiceError::KeyReused),
        Known::Same { facts, .. } => return Ok(*facts),
        Known::New => {}
    }
    let (_, tracking_code) = keep(app, &mut transaction, &enquiry, caller, now).await?;
    let filed = FiledEnquiry { tracking_code, kind: enquiry.kind };
    idempotency::save(&mut transaction, &scope, &filed, now).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    Ok(filed)
}

/// Writes an enquiry. Returns its id and its code.
///
/// # Errors
/// Storage.
pub(crate) async fn keep(
    app: &App,
    conn: &mut PgConnection,
    enquiry: &Enquiry,
    caller: &Principal,
    now: DateTime<Utc>,
) -> Result<(Uuid, String), ServiceError> {
    let (enquiry_id, pseudonym) = (Uuid::now_v7(), Uuid::new_v4());
    let tracking_code = TrackingCode::from_random(rand::random()).to_string();
    let contact = contacts::seal(&app.vault, pseudonym, &enquiry.contact)?;
    let row = EnquiryRow {
        enquiry_id,
        tracking_code: &tracking_code,
        kind: enquiry.kind.name(),
        channel: caller.channel().name(),
        filed_by: caller.staff_id(),
        pseudonym,
        words: &enquiry.words,
        center_code: &app.rules().district_center().code,
        secret: enquiry.secret,
    };
    enquiries::insert(conn, &row, &contact, now).await?;
    Ok((enquiry_id, tracking_code))
}

fn checked(raw: RawEnquiry) -> Result<Enquiry, ServiceError> {
    let mut faults = raw.faults;
    let told = |faults: &[FieldError], pointer: &str| faults.iter().any(|fault| fault.pointer == pointer);
    let kind = raw.kind.as_deref().and_then(EnquiryKind::from_name);
    if kind.is_none() && !told(&faults, "/kind") {
        let names: Vec<&str> = EnquiryKind::ALL.iter().map(|kind| kind.name()).collect();
        let code = if raw.kind.is_some() { FieldCode::Unknown } else { FieldCode::Missing };
        faults.push(FieldError::new("/kind", code, format!("种类请填 {}", names.join("、"))));
    }
    let words = match raw.words {
        Some(words) => parse_text("/description", &words, WORDS).map_err(|fault| faults.push(fault)).ok(),
        None => {
            if !told(&faults, "/description") {
                faults.push(FieldError::new("/description", FieldCode::Missing, "请填写内容"));
            }
            None
        }
    };
    let given = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
    let contact = raw.contact.unwrap_or_default();
    let mut read =
        |pointer: &str, text: Option<String>, parse: &dyn Fn(&str) -> Option<String>, words: &str| {
            let text = given(text)?;
            let read = parse(&text);
            if read.is_none() {
                faults.push(FieldError::new(pointer, FieldCode::Malformed, words));
            }
            read
        };
    let contact = Contact {
        name: read("/contact/name", contact.name, &|name| parse_text("", name, 50).ok(), "姓名有误"),
        phone: read("/contact/phone", contact.phone, &parse_phone, "电话号码有误"),
        email: read("/contact/email", contact.email, &parse_email, "邮箱地址有误"),
        wechat: None,
    };
    match (kind, words) {
        (Some(kind), Some(words)) if faults.is_empty() => {
            Ok(Enquiry { kind, words: scrub(&words).into_owned(), contact, secret: raw.secret })
        }
        _ => Err(ServiceError::Invalid(faults)),
    }
}
