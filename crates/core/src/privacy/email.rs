//! E-mail addresses in words.

use std::ops::Range;

fn is_local(c: char) -> bool {
    c.is_ascii_alphanumeric() || "._%+-".contains(c)
}

fn is_domain(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '.' || c == '-'
}

/// Where addresses stand in `text`: something, an `@` and a domain with a dot. A mere `@name` is a mention.
pub(super) fn emails(text: &[char]) -> Vec<Range<usize>> {
    let signs = text.iter().enumerate().filter(|(_, c)| matches!(c, '@' | '＠')).map(|(at, _)| at);
    signs.filter_map(|at| address_around(text, at)).collect()
}

fn address_around(text: &[char], at: usize) -> Option<Range<usize>> {
    let before = text.iter().take(at).rev().take_while(|c| is_local(**c)).count();
    let after = text.iter().skip(at + 1).take_while(|c| is_domain(**c)).count();
    let domain: String = text.iter().skip(at + 1).take(after).collect();
    // A full stop that ends the sentence is not the domain's.
    let domain = domain.trim_end_matches(['.', '-']);
    let top = domain.rsplit_once('.').is_some_and(|(name, top)| !name.is_empty() && top.len() >= 2);
    (before > 0 && top).then(|| at - before..at + 1 + domain.len())
}
