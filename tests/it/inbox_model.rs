//! What is listed is exactly what can be viewed, whoever asks, in the order and as narrow as it was asked for.

use std::collections::HashSet;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::StreamExt;
use futures_util::stream::iter;
use jiekou_core::case::{CaseNumber, State};
use jiekou_core::staff::{Grant, Level, Role, Whereabouts, standings};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{Staff, World};

const CENTERS: [&str; 6] = ["410103001", "410103001", "410103002", "410103012", "410103000", "410104005"];
const SEGMENTS: [&str; 3] = ["410103001001", "410103001002", "410103002001"];
const COMMUNITIES: [&str; 2] = ["410103001101", "410103002101"];
const GRIDS: [&str; 2] = ["41010300110101", "41010300210101"];
const UNITS: [&str; 3] = ["urban-management", "traffic-police", "health-campaign"];

/// A case as the model knows it.
#[derive(Debug, Clone)]
struct Case {
    id: i64,
    number: String,
    state: State,
    center: &'static str,
    segment: Option<&'static str>,
    community: Option<&'static str>,
    grid: Option<&'static str>,
    unit: Option<&'static str>,
    /// Unit, part, and whether it has ended.
    parts: Vec<(&'static str, &'static str, bool)>,
    person: Option<Uuid>,
    due_at: Option<DateTime<Utc>>,
    progress: Value,
}

impl Case {
    fn made_up(id: i64, people: &[Uuid], now: DateTime<Utc>, random: &mut StdRng) -> Self {
        let center = *CENTERS.choose(random).unwrap();
        let mut some = |codes: &[&'static str]| {
            if random.random_bool(0.5) { codes.choose(random).copied() } else { None }
        };
        let (segment, community, grid) = (some(&SEGMENTS), some(&COMMUNITIES), some(&GRIDS));
        let unit = some(&UNITS);
        let mut parts: Vec<_> = Vec::new();
        for unit in UNITS {
            for part in ["helper", "called"] {
                if random.random_bool(0.1) {
                    parts.push((unit, part, random.random_bool(0.3)));
                }
            }
        }
        // Few moments, so that some are the same.
        let hours = [-30, -3, 2, 2, 50].choose(random).copied().unwrap();
        let progress = [json!(null), json!({}), json!({ "rung": 1 }), json!({ "supervisedAt": now })];
        Self {
            id,
            number: CaseNumber::new(center, now.date_naive(), id).to_string(),
            state: *State::ALL.choose(random).unwrap(),
            center,
            segment,
            community,
            grid,
            unit,
            parts,
            person: if random.random_bool(0.2) { people.choose(random).copied() } else { None },
            due_at: random.random_bool(0.8).then(|| now + TimeDelta::hours(hours)),
            progress: progress.choose(random).unwrap().clone(),
        }
    }

    async fn insert(&self, world: &World, now: DateTime<Utc>) {
        sqlx::query(
            "insert into cases (case_id, case_number, district_code, center_code, segment_code, community_code, grid_code,
                 category, family, state, urgency, place_unknown, confirm_new, fingerprint, takes_reports, report_count,
                 version, due_at, due_kind, due_rule, routing, rulebook_version_id, opened_at, changed_at, log_seq,
                 log_head, unit_code, person_id, progress, raised)
             values ($1, $2, '410103', $3, $4, $5, $6, 'road-damage', 'road', $7, 'normal', false, false, '\\xff', $8, 1,
                 1, $9, 'handle', 'clocks.handle', '[]', (select max(rulebook_version_id) from rulebook_version), $10,
                 $10, 0, '', $11, $12, $13, $14)",
        )
        .bind(self.id)
        .bind(&self.number)
        .bind(self.center)
        .bind(self.segment)
        .bind(self.community)
        .bind(self.grid)
        .bind(self.state.name())
        .bind(self.state.takes_reports())
        .bind(self.due_at)
        .bind(now)
        .bind(self.unit)
        .bind(self.person)
        .bind((!self.progress.is_null()).then_some(&self.progress))
        .bind(self.is_raised())
        .execute(&world.pool)
        .await
        .unwrap();
        for (unit, part, is_over) in &self.parts {
            sqlx::query("insert into case_part (case_id, unit_code, part, asked_at, ended_at) values ($1, $2, $3, $4, $5)")
                .bind(self.id)
                .bind(unit)
                .bind(part)
                .bind(now)
                .bind(is_over.then_some(now))
                .execute(&world.pool)
                .await
                .unwrap();
        }
    }

    fn is_raised(&self) -> bool {
        self.progress.get("rung").is_some() || self.progress.get("supervisedAt").is_some()
    }

    fn units(&self) -> Vec<&str> {
        let parts = self.parts.iter().filter(|(_, _, is_over)| !is_over).map(|(unit, _, _)| *unit);
        self.unit.into_iter().chain(parts).collect()
    }

    fn reaches(&self, grants: &[Grant]) -> bool {
        let at = Whereabouts {
            center_code: self.center,
            segment_code: self.segment,
            community_code: self.community,
            grid_code: self.grid,
            units: &self.units(),
        };
        !standings(grants, &at).is_empty()
    }
}

fn made_up_grants(random: &mut StdRng) -> Vec<Grant> {
    let grant = |random: &mut StdRng| {
        let (level, area) = *[
            (Level::City, "4101"),
            (Level::District, "410103"),
            (Level::District, "410104"),
            (Level::Town, "410103001"),
            (Level::Town, "410103002"),
            (Level::Community, COMMUNITIES[0]),
            (Level::Segment, SEGMENTS[0]),
            (Level::Segment, SEGMENTS[1]),
            (Level::Grid, GRIDS[0]),
            (Level::Grid, SEGMENTS[2]),
        ]
        .choose(random)
        .unwrap();
        let unit = if random.random_bool(0.5) { UNITS.choose(random).copied() } else { None };
        Grant { unit: unit.map(str::to_owned), ..Grant::new(Role::UnitHandler, level, area) }
    };
    let mut grants: Vec<Grant> = (0..random.random_range(1..=3)).map(|_| grant(random)).collect();
    let mut seen = HashSet::new();
    grants.retain(|grant| seen.insert(format!("{grant:?}")));
    grants
}

/// All pages of a list, one after the other.
async fn walk(staff: &Staff, query: &str) -> Vec<String> {
    let (mut numbers, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = staff.get(&format!("/v1/cases?{query}{cursor}")).await.expect(200);
        let lines = page["cases"].as_array().unwrap();
        numbers.extend(lines.iter().map(|line| line["caseNumber"].as_str().unwrap().to_owned()));
        match page.get("nextCursor") {
            Some(next) => {
                assert_eq!(lines.len(), 50, "{query}");
                cursor = format!("&cursor={}", next.as_str().unwrap());
            }
            None => return numbers,
        }
    }
}

/// What the model would list.
fn expected(cases: &[&Case], query: &str, caller: Uuid, grants: &[Grant], now: DateTime<Utc>) -> Vec<String> {
    let asked = |name: &str| {
        query.split('&').find_map(|part| part.strip_prefix(name)?.strip_prefix('=')).map(str::to_owned)
    };
    let (state, center, segment) = (asked("state"), asked("center"), asked("segment"));
    let by_time = asked("sort").is_some_and(|sort| sort == "timeLeft");
    let is_asked = |name: &str| asked(name).is_some();
    let own: Vec<&str> = grants.iter().filter_map(|grant| grant.unit.as_deref()).collect();
    let scope = asked("scope");
    let mut wanted: Vec<&&Case> = cases
        .iter()
        .filter(|case| match scope.as_deref() {
            Some("mine") => case.person == Some(caller),
            Some("unit") => case.units().iter().any(|unit| own.contains(unit)),
            _ => true,
        })
        .filter(|case| state.as_ref().is_none_or(|state| case.state.name() == state))
        .filter(|case| center.as_ref().is_none_or(|center| case.center == center))
        .filter(|case| segment.as_ref().is_none_or(|segment| case.segment == Some(segment)))
        .filter(|case| !is_asked("overdue") || case.due_at.is_some_and(|due_at| due_at < now))
        .filter(|case| !is_asked("raised") || case.is_raised())
        .filter(|case| !is_asked("unattended") || case.state.is_unattended())
        .filter(|case| !by_time || state.is_some() || case.state.takes_reports())
        .collect();
    if by_time {
        wanted.sort_by_key(|case| (case.due_at.is_none(), case.due_at, case.id));
    } else {
        wanted.sort_by_key(|case| std::cmp::Reverse(case.id));
    }
    wanted.iter().map(|case| case.number.clone()).collect()
}

#[tokio::test]
async fn a_list_holds_exactly_what_its_reader_can_view_in_order_and_as_narrow_as_asked_for() {
    const QUERIES: [&str; 20] = [
        "sort=newest",
        "sort=timeLeft",
        "overdue=true",
        "sort=timeLeft&overdue=true",
        "raised=true",
        "sort=timeLeft&raised=true",
        "unattended=true",
        "sort=timeLeft&unattended=true",
        "state=signed",
        "sort=timeLeft&state=signed",
        "sort=timeLeft&state=closed",
        "state=closed&unattended=true",
        "center=410103001",
        "sort=timeLeft&center=410103001&state=received",
        "segment=410103001001",
        "sort=timeLeft&segment=410103001001",
        "scope=unit",
        "sort=timeLeft&scope=unit&center=410103001",
        "scope=mine",
        "sort=timeLeft&scope=mine&overdue=true",
    ];
    let world = World::new().await;
    let now = world.now().await;
    let mut random = StdRng::seed_from_u64(20_261_128);
    let mut accounts = Vec::new();
    for position in 0..12 {
        let grants = match position {
            0 => vec![Grant::new(Role::DistrictDispatcher, Level::District, "410103")],
            1 => vec![Grant::new(Role::RoadChief, Level::Segment, SEGMENTS[0])],
            _ => made_up_grants(&mut random),
        };
        let name = format!("somebody-{position}");
        let rows: Vec<_> = grants
            .iter()
            .map(|it| (it.role.name(), it.level.name(), it.area.as_str(), None, it.unit.as_deref()))
            .collect();
        let staff = world.staff(&name, &rows).await;
        let id: Uuid = sqlx::query_scalar("select staff_id from staff_account where username = $1")
            .bind(&name)
            .fetch_one(&world.pool)
            .await
            .unwrap();
        accounts.push((id, staff, grants));
    }
    let people: Vec<Uuid> = accounts.iter().map(|(id, ..)| *id).collect();
    let mut cases = Vec::new();
    for id in 1..=160 {
        let case = Case::made_up(id, &people, now, &mut random);
        case.insert(&world, now).await;
        cases.push(case);
    }
    for (id, staff, grants) in &accounts {
        let reached: Vec<&Case> = cases.iter().filter(|case| case.reaches(grants)).collect();
        for query in QUERIES {
            let wanted = expected(&reached, query, *id, grants, now);
            assert_eq!(walk(staff, query).await, wanted, "{query} of {grants:?}");
        }
        let viewed: HashSet<String> = iter(&cases)
            .map(|case| async move {
                let status = staff.get(&format!("/v1/cases/{}", case.number)).await.status;
                assert!(matches!(status.as_u16(), 200 | 404), "{status}");
                (status == 200).then(|| case.number.clone())
            })
            .buffer_unordered(8)
            .filter_map(async |number| number)
            .collect()
            .await;
        let listed: HashSet<String> = walk(staff, "").await.into_iter().collect();
        assert_eq!(listed, viewed, "{grants:?}");
    }
}
