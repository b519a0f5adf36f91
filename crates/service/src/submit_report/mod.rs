//! A report comes in: parsed, compared, routed, recorded, answered.

pub(crate) mod answer;
pub(crate) mod follow_up;
mod prepare;
pub(crate) mod recognise;
mod rows;
mod wish;

use chrono::{DateTime, Utc};
use jiekou_core::dedup::Decision;
use jiekou_core::limit::{Act, Spender};
use jiekou_core::report::{ClaimSecret, FieldError, NewReport, RawReport};
use jiekou_store::dedup::Entry;
use jiekou_store::reports::record::{self, Attempt, Facts, Recorded};
use tracing::{debug, instrument};

pub use answer::{CaseBrief, CenterBrief, Safety, SegmentBrief, SimilarCase, Submitted};
pub use follow_up::Proof;
pub(crate) use prepare::Prepared;
pub(crate) use rows::{Rows, Verdict};

use crate::blocks;
use crate::quota::{self, Receipt, Spending};
use crate::saved_answer::{self, Private};
use crate::{App, IdempotencyKey, Principal, ServiceError};

/// How often the judge is asked again because a case appeared that it had not seen. After that the report stands as
/// new and `similar` says what it may be: a resident is never kept waiting by others.
const ROUNDS: usize = 8;

/// Submits a report.
///
/// # Errors
/// All wrong fields at once; a reused key; a claim secret that proves nothing; storage.
#[instrument(level = "debug", name = "submit_report", skip_all)]
pub async fn submit_report(
    app: &App,
    raw: RawReport,
    caller: &Principal,
    key: Option<&IdempotencyKey>,
    now: DateTime<Utc>,
) -> Result<Submitted, ServiceError> {
    let (mut prepared, paid) = match prepared(app, raw, caller, now).await {
        Ok(prepared) => prepared,
        // What was good when it was first sent may not be any more: a case merged, a rule changed.
        Err(refusal) => return saved_answer::earlier(app, caller, key).await?.ok_or(refusal),
    };
    let mut candidates = recognise::candidates(app, &prepared.search(), now).await?;
    // Also those whose fingerprint another release wrote and nobody here can read.
    let mut seen: Vec<i64> = candidates.iter().map(|candidate| candidate.case_id).collect();
    for round in 0..=ROUNDS {
        let last = round == ROUNDS;
        let judgement = prepared.judge(&candidates, now);
        if let Some(answer) = follow_up::answer(app, &prepared, &judgement, caller, key, now).await? {
            return Ok(answer);
        }
        let join = match judgement.decision {
            Decision::Join { case_id } if !last => Some(case_id),
            _ => None,
        };
        let similar =
            if join.is_some() { Vec::new() } else { answer::similar(app, &judgement.matches, now).await? };
        let secret = ClaimSecret::from_random(rand::random());
        let private =
            Private { claim_secret: Some(saved_answer::shown(&secret)), similar, safety: prepared.safety() };
        let case_id = app.serials.next(&app.pool).await?;
        let joined = join.and_then(|id| {
            let judged = candidates.iter().find(|candidate| candidate.case_id == id);
            judged.or_else(|| prepared.wished(id))
        });
        let verdict = Verdict { judgement: &judgement, join, joined };
        let rows = prepared.rows(app, &verdict, &secret, case_id, caller, now)?;
        let attempt = Attempt {
            district: &prepared.rulebook.rules.data().district.code,
            report: &rows.report,
            join,
            case: &rows.case,
            reach: &if last { recognise::no_reach() } else { prepared.reach(&seen) },
            contact: &rows.contact,
            idempotent: &saved_answer::row(app, caller, key, &private)?,
            resident: caller.resident_id(),
        };
        match record::record(&app.pool, attempt, now).await? {
            Recorded::Stored(facts) => {
                if join.is_none() {
                    prepared.admit(app, &facts, &rows.case);
                }
                debug!(report.id = %facts.report_id, case.id = facts.case_id, outcome = facts.outcome, "report recorded");
                return Submitted::new(app, facts, private);
            }
            Recorded::Replayed { facts, sealed } => {
                quota::refund(app, &paid, now).await;
                return saved_answer::replay(app, key, facts, sealed);
            }
            Recorded::KeyReused => return Err(ServiceError::KeyReused),
            Recorded::NoSuchResident => return Err(ServiceError::NotSignedIn),
            Recorded::PhotoTaken(photo_id) => {
                return Err(ServiceError::photo_taken(&prepared.report.photo_ids, photo_id));
            }
            Recorded::JudgeAgain(unseen) => {
                seen.extend(unseen.iter().map(|(case_id, _)| case_id));
                candidates.extend(recognise::read(unseen));
            }
            Recorded::Gone => {
                // A join that found its case closed: the index was stale, PostgreSQL knows better.
                prepared.forget_wish();
                if let Some(gone) = join {
                    recognise::mend(app, vec![gone]);
                }
                candidates = recognise::from_database(app, &prepared.search(), now).await?;
                seen.extend(candidates.iter().map(|candidate| candidate.case_id));
            }
        }
    }
    Err(ServiceError::Busy)
}

/// Everything that is decided before anything is written.
async fn prepared(
    app: &App,
    raw: RawReport,
    caller: &Principal,
    now: DateTime<Utc>,
) -> Result<(Prepared, Receipt), ServiceError> {
    let raw = RawReport { filer: caller.filer(), ..raw };
    let rules = app.rules();
    let lacks =
        if rows::collects(&rules, caller) { rules.plan().process.collection.lacks(&raw) } else { Vec::new() };
    let report = match NewReport::parse(raw, &rules, now) {
        Ok(report) if lacks.is_empty() => report,
        Ok(_) => return Err(ServiceError::Invalid(lacks)),
        Err(mut faults) => {
            let told = |it: &FieldError| faults.iter().any(|fault| fault.pointer == it.pointer);
            let more: Vec<FieldError> = lacks.into_iter().filter(|it| !told(it)).collect();
            faults.extend(more);
            return Err(ServiceError::Invalid(faults));
        }
    };
    let paid = spend(app, &report, caller, now).await?;
    Ok((Prepared::new(app, report, caller, now).await?, paid))
}

/// Whether the person whom a report names may send it, whichever address it comes from; spends their quota.
async fn spend(
    app: &App,
    report: &NewReport,
    caller: &Principal,
    now: DateTime<Utc>,
) -> Result<Receipt, ServiceError> {
    let phone = report.contact.phone.as_deref().and_then(|phone| quota::phone(&app.vault, phone));
    let spenders: Vec<Spender> = phone.into_iter().collect();
    // Staff who type in somebody's phone know whom they listen to.
    if matches!(caller, Principal::Public) {
        spenders.iter().try_for_each(|spender| blocks::check(app, *spender, now))?;
    }
    let what = Spending { act: Act::Report, channel: caller.channel(), spenders: &spenders, cost: 1 };
    Ok(quota::spend(app, &what, now).await?)
}

impl Prepared {
    /// Puts a new case into the index, after the answer is on its way. What a crash leaves out the worker mends.
    fn admit(&self, app: &App, facts: &Facts, case: &record::CaseRow) {
        let Some(point) = self.print.point else { return };
        let (index, case_id, case) = (std::sync::Arc::clone(&app.index), facts.case_id, case.clone());
        tokio::spawn(async move {
            let entry = Entry {
                case_id,
                center_code: &case.center_code,
                print: &case.fingerprint,
                point,
                family: &case.family,
                recognised_until: case.recognised_until,
            };
            // The failure was logged where it happened.
            let _ = index.admit(&entry).await;
        });
    }
}
