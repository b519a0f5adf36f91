//! Words of staff that everybody may read, without the numbers by which somebody could be called or known.

/// Fewest digits of what may be a phone, identity or card number.
const SHORTEST: usize = 7;
const HIDDEN: &str = "***";

/// `text` with every run of seven or more digits hidden, also where blanks or hyphens part them.
pub fn without_numbers(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut run = String::new();
    let mut digits = 0;
    for character in text.chars() {
        let is_digit = character.is_numeric();
        if is_digit || (digits > 0 && matches!(character, ' ' | '-' | 'x' | 'X')) {
            digits += usize::from(is_digit);
            run.push(character);
        } else {
            end_run(&mut shown, &run, digits);
            (run, digits) = (String::new(), 0);
            shown.push(character);
        }
    }
    end_run(&mut shown, &run, digits);
    shown
}

/// Writes a run of digits, or what stands for it, and what parted it from the next word.
fn end_run(shown: &mut String, run: &str, digits: usize) {
    let number = run.trim_end_matches([' ', '-']);
    shown.push_str(if digits >= SHORTEST { HIDDEN } else { number });
    shown.push_str(run.get(number.len()..).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_by_which_somebody_could_be_called_are_hidden_and_others_stay() {
        for (text, shown) in [
            ("请拨打 13912345678 联系", "请拨打 *** 联系"),
            ("电话139-1234-5678。", "电话***。"),
            ("身份证41010319900101123X 登记", "身份证*** 登记"),
            ("已换 12 块地砖，花费 3500 元", "已换 12 块地砖，花费 3500 元"),
            ("灯杆 A-102 已修", "灯杆 A-102 已修"),
            ("１３９１２３４５６７８", "***"),
            ("", ""),
        ] {
            assert_eq!(without_numbers(text), shown, "{text}");
        }
    }
}
