//! The case that a resident says theirs is the same as.

use jiekou_core::case::State;
use jiekou_core::dedup::{Candidate, Decision, Fingerprint, Judgement, Likeness, Match, Reason};
use jiekou_core::place::Wgs84;
use jiekou_core::report::{FieldCode, FieldError, NewReport};
use jiekou_store::cases::view::{self, CaseView};
use jiekou_store::reports::record;

use crate::{App, Principal, ServiceError};

/// How far beyond the reach of their report a resident's case may lie, in metres.
const SLACK_METERS: f64 = 500.0;

/// What becomes of the wish.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Wish {
    None,
    /// The places agree: the resident's word is enough.
    Join {
        case_id: i64,
        /// What the judge would have seen of it; `None` where another release wrote it.
        seen: Option<Box<Candidate>>,
    },
    /// Nothing tells whether the places agree: the case is shown, and its center decides.
    Show(i64),
}

impl Wish {
    /// The case named in `duplicateOf`, following merges; none when it is closed, so that the judge decides.
    ///
    /// # Errors
    /// When there is no such case, or it is too far away; storage.
    pub async fn of(
        app: &App,
        report: &NewReport,
        reach_meters: f64,
        caller: &Principal,
    ) -> Result<Self, ServiceError> {
        let Some(number) = &report.duplicate_of else {
            return Ok(Self::None);
        };
        let fault = |code, detail: &str| ServiceError::field(FieldError::new("/duplicateOf", code, detail));
        let unknown = || fault(FieldCode::Unknown, "没有这个案件，请核对编号");
        let mut case = view::by_number(&app.pool, number.as_str()).await?.ok_or_else(unknown)?;
        // The case that was named counts for where it was, the last of the chain for whether it is open.
        let mut nearest = distance_meters(report, &case);
        let mut named_component = same_component(report, &case);
        while let Some(into) = case.merged_into.take() {
            case = view::by_number(&app.pool, &into).await?.ok_or_else(unknown)?;
            named_component |= same_component(report, &case);
            nearest = nearest.into_iter().chain(distance_meters(report, &case)).min_by(f64::total_cmp);
        }
        if !State::from_name(&case.state).is_some_and(State::takes_reports) {
            return Ok(Self::None);
        }
        // Staff see both places and may know better than a map.
        if matches!(caller, Principal::Staff(_)) || named_component {
            return Self::join(app, case.case_id).await;
        }
        match nearest {
            // Where words were thought to lie refuses nobody.
            Some(meters) if meters > reach_meters + SLACK_METERS && report.place.resolved.is_some() => {
                Ok(Self::Show(case.case_id))
            }
            Some(meters) if meters > reach_meters + SLACK_METERS => {
                Err(fault(FieldCode::TooFar, "离那个案件太远，不像同一个问题"))
            }
            Some(_) => Self::join(app, case.case_id).await,
            None => Ok(Self::Show(case.case_id)),
        }
    }

    async fn join(app: &App, case_id: i64) -> Result<Self, ServiceError> {
        let stored = record::fingerprint(&app.pool, case_id).await?;
        let print = stored.and_then(|bytes| Fingerprint::from_bytes(&bytes));
        Ok(Self::Join { case_id, seen: print.map(|print| Box::new(Candidate { case_id, print })) })
    }

    /// What is known of this case, if it is the wished one.
    pub fn seen(&self, case_id: i64) -> Option<&Candidate> {
        match self {
            Self::Join { seen: Some(candidate), .. } if candidate.case_id == case_id => Some(candidate),
            _ => None,
        }
    }

    /// The judge's word with the wish granted as far as it goes.
    pub fn applied(&self, mut judgement: Judgement) -> Judgement {
        match self {
            Self::None => {}
            Self::Join { case_id, .. } => {
                judgement.decision = Decision::Join { case_id: *case_id };
                let seen = judgement.matches.iter().position(|found| found.case_id == *case_id);
                let mut found = seen.map_or_else(|| named(*case_id), |seen| judgement.matches.remove(seen));
                if !found.reasons.contains(&Reason::NamedByReporter) {
                    found.reasons.push(Reason::NamedByReporter);
                }
                judgement.matches.insert(0, found);
            }
            Self::Show(case_id) => {
                if judgement.matches.iter().all(|found| found.case_id != *case_id) {
                    judgement.matches.insert(0, named(*case_id));
                }
                if judgement.decision == Decision::New {
                    judgement.decision = Decision::Ask;
                }
            }
        }
        judgement
    }
}

/// A match for which only the reporter's word speaks.
fn named(case_id: i64) -> Match {
    Match {
        case_id,
        score: 0.0,
        joins: false,
        distance_meters: None,
        reasons: vec![Reason::NamedByReporter],
        likeness: Likeness::default(),
    }
}

fn same_component(report: &NewReport, case: &CaseView) -> bool {
    report.place.component_id.is_some() && report.place.component_id == case.component_id
}

fn distance_meters(report: &NewReport, case: &CaseView) -> Option<f64> {
    let other = Wgs84::new(case.longitude?, case.latitude?).ok()?;
    Some(report.place.point?.distance_meters(other))
}
