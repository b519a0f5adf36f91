//! What a password must be (OWASP ASVS 5.0, V6.2): long enough, not guessed first, and not the name of its owner. No
//! rule about kinds of characters, for such rules make passwords alike.

use std::sync::LazyLock;

use crate::report::{FieldCode, FieldError};

/// Most characters of a password; a sentence fits, a book does not.
pub const LONGEST: usize = 1_000;
/// Words that stand on every page of the product.
const PRODUCT: [&str; 2] = ["jiekou", "街口"];
/// Shortest name that a password may not contain; shorter ones are in too many words.
const SHORTEST_NAME: usize = 2;

/// Sorted by bytes.
static COMMON: LazyLock<Vec<&str>> = LazyLock::new(|| {
    include_str!("common_passwords.txt").lines().filter(|line| !line.starts_with('#')).collect()
});

/// Why a password is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordFault {
    TooShort {
        least: usize,
    },
    TooLong,
    /// It contains the name of its owner or of the product.
    ContainsName,
    /// It is among the first that anybody tries.
    Common,
    /// It is in a breach that is known.
    Breached,
}

impl PasswordFault {
    /// The fault of the field at `pointer`.
    pub fn at(self, pointer: &str) -> FieldError {
        let (code, detail) = match self {
            Self::TooShort { least } => {
                (FieldCode::TooShort, format!("密码至少 {least} 个字符，可以是一句话"))
            }
            Self::TooLong => (FieldCode::TooLong, format!("密码至多 {LONGEST} 个字符")),
            Self::ContainsName => (FieldCode::NotAllowed, "密码不能包含用户名、姓名或“街口”".to_owned()),
            Self::Common => (FieldCode::NotAllowed, "这个密码太常见，容易被猜到；请换一个".to_owned()),
            Self::Breached => {
                (FieldCode::NotAllowed, "这个密码在已知的泄露数据中出现过；请换一个".to_owned())
            }
        };
        FieldError::new(pointer, code, detail)
    }
}

/// Checks a password that somebody called `names` wants to have, of at least `least` characters.
///
/// # Errors
/// The first of the faults.
pub fn check(password: &str, least: usize, names: &[&str]) -> Result<(), PasswordFault> {
    let length = password.chars().count();
    if length < least {
        return Err(PasswordFault::TooShort { least });
    }
    if length > LONGEST {
        return Err(PasswordFault::TooLong);
    }
    let folded = password.to_lowercase();
    let contains =
        |name: &&str| name.chars().count() >= SHORTEST_NAME && folded.contains(&name.trim().to_lowercase());
    if names.iter().chain(&PRODUCT).any(contains) {
        return Err(PasswordFault::ContainsName);
    }
    if is_common(&folded) { Err(PasswordFault::Common) } else { Ok(()) }
}

/// Whether it is one of the common passwords, or two of them in a row, or the like with a run such as `123456` or `aaaa`:
/// what is common and long is mostly made up so (`password123456`, `qwertyqwerty`).
fn is_common(folded: &str) -> bool {
    let ends = folded.char_indices().map(|(end, _)| end).chain([folded.len()]);
    let mut halves = ends.filter_map(|end| folded.split_at_checked(end));
    halves.any(|(head, tail)| is_piece(head) && is_piece(tail))
}

/// Nothing, a common password, or a run.
fn is_piece(text: &str) -> bool {
    is_run(text) || COMMON.binary_search(&text).is_ok()
}

/// Characters that are all the same, or each follow the one before, upwards or downwards; 0 follows 9.
fn is_run(text: &str) -> bool {
    let codes: Vec<i64> = text.chars().map(|c| i64::from(u32::from(c))).collect();
    let step = |pair: &[i64]| match pair {
        [57, 48] => 1,
        [48, 57] => -1,
        [first, second] => second - first,
        _ => 0,
    };
    let mut steps = codes.windows(2).map(step);
    let first = steps.next().unwrap_or_default();
    first.abs() <= 1 && steps.all(|step| step == first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(password: &str) -> Result<(), PasswordFault> {
        check(password, 12, &["wang-fang", "王芳"])
    }

    #[test]
    fn long_sentences_in_any_script_are_good() {
        for good in [
            "rain over erqi 1923",
            "correcthorsebatterystaple",
            "夏天的雨落在二七塔的屋顶上",
            "k3vV9!qLmZ2x",
            &"夏天的雨落".repeat(LONGEST / 5),
        ] {
            assert_eq!(checked(good), Ok(()), "{good}");
        }
    }

    #[test]
    fn what_is_short_long_named_or_common_is_refused() {
        use PasswordFault::{Common, ContainsName, TooLong, TooShort};
        for (bad, why) in [
            ("", TooShort { least: 12 }),
            ("eleven char", TooShort { least: 12 }),
            ("二七塔的雨", TooShort { least: 12 }),
            (&"长".repeat(LONGEST + 1), TooLong),
            ("Wang-Fang in the rain", ContainsName),
            ("我是王芳我喜欢下雨天的夜晚", ContainsName),
            ("JieKou in the rain", ContainsName),
            ("欢迎来到街口报料平台系统", ContainsName),
            ("Password123456", Common),
            ("qwertyQWERTY", Common),
            ("1qaz2wsx3edc", Common),
            ("aaaaaaaaaaaa", Common),
            ("123456789012", Common),
            ("abcdefghijkl", Common),
            ("098765432109", Common),
            ("dragon987654", Common),
            ("123456123456", Common),
        ] {
            assert_eq!(checked(bad), Err(why), "{bad}");
        }
    }

    #[test]
    fn the_list_is_sorted_and_says_where_it_is_from() {
        assert!(COMMON.len() > 15_000);
        assert!(COMMON.is_sorted());
        assert!(include_str!("common_passwords.txt").starts_with("# The most common"));
    }
}
