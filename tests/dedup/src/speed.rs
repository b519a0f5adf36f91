//! How fast candidates are found and judged, beside a bare GEOSEARCH for the same ones, with few and with many live cases
//! of one density, and at a spot with far more than are ever compared.

use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Args;
use jiekou_core::dedup::{NEAREST, reach_meters};
use jiekou_store::dedup::{DedupIndex, Found, Marks, Search};
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};
use redis::aio::MultiplexedConnection;
use tokio::task::JoinSet;

use crate::complaints::rulebook;
use crate::crowd::{Crowd, Kind, TOWN, forget, load};
use crate::measure::percentiles;
use crate::replay::{Setting, number};

/// Searches under way at once, over one connection, as an API process sends them.
const AT_ONCE: usize = 4;

#[derive(Args)]
pub struct Options {
    /// Live cases: few, then many, of the same density.
    #[arg(long, value_delimiter = ',', default_values_t = [10_000, 1_000_000])]
    live: Vec<usize>,
    /// Live cases of each family in a square kilometre.
    #[arg(long, default_value_t = 50.0)]
    density: f64,
    /// More live cases, of one family, within 100 m at the hot spot.
    #[arg(long, default_value_t = 2_000)]
    hot: usize,
    /// Searches of each kind in a round.
    #[arg(long, default_value_t = 10_000)]
    searches: usize,
    /// Alternating rounds; the median of their percentiles is told.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Folder of the rulebook whose families, radii and weights are used.
    #[arg(long, value_name = "FOLDER", default_value = "rulebooks/erqi")]
    rulebook: std::path::PathBuf,
}

/// Median and 99th percentile of one kind of search, in microseconds.
#[derive(Debug, Clone, Copy)]
struct Times {
    median: f64,
    p99: f64,
}

/// What was measured at one number of live cases.
struct Measured {
    live: usize,
    ours: Times,
    bare: Times,
    hot: Times,
    hot_bare: Times,
    candidates: f64,
    hot_candidates: f64,
    bytes: f64,
}

/// Everything a search needs, shared by those under way.
struct Bench {
    index: DedupIndex,
    server: MultiplexedConnection,
    prefix: String,
    setting: Setting,
}

/// Fills, measures, prints, empties again.
///
/// # Errors
/// When Redis or the rulebook fails.
pub async fn run(options: &Options, redis: &str) -> Result<(), Box<dyn Error>> {
    let prefix = |live: usize| format!("speed{}x{live}", std::process::id());
    let result = measure(options, redis, prefix).await;
    let mut server = redis::Client::open(redis)?.get_multiplexed_async_connection().await?;
    for live in &options.live {
        forget(&mut server, &prefix(*live)).await?;
    }
    print(&result?);
    Ok(())
}

/// Fills an index for each number of live cases and searches in all of them in turn, so that what else the machine does
/// meets them alike.
async fn measure(
    options: &Options,
    redis: &str,
    prefix: impl Fn(usize) -> String,
) -> Result<Vec<Measured>, Box<dyn Error>> {
    let rules = rulebook(&options.rulebook)?;
    let mut server = redis::Client::open(redis)?.get_multiplexed_async_connection().await?;
    let mut filled = Vec::new();
    for live in options.live.iter().copied() {
        let setting = Setting::of_rulebook(&rules);
        let before = used(&mut server).await?;
        let crowd = Crowd::new(&setting, live, options.density, options.hot);
        let index = Arc::new(DedupIndex::new(redis, &prefix(live))?);
        eprintln!("filling Redis with {live} live cases, and {} more at one spot", options.hot);
        load(&index, &crowd).await?;
        let bytes = (used(&mut server).await? - before) / number(live + options.hot);
        let index = Arc::into_inner(index).ok_or("the index is still being filled")?;
        let bench = Bench { index, server: server.clone(), prefix: prefix(live), setting };
        filled.push((Arc::new(bench), Arc::new(crowd), bytes));
    }
    let kinds =
        [(Kind::Anywhere, false), (Kind::Anywhere, true), (Kind::HotSpot, false), (Kind::HotSpot, true)];
    let mut times: Vec<[Vec<Times>; 4]> =
        filled.iter().map(|_| std::array::from_fn(|_| Vec::new())).collect();
    let mut candidates = vec![[0.0; 4]; filled.len()];
    for round in 0..=options.rounds {
        for (at, (kind, bare)) in kinds.into_iter().enumerate() {
            for (which, (bench, crowd, _)) in filled.iter().enumerate() {
                let (taken, found) = searches(bench, crowd, options.searches, kind, bare, round).await?;
                candidates[which][at] = found;
                // The first round warms up.
                if round > 0 {
                    times[which][at].push(taken);
                }
            }
        }
    }
    let all = filled.iter().zip(times).zip(candidates).zip(&options.live);
    Ok(all
        .map(|((((_, _, bytes), times), candidates), live)| {
            let [ours, bare, hot, hot_bare] = times.map(|rounds| middle(&rounds));
            let [candidates, _, hot_candidates, _] = candidates;
            Measured { live: *live, ours, bare, hot, hot_bare, candidates, hot_candidates, bytes: *bytes }
        })
        .collect())
}

/// Times of one round, and how many candidates a search found.
async fn searches(
    bench: &Arc<Bench>,
    crowd: &Arc<Crowd>,
    count: usize,
    kind: Kind,
    bare: bool,
    round: usize,
) -> Result<(Times, f64), Box<dyn Error>> {
    let mut under_way = JoinSet::new();
    for task in 0..AT_ONCE {
        let (bench, crowd) = (Arc::clone(bench), Arc::clone(crowd));
        under_way.spawn(async move {
            // The same places for both, so that they search for the same.
            let mut chance = SmallRng::seed_from_u64(u64::try_from(round * AT_ONCE + task).unwrap());
            let mut taken = Vec::with_capacity(count / AT_ONCE);
            let mut found = 0;
            for _ in 0..count / AT_ONCE {
                let print = crowd.report(kind, &mut chance);
                let began = Instant::now();
                found += if bare { bench.bare(&print).await } else { bench.judged(&print).await };
                taken.push(began.elapsed().as_secs_f64() * 1e6);
                // A breath of chance: searches that march in step would all wait for each other.
                tokio::time::sleep(Duration::from_micros(chance.random_range(0..1_000))).await;
            }
            (taken, found)
        });
    }
    let mut all = Vec::with_capacity(count);
    let mut found = 0;
    while let Some(done) = under_way.join_next().await {
        let (taken, candidates) = done?;
        all.extend(taken);
        found += candidates;
    }
    let mean = number(found) / number(all.len());
    let (median, p99) = percentiles(all);
    Ok((Times { median, p99 }, mean))
}

impl Bench {
    fn reach(&self, print: &jiekou_core::dedup::Fingerprint) -> f64 {
        reach_meters(&print.family, print.accuracy_meters, &self.setting.families, &self.setting.policy)
    }

    /// What an API process does: the script, the fingerprints read, the judge. How many candidates it had.
    async fn judged(&self, print: &jiekou_core::dedup::Fingerprint) -> usize {
        let centers = [TOWN.to_owned()];
        let families = [print.family.clone(), jiekou_core::category::UNCLASSIFIED.to_owned()];
        let search = Search {
            centers: &centers,
            families: &families,
            point: print.point.unwrap(),
            reach_meters: self.reach(print),
            nearest: NEAREST,
            marks: Marks::of(print),
        };
        let Found::Candidates(candidates) = self.index.search(&search).await.unwrap() else {
            panic!("the index is not ready")
        };
        let judgement = self.setting.judge(print, &candidates, print.opened_at);
        std::hint::black_box(judgement);
        candidates.len()
    }

    /// A bare GEOSEARCH of the same box in the same two sets.
    async fn bare(&self, print: &jiekou_core::dedup::Fingerprint) -> usize {
        let point = print.point.unwrap();
        let side = self.reach(print) * 2.0 * 1.02 + 2.0;
        let mut both = redis::pipe();
        for family in [print.family.as_str(), jiekou_core::category::UNCLASSIFIED] {
            let places = jiekou_store::dedup::keys::TownKeys::new(&self.prefix, TOWN).places(family);
            let search = both.cmd("GEOSEARCH").arg(places).arg("FROMLONLAT");
            search.arg(point.longitude()).arg(point.latitude()).arg("BYBOX").arg(side).arg(side).arg("m");
            search.arg("ASC").arg("COUNT").arg(NEAREST);
        }
        let found: Vec<Vec<String>> = both.query_async(&mut self.server.clone()).await.unwrap();
        found.iter().map(Vec::len).sum()
    }
}

fn middle(rounds: &[Times]) -> Times {
    let of = |pick: fn(&Times) -> f64| percentiles(rounds.iter().map(pick).collect()).0;
    Times { median: of(|it| it.median), p99: of(|it| it.p99) }
}

async fn used(server: &mut MultiplexedConnection) -> Result<f64, Box<dyn Error>> {
    let told: String = redis::cmd("INFO").arg("memory").query_async(server).await?;
    let line = told.lines().find_map(|line| line.strip_prefix("used_memory:"));
    Ok(line.ok_or("Redis does not tell its memory")?.trim().parse()?)
}

fn print(measured: &[Measured]) {
    println!(
        "| live cases | what | candidates | median µs | p99 µs | bare GEOSEARCH median µs | p99 µs | ratio of p99 | bytes of Redis each |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
    for it in measured {
        for (what, candidates, ours, bare) in [
            ("anywhere", it.candidates, it.ours, it.bare),
            ("hot spot", it.hot_candidates, it.hot, it.hot_bare),
        ] {
            println!(
                "| {} | {what} | {candidates:.1} | {:.0} | {:.0} | {:.0} | {:.0} | {:.2} | {:.0} |",
                it.live,
                ours.median,
                ours.p99,
                bare.median,
                bare.p99,
                ours.p99 / bare.p99,
                it.bytes
            );
        }
    }
    println!();
    let verdict = |what: &str, ratio: f64, bar: f64| {
        println!("{what}: {ratio:.2} (at most {bar}: {})", if ratio <= bar { "met" } else { "NOT MET" });
    };
    if let (Some(few), Some(many)) = (measured.first(), measured.last()) {
        verdict("p99 beside a bare GEOSEARCH, most live cases", many.ours.p99 / many.bare.p99, 10.0);
        verdict("growth of p99 from the fewest to the most", many.ours.p99 / few.ours.p99, 1.5);
        verdict("growth of the median", many.ours.median / few.ours.median, 1.5);
        verdict("p99 at the hot spot beside anywhere", many.hot.p99 / many.ours.p99, 5.0);
        verdict("p99 at the hot spot beside its bare GEOSEARCH", many.hot.p99 / many.hot_bare.p99, 5.0);
        verdict("bytes of Redis per live case, in KiB", many.bytes / 1024.0, 1.0);
    }
}
