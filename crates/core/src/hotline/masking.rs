//! Telephone and identity numbers in texts, hidden from whoever has no right to them.

/// The shape of a number that is hidden: letters at its beginning and end that stay.
const KEPT: (usize, usize) = (3, 4);
/// Fewest digits in a row that are taken for a telephone number.
const PHONE: usize = 7;
/// Digits of an identity number; the last may be an X.
const IDENTITY: usize = 18;

/// A telephone number with its middle hidden, as 139****1234.
pub fn masked_phone(phone: &str) -> String {
    let letters: Vec<char> = phone.chars().collect();
    let (first, last) = KEPT;
    if letters.len() < first + last + 1 {
        return "*".repeat(letters.len());
    }
    let hidden = letters.len() - first - last;
    let begin: String = letters.iter().take(first).collect();
    let end: String = letters.iter().skip(first + hidden).collect();
    format!("{begin}{}{end}", "*".repeat(hidden))
}

/// The text with every number that may be a telephone's or a person's hidden: mobile numbers of 11 digits that begin
/// with 1, numbers of 7 or more digits behind 电话 and its like, landlines with an area code, and 18-digit identity
/// numbers, in half or full width and with blanks or hyphens between. Other numbers stay: a case number or a sum is no
/// secret.
pub fn scrubbed(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut told = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(letter) = letters.get(at).copied() {
        let run = Run::at(&letters, at);
        if run.end > at && !before(&letters, at).is_some_and(|it| it.is_ascii_alphanumeric()) {
            let behind: String = letters.get(at.saturating_sub(6)..at).unwrap_or_default().iter().collect();
            if run.is_secret(&behind) {
                told.push_str(&masked_phone(&run.digits));
            } else {
                told.extend(letters.get(at..run.end).unwrap_or_default());
            }
            at = run.end;
        } else {
            told.push(letter);
            at += 1;
        }
    }
    told
}

/// Digits that stand together, but for blanks and hyphens between them.
struct Run {
    digits: String,
    end: usize,
}

impl Run {
    fn at(letters: &[char], from: usize) -> Self {
        let (mut digits, mut end, mut at) = (String::new(), from, from);
        while let Some(letter) = letters.get(at).copied() {
            let plain = half_width(letter);
            let last_of_identity = digits.len() == IDENTITY - 1 && matches!(plain, 'x' | 'X');
            if plain.is_ascii_digit() || last_of_identity {
                digits.push(plain);
                end = at + 1;
            } else if !(matches!(plain, ' ' | '-' | '－' | '—') && end > from && at == end) {
                break;
            }
            at += 1;
        }
        Self { digits, end }
    }

    fn is_secret(&self, behind: &str) -> bool {
        let digits = self.digits.as_str();
        let mobile = |text: &str| text.len() == 11 && text.starts_with('1') && !text.starts_with("10");
        let with_country = digits.strip_prefix("86").is_some_and(mobile);
        let landline = digits.starts_with('0') && (10..=12).contains(&digits.len());
        let named = ["电话", "手机", "号码", "微信", "联系", "致电", "拨打", "身份证"];
        let said = digits.len() >= PHONE && named.iter().any(|word| behind.contains(word));
        mobile(digits) || with_country || landline || digits.len() == IDENTITY || said
    }
}

fn before(letters: &[char], at: usize) -> Option<char> {
    letters.get(at.checked_sub(1)?).copied()
}

fn half_width(letter: char) -> char {
    match letter {
        '０'..='９' => {
            char::from_u32(u32::from(letter) - u32::from('０') + u32::from('0')).unwrap_or(letter)
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_people_are_hidden_and_others_are_not() {
        for (text, told) in [
            ("请打13900001234，谢谢", "请打139****1234，谢谢"),
            ("手机 139 0000 1234", "手机 139****1234"),
            ("手机139-0000-1234。", "手机139****1234。"),
            ("１３９００００１２３４", "139****1234"),
            ("+8613900001234", "+861******1234"),
            ("身份证41010319800101123X号", "身份证410***********123X号"),
            ("0371-66931196", "037*****1196"),
            ("联系电话66931196", "联系电话669*1196"),
            ("案件410103001-20261127-00012", "案件410103001-20261127-00012"),
            ("大学路77号3单元", "大学路77号3单元"),
            ("2026年11月27日", "2026年11月27日"),
            ("罚款1200元", "罚款1200元"),
            ("编号AB13900001234", "编号AB13900001234"),
        ] {
            assert_eq!(scrubbed(text), told);
        }
    }

    #[test]
    fn a_short_number_is_hidden_as_a_whole() {
        assert_eq!(masked_phone("12345"), "*****");
        assert_eq!(masked_phone(""), "");
        assert_eq!(masked_phone("66931196"), "669*1196");
    }
}
