//! The measuring half of the benchmark. Each command measures one thing against a server that runs already and
//! prints one line of JSON; `tests/load/run` starts the servers, runs the comparisons and draws the table.

mod arbiter;
mod bare_server;
mod baseline;
mod clocks;
mod connection;
mod database;
mod flood;
mod inbox;
mod intake;
mod load;
mod names;
mod photos;
mod pictures;
mod problems;
mod reads;
mod routing;
mod rules;
mod statistics;
mod upload;

use clap::{Parser, Subcommand};

/// Measures Jiekou; `tests/load/run` is the one command that measures everything.
#[derive(Parser)]
#[command(name = "jiekou-load", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Reports of distinct problems, sent as fast as they are answered.
    Intake(intake::Options),
    /// Recording with and without the arbiter of duplicates.
    Arbiter(arbiter::Options),
    /// Tracking pages, with and without an ETag; or any one path.
    Reads(reads::Options),
    /// A bare actix-web handler that serves a JSON document, to compare `reads` with.
    BareServer(bare_server::Options),
    /// The two copies of every photo of a folder, on one thread.
    Photos(photos::Options),
    /// Makes a folder of 12-megapixel photos.
    MakePhotos(pictures::Options),
    /// Uploads the photos of a folder all at once.
    Upload(upload::Options),
    /// Points a second through the routing, with few and with many areas.
    Routing(routing::Options),
    /// Opens very many cases, each with a running clock.
    OpenCases(clocks::OpenOptions),
    /// Rows that a tick of the clocks reads.
    Tick(clocks::TickOptions),
    /// How late a running worker raises clocks.
    ClockLag(clocks::LagOptions),
    /// Gives a center very many cases.
    InboxCases(inbox::CasesOptions),
    /// Pages of a center's inbox, through the API or bare.
    Inbox(inbox::Options),
    /// Writes a gazetteer of very many names.
    NamePlaces(names::PlacesOptions),
    /// Names while an operator types.
    Names(names::Options),
    /// Writes a year of cases with all that happened to them.
    PastCases(statistics::PastOptions),
    /// Waits until a worker has counted everything.
    Counted(statistics::CountedOptions),
    /// The statistics of the year straight from the tables.
    Scan(statistics::ScanOptions),
    /// Normal users beside a flood from one network.
    Flood(flood::Options),
    /// Creates a database.
    CreateDatabase(database::CreateOptions),
    /// Counts the rows of every table.
    Rows(database::RowsOptions),
    /// Vacuums and analyses a database.
    Settle(database::RowsOptions),
    /// Writes the pgbench script that writes the rows of one report.
    BaselineIntake(baseline::IntakeOptions),
    /// Writes the pgbench script that reads tracking pages, and a file of codes for `reads`.
    BaselineReads(baseline::ReadsOptions),
}

fn main() {
    match Arguments::parse().command {
        Command::Intake(options) => intake::run(&options),
        Command::Arbiter(options) => arbiter::run(&options),
        Command::Reads(options) => reads::run(&options),
        Command::BareServer(options) => bare_server::run(&options),
        Command::Photos(options) => photos::run(&options),
        Command::MakePhotos(options) => pictures::run(&options),
        Command::Upload(options) => upload::run(&options),
        Command::Routing(options) => routing::run(&options),
        Command::OpenCases(options) => clocks::open(&options),
        Command::Tick(options) => clocks::tick(&options),
        Command::ClockLag(options) => clocks::lag(&options),
        Command::InboxCases(options) => inbox::cases(&options),
        Command::Inbox(options) => inbox::run(&options),
        Command::NamePlaces(options) => names::places(&options),
        Command::Names(options) => names::run(&options),
        Command::PastCases(options) => statistics::past(&options),
        Command::Counted(options) => statistics::counted(&options),
        Command::Scan(options) => statistics::scan(&options),
        Command::Flood(options) => flood::run(&options),
        Command::CreateDatabase(options) => database::create(&options),
        Command::Rows(options) => database::rows(&options),
        Command::Settle(options) => database::settle(&options),
        Command::BaselineIntake(options) => baseline::intake(&options),
        Command::BaselineReads(options) => baseline::reads(&options),
    }
}
