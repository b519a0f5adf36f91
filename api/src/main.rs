//! `jiekou-api`: the public-facing process, and the commands that set up and check what it needs.

mod address;
mod audit_commands;
mod commands;
mod connections;
mod export;
mod extract;
mod graphql;
mod health;
mod hotline;
mod hotline_commands;
mod import;
mod import_cases;
mod import_orders;
mod limit_commands;
mod limits;
mod live;
mod metrics;
mod metrics_server;
mod observe;
mod open311;
mod openapi;
mod page_cache;
mod pages;
mod privacy_page;
mod problem;
mod response_headers;
mod rest;
mod rulebook_commands;
mod server;
mod sign_in_limit;
mod staff_commands;
mod state;
mod wechat;

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
