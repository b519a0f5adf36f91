//! What the arbiter costs a recorded report: the same statement with its locks and its look for unseen cases, and without.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use clap::Args;
use jiekou_core::dedup::{Fingerprint, NEAREST, Sketch, cell, reach_meters};
use jiekou_core::place::Wgs84;
use jiekou_core::report::{ClaimSecret, TrackingCode};
use jiekou_core::rulebook::{Circumstances, Rulebook};
use jiekou_store::PgPool;
use jiekou_store::cases::serials::CaseSerials;
use jiekou_store::database;
use jiekou_store::reports::record::{self, Attempt, CaseRow, Reach, Recorded, ReportRow};
use serde_json::json;
use sqlx::types::Json;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::problems::{Problem, Problems};
use crate::rules;

#[derive(Args)]
pub struct Options {
    /// A migrated database with the rulebook loaded.
    #[arg(long)]
    database: String,
    /// Folder of that rulebook.
    #[arg(long)]
    rulebook: PathBuf,
    /// Problems that earlier runs reported to the same database.
    #[arg(long, default_value_t = 0)]
    skip: usize,
    /// Reports of each kind.
    #[arg(long, default_value_t = 3_000)]
    reports: usize,
    /// Connections that record at once.
    #[arg(long, default_value_t = 1)]
    connections: u32,
}

/// What is left out of the statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Whole,
    WithoutLocks,
    WithoutArbiter,
}

const KINDS: [Kind; 3] = [Kind::Whole, Kind::WithoutLocks, Kind::WithoutArbiter];

/// Reports whose statements are counted.
const COUNTED: usize = 200;

/// Everything a report is recorded with.
struct Bench {
    pool: PgPool,
    serials: CaseSerials,
    rulebook: Rulebook,
    version_id: i64,
}

pub fn run(options: &Options) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(measure(options));
}

async fn measure(options: &Options) {
    let pool = database::pool(&options.database, options.connections).unwrap();
    let version_id = sqlx::query_scalar("select max(rulebook_version_id) from rulebook_version")
        .fetch_one(&pool)
        .await
        .unwrap();
    let mut problems = Problems::new(rules::read(&options.rulebook), options.skip);
    let rulebook = Rulebook::new(rules::read(&options.rulebook));
    let bench = Arc::new(Bench { pool, serials: CaseSerials::default(), rulebook, version_id });
    let mut statements = [0.0; 3];
    for (at, kind) in KINDS.into_iter().enumerate() {
        statements[at] = bench.statements(&mut problems, kind).await;
    }
    // Kinds in turn, report by report, so that all of them meet the same machine; the first tenth warms up.
    let mut under_way = JoinSet::new();
    for connection in 0..options.connections as usize {
        let part: Vec<Problem> = problems.take(options.reports * KINDS.len() / options.connections as usize);
        let bench = Arc::clone(&bench);
        under_way.spawn(async move {
            let mut times: [Vec<f64>; 3] = std::array::from_fn(|_| Vec::new());
            for (n, problem) in part.iter().enumerate() {
                let at = (n + connection) % KINDS.len();
                let ready = bench.prepared(problem, KINDS[at]).await;
                let taken = bench.record(ready).await;
                if n >= part.len() / 10 {
                    times[at].push(taken);
                }
            }
            times
        });
    }
    let mut taken: [Vec<f64>; 3] = std::array::from_fn(|_| Vec::new());
    for times in under_way.join_all().await {
        for (all, own) in taken.iter_mut().zip(times) {
            all.extend(own);
        }
    }
    let figures: Vec<_> = KINDS
        .iter()
        .zip(taken)
        .zip(statements)
        .map(|((kind, mut times), statements)| {
            times.sort_by(f64::total_cmp);
            let at = |share: f64| times[((times.len() as f64 * share) as usize).min(times.len() - 1)];
            json!({ "kind": format!("{kind:?}"), "p50": at(0.5), "p99": at(0.99), "statements": statements })
        })
        .collect();
    println!("{}", json!({ "kinds": figures, "next": problems.position() }));
}

/// Transactions committed so far, once the server has counted those of all its connections: a connection tells what it
/// did at most once a second, and only when it does something.
async fn committed(pool: &PgPool) -> i64 {
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    let mut all = Vec::new();
    for _ in 0..pool.size() {
        let mut connection = pool.acquire().await.unwrap();
        sqlx::query("select 1").execute(&mut *connection).await.unwrap();
        all.push(connection);
    }
    drop(all);
    let committed = "select xact_commit from pg_stat_database where datname = current_database()";
    sqlx::query_scalar(committed).fetch_one(pool).await.unwrap()
}

/// A report ready to be recorded.
struct Ready {
    report: ReportRow,
    case: CaseRow,
    reach: Reach,
}

impl Bench {
    /// Statements a report, each a transaction and a round trip of its own.
    async fn statements(&self, problems: &mut Problems, kind: Kind) -> f64 {
        let mut ready = Vec::new();
        for problem in problems.take(COUNTED) {
            ready.push(self.prepared(&problem, kind).await);
        }
        // Twice, to know what counting itself costs.
        let start = committed(&self.pool).await;
        let before = committed(&self.pool).await;
        for it in ready {
            self.record(it).await;
        }
        let after = committed(&self.pool).await;
        ((after - before) - (before - start)) as f64 / COUNTED as f64
    }

    /// A report with the neighbours that the judge would have seen through Redis.
    async fn prepared(&self, problem: &Problem, kind: Kind) -> Ready {
        let (report, case, whole) = self.rows(problem).await;
        let known = record::candidates(&self.pool, &whole, moment()).await.unwrap();
        let mut reach = match kind {
            Kind::Whole => whole,
            Kind::WithoutLocks => Reach { locks: Vec::new(), ..whole },
            Kind::WithoutArbiter => Reach::default(),
        };
        reach.seen = known.into_iter().map(|(case_id, _)| case_id).collect();
        Ready { report, case, reach }
    }

    /// Milliseconds of the statement; of two, where a neighbour came meanwhile.
    async fn record(&self, ready: Ready) -> f64 {
        let Ready { report, case, mut reach } = ready;
        let mut taken = 0.0;
        loop {
            let attempt = Attempt {
                district: &self.rulebook.data().district.code,
                report: &report,
                join: None,
                case: &case,
                reach: &reach,
                contact: &record::ContactRow::default(),
                idempotent: &record::IdempotentRow::default(),
                resident: None,
            };
            let began = Instant::now();
            let done = record::record(&self.pool, attempt, moment()).await.unwrap();
            taken += began.elapsed().as_secs_f64() * 1_000.0;
            match done {
                Recorded::Stored(_) => return taken,
                Recorded::JudgeAgain(unseen) => {
                    reach.seen.extend(unseen.into_iter().map(|(case_id, _)| case_id))
                }
                other => panic!("{other:?}"),
            }
        }
    }

    async fn rows(&self, problem: &Problem) -> (ReportRow, CaseRow, Reach) {
        let rules = &self.rulebook;
        let (category, family) = (problem.category.clone(), rules.family_of(&problem.category).to_owned());
        let words = rules.vocabulary().read(&problem.description);
        let print = Fingerprint {
            point: Some(problem.point),
            accuracy_meters: Some(5.0),
            category: category.clone(),
            family: family.clone(),
            opened_at: moment(),
            component_id: None,
            address: None,
            words: words.whole(),
            sketch: Sketch::of(&words),
            photos: Vec::new(),
        };
        let meters = reach_meters(&family, Some(5.0), &rules.data().families, &rules.data().dedup);
        let place = json!({ "longitude": problem.point.longitude(), "latitude": problem.point.latitude() });
        let case_id = self.serials.next(&self.pool).await.unwrap();
        let center_code = rules
            .town_at(problem.point)
            .map_or_else(|| rules.district_center().code, |town| town.code.clone());
        let secret = ClaimSecret::from_random(rand::random());
        let report = ReportRow {
            report_id: Uuid::now_v7(),
            tracking_code: TrackingCode::from_random(rand::random()).to_string(),
            claim_hash: secret.hash().to_vec(),
            pseudonym: Uuid::new_v4(),
            channel: "web".into(),
            filed_by: None,
            category,
            description: problem.description.clone(),
            place: Json(place),
            attributes: None,
            occurred_at: None,
            anonymous: false,
            confirm_new: false,
            judgement: None,
            photo_ids: Vec::new(),
            urgent: false,
            alarmed: false,
            hastened: None,
            located: None,
            collected: false,
            origin: "public".into(),
            exposure: None,
            found_by: None,
            media_urls: Vec::new(),
        };
        let circumstances = Circumstances {
            category: &problem.category,
            complexity: None,
            areas: &[],
            start: moment(),
            pauses: &[],
        };
        let case = CaseRow {
            case_id,
            case_number: format!("arbiter{case_id}"),
            segment_code: None,
            family: family.clone(),
            state: "received".into(),
            place_unknown: false,
            longitude: Some(problem.point.longitude()),
            latitude: Some(problem.point.latitude()),
            cell: Some(cell::of(problem.point)),
            address: None,
            component_id: None,
            fingerprint: print.to_bytes(),
            recognised_until: None,
            due_at: None,
            due_kind: None,
            due_rule: None,
            routing: Json(json!([])),
            rulebook_version_id: self.version_id,
            words: print.words.map(u64::cast_signed),
            clocks: Json(rules.opening_clocks(&circumstances, false)),
            runs_in: "dispatch".into(),
            lead_code: center_code.clone(),
            enforcement_code: None,
            community_code: None,
            grid_code: None,
            center_code,
        };
        (report, case, reach(problem.point, &print, meters))
    }
}

/// All is recorded at one moment: families with a window are no matter here.
fn moment() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap()
}

fn reach(point: Wgs84, print: &Fingerprint, meters: f64) -> Reach {
    let cells = cell::within(point, meters);
    Reach {
        locks: cells.clone(),
        cells,
        families: vec![print.family.clone(), jiekou_core::category::UNCLASSIFIED.to_owned()],
        component_id: None,
        seen: Vec::new(),
        longitude: Some(point.longitude()),
        latitude: Some(point.latitude()),
        meters,
        words: print.words.map(u64::cast_signed),
        nearest: i32::try_from(NEAREST).unwrap(),
    }
}
