//! `jiekou-api rulebook`: what a district does with its rules before and while they are in force.

use std::error::Error;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use clap::Subcommand;
use jiekou_boot::{Config, assemble, clock};
use jiekou_core::clock::local::local;
use jiekou_core::rulebook::diff::differences;
use jiekou_core::rulebook::fault::Fault;
use jiekou_core::rulebook::simulate::{Outcome, Request, changes, outcome, requests};
use jiekou_core::rulebook::{Rulebook, RulebookData};
use jiekou_service::load_rulebook::{self, Checked, LoadError};

use crate::import::Crs;

#[derive(Debug, Subcommand)]
pub enum RulebookCommand {
    /// Report every fault of a folder, with file, line and what to do.
    Check { folder: PathBuf },
    /// Say in words what the second folder changes against the first.
    Diff { old: PathBuf, new: PathBuf },
    /// Run past reports through a folder: where each would go, and by when.
    Simulate {
        folder: PathBuf,
        /// CSV with the columns time, longitude, latitude or address, category or description.
        #[arg(long)]
        requests: PathBuf,
        /// Say only what changes against this folder.
        #[arg(long)]
        against: Option<PathBuf>,
        /// The coordinate system of the file's points.
        #[arg(long, default_value = "gcj02")]
        crs: Crs,
    },
    /// Put a folder's rules in force, from their effective date or at once. Serving processes take them over without a
    /// restart; open cases keep the version they were opened under.
    Load {
        /// The folder; the configured one when left out.
        folder: Option<PathBuf>,
    },
}

type Failure = Box<dyn Error>;

/// Runs a command and returns what it says.
///
/// # Errors
/// With words that say what to do.
pub async fn run(command: RulebookCommand) -> Result<String, Failure> {
    match command {
        RulebookCommand::Check { folder } => {
            let checked =
                load_rulebook::check(&folder, clock::now()).map_err(|it| faults_in_words(&folder, &it))?;
            Ok(checked_in_words(&folder, &checked))
        }
        RulebookCommand::Diff { old, new } => diff(&old, &new),
        RulebookCommand::Simulate { folder, requests, against, crs } => {
            simulate(&folder, &requests, against.as_deref(), crs)
        }
        RulebookCommand::Load { folder } => load(folder).await,
    }
}

fn checked_in_words(folder: &Path, checked: &Checked) -> String {
    let (data, plan) = (&checked.data, &checked.data.plan);
    let mut said = format!(
        "{} {}: {} towns ({:.1} km²), {} segments, {} other areas, {} categories, {} topics, {} units, no faults",
        data.code,
        data.version,
        data.towns.len(),
        checked.town_km2.iter().sum::<f64>(),
        data.segments.len(),
        plan.regions.len() + plan.zones.len(),
        data.categories.len(),
        plan.topics.len(),
        plan.units.len(),
    );
    for warning in &checked.warnings {
        said.push_str(&format!("\n  note: {}/{warning}", folder.display()));
    }
    said
}

fn diff(old: &Path, new: &Path) -> Result<String, Failure> {
    let (before, after) = (read(old)?, read(new)?);
    let told = differences(&before, &after);
    Ok(match told.len() {
        0 => format!("{} and {} decide the same", old.display(), new.display()),
        count => format!("{count} differences:\n  {}", told.join("\n  ")),
    })
}

fn simulate(folder: &Path, file: &Path, against: Option<&Path>, crs: Crs) -> Result<String, Failure> {
    let text = std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let past = requests(&text, crs.into())
        .map_err(|told| format!("{} has {} faults:\n  {}", file.display(), told.len(), told.join("\n  ")))?;
    let rules = Rulebook::new(read(folder)?);
    match against {
        None => {
            let lines = past.iter().map(|request| in_words(request, &outcome(request, &rules)));
            Ok(lines.collect::<Vec<_>>().join("\n"))
        }
        Some(other) => {
            let before = Rulebook::new(read(other)?);
            let mut said = String::new();
            let mut changed = 0;
            for request in &past {
                let (old, new) = (outcome(request, &before), outcome(request, &rules));
                let told = changes(&old, &new);
                if !told.is_empty() {
                    changed += 1;
                    writeln!(said, "{}: {}", request.id, told.join("; "))?;
                }
            }
            write!(
                said,
                "{changed} of {} reports would go otherwise than under {}",
                past.len(),
                other.display()
            )?;
            Ok(said)
        }
    }
}

fn in_words(request: &Request, outcome: &Outcome) -> String {
    let mut said = format!("{}: {} → {}", request.id, outcome.category, outcome.center);
    let parts = [("segment", &outcome.segment), ("grid", &outcome.grid), ("topic", &outcome.topic)];
    for (what, value) in parts {
        if let Some(value) = value {
            said.push_str(&format!(", {what} {value}"));
        }
    }
    said.push_str(&format!(", {} leads", outcome.lead));
    if !outcome.co_handlers.is_empty() {
        said.push_str(&format!(" with {}", outcome.co_handlers.join("、")));
    }
    said.push_str(&format!(", loop {}, by {} ({})", outcome.loop_name, outcome.due, outcome.rule));
    said
}

async fn load(folder: Option<PathBuf>) -> Result<String, Failure> {
    let config = Config::load()?;
    let folder = folder.unwrap_or_else(|| PathBuf::from(&config.rulebook.directory));
    let now = clock::now();
    match load_rulebook::load(&assemble::pool(&config)?, &folder, now).await {
        Ok((id, from, checked)) => Ok(loaded_in_words(&folder, id, from, now, &checked)),
        Err(LoadError::Faults(faults)) => Err(faults_in_words(&folder, &faults)),
        Err(LoadError::Store(error)) => {
            let cause = error.source().map(ToString::to_string).unwrap_or_default();
            Err(format!("{error}: {cause}; run `jiekou-api migrate` first").into())
        }
    }
}

fn loaded_in_words(
    folder: &Path,
    id: i64,
    from: DateTime<Utc>,
    now: DateTime<Utc>,
    checked: &Checked,
) -> String {
    let since = if from > now {
        format!("takes effect on {} as version {id}", local(from).format("%Y-%m-%d"))
    } else {
        format!("is in force as version {id}")
    };
    let mut said = format!("rulebook {} {since}", folder.display());
    for warning in checked.warnings.iter().filter(|warning| warning.file == "calendar.yaml") {
        said.push_str(&format!("\n  note: {warning}"));
    }
    said
}

fn read(folder: &Path) -> Result<RulebookData, Failure> {
    load_rulebook::read(folder).map_err(|faults| faults_in_words(folder, &faults))
}

/// Every fault on a line of its own.
pub fn faults_in_words(folder: &Path, faults: &[Fault]) -> Failure {
    let lines: Vec<String> = faults.iter().map(|fault| format!("  {}/{fault}", folder.display())).collect();
    format!("the rulebook has {} faults:\n{}", faults.len(), lines.join("\n")).into()
}
