//! The rows that a report is recorded in.

use chrono::{DateTime, Duration, Utc};
use jiekou_core::case::{CaseNumber, ClockKind, State};
use jiekou_core::clock::local::local;
use jiekou_core::dedup::{Candidate, Fingerprint, Judgement, cell};
use jiekou_core::report::{ClaimSecret, TrackingCode};
use jiekou_core::routing::Step;
use jiekou_core::rulebook::{Circumstances, Rulebook};
use jiekou_store::people::contacts;
use jiekou_store::reports::record::{CaseRow, ContactRow, ReportRow};
use serde_json::{Value, json};
use sqlx::types::Json;
use uuid::Uuid;

use super::prepare::Prepared;
use crate::error::failed;
use crate::{App, Principal, ServiceError};

/// The rows of one attempt to record.
pub(crate) struct Rows {
    pub report: ReportRow,
    pub case: CaseRow,
    pub contact: ContactRow,
}

/// The judge's word, the case to join, and what the judge saw of that one.
pub(crate) struct Verdict<'a> {
    pub judgement: &'a Judgement,
    pub join: Option<i64>,
    pub joined: Option<&'a Candidate>,
}

impl Prepared {
    /// The rows to write: the report, the case it may open, and how to reach its author.
    pub fn rows(
        &self,
        app: &App,
        verdict: &Verdict<'_>,
        secret: &ClaimSecret,
        case_id: i64,
        caller: &Principal,
        now: DateTime<Utc>,
    ) -> Result<Rows, ServiceError> {
        let pseudonym = caller.pseudonym().unwrap_or_else(Uuid::new_v4);
        let contact = contacts::seal(&app.vault, pseudonym, &self.report.contact)?;
        Ok(Rows {
            report: ReportRow {
                hastened: self.hastened(verdict.joined, now).map(Json),
                located: verdict.joined.and_then(|case| self.located(case)),
                ..self.report_row(verdict, secret, pseudonym, caller)
            },
            case: self.case_row(case_id, now)?,
            contact,
        })
    }

    fn report_row(
        &self,
        verdict: &Verdict<'_>,
        secret: &ClaimSecret,
        pseudonym: Uuid,
        caller: &Principal,
    ) -> ReportRow {
        let report = &self.report;
        let attributes =
            (!report.attributes.is_empty()).then(|| Json(Value::Object(report.attributes.clone())));
        let matches = &verdict.judgement.matches;
        let judged =
            (!matches.is_empty()).then(|| Json(json!({ "matches": matches, "joined": verdict.join })));
        ReportRow {
            report_id: Uuid::now_v7(),
            tracking_code: TrackingCode::from_random(rand::random()).to_string(),
            claim_hash: secret.hash().to_vec(),
            pseudonym,
            channel: caller.channel().name().to_owned(),
            filed_by: caller.filed_by(),
            origin: report.origin.name().to_owned(),
            exposure: report.origin.exposure().cloned().map(Json),
            found_by: caller.found(&report.origin, &self.rulebook.rules).map(|it| it.name().to_owned()),
            category: self.category.clone(),
            description: report.description.clone(),
            place: Json(self.place()),
            attributes,
            occurred_at: report.occurred_at,
            anonymous: report.anonymous,
            confirm_new: report.confirm_new,
            judgement: judged,
            photo_ids: report.photo_ids.clone(),
            media_urls: report.media_urls.clone(),
            urgent: self.urgent,
            alarmed: self.is_alarming(),
            hastened: None,
            located: None,
            collected: collects(&self.rulebook.rules, caller),
        }
    }

    /// The clock that the case it joins gets in each state, should this report be the first urgent one.
    fn hastened(&self, joined: Option<&Candidate>, now: DateTime<Utc>) -> Option<Value> {
        let category = joined.filter(|_| self.urgent)?.print.category.as_str();
        let clocks = State::ALL.into_iter().filter_map(|state| {
            let clock = self.rulebook.rules.urgent_clock(state, category, now)?;
            Some((state.name().to_owned(), serde_json::to_value(clock).ok()?))
        });
        Some(Value::Object(clocks.collect()))
    }

    /// Why here: the steps that found the place, then those that found who answers.
    fn trace(&self) -> Vec<&Step> {
        self.assignment.trace.iter().chain(&self.responsibility.trace).collect()
    }

    /// The fingerprint of a case without a point, once it has this report's.
    fn located(&self, case: &Candidate) -> Option<Vec<u8>> {
        let point = self.print.point.filter(|_| case.print.point.is_none() && self.has_known_place())?;
        let accuracy_meters = self.print.accuracy_meters;
        Some(Fingerprint { point: Some(point), accuracy_meters, ..case.print.clone() }.to_bytes())
    }

    pub fn case_row(&self, case_id: i64, now: DateTime<Utc>) -> Result<CaseRow, ServiceError> {
        let rules = &self.rulebook.rules;
        let family = rules.data().families.iter().find(|family| family.slug == self.print.family);
        let window = family.and_then(|family| family.window_hours);
        let circumstances = Circumstances {
            category: &self.category,
            complexity: None,
            areas: &self.assignment.ground.kinds,
            start: now,
            pauses: &[],
        };
        let clocks = rules.opening_clocks(&circumstances, self.urgent);
        let shown = clocks.iter().find(|clock| clock.kind == ClockKind::Accept);
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
            due_at: shown.map(|clock| clock.clock.due_at),
            due_kind: shown.map(|clock| clock.kind.name().to_owned()),
            due_rule: shown.map(|clock| clock.rule.clone()),
            routing: Json(serde_json::to_value(self.trace()).map_err(failed)?),
            rulebook_version_id: self.rulebook.version_id,
            words: self.print.words.map(u64::cast_signed),
            runs_in: self.responsibility.begins_in.name().to_owned(),
            lead_code: self.responsibility.lead.code.clone(),
            enforcement_code: self.responsibility.enforcement.as_ref().map(|party| party.code.clone()),
            community_code: self.assignment.ground.community_code.clone(),
            grid_code: self.assignment.ground.grid_code.clone(),
            clocks: Json(clocks),
        })
    }
}

/// Whether the caller's work is to look for problems.
pub(crate) fn collects(rules: &Rulebook, caller: &Principal) -> bool {
    match caller {
        Principal::Public
        | Principal::Resident(_)
        | Principal::Wechat(_)
        | Principal::Platform(_)
        | Principal::Partner(_) => false,
        Principal::Staff(staff) => rules.plan().process.collection.collects(&staff.grants),
    }
}
