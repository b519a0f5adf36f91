//! Which known problems the judge looks at, so that a spot with thousands of them costs no more than any other.

use super::Fingerprint;
use super::fingerprint::millionths;
use super::judge::Candidate;
use crate::place::Wgs84;

/// Most cases of one family that are compared because they lie near. What shares the component or the text with the
/// report is compared as well, however many lie nearer.
pub const NEAREST: usize = 64;

/// Of each family the [`NEAREST`] candidates by distance, the older first where two are as near; with them those of the
/// report's component, and the oldest of the very same text. The same from whatever larger set they are chosen.
///
/// Redis, PostgreSQL and this function keep one order: points count in millionths of a degree.
pub fn nearest<'a>(report: &Fingerprint, candidates: &'a [Candidate]) -> Vec<&'a Candidate> {
    if candidates.len() <= NEAREST {
        return candidates.iter().collect();
    }
    let mut ranked: Vec<(f64, &Candidate)> =
        candidates.iter().map(|it| (apart(report.point, it.print.point), it)).collect();
    ranked.sort_by(|(a, x), (b, y)| {
        let families = x.print.family.cmp(&y.print.family);
        families.then(a.total_cmp(b)).then(x.case_id.cmp(&y.case_id))
    });
    let mut kept = Vec::with_capacity(NEAREST);
    for family in ranked.chunk_by(|(_, a), (_, b)| a.print.family == b.print.family) {
        let shares =
            |it: &Candidate| it.print.component_id.is_some() && it.print.component_id == report.component_id;
        let (component, rest): (Vec<&Candidate>, Vec<&Candidate>) =
            family.iter().map(|(_, it)| *it).partition(|it| shares(it));
        let mut again: Vec<&Candidate> =
            rest.iter().copied().skip(NEAREST).filter(|it| repeats(report, it)).collect();
        again.sort_by_key(|it| it.case_id);
        kept.extend(component);
        kept.extend(rest.iter().copied().take(NEAREST));
        kept.extend(again.into_iter().take(NEAREST));
    }
    kept
}

fn repeats(report: &Fingerprint, candidate: &Candidate) -> bool {
    report.words.is_some() && report.words == candidate.print.words
}

/// The square of the distance on the plane around `from`, in millionths of a degree of latitude; infinite where one of
/// the two has no point. Good for telling which of two is nearer, and the same to the last digit in PostgreSQL.
fn apart(from: Option<Wgs84>, to: Option<Wgs84>) -> f64 {
    let (Some(from), Some(to)) = (from, to) else { return f64::INFINITY };
    let steps = |a: f64, b: f64| f64::from(millionths(b).saturating_sub(millionths(a)));
    let east = steps(from.longitude(), to.longitude()) * from.latitude().to_radians().cos();
    let north = steps(from.latitude(), to.latitude());
    east * east + north * north
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dedup::Sketch;
    use chrono::DateTime;
    use proptest::prelude::*;

    fn spot() -> Wgs84 {
        Wgs84::new(113.63, 34.735).unwrap()
    }

    fn candidate(case_id: i64, family: &str, east: f64) -> Candidate {
        let print = Fingerprint {
            point: Some(spot().offset_meters(east, 0.0)),
            accuracy_meters: None,
            category: family.into(),
            family: family.into(),
            opened_at: DateTime::from_timestamp(1_800_000_000, 0).unwrap(),
            component_id: None,
            address: None,
            words: None,
            sketch: Sketch::default(),
            photos: vec![],
        };
        Candidate { case_id, print }
    }

    fn ids(kept: &[&Candidate]) -> Vec<i64> {
        let mut ids: Vec<i64> = kept.iter().map(|it| it.case_id).collect();
        ids.sort_unstable();
        ids
    }

    #[test]
    fn a_crowded_family_is_cut_to_its_nearest_and_no_other_family_pays_for_it() {
        let crowd = (1..=500).map(|id| candidate(id, "road", 0.2 * f64::from(i32::try_from(id).unwrap())));
        let alone = candidate(1_000, "waste", 99.0);
        let all: Vec<Candidate> = crowd.chain([alone]).collect();
        let report = candidate(0, "road", 0.0).print;
        let expected: Vec<i64> = (1..=64).chain([1_000]).collect();
        assert_eq!(ids(&nearest(&report, &all)), expected);
    }

    #[test]
    fn where_all_lie_at_one_spot_the_oldest_are_kept() {
        let all: Vec<Candidate> = (1..=200).rev().map(|id| candidate(id, "road", 7.0)).collect();
        assert_eq!(ids(&nearest(&candidate(0, "road", 0.0).print, &all)), (1..=64).collect::<Vec<i64>>());
    }

    #[test]
    fn the_same_text_and_the_same_component_are_seen_behind_any_crowd() {
        let mut all: Vec<Candidate> = (1..=200).map(|id| candidate(id, "road", 1.0)).collect();
        all.push(candidate(900, "road", 55.0));
        all.push(candidate(901, "road", 56.0));
        let mut report = candidate(0, "road", 0.0).print;
        (report.words, report.component_id) = (Some(7), Some("4101".into()));
        all[200].print.words = Some(7);
        all[201].print.component_id = Some("4101".into());
        assert_eq!(ids(&nearest(&report, &all)), (1..=64).chain([900, 901]).collect::<Vec<i64>>());
    }

    proptest! {
        /// Redis reads a few more than PostgreSQL does; the judge must not see that.
        #[test]
        fn what_is_kept_does_not_depend_on_what_else_was_read(
            places in prop::collection::vec((0..40_u8, any::<bool>(), any::<bool>()), 65..300),
        ) {
            let all: Vec<Candidate> = (1..).zip(&places).map(|(id, (east, road, same))| {
                let mut it = candidate(id, if *road { "road" } else { "waste" }, f64::from(*east));
                it.print.words = same.then_some(7);
                it
            }).collect();
            let mut report = candidate(0, "road", 20.0).print;
            report.words = Some(7);
            let kept: Vec<Candidate> = nearest(&report, &all).into_iter().cloned().collect();
            let few: Vec<Candidate> = all.iter().filter(|it| it.case_id % 3 == 0).cloned().collect();
            let larger: Vec<Candidate> = few.iter().filter(|it| !kept.contains(it)).chain(&kept).cloned().collect();
            prop_assert_eq!(ids(&nearest(&report, &larger)), ids(&kept.iter().collect::<Vec<_>>()));
        }
    }
}
