//! What a text is about, stripped of how it is written: script, width, numerals, punctuation, place names, politeness.

use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, MatchKind};
use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;

use super::sketch::fnv64;

/// Stands where something was taken out, so that its neighbours do not become one word.
const GAP: char = '|';
/// Stands for any number: a house number must not make two texts alike or unlike.
const NUMBER: char = '#';
/// Texts shorter than this are repeated by chance: 路灯不亮 is what anybody would write.
const TELLING_LETTERS: usize = 8;

/// The rulebook's knowledge of words: different words for the same thing, names of places, polite phrases.
#[derive(Debug, Clone)]
pub struct Vocabulary {
    /// `None` when there is nothing to replace.
    finder: Option<AhoCorasick>,
    replacements: Vec<String>,
}

/// A normalised text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words(Vec<char>);

impl Vocabulary {
    /// `synonyms`: groups of words for one thing, each read as the first of its group. `silent`: names and phrases that
    /// say nothing about the problem. Longer ones win over shorter ones.
    pub fn new<'a>(synonyms: &[Vec<String>], silent: impl Iterator<Item = &'a str>) -> Self {
        let plain = |text: &str| letters(text).into_iter().collect::<String>();
        let same = synonyms.iter().flat_map(|group| {
            let meant = group.first().map(|first| plain(first)).unwrap_or_default();
            group.iter().skip(1).map(move |word| (plain(word), meant.clone()))
        });
        let unsaid = silent.map(|name| (plain(name), GAP.to_string()));
        // One letter is part of too many words.
        let pairs: Vec<(String, String)> =
            same.chain(unsaid).filter(|(word, _)| word.chars().count() > 1).collect();
        let finder = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(pairs.iter().map(|(word, _)| word))
            .ok()
            .filter(|_| !pairs.is_empty());
        Self { finder, replacements: pairs.into_iter().map(|(_, meant)| meant).collect() }
    }

    /// The text as it is compared.
    pub fn read(&self, text: &str) -> Words {
        let plain: String = letters(text).into_iter().collect();
        let meant = match &self.finder {
            Some(finder) => finder.replace_all(&plain, &self.replacements),
            None => plain,
        };
        Words(meant.chars().collect())
    }
}

impl Words {
    /// Pairs of letters that stand side by side.
    pub fn bigrams(&self) -> impl Iterator<Item = (char, char)> {
        self.0.windows(2).filter_map(|pair| match pair {
            [a, b] if *a != GAP && *b != GAP => Some((*a, *b)),
            _ => None,
        })
    }

    /// A hash of the whole text, for exact repeats; `None` for texts too short to tell.
    pub fn whole(&self) -> Option<u64> {
        let letters = self.0.iter().filter(|letter| **letter != GAP);
        (letters.clone().count() >= TELLING_LETTERS).then(|| fnv64(letters.copied()))
    }
}

/// An address as it is compared: letters and digits in one script and width. `None` when it is too short to be the
/// address of one place: the name of a road is not.
pub fn address_key(address: &str) -> Option<u64> {
    let letters: Vec<char> = one_script(address).filter(|letter| letter.is_alphanumeric()).collect();
    (letters.len() > 5).then(|| fnv64(letters.into_iter()))
}

/// The text in simplified script, half width and lower case; nothing is left out.
pub(crate) fn one_script(text: &str) -> impl Iterator<Item = char> {
    simplified(text).chars().map(half_width).flat_map(char::to_lowercase).collect::<Vec<_>>().into_iter()
}

/// Letters only: simplified, half width, lower case, each run of numerals of either script as one sign.
fn letters(text: &str) -> Vec<char> {
    let mut letters = Vec::with_capacity(text.len() / 3);
    for letter in one_script(text) {
        if is_numeral(letter) {
            if letters.last() != Some(&NUMBER) {
                letters.push(NUMBER);
            }
        } else if letter.is_alphanumeric() {
            letters.push(letter);
        }
    }
    letters
}

/// Numerals of both scripts, the formal ones included. 一 in 一直 becomes a number too, in every text alike.
fn is_numeral(letter: char) -> bool {
    letter.is_ascii_digit() || "〇零一二三四五六七八九十百千万两壹贰叁肆伍陆柒捌玖拾佰仟".contains(letter)
}

fn simplified(text: &str) -> String {
    static CONVERTER: OnceLock<Option<OpenCC>> = OnceLock::new();
    // The tables are part of the program; were they broken, texts would be compared as written.
    let converter = CONVERTER.get_or_init(|| OpenCC::from_config(BuiltinConfig::T2s).ok());
    converter.as_ref().map_or_else(|| text.to_owned(), |converter| converter.convert(text))
}

/// Full-width forms (U+FF01 to U+FF5E) are the ASCII letters shifted by 0xFEE0.
fn half_width(letter: char) -> char {
    match u32::from(letter) {
        code @ 0xFF01..=0xFF5E => char::from_u32(code - 0xFEE0).unwrap_or(letter),
        _ => letter,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dedup::Sketch;
    use proptest::prelude::*;

    fn vocabulary() -> Vocabulary {
        let synonyms = [vec!["井盖".to_owned(), "窨井盖".into(), "阴井盖".into()]];
        Vocabulary::new(&synonyms, ["大学路", "航海路", "您好", "请尽快处理"].into_iter())
    }

    fn alike(a: &str, b: &str) -> f64 {
        let vocabulary = vocabulary();
        Sketch::of(&vocabulary.read(a)).similarity(&Sketch::of(&vocabulary.read(b))).unwrap_or(0.0)
    }

    #[test]
    fn script_width_numerals_and_politeness_do_not_matter() {
        for (a, b) in [
            ("航海路１２３号，井盖丢失！", "航海路45号 井盖丢失"),
            ("門口垃圾沒人收，很臭", "门口垃圾没人收很臭"),
            ("已经三天没人来收垃圾", "已经3天没人来收垃圾"),
            ("您好，路灯坏了一个月，请尽快处理", "路灯坏了1个月"),
            ("窨井盖破损严重", "井盖破损严重"),
        ] {
            assert_eq!(alike(a, b), 1.0, "{a} / {b}");
            assert_eq!(
                vocabulary().read(a).0.iter().filter(|c| **c != GAP).collect::<Vec<_>>(),
                vocabulary().read(b).0.iter().filter(|c| **c != GAP).collect::<Vec<_>>()
            );
        }
    }

    #[test]
    fn a_shared_place_name_alone_is_no_likeness() {
        assert_eq!(alike("大学路路灯不亮", "大学路垃圾没人收"), 0.0);
    }

    #[test]
    fn only_texts_that_nobody_repeats_by_chance_are_told_by_their_hash() {
        let read = |text| vocabulary().read(text).whole();
        assert_eq!(read("路灯不亮"), None);
        assert_eq!(read("小区门口的路灯不亮已经三天"), read("小区门口的路灯不亮，已经3天！"));
        assert_ne!(read("小区门口的路灯不亮已经三天"), read("小区门口的路灯很亮已经三天"));
    }

    #[test]
    fn an_address_is_one_however_it_is_written_and_a_road_is_none() {
        assert_eq!(address_key("大学路 48号院"), address_key("大學路４８号院"));
        assert_ne!(address_key("大学路48号院"), address_key("大学路84号院"));
        assert_eq!(address_key("大学路"), None);
    }

    proptest! {
        #[test]
        fn any_text_can_be_read(text in "\\PC{0,80}") {
            let words = vocabulary().read(&text);
            prop_assert_eq!(vocabulary().read(&text), words);
        }
    }
}
