//! Fitting the weights: logistic regression by Newton's method with an L2 penalty. Deterministic: the same data give the
//! same weights to the last digit that is printed.

use std::collections::BTreeMap;

use jiekou_core::dedup::{Likeness, Weights};

/// Features of a likeness; the intercept and the families come after them.
const FEATURES: usize = 11;
/// Strength of the penalty on every weight but the intercept: a family with little data stays near the average.
const PENALTY: f64 = 1.0;
const ROUNDS: usize = 30;

/// One compared pair: how like, of which family, one problem or not, and how much it counts.
#[derive(Debug, Clone)]
pub struct Pair {
    pub likeness: Likeness,
    pub family: String,
    pub same: bool,
}

/// Fits weights to `pairs`, with an offset for each family if `by_family`.
pub fn fit(pairs: &[Pair], by_family: bool) -> Weights {
    let mut families: Vec<&str> = pairs.iter().map(|pair| pair.family.as_str()).collect();
    families.sort_unstable();
    families.dedup();
    let families = if by_family { families } else { Vec::new() };
    let place = |family: &str| families.binary_search(&family).ok().map(|at| FEATURES + 1 + at);
    let rows: Vec<(Vec<(usize, f64)>, bool)> = pairs
        .iter()
        .map(|pair| {
            let mut row: Vec<(usize, f64)> =
                pair.likeness.values().into_iter().enumerate().filter(|(_, value)| *value != 0.0).collect();
            row.push((FEATURES, 1.0));
            row.extend(place(&pair.family).map(|at| (at, 1.0)));
            (row, pair.same)
        })
        .collect();
    let weights = newton(&rows, FEATURES + 1 + families.len());
    let named: BTreeMap<String, f64> = families
        .iter()
        .enumerate()
        .map(|(at, family)| ((*family).to_owned(), rounded(weights[FEATURES + 1 + at])))
        .collect();
    let [
        closeness,
        fresh,
        age,
        same_address,
        same_category,
        unclassified,
        words_alike,
        words_unlike,
        same_words,
        same_photo,
        same_component,
    ] = std::array::from_fn(|at| rounded(weights[at]));
    Weights {
        bias: rounded(weights[FEATURES]),
        closeness,
        fresh,
        age,
        same_address,
        same_category,
        unclassified,
        words_alike,
        words_unlike,
        same_words,
        same_photo,
        same_component,
        families: named,
    }
}

/// The three weights of words, where a likeness of 0 says nothing, and how well they explain `pairs` (log likelihood).
pub fn fit_words(pairs: &[(Likeness, bool)]) -> ([f64; 3], f64) {
    let features = |it: &Likeness| [it.words_alike, it.words_unlike, it.same_words];
    let rows: Vec<(Vec<(usize, f64)>, bool)> = pairs
        .iter()
        .map(|(likeness, same)| (features(likeness).into_iter().enumerate().collect(), *same))
        .collect();
    let weights = newton(&rows, 3);
    let explained = rows.iter().map(|(row, same)| {
        let sum: f64 = row.iter().map(|(at, value)| weights[*at] * value).sum();
        let odds = if *same { sum } else { -sum };
        -(-odds).exp().ln_1p()
    });
    ([rounded(weights[0]), rounded(weights[1]), rounded(weights[2])], explained.sum())
}

fn newton(rows: &[(Vec<(usize, f64)>, bool)], size: usize) -> Vec<f64> {
    let mut weights = vec![0.0; size];
    for _ in 0..ROUNDS {
        let mut gradient = vec![0.0; size];
        let mut curvature = vec![vec![0.0; size]; size];
        for (row, same) in rows {
            let sum: f64 = row.iter().map(|(at, value)| weights[*at] * value).sum();
            let probability = 1.0 / (1.0 + (-sum).exp());
            let error = if *same { 1.0 - probability } else { -probability };
            let slope = probability * (1.0 - probability);
            for (a, x) in row {
                gradient[*a] += error * x;
                for (b, y) in row {
                    curvature[*a][*b] += slope * x * y;
                }
            }
        }
        for at in 0..size {
            let penalty = if at == FEATURES { 1e-6 } else { PENALTY };
            gradient[at] -= penalty * weights[at];
            curvature[at][at] += penalty;
        }
        let step = solve(curvature, gradient);
        let length = step.iter().fold(0.0_f64, |most, part| most.max(part.abs()));
        for (weight, part) in weights.iter_mut().zip(step) {
            *weight += part;
        }
        if length < 1e-9 {
            break;
        }
    }
    weights
}

/// Solves `matrix · x = right` for a symmetric positive definite matrix (Cholesky).
fn solve(mut matrix: Vec<Vec<f64>>, mut right: Vec<f64>) -> Vec<f64> {
    let size = right.len();
    for row in 0..size {
        for column in 0..=row {
            let known: f64 = (0..column).map(|k| matrix[row][k] * matrix[column][k]).sum();
            let rest = matrix[row][column] - known;
            matrix[row][column] = if row == column { rest.sqrt() } else { rest / matrix[column][column] };
        }
    }
    for row in 0..size {
        let known: f64 = (0..row).map(|k| matrix[row][k] * right[k]).sum();
        right[row] = (right[row] - known) / matrix[row][row];
    }
    for row in (0..size).rev() {
        let known: f64 = (row + 1..size).map(|k| matrix[k][row] * right[k]).sum();
        right[row] = (right[row] - known) / matrix[row][row];
    }
    right
}

/// To three digits: more would be noise, and differ between machines.
pub fn rounded(value: f64) -> f64 {
    // Adding zero makes -0 plain.
    (value * 1_000.0).round() / 1_000.0 + 0.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::rngs::SmallRng;
    use rand::{Rng, SeedableRng};

    #[test]
    fn weights_that_made_the_data_are_found_again() {
        let mut chance = SmallRng::seed_from_u64(7);
        let pairs: Vec<Pair> = (0..40_000)
            .map(|n| {
                let likeness =
                    Likeness { closeness: chance.random(), fresh: chance.random(), ..Likeness::default() };
                let family = if n % 2 == 0 { "often" } else { "seldom" };
                let own = if n % 2 == 0 { 1.0 } else { -1.0 };
                let sum = -1.0 + own + 3.0 * likeness.closeness - 2.0 * likeness.fresh;
                let same = chance.random::<f64>() < 1.0 / (1.0 + (-sum).exp());
                Pair { likeness, family: family.to_owned(), same }
            })
            .collect();
        let found = fit(&pairs, true);
        assert!((found.closeness - 3.0).abs() < 0.15, "{found:?}");
        assert!((found.fresh + 2.0).abs() < 0.15, "{found:?}");
        assert!((found.families["often"] - found.families["seldom"] - 2.0).abs() < 0.15, "{found:?}");
        assert_eq!(fit(&pairs, true), found, "the same data, the same weights");
    }
}
