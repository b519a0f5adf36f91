//! How an address is said: roads, house numbers, crossings, and so many metres from there.

use crate::dedup::one_script;

/// The text as addresses are compared: one script, half width, letters, digits and hyphens only.
pub(super) fn plain(text: &str) -> String {
    one_script(text).filter(|letter| letter.is_alphanumeric() || *letter == '-').collect()
}

/// A name as it is compared, without hyphens.
pub(super) fn name_key(name: &str) -> String {
    one_script(name).filter(|letter| letter.is_alphanumeric()).collect()
}

/// The name without what stands in brackets, such as the branch of a chain; `None` when there are none.
pub(super) fn without_branch(name: &str) -> Option<String> {
    let plain: String = one_script(name).collect();
    let (before, _) = plain.split_once('(')?;
    Some(name_key(before))
}

/// The house number that `rest` begins with: 123号, 150-16号, 77号附2号, 一百二十号. A number without 号 counts where it
/// ends the text or has a second part.
pub(super) fn house_number(rest: &str) -> Option<(u32, u32)> {
    let (number, rest) = leading_number(rest)?;
    let (annex, rest) = match rest.strip_prefix('-').and_then(leading_number) {
        Some((annex, rest)) => (annex, rest),
        None => (0, rest),
    };
    let named = rest.strip_prefix('号');
    let annex = match named.and_then(|rest| rest.trim_start_matches('院').strip_prefix('附')) {
        Some(more) => leading_number(more).map_or(annex, |(annex, _)| annex),
        None => annex,
    };
    (named.is_some() || rest.is_empty() || annex > 0).then_some((number, annex))
}

/// A number in either script that `text` begins with, and what follows it.
fn leading_number(text: &str) -> Option<(u32, &str)> {
    let end = text.find(|letter: char| !is_numeral(letter)).unwrap_or(text.len());
    let (digits, rest) = text.split_at_checked(end)?;
    let value = digits.parse::<u32>().ok().or_else(|| spoken(digits))?;
    (1..=9_999).contains(&value).then_some((value, rest))
}

fn is_numeral(letter: char) -> bool {
    letter.is_ascii_digit() || "〇零一二三四五六七八九十百千两".contains(letter)
}

/// 一百二十三 as a number; 一二三 as one too.
fn spoken(digits: &str) -> Option<u32> {
    let (mut whole, mut current, mut units) = (0_u32, 0_u32, false);
    for letter in digits.chars() {
        let unit = match letter {
            '十' => Some(10),
            '百' => Some(100),
            '千' => Some(1_000),
            _ => None,
        };
        if let Some(unit) = unit {
            units = true;
            whole = whole.checked_add(current.max(1).checked_mul(unit)?)?;
            current = 0;
            continue;
        }
        let digit = "零一二三四五六七八九".chars().position(|known| known == letter);
        let digit = match letter {
            '〇' => 0,
            '两' => 2,
            _ => u32::try_from(digit?).ok()?,
        };
        current = if units { digit } else { current.checked_mul(10)?.checked_add(digit)? };
    }
    whole.checked_add(current)
}

/// How many metres to the east and north of a crossing, where `rest` says so: 交叉口向南200米路东, 东南角, 北80米.
pub(super) fn offset_meters(rest: &str) -> (f64, f64) {
    const BETWEEN: [&str; 12] =
        ["交叉口", "交汇处", "交口", "路口", "十字", "丁字", "口", "向", "往", "的", "约", "处"];
    let mut rest = rest;
    while let Some(after) = BETWEEN.iter().find_map(|word| rest.strip_prefix(word)) {
        rest = after;
    }
    let Some(((east, north), after)) = direction(rest) else { return (0.0, 0.0) };
    if after.starts_with('角') {
        return (east * 20.0, north * 20.0);
    }
    let after = ["方向", "走", "约", "大约", "侧"]
        .iter()
        .fold(after, |after, word| after.strip_prefix(word).unwrap_or(after));
    match leading_number(after) {
        Some((meters, _)) if meters <= 800 => (east * f64::from(meters), north * f64::from(meters)),
        _ => (0.0, 0.0),
    }
}

/// A direction that `text` begins with, as a step of length one, and what follows it.
fn direction(text: &str) -> Option<((f64, f64), &str)> {
    const DIAGONAL: f64 = std::f64::consts::FRAC_1_SQRT_2;
    const NAMES: [(&str, (f64, f64)); 12] = [
        ("东南", (DIAGONAL, -DIAGONAL)),
        ("东北", (DIAGONAL, DIAGONAL)),
        ("西南", (-DIAGONAL, -DIAGONAL)),
        ("西北", (-DIAGONAL, DIAGONAL)),
        ("南东", (DIAGONAL, -DIAGONAL)),
        ("北东", (DIAGONAL, DIAGONAL)),
        ("南西", (-DIAGONAL, -DIAGONAL)),
        ("北西", (-DIAGONAL, DIAGONAL)),
        ("东", (1.0, 0.0)),
        ("南", (0.0, -1.0)),
        ("西", (-1.0, 0.0)),
        ("北", (0.0, 1.0)),
    ];
    NAMES.iter().find_map(|(name, step)| Some((*step, text.strip_prefix(name)?)))
}

/// Whether two road names with `between` them and `after` behind them name the place where they meet.
pub(super) fn meet(between: &str, after: &str) -> bool {
    match between {
        "与" | "和" | "跟" | "及" | "交" => true,
        "" | "-" => ["交", "口", "路口", "十字", "丁字", "东", "西", "南", "北"]
            .iter()
            .any(|word| after.starts_with(word)),
        _ => false,
    }
}

/// Whether what follows a road's name makes it the name of something else: 大学路街道, 陇海路小区, 大学路北街.
pub(super) fn names_something_else(after: &str) -> bool {
    let street = |text: &str| ["街", "巷", "里弄"].iter().any(|word| text.starts_with(word));
    let turned = after.strip_prefix(['东', '西', '南', '北', '中']).unwrap_or(after);
    ["办事处", "社区"].iter().any(|word| after.starts_with(word)) || street(turned)
}

/// The names of roads an address seems to hold.
pub(super) fn road_names(address: &str) -> Vec<String> {
    const SUFFIXES: [char; 3] = ['路', '街', '巷'];
    const BREAKS: [&str; 12] =
        ["街道", "办事处", "社区", "小区", "交叉口", "交汇处", "附近", "与", "区", "县", "号", "院"];
    const NO_ROAD: [&str; 14] = [
        "铁路",
        "公路",
        "临街",
        "沿街",
        "步行",
        "商业",
        "美食",
        "小吃",
        "一条街",
        "十字",
        "丁字",
        "辅路",
        "支路",
        "金街",
    ];
    let text: String = one_script(address).collect();
    let text = text.replace("市场", "场场").replace('市', "|").replace("场场", "市场");
    // A town's name before the address names no road: 大学路街道陇海路.
    let text = ["街道", "办事处"]
        .iter()
        .fold(text.as_str(), |text, word| text.split_once(word).map_or(text, |(_, after)| after));
    let text = BREAKS.iter().fold(text.to_owned(), |text, word| text.replace(word, "|"));
    let mut names = Vec::new();
    for part in text.split(|letter: char| !('\u{4e00}'..='\u{9fff}').contains(&letter)) {
        let mut name = String::new();
        for letter in part.chars() {
            name.push(letter);
            if SUFFIXES.contains(&letter) || (letter == '道' && name.ends_with("大道")) {
                let length = name.chars().count();
                if (3..=5).contains(&length) && !NO_ROAD.iter().any(|word| name.contains(word)) {
                    names.push(std::mem::take(&mut name));
                } else {
                    name.clear();
                }
            }
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn house_numbers_are_read_in_either_script() {
        for (rest, expected) in [
            ("123号", Some((123, 0))),
            ("12号附近", Some((12, 0))),
            ("150-16号", Some((150, 16))),
            ("249-19", Some((249, 19))),
            ("77号附2号房屋", Some((77, 2))),
            ("一百二十三号", Some((123, 0))),
            ("十二号院", Some((12, 0))),
            ("40", Some((40, 0))),
            ("100米", None),
            ("西100米", None),
            ("", None),
            ("99999号", None),
        ] {
            assert_eq!(house_number(rest), expected, "{rest}");
        }
    }

    #[test]
    fn metres_from_a_crossing_are_read() {
        for (rest, expected) in [
            ("交叉口向南200米路东", (0.0, -200.0)),
            ("南80米", (0.0, -80.0)),
            ("交叉口往西走50米", (-50.0, 0.0)),
            ("交叉口", (0.0, 0.0)),
            ("路口东5000米", (0.0, 0.0)),
        ] {
            assert_eq!(offset_meters(rest), expected, "{rest}");
        }
        let (east, north) = offset_meters("交叉口东南角");
        assert!(east > 10.0 && north < -10.0);
    }

    #[test]
    fn roads_are_found_in_addresses_and_towns_are_none() {
        for (address, expected) in [
            ("丹青路22号", vec!["丹青路"]),
            ("大学路街道陇海路与交通路交叉口向北50路东", vec!["陇海路", "交通路"]),
            ("碧云路赣江路交叉口西南角", vec!["碧云路", "赣江路"]),
            ("登封市中岳大街151号", vec!["中岳大街"]),
            ("大学路街道郑大市场南街4号", vec![]),
            ("亚星·锦绣山河玉福园北门旁", vec![]),
        ] {
            assert_eq!(road_names(address), expected, "{address}");
        }
    }

    #[test]
    fn two_roads_meet_only_when_somebody_says_so() {
        assert!(meet("与", "交叉口"));
        assert!(meet("", "交叉口"));
        assert!(!meet("", "22号"));
        assert!(!meet("到", ""));
        assert!(names_something_else("街道陇海路"));
        assert!(names_something_else("北街12号"));
        assert!(!names_something_else("12号"));
    }
}
