//! Digits as people write them, in groups.

/// Most characters between two groups of one number, such as `) ` or ` - `.
const GAP: usize = 3;

/// Digits that stand together, all of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Group {
    pub digits: Vec<u8>,
    /// Positions of its first character and behind its last one.
    pub begins: usize,
    pub ends: usize,
    /// How the group before it is joined to it.
    pub joined: Joint,
}

/// What stands between a group and the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Joint {
    /// Something that no number has inside, or nothing before.
    Apart,
    /// Blanks, dashes, brackets, or a change from one kind of digit to another.
    Together,
    /// One full stop: a decimal point, unless the groups are those of a phone.
    Dot,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Script {
    Latin,
    Wide,
    Chinese,
}

/// The value of a digit: of ASCII, of full width, or a Chinese numeral, plain or of the kind that is not easily changed.
fn digit(c: char) -> Option<(u8, Script)> {
    let chinese = |value| Some((value, Script::Chinese));
    match c {
        '0'..='9' => c.to_digit(10).and_then(|value| u8::try_from(value).ok()).map(|it| (it, Script::Latin)),
        '０'..='９' => {
            let value = u32::from(c) - u32::from('０');
            u8::try_from(value).ok().map(|it| (it, Script::Wide))
        }
        '〇' | '零' | '○' => chinese(0),
        '一' | '壹' | '幺' => chinese(1),
        '二' | '贰' | '貳' => chinese(2),
        '三' | '叁' | '參' => chinese(3),
        '四' | '肆' => chinese(4),
        '五' | '伍' => chinese(5),
        '六' | '陆' | '陸' => chinese(6),
        '七' | '柒' => chinese(7),
        '八' | '捌' => chinese(8),
        '九' | '玖' => chinese(9),
        _ => None,
    }
}

/// What is not seen, so that digits on both sides stand together.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}')
}

fn is_between(c: char) -> bool {
    c.is_whitespace() && c != '\n' || "-‐‑‒–—―－_＿~·・•()（）[]【】".contains(c)
}

/// The groups of digits in `text`, in their order.
pub(super) fn groups(text: &[char]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut script = None;
    let mut between: Vec<char> = Vec::new();
    for (position, c) in text.iter().copied().enumerate() {
        let Some((value, kind)) = digit(c) else {
            if !is_unseen(c) {
                between.push(c);
            }
            continue;
        };
        match groups.last_mut() {
            Some(last) if between.is_empty() && script == Some(kind) => {
                last.digits.push(value);
                last.ends = position + 1;
            }
            _ => {
                let joined = joint(groups.is_empty(), &between);
                groups.push(Group { digits: vec![value], begins: position, ends: position + 1, joined });
            }
        }
        script = Some(kind);
        between.clear();
    }
    groups
}

fn joint(first: bool, between: &[char]) -> Joint {
    if first {
        return Joint::Apart;
    }
    match between {
        ['.' | '．' | '。'] => Joint::Dot,
        gap if gap.len() <= GAP && gap.iter().all(|c| is_between(*c)) => Joint::Together,
        _ => Joint::Apart,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(String, Joint)> {
        let text: Vec<char> = text.chars().collect();
        let digits = |group: &Group| group.digits.iter().map(|digit| char::from(b'0' + digit)).collect();
        groups(&text).iter().map(|group| (digits(group), group.joined)).collect()
    }

    #[test]
    fn digits_of_every_script_are_read_in_groups() {
        let group = |digits: &str, joined| (digits.to_owned(), joined);
        assert_eq!(read("138-0000"), [group("138", Joint::Apart), group("0000", Joint::Together)]);
        assert_eq!(read("１３８００"), [group("13800", Joint::Apart)]);
        assert_eq!(read("幺三捌"), [group("138", Joint::Apart)]);
        assert_eq!(read("1\u{200b}38"), [group("138", Joint::Apart)]);
        assert_eq!(read("一38"), [group("1", Joint::Apart), group("38", Joint::Together)]);
        assert_eq!(read("113.63"), [group("113", Joint::Apart), group("63", Joint::Dot)]);
        assert_eq!(read("13号8栋"), [group("13", Joint::Apart), group("8", Joint::Apart)]);
        assert_eq!(read("（0371） 66"), [group("0371", Joint::Apart), group("66", Joint::Together)]);
    }
}
