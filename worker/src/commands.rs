//! The commands of `jiekou-worker`.

use std::error::Error;
use std::io::Write;

use clap::{Parser, Subcommand};
use jiekou_boot::Config;

use crate::run;

/// 街口 Jiekou: the worker that tells reporters every step.
///
/// Configured by the same environment variables as jiekou-api; `jiekou-api config` shows what is in force.
#[derive(Debug, Parser)]
#[command(name = "jiekou-worker", version)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Work until asked to stop.
    Serve,
}

/// Runs a command.
///
/// # Errors
/// With words that say what to do.
pub async fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    match arguments.command {
        Command::Serve => run::run(Config::load()?).await,
    }
}

/// Says on standard error why a command failed.
pub fn say_error(error: &dyn Error) {
    // Where nobody reads standard error there is nothing left to try.
    let _ = writeln!(std::io::stderr(), "jiekou-worker: {error}");
}
