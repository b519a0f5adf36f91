//! `jiekou-api audit`: are the logs what was written, and may something go?

use std::io::Write;

use clap::{Args, Subcommand};
use jiekou_boot::{Config, assemble, clock};
use jiekou_service::ServiceError;
use jiekou_service::erase_words::{ErasureWish, erase_words};
use jiekou_service::verify_logs::{Findings, verify_logs};

use crate::commands::{Failure, say};

#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Verify the hash chains of all logs, and name the first line that is not what was written. Ends with the anchor, a
    /// hash over all of them: note it elsewhere and compare it the next time the same cases are verified.
    Verify {
        /// Only the log of this case.
        #[arg(long, value_name = "NUMBER")]
        case: Option<String>,
    },
    /// Erase what people wrote, for good; the logs keep who did what when, the reason of the erasure, and their chains.
    /// Photos are not touched.
    Erase(EraseOptions),
}

#[derive(Debug, Args)]
pub struct EraseOptions {
    /// Tracking code of a report: its words and additions, what the logs repeat of them, and how to reach its author.
    #[arg(long, value_name = "CODE", required_unless_present = "case")]
    report: Option<String>,
    /// Number of a case: all words of its log, and all that belongs to each of its reports.
    #[arg(long, value_name = "NUMBER", conflicts_with = "report")]
    case: Option<String>,
    /// Why; it stands in the log.
    #[arg(long)]
    reason: String,
}

/// Runs a command.
///
/// # Errors
/// With words that say what to do; a broken chain is one.
pub async fn run(command: AuditCommand) -> Result<(), Failure> {
    let pool = assemble::pool(&Config::load()?)?;
    match command {
        AuditCommand::Verify { case } => {
            let found = verify_logs(&pool, case.as_deref(), progress).await?;
            match &found.first_break {
                None => say(&whole(&found)),
                Some((number, broken)) => {
                    let (seq, words) = (broken.seq, broken.fault.words());
                    Err(format!("the log of case {number} breaks at line {seq}: {words}").into())
                }
            }
        }
        AuditCommand::Erase(options) => {
            let wish = match (options.report, options.case) {
                (Some(code), _) => ErasureWish::Report(code),
                (None, Some(number)) => ErasureWish::Case(number),
                (None, None) => return Err("name a --report or a --case".into()),
            };
            let cases = erase_words(&pool, &wish, &options.reason, clock::now()).await.map_err(in_words)?;
            say(&format!("erased; the logs of these cases say so: {}", cases.join(", ")))
        }
    }
}

/// Wrong fields with their words; anything else says enough itself.
fn in_words(error: ServiceError) -> Failure {
    match error {
        ServiceError::Invalid(faults) => {
            let words: Vec<String> = faults.into_iter().map(|fault| fault.detail).collect();
            words.join("; ").into()
        }
        other => other.into(),
    }
}

fn progress(found: &Findings) {
    // Where nobody reads standard error there is nothing to tell.
    let _ = writeln!(std::io::stderr(), "{} cases, {} lines verified", found.cases, found.lines);
}

fn whole(found: &Findings) -> String {
    let anchor: String = found.anchor.iter().map(|byte| format!("{byte:02x}")).collect();
    format!(
        "{} cases, {} lines, {} of them erased: every chain holds\nanchor {anchor}",
        found.cases, found.lines, found.erased
    )
}
