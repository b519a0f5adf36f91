//! `jiekou-api hotline`: both sides' books compared by hand.

use clap::Subcommand;
use jiekou_boot::{Config, assemble, clock};
use jiekou_service::hotline::reconcile::{FoundDifference, reconcile};
use jiekou_store::hotlines::reconciliations::Reconciliation;

use crate::commands::Failure;

#[derive(Debug, Subcommand)]
pub enum HotlineCommand {
    /// Compare our orders with the platforms' lists and put right what differs. Fails where something still differs.
    Reconcile {
        /// Code of a partner; all that have an address when left out.
        #[arg(long)]
        partner: Option<String>,
    },
}

/// Compares, and says what was found and done.
///
/// # Errors
/// With words that say what still differs.
pub async fn run(command: HotlineCommand) -> Result<String, Failure> {
    let HotlineCommand::Reconcile { partner } = command;
    let app = assemble::app(&Config::load()?).await?;
    let named: Vec<String> = match partner {
        Some(partner) => vec![partner],
        None => {
            let rules = app.rules();
            let partners = rules.plan().hotlines.partners.iter().map(|partner| partner.code.clone());
            partners.filter(|code| app.hotlines.callable(code).is_some()).collect()
        }
    };
    if named.is_empty() {
        return Err("no platform has an address: set JIEKOU_HOTLINES__ADDRESSES".into());
    }
    let (mut said, mut agree) = (Vec::new(), true);
    for partner in named {
        let run =
            reconcile(&app, &partner, clock::now()).await.map_err(|error| format!("{partner}: {error}"))?;
        agree &= run.failure.is_none() && run.remaining.0.as_array().is_none_or(Vec::is_empty);
        said.push(words(&run));
    }
    let said = said.join("\n");
    if agree { Ok(said) } else { Err(said.into()) }
}

fn words(run: &Reconciliation) -> String {
    if let Some(failure) = &run.failure {
        return format!("{}: {failure}", run.partner);
    }
    let list = |json: &serde_json::Value| -> Vec<FoundDifference> {
        serde_json::from_value(json.clone()).unwrap_or_default()
    };
    let (found, remaining) = (list(&run.found.0), list(&run.remaining.0));
    let head = format!(
        "{}: {} orders compared, {} differences found, {} remain",
        run.partner,
        run.compared,
        found.len(),
        remaining.len()
    );
    let lines = found.into_iter().map(|it| format!("  {}: {}", it.order_no, it.done));
    [head].into_iter().chain(lines).collect::<Vec<_>>().join("\n")
}
