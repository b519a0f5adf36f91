//! Reads: tracking pages of many codes, or one path of any server.

use std::cell::RefCell;
use std::io::Write;
use std::path::PathBuf;
use std::rc::Rc;

use clap::Args;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use crate::connection::{Answer, Connection, header};
use crate::load::{self, LoadOptions, Traffic};

#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    load: LoadOptions,
    /// File with a tracking code on each line.
    #[arg(long, required_unless_present = "path")]
    codes: Option<PathBuf>,
    /// Ask for this path instead.
    #[arg(long)]
    path: Option<String>,
    /// Send the ETag of the page and expect 304.
    #[arg(long)]
    unchanged: bool,
    /// Only print the body of the first answer.
    #[arg(long)]
    show: bool,
}

struct Pages {
    requests: Vec<Vec<u8>>,
    expected: u16,
    random: StdRng,
    bytes: usize,
    answers: usize,
}

impl Traffic for Pages {
    fn next(&mut self, request: &mut Vec<u8>) -> Option<usize> {
        let position = self.random.random_range(0..self.requests.len());
        request.extend_from_slice(&self.requests[position]);
        Some(position)
    }

    fn answered(&mut self, _: usize, answer: &Answer, counted: bool) {
        assert_eq!(answer.status, self.expected, "{}", String::from_utf8_lossy(answer.body));
        if counted {
            self.answers += 1;
            self.bytes += answer.body.len();
        }
    }
}

pub fn run(options: &Options) {
    let paths = match (&options.path, &options.codes) {
        (Some(path), _) => vec![path.clone()],
        (None, Some(file)) => {
            let codes = std::fs::read_to_string(file).unwrap();
            codes.lines().map(|code| format!("/v1/reports/{code}")).collect()
        }
        (None, None) => unreachable!("clap asks for one of them"),
    };
    let mut requests: Vec<Vec<u8>> =
        paths.iter().map(|path| get(&options.load.address, path, None)).collect();
    if options.show {
        let body = answers(&options.load.address, &requests[..1], |answer| answer.body.to_vec()).remove(0);
        std::io::stdout().write_all(&body).unwrap();
        return;
    }
    if options.unchanged {
        let tags = answers(&options.load.address, &requests, |answer| {
            header(answer.head, "etag").unwrap().to_owned()
        });
        requests =
            paths.iter().zip(&tags).map(|(path, tag)| get(&options.load.address, path, Some(tag))).collect();
    }
    let expected = if options.unchanged { 304 } else { 200 };
    let pages = Pages { requests, expected, random: StdRng::seed_from_u64(11), bytes: 0, answers: 0 };
    let pages = Rc::new(RefCell::new(pages));
    let mut result = load::run(&options.load, Rc::clone(&pages)).json();
    result["bodyBytes"] = (pages.borrow().bytes / pages.borrow().answers).into();
    println!("{result}");
}

fn get(host: &str, path: &str, tag: Option<&str>) -> Vec<u8> {
    let condition = tag.map(|tag| format!("If-None-Match: {tag}\r\n")).unwrap_or_default();
    format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n{condition}\r\n").into_bytes()
}

/// One answer to each request, one after the other.
fn answers<T>(address: &str, requests: &[Vec<u8>], read: impl Fn(&Answer) -> T) -> Vec<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut connection = Connection::open(address).await;
        let mut all = Vec::with_capacity(requests.len());
        for request in requests {
            let answer = connection.ask(request).await;
            assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(answer.body));
            all.push(read(&answer));
        }
        all
    })
}
