//! The category that the words of a report speak for.

use super::Category;

/// The category whose keywords make up most of `description`; `None` when none or two equally do.
///
/// Longer keywords say more (`路灯不亮` against `灯`), hence the score is the number of matched characters.
pub fn suggest<'a>(categories: &'a [Category], description: &str) -> Option<&'a Category> {
    let mut scored: Vec<(usize, &Category)> =
        categories.iter().map(|category| (score(category, description), category)).collect();
    scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    match scored.as_slice() {
        [(0, _), ..] | [] => None,
        [(best, _), (second, _), ..] if best == second => None,
        [(_, category), ..] => Some(category),
    }
}

fn score(category: &Category, description: &str) -> usize {
    let matched = category.keywords.iter().filter(|keyword| description.contains(keyword.as_str()));
    matched.map(|keyword| keyword.chars().count()).sum()
}
