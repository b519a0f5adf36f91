//! How people change a text when they send it again.

use rand::Rng;
use rand::rngs::SmallRng;

/// A way of changing a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edit {
    /// Every tenth character replaced, on average.
    Letters,
    Sentences,
    Numerals,
    Greeting,
    /// All of them.
    All,
}

pub const EDITS: [(&str, Edit); 5] = [
    ("10 % of the characters changed", Edit::Letters),
    ("sentences reordered", Edit::Sentences),
    ("numbers in the other script", Edit::Numerals),
    ("a greeting before it", Edit::Greeting),
    ("all of these at once", Edit::All),
];

/// Characters that stand in for others.
const COMMON: &str = "的是在有和不了人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经";

/// `text` changed in one way.
pub fn edited(text: &str, edit: Edit, chance: &mut SmallRng) -> String {
    match edit {
        Edit::Letters => letters(text, chance),
        Edit::Sentences => sentences(text, chance),
        Edit::Numerals => numerals(text),
        Edit::Greeting => format!("尊敬的领导，您好！{text}"),
        Edit::All => format!("您好，{}", letters(&sentences(&numerals(text), chance), chance)),
    }
}

fn letters(text: &str, chance: &mut SmallRng) -> String {
    let common: Vec<char> = COMMON.chars().collect();
    let change = |letter: char, chance: &mut SmallRng| {
        if chance.random_range(0..10) == 0 { common[chance.random_range(0..common.len())] } else { letter }
    };
    text.chars().map(|letter| change(letter, chance)).collect()
}

fn sentences(text: &str, chance: &mut SmallRng) -> String {
    let mut parts: Vec<&str> = text.split_inclusive(['。', '！', '？', '；', '，', '\n']).collect();
    for last in (1..parts.len()).rev() {
        parts.swap(last, chance.random_range(0..=last));
    }
    parts.concat()
}

fn numerals(text: &str) -> String {
    const BOTH: [(char, char); 10] = [
        ('0', '零'),
        ('1', '一'),
        ('2', '二'),
        ('3', '三'),
        ('4', '四'),
        ('5', '五'),
        ('6', '六'),
        ('7', '七'),
        ('8', '八'),
        ('9', '九'),
    ];
    let other = |letter: char| {
        let pair = BOTH.iter().find(|(digit, numeral)| letter == *digit || letter == *numeral);
        pair.map_or(letter, |(digit, numeral)| if letter == *digit { *numeral } else { *digit })
    };
    text.chars().map(other).collect()
}
