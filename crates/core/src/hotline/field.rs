//! The fields of an order (domain reference §7.3), and what platforms call them.

use serde::{Deserialize, Serialize};

/// A field of an order or of a message about one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum OrderField {
    OrderNo,
    CityOrderNo,
    /// Where the order came to the platform from: 电话, 微信, 网站, 110, 上级.
    Source,
    OrderType,
    Urgency,
    CallerName,
    CallerPhone,
    CallbackAllowed,
    /// 保密
    Secret,
    AppealTime,
    Topic,
    Content,
    Street,
    Address,
    X,
    Y,
    ClassifyCode,
    /// 承诺完成时间
    PromiseTime,
    /// Reference of the call's recording.
    Recording,
    /// Words of an append, urge, supervision or revocation.
    Words,
    /// 督办等级
    Level,
    /// Of a callback: whether the caller was reached.
    Reached,
    /// 0 解决, 1 未解决, 2 部分解决, 3 不办理退单
    Result,
    /// 0 不满意, 1 理解, 2 满意, 3 非常满意
    Satisfaction,
    /// Files that lie with it, each an [`AttachmentField`](super::AttachmentField) by field.
    Attachments,
    /// Numbers of other orders about the same.
    RelatedOrders,
}

impl OrderField {
    pub const ALL: [Self; 26] = [
        Self::OrderNo,
        Self::CityOrderNo,
        Self::Source,
        Self::OrderType,
        Self::Urgency,
        Self::CallerName,
        Self::CallerPhone,
        Self::CallbackAllowed,
        Self::Secret,
        Self::AppealTime,
        Self::Topic,
        Self::Content,
        Self::Street,
        Self::Address,
        Self::X,
        Self::Y,
        Self::ClassifyCode,
        Self::PromiseTime,
        Self::Recording,
        Self::Words,
        Self::Level,
        Self::Reached,
        Self::Result,
        Self::Satisfaction,
        Self::Attachments,
        Self::RelatedOrders,
    ];

    /// The names it is looked for under, ours first. Misspelt ones were seen in live bridges.
    pub const fn spellings(self) -> &'static [&'static str] {
        match self {
            Self::OrderNo => &["orderNo", "taskId", "fromSerialNumber", "serialNumberByIssue"],
            Self::CityOrderNo => &["cityOrderNo"],
            Self::Source => &["source", "wpSource", "reportDept"],
            Self::OrderType => &["orderType", "serviceType"],
            Self::Urgency => &["urgency", "emergencyLevel"],
            Self::CallerName => &["callerName", "reflectPerson"],
            Self::CallerPhone => &["callerPhone", "callNumber"],
            Self::CallbackAllowed => &["callbackAllowed", "isSubscribeCallback"],
            Self::Secret => &["secret", "isSecret"],
            Self::AppealTime => &["appealTime", "orderTime", "discoverTime"],
            Self::Topic => &["topic", "infoTypeName"],
            Self::Content => &["content", "description", "discription"],
            Self::Street => &["street", "streetName"],
            Self::Address => &["address"],
            Self::X => &["x", "coordx"],
            Self::Y => &["y", "coordy"],
            Self::ClassifyCode => &["classifyCode", "levelFour"],
            Self::PromiseTime => &["promiseTime"],
            Self::Recording => &["recording", "recordId"],
            Self::Words => &["words", "opinion", "replyPoin", "remark"],
            Self::Level => &["level", "approach"],
            Self::Reached => &["reached", "isCallbackSuccess"],
            Self::Result => &["result", "banliResult_12345"],
            Self::Satisfaction => &["satisfaction", "publicSatisfaction", "allManyi"],
            Self::Attachments => &["attachments"],
            Self::RelatedOrders => &["relatedOrders"],
        }
    }

    /// Our own name.
    pub const fn name(self) -> &'static str {
        match self.spellings() {
            [first, ..] => first,
            [] => "",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_has_names_that_no_other_has_and_the_rulebook_calls_it_by_the_first() {
        let mut all: Vec<&str> =
            OrderField::ALL.iter().flat_map(|field| field.spellings()).copied().collect();
        all.sort_unstable();
        assert!(all.windows(2).all(|pair| pair[0] != pair[1]), "{all:?}");
        for field in OrderField::ALL {
            assert_eq!(serde_json::to_value(field).unwrap(), field.name());
        }
    }
}
