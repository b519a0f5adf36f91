//! Candidates for the judge: from Redis, or from PostgreSQL when Redis cannot say.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use jiekou_core::category::UNCLASSIFIED;
use jiekou_core::dedup::{Candidate, Fingerprint, cell};
use jiekou_store::dedup::{Found, Marks, Search as IndexSearch, mend_case, rebuild_town};
use jiekou_store::reports::record::{self, Reach};

use crate::{App, ServiceError};

/// What is looked for.
#[derive(Debug, Clone)]
pub(crate) struct Search {
    pub print: Fingerprint,
    pub reach_meters: f64,
    /// The center the report itself belongs to.
    pub center: String,
    /// The families it is compared within.
    pub families: Vec<String>,
    /// Most cases of a family that are looked at.
    pub nearest: usize,
}

impl Search {
    /// Cells and locks within reach; without a point only the component's.
    pub fn reach(&self) -> Reach {
        let cells = self.print.point.map(|point| cell::within(point, self.reach_meters)).unwrap_or_default();
        let component = self.print.component_id.as_deref().map(component_lock);
        let mut locks: Vec<i64> = cells.iter().copied().chain(component).collect();
        locks.sort_unstable();
        Reach {
            locks,
            cells,
            families: self.families.clone(),
            component_id: self.print.component_id.clone(),
            seen: Vec::new(),
            longitude: self.print.point.map(|point| point.longitude()),
            latitude: self.print.point.map(|point| point.latitude()),
            meters: self.reach_meters,
            words: self.print.words.map(u64::cast_signed),
            nearest: i32::try_from(self.nearest).unwrap_or(i32::MAX),
        }
    }
}

/// No lock and no look: the report stands as new whatever lies around it.
pub(crate) fn no_reach() -> Reach {
    Reach::default()
}

/// The families a report is compared within. An unclassified one meets them all, and everybody meets the unclassified.
pub(crate) fn families(app: &App, family: &str) -> Vec<String> {
    let rules = app.rules();
    let all = rules.data().families.iter().map(|known| known.slug.clone());
    let own: Vec<String> = if family == UNCLASSIFIED { all.collect() } else { vec![family.to_owned()] };
    own.into_iter().chain([UNCLASSIFIED.to_owned()]).collect()
}

/// Live cases that may be the same problem.
///
/// # Errors
/// When PostgreSQL fails; Redis may.
pub(crate) async fn candidates(
    app: &App,
    search: &Search,
    now: DateTime<Utc>,
) -> Result<Vec<Candidate>, ServiceError> {
    let Some(point) = search.print.point else {
        return from_database(app, search, now).await;
    };
    let centers = centers_within(app, search);
    let asked = IndexSearch {
        centers: &centers,
        families: &search.families,
        point,
        reach_meters: search.reach_meters,
        nearest: search.nearest,
        marks: Marks::of(&search.print),
    };
    match app.index.search(&asked).await {
        Ok(Found::Candidates(candidates)) => Ok(candidates),
        Ok(Found::NotReady(centers)) => {
            rebuild(app, centers, now);
            from_database(app, search, now).await
        }
        Err(_logged) => from_database(app, search, now).await,
    }
}

/// The same from PostgreSQL.
///
/// # Errors
/// When PostgreSQL fails.
pub(crate) async fn from_database(
    app: &App,
    search: &Search,
    now: DateTime<Utc>,
) -> Result<Vec<Candidate>, ServiceError> {
    Ok(read(record::candidates(&app.pool, &search.reach(), now).await?))
}

/// Candidates from their stored fingerprints; one of another index version is left out.
pub(crate) fn read(rows: Vec<(i64, Vec<u8>)>) -> Vec<Candidate> {
    let candidate = |(case_id, bytes): (i64, Vec<u8>)| {
        Some(Candidate { case_id, print: Fingerprint::from_bytes(&bytes)? })
    };
    rows.into_iter().filter_map(candidate).collect()
}

/// The town of the report and those its reach touches: near a border the neighbour's cases count too.
fn centers_within(app: &App, search: &Search) -> Vec<String> {
    let rules = app.rules();
    let around = |point: jiekou_core::place::Wgs84| {
        let reach = search.reach_meters;
        let corner = reach * std::f64::consts::FRAC_1_SQRT_2;
        let steps = [
            (reach, 0.0),
            (-reach, 0.0),
            (0.0, reach),
            (0.0, -reach),
            (corner, corner),
            (corner, -corner),
            (-corner, corner),
            (-corner, -corner),
        ];
        steps.map(|(east, north)| point.offset_meters(east, north))
    };
    let neighbours = search.print.point.map(around).into_iter().flatten();
    let answering = neighbours.flat_map(|point| rules.centers_at(point));
    let mut centers: Vec<String> = answering.chain([search.center.clone()]).collect();
    centers.sort_unstable();
    centers.dedup();
    centers
}

/// Rebuilds in the background; whoever comes meanwhile is served from PostgreSQL.
fn rebuild(app: &App, centers: Vec<String>, now: DateTime<Utc>) {
    let (pool, index) = (app.pool.clone(), Arc::clone(&app.index));
    tokio::spawn(async move {
        for center in centers {
            // A failure was logged where it happened; the next search tries again.
            let _ = rebuild_town(&pool, &index, &center, now).await;
        }
    });
}

/// Brings the index up to date with cases that changed; the outbox does it again should this process die.
pub(crate) fn mend(app: &App, case_ids: Vec<i64>) {
    let (pool, index) = (app.pool.clone(), Arc::clone(&app.index));
    tokio::spawn(async move {
        for case_id in case_ids {
            // A failure was logged where it happened.
            let _ = mend_case(&pool, &index, case_id).await;
        }
    });
}

/// The advisory lock of a component: its hash, apart from the cells' numbers by the sign.
fn component_lock(component_id: &str) -> i64 {
    let hash = component_id.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    (hash | 1 << 63).cast_signed()
}
