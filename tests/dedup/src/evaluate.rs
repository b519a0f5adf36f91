//! The evaluation itself: fit, replay, figures for each band and month, the sweep, the other systems' rules.

use std::error::Error;
use std::path::PathBuf;

use chrono::{DateTime, NaiveDate, Utc};
use clap::Args;
use jiekou_core::dedup::Model;

use crate::baselines::Rule;
use crate::curve::{self, Point};
use crate::joins;
use crate::labels::Labels;
use crate::learn::{Targets, learn, open_policy};
use crate::measure::{Figures, Material, Slice, percentiles};
use crate::replay::{Outcome, Replay, Setting, replay};
use crate::requests;

#[derive(Args)]
pub struct Options {
    /// Export of requests: Boston's or Chicago's columns, or id,time,closed,category,text,lon,lat. May be .gz.
    #[arg(long, value_name = "FILE.csv[.gz]")]
    requests: PathBuf,
    /// Duplicates as staff labelled them.
    #[arg(long, value_name = "FILE.csv")]
    labels: PathBuf,
    /// Fit weights and thresholds on what was opened before this day; otherwise they are read from --weights.
    #[arg(long, value_name = "DATE")]
    fit_until: Option<NaiveDate>,
    /// Weights of a rulebook, or written by an earlier run with --fit-until.
    #[arg(long, value_name = "FILE.yaml", conflicts_with = "fit_until")]
    weights: Option<PathBuf>,
    /// First day to report; the whole export counts as history.
    #[arg(long, value_name = "DATE")]
    from: Option<NaiveDate>,
    /// Day after the last one to report.
    #[arg(long, value_name = "DATE")]
    to: Option<NaiveDate>,
    /// Rules of other systems to report too: fixmystreet, signalen, smartcityguard.
    #[arg(long, value_delimiter = ',')]
    against: Vec<String>,
    /// A category to report the figures without, so that one easy category cannot carry them.
    #[arg(long, default_value = "Street Light Outages")]
    without: String,
    /// How far apart two requests of one problem can be, in metres, before the error of their positions.
    #[arg(long, default_value_t = 250.0)]
    radius: f64,
    /// Most of the unlabelled requests that may be flagged, when thresholds are chosen.
    #[arg(long, default_value_t = 0.06)]
    flagged: f64,
    /// Share of the labelled pairs that should be joined, when thresholds are chosen.
    #[arg(long, default_value_t = 0.65)]
    join_recall: f64,
    /// Folder for curve.csv, curve.svg, weights.yaml and joins.csv (every unlabelled join, to be looked at).
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
    /// Print so many of the joins whose request carries no label, spread evenly over the time, to be read by hand.
    #[arg(long, value_name = "N", default_value_t = 0)]
    show_joins: usize,
}

/// Runs the evaluation and prints its tables.
///
/// # Errors
/// When a file or Redis fails.
pub async fn run(options: &Options, redis: &str) -> Result<(), Box<dyn Error>> {
    let rules = options
        .against
        .iter()
        .map(|name| Rule::named(name).ok_or_else(|| format!("--against knows no {name}")))
        .collect::<Result<Vec<Rule>, String>>()?;
    let (requests, left_out) = requests::read(&options.requests)?;
    let labels = Labels::read(&options.labels)?;
    eprintln!("{} requests, {left_out} without place or time left out", requests.len());
    let material = Material { requests: &requests, labels: &labels };
    let first = requests.first().ok_or("the export is empty")?.opened;
    let end = requests.last().ok_or("the export is empty")?.opened + chrono::Duration::seconds(1);
    let day = |day: Option<NaiveDate>, otherwise| day.map_or(otherwise, midnight);
    let slice = Slice { from: day(options.from, first), to: day(options.to, end), without: None };
    let targets = Targets { flagged: options.flagged, join_recall: options.join_recall };
    let model = match (options.fit_until, &options.weights) {
        (Some(until), _) => learn(&material, redis, options.radius, midnight(until), targets).await?,
        (None, Some(file)) => serde_yaml_ng::from_str(&std::fs::read_to_string(file)?)?,
        (None, None) => return Err("--fit-until DATE or --weights FILE is needed".into()),
    };
    let setting = Setting::plain(&requests, open_policy(model.clone()), options.radius);
    let outcome = replay(&requests, &Replay { setting: &setting, redis, learn: false }).await?;
    report(&material, &outcome, &model, slice, &options.without);
    let mut points = sweep(&material, &outcome, slice);
    for rule in rules {
        let figures = material.figures(&rule.offers(&requests), slice, 0.5);
        line(&format!("{} (all of its rule)", rule.name), None, figures);
        points.push(Point { name: rule.name.to_owned(), threshold: None, figures });
    }
    let unlabelled = joins::unlabelled(&material, &outcome, model.join_from, slice);
    if let Some(folder) = &options.out {
        curve::write(folder, &points)?;
        std::fs::write(folder.join("weights.yaml"), serde_yaml_ng::to_string(&model)?)?;
        joins::write(folder, &unlabelled)?;
    }
    joins::show(&unlabelled, options.show_joins);
    Ok(())
}

fn midnight(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(chrono::NaiveTime::MIN).and_utc()
}

fn report(material: &Material<'_>, outcome: &Outcome, model: &Model, slice: Slice<'_>, without: &str) {
    println!(
        "| what | from score | requests | pairs | recall | parent | unlabelled flagged | offered | any label | first right |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
    let mut slices = vec![("all".to_owned(), slice)];
    slices.push((format!("without {without}"), Slice { without: Some(without), ..slice }));
    slices.extend(material.months(slice.from, slice.to));
    for (name, slice) in &slices {
        for (band, threshold) in [("join + ask", model.ask_from), ("join", model.join_from)] {
            line(
                &format!("{band}, {name}"),
                Some(threshold),
                material.figures(&outcome.judged, *slice, threshold),
            );
        }
    }
    let times = material.positions(slice).into_iter().map(|at| outcome.judged[at].microseconds).collect();
    let (median, p99) = percentiles(times);
    println!();
    println!(
        "candidates and judge: median {median:.0} µs, p99 {p99:.0} µs; at most {} live cases, {:.0} bytes of Redis each",
        outcome.most_live, outcome.bytes_per_live_case
    );
    println!();
}

fn line(what: &str, threshold: Option<f64>, figures: Figures) {
    println!(
        "| {what} | {} | {} | {} | {:.3} | {:.3} | {:.4} | {} | {:.3} | {:.3} |",
        threshold.map(|it| format!("{it:.4}")).unwrap_or_default(),
        figures.requests,
        figures.pairs,
        figures.recall,
        figures.parent_recall,
        figures.flagged,
        figures.offered,
        figures.labelled,
        figures.first_right,
    );
}

/// Thresholds spread evenly over the odds, where the bands live.
fn sweep(material: &Material<'_>, outcome: &Outcome, slice: Slice<'_>) -> Vec<Point> {
    println!(
        "| sweep | from score | requests | pairs | recall | parent | unlabelled flagged | offered | any label | first right |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
    let thresholds = (-14..=6).map(|half| 1.0 / (1.0 + (-f64::from(half) / 2.0).exp()));
    thresholds
        .map(|threshold| {
            let figures = material.figures(&outcome.judged, slice, threshold);
            line("jiekou", Some(threshold), figures);
            Point { name: "jiekou".to_owned(), threshold: Some(threshold), figures }
        })
        .collect()
}
