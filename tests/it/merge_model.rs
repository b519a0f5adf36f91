//! Random sequences of reports, merges, un-merges and ended cases, against a model without history.

use std::collections::{BTreeMap, BTreeSet};

use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};

use crate::harness::{HUAIHE, Staff, World, moved, report};

const CASES: usize = 5;

/// What the cases should hold.
struct Model {
    /// Reports recognised as each case, and where the case lies: itself, or what it was merged into.
    own: Vec<BTreeSet<i64>>,
    into: Vec<Option<usize>>,
    /// Cases that ended; nothing is merged into them or out of their own hands any more.
    ended: Vec<bool>,
}

impl Model {
    fn holder(&self, case: usize) -> usize {
        self.into[case].map_or(case, |next| self.holder(next))
    }

    /// The reports a case holds: its own, and those of every case whose chain ends in it.
    fn held(&self) -> BTreeMap<usize, BTreeSet<i64>> {
        let mut held: BTreeMap<usize, BTreeSet<i64>> =
            (0..self.own.len()).map(|case| (case, BTreeSet::new())).collect();
        for case in 0..self.own.len() {
            held.get_mut(&self.holder(case)).unwrap().extend(&self.own[case]);
        }
        held
    }
}

fn number(answer: &Value) -> &str {
    answer["case"]["caseNumber"].as_str().unwrap()
}

fn receipt(answer: &Value) -> i64 {
    answer["receiptNumber"].as_i64().unwrap()
}

/// Spots 150 m apart, five in a row: so far that only staff make their cases one.
fn spot(position: u32) -> (f64, f64) {
    moved(HUAIHE, f64::from(position % 5) * 150.0, f64::from(position / 5) * -150.0)
}

async fn view(staff: &Staff, number: &str) -> Value {
    staff.get(&format!("/v1/cases/{number}")).await.expect(200)
}

async fn unmerge(staff: &Staff, number: &str) {
    staff.make(number, &json!({ "move": "unmerge", "reason": "不是同一处" })).await.expect(200);
}

/// Every case holds what the model says, first receipt first, and every report leads to the case that holds it.
async fn expect_as_modelled(world: &World, staff: &Staff, opened: &[Value], model: &Model, when: &str) {
    for (case, reports) in model.held() {
        let seen = view(staff, number(&opened[case])).await;
        let receipts: Vec<i64> = seen["reports"].as_array().unwrap().iter().map(receipt).collect();
        let expected: Vec<i64> = reports.into_iter().collect();
        assert_eq!(receipts, expected, "{when}, case {case}");
        assert_eq!(seen["reportCount"], expected.len(), "{when}, case {case}");
        let followed = world.api().track(&opened[case]["trackingCode"]).await;
        assert_eq!(
            followed["case"]["caseNumber"],
            number(&opened[model.holder(case)]),
            "{when}, case {case}"
        );
    }
}

#[tokio::test]
async fn whatever_is_merged_unmerged_and_ended_every_report_is_where_the_merges_say_and_in_the_end_at_home() {
    let world = World::new().await;
    let api = world.api();
    let staff = api.sign_in("district").await;
    for seed in 0..3_u32 {
        let mut chance = SmallRng::seed_from_u64(u64::from(seed));
        let mut opened = Vec::new();
        for position in 0..5 {
            let place = spot(seed * 5 + position);
            opened.push(api.submit(&report("road-damage", "路面有坑", place)).await);
        }
        let mut model = Model {
            own: opened.iter().map(|answer| BTreeSet::from([receipt(answer)])).collect(),
            into: vec![None; CASES],
            ended: vec![false; CASES],
        };
        for step in 0..40 {
            let when = format!("seed {seed}, step {step}");
            let (from, into) = (chance.random_range(0..CASES), chance.random_range(0..CASES));
            if model.into[from].is_some() {
                unmerge(&staff, number(&opened[from])).await;
                model.into[from] = None;
            } else if model.ended[from] || model.into[into].is_some() || model.ended[into] {
                // Whatever is merged into a case that ended stays there until it is un-merged.
                let merge = json!({ "move": "merge", "reason": "同一处", "into": number(&opened[into]) });
                if model.ended[from] || model.ended[into] {
                    let refused = staff.make(number(&opened[from]), &merge).await;
                    assert!(refused.status.is_client_error(), "{when}: {}", refused.body);
                }
            } else if step > 30 && from == into && model.ended.iter().filter(|ended| **ended).count() < 2 {
                let reject = json!({ "move": "reject", "reason": "现场无此问题" });
                staff.make(number(&opened[from]), &reject).await.expect(200);
                model.ended[from] = true;
            } else if from != into {
                let merge = json!({ "move": "merge", "reason": "同一处", "into": number(&opened[into]) });
                staff.make(number(&opened[from]), &merge).await.expect(200);
                model.into[from] = Some(into);
            } else {
                // One more report joins an open case, at its place.
                let place = spot(seed * 5 + u32::try_from(into).unwrap());
                let joined = api.submit(&report("road-damage", "路面有坑", place)).await;
                assert_eq!(number(&joined), number(&opened[into]), "{when}");
                model.own[into].insert(receipt(&joined));
            }
            expect_as_modelled(&world, &staff, &opened, &model, &when).await;
        }
        // Undone in any order, all of it is as if nothing had been merged.
        while let Some(merged) = (0..CASES).rev().find(|case| model.into[*case].is_some()) {
            unmerge(&staff, number(&opened[merged])).await;
            model.into[merged] = None;
            expect_as_modelled(&world, &staff, &opened, &model, &format!("seed {seed}, undoing")).await;
        }
        for (case, answer) in opened.iter().enumerate() {
            let first = model.own[case].first().copied();
            assert_eq!(first, Some(receipt(answer)), "the opener is the first again");
        }
    }
    assert_eq!(world.count("select count(*) from cases where case_log_break(case_id) is not null").await, 0);
}
