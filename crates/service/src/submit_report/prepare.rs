//! Everything about a report that is decided before anything is written.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use jiekou_core::category::{self, UNCLASSIFIED};
use jiekou_core::dedup::{self, Candidate, Decision, Fingerprint, Judgement, NEAREST, PhotoPrint, Sketch};
use jiekou_core::place::{Center, Wgs84};
use jiekou_core::report::NewReport;
use jiekou_core::routing::{self, Assignment, Problem, Responsibility, Step};
use jiekou_core::rulebook::Rulebook;
use jiekou_core::safety::Danger;
use jiekou_store::photos;
use jiekou_store::reports::authorship::{self, Authored};
use jiekou_store::reports::record::Reach;
use serde_json::{Value, json};

use super::answer::Safety;
use super::recognise::{self, Search};
use super::wish::Wish;
use crate::alarm::dangers;
use crate::{App, Principal, RulebookInForce, ServiceError};

/// A report with its category, place, fingerprint and dangers worked out.
pub(crate) struct Prepared {
    pub report: NewReport,
    /// The version it is worked out with, and that its case keeps.
    pub rulebook: Arc<RulebookInForce>,
    pub category: String,
    pub assignment: Assignment,
    /// Who answers for it, with the steps of the trace that follow those of the place.
    pub responsibility: Responsibility,
    pub print: Fingerprint,
    /// The earlier report that the caller proved to have written.
    pub author: Option<Authored>,
    dangers: Vec<Danger>,
    pub urgent: bool,
    reach_meters: f64,
    families: Vec<String>,
    wish: Wish,
}

impl Prepared {
    pub async fn new(
        app: &App,
        report: NewReport,
        caller: &Principal,
        now: DateTime<Utc>,
    ) -> Result<Self, ServiceError> {
        let author = match &report.claim_secret {
            Some(secret) => {
                Some(authorship::by_claim(&app.pool, &secret.hash()).await?.ok_or(ServiceError::NotAuthor)?)
            }
            None => None,
        };
        let photos = match report.photo_ids.as_slice() {
            [] => Vec::new(),
            ids => photos::unclaimed_prints(&app.pool, ids).await?,
        };
        let prepared = Self::of(app, report, photos, now);
        let wish = Wish::of(app, &prepared.report, prepared.reach_meters, caller).await?;
        Ok(Self { author, wish, ..prepared })
    }

    /// What is worked out of the words and the place of a report about a problem known since `opened_at`; nobody is asked.
    pub fn of(app: &App, report: NewReport, photos: Vec<PhotoPrint>, opened_at: DateTime<Utc>) -> Self {
        let rulebook = app.rulebooks.in_force();
        let rules = &*rulebook.rules;
        let report = NewReport { place: report.place.clone().resolved(rules), ..report };
        let suggested =
            || category::suggest(&rules.data().categories, &report.description).map(|c| c.slug.clone());
        let category = report.category.clone().or_else(suggested).unwrap_or_else(|| UNCLASSIFIED.to_owned());
        let answers = report.attributes.values().filter_map(Value::as_str);
        let said: Vec<&str> = [report.description.as_str()].into_iter().chain(answers).collect();
        let dangers = dangers(app, &said.join("\n"));
        let urgent = !dangers.is_empty() || rules.category(&category).is_some_and(|category| category.urgent);
        let family = rules.family_of(&category).to_owned();
        let policy = &rules.data().dedup;
        let words = rules.vocabulary().read(&report.description);
        let print = Fingerprint {
            point: report.place.point,
            accuracy_meters: report.place.accuracy_meters,
            category: category.clone(),
            family: family.clone(),
            opened_at,
            component_id: report.place.component_id.clone(),
            address: report.place.address.as_deref().and_then(dedup::address_key),
            words: words.whole(),
            sketch: Sketch::of(&words),
            photos,
        };
        let reach_meters =
            dedup::reach_meters(&family, report.place.accuracy_meters, &rules.data().families, policy);
        let assignment = routing::assign(&report.place, rules);
        let responsibility = responsible(&report, &category, &assignment, rules);
        let families = recognise::families(app, &family);
        Self {
            report,
            category,
            responsibility,
            assignment,
            print,
            author: None,
            dangers,
            urgent,
            reach_meters,
            families,
            wish: Wish::None,
            rulebook,
        }
    }

    /// Gives it to this center, whatever its place says; `why` is the step of the trace.
    pub fn give_to(&mut self, center: Center, why: Step) {
        self.assignment.center = center;
        self.assignment.place_unknown = false;
        self.assignment.trace.push(why);
        let rules = &self.rulebook.rules;
        self.responsibility = responsible(&self.report, &self.category, &self.assignment, rules);
    }

    /// What to look for in the index.
    pub fn search(&self) -> Search {
        Search {
            print: self.print.clone(),
            reach_meters: self.reach_meters,
            center: self.assignment.center.code.clone(),
            families: self.families.clone(),
            nearest: NEAREST,
        }
    }

    /// The judge's word, unless the resident has said it.
    pub fn judge(&self, candidates: &[Candidate], now: DateTime<Utc>) -> Judgement {
        let data = self.rulebook.rules.data();
        let mut judgement = dedup::judge(&self.print, candidates, &data.families, &data.dedup, now);
        if self.report.confirm_new {
            judgement.decision = Decision::New;
        }
        self.wish.applied(judgement)
    }

    /// What is known of a case the resident wished for, which may lie beyond everything the judge saw.
    pub fn wished(&self, case_id: i64) -> Option<&Candidate> {
        self.wish.seen(case_id)
    }

    /// The case the resident wished for is closed: judge as if they had not.
    pub fn forget_wish(&mut self) {
        self.wish = Wish::None;
    }

    /// What the arbiter locks and looks through.
    pub fn reach(&self, seen: &[i64]) -> Reach {
        Reach { seen: seen.to_vec(), ..self.search().reach() }
    }

    pub fn safety(&self) -> Option<Safety> {
        Safety::of(&self.dangers)
    }

    /// Whether it is of the same kind and place as the author's first report, wherever merges have led that one since.
    pub fn is_where_author_was(&self) -> bool {
        let Some(author) = &self.author else { return false };
        let first = author.longitude.zip(author.latitude).and_then(|(x, y)| Wgs84::new(x, y).ok());
        let near =
            first.zip(self.print.point).is_some_and(|(a, b)| a.distance_meters(b) <= self.reach_meters);
        near && author.category == self.category
    }

    /// Whether it has a point that lies in an area of the rulebook.
    pub fn has_known_place(&self) -> bool {
        self.print.point.is_some() && !self.assignment.place_unknown
    }

    /// Whether its words speak of danger to life.
    pub fn is_alarming(&self) -> bool {
        !self.dangers.is_empty()
    }

    /// Where it is, as stored and shown to staff.
    pub fn place(&self) -> Value {
        let place = &self.report.place;
        json!({
            "longitude": place.point.map(|point| point.longitude()),
            "latitude": place.point.map(|point| point.latitude()),
            "declared": place.declared,
            "accuracyMeters": place.accuracy_meters,
            "address": place.address,
            "componentId": place.component_id,
            "segmentCode": place.segment_code,
            "source": place.resolved.as_ref().map(|_| "gazetteer"),
            "resolved": place.resolved,
        })
    }
}

fn responsible(
    report: &NewReport,
    category: &str,
    assignment: &Assignment,
    rules: &Rulebook,
) -> Responsibility {
    let problem = Problem {
        category,
        words: &report.description,
        point: report.place.point,
        accuracy_meters: report.place.accuracy_meters,
        component: report.place.component_id.as_deref(),
    };
    routing::responsible(assignment, &problem, rules)
}
