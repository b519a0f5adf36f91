//! What is said when something has been done.

use super::words;
use crate::report::FieldError;

/// A report that was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// In groups, as people read it.
    pub code: String,
    pub center: String,
    /// Somebody had reported it before.
    pub joined: bool,
    /// The same person had.
    pub urged: bool,
    /// A moment in words.
    pub due: Option<String>,
    pub link: String,
    pub advice: Option<String>,
    /// Photos and recordings that never came.
    pub lost: usize,
}

/// A report of one's own, as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnReport {
    pub code: String,
    pub category: String,
    pub status: String,
    pub center: String,
    pub due: Option<String>,
}

/// The confirmation with the tracking code.
#[must_use]
pub fn submitted(receipt: &Receipt) -> String {
    let mut lines = Vec::new();
    lines.extend(receipt.advice.clone());
    lines.push(
        if receipt.urged {
            "这是您报过的问题，已为您催办。"
        } else {
            "已收到，谢谢您！"
        }
        .to_owned(),
    );
    lines.push(format!("查询码：{}", receipt.code));
    if receipt.joined {
        lines.push("已有人报过这个问题，您的报料已并入，每一步进展同样会告诉您。".to_owned());
    }
    let due = receipt.due.as_ref().map(|due| format!("，最迟 {due} 前受理"));
    lines.push(format!("由{}负责{}。", receipt.center, due.unwrap_or_default()));
    if receipt.lost > 0 {
        lines.push(format!("有 {} 份照片或录音没有接收到。", receipt.lost));
    }
    lines.push(format!("进度：{}", receipt.link));
    lines.join("\n")
}

/// What is said when a report cannot be recorded as it is.
#[must_use]
pub fn refused(faults: &[FieldError]) -> String {
    let details: Vec<&str> = faults.iter().map(|fault| fault.detail.as_str()).collect();
    format!("这条报料没有提交成功：{}。请改正后重新发送，或拨打热线。", details.join("；"))
}

/// What is said to whoever may send nothing until `until`.
#[must_use]
pub fn blocked(until: &str) -> String {
    format!("到 {until} 为止，暂时不能接收您的报料。如有异议，请拨打热线申诉。")
}

/// How the own reports stand, the newest first.
#[must_use]
pub fn listed(reports: &[OwnReport]) -> String {
    if reports.is_empty() {
        return format!("您没有正在办理的报料。{}", words::REPORT);
    }
    let lines = reports.iter().map(|report| {
        let due = report.due.as_ref().map(|due| format!("，最迟 {due}")).unwrap_or_default();
        format!("{} {}：{}（{}{due}）", report.code, report.category, report.status, report.center)
    });
    lines.collect::<Vec<_>>().join("\n")
}
