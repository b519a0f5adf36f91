//! Words that ask for something rather than tell of a problem.

use crate::report::TrackingCode;

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// 进度, 查询: how the own reports stand.
    Progress,
    /// How the report with this code stands.
    Show(TrackingCode),
    /// Asks after a code that cannot be one.
    ShowUnknown,
    /// 取消: the draft is given up.
    Cancel,
    /// 撤回 and a code: a report that was sent is taken back.
    Withdraw(Option<TrackingCode>),
    /// 帮助
    Help,
    /// 报料: what to do to report.
    Report,
    /// A number, as the answer to a choice.
    Number(u32),
    /// 这里: the problem is where the person is.
    Here,
}

impl Command {
    /// The command that `text` is; `None` for words.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        let plain = plain(text);
        let known = match plain.as_str() {
            "进度" | "查询" | "查进度" | "查询进度" | "我的报料" | "我的" | "progress" => {
                Self::Progress
            }
            "取消" | "放弃" | "重来" | "重新开始" | "不报了" | "cancel" => Self::Cancel,
            "撤回" | "撤销" => Self::Withdraw(None),
            "帮助" | "怎么用" | "菜单" | "?" | "help" => Self::Help,
            "报料" | "我要报料" | "举报" | "投诉" | "report" => Self::Report,
            "这里" | "就在这里" | "就是这里" | "当前位置" => Self::Here,
            "提交" | "确认" | "确定" | "是" | "好" | "好的" | "ok" => Self::Number(1),
            "都不是" | "不是" => Self::Number(0),
            _ => return Self::with_code(&plain).or_else(|| number(&plain).map(Self::Number)),
        };
        Some(known)
    }

    /// The command of a menu's button.
    #[must_use]
    pub fn of_button(key: &str) -> Option<Self> {
        Self::of(key).filter(|command| !matches!(command, Self::Number(_) | Self::Here))
    }

    fn with_code(plain: &str) -> Option<Self> {
        let after = |names: &[&str]| names.iter().find_map(|name| plain.strip_prefix(name));
        if let Some(rest) = after(&["撤回", "撤销"]) {
            // 撤回 with words behind it that are no code tells of something else.
            return TrackingCode::parse(rest).ok().map(|code| Self::Withdraw(Some(code)));
        }
        if let Ok(code) = TrackingCode::parse(plain) {
            return Some(Self::Show(code));
        }
        let rest = after(&["查询", "进度", "查进度"])?;
        let letters = rest.chars().filter(char::is_ascii_alphanumeric).count();
        match TrackingCode::parse(rest) {
            Ok(code) => Some(Self::Show(code)),
            // Twelve letters or nearly so were meant as a code.
            Err(_) if (10..=14).contains(&letters) => Some(Self::ShowUnknown),
            Err(_) => None,
        }
    }
}

/// Half width, small letters, without blanks around and marks at the end.
fn plain(text: &str) -> String {
    let half = text.chars().map(|c| match c {
        '！'..='～' => char::from_u32(u32::from(c) - u32::from('！') + u32::from('!')).unwrap_or(c),
        '\u{3000}' => ' ',
        other => other,
    });
    let half: String = half.collect::<String>().to_lowercase();
    let half = half.trim();
    let marks =
        |c: char| c.is_whitespace() || matches!(c, '.' | ',' | '!' | '。' | '、' | ';' | '"' | '“' | '”');
    if half == "?" { half.to_owned() } else { half.trim_matches(marks).to_owned() }
}

fn number(plain: &str) -> Option<u32> {
    let digits = plain.strip_prefix('第').unwrap_or(plain).trim_end_matches(['个', '号', ')']);
    match digits {
        "零" => Some(0),
        "一" => Some(1),
        "二" => Some(2),
        "三" => Some(3),
        _ if digits.len() <= 2 && digits.bytes().all(|b| b.is_ascii_digit()) => digits.parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_known_in_every_spelling_and_words_are_none() {
        let code = TrackingCode::from_random([7; 7]);
        let grouped = code.grouped();
        for (text, command) in [
            ("进度", Some(Command::Progress)),
            (" 查询。", Some(Command::Progress)),
            ("取消！", Some(Command::Cancel)),
            ("帮助", Some(Command::Help)),
            ("？", Some(Command::Help)),
            ("HELP", Some(Command::Help)),
            ("１", Some(Command::Number(1))),
            ("2.", Some(Command::Number(2))),
            ("第3个", Some(Command::Number(3))),
            ("都不是", Some(Command::Number(0))),
            ("提交", Some(Command::Number(1))),
            ("撤回", Some(Command::Withdraw(None))),
            ("就在这里", Some(Command::Here)),
            (&grouped, Some(Command::Show(code))),
            (&format!("查询 {}", grouped.to_lowercase()), Some(Command::Show(code))),
            (&format!("撤回{code}"), Some(Command::Withdraw(Some(code)))),
            ("查询 ABCDEFGHJKLM", Some(Command::ShowUnknown)),
            ("进度太慢了，路面的坑还在", None),
            ("取消了站牌的公交站没有清理", None),
            ("路面有 3 个坑", None),
            ("123", None),
            ("", None),
        ] {
            assert_eq!(Command::of(text), command, "{text}");
        }
        assert_eq!(Command::of_button("progress"), Some(Command::Progress));
        assert_eq!(Command::of_button("1"), None);
    }
}
