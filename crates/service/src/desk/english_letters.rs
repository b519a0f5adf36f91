//! Chinese as it is typed without a Chinese keyboard: pinyin without tones, and its initials.

use pinyin::{ToPinyin, ToPinyinMulti};

/// Most ways in which one name is read.
const READINGS: usize = 4;

/// A way to read a name: the letters of each of its characters. A letter or digit reads as itself; what is neither is left
/// out.
pub(super) type Reading = Vec<String>;

/// The ways to read a name: the usual one, then those in which one character is read otherwise (重庆: zhongqing, chongqing).
pub(super) fn readings(name: &str) -> Vec<Reading> {
    let letters: Vec<char> = name.chars().filter(|letter| letter.is_alphanumeric()).collect();
    let usual: Reading = letters.iter().map(|letter| read(*letter)).collect();
    let mut readings = vec![usual.clone()];
    for (position, letter) in letters.iter().enumerate() {
        for other in letter.to_pinyin_multi().into_iter().flatten() {
            let other = plain(other.plain());
            let mut reading = usual.clone();
            let Some(slot) = reading.get_mut(position).filter(|slot| **slot != other) else { continue };
            *slot = other;
            if readings.len() < READINGS && !readings.contains(&reading) {
                readings.push(reading);
            }
        }
    }
    readings
}

/// The usual reading of a text in one piece: what somebody types who begins in Chinese and goes on in letters.
pub(super) fn spelt(text: &str) -> String {
    text.chars().filter(|letter| letter.is_alphanumeric()).map(read).collect()
}

/// The first letters of the usual reading.
pub(super) fn initials(text: &str) -> String {
    let letters = text.chars().filter(|letter| letter.is_alphanumeric());
    letters.filter_map(|letter| read(letter).chars().next()).collect()
}

fn read(letter: char) -> String {
    match letter.to_pinyin() {
        Some(pinyin) => plain(pinyin.plain()),
        None => letter.to_lowercase().collect(),
    }
}

/// ü is typed as v.
fn plain(pinyin: &str) -> String {
    pinyin.replace('ü', "v")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_spelt_as_people_type_it() {
        assert_eq!(spelt("二七塔"), "erqita");
        assert_eq!(spelt("绿城广场A座"), "lvchengguangchangazuo");
        assert_eq!(initials("淮河路街道"), "hhljd");
        let read: Vec<String> = readings("重庆路").iter().map(|reading| reading.concat()).collect();
        assert!(
            read.contains(&"zhongqinglu".to_owned()) && read.contains(&"chongqinglu".to_owned()),
            "{read:?}"
        );
    }
}
