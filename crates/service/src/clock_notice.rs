//! What people of the plan are told of a clock. It names the case and the rule, never the reporter.

use chrono::{DateTime, Utc};
use jiekou_core::case::ClockKind;
use jiekou_core::plan::Addressee;
use jiekou_store::work::deliveries::Delivery;
use serde::Deserialize;

use crate::App;
use crate::tell_reporters::Message;
use crate::track_report::moment;

/// What the log line of a raised clock says.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Raised {
    kind: ClockKind,
    rule: String,
    due_at: DateTime<Utc>,
}

/// The message; `None` when nobody can be reached any more.
pub(crate) fn clock_notice(
    app: &App,
    delivery: &Delivery,
    recipient: &str,
    now: DateTime<Utc>,
) -> Option<Message> {
    let rules = app.rules();
    let to = recipient.parse::<Addressee>().ok()?.address(&rules, now)?.to_owned();
    let detail = delivery.detail.as_ref()?;
    let raised: Raised = serde_json::from_value(detail.0.clone()).ok()?;
    let (number, what, due) = (delivery.case_number.as_ref()?, name(raised.kind), moment(raised.due_at));
    let (title, words) = if delivery.act.as_deref() == Some("overdue") {
        ("超时", format!("{what}已于{due}到期，尚未完成。"))
    } else {
        ("临期", format!("{what}将于{due}到期。"))
    };
    let body = format!("案件 {number}：{words}\n依据：{}\n\n{}\n", raised.rule, rules.data().name);
    Some(Message { to, subject: format!("【{title}】{number} {what}"), body })
}

fn name(kind: ClockKind) -> &'static str {
    match kind {
        ClockKind::Accept => "受理",
        ClockKind::PreVerify => "核实",
        ClockKind::Dispatch => "派遣",
        ClockKind::Sign => "签收",
        ClockKind::Handle => "处置",
        ClockKind::Inspect => "核查",
        ClockKind::CallBack => "回访",
        ClockKind::Contact => "联系报料人",
        ClockKind::Arrive => "到场",
        ClockKind::Persuade => "劝导",
        ClockKind::Enforce => "执法到场",
    }
}
