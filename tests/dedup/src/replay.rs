//! Requests in the order of time, each before the real judge with candidates from a real Redis.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::error::Error;
use std::time::Instant;

use chrono::{DateTime, Utc};
use jiekou_core::category::{Family, Signals};
use jiekou_core::dedup::likeness::compare;
use jiekou_core::dedup::same_picture::PhotoSearch;
use jiekou_core::dedup::{
    Candidate, Fingerprint, Judgement, Likeness, NEAREST, Policy, Sketch, Vocabulary, address_key, judge,
};
use jiekou_core::rulebook::Rulebook;
use jiekou_store::dedup::{DedupIndex, Entry, Found, Marks, Search};

use crate::crowd::forget;
use crate::requests::Request;

/// The one town of an export.
const TOWN: &str = "export";
/// Four decimals of a degree, as cities publish them, are about this many metres.
const ACCURACY_METERS: f64 = 11.0;

/// How the requests of an export are compared.
pub struct Setting {
    pub families: Vec<Family>,
    pub policy: Policy,
    pub vocabulary: Vocabulary,
    /// Family of each category; of one that is missing the category itself.
    pub family_of: HashMap<String, String>,
}

impl Setting {
    /// Every category a family of its own, place alone enough, nothing forgotten before it is closed.
    pub fn plain(requests: &[Request], policy: Policy, radius_meters: f64) -> Self {
        Self::grouped(requests, policy, radius_meters, HashMap::new())
    }

    /// Some categories compared with each other.
    pub fn grouped(
        requests: &[Request],
        policy: Policy,
        radius_meters: f64,
        family_of: HashMap<String, String>,
    ) -> Self {
        let mut slugs: Vec<String> = requests.iter().map(|it| family(&family_of, &it.category)).collect();
        slugs.sort_unstable();
        slugs.dedup();
        let families = slugs.into_iter().map(|slug| Family {
            slug,
            radius_meters,
            window_hours: None,
            place_joins: true,
            words_decide: false,
            one_at_a_time: false,
            signals: Signals::default(),
        });
        let vocabulary = Vocabulary::new(&policy.synonyms, policy.silent.iter().map(String::as_str));
        Self { families: families.collect(), policy, vocabulary, family_of }
    }

    /// As a rulebook compares them.
    pub fn of_rulebook(rules: &Rulebook) -> Self {
        let data = rules.data();
        Self {
            families: data.families.clone(),
            policy: data.dedup.clone(),
            vocabulary: rules.vocabulary().clone(),
            family_of: data.categories.iter().map(|it| (it.slug.clone(), it.family.clone())).collect(),
        }
    }

    pub fn print(&self, request: &Request) -> Fingerprint {
        let words = self.vocabulary.read(&request.text);
        Fingerprint {
            point: Some(request.point),
            accuracy_meters: Some(ACCURACY_METERS),
            category: request.category.clone(),
            family: family(&self.family_of, &request.category),
            opened_at: request.opened,
            component_id: None,
            address: address_key(&request.address),
            words: words.whole(),
            sketch: Sketch::of(&words),
            photos: Vec::new(),
        }
    }

    pub fn judge(&self, print: &Fingerprint, candidates: &[Candidate], now: DateTime<Utc>) -> Judgement {
        judge(print, candidates, &self.families, &self.policy, now)
    }
}

fn family(family_of: &HashMap<String, String>, category: &str) -> String {
    family_of.get(category).cloned().unwrap_or_else(|| category.to_owned())
}

/// What was offered for a request: positions of other requests, with their probabilities, best first.
#[derive(Debug, Clone, Default)]
pub struct Judged {
    pub offered: Vec<(usize, f64)>,
    /// Every candidate that could be compared: what the fitting program learns from.
    pub compared: Vec<(usize, Likeness)>,
    pub microseconds: f64,
}

/// What a replay needs besides the requests.
pub struct Replay<'a> {
    pub setting: &'a Setting,
    pub redis: &'a str,
    /// Keep what was compared, not only what was offered.
    pub learn: bool,
}

/// The outcome: one entry a request, and the memory of the index at its fullest.
pub struct Outcome {
    pub judged: Vec<Judged>,
    pub bytes_per_live_case: f64,
    pub most_live: usize,
}

/// Replays `requests`: each is open from its opening until its closing and a candidate for all that come meanwhile.
///
/// # Errors
/// When Redis fails.
pub async fn replay(requests: &[Request], how: &Replay<'_>) -> Result<Outcome, Box<dyn Error>> {
    let prefix = format!("eval{}", std::process::id());
    let index = DedupIndex::new(how.redis, &prefix)?;
    let mut server = redis::Client::open(how.redis)?.get_multiplexed_async_connection().await?;
    let town = [TOWN.to_owned()];
    let Some(first) = requests.first() else { return Err("there are no requests".into()) };
    index.declare_ready(TOWN, first.opened).await?;
    let (mut judged, mut closing) = (Vec::with_capacity(requests.len()), BinaryHeap::new());
    let (mut live, mut most_live, mut bytes) = (0_usize, 0_usize, 0.0);
    for (position, request) in requests.iter().enumerate() {
        let now = request.opened;
        while let Some(Reverse((closed, other))) =
            closing.peek().copied().filter(|Reverse((at, _))| *at <= now)
        {
            let _: DateTime<Utc> = closed;
            closing.pop();
            let other: usize = other;
            let slug = family(&how.setting.family_of, &requests[other].category);
            index.remove(case_id(other), TOWN, &slug).await?;
            live -= 1;
        }
        let print = how.setting.print(request);
        let reach_meters = jiekou_core::dedup::reach_meters(
            &print.family,
            print.accuracy_meters,
            &how.setting.families,
            &how.setting.policy,
        );
        let families = [print.family.clone()];
        let asked = Search {
            centers: &town,
            families: &families,
            point: request.point,
            reach_meters,
            nearest: NEAREST,
            marks: Marks::of(&print),
        };
        let started = Instant::now();
        let Found::Candidates(candidates) = index.search(&asked).await? else {
            return Err("the index lost its mark of readiness: was Redis emptied meanwhile?".into());
        };
        let judgement = how.setting.judge(&print, &candidates, now);
        let microseconds = started.elapsed().as_secs_f64() * 1e6;
        let compared = if how.learn { comparable(how.setting, &print, &candidates, now) } else { Vec::new() };
        let offered = judgement.matches.iter().map(|it| (position_of(it.case_id), it.score)).collect();
        judged.push(Judged { offered, compared, microseconds });
        // Closed before it was opened, as some exports have it: never a candidate.
        if request.closed.is_none_or(|closed| closed > now) {
            let entry = Entry {
                case_id: case_id(position),
                center_code: TOWN,
                print: &print.to_bytes(),
                point: request.point,
                family: &print.family,
                recognised_until: None,
            };
            index.admit(&entry).await?;
            live += 1;
            if let Some(closed) = request.closed {
                closing.push(Reverse((closed, position)));
            }
        }
        if live > most_live + 500 || position + 1 == requests.len() {
            most_live = most_live.max(live);
            bytes = memory(&mut server, &prefix).await? / number(live.max(1));
        }
    }
    forget(&mut server, &prefix).await?;
    Ok(Outcome { judged, bytes_per_live_case: bytes, most_live })
}

fn comparable(
    setting: &Setting,
    print: &Fingerprint,
    candidates: &[Candidate],
    now: DateTime<Utc>,
) -> Vec<(usize, Likeness)> {
    let like = |candidate: &Candidate| {
        let compared = compare(
            print,
            &PhotoSearch::default(),
            &candidate.print,
            &setting.families,
            &setting.policy,
            now,
        )?;
        Some((position_of(candidate.case_id), compared.likeness))
    };
    candidates.iter().filter_map(like).collect()
}

fn case_id(position: usize) -> i64 {
    i64::try_from(position).unwrap() + 1
}

fn position_of(case_id: i64) -> usize {
    usize::try_from(case_id).unwrap() - 1
}

pub fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap())
}

/// Bytes that Redis uses for the keys of this index.
async fn memory(
    server: &mut redis::aio::MultiplexedConnection,
    prefix: &str,
) -> Result<f64, redis::RedisError> {
    let keys: Vec<String> = redis::cmd("KEYS").arg(format!("{{{prefix}:*")).query_async(server).await?;
    let mut bytes = 0.0;
    for key in keys {
        let used: u32 =
            redis::cmd("MEMORY").arg("USAGE").arg(key).arg("SAMPLES").arg(200).query_async(server).await?;
        bytes += f64::from(used);
    }
    Ok(bytes)
}
