//! What the arbiter costs a recorded report: the same statement with its locks and its look for unseen cases, and without.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::Utc;
use clap::Args;
use jiekou_core::dedup::{Fingerprint, NEAREST, Sketch, cell, reach_meters};
use jiekou_core::place::Wgs84;
use jiekou_core::report::{ClaimSecret, TrackingCode};
use jiekou_core::rulebook::Rulebook;
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
    #[arg(long, default_value_t = 8)]
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
    let mut taken: [Vec<f64>; 3] = std::array::from_fn(|_| Vec::new());
    let mut transactions = [0; 3];
    // Rounds of each kind in turn, so that all of them meet the same machine; the first warms up.
    let share = options.reports / 10;
    for round in 0..=10 {
        for (at, kind) in KINDS.into_iter().enumerate() {
            let before = committed(&bench.pool).await;
            let times = recorded(&bench, &mut problems, share, options.connections, kind).await;
            if round > 0 {
                transactions[at] += committed(&bench.pool).await - before;
                taken[at].extend(times);
            }
        }
    }
    let figures: Vec<_> = KINDS
        .iter()
        .zip(taken)
        .zip(transactions)
        .map(|((kind, mut times), transactions)| {
            times.sort_by(f64::total_cmp);
            let at = |share: f64| times[((times.len() as f64 * share) as usize).min(times.len() - 1)];
            let trips = transactions as f64 / times.len() as f64;
            json!({ "kind": format!("{kind:?}"), "p50": at(0.5), "p99": at(0.99), "statements": trips })
        })
        .collect();
    println!("{}", json!({ "kinds": figures, "next": problems.position() }));
}

/// Records reports of problems nobody has reported, over all connections at once; milliseconds of each statement.
async fn recorded(
    bench: &Arc<Bench>,
    problems: &mut Problems,
    count: usize,
    connections: u32,
    kind: Kind,
) -> Vec<f64> {
    let all: Vec<Problem> =
        (0..count).map(|_| problems.next_problem().expect("the district is full of problems")).collect();
    let mut under_way = JoinSet::new();
    for part in all.chunks(count.div_ceil(connections as usize)) {
        let (bench, part) = (Arc::clone(bench), part.to_vec());
        under_way.spawn(async move {
            let mut times = Vec::with_capacity(part.len());
            for problem in part {
                times.push(bench.record(&problem, kind).await);
            }
            times
        });
    }
    under_way.join_all().await.into_iter().flatten().collect()
}

/// Transactions committed so far, once the server has counted those of all its connections: a connection tells what it
/// did at most once a second, and only when it does something. The few of this function are in every kind alike.
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

impl Bench {
    /// Records one report, its neighbours seen before as the judge has seen them through Redis. Milliseconds of the
    /// statement; two, where a neighbour came meanwhile.
    async fn record(&self, problem: &Problem, kind: Kind) -> f64 {
        let (report, case, whole) = self.rows(problem).await;
        let known = record::candidates(&self.pool, &whole, Utc::now()).await.unwrap();
        let mut reach = match kind {
            Kind::Whole => whole,
            Kind::WithoutLocks => Reach { locks: Vec::new(), ..whole },
            Kind::WithoutArbiter => Reach::default(),
        };
        reach.seen = known.into_iter().map(|(case_id, _)| case_id).collect();
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
            };
            let now = Utc::now();
            let began = Instant::now();
            let done = record::record(&self.pool, attempt, now).await.unwrap();
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
            opened_at: Utc::now(),
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
        };
        let case = CaseRow {
            case_id,
            case_number: format!("arbiter{case_id}"),
            center_code,
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
        };
        (report, case, reach(problem.point, &print, meters))
    }
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
