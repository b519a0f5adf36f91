//! Why a report joined its case, and what the report that opened a case was like.

use std::collections::HashMap;

use jiekou_core::dedup::Match;
use jiekou_store::cases::view::{self, ReportView};
use serde::Deserialize;
use uuid::Uuid;

use crate::{App, ServiceError};

/// What the judge said of a report, with the numbers of the cases it said it about.
#[derive(Debug, Clone, Default)]
pub struct Judged {
    /// The match it joined by; `None` for a report that opened a case.
    pub joined_because: Option<JudgedMatch>,
    /// What it was like when it opened its case, the likeliest first.
    pub similar_to: Vec<JudgedMatch>,
}

/// One case that a report was compared with.
#[derive(Debug, Clone)]
pub struct JudgedMatch {
    pub case_number: String,
    pub found: Match,
}

/// The stored form.
#[derive(Deserialize)]
struct Stored {
    matches: Vec<Match>,
    /// The case it was recognised as; absent in what older releases wrote.
    joined: Option<i64>,
}

/// What the judge said of each of these reports, by their ids. A report of which it said nothing is left out.
pub(crate) async fn why_joined(
    app: &App,
    reports: &[ReportView],
) -> Result<HashMap<Uuid, Judged>, ServiceError> {
    let stored: Vec<(&ReportView, Stored)> = reports
        .iter()
        .filter_map(|report| {
            let judgement = &report.judgement.as_ref()?.0;
            Some((report, Stored::deserialize(judgement).ok()?))
        })
        .collect();
    let mut ids: Vec<i64> =
        stored.iter().flat_map(|(_, judged)| judged.matches.iter().map(|it| it.case_id)).collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let numbers: HashMap<i64, String> = view::numbers(&app.pool, &ids).await?.into_iter().collect();
    let numbered =
        |found: Match| Some(JudgedMatch { case_number: numbers.get(&found.case_id)?.clone(), found });
    let told = stored.into_iter().map(|(report, judged)| {
        let Stored { matches, joined } = judged;
        let told = if report.outcome == "joined" {
            let because = match joined {
                Some(case_id) => matches.into_iter().find(|it| it.case_id == case_id),
                None => matches.into_iter().next(),
            };
            Judged { joined_because: because.and_then(numbered), similar_to: Vec::new() }
        } else {
            Judged { joined_because: None, similar_to: matches.into_iter().filter_map(numbered).collect() }
        };
        (report.report_id, told)
    });
    Ok(told.collect())
}
