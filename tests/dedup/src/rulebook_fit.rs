//! Writing the weights of a rulebook: place and time from requests whose staff label consistently, words from real
//! complaints, the rest from stated odds.

use std::collections::{BTreeMap, HashMap};
use std::error::Error;
use std::path::PathBuf;

use chrono::NaiveDate;
use clap::Args;
use jiekou_core::dedup::{Likeness, Model, Weights};
use jiekou_core::rulebook::Rulebook;
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

use crate::complaints::{self, Bench};
use crate::edits::{EDITS, edited};
use crate::fit::{Pair, fit, fit_words, rounded};
use crate::labels::Labels;
use crate::learn::{open_policy, pairs};
use crate::measure::{Material, Slice};
use crate::replay::{Replay, Setting, replay};
use crate::requests::{self, Request};

/// Staff label a category consistently when at least this share of the requests with an open one at the same spot
/// carries a label; of the others nobody knows what a missing label means.
const CONSISTENT: f64 = 0.45;
/// The usual radius of a rulebook's family: closeness is measured in parts of it.
const RADIUS_METERS: f64 = 60.0;
/// Fewer of them say nothing.
const ENOUGH: usize = 20;

/// Odds that are stated, for no data label them. A photo: 9 of 10 repeats are recognised and 1 of 1,000 pairs of
/// different pictures is taken for one (assumed, until measured). A component id: 1 of 100 is mistyped, and a wrong
/// one is another's of the neighbourhood once in 1,000. Unclassified: of cases near by, about half are of another family.
const SAME_PHOTO: f64 = 0.9 / 0.001;
const SAME_COMPONENT: f64 = 0.99 / 0.001;
const UNCLASSIFIED: f64 = 0.5;
/// Of a family of which there is one at a time, a second report halfway to the limit and an hour later is of the same
/// problem twenty times before it is of another once. No export labels enough of them.
const ONE_AT_A_TIME: f64 = 20.0;

#[derive(Args)]
pub struct Options {
    #[arg(long, value_name = "FILE.csv[.gz]")]
    requests: PathBuf,
    #[arg(long, value_name = "FILE.csv")]
    labels: PathBuf,
    /// Fit on what was opened before this day.
    #[arg(long, value_name = "DATE")]
    fit_until: NaiveDate,
    /// Complaints in the rulebook's language.
    #[arg(long, value_name = "FILE.csv[.gz]")]
    complaints: PathBuf,
    /// Folder of the rulebook; its weights.yaml is written.
    #[arg(long, value_name = "FOLDER", default_value = "rulebooks/erqi")]
    rulebook: PathBuf,
    /// Share of labelled pairs that should be joined.
    #[arg(long, default_value_t = 0.85)]
    join_recall: f64,
    /// Share of labelled pairs that should at least be asked about.
    #[arg(long, default_value_t = 0.98)]
    ask_recall: f64,
}

/// Fits and writes `weights.yaml`.
///
/// # Errors
/// When a file or Redis fails.
pub async fn run(options: &Options, redis: &str) -> Result<(), Box<dyn Error>> {
    let (all, _) = requests::read(&options.requests)?;
    let labels = Labels::read(&options.labels)?;
    let until = options.fit_until.and_time(chrono::NaiveTime::MIN).and_utc();
    let before: Vec<Request> = all.into_iter().filter(|request| request.opened < until).collect();
    let consistent = consistent_categories(&before, &labels, redis).await?;
    eprintln!("categories whose staff label consistently: {}", consistent.join(", "));
    let past: Vec<Request> =
        before.into_iter().filter(|request| consistent.contains(&request.category)).collect();
    let groups: HashMap<String, String> =
        past.iter().map(|it| (it.category.clone(), it.group.clone())).collect();
    let material = Material { requests: &past, labels: &labels };
    let setting = Setting::grouped(&past, open_policy(Model::default()), RADIUS_METERS, groups.clone());
    let seen = replay(&past, &Replay { setting: &setting, redis, learn: true }).await?;
    let place: Vec<Pair> = pairs(&material, &seen.judged, &setting, until);
    let mut weights = fit(&place, false);
    // The words are weighed for themselves, at the place and time where they must decide.
    let (words, neutral, telling) = fit_complaints(options)?;
    weights = Weights {
        words_alike: words[0],
        words_unlike: words[1],
        same_words: words[2],
        same_photo: rounded(SAME_PHOTO.ln()),
        same_component: rounded(SAME_COMPONENT.ln()),
        unclassified: rounded(UNCLASSIFIED.ln()),
        ..weights
    };
    weights.families = one_at_a_time(&weights, &complaints::rulebook(&options.rulebook)?);
    let model = Model { weights, words_neutral_share: neutral, words_telling: telling, ..Model::default() };
    let setting = Setting::grouped(&past, open_policy(model.clone()), RADIUS_METERS, groups);
    let judged = replay(&past, &Replay { setting: &setting, redis, learn: false }).await?.judged;
    let start = past.first().map_or(until, |request| request.opened);
    let slice = Slice { from: start, to: until, without: None };
    let model = Model {
        join_from: material.join_from(&judged, slice, options.join_recall),
        ask_from: material.join_from(&judged, slice, options.ask_recall),
        ..model
    };
    for threshold in [model.ask_from, model.join_from] {
        let figures = material.figures(&judged, slice, threshold);
        eprintln!(
            "from {threshold:.4}: recall {:.3}, {} offered, {:.3} of them labelled",
            figures.recall, figures.offered, figures.labelled
        );
    }
    let head = "# Written by `dedup-eval fit-rulebook`; not edited by hand. docs/duplicates.md says from what data and why.\n";
    let file = options.rulebook.join("weights.yaml");
    std::fs::write(&file, format!("{head}{}", serde_yaml_ng::to_string(&model)?))?;
    eprintln!("written: {}", file.display());
    Ok(())
}

/// What families of which there is one at a time add to the bias, so that the stated odds come out.
fn one_at_a_time(weights: &Weights, rules: &Rulebook) -> BTreeMap<String, f64> {
    let halfway = Likeness {
        closeness: 0.5,
        fresh: (-1.0_f64).exp(),
        age: 2.0_f64.ln() / (24.0 * 120.0_f64).ln_1p(),
        same_category: 1.0,
        ..Likeness::default()
    };
    let fitted: f64 =
        weights.values().into_iter().zip(halfway.values()).map(|(weight, value)| weight * value).sum();
    let own = rounded(ONE_AT_A_TIME.ln() - weights.bias - fitted);
    let families = rules.data().families.iter().filter(|family| family.one_at_a_time);
    families.map(|family| (family.slug.clone(), own)).collect()
}

/// Categories whose requests, where an open one lies at the same spot, carry a label often enough to be believed.
async fn consistent_categories(
    requests: &[Request],
    labels: &Labels,
    redis: &str,
) -> Result<Vec<String>, Box<dyn Error>> {
    let setting = Setting::plain(requests, open_policy(Model::default()), RADIUS_METERS);
    let judged = replay(requests, &Replay { setting: &setting, redis, learn: true }).await?.judged;
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (request, judged) in requests.iter().zip(&judged) {
        if judged.compared.iter().any(|(_, likeness)| likeness.closeness >= 0.85) {
            let (all, labelled) = counts.entry(&request.category).or_default();
            *all += 1;
            *labelled += usize::from(labels.labelled.contains(&request.id));
        }
    }
    let consistent = counts.into_iter().filter(|(_, (all, labelled))| {
        *all >= ENOUGH && crate::measure::share(*labelled, *all) >= CONSISTENT
    });
    Ok(consistent.map(|(category, _)| category.to_owned()).collect())
}

/// Weights of words, the share of letter pairs at which they say nothing, and the likeness from which they tell.
fn fit_complaints(options: &Options) -> Result<([f64; 3], f64, f64), Box<dyn Error>> {
    let rules = complaints::rulebook(&options.rulebook)?;
    let texts: Vec<String> = complaints::read(&options.complaints)?.into_iter().map(|it| it.text).collect();
    let bench = Bench::new(&rules);
    let mut chance = SmallRng::seed_from_u64(3);
    let mut shares = Vec::new();
    for text in &texts {
        let print = bench.print(text, 0);
        let (_, edit) = EDITS[chance.random_range(0..EDITS.len())];
        let copy = bench.print(&edited(text, edit, &mut chance), 0);
        let other = &texts[chance.random_range(0..texts.len())];
        for (against, same) in [(copy, true), (bench.print(other, 0), other == text)] {
            if let Some(share) = print.sketch.similarity(&against.sketch) {
                shares.push((share, print.words.is_some() && print.words == against.words, same));
            }
        }
    }
    // Edited copies share far more than two people's own words for one thing do; a share that random texts do not reach
    // must not count against anybody.
    let fitted = (1..=6).map(|hundredths| {
        let neutral = f64::from(hundredths) / 100.0;
        let like = |share: f64, repeated: bool| Likeness {
            words_alike: ((share - neutral) / (1.0 - neutral)).max(0.0),
            words_unlike: ((neutral - share) / neutral).max(0.0),
            same_words: if repeated { 1.0 } else { 0.0 },
            ..Likeness::default()
        };
        let pairs: Vec<(Likeness, bool)> =
            shares.iter().map(|(share, repeated, same)| (like(*share, *repeated), *same)).collect();
        let (weights, explained) = fit_words(&pairs);
        (weights, neutral, explained)
    });
    let (weights, neutral, _) =
        fitted.max_by(|a, b| a.2.total_cmp(&b.2)).ok_or("no complaints to fit words on")?;
    // Words tell for themselves where hardly any different complaints are as alike: one in a thousand.
    let mut different: Vec<f64> =
        shares.iter().filter(|(_, _, same)| !same).map(|(share, _, _)| *share).collect();
    different.sort_by(f64::total_cmp);
    let rare = different.get(different.len() * 999 / 1_000).copied().unwrap_or(1.0);
    let telling = rounded(((rare - neutral) / (1.0 - neutral)).max(0.05));
    eprintln!("words: neutral share {neutral}, telling from {telling}, weights {weights:?}");
    Ok((weights, neutral, telling))
}
