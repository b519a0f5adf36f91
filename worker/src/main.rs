//! `jiekou-worker`: does what follows from changes, and tells reporters every step.
//!
//! Work is claimed by a lease that expires, with no transaction open while it is done: a worker that dies leaves its
//! work to the next one. *How to add a job*: a file in `jobs/` and its line in `jobs::run`. *How to add a channel*: a
//! file in `channel/` and its line in `channel::Channels::send`.

mod channel;
mod clocks;
mod commands;
mod contact;
mod counting;
mod daily;
mod deliver;
mod guard;
mod hotlines;
mod housekeeping;
mod jobs;
mod lease;
mod run;
mod tell_accounts;
mod tell_webhooks;
mod watch;

use std::process::ExitCode;

use clap::Parser;

#[actix_web::main]
async fn main() -> ExitCode {
    match commands::run(commands::Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            commands::say_error(error.as_ref());
            ExitCode::FAILURE
        }
    }
}
