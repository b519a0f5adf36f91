//! The figures themselves.

use std::ops::{AddAssign, SubAssign};

use serde::{Deserialize, Serialize};

macro_rules! figures {
    ($($(#[$meaning:meta])* $field:ident $words:literal,)*) => {
        /// How often each thing was counted. Zeros are not written.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
        #[serde(rename_all = "camelCase", default)]
        pub struct Figures {
            $($(#[$meaning])* #[serde(skip_serializing_if = "is_zero")] pub $field: i64,)*
        }

        impl Figures {
            /// Names of the columns that they are stored in, in order.
            pub const COLUMNS: [&str; [$(stringify!($field)),*].len()] = [$(stringify!($field)),*];
            /// What people call them, in the same order.
            pub const WORDS: [&str; Self::COLUMNS.len()] = [$($words),*];

            /// The figures, in the order of their columns.
            pub fn values(&self) -> [i64; Self::COLUMNS.len()] {
                [$(self.$field),*]
            }

            /// Figures from values in the order of their columns.
            pub fn from_values(values: &[i64]) -> Option<Self> {
                let [$($field),*] = *values else { return None };
                Some(Self { $($field),* })
            }
        }

        impl AddAssign for Figures {
            fn add_assign(&mut self, other: Self) {
                $(self.$field += other.$field;)*
            }
        }

        impl SubAssign for Figures {
            fn sub_assign(&mut self, other: Self) {
                $(self.$field -= other.$field;)*
            }
        }
    };
}

figures! {
    /// Reports received, each one, also those that joined a case.
    reports "报料数",
    /// Cases opened by a report that are not merged into another.
    received "上报数",
    /// Cases that turned out to be another one and were merged into it.
    merged "重复数",
    /// Of the received, those that only citizens have found (漏报).
    public_only "仅公众举报数",
    /// Of the received, those of a problem that was here before and had been closed.
    recurred "重复发生数",
    /// Of the received, those at a place where the problem comes back again and again.
    hot_spots "反复发生点位数",
    /// 不予受理, as the case stands.
    rejected "不予受理数",
    /// 作废、不属实, as the case stands.
    voided "作废数",
    /// Accepted for the first time.
    accepted "受理数",
    accepted_on_time "按时受理数",
    /// 核实: somebody looked whether the report is true, and said so.
    verified "核实数",
    verified_on_time "按时核实数",
    /// 立案: found to be a problem, and neither void nor merged since.
    valid "立案数",
    /// Of the valid, those that enforcement has or settled.
    enforced "执法立案数",
    /// Of these, those that are closed without a failed inspection or a reopening.
    enforced_soundly "执法结案合格数",
    /// Given to somebody for the first time.
    dispatched "派遣数",
    dispatched_on_time "按时派遣数",
    /// Handling was reported and the case not reopened since; on the day of the last such report.
    handled "处置数",
    /// 核查: somebody looked whether it is fixed; each time.
    inspected "核查数",
    inspected_on_time "按时核查数",
    /// 返工: the inspection failed.
    reworked "返工数",
    /// Closed, forced ones included, and not reopened since.
    closed "结案数",
    force_closed "强制结案数",
    /// 应结案: the deadline of handling, on the day of that deadline. Suspended, void and merged cases are left out.
    due "应结案数",
    /// Of the due, those that are closed, also late.
    due_closed "应结案中已结案数",
    /// Of the due, those that are closed and were handled in time, or late with an appeal that was allowed.
    due_on_time "按期结案数",
    /// Of the due, those whose handling was late, or is and goes on.
    overdue "超期数",
    /// Of the due, those whose lateness was forgiven.
    exempted "申诉免责数",
    urgent_due "紧急问题应结案数",
    urgent_closed "紧急问题结案数",
    urgent_on_time "紧急问题按期结案数",
    /// Clocks of any kind that ran out and were not exempted, on the day of the deadline.
    breaches "超时环节数",
    /// 退单
    returned "退单数",
    /// 延期
    extended "延期数",
    /// 挂账
    suspended "挂账数",
    /// 重新办理
    reopened "重办数",
    /// 上报上一级, by decision and not by a clock.
    escalated "上报数（升级）",
    /// 督办
    supervised "督办数",
    /// 催办
    hastened "催办数",
    /// Cases that media have published, and that are neither rejected nor void; on the day of the first such report.
    exposed "曝光案件数",
    /// What media have published of them, each time; a part that was split off is not counted again.
    exposures "曝光数",
    /// Reporters who said whether a closed case is solved.
    answered "回访答复数",
    /// Of these, those who said that it is.
    solved "已解决答复数",
    /// Of the answers, those that say how content the reporter is.
    rated "满意度评价数",
    /// Of these, 满意 and 非常满意.
    satisfied "满意评价数",
}

fn is_zero(number: &i64) -> bool {
    *number == 0
}

impl Figures {
    pub fn is_zero(&self) -> bool {
        *self == Self::default()
    }

    /// Where the figure that is sent by this name stands among the columns; `None` for a name of nothing.
    pub fn position(name: &str) -> Option<usize> {
        let column = name.chars().fold(String::new(), |mut column, character| {
            if character.is_ascii_uppercase() {
                column.push('_');
            }
            column.push(character.to_ascii_lowercase());
            column
        });
        Self::COLUMNS.into_iter().position(|it| it == column).filter(|_| !name.contains('_'))
    }

    /// The figure that is sent by this name.
    pub fn named(&self, name: &str) -> Option<i64> {
        self.values().get(Self::position(name)?).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_written_by_name_and_without_zeros() {
        let figures = Figures { accepted_on_time: 2, ..Figures::default() };
        let written = serde_json::to_string(&figures).unwrap();
        assert_eq!(written, r#"{"acceptedOnTime":2}"#);
        assert_eq!(serde_json::from_str::<Figures>(&written).unwrap(), figures);
        assert_eq!(Figures::from_values(&figures.values()), Some(figures));
        assert_eq!(Figures::from_values(&[1]), None);
        assert_eq!((figures.named("acceptedOnTime"), figures.named("due")), (Some(2), Some(0)));
        assert_eq!((figures.named("accepted_on_time"), figures.named("lateness")), (None, None));
        let words: std::collections::HashSet<_> = Figures::WORDS.into_iter().collect();
        assert_eq!(words.len(), Figures::COLUMNS.len(), "each has words of its own");
    }
}
