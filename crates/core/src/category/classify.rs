//! From what was said to the finer kind of a citizen category.

use super::{Category, suggest};

/// The kind of `citizen` that `description` speaks for; the citizen category itself when no kind does, or two equally.
pub fn kind_of<'a>(categories: &'a [Category], citizen: &'a Category, description: &str) -> &'a Category {
    if citizen.of.is_some() {
        return citizen;
    }
    let mut kinds: Vec<(usize, &Category)> = categories
        .iter()
        .filter(|category| category.of.as_deref() == Some(citizen.slug.as_str()))
        .map(|kind| (suggest::score(kind, description), kind))
        .collect();
    kinds.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    match kinds.as_slice() {
        [] | [(0, _), ..] => citizen,
        [(best, _), (second, _), ..] if best == second => citizen,
        [(_, kind), ..] => kind,
    }
}
