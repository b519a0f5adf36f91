//! Who a reporter is, for those who may ask, for a reason; and who has asked, for the reporter.

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use jiekou_core::clock::local::local;
use jiekou_core::patrol::Area;
use jiekou_core::privacy::{OpeningReason, opening_grant};
use jiekou_core::report::text::parse_text;
use jiekou_core::report::{Contact, FieldCode, FieldError};
use jiekou_core::rulebook::Rulebook;
use jiekou_core::staff::{Level, Whereabouts, standings};
use jiekou_store::StoreError;
use jiekou_store::people::contacts;
use jiekou_store::people::identity::{self, Counted, NewOpening, OfReport, Opening};
use serde_json::Value;
use tracing::{info, instrument};
use uuid::Uuid;

use crate::submit_report::Proof;
use crate::submit_report::follow_up::prove;
use crate::track_report::parse_code;
use crate::{App, ServiceError, Staff};

/// What is counted against [`jiekou_core::privacy::IdentityRules`].
pub(crate) const WINDOW: TimeDelta = TimeDelta::hours(1);
/// Most characters of the words that go with a reason, and fewest: a word says nothing.
const WORDS: usize = 500;
const LEAST_WORDS: usize = 4;
/// Openings that a reporter is shown.
const SHOWN: i64 = 200;

/// Why somebody wants to know.
#[derive(Debug, Clone, Default)]
pub struct OpeningWish {
    /// Name of an [`OpeningReason`].
    pub reason: Option<String>,
    pub words: Option<String>,
}

/// A reporter's identity, and where it is written that it was opened.
#[derive(Clone)]
pub struct Identity {
    pub opening_id: i64,
    pub at: DateTime<Utc>,
    pub case_number: String,
    /// Empty where the reporter gave nothing.
    pub contact: Contact,
    /// What the reporter said, where everybody else sees something left out.
    pub words: Vec<OriginalWords>,
    /// To be laid over whatever shows this: who opened it, when, under which number.
    pub watermark: String,
    pub reason: OpeningReason,
}

/// Words as they were written.
#[derive(Clone)]
pub struct OriginalWords {
    /// What they are part of, such as `description`.
    pub stands_in: String,
    pub at: DateTime<Utc>,
    pub text: Value,
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identity(opening {})", self.opening_id)
    }
}

impl fmt::Debug for OriginalWords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OriginalWords({})", self.stands_in)
    }
}

/// Opens the identity of a report's author. It is in the log before anybody sees it.
///
/// # Errors
/// [`ServiceError::UnknownTrackingCode`], also outside the caller's areas; [`ServiceError::Forbidden`] for roles that do not speak
/// with reporters; every fault of the reason; [`ServiceError::TooOften`]; storage.
#[instrument(level = "debug", name = "open_identity", skip_all)]
pub async fn open_identity(
    app: &App,
    staff: &Staff,
    report_id: Uuid,
    wish: &OpeningWish,
    now: DateTime<Utc>,
) -> Result<Identity, ServiceError> {
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    let report =
        identity::report(&mut transaction, report_id).await?.ok_or(ServiceError::UnknownTrackingCode)?;
    let at = whereabouts(&report);
    let Some(grant) = opening_grant(&staff.grants, &at) else {
        let sees = !standings(&staff.grants, &at).is_empty();
        return Err(if sees { ServiceError::Forbidden } else { ServiceError::UnknownTrackingCode });
    };
    let (reason, words) = parse(wish)?;
    let most = app.identity.openings_an_hour;
    let used_up =
        identity::used_up(&mut transaction, staff.staff_id, Counted::Openings, most, WINDOW, now).await?;
    if let Some(again_at) = used_up {
        return Err(ServiceError::TooOften { again_at });
    }
    let opening = NewOpening {
        staff_id: staff.staff_id,
        report: &report,
        level: grant.level.name(),
        area: &grant.area,
        reason,
        words: &words,
    };
    let opened = identity::open(&mut transaction, &opening, now).await?;
    let contact = match contacts::sealed(&mut transaction, report.pseudonym).await? {
        Some(sealed) => contacts::open(&app.vault, report.pseudonym, &sealed.key_id, &sealed.bytes)?,
        None => Contact::default(),
    };
    let said = identity::own_words(&mut transaction, report_id).await?;
    let original = said.into_iter().filter_map(|it| {
        let words = it.words.filter(jiekou_store::words::Words::hides_something);
        let said = it.said.filter(jiekou_store::words::Said::hides_something);
        let text = words.map(|words| Value::from(words.opened(&opened)));
        let text = text.or_else(|| said.map(|said| said.opened(&opened).clone()))?;
        Some(OriginalWords { stands_in: it.stands_in, at: it.at, text })
    });
    let identity = Identity {
        opening_id: opened.opening_id(),
        at: now,
        words: original.collect(),
        watermark: format!(
            "{} {} 第{}号",
            staff.name,
            local(now).format("%Y-%m-%d %H:%M:%S"),
            opened.opening_id()
        ),
        case_number: report.case_number,
        contact,
        reason,
    };
    transaction.commit().await.map_err(StoreError::from)?;
    info!(identity.opening = identity.opening_id, identity.reason = reason.name(), "identity opened");
    Ok(identity)
}

fn parse(wish: &OpeningWish) -> Result<(OpeningReason, String), ServiceError> {
    let mut faults = Vec::new();
    let names = || OpeningReason::ALL.map(OpeningReason::name).join("、");
    let reason = match wish.reason.as_deref() {
        None => {
            faults.push(FieldError::new("/reason", FieldCode::Missing, format!("请选择原因：{}", names())));
            None
        }
        Some(name) => {
            let reason = OpeningReason::from_name(name);
            if reason.is_none() {
                faults.push(FieldError::new("/reason", FieldCode::Unknown, format!("原因应为 {}", names())));
            }
            reason
        }
    };
    let words = match wish.words.as_deref() {
        None => Err(FieldError::new("/words", FieldCode::Missing, "请写明为什么需要查看报料人身份")),
        Some(words) => parse_text("/words", words, WORDS).and_then(|words| {
            if words.chars().count() < LEAST_WORDS {
                Err(FieldError::new("/words", FieldCode::TooShort, format!("至少 {LEAST_WORDS} 字")))
            } else {
                Ok(words)
            }
        }),
    };
    match (reason, words) {
        (Some(reason), Ok(words)) => Ok((reason, words)),
        (_, words) => {
            faults.extend(words.err());
            Err(ServiceError::Invalid(faults))
        }
    }
}

pub(crate) fn whereabouts(report: &OfReport) -> Whereabouts<'_> {
    Whereabouts {
        center_code: &report.center_code,
        segment_code: report.segment_code.as_deref(),
        community_code: report.community_code.as_deref(),
        grid_code: report.grid_code.as_deref(),
        units: &[],
    }
}

/// That somebody looked, as the reporter reads it: which office, not which person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentityView {
    pub at: DateTime<Utc>,
    pub office: String,
    pub reason: OpeningReason,
}

/// Who has looked at the identity of a report's author, for the author, the newest first.
///
/// # Errors
/// An unknown code; neither secret nor account proves authorship; storage.
#[instrument(level = "debug", name = "identity_views", skip_all)]
pub async fn identity_views(
    app: &App,
    code: &str,
    proof: Proof<'_>,
) -> Result<Vec<IdentityView>, ServiceError> {
    let author = prove(app, &parse_code(code)?, proof).await?;
    let rules = app.rules();
    let openings = identity::openings(&app.pool, author.pseudonym, SHOWN).await?;
    openings.into_iter().map(|opening| view(&rules, &opening)).collect()
}

fn view(rules: &Rulebook, opening: &Opening) -> Result<IdentityView, ServiceError> {
    let reason = OpeningReason::from_name(&opening.reason);
    let reason = reason.ok_or(StoreError::Inconsistent("an identity opened for an unknown reason"))?;
    Ok(IdentityView { at: opening.at, office: office(rules, opening), reason })
}

/// The office by its name, as the reporter knows it.
fn office(rules: &Rulebook, opening: &Opening) -> String {
    let whole = &rules.data().district;
    match Level::from_name(&opening.level) {
        Some(Level::City | Level::District) if whole.code.starts_with(&opening.area) => {
            whole.center_name.clone()
        }
        Some(Level::Town) => {
            rules.center(&opening.area).map_or_else(|| opening.area.clone(), |center| center.name)
        }
        Some(level) => Area::new(level, opening.area.as_str()).name(rules),
        None => opening.area.clone(),
    }
}
