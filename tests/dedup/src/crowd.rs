//! Live cases by the million, of one density in every family, and one spot with far more.

use std::error::Error;
use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use jiekou_core::category::UNCLASSIFIED;
use jiekou_core::dedup::{Fingerprint, Sketch};
use jiekou_core::place::Wgs84;
use jiekou_store::dedup::{DedupIndex, Entry};
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};
use redis::aio::MultiplexedConnection;
use tokio::task::JoinSet;

use crate::replay::{Setting, number};

/// The one town, the hardest case: everything lies in the same sets.
pub const TOWN: &str = "speed";
/// A text of middle length has so many different pairs of letters.
const PAIRS: usize = 32;
/// Cases of the hot spot lie within so many metres.
const HOT_METERS: f64 = 100.0;
/// No reach is wider.
const EDGE_METERS: f64 = 400.0;
const LOADERS: usize = 64;

/// Where a report comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Anywhere,
    HotSpot,
}

/// What the index is filled with. Case `n` is always the same, and made when it is needed.
pub struct Crowd {
    /// Family and one of its categories.
    families: Vec<(String, String)>,
    live: usize,
    hot: usize,
    side_meters: f64,
    now: DateTime<Utc>,
}

impl Crowd {
    pub fn new(setting: &Setting, live: usize, density: f64, hot: usize) -> Self {
        let category = |family: &str| {
            let mut own: Vec<&String> = setting
                .family_of
                .iter()
                .filter(|(_, it)| *it == family)
                .map(|(category, _)| category)
                .collect();
            own.sort_unstable();
            own.first().map_or_else(|| family.to_owned(), |it| (*it).clone())
        };
        let slugs =
            setting.families.iter().map(|family| family.slug.clone()).chain([UNCLASSIFIED.to_owned()]);
        let families: Vec<(String, String)> = slugs.map(|slug| (slug.clone(), category(&slug))).collect();
        let square_kilometers = number(live) / number(families.len()) / density;
        let now = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
        Self { families, live, hot, side_meters: square_kilometers.sqrt() * 1_000.0, now }
    }

    /// The corner from which the area is measured; the hot spot lies in its middle.
    fn corner() -> Wgs84 {
        Wgs84::new(113.5, 34.6).unwrap()
    }

    /// Somewhere in the area, at least `margin` metres from its edge.
    fn anywhere(&self, margin: f64, chance: &mut SmallRng) -> Wgs84 {
        let mut along = || chance.random_range(margin..self.side_meters - margin);
        let (east, north) = (along(), along());
        Self::corner().offset_meters(east, north)
    }

    fn place(&self, kind: Kind, chance: &mut SmallRng) -> Wgs84 {
        match kind {
            Kind::Anywhere => self.anywhere(0.0, chance),
            Kind::HotSpot => {
                let middle = Self::corner().offset_meters(self.side_meters / 2.0, self.side_meters / 2.0);
                let angle = chance.random_range(0.0..std::f64::consts::TAU);
                let meters = HOT_METERS * chance.random::<f64>().sqrt();
                middle.offset_meters(angle.cos() * meters, angle.sin() * meters)
            }
        }
    }

    fn print(&self, kind: Kind, chance: &mut SmallRng) -> Fingerprint {
        // All of the hot spot is of one family.
        let at = if kind == Kind::HotSpot { 1 } else { chance.random_range(0..self.families.len()) };
        let (family, category) = self.families[at].clone();
        Fingerprint {
            point: Some(self.place(kind, chance)),
            accuracy_meters: Some(10.0),
            category,
            family,
            opened_at: self.now - Duration::minutes(chance.random_range(0..180)),
            component_id: None,
            address: Some(chance.random()),
            words: Some(chance.random()),
            sketch: Sketch::from_hashes((0..PAIRS).map(|_| chance.random()).collect()),
            photos: Vec::new(),
        }
    }

    /// A report that may repeat a case.
    pub fn report(&self, kind: Kind, chance: &mut SmallRng) -> Fingerprint {
        let print = self.print(kind, chance);
        // Beyond the edge there are no cases: a small area would seem emptier than a large one.
        let mut inside = || self.anywhere(self.side_meters.mul_add(0.5, -1.0).min(EDGE_METERS), chance);
        let point = if kind == Kind::Anywhere { Some(inside()) } else { print.point };
        Fingerprint { opened_at: self.now, point, ..print }
    }

    fn case(&self, n: usize) -> Fingerprint {
        let kind = if n < self.hot { Kind::HotSpot } else { Kind::Anywhere };
        self.print(kind, &mut SmallRng::seed_from_u64(u64::try_from(n).unwrap() + 1_000_000_007))
    }
}

/// Admits the whole crowd, as the API admits its cases, and marks the town ready.
///
/// # Errors
/// When Redis fails.
pub async fn load(index: &Arc<DedupIndex>, crowd: &Crowd) -> Result<(), Box<dyn Error>> {
    let mut loading = JoinSet::new();
    for loader in 0..LOADERS {
        let index = Arc::clone(index);
        let crowd = Crowd { families: crowd.families.clone(), ..*crowd };
        loading.spawn(async move {
            for n in (loader..crowd.live + crowd.hot).step_by(LOADERS) {
                let print = crowd.case(n);
                let entry = Entry {
                    case_id: i64::try_from(n).unwrap() + 1,
                    center_code: TOWN,
                    print: &print.to_bytes(),
                    point: print.point.unwrap(),
                    family: &print.family,
                    recognised_until: Some(crowd.now + Duration::hours(72)),
                };
                index.admit(&entry).await?;
            }
            Ok::<(), jiekou_store::StoreError>(())
        });
    }
    while let Some(done) = loading.join_next().await {
        done??;
    }
    index.declare_ready(TOWN, crowd.now).await?;
    Ok(())
}

/// Removes every key of this index.
///
/// # Errors
/// When Redis fails.
pub async fn forget(server: &mut MultiplexedConnection, prefix: &str) -> Result<(), redis::RedisError> {
    let keys: Vec<String> = redis::cmd("KEYS").arg(format!("{{{prefix}:*")).query_async(server).await?;
    if keys.is_empty() {
        return Ok(());
    }
    redis::cmd("UNLINK").arg(keys).query_async(server).await
}
