//! The least an actix-web service can do: serialise a document it holds.

use std::path::PathBuf;

use actix_web::{App, HttpResponse, HttpServer, web};
use clap::Args;
use serde_json::Value;

#[derive(Args)]
pub struct Options {
    /// HOST:PORT to listen on.
    #[arg(long)]
    bind: String,
    /// File with the JSON document.
    #[arg(long)]
    document: PathBuf,
}

pub fn run(options: &Options) {
    let document: Value = serde_json::from_slice(&std::fs::read(&options.document).unwrap()).unwrap();
    let document = web::Data::new(document);
    let server =
        HttpServer::new(move || App::new().app_data(document.clone()).route("/", web::get().to(answer)));
    actix_web::rt::System::new().block_on(server.bind(&options.bind).unwrap().run()).unwrap();
}

async fn answer(document: web::Data<Value>) -> HttpResponse {
    HttpResponse::Ok().json(document.as_ref())
}
