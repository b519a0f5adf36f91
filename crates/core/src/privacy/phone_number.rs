//! Phone numbers of people: mobiles, and landlines with their area code. Numbers of the kind 110, 12345, 95598 and 400…
//! are nobody's own.

use super::digits::{Group, Joint};

/// Whether `groups`, taken together, are a phone number.
pub(super) fn is_phone(groups: &[Group]) -> bool {
    let digits: Vec<u8> = groups.iter().flat_map(|group| group.digits.iter().copied()).collect();
    let Some((country, national)) = without_country(&digits, groups) else {
        return false;
    };
    if groups.iter().skip(1).any(|group| group.joined == Joint::Dot) && !is_dotted_phone(groups) {
        return false;
    }
    let written_apart = groups.iter().all(|group| group.digits.len() == 1);
    // `13 15 17 19 21 3` are house numbers: nobody writes a phone in pairs.
    let in_groups = sizes_behind(groups, digits.len() - national.len()).iter().all(|size| *size >= 3);
    (written_apart || in_groups) && (is_mobile(national) || is_landline(national, country))
}

/// Whether `groups` may be a landline without its area code: 7 or 8 digits, in one piece or two, of which the first is 2
/// to 9. Many other numbers look so.
pub(super) fn is_local(groups: &[Group]) -> bool {
    let digits: Vec<u8> = groups.iter().flat_map(|group| group.digits.iter().copied()).collect();
    let dotted = groups.iter().skip(1).any(|group| group.joined == Joint::Dot);
    matches!(digits.as_slice(), [2..=9, ..]) && matches!(digits.len(), 7 | 8) && groups.len() <= 2 && !dotted
}

/// The number without 86, +86 or 0086; what may be neither is refused.
fn without_country<'a>(digits: &'a [u8], groups: &[Group]) -> Option<(bool, &'a [u8])> {
    let own = groups.first().is_some_and(|group| matches!(group.digits.as_slice(), [8, 6] | [0, 0, 8, 6]));
    match digits {
        [0, 0, 8, 6, rest @ ..] => Some((true, rest)),
        [8, 6, rest @ ..] if own || rest.len() == 11 && is_mobile(rest) => Some((true, rest)),
        [0, 1, 3..=9, ..] if digits.len() == 12 && digits.get(1..).is_some_and(is_mobile) => {
            Some((false, digits.get(1..)?))
        }
        all => Some((false, all)),
    }
}

/// The sizes of the groups behind the first `skipped` digits.
fn sizes_behind(groups: &[Group], skipped: usize) -> Vec<usize> {
    let mut left = skipped;
    let behind = groups.iter().map(|group| {
        let inside = left.min(group.digits.len());
        left -= inside;
        group.digits.len() - inside
    });
    behind.filter(|size| *size > 0).collect()
}

/// 138.1234.5678: the one way in which people write phones with full stops.
fn is_dotted_phone(groups: &[Group]) -> bool {
    let sizes: Vec<usize> = groups.iter().map(|group| group.digits.len()).collect();
    let dotted = groups.iter().skip(1).all(|group| group.joined == Joint::Dot);
    dotted
        && matches!(sizes.as_slice(), [3, 4, 4] | [3 | 4, 4, 3 | 4] | [3 | 4, 7 | 8])
        && (sizes.len() == 3 || groups.first().is_some_and(|group| group.digits.first() == Some(&0)))
}

/// Eleven digits from 13 to 19 (工信部《公众移动通信网网号》).
fn is_mobile(digits: &[u8]) -> bool {
    matches!(digits, [1, 3..=9, ..]) && digits.len() == 11
}

/// An area code of 3 digits and 8 more, or one of 4 and 7 or 8; the exchange begins with 2 to 9 (GB/T 15279). Behind the
/// country's code the 0 is left out.
fn is_landline(digits: &[u8], country: bool) -> bool {
    let code = match digits {
        [0, rest @ ..] => rest,
        all if country => all,
        _ => return false,
    };
    match code {
        [1, 0, 2..=9, ..] | [2, _, 2..=9, ..] => code.len() == 10,
        [3..=9, _, _, 2..=9, ..] => matches!(code.len(), 10 | 11),
        _ => false,
    }
}
