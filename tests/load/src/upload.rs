//! Uploads: every photo of a folder at once, each on a connection of its own.

use std::path::PathBuf;
use std::rc::Rc;
use std::time::Instant;

use clap::Args;
use serde_json::json;
use tokio::sync::Barrier;
use tokio::task::LocalSet;

use crate::connection::Connection;
use crate::photos;

#[derive(Args)]
pub struct Options {
    /// HOST:PORT of the server.
    #[arg(long)]
    address: String,
    /// Folder of photos.
    #[arg(long)]
    folder: PathBuf,
}

pub fn run(options: &Options) {
    let forms: Vec<Vec<u8>> = photos::of(&options.folder)
        .iter()
        .map(|path| form(&options.address, &std::fs::read(path).unwrap()))
        .collect();
    let megabytes: f64 = forms.iter().map(|form| form.len() as f64 / 1e6).sum();
    let (count, started) = (forms.len(), Instant::now());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (mut stored, mut refused) = (0, 0);
    LocalSet::new().block_on(&runtime, async {
        let start = Rc::new(Barrier::new(count));
        let tasks = forms.into_iter().map(|form| {
            let (address, start) = (options.address.clone(), Rc::clone(&start));
            tokio::task::spawn_local(async move {
                let mut connection = Connection::open(&address).await;
                start.wait().await;
                connection.ask(&form).await.status
            })
        });
        for task in tasks.collect::<Vec<_>>() {
            match task.await.unwrap_or_else(|_| std::process::exit(1)) {
                201 => stored += 1,
                _ => refused += 1,
            }
        }
    });
    let seconds = started.elapsed().as_secs_f64();
    println!(
        "{}",
        json!({ "stored": stored, "refused": refused, "seconds": seconds, "megabytes": megabytes })
    );
}

fn form(host: &str, photo: &[u8]) -> Vec<u8> {
    let before = "--line\r\nContent-Disposition: form-data; name=\"file\"; filename=\"photo.jpg\"\r\n\
                  Content-Type: image/jpeg\r\n\r\n";
    let after = "\r\n--line--\r\n";
    let length = before.len() + photo.len() + after.len();
    let head = format!(
        "POST /v1/photos HTTP/1.1\r\nHost: {host}\r\nContent-Type: multipart/form-data; boundary=line\r\n\
         Content-Length: {length}\r\n\r\n"
    );
    [head.as_bytes(), before.as_bytes(), photo, after.as_bytes()].concat()
}
