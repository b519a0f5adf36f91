//! `jiekou-api import orders`: the orders of a hotline without an interface.

use std::error::Error;
use std::path::PathBuf;

use clap::Args;
use jiekou_boot::{Config, assemble, clock};
use jiekou_core::import::told;
use jiekou_service::hotline::import_orders::{ImportOrdersError, import_orders};

#[derive(Debug, Args)]
pub struct OrdersOptions {
    file: PathBuf,
    /// Code of the hotline in partners.yaml.
    #[arg(long)]
    partner: String,
    /// Only say what is wrong, or what would be taken in.
    #[arg(long)]
    check: bool,
}

/// Takes the orders in, and says how many.
///
/// # Errors
/// With words that say what to do; nothing was taken in then.
pub async fn run(options: OrdersOptions) -> Result<String, Box<dyn Error>> {
    let file = options.file.display();
    let size =
        std::fs::metadata(&options.file).map_err(|error| format!("cannot read {file}: {error}"))?.len();
    if usize::try_from(size).map_or(true, |size| size > jiekou_service::MAX_LIST_BYTES) {
        return Err(format!("{file} is too large: split it").into());
    }
    let list = std::fs::read(&options.file).map_err(|error| format!("cannot read {file}: {error}"))?;
    let app = assemble::app(&Config::load()?).await?;
    let imported = import_orders(&app, &options.partner, &list, options.check, clock::now()).await;
    let imported = imported.map_err(|error| match error {
        ImportOrdersError::Faults(faults) => {
            let lines: Vec<String> = told(&faults).into_iter().map(|line| format!("  {line}")).collect();
            format!("nothing was taken in, for there are {} faults:\n{}", faults.len(), lines.join("\n"))
        }
        other => format!("nothing was taken in: {other}"),
    })?;
    let would = if options.check { "can be" } else { "were" };
    Ok(format!(
        "{} orders {would} taken in from {}, {} were known before",
        imported.taken, options.partner, imported.known
    ))
}
