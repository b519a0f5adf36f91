//! The columns that a list may have, and what they are called.

use serde::{Deserialize, Serialize};

/// A column. In the order in which they look for their headings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Column {
    /// The number in the other system.
    Number,
    /// The finest class there is a column of.
    Category,
    /// Four digits of the standard.
    Code,
    /// 部件 or 事件, where a code could be either.
    Kind,
    State,
    Description,
    Address,
    Longitude,
    Latitude,
    Segment,
    Component,
    /// The town-level center that has it.
    Center,
    ReportedAt,
    RegisteredAt,
    DispatchedAt,
    DueAt,
    SuspendedUntil,
    /// The unit at work on it.
    Unit,
    Urgency,
    /// The channel it came by in the other system.
    Source,
    Note,
    ContactName,
    ContactPhone,
    ContactEmail,
}

impl Column {
    pub const ALL: [Self; 24] = [
        Self::Number,
        Self::Category,
        Self::Code,
        Self::Kind,
        Self::State,
        Self::Description,
        Self::Address,
        Self::Longitude,
        Self::Latitude,
        Self::Segment,
        Self::Component,
        Self::Center,
        Self::ReportedAt,
        Self::RegisteredAt,
        Self::DispatchedAt,
        Self::DueAt,
        Self::SuspendedUntil,
        Self::Unit,
        Self::Urgency,
        Self::Source,
        Self::Note,
        Self::ContactName,
        Self::ContactPhone,
        Self::ContactEmail,
    ];

    /// The name in a mapping, and the English heading.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Category => "category",
            Self::Code => "code",
            Self::Kind => "kind",
            Self::State => "state",
            Self::Description => "description",
            Self::Address => "address",
            Self::Longitude => "longitude",
            Self::Latitude => "latitude",
            Self::Segment => "segment",
            Self::Component => "component",
            Self::Center => "center",
            Self::ReportedAt => "reportedAt",
            Self::RegisteredAt => "registeredAt",
            Self::DispatchedAt => "dispatchedAt",
            Self::DueAt => "dueAt",
            Self::SuspendedUntil => "suspendedUntil",
            Self::Unit => "unit",
            Self::Urgency => "urgency",
            Self::Source => "source",
            Self::Note => "note",
            Self::ContactName => "contactName",
            Self::ContactPhone => "contactPhone",
            Self::ContactEmail => "contactEmail",
        }
    }

    /// The Chinese headings, the most telling first: where a list has several of them, the first one counts.
    pub const fn headings(self) -> &'static [&'static str] {
        match self {
            Self::Number => &[
                "案件编号",
                "案卷编号",
                "案卷号",
                "案件号",
                "任务号",
                "任务编号",
                "工单号",
                "工单编号",
                "受理编号",
                "编号",
            ],
            Self::Category => &[
                "小类名称",
                "小类",
                "问题小类",
                "问题类型",
                "问题类别",
                "案件类别",
                "案件类型",
                "类别",
                "类型",
            ],
            Self::Code => &["小类代码", "小类编码", "问题代码", "类别代码", "代码"],
            Self::Kind => &["部件事件", "事部件", "事部件类型", "问题类型", "案件类型", "案卷类型"],
            Self::State => &[
                "案件状态",
                "案卷状态",
                "办理状态",
                "当前状态",
                "当前阶段",
                "当前环节",
                "所处环节",
                "环节",
                "阶段",
                "状态",
            ],
            Self::Description => {
                &["问题描述", "案件描述", "案卷描述", "诉求内容", "问题内容", "描述", "内容"]
            }
            Self::Address => {
                &["位置描述", "地址描述", "事发地址", "发生地址", "发生地点", "详细地址", "地址", "位置"]
            }
            Self::Longitude => &["经度", "x坐标", "坐标x", "横坐标"],
            Self::Latitude => &["纬度", "y坐标", "坐标y", "纵坐标"],
            Self::Segment => &["路段编号", "路段编码", "路段代码"],
            Self::Component => &["部件编号", "部件编码", "部件标识码"],
            Self::Center => {
                &["镇办中心", "镇办", "所属街道", "所属镇办", "街道", "乡镇街道", "中心编码", "中心"]
            }
            Self::ReportedAt => &["上报时间", "受理时间", "登记时间", "诉求时间", "来电时间", "创建时间"],
            Self::RegisteredAt => &["立案时间"],
            Self::DispatchedAt => &["派遣时间", "派发时间", "交办时间", "派单时间"],
            Self::DueAt => &[
                "处置截止时间",
                "截止时间",
                "办理截止时间",
                "承诺时间",
                "到期时间",
                "处置时限",
                "办理期限",
                "截止日期",
            ],
            Self::SuspendedUntil => &["挂账至", "挂账到期", "缓办至", "恢复日期"],
            Self::Unit => &["责任单位", "处置单位", "处置部门", "承办单位", "主办单位", "责任部门"],
            Self::Urgency => &["紧急程度", "是否紧急"],
            Self::Source => &["问题来源", "案件来源", "来源"],
            Self::Note => &["处理意见", "办理意见", "备注"],
            Self::ContactName => &["报料人", "举报人", "反映人", "来电人", "联系人"],
            Self::ContactPhone => &["联系电话", "联系方式", "来电号码", "手机号码", "手机号", "电话"],
            Self::ContactEmail => &["电子邮箱", "邮箱"],
        }
    }

    /// Whether its cells name a person: what they hold is never repeated.
    pub const fn is_personal(self) -> bool {
        matches!(self, Self::ContactName | Self::ContactPhone | Self::ContactEmail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_has_a_name_and_headings_of_its_own() {
        for column in Column::ALL {
            assert_eq!(serde_json::to_value(column).unwrap(), column.name());
            assert!(!column.headings().is_empty());
        }
        // What two columns could mean goes to the first; the second takes what the first has left.
        let mut all: Vec<&str> = Column::ALL.iter().flat_map(|column| column.headings()).copied().collect();
        all.sort_unstable();
        let twice: Vec<&str> = all.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect();
        assert_eq!(twice, ["案件类型", "问题类型"]);
    }
}
