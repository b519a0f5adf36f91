//! The two generations of code tables, as far as they are public, and how their codes are cut.
//!
//! `codes/*.csv` hold the numbers and names that were found; the full standards are not public, and a number that is
//! missing here may exist there. Local extensions are numbered from 99 downward and belong to a rulebook.

use super::{CaseKind, CodeSystem, StandardCode};

/// From this minor code on a number is a city's own extension: cities number theirs 99, 98, 97 and so on.
pub const LOCAL_FROM: u8 = 78;

const CJT214: &str = include_str!("codes/cjt214_2007.csv");
const GBT30428: &str = include_str!("codes/gbt30428_2013.csv");

/// What is known of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// It stands in the table under this name.
    Standard(&'static str),
    /// It is numbered as a local extension.
    Local,
    /// Four digits, but in no table.
    Unlisted,
    /// Not four digits.
    Malformed,
}

/// Looks `code` up in the table of its own system: 04 and 05 swap between the generations.
pub fn look_up(code: &StandardCode) -> Known {
    let digits = code.code.as_str();
    let minor = digits.get(2..4).and_then(|minor| minor.parse::<u8>().ok());
    let (4, true, Some(minor)) = (digits.len(), digits.bytes().all(|b| b.is_ascii_digit()), minor) else {
        return Known::Malformed;
    };
    if minor >= LOCAL_FROM {
        return Known::Local;
    }
    let found = entries(code.system).find(|entry| entry.kind == code.kind && entry.code == digits);
    found.map_or(Known::Unlisted, |entry| Known::Standard(entry.name))
}

/// The name of a major code, such as 街面秩序 for 04 of GB/T 30428.2-2013 and for 05 of CJ/T 214-2007.
pub fn major_name(code: &StandardCode) -> Option<&'static str> {
    let major = code.code.get(..2)?;
    let names: &[(&str, &str)] = match (code.system, code.kind) {
        (CodeSystem::Cjt214, CaseKind::Event) => &[
            ("01", "市容环境"),
            ("02", "宣传广告"),
            ("03", "施工管理"),
            ("04", "突发事件"),
            ("05", "街面秩序"),
        ],
        (CodeSystem::Gbt30428, CaseKind::Event) => &[
            ("01", "市容环境"),
            ("02", "宣传广告"),
            ("03", "施工管理"),
            ("04", "街面秩序"),
            ("05", "突发事件"),
            ("06", "其他事件"),
        ],
        (CodeSystem::Cjt214, CaseKind::Component) => &[
            ("01", "公用设施"),
            ("02", "道路交通"),
            ("03", "市容环境"),
            ("04", "园林绿化"),
            ("05", "房屋土地"),
            ("06", "其他设施"),
            ("21", "扩展部件"),
        ],
        (CodeSystem::Gbt30428, CaseKind::Component) => &[
            ("01", "公用设施"),
            ("02", "交通设施"),
            ("03", "市容环境设施"),
            ("04", "园林绿化设施"),
            ("05", "其他部件"),
        ],
    };
    names.iter().find(|(known, _)| *known == major).map(|(_, name)| *name)
}

struct Entry {
    kind: CaseKind,
    code: &'static str,
    name: &'static str,
}

fn entries(system: CodeSystem) -> impl Iterator<Item = Entry> {
    let table = match system {
        CodeSystem::Cjt214 => CJT214,
        CodeSystem::Gbt30428 => GBT30428,
    };
    table.lines().skip(1).filter_map(|line| {
        let mut columns = line.split(',');
        let kind = match columns.next()? {
            "component" => CaseKind::Component,
            _ => CaseKind::Event,
        };
        Some(Entry { kind, code: columns.next()?, name: columns.next()? })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(system: CodeSystem, kind: CaseKind, code: &str) -> StandardCode {
        StandardCode { system, kind, code: code.into() }
    }

    #[test]
    fn the_same_number_means_different_things_in_the_two_generations() {
        use CaseKind::{Component, Event};
        use CodeSystem::{Cjt214, Gbt30428};
        for (kind, number, old, new) in [
            (Event, "0405", "热力管道破裂", "店外经营"),
            (Event, "0501", "无照经营游商", "供水管道破裂"),
            (Component, "0114", "无主井盖", "园林井盖"),
            (Component, "0118", "路灯", "化粪池井盖"),
            (Component, "0204", "出租车站牌", "公交站亭（牌）"),
            (Component, "0302", "化粪池", "公厕指示牌"),
        ] {
            assert_eq!(look_up(&code(Cjt214, kind, number)), Known::Standard(old), "{number}");
            assert_eq!(look_up(&code(Gbt30428, kind, number)), Known::Standard(new), "{number}");
        }
        assert_eq!(major_name(&code(Cjt214, Event, "0405")), Some("突发事件"));
        assert_eq!(major_name(&code(Gbt30428, Event, "0405")), Some("街面秩序"));
    }

    #[test]
    fn a_number_is_standard_local_unlisted_or_malformed() {
        let known = |number: &str| look_up(&code(CodeSystem::Gbt30428, CaseKind::Event, number));
        assert_eq!(known("0110"), Known::Standard("暴露生活垃圾"));
        assert_eq!(known("0184"), Known::Local);
        assert_eq!(known("0109"), Known::Unlisted);
        for wrong in ["", "011", "01100", "01a0", "０１１０"] {
            assert_eq!(known(wrong), Known::Malformed, "{wrong}");
        }
    }
}
