//! `jiekou-api import cases`: a district that comes from another system goes on with its open cases here.

use std::error::Error;
use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use jiekou_boot::{Config, assemble, clock};
use jiekou_core::import::told;
use jiekou_service::import_cases::{ImportCasesError, ImportRequest, Imported, import_cases};

use crate::import::{Crs, NAMED};

#[derive(Debug, Args)]
pub struct CasesOptions {
    file: PathBuf,
    /// Code of the district that takes the cases over, such as 410103.
    #[arg(long)]
    district: String,
    /// Name of the system they come from; its numbers are known by it, so keep to one spelling.
    #[arg(long, value_name = "SYSTEM")]
    from: String,
    /// YAML that says what that system calls columns, states, categories, centers and units, where it is not understood.
    #[arg(long, value_name = "FILE")]
    columns: Option<PathBuf>,
    /// The coordinate system of the file's points.
    #[arg(long, default_value = "gcj02")]
    crs: Crs,
    /// Only say what is wrong, or what would be taken over.
    #[arg(long)]
    check: bool,
}

/// Takes the cases over, and says how many.
///
/// # Errors
/// With words that say what to do; nothing was taken over then.
pub async fn run(options: CasesOptions) -> Result<String, Box<dyn Error>> {
    let app = assemble::app(&Config::load()?).await?;
    let request = ImportRequest {
        file: &options.file,
        system: options.from.trim(),
        district: &options.district,
        coordinates: options.crs.into(),
        columns: options.columns.as_deref(),
        only_check: options.check,
    };
    let imported = import_cases(&app, &request, progress, clock::now()).await.map_err(in_words)?;
    Ok(summary(&imported, &options))
}

fn in_words(error: ImportCasesError) -> Box<dyn Error> {
    match error {
        ImportCasesError::Faults(faults) => {
            let lines: Vec<String> = told(&faults).into_iter().map(|line| format!("  {line}")).collect();
            format!("nothing was taken over, for there are {} faults:\n{}", faults.len(), lines.join("\n"))
                .into()
        }
        other => {
            let causes = std::iter::successors(other.source(), |&cause| cause.source());
            let causes: Vec<String> = causes.map(|cause| format!(": {cause}")).collect();
            format!("nothing was taken over: {other}{}", causes.concat()).into()
        }
    }
}

fn progress(written: usize, all: usize) {
    // Where nobody reads standard error there is nothing to tell.
    let _ = writeln!(std::io::stderr(), "{written} of {all} cases written");
}

fn summary(imported: &Imported, options: &CasesOptions) -> String {
    let would = if options.check { "can be" } else { "were" };
    let mut said =
        vec![format!("{} open cases {would} taken over from {}", imported.cases, options.from.trim())];
    if imported.of_unknown_place > 0 {
        said.push(format!(
            "{} of them have a place that is not known and wait in the queue of the district center",
            imported.of_unknown_place
        ));
    }
    if !imported.known.is_empty() {
        said.push(format!("{} were taken over before and stay as they are:", imported.known.len()));
        said.extend(
            imported
                .known
                .iter()
                .take(NAMED)
                .map(|(row, theirs, ours)| format!("  row {row}: {theirs} is {ours}")),
        );
        let more = imported.known.len().saturating_sub(NAMED);
        said.extend((more > 0).then(|| format!("  and {more} more")));
    }
    if !imported.left_out.is_empty() {
        said.push(format!("columns left out: {}", imported.left_out.join(", ")));
    }
    said.join("\n")
}
