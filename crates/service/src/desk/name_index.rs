//! Names by any part of them, in Chinese, pinyin or initials: of 10⁵ names only those that are shown are looked at.
//!
//! Each name is kept under every end of it that begins with a character (二七塔, 七塔, 塔; erqita, qita, ta; eqt, qt, t), in
//! sorted order, so that what contains a text is a range. For the shortest texts, whose ranges are long, the best names are
//! chosen when the index is built.

use std::collections::HashMap;

use super::english_letters::{readings, spelt};

/// Most names that are found at once.
pub const SHOWN: usize = 20;
/// Texts of so many letters or fewer have their names chosen beforehand.
const SHORT: usize = 3;
/// Most of a range that is looked through.
const LOOKED_THROUGH: usize = 2_000;

/// What a name is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NameKind {
    Category,
    Landmark,
    Road,
    Town,
    Shop,
}

/// A name that can be typed.
#[derive(Debug, Clone, PartialEq)]
pub struct Name {
    pub name: String,
    /// Other words that it is looked for by.
    pub also: Vec<String>,
    pub kind: NameKind,
    /// Slug of a category, code of a town.
    pub code: Option<String>,
    /// Longitude and latitude, WGS-84.
    pub point: Option<(f64, f64)>,
    pub address: Option<String>,
}

/// Names, ready to be found.
#[derive(Debug, Default)]
pub struct NameIndex {
    names: Vec<Name>,
    ends: Ends,
}

/// A way in which a name is written, and where the ends of it begin.
#[derive(Debug, Default)]
struct Ends {
    /// The ways, each with its name.
    ways: Vec<(String, u32)>,
    /// Way and offset, sorted by the text that begins there.
    sorted: Vec<(u32, u16)>,
    short: HashMap<String, Vec<u32>>,
}

/// How well a name fits: what begins with the text before what contains it, short names before long ones.
type Rank = (u8, usize, NameKind, u32);

impl NameIndex {
    /// Builds the index.
    pub fn new(names: Vec<Name>) -> Self {
        let mut ways = Vec::new();
        let mut begins: Vec<(u32, u16)> = Vec::new();
        let mut add = |text: String, offsets: Vec<usize>, name: u32| {
            let Ok(way) = u32::try_from(ways.len()) else { return };
            begins.extend(offsets.iter().filter_map(|at| Some((way, u16::try_from(*at).ok()?))));
            ways.push((text, name));
        };
        for (position, name) in names.iter().enumerate() {
            let Ok(position) = u32::try_from(position) else { break };
            for spelling in std::iter::once(&name.name).chain(&name.also) {
                let written = key(spelling);
                let offsets = written.char_indices().map(|(at, _)| at).collect();
                add(written, offsets, position);
                let readings = readings(spelling);
                let usual = readings.first().into_iter().flatten();
                let first: String = usual.filter_map(|letters| letters.chars().next()).collect();
                let offsets = first.char_indices().map(|(at, _)| at).collect();
                add(first, offsets, position);
                for reading in readings {
                    let ends = reading.iter().scan(0, |end, letters| {
                        *end += letters.len();
                        Some(*end)
                    });
                    let offsets = [0].into_iter().chain(ends).take(reading.len()).collect();
                    add(reading.concat(), offsets, position);
                }
            }
        }
        let mut ends = Ends { ways, sorted: begins, short: HashMap::new() };
        let mut sorted = std::mem::take(&mut ends.sorted);
        sorted.sort_unstable_by(|a, b| ends.text(*a).cmp(ends.text(*b)));
        ends.sorted = sorted;
        let mut index = Self { names, ends };
        index.ends.short = index.chosen();
        index
    }

    /// The names that contain `typed`, the best first: at most [`SHOWN`].
    pub fn find(&self, typed: &str) -> Vec<&Name> {
        let typed = key(typed);
        if typed.is_empty() {
            return Vec::new();
        }
        let mut found = self.of(&typed);
        // 二七ta: begun in Chinese, gone on in letters.
        if found.is_empty() && typed.chars().any(|it| it.is_ascii_alphabetic()) && !typed.is_ascii() {
            found = self.of(&spelt(&typed));
        }
        found.into_iter().filter_map(|name| self.names.get(usize::try_from(name).ok()?)).collect()
    }

    pub fn len(&self) -> usize {
        self.names.len()
    }

    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    fn of(&self, typed: &str) -> Vec<u32> {
        if typed.chars().count() <= SHORT {
            return self.ends.short.get(typed).cloned().unwrap_or_default();
        }
        let first = self.ends.sorted.partition_point(|end| self.ends.text(*end) < typed);
        let range = self.ends.sorted.get(first..).unwrap_or_default().iter();
        let within = range.take_while(|end| self.ends.text(**end).starts_with(typed)).take(LOOKED_THROUGH);
        best(within.filter_map(|end| self.rank(*end, typed.len())).collect())
    }

    fn rank(&self, (way, at): (u32, u16), typed: usize) -> Option<Rank> {
        let (text, name) = self.ends.ways.get(usize::try_from(way).ok()?)?;
        let known = self.names.get(usize::try_from(*name).ok()?)?;
        let place = match at {
            0 if text.len() == typed => 0,
            0 => 1,
            _ => 2,
        };
        Some((place, text.len(), known.kind, *name))
    }

    /// The best names of every short text that something begins with.
    fn chosen(&self) -> HashMap<String, Vec<u32>> {
        let mut ranked: HashMap<String, Vec<Rank>> = HashMap::new();
        for end in &self.ends.sorted {
            let text = self.ends.text(*end);
            for (at, letter) in text.char_indices().take(SHORT) {
                let Some(typed) = text.get(..at + letter.len_utf8()) else { continue };
                let Some(rank) = self.rank(*end, typed.len()) else { continue };
                let ranks = match ranked.get_mut(typed) {
                    Some(ranks) => ranks,
                    None => ranked.entry(typed.to_owned()).or_default(),
                };
                ranks.push(rank);
                // So that building takes no more than it must.
                if ranks.len() > 64 * SHOWN {
                    ranks.sort_unstable();
                    ranks.dedup_by_key(|rank| rank.3);
                    ranks.truncate(2 * SHOWN);
                }
            }
        }
        ranked.into_iter().map(|(typed, ranks)| (typed, best(ranks))).collect()
    }
}

impl Ends {
    fn text(&self, (way, at): (u32, u16)) -> &str {
        let text = usize::try_from(way).ok().and_then(|way| self.ways.get(way));
        text.and_then(|(text, _)| text.get(usize::from(at)..)).unwrap_or_default()
    }
}

/// The best ones, each name once.
fn best(mut ranks: Vec<Rank>) -> Vec<u32> {
    ranks.sort_unstable();
    let mut names: Vec<u32> = Vec::with_capacity(SHOWN);
    for (_, _, _, name) in ranks {
        if names.len() < SHOWN && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// A name as it is compared: letters and digits in lower case and half width.
fn key(text: &str) -> String {
    let half = |letter: char| match letter {
        '！'..='～' => {
            char::from_u32(u32::from(letter) - u32::from('！') + u32::from('!')).unwrap_or(letter)
        }
        other => other,
    };
    text.chars().map(half).filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(name: &str, kind: NameKind) -> Name {
        Name { name: name.to_owned(), also: Vec::new(), kind, code: None, point: None, address: None }
    }

    fn index() -> NameIndex {
        NameIndex::new(vec![
            name("二七塔", NameKind::Landmark),
            name("二七广场", NameKind::Landmark),
            name("大学路", NameKind::Road),
            name("郑州大学第一附属医院", NameKind::Landmark),
            name("重庆路", NameKind::Road),
            name("KFC二七店", NameKind::Shop),
            name("路面破损", NameKind::Category),
        ])
    }

    fn found(typed: &str) -> Vec<String> {
        index().find(typed).into_iter().map(|it| it.name.clone()).collect()
    }

    #[test]
    fn a_name_is_found_by_any_part_of_it_in_characters_pinyin_or_initials() {
        for (typed, first) in [
            ("二七", "二七塔"),
            ("塔", "二七塔"),
            ("erqit", "二七塔"),
            ("ERQI ta", "二七塔"),
            ("eqt", "二七塔"),
            ("eq", "二七塔"),
            ("二七gu", "二七广场"),
            ("daxuelu", "大学路"),
            ("dxl", "大学路"),
            ("daxue", "大学路"),
            ("fushuyi", "郑州大学第一附属医院"),
            ("chongqing", "重庆路"),
            ("zhongqing", "重庆路"),
            ("kfc", "KFC二七店"),
            ("ｋｆｃ", "KFC二七店"),
            ("lmps", "路面破损"),
        ] {
            assert_eq!(found(typed).first().map(String::as_str), Some(first), "{typed}: {:?}", found(typed));
        }
        assert_eq!(found("大学"), ["大学路", "郑州大学第一附属医院"], "what begins with it comes first");
        for nothing in ["", "  ", "xyzw", "塔二七", "!!"] {
            assert_eq!(found(nothing), Vec::<String>::new(), "{nothing}");
        }
    }

    #[test]
    fn of_very_many_names_each_is_shown_once_and_no_more_than_fit() {
        let many = (0..30_000).map(|n| name(&format!("大学路第{n}号商铺"), NameKind::Shop)).collect();
        let index = NameIndex::new(many);
        for typed in ["大", "大学路", "dxl", "daxuelu", "大学路第2999"] {
            let found = index.find(typed);
            assert!((1..=SHOWN).contains(&found.len()), "{typed}");
            let mut names: Vec<&str> = found.iter().map(|it| it.name.as_str()).collect();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), found.len(), "{typed}");
        }
        assert_eq!(index.find("大学路第29999")[0].name, "大学路第29999号商铺");
    }
}
