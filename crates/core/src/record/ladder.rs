//! Sanctions that can only be climbed: 通报批评 → 表态发言 → 约谈问责.

use super::RecordKind;

/// A step of the ladder of a kind, 0 being the lowest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Step(usize);

impl Step {
    /// The step that an option of the kind's choice is; `None` where the kind has no ladder, or the ladder no such step.
    pub fn of(kind: &RecordKind, option: &str) -> Option<Self> {
        kind.rungs().iter().position(|rung| rung.code == option).map(Self)
    }

    /// The step with this number.
    pub fn from_number(number: i32) -> Option<Self> {
        usize::try_from(number).ok().map(Self)
    }

    pub fn number(self) -> i32 {
        i32::try_from(self.0).unwrap_or(i32::MAX)
    }
}

/// Whether `next` may follow what was already taken in the same matter: only something harder may.
pub fn climbs(taken: Option<Step>, next: Step) -> bool {
    taken.is_none_or(|taken| taken < next)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_sanction_is_followed_by_a_harder_one_only() {
        let step = |number| Step::from_number(number).unwrap();
        for (taken, next, allowed) in [
            (None, 0, true),
            (None, 2, true),
            (Some(0), 1, true),
            (Some(0), 2, true),
            (Some(1), 1, false),
            (Some(2), 0, false),
        ] {
            assert_eq!(climbs(taken.map(step), step(next)), allowed, "{taken:?} {next}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_tried_what_was_taken_only_rises(tries in prop::collection::vec(0_i32..5, 0..20)) {
            let mut taken: Vec<Step> = Vec::new();
            for next in tries.into_iter().filter_map(Step::from_number) {
                if climbs(taken.last().copied(), next) {
                    taken.push(next);
                }
            }
            prop_assert!(taken.windows(2).all(|pair| pair[0] < pair[1]));
        }
    }
}
