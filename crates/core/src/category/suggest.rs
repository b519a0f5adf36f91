//! The category that the words of a report speak for.

use std::collections::BTreeMap;

use super::Category;

/// The citizen category whose keywords, and those of its finer kinds, make up most of `description`; `None` when none
/// or two equally do.
///
/// Longer keywords say more (`路灯不亮` against `灯`), hence the score is the number of matched characters.
pub fn suggest<'a>(categories: &'a [Category], description: &str) -> Option<&'a Category> {
    let mut said: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for category in categories {
        let citizen = category.of.as_deref().unwrap_or(&category.slug);
        said.entry(citizen).or_default().extend(matched(category, description));
    }
    let mut scored: Vec<(usize, &str)> = said
        .into_iter()
        .map(|(slug, mut keywords)| {
            keywords.sort_unstable();
            keywords.dedup();
            (length(keywords.into_iter()), slug)
        })
        .collect();
    scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    let best = match scored.as_slice() {
        [(0, _), ..] | [] => None,
        [(best, _), (second, _), ..] if best == second => None,
        [(_, slug), ..] => Some(*slug),
    };
    categories.iter().find(|category| Some(category.slug.as_str()) == best)
}

/// The number of characters that the category's own keywords match.
pub(super) fn score(category: &Category, description: &str) -> usize {
    length(matched(category, description))
}

fn matched<'a>(category: &'a Category, description: &str) -> impl Iterator<Item = &'a str> {
    category.keywords.iter().map(String::as_str).filter(move |keyword| description.contains(*keyword))
}

fn length<'a>(keywords: impl Iterator<Item = &'a str>) -> usize {
    keywords.map(|keyword| keyword.chars().count()).sum()
}
