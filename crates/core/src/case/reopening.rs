//! k of n: when the answers of reporters open a closed case again.

use crate::plan::Reopening;

/// Whether so many "not solved" among `followers` reopen it: the rulebook's k, or all of them when fewer follow it.
pub fn reopens(not_solved: u32, followers: u32, rule: &Reopening) -> bool {
    not_solved > 0 && not_solved >= rule.not_solved.min(followers.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn k_of_n_reopen_and_all_of_them_where_fewer_follow() {
        let rule = Reopening { not_solved: 2, ..Reopening::default() };
        for (not_solved, followers, expected) in [
            (0, 1, false),
            (1, 1, true),
            (1, 2, false),
            (2, 2, true),
            (1, 50, false),
            (2, 50, true),
            (1, 0, true),
        ] {
            assert_eq!(reopens(not_solved, followers, &rule), expected, "{not_solved} of {followers}");
        }
    }
}
