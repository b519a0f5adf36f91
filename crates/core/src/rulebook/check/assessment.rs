//! Rankings: figures and rates that there are, ranks that meet nothing twice, sums that are right.

use std::collections::HashMap;

use super::super::RulebookData;
use super::super::plan_source::ASSESSMENT;
use super::super::reader::Reader;
use super::{doubles, is_slug};
use crate::assessment::{Amounts, Decimal, Ranked, Ranking, Term};
use crate::period::Cycle;
use crate::staff::Level;
use crate::statistics::{Figures, Rate};

pub(super) fn check(data: &RulebookData, reader: &mut Reader<'_>) {
    let rankings = &data.plan.assessment.rankings;
    for (code, nth) in doubles(rankings.iter().map(|ranking| ranking.code.as_str())) {
        let line = reader.line(ASSESSMENT, code, nth);
        reader.fault(ASSESSMENT, line, format!("ranking `{code}` stands twice: give each its own code"));
    }
    let mut faults = Faults { reader, unknown: HashMap::new() };
    for ranking in rankings {
        if !is_slug(&ranking.code) {
            faults.of(ranking, "write its code in lower-case letters, digits and hyphens");
        }
        subject(data, ranking, &mut faults);
        source(rankings, ranking, &mut faults);
        for term in &ranking.score {
            self::term(ranking, term, &mut faults);
        }
        for figure in ranking.ties.iter().filter(|figure| Figures::position(figure).is_none()) {
            faults.unknown(ranking, "ties are parted by", "figure", figure);
        }
        for (whose, amounts) in [("rewards", &ranking.rewards), ("fines", &ranking.fines)] {
            if let Some(amounts) = amounts {
                money(ranking, whose, amounts, &mut faults);
            }
        }
        consequences(ranking, &mut faults);
    }
    cycles(data, reader);
}

struct Faults<'a, 'b> {
    reader: &'a mut Reader<'b>,
    /// How often each unknown name was told, so that each is told where it stands.
    unknown: HashMap<String, usize>,
}

impl Faults<'_, '_> {
    /// A fault of the ranking, at its line.
    fn of(&mut self, ranking: &Ranking, words: &str) {
        let line = self.reader.line(ASSESSMENT, &ranking.code, 0);
        self.reader.fault(ASSESSMENT, line, format!("ranking `{}`: {words}", ranking.code));
    }

    /// A name that leads nowhere, at the line where it stands.
    fn unknown(&mut self, ranking: &Ranking, who: &str, kind: &str, name: &str) {
        let nth = self.unknown.entry(name.to_owned()).or_default();
        // What an anchor (`&`) repeats is written once.
        let written = self.reader.line(ASSESSMENT, name, *nth);
        let line = written.or_else(|| self.reader.line(ASSESSMENT, name, 0));
        *nth += 1;
        let words = format!(
            "ranking `{}`: {who} {kind} `{name}`, which statistics do not have: see docs/statistics.md",
            ranking.code
        );
        self.reader.fault(ASSESSMENT, line, words);
    }
}

fn subject(data: &RulebookData, ranking: &Ranking, faults: &mut Faults<'_, '_>) {
    let plan = &data.plan;
    match ranking.of {
        Ranked::District if !plan.regions.iter().any(|region| region.level == Level::District) => {
            faults.of(ranking, "ranks districts, and areas/ has none: rank towns, or add areas/districts");
        }
        Ranked::Unit if plan.units.is_empty() => faults.of(ranking, "ranks units, and units.yaml has none"),
        _ => {}
    }
    if !ranking.by.is_empty() && !ranking.of.is_area() {
        faults.of(ranking, "is split `by` groups of topics, which is counted of towns and districts only");
    }
    for (group, _) in doubles(ranking.by.iter()) {
        faults.of(ranking, &format!("group `{}` stands twice in `by`", group.name()));
    }
    for group in ranking.by.iter().filter(|group| !plan.topics.iter().any(|topic| topic.group == **group)) {
        faults.of(ranking, &format!("no topic of topics.yaml is of the group `{}`", group.name()));
    }
}

fn source(rankings: &[Ranking], ranking: &Ranking, faults: &mut Faults<'_, '_>) {
    let Some(code) = &ranking.from else {
        if ranking.score.is_empty() {
            faults.of(ranking, "has neither `score` nor `from`: say what is counted");
        }
        return;
    };
    if !ranking.score.is_empty() || !ranking.by.is_empty() {
        faults.of(ranking, "has `from`, and takes score and groups from there: leave out `score` and `by`");
    }
    match rankings.iter().find(|it| it.code == *code) {
        None => faults.of(ranking, &format!("is made `from` ranking `{code}`, which is not here")),
        Some(from) if from.from.is_some() => {
            faults.of(
                ranking,
                &format!("is made `from` `{code}`, which is itself made from another: name that one"),
            );
        }
        Some(from) if from.of != ranking.of => {
            faults.of(
                ranking,
                &format!(
                    "ranks by {}, and `{code}`, which it is made from, by {}",
                    ranking.of.name(),
                    from.of.name()
                ),
            );
        }
        Some(from) if from.every >= ranking.every => {
            faults.of(ranking, &format!("is made `from` `{code}`, whose periods are not shorter"));
        }
        Some(_) => {}
    }
}

fn term(ranking: &Ranking, term: &Term, faults: &mut Faults<'_, '_>) {
    match term {
        Term::Base { .. } => {}
        Term::Rate { rate, at_least, at_most, per_point, .. } => {
            if Rate::from_name(rate).is_none() {
                faults.unknown(ranking, "scores", "rate", rate);
            }
            match (at_least, at_most) {
                (Some(target), None) | (None, Some(target)) => {
                    if *target < Decimal::ZERO || *target > Decimal::whole(100) {
                        faults.of(
                            ranking,
                            &format!("the target of `{rate}` is {target}: write percent, 0 to 100"),
                        );
                    }
                }
                _ => faults.of(ranking, &format!("`{rate}` needs either `atLeast` or `atMost`")),
            }
            if *per_point < Decimal::ZERO {
                faults.of(
                    ranking,
                    &format!("`perPoint` of `{rate}` is taken away, so write it without a sign"),
                );
            }
        }
        Term::Each { figure, from, then, .. } => {
            if Figures::position(figure).is_none() {
                faults.unknown(ranking, "scores", "figure", figure);
            }
            if from.is_some() != then.is_some() || *from == Some(0) {
                faults.of(
                    ranking,
                    &format!(
                        "`{figure}` counts otherwise from the n-th on: write `from` (1 or more) and `then`"
                    ),
                );
            }
        }
        Term::Density { figure, .. } => {
            if Figures::position(figure).is_none() {
                faults.unknown(ranking, "scores", "figure", figure);
            }
            if ranking.of == Ranked::Unit {
                faults.of(ranking, &format!("units have no ground that `{figure}` could be counted on"));
            }
        }
    }
}

fn money(ranking: &Ranking, whose: &str, amounts: &Amounts, faults: &mut Faults<'_, '_>) {
    let mut next = 1;
    let mut before: Option<u32> = None;
    for amount in &amounts.table {
        if amount.rank == 0 || amount.last() < amount.rank || amount.last() > MOST_RANKS {
            faults.of(ranking, &format!("{whose}: ranks go from 1 to {MOST_RANKS}, the lower one first"));
            return;
        }
        if amount.rank < next {
            faults
                .of(ranking, &format!("{whose}: rank {} stands twice: ranks follow each other", amount.rank));
        } else if amount.rank > next {
            faults.of(ranking, &format!("{whose}: rank {next} is left out: ranks follow each other"));
        }
        if before.is_some_and(|yuan| amount.yuan > yuan) {
            faults.of(ranking, &format!("{whose}: rank {} has more than the rank before it", amount.rank));
        }
        (next, before) = (amount.last().max(next.saturating_sub(1)) + 1, Some(amount.yuan));
    }
    let sum = amounts.yuan();
    if sum != u64::from(amounts.sum) {
        faults.of(ranking, &format!("{whose}: the table adds up to {sum} yuan, not {}", amounts.sum));
    }
}

/// More ranks than any city has towns.
const MOST_RANKS: u32 = 10_000;

fn consequences(ranking: &Ranking, faults: &mut Faults<'_, '_>) {
    for (whose, consequence) in [("first", &ranking.first), ("last", &ranking.last)] {
        let Some(consequence) = consequence else { continue };
        if consequence.ranks == 0 || consequence.measures.is_empty() {
            faults.of(ranking, &format!("`{whose}` needs at least one rank and one measure"));
        }
        for (code, _) in doubles(consequence.measures.iter().map(|measure| measure.code.as_str())) {
            faults.of(ranking, &format!("measure `{code}` of `{whose}` stands twice"));
        }
    }
}

/// What `mandates` says about how often is ranked must be so, once there are rankings at all.
fn cycles(data: &RulebookData, reader: &mut Reader<'_>) {
    let rankings = &data.plan.assessment.rankings;
    if rankings.is_empty() {
        return;
    }
    let has_districts = data.plan.regions.iter().any(|region| region.level == Level::District);
    let mandates = &data.plan.process.mandates;
    let mut owed = |of: Ranked, setting: &str, every: Cycle| {
        if !rankings.iter().any(|ranking| ranking.of == of && ranking.every == every) {
            let words = format!(
                "`mandates.{setting}` of process.yaml is `{}`, and no ranking of a {} is `every: {}`",
                every.name(),
                of.name(),
                every.name()
            );
            reader.fault(ASSESSMENT, None, words);
        }
    };
    owed(Ranked::Town, "rankTowns", mandates.rank_towns);
    if has_districts {
        owed(Ranked::District, "rankDistricts", mandates.rank_districts);
    }
}
