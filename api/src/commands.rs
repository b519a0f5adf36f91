//! The commands of `jiekou-api`.

use std::error::Error;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Parser, Subcommand};
use jiekou_boot::{Config, assemble, clock};
use jiekou_service::load_demo::load_demo;
use jiekou_store::{database, resealing};

use crate::audit_commands::{self, AuditCommand};
use crate::hotline_commands::{self, HotlineCommand};
use crate::import::{self, ImportCommand};
use crate::rulebook_commands::{self, RulebookCommand};
use crate::staff_commands::{self, StaffCommand};
use crate::{graphql, limit_commands, openapi, problem, server};

/// 街口 Jiekou: citizen-reporting gateway.
///
/// Configured by environment variables, JIEKOU_SECTION__NAME; `jiekou-api config` shows what is in force.
#[derive(Debug, Parser)]
#[command(name = "jiekou-api", version)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the public interface until asked to stop.
    Serve,
    /// Bring the database's schema up to date.
    Migrate {
        /// Role as which the processes serve, when it is not the one that migrates: it gets what they need and no more.
        #[arg(long)]
        serving_role: Option<String>,
    },
    /// Check, compare, try or load a rulebook.
    #[command(subcommand)]
    Rulebook(RulebookCommand),
    /// Create what the demonstration needs.
    #[command(subcommand)]
    Demo(DemoCommand),
    /// Read a file of others: into the rulebook's folder, or the open cases in it.
    #[command(subcommand)]
    Import(ImportCommand),
    /// Verify the logs of cases, or erase what people wrote.
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Make, reset, disable and enable accounts of staff.
    #[command(subcommand)]
    Staff(StaffCommand),
    /// Show what each route is counted as, and the default limits.
    Limits,
    /// Compare orders with the platforms of hotlines.
    #[command(subcommand)]
    Hotline(HotlineCommand),
    /// Show how many stored secrets each master key has sealed: a key that has sealed none can be taken away.
    Seals,
    /// Show the configuration in force, secrets left out.
    Config,
    /// Print the OpenAPI contract.
    Openapi {
        /// Compare with this file instead, and fail if they differ.
        #[arg(long)]
        check: Option<PathBuf>,
    },
    /// Print the schema of the GraphQL interface.
    Graphql {
        /// Compare with this file instead, and fail if they differ.
        #[arg(long)]
        check: Option<PathBuf>,
    },
    /// Print the registry of problems.
    Problems {
        /// Compare with this file instead, and fail if they differ.
        #[arg(long)]
        check: Option<PathBuf>,
    },
}

#[derive(Debug, Subcommand)]
enum DemoCommand {
    /// Create the demonstration's staff accounts; running it again changes nothing.
    Load {
        /// Write the accounts here as JSON, for the home page and for people.
        #[arg(long)]
        out: Option<PathBuf>,
        /// The password of all of them.
        #[arg(long, default_value = "jiekou-demo-2026")]
        password: String,
    },
}

pub(crate) type Failure = Box<dyn Error>;

/// Runs a command.
///
/// # Errors
/// With words that say what to do.
pub async fn run(arguments: Arguments) -> Result<(), Failure> {
    match arguments.command {
        Command::Serve => server::serve(Config::load()?).await,
        Command::Migrate { serving_role } => migrate(serving_role.as_deref()).await,
        Command::Rulebook(command) => say(&rulebook_commands::run(command).await?),
        Command::Demo(DemoCommand::Load { out, password }) => demo(out, &password).await,
        Command::Import(command) => say(&import::run(command).await?),
        Command::Audit(command) => audit_commands::run(command).await,
        Command::Staff(command) => staff_commands::run(command).await,
        Command::Limits => say(limit_commands::shown().trim_end()),
        Command::Hotline(command) => say(&hotline_commands::run(command).await?),
        Command::Seals => seals().await,
        Command::Config => say(&Config::load()?.shown()),
        Command::Openapi { check } => print_or_compare(&openapi::yaml()?, check.as_deref(), "openapi"),
        Command::Graphql { check } => print_or_compare(&graphql::sdl(), check.as_deref(), "graphql"),
        Command::Problems { check } => print_or_compare(&problem::registry(), check.as_deref(), "problems"),
    }
}

async fn migrate(serving_role: Option<&str>) -> Result<(), Failure> {
    let pool = assemble::pool(&Config::load()?)?;
    let reason = |error: jiekou_store::StoreError| {
        let cause = error.source().map(ToString::to_string).unwrap_or_default();
        format!("cannot migrate: {error}: {cause}; is JIEKOU_DATABASE__URL right, and does PostgreSQL run?")
    };
    database::migrate(&pool).await.map_err(reason)?;
    let Some(role) = serving_role else {
        return say("the schema is up to date");
    };
    database::grant_serving(&pool, role).await.map_err(reason)?;
    say(&format!("the schema is up to date, and {role} may serve"))
}

async fn seals() -> Result<(), Failure> {
    let config = Config::load()?;
    let configured: Vec<String> = config.secrets()?.master_keys.into_iter().map(|(id, _)| id).collect();
    let counts = resealing::by_key(&assemble::pool(&config)?).await?;
    let line = |(what, key, count): &(&str, String, i64)| {
        let role = match configured.iter().position(|id| id == key) {
            Some(0) => "",
            Some(_) => ", an older key",
            None => ", a key that is not configured",
        };
        format!("{what}: {count} by {key}{role}")
    };
    let lines: Vec<String> = counts.iter().map(line).collect();
    say(&if lines.is_empty() { "nothing is sealed".to_owned() } else { lines.join("\n") })
}

async fn demo(out: Option<PathBuf>, password: &str) -> Result<(), Failure> {
    let app = assemble::app(&Config::load()?).await?;
    let accounts = load_demo(&app, password, clock::now()).await?;
    let json = serde_json::to_string_pretty(&accounts)?;
    match out {
        Some(file) => std::fs::write(&file, json)
            .map_err(|error| format!("cannot write {}: {error}", file.display()).into()),
        None => say(&json),
    }
}

fn print_or_compare(text: &str, file: Option<&Path>, command: &str) -> Result<(), Failure> {
    let Some(file) = file else {
        return say(text.trim_end());
    };
    let committed = std::fs::read_to_string(file).unwrap_or_default();
    if committed.trim_end() == text.trim_end() {
        return say(&format!("{} is up to date", file.display()));
    }
    let file = file.display();
    Err(format!("{file} differs from the code: run `jiekou-api {command} > {file}` and commit it").into())
}

pub(crate) fn say(text: &str) -> Result<(), Failure> {
    Ok(writeln!(std::io::stdout(), "{text}")?)
}

/// Says on standard error why a command failed.
pub fn say_error(error: &dyn Error) {
    // Where nobody reads standard error there is nothing left to try.
    let _ = writeln!(std::io::stderr(), "jiekou-api: {error}");
}
