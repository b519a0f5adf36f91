//! What other systems call the states of a case.

use crate::case::State;

/// Words for states that a case is taken over in, as 数字城管 systems and 12345 have them.
pub const STATE_WORDS: [(State, &[&str]); 12] = [
    (State::Received, &["上报", "已上报", "登记", "已登记", "待受理", "未受理", "待登记"]),
    (State::Accepted, &["受理", "已受理", "待核实", "待立案"]),
    (State::PreVerifying, &["核实", "核实中"]),
    (State::Opened, &["立案", "已立案", "待派遣", "未派遣", "待派单"]),
    (State::Dispatched, &["派遣", "已派遣", "已派单", "已派发", "已交办", "待签收", "待接收"]),
    (State::Signed, &["处置", "处置中", "处理中", "办理中", "在办", "签收", "已签收", "待处置"]),
    (State::Returned, &["退回", "退单", "已退单", "回退"]),
    (State::Suspended, &["挂账", "挂账中", "缓办", "延缓"]),
    (State::Handled, &["已处置", "已处理", "处置反馈", "已反馈", "待核查"]),
    (State::Inspecting, &["核查", "核查中"]),
    (State::Rework, &["返工", "返工中"]),
    (State::Reopened, &["重新办理", "重办", "二次办理"]),
];

/// Words for states of cases that are over there.
pub const CLOSED_WORDS: [&str; 16] = [
    "结案",
    "已结案",
    "办结",
    "已办结",
    "已完成",
    "强制结案",
    "作废",
    "已作废",
    "不属实",
    "不予受理",
    "不予立案",
    "重复",
    "归档",
    "已归档",
    "回访",
    "已回访",
];

/// What a word for a state comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meant {
    Open(State),
    Over,
    Unknown,
}

/// What the word means here.
pub(super) fn meant(word: &str) -> Meant {
    if let Some((state, _)) = STATE_WORDS.iter().find(|(_, words)| words.contains(&word)) {
        return Meant::Open(*state);
    }
    match State::from_name(word) {
        _ if CLOSED_WORDS.contains(&word) => Meant::Over,
        Some(state) if state.takes_reports() => Meant::Open(state),
        Some(_) => Meant::Over,
        None => Meant::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_open_state_has_a_word_and_no_word_means_two() {
        let open: Vec<State> = State::ALL.into_iter().filter(|state| state.takes_reports()).collect();
        assert_eq!(STATE_WORDS.map(|(state, _)| state).len(), open.len());
        for state in open {
            assert!(
                STATE_WORDS.iter().any(|(known, words)| *known == state && !words.is_empty()),
                "{state:?}"
            );
            assert_eq!(meant(state.name()), Meant::Open(state));
        }
        let words = STATE_WORDS.iter().flat_map(|(_, words)| words.iter()).chain(&CLOSED_WORDS);
        let mut words: Vec<&str> = words.copied().collect();
        let count = words.len();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), count);
        for word in CLOSED_WORDS {
            assert_eq!(meant(word), Meant::Over, "{word}");
        }
        assert_eq!(meant("archived"), Meant::Over);
        assert_eq!(meant("不知道"), Meant::Unknown);
    }
}
