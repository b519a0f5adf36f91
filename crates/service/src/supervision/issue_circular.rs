//! A circular is issued: frozen, and sent to the leaders it names, once.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use jiekou_core::case::CaseNumber;
use jiekou_core::circular::Points;
use jiekou_core::period::Period;
use jiekou_core::plan::Addressee;
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_core::rulebook::Rulebook;
use jiekou_store::supervision::circulars::{self, CandidateRow, CircularRow, ItemRow};
use jiekou_store::words::Words;
use jiekou_store::work::letters::{self, Letter};
use jiekou_store::{PgConnection, StoreError};
use sqlx::types::Json;
use tracing::{info, instrument};
use uuid::Uuid;

use super::assessor::assesses;
use super::draft_circular::{MOST, items, misfit, overdue, sums};
use super::view_circulars::{CircularView, view_in};
use crate::track_report::moment;
use crate::{App, ServiceError, Staff};

/// Most leaders that one circular names, and characters of its words.
const LEADERS: usize = 200;
const WORDS: usize = 2_000;

/// A circular as it was asked for.
#[derive(Debug, Clone)]
pub struct Issue {
    pub period: Period,
    /// Numbers of the chosen cases; `None`: every open overdue case of the period.
    pub cases: Option<Vec<String>>,
    /// Texts of [`Addressee`].
    pub addressees: Vec<String>,
    /// What stands above the list.
    pub words: Option<String>,
}

/// Issues the circular of a period. The same one asked for again is answered with the one that stands; `true`: it is new.
///
/// # Errors
/// [`ServiceError::Forbidden`] for whoever does not assess; every wrong field at once: a period that is over for circulars
/// or has another one, cases that are not open here, leaders whom nobody can reach; storage.
#[instrument(level = "debug", name = "issue_circular", skip_all)]
pub async fn issue_circular(
    app: &App,
    staff: &Staff,
    issue: &Issue,
    now: DateTime<Utc>,
) -> Result<(CircularView, bool), ServiceError> {
    let rules = app.rules();
    let area = assesses(&rules, staff)?;
    let settings = &rules.plan().supervision.circulars;
    let mut faults = Vec::new();
    let addressees = addressees(&rules, area, &issue.addressees, &mut faults);
    let words = words(issue.words.as_deref(), &mut faults);
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    circulars::lock(&mut transaction).await?;
    let period = issue.period.to_string();
    if let Some(standing) = circulars::of_period(&mut transaction, area, &period).await? {
        let view = view_in(&rules, &mut transaction, standing).await?;
        if faults.is_empty() && is_same(&view, issue, &addressees, words.as_deref()) {
            return Ok((view, false));
        }
        faults.push(FieldError::new("/period", FieldCode::AlreadyUsed, "这一期已经通报，通报发出后不能更改"));
        return Err(ServiceError::Invalid(faults));
    }
    let last = circulars::last(&mut transaction, area).await?;
    faults.extend(misfit(settings, issue.period, last, now));
    let candidates = candidates(&mut transaction, area, issue, &mut faults, now).await?;
    if !faults.is_empty() {
        return Err(ServiceError::Invalid(faults));
    }
    let items = items(&mut transaction, settings, area, issue.period, candidates).await?;
    let row = CircularRow {
        circular_id: Uuid::new_v4(),
        area: area.to_owned(),
        first_day: issue.period.first_day(),
        last_day: issue.period.last_day(),
        rules: Json(settings.clone()),
        words: words.map(Words::new),
        addressees,
        drawn_up: issue.cases.is_none(),
        letter_id: Uuid::new_v4(),
        issued_by: staff.staff_id,
        issued_at: now,
        period,
    };
    letters::write(&mut transaction, &notice(&rules, &row, &items), &row.addressees, now).await?;
    circulars::insert(&mut transaction, &row, &items).await?;
    let view = view_in(&rules, &mut transaction, row).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    info!(circular.period = view.row.period, circular.problems = view.items.len(), "circular issued");
    Ok((view, true))
}

fn is_same(view: &CircularView, issue: &Issue, addressees: &[String], words: Option<&str>) -> bool {
    let cases = match &issue.cases {
        None => view.row.drawn_up,
        Some(chosen) => {
            let stand: HashSet<&str> = view.items.iter().map(|item| item.case_number.as_str()).collect();
            let asked: HashSet<&str> = chosen.iter().map(String::as_str).collect();
            !view.row.drawn_up && stand == asked
        }
    };
    cases && view.row.addressees == addressees && view.row.words.as_ref().map(Words::for_rules) == words
}

/// The leaders, sorted; each must be of the area and be reachable.
fn addressees(rules: &Rulebook, area: &str, named: &[String], faults: &mut Vec<FieldError>) -> Vec<String> {
    let mut fault = |pointer: String, code, words: &str| faults.push(FieldError::new(pointer, code, words));
    if named.is_empty() {
        fault("/addressees".to_owned(), FieldCode::Missing, "请写明通报发给哪些领导，如 post/chief/410103");
    }
    if named.len() > LEADERS {
        fault("/addressees".to_owned(), FieldCode::TooMany, "一次最多发给 200 位领导");
        return Vec::new();
    }
    let mut seen = HashSet::new();
    for (position, text) in named.iter().enumerate() {
        let pointer = || format!("/addressees/{position}");
        let found = text.parse::<Addressee>().ok().filter(|it| it.is_reachable(rules));
        let is_inside = found.as_ref().is_some_and(|it| match it {
            Addressee::Center(code) => code.starts_with(area),
            Addressee::Post { area: own, .. } => own.starts_with(area),
            Addressee::Unit(_) => true,
            Addressee::Person(_) => false,
        });
        if found.is_none() {
            fault(pointer(), FieldCode::Unknown, "没有这个岗位，或没有可以送达的地址");
        } else if !is_inside {
            fault(pointer(), FieldCode::NotAllowed, "这个岗位不在本辖区");
        } else if !seen.insert(text.clone()) {
            fault(pointer(), FieldCode::AlreadyUsed, "这个岗位列了两次");
        }
    }
    let mut sorted: Vec<String> = seen.into_iter().collect();
    sorted.sort();
    sorted
}

fn words(words: Option<&str>, faults: &mut Vec<FieldError>) -> Option<String> {
    let words = words.map(str::trim).filter(|words| !words.is_empty())?;
    if words.chars().count() > WORDS {
        faults.push(FieldError::new("/words", FieldCode::TooLong, "最多 2000 字"));
    }
    if words.chars().any(|c| c.is_control() && c != '\n') {
        faults.push(FieldError::new("/words", FieldCode::ControlCharacter, "含有控制字符"));
    }
    Some(words.to_owned())
}

/// The cases of the circular, by center and longest overdue first.
async fn candidates(
    conn: &mut PgConnection,
    area: &str,
    issue: &Issue,
    faults: &mut Vec<FieldError>,
    now: DateTime<Utc>,
) -> Result<Vec<CandidateRow>, ServiceError> {
    let Some(chosen) = &issue.cases else {
        let (found, is_cut) = overdue(conn, area, issue.period, now).await?;
        if is_cut {
            faults.push(FieldError::new("/cases", FieldCode::TooMany, "超期案件超过 2000 件，请选择"));
        }
        if found.is_empty() {
            faults.push(FieldError::new(
                "/cases",
                FieldCode::Missing,
                "没有超期未办结的案件，请选择要通报的案件",
            ));
        }
        return Ok(found);
    };
    let mut fault = |pointer: String, code, words: &str| faults.push(FieldError::new(pointer, code, words));
    if chosen.is_empty() {
        fault("/cases".to_owned(), FieldCode::Missing, "请选择要通报的案件");
    }
    if chosen.len() > MOST {
        fault("/cases".to_owned(), FieldCode::TooMany, "一次最多通报 2000 件");
        return Ok(Vec::new());
    }
    let numbers: Vec<String> =
        chosen.iter().filter_map(|text| CaseNumber::parse(text)).map(|it| it.as_str().to_owned()).collect();
    let mut found = circulars::chosen(conn, &numbers).await?;
    let mut seen = HashSet::new();
    for (position, number) in chosen.iter().enumerate() {
        let pointer = || format!("/cases/{position}");
        match found.iter().find(|row| row.case_number == *number) {
            None => fault(pointer(), FieldCode::Unknown, "没有这个在办案件"),
            Some(row) if !row.center_code.starts_with(area) => {
                fault(pointer(), FieldCode::NotAllowed, "这个案件不在本辖区");
            }
            Some(_) if !seen.insert(number) => fault(pointer(), FieldCode::AlreadyUsed, "这个案件列了两次"),
            Some(_) => {}
        }
    }
    // Without a deadline last, as PostgreSQL sorts the others.
    found.sort_by_key(|row| (row.center_code.clone(), row.due_at.is_none(), row.due_at, row.case_id));
    Ok(found)
}

/// The circular in words.
fn notice(rules: &Rulebook, row: &CircularRow, items: &[ItemRow]) -> Letter {
    let mut body = format!("{} 城市管理问题通报\n\n", row.period);
    if let Some(words) = &row.words {
        body.push_str(&format!("{}\n\n", words.shown()));
    }
    for sum in sums(rules, items) {
        body.push_str(&format!("{}：{} 件，扣 {} 分\n", sum.name, sum.problems, sum.deduction));
    }
    body.push('\n');
    for item in items {
        let category = rules.category(&item.category);
        let category = category.map_or_else(|| item.category.clone(), |category| category.name.clone());
        let segment = item.segment_code.as_deref().and_then(|code| rules.segment(code));
        let place = segment.map_or("", |segment| segment.name.as_str());
        let due = item.due_at.map(|due| format!("，{} 到期", moment(due))).unwrap_or_default();
        let deduction = Points::from_hundredths(item.deduction);
        let (number, times) = (&item.case_number, item.times);
        body.push_str(&format!("{number} {place} {category}{due}，连续第 {times} 次，扣 {deduction} 分\n"));
    }
    body.push_str(&format!("\n{}\n", rules.data().name));
    Letter {
        letter_id: row.letter_id, kind: "circular", subject: format!("【通报】{}", row.period), body
    }
}
