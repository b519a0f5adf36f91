//! Real complaints in Chinese: are repeats and edited copies recognised, and different complaints of one place kept
//! apart?

use std::collections::HashMap;
use std::error::Error;
use std::path::Path;

use chrono::{DateTime, Duration, Utc};
use clap::Args;
use jiekou_core::category::{UNCLASSIFIED, suggest};
use jiekou_core::dedup::{Candidate, Decision, Fingerprint};
use jiekou_core::place::Wgs84;
use jiekou_core::rulebook::{Rulebook, source};
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

use crate::edits::{EDITS, edited};
use crate::measure::share;
use crate::replay::Setting;
use crate::requests::{Request, open};

/// Different complaints that lie at the same place at the same time.
const OTHERS: usize = 20;

#[derive(Args)]
pub struct Options {
    /// Complaints with the columns 留言编号, 留言用户, 留言主题, 留言时间, 留言详情. May be .gz.
    #[arg(long, value_name = "FILE.csv[.gz]")]
    complaints: std::path::PathBuf,
    /// Folder of the rulebook that compares them.
    #[arg(long, value_name = "FOLDER", default_value = "rulebooks/erqi")]
    rulebook: std::path::PathBuf,
}

/// A complaint as it was sent.
#[derive(Debug, Clone)]
pub struct Complaint {
    pub user: String,
    pub text: String,
}

/// Reads complaints; empty ones are left out.
///
/// # Errors
/// When the file cannot be read.
pub fn read(path: &Path) -> Result<Vec<Complaint>, Box<dyn Error>> {
    let mut complaints = Vec::new();
    for record in csv::ReaderBuilder::new().flexible(true).from_reader(open(path)?).records() {
        let record = record?;
        let field = |at: usize| record.get(at).unwrap_or_default().trim().to_owned();
        complaints.push(Complaint { user: field(1), text: field(4) });
    }
    complaints.retain(|complaint| !complaint.text.is_empty());
    Ok(complaints)
}

/// Reads a rulebook folder.
///
/// # Errors
/// With every fault.
pub fn rulebook(folder: &Path) -> Result<Rulebook, Box<dyn Error>> {
    let mut files = std::collections::BTreeMap::new();
    for file in source::FILES {
        files.insert(file.to_owned(), std::fs::read_to_string(folder.join(file))?);
    }
    let faults =
        |faults: Vec<source::Fault>| faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
    Ok(Rulebook::new(source::read(&files).map_err(faults)?))
}

/// How complaints are compared: at one made-up place, with the category their words suggest.
pub struct Bench<'a> {
    rules: &'a Rulebook,
    setting: Setting,
    now: DateTime<Utc>,
}

impl<'a> Bench<'a> {
    pub fn new(rules: &'a Rulebook) -> Self {
        let now = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
        Self { rules, setting: Setting::of_rulebook(rules), now }
    }

    /// The fingerprint of a complaint sent `minutes` ago.
    pub fn print(&self, text: &str, minutes: i64) -> Fingerprint {
        let category =
            suggest(&self.rules.data().categories, text).map_or(UNCLASSIFIED, |it| it.slug.as_str());
        let mut print = self.setting.print(&Request {
            id: String::new(),
            opened: self.now - Duration::minutes(minutes),
            closed: None,
            category: category.to_owned(),
            group: String::new(),
            text: text.to_owned(),
            address: String::new(),
            closing: String::new(),
            point: Wgs84::new(113.63, 34.735).unwrap(),
        });
        print.family = self.rules.family_of(category).to_owned();
        print
    }

    fn decision(&self, print: &Fingerprint, known: Vec<Fingerprint>) -> Decision {
        let candidates: Vec<Candidate> =
            (1..).zip(known).map(|(case_id, print)| Candidate { case_id, print }).collect();
        self.setting.judge(print, &candidates, self.now).decision
    }
}

/// What was measured.
#[derive(Debug, Clone, Default)]
pub struct Findings {
    pub repeats: usize,
    pub repeats_joined: usize,
    /// Of the repeats, those by the same user: a follow-up where the user is known.
    pub by_same_user: usize,
    /// Share of edited copies that joined their original among 20 others, a kind of edit each.
    pub edited: Vec<(&'static str, f64)>,
    /// Share of complaints that joined one of 20 different complaints of the same place.
    pub false_joins: f64,
    pub examples: Vec<(String, String)>,
}

/// Measures everything, the same way each time.
pub fn measure(rules: &Rulebook, complaints: &[Complaint]) -> Findings {
    let bench = Bench::new(rules);
    let mut findings = Findings::default();
    let mut first: HashMap<&str, &Complaint> = HashMap::new();
    for complaint in complaints {
        match first.get(complaint.text.as_str()) {
            None => {
                first.insert(&complaint.text, complaint);
            }
            Some(known) => {
                let joined =
                    bench.decision(&bench.print(&complaint.text, 0), vec![bench.print(&known.text, 60)]);
                findings.repeats += 1;
                findings.repeats_joined += usize::from(joined == Decision::Join { case_id: 1 });
                findings.by_same_user += usize::from(known.user == complaint.user);
            }
        }
    }
    let mut chance = SmallRng::seed_from_u64(20);
    let different: Vec<&str> = {
        let mut texts: Vec<&str> = first.keys().copied().collect();
        texts.sort_unstable();
        texts
    };
    let others = |own: usize, chance: &mut SmallRng| -> Vec<usize> {
        std::iter::repeat_with(|| chance.random_range(0..different.len()))
            .filter(|at| *at != own)
            .take(OTHERS)
            .collect()
    };
    let mut wrong = 0;
    for own in 0..different.len() {
        let there = others(own, &mut chance);
        let known = there.iter().map(|at| bench.print(different[*at], 60)).collect();
        if let Decision::Join { case_id } = bench.decision(&bench.print(different[own], 0), known) {
            wrong += 1;
            let joined = different[there[usize::try_from(case_id).unwrap() - 1]];
            findings.examples.push((different[own].to_owned(), joined.to_owned()));
        }
    }
    findings.false_joins = share(wrong, different.len());
    for (kind, edit) in EDITS {
        let mut right = 0;
        let mut tried = 0;
        for own in 0..different.len() {
            let copy = edited(different[own], edit, &mut chance);
            let mut known: Vec<Fingerprint> =
                others(own, &mut chance).into_iter().map(|at| bench.print(different[at], 60)).collect();
            known.insert(0, bench.print(different[own], 60));
            tried += 1;
            right +=
                usize::from(bench.decision(&bench.print(&copy, 0), known) == Decision::Join { case_id: 1 });
        }
        findings.edited.push((kind, share(right, tried)));
    }
    findings
}

/// Measures and prints.
///
/// # Errors
/// When a file cannot be read.
pub fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    let rules = rulebook(&options.rulebook)?;
    let findings = measure(&rules, &read(&options.complaints)?);
    println!("| complaints | figure |\n| --- | --- |");
    println!(
        "| exact repeats that join | {} of {} ({} by the same user) |",
        findings.repeats_joined, findings.repeats, findings.by_same_user
    );
    for (kind, recall) in &findings.edited {
        println!("| edited copies that join, {kind} | {recall:.4} |");
    }
    println!("| different complaints of one place that join | {:.4} |", findings.false_joins);
    for (text, joined) in findings.examples.iter().take(10) {
        let head = |text: &str| text.chars().take(60).collect::<String>();
        println!("wrong? {} / {}", head(text), head(joined));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeats_and_edited_copies_join_and_different_complaints_do_not() {
        let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let data = std::env::var("JIEKOU_TEST_DATA").map(std::path::PathBuf::from);
        let file = data.map(|data| data.join("cn_complaints/tipdm2020C_fujian3_messages_4326.csv.gz"));
        let Some(file) = file.ok().filter(|file| file.exists()) else {
            println!("skipped: no cn_complaints in JIEKOU_TEST_DATA");
            return;
        };
        let rules = rulebook(&project.join("rulebooks/erqi")).unwrap();
        let findings = measure(&rules, &read(&file).unwrap());
        assert!(findings.repeats >= 100, "{}", findings.repeats);
        assert_eq!(findings.repeats_joined, findings.repeats, "an exact repeat is certain");
        for (kind, recall) in &findings.edited {
            assert!(*recall >= 0.95, "{kind}: {recall}");
        }
        assert!(findings.false_joins <= 0.01, "{}", findings.false_joins);
    }
}
