//! `dedup-eval`: how well the duplicate engine works, on labelled exports of 311 systems, beside the published rules.

mod baselines;
mod complaints;
mod crowd;
mod curve;
mod edits;
mod evaluate;
mod fit;
mod joins;
mod labels;
mod learn;
mod measure;
mod replay;
mod requests;
mod rulebook_fit;
mod speed;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Measures the duplicate engine: replays an export of a 311 system in the order of time through the real judge and a
/// real Redis, and compares what it offers with what staff labelled.
#[derive(Parser)]
#[command(name = "dedup-eval", subcommand_negates_reqs = true)]
struct Arguments {
    /// Redis to fill and empty again, under keys of its own.
    #[arg(long, global = true, env = "DEDUP_EVAL_REDIS", default_value = "redis://127.0.0.1:6379")]
    redis: String,
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    evaluation: Option<evaluate::Options>,
}

#[derive(Subcommand)]
enum Command {
    /// How well repeats, edited copies and different complaints are told apart, in Chinese.
    Complaints(complaints::Options),
    /// Fits the weights of a rulebook and writes its weights.yaml.
    FitRulebook(rulebook_fit::Options),
    /// How fast candidates are found and judged, beside a bare GEOSEARCH, with few and many live cases and at a hot spot.
    Speed(speed::Options),
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = match (arguments.command, arguments.evaluation) {
        (Some(Command::Complaints(options)), _) => complaints::run(&options),
        (Some(Command::FitRulebook(options)), _) => rulebook_fit::run(&options, &arguments.redis).await,
        (Some(Command::Speed(options)), _) => speed::run(&options, &arguments.redis).await,
        (None, Some(options)) => evaluate::run(&options, &arguments.redis).await,
        (None, None) => Err("--requests and --labels are needed; see --help".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("dedup-eval: {error}");
            ExitCode::FAILURE
        }
    }
}
