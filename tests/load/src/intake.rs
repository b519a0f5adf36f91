//! Intake: photo-less reports of distinct problems through `POST /v1/reports`.

use std::cell::RefCell;
use std::io::Write;
use std::path::PathBuf;
use std::rc::Rc;

use clap::Args;
use serde_json::json;

use crate::connection::{Answer, find};
use crate::load::{self, LoadOptions, Traffic};
use crate::problems::Problems;
use crate::rules;

#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    load: LoadOptions,
    /// Folder of the rulebook that the server has loaded.
    #[arg(long)]
    rulebook: PathBuf,
    /// Problems that earlier runs reported to the same database: the `next` they printed.
    #[arg(long, default_value_t = 0)]
    skip: usize,
}

struct Reports {
    problems: Problems,
    host: String,
    body: Vec<u8>,
    new: usize,
    similar: usize,
    others: usize,
}

impl Traffic for Reports {
    fn next(&mut self, request: &mut Vec<u8>) -> Option<usize> {
        self.body.clear();
        self.problems.write_next(&mut self.body)?;
        write!(
            request,
            "POST /v1/reports HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            self.host,
            self.body.len()
        )
        .unwrap();
        request.extend_from_slice(&self.body);
        Some(0)
    }

    fn answered(&mut self, _: usize, answer: &Answer, counted: bool) {
        assert_eq!(answer.status, 201, "{}", String::from_utf8_lossy(answer.body));
        if counted {
            let new = find(answer.body, br#""outcome":"new""#).is_some();
            let similar = find(answer.body, br#""similar":[]"#).is_none();
            self.new += usize::from(new);
            self.similar += usize::from(similar);
            self.others += usize::from(!new);
        }
    }
}

pub fn run(options: &Options) {
    let reports = Rc::new(RefCell::new(Reports {
        problems: Problems::new(rules::read(&options.rulebook), options.skip),
        host: options.load.address.clone(),
        body: Vec::with_capacity(1024),
        new: 0,
        similar: 0,
        others: 0,
    }));
    let measured = load::run(&options.load, Rc::clone(&reports));
    let reports = reports.borrow();
    let share = reports.new as f64 / (reports.new + reports.others) as f64;
    assert!(share >= 0.98, "only {:.1} % of the reports opened a case", share * 100.0);
    let mut result = measured.json();
    result["newShare"] = json!(share);
    result["similarShare"] = json!(reports.similar as f64 / (reports.new + reports.others) as f64);
    result["next"] = json!(reports.problems.position());
    println!("{result}");
}
