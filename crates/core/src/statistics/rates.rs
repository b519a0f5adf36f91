//! Rates: one figure as a part of another.

use super::Figures;

/// A rate of domain.md §6.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rate {
    /// 结案率: of what was due, what is closed. Suspended cases are not due.
    Closing,
    /// 按期结案率
    OnTime,
    UrgentClosing,
    UrgentOnTime,
    /// 返工率: of the inspections, those that failed.
    Rework,
    /// 延期率: extensions for each dispatched case.
    Extension,
    /// 派遣率
    Dispatch,
    /// 按时派遣率
    DispatchOnTime,
    /// 漏报率: of what was reported, what only citizens reported.
    Missed,
    /// 核实率: done in time, of those done.
    Verification,
    /// 核查率
    Inspection,
    /// 响应率: accepted in time, of the accepted.
    Response,
    /// 解决率: of the reporters who answered, those who say that it is solved.
    Solved,
    /// 满意率: of the reporters who said how content they are, those who are.
    Satisfied,
    /// 退单率: returns for each dispatched case.
    Returned,
    /// 依法治理率: of what was opened, what enforcement settles.
    Enforcement,
    /// Of that, what was settled without rework.
    EnforcementSound,
}

impl Rate {
    pub const ALL: [Self; 17] = [
        Self::Closing,
        Self::OnTime,
        Self::UrgentClosing,
        Self::UrgentOnTime,
        Self::Rework,
        Self::Extension,
        Self::Dispatch,
        Self::DispatchOnTime,
        Self::Missed,
        Self::Verification,
        Self::Inspection,
        Self::Response,
        Self::Solved,
        Self::Satisfied,
        Self::Returned,
        Self::Enforcement,
        Self::EnforcementSound,
    ];

    /// The name sent.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Closing => "closing",
            Self::OnTime => "onTime",
            Self::UrgentClosing => "urgentClosing",
            Self::UrgentOnTime => "urgentOnTime",
            Self::Rework => "rework",
            Self::Extension => "extension",
            Self::Dispatch => "dispatch",
            Self::DispatchOnTime => "dispatchOnTime",
            Self::Missed => "missed",
            Self::Verification => "verification",
            Self::Inspection => "inspection",
            Self::Response => "response",
            Self::Solved => "solved",
            Self::Satisfied => "satisfied",
            Self::Returned => "returned",
            Self::Enforcement => "enforcement",
            Self::EnforcementSound => "enforcementSound",
        }
    }

    /// The rate with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rate| rate.name() == name)
    }

    /// What people call it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Closing => "结案率",
            Self::OnTime => "按期结案率",
            Self::UrgentClosing => "紧急问题结案率",
            Self::UrgentOnTime => "紧急问题按期结案率",
            Self::Rework => "返工率",
            Self::Extension => "延期率",
            Self::Dispatch => "派遣率",
            Self::DispatchOnTime => "按时派遣率",
            Self::Missed => "漏报率",
            Self::Verification => "核实率",
            Self::Inspection => "核查率",
            Self::Response => "响应率",
            Self::Solved => "解决率",
            Self::Satisfied => "满意率",
            Self::Returned => "退单率",
            Self::Enforcement => "依法治理率",
            Self::EnforcementSound => "执法合格率",
        }
    }

    /// The figure above the line, and the one below it.
    pub const fn parts(self, figures: &Figures) -> (i64, i64) {
        match self {
            Self::Closing => (figures.due_closed, figures.due),
            Self::OnTime => (figures.due_on_time, figures.due),
            Self::UrgentClosing => (figures.urgent_closed, figures.urgent_due),
            Self::UrgentOnTime => (figures.urgent_on_time, figures.urgent_due),
            Self::Rework => (figures.reworked, figures.inspected),
            Self::Extension => (figures.extended, figures.dispatched),
            Self::Dispatch => (figures.dispatched, figures.valid),
            Self::DispatchOnTime => (figures.dispatched_on_time, figures.dispatched),
            Self::Missed => (figures.public_only, figures.received),
            Self::Verification => (figures.verified_on_time, figures.verified),
            Self::Inspection => (figures.inspected_on_time, figures.inspected),
            Self::Response => (figures.accepted_on_time, figures.accepted),
            Self::Solved => (figures.solved, figures.answered),
            Self::Satisfied => (figures.satisfied, figures.rated),
            Self::Returned => (figures.returned, figures.dispatched),
            Self::Enforcement => (figures.enforced, figures.valid),
            Self::EnforcementSound => (figures.enforced_soundly, figures.enforced),
        }
    }

    /// The rate, to four decimals; `None` where there is nothing to be a part of.
    pub fn of(self, figures: &Figures) -> Option<f64> {
        let (part, whole) = self.parts(figures);
        // Whole parts of ten thousand are exact; a count beyond that of the earth's people does not occur.
        let parts = (part.checked_mul(20_000)? + whole).checked_div(whole.checked_mul(2)?)?;
        Some(f64::from(i32::try_from(parts).ok()?) / 10_000.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_rates_come_out_of_their_figures() {
        // 天门 in December 2016: 972 were due, 911 closed, 737 of them in time.
        let tianmen = Figures { due: 972, due_closed: 911, due_on_time: 737, ..Figures::default() };
        assert_eq!(Rate::Closing.of(&tianmen), Some(0.9372));
        assert_eq!(Rate::OnTime.of(&tianmen), Some(0.7582));
        assert_eq!(Rate::UrgentClosing.of(&tianmen), None, "nothing was due");
        let all = Figures { due: 3, due_closed: 3, ..Figures::default() };
        assert_eq!((Rate::Closing.of(&all), Rate::OnTime.of(&all)), (Some(1.0), Some(0.0)));
    }

    #[test]
    fn each_rate_has_a_name_of_its_own() {
        let names: std::collections::HashSet<_> = Rate::ALL.into_iter().map(Rate::name).collect();
        assert_eq!(names.len(), Rate::ALL.len());
    }
}
