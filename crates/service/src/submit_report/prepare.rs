//! Everything about a report that is decided before anything is written.

use chrono::{DateTime, Duration, Utc};
use jiekou_core::case::{CaseNumber, State};
use jiekou_core::category::{self, UNCLASSIFIED};
use jiekou_core::clock::local::local;
use jiekou_core::dedup::{self, Candidate, Decision, Fingerprint, Judgement, Sketch, cell};
use jiekou_core::report::{ClaimSecret, FieldCode, FieldError, NewReport, TrackingCode};
use jiekou_core::routing::{self, Assignment};
use jiekou_core::safety::{self, Danger};
use jiekou_store::people::contacts;
use jiekou_store::photos;
use jiekou_store::reports::authorship::{self, Authored};
use jiekou_store::reports::record::{CaseRow, ContactRow, Reach, ReportRow};
use serde_json::{Value, json};
use sqlx::types::Json;
use uuid::Uuid;

use super::answer::Safety;
use super::recognise::{self, Search};
use crate::error::failed;
use crate::{App, Principal, ServiceError};

/// How far beyond its radius a case may lie that a resident says theirs is the same as, in metres.
const WISH_SLACK_METERS: f64 = 500.0;

/// A report with its category, place, fingerprint and dangers worked out.
pub(crate) struct Prepared {
    pub report: NewReport,
    pub category: String,
    pub assignment: Assignment,
    pub print: Fingerprint,
    /// The earlier report that the caller proved to have written.
    pub author: Option<Authored>,
    dangers: Vec<Danger>,
    urgent: bool,
    reach_meters: f64,
    families: Vec<String>,
    /// The case the resident says it is.
    wish: Option<i64>,
}

/// The rows of one attempt to record.
pub(crate) struct Rows {
    pub report: ReportRow,
    pub case: CaseRow,
    pub contact: ContactRow,
}

impl Prepared {
    pub async fn new(
        app: &App,
        report: NewReport,
        caller: &Principal,
        now: DateTime<Utc>,
    ) -> Result<Self, ServiceError> {
        let rules = app.rules();
        let author = match &report.claim_secret {
            Some(secret) => {
                Some(authorship::by_claim(&app.pool, &secret.hash()).await?.ok_or(ServiceError::NotAuthor)?)
            }
            None => None,
        };
        let photos = match report.photo_ids.as_slice() {
            [] => Vec::new(),
            ids => photos::unclaimed_hashes(&app.pool, ids).await?,
        };
        let suggested =
            || category::suggest(&rules.data().categories, &report.description).map(|c| c.slug.clone());
        let category = report.category.clone().or_else(suggested).unwrap_or_else(|| UNCLASSIFIED.to_owned());
        let dangers: Vec<Danger> =
            safety::dangers_in(&rules.data().dangers, &report.description).into_iter().cloned().collect();
        let urgent = !dangers.is_empty() || rules.category(&category).is_some_and(|category| category.urgent);
        let family = rules.family_of(&category).to_owned();
        let policy = &rules.data().dedup;
        let print = Fingerprint {
            point: report.place.point,
            accuracy_meters: report.place.accuracy_meters,
            category: category.clone(),
            family: family.clone(),
            opened_at: now,
            component_id: report.place.component_id.clone(),
            sketch: Sketch::of(&report.description),
            photos: photos.into_iter().map(|(_, hash)| hash.cast_unsigned()).collect(),
        };
        let reach_meters =
            dedup::reach_meters(&family, report.place.accuracy_meters, &rules.data().families, policy);
        let wish = wish(app, &report, reach_meters, caller).await?;
        let assignment = routing::assign(&report.place, rules);
        let families = recognise::families(app, &family);
        Ok(Self {
            report,
            category,
            assignment,
            print,
            author,
            dangers,
            urgent,
            reach_meters,
            families,
            wish,
        })
    }

    /// What to look for in the index.
    pub fn search(&self) -> Search {
        Search {
            print: self.print.clone(),
            reach_meters: self.reach_meters,
            center: self.assignment.center.code.clone(),
            families: self.families.clone(),
        }
    }

    /// The judge's word, unless the resident has said it.
    pub fn judge(&self, app: &App, candidates: &[Candidate], now: DateTime<Utc>) -> Judgement {
        let data = app.rules().data();
        let mut judgement = dedup::judge(&self.print, candidates, &data.families, &data.dedup, now);
        match self.wish {
            Some(case_id) => judgement.decision = Decision::Join { case_id },
            None if self.report.confirm_new => judgement.decision = Decision::New,
            None => {}
        }
        judgement
    }

    /// The case the resident wished for is closed: judge as if they had not.
    pub fn forget_wish(&mut self) {
        self.wish = None;
    }

    /// What the arbiter locks and looks through.
    pub fn reach(&self, seen: &[i64]) -> Reach {
        Reach { seen: seen.to_vec(), ..self.search().reach() }
    }

    pub fn safety(&self) -> Option<Safety> {
        Safety::of(&self.dangers)
    }

    /// The rows to write: the report, the case it may open, and how to reach its author.
    pub fn rows(
        &self,
        app: &App,
        judgement: &Judgement,
        secret: &ClaimSecret,
        case_id: i64,
        caller: &Principal,
        now: DateTime<Utc>,
    ) -> Result<Rows, ServiceError> {
        let pseudonym = Uuid::new_v4();
        let contact = contacts::seal(&app.vault, pseudonym, &self.report.contact)?;
        Ok(Rows {
            report: self.report_row(judgement, secret, pseudonym, caller),
            case: self.case_row(app, case_id, now)?,
            contact,
        })
    }

    fn report_row(
        &self,
        judgement: &Judgement,
        secret: &ClaimSecret,
        pseudonym: Uuid,
        caller: &Principal,
    ) -> ReportRow {
        let report = &self.report;
        let attributes =
            (!report.attributes.is_empty()).then(|| Json(Value::Object(report.attributes.clone())));
        let judged = (!judgement.matches.is_empty()).then(|| Json(json!({ "matches": judgement.matches })));
        ReportRow {
            report_id: Uuid::now_v7(),
            tracking_code: TrackingCode::from_random(rand::random()).to_string(),
            claim_hash: secret.hash().to_vec(),
            pseudonym,
            channel: caller.channel().name().to_owned(),
            filed_by: caller.staff_id(),
            category: self.category.clone(),
            description: report.description.clone(),
            place: Json(json!({
                "longitude": report.place.point.map(|point| point.longitude()),
                "latitude": report.place.point.map(|point| point.latitude()),
                "declared": report.place.declared,
                "accuracyMeters": report.place.accuracy_meters,
                "address": report.place.address,
                "componentId": report.place.component_id,
                "segmentCode": report.place.segment_code,
            })),
            attributes,
            occurred_at: report.occurred_at,
            anonymous: report.anonymous,
            confirm_new: report.confirm_new,
            judgement: judged,
            photo_ids: report.photo_ids.clone(),
            urgent: self.urgent,
            alarmed: !self.dangers.is_empty(),
        }
    }

    fn case_row(&self, app: &App, case_id: i64, now: DateTime<Utc>) -> Result<CaseRow, ServiceError> {
        let rules = app.rules();
        let family = rules.data().families.iter().find(|family| family.slug == self.print.family);
        let window = family.and_then(|family| family.window_hours);
        let clock = rules.clock(State::Received, &self.category, self.urgent, now);
        let center_code = self.assignment.center.code.clone();
        Ok(CaseRow {
            case_id,
            case_number: CaseNumber::new(&center_code, local(now).date(), case_id).to_string(),
            center_code,
            segment_code: self.assignment.segment_code.clone(),
            family: self.print.family.clone(),
            state: State::Received.name().to_owned(),
            place_unknown: self.assignment.place_unknown,
            longitude: self.print.point.map(|point| point.longitude()),
            latitude: self.print.point.map(|point| point.latitude()),
            cell: self.print.point.map(cell::of),
            address: self.report.place.address.clone(),
            component_id: self.print.component_id.clone(),
            fingerprint: self.print.to_bytes(),
            recognised_until: window.map(|hours| now + Duration::hours(i64::from(hours))),
            due_at: clock.as_ref().map(|clock| clock.due_at),
            due_kind: clock.as_ref().map(|clock| clock.stage.name().to_owned()),
            due_rule: clock.map(|clock| clock.rule),
            routing: Json(serde_json::to_value(&self.assignment.trace).map_err(failed)?),
            rulebook_version_id: app.rulebook.version_id,
        })
    }
}

/// The case that the resident says it is, following a merge; `None` when it is closed, so that the judge decides.
async fn wish(
    app: &App,
    report: &NewReport,
    reach_meters: f64,
    caller: &Principal,
) -> Result<Option<i64>, ServiceError> {
    let Some(number) = &report.duplicate_of else {
        return Ok(None);
    };
    let fault = |code, detail: &str| ServiceError::field(FieldError::new("/duplicateOf", code, detail));
    let unknown = || fault(FieldCode::Unknown, "没有这个案件，请核对编号");
    let mut case =
        jiekou_store::cases::view::by_number(&app.pool, number.as_str()).await?.ok_or_else(unknown)?;
    while let Some(into) = case.merged_into.take() {
        case = jiekou_store::cases::view::by_number(&app.pool, &into).await?.ok_or_else(unknown)?;
    }
    let apart = match (report.place.point, case.longitude, case.latitude) {
        (Some(point), Some(longitude), Some(latitude)) => {
            jiekou_core::place::Wgs84::new(longitude, latitude).ok().map(|other| point.distance_meters(other))
        }
        _ => None,
    };
    // Staff see both places and may know better than a map.
    if matches!(caller, Principal::Public)
        && apart.is_some_and(|meters| meters > reach_meters + WISH_SLACK_METERS)
    {
        return Err(fault(FieldCode::TooFar, "离那个案件太远，不像同一个问题"));
    }
    let open = State::from_name(&case.state).is_some_and(State::takes_reports);
    Ok(open.then_some(case.case_id))
}
