//! Words without the numbers and addresses by which a person is found.
//!
//! What is taken out: mobiles and landlines with area code, also with blanks or dashes, in full width or Chinese numerals;
//! landlines without it, where a word before says that it is one; identity numbers; e-mail addresses. What stays: every other number, such as those of orders, cases, houses, plates,
//! components, dates and coordinates. Where both cannot be had, a number that looks like a phone is one.

use std::borrow::Cow;
use std::ops::Range;

use serde_json::Value;

use super::digits::{Group, Joint, groups};
use super::email::emails;
use super::identity_number::{is_identity_number, is_old_identity_number};
use super::phone_number::{is_local, is_phone};

const PHONE: &str = "［电话已隐去］";
const IDENTITY_NUMBER: &str = "［身份号码已隐去］";
const EMAIL: &str = "［邮箱已隐去］";

/// Words that say that an identity number follows, and how far before it they may stand.
const NAMES_OF_NUMBERS: [&str; 3] = ["身份证", "证件", "证号"];
const NAMED_WITHIN: usize = 12;
/// Words that say that a phone number follows, and how far before it they may begin.
const NAMES_OF_PHONES: [&str; 8] = ["电话", "座机", "手机", "联系", "致电", "拨打", "来电", "回电"];
const PHONE_NAMED_WITHIN: usize = 6;
/// Fewest digits of what is taken out, and most groups of a number: eighteen digits, one by one.
const LEAST_DIGITS: usize = 7;
const MOST_GROUPS: usize = 19;

/// `text` with a note in the place of each number and address that leads to a person.
pub fn scrub(text: &str) -> Cow<'_, str> {
    let Some(mut shown) = scrubbed_once(text) else { return Cow::Borrowed(text) };
    // What was taken out may have hidden what stood beside it: an address that a phone number was written against. Each
    // time there are fewer digits and addresses left.
    while let Some(again) = scrubbed_once(&shown) {
        shown = again;
    }
    Cow::Owned(shown)
}

/// `None` where nothing is to be taken out.
fn scrubbed_once(text: &str) -> Option<String> {
    let chars: Vec<char> = text.chars().collect();
    let mut found: Vec<(Range<usize>, &str)> = emails(&chars).into_iter().map(|at| (at, EMAIL)).collect();
    let addresses = found.len();
    for (range, kind) in numbers(&chars) {
        let inside = found.iter().take(addresses).any(|(at, _)| at.start < range.end && range.start < at.end);
        if !inside {
            found.push((range, kind));
        }
    }
    if found.is_empty() {
        return None;
    }
    found.sort_by_key(|(range, _)| range.start);
    let mut shown = String::with_capacity(text.len());
    let mut read = 0;
    for (range, kind) in found {
        shown.extend(chars.iter().skip(read).take(range.start.saturating_sub(read)));
        shown.push_str(kind);
        read = range.end.max(read);
    }
    shown.extend(chars.iter().skip(read));
    Some(shown)
}

/// `value` with each of its texts scrubbed, and a number that reads like a phone left out.
pub fn scrub_json(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(scrub(&text).into_owned()),
        Value::Array(items) => Value::Array(items.into_iter().map(scrub_json).collect()),
        Value::Object(fields) => {
            Value::Object(fields.into_iter().map(|(name, value)| (name, scrub_json(value))).collect())
        }
        Value::Number(number) if number.is_u64() && matches!(scrub(&number.to_string()), Cow::Owned(_)) => {
            Value::Null
        }
        other @ (Value::Null | Value::Bool(_) | Value::Number(_)) => other,
    }
}

/// Where numbers of people stand, and of which kind they are; none overlap.
fn numbers(text: &[char]) -> Vec<(Range<usize>, &'static str)> {
    let groups = groups(text);
    if groups.iter().map(|group| group.digits.len()).sum::<usize>() < LEAST_DIGITS {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut first = 0;
    while let Some(rest) = groups.get(first..).filter(|rest| !rest.is_empty()) {
        match number_at_start(text, rest) {
            Some((taken, end, kind)) => {
                let begins = rest.first().map_or(0, |group| group.begins);
                found.push((begins..end, kind));
                first += taken;
            }
            None => first += 1,
        }
    }
    found
}

/// The longest number that begins with the first of `groups`: how many groups it takes, where it ends, its kind.
fn number_at_start(text: &[char], groups: &[Group]) -> Option<(usize, usize, &'static str)> {
    let joined = groups.iter().skip(1).take_while(|group| group.joined != Joint::Apart).count() + 1;
    let begins = groups.first()?.begins;
    let named = Named {
        identity: stands_before(text, begins, &NAMES_OF_NUMBERS, NAMED_WITHIN),
        phone: stands_before(text, begins, &NAMES_OF_PHONES, PHONE_NAMED_WITHIN),
    };
    (1..=joined.min(MOST_GROUPS)).rev().find_map(|taken| {
        let these = groups.get(..taken)?;
        let ends = these.last()?.ends;
        let (ends, kind) = kind_of(text, these, ends, named)?;
        (!is_inside_a_word(text, begins, ends)).then_some((taken, ends, kind))
    })
}

/// What words before a number say that it is.
#[derive(Debug, Clone, Copy)]
struct Named {
    identity: bool,
    phone: bool,
}

fn kind_of(text: &[char], groups: &[Group], ends: usize, named: Named) -> Option<(usize, &'static str)> {
    let digits: Vec<u8> = groups.iter().flat_map(|group| group.digits.iter().copied()).collect();
    let dotted = groups.iter().skip(1).any(|group| group.joined == Joint::Dot);
    if let ([body @ .., check], 18, false) = (digits.as_slice(), digits.len(), dotted)
        && is_identity_number(body, *check, named.identity)
    {
        return Some((ends, IDENTITY_NUMBER));
    }
    if digits.len() == 17 && !dotted {
        let blanks = text.iter().skip(ends).take_while(|c| **c == ' ' || **c == '-').count();
        let check = text.get(ends + blanks).is_some_and(|c| matches!(c, 'X' | 'x' | 'Ｘ' | 'ｘ' | '×'));
        if blanks <= 1 && check && is_identity_number(&digits, 10, named.identity) {
            return Some((ends + blanks + 1, IDENTITY_NUMBER));
        }
    }
    if !dotted && is_old_identity_number(&digits, named.identity) {
        return Some((ends, IDENTITY_NUMBER));
    }
    (is_phone(groups) || named.phone && is_local(groups)).then_some((ends, PHONE))
}

/// Whether one of `names` is among the characters before `begins`.
fn stands_before(text: &[char], begins: usize, names: &[&str], within: usize) -> bool {
    let before: String = text.iter().take(begins).skip(begins.saturating_sub(within)).collect();
    names.iter().any(|name| before.contains(name))
}

/// Letters on both sides: a part of a hash, a code or an id.
fn is_inside_a_word(text: &[char], begins: usize, ends: usize) -> bool {
    let before = begins.checked_sub(1).and_then(|at| text.get(at));
    let (letter_before, letter_after) = (
        before.is_some_and(char::is_ascii_alphabetic),
        text.get(ends).is_some_and(char::is_ascii_alphabetic),
    );
    // The groups of a UUID are joined by dashes, with letters among them.
    let in_uuid = |range: Range<usize>| {
        let around: String = text.get(range).unwrap_or_default().iter().collect();
        uuid::Uuid::try_parse(&around).is_ok()
    };
    let uuid_around =
        || (begins.saturating_sub(35)..=begins).any(|start| start + 36 >= ends && in_uuid(start..start + 36));
    letter_before && letter_after || uuid_around()
}
