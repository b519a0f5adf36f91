//! What people of the plan are told of a move. It names the case and its category, never the reporter, and repeats no
//! free words.

use chrono::{DateTime, Utc};
use jiekou_core::notice::{StaffNotice, StaffWords};
use jiekou_core::plan::Addressee;
use jiekou_store::work::deliveries::Delivery;

use crate::App;
use crate::tell_reporters::Message;
use crate::track_report::moment;

/// The message; `None` when nobody can be reached any more.
pub(crate) fn move_notice(
    app: &App,
    delivery: &Delivery,
    recipient: &str,
    now: DateTime<Utc>,
) -> Option<Message> {
    let rules = app.rules();
    let addressee: Addressee = recipient.parse().ok()?;
    let to = match &addressee {
        Addressee::Person(_) => delivery.staff_email.clone()?,
        other => other.address(&rules, now)?.to_owned(),
    };
    let notice = StaffNotice::of(&delivery.act, &rules)?;
    let category = rules.category(&delivery.category).map_or(delivery.category.as_str(), |it| &it.name);
    let (name, due) = (addressee.name(&rules), delivery.due_at.map(moment));
    let count = delivery.detail.as_ref().and_then(|detail| detail.0.get("count")?.as_u64());
    let count = count.filter(|count| *count > 1).map(|count| count.to_string());
    let words = notice.fill(&StaffWords {
        number: &delivery.case_number,
        category,
        to: Some(&name),
        due: due.as_deref(),
        count: count.as_deref(),
    });
    let body = format!("{words}\n\n{}\n", rules.data().name);
    Some(Message { to, subject: format!("【{}】{}", notice.title, delivery.case_number), body })
}
