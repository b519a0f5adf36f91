//! What people of the plan are told of a move. It names the case and its category, never the reporter, and repeats no
//! free words.

use chrono::{DateTime, Utc};
use jiekou_core::notice::{StaffNotice, StaffWords};
use jiekou_core::plan::Addressee;
use jiekou_store::vault::Purpose;
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
        Addressee::Person(_) => work_address(app, delivery)?,
        other => other.address(&rules, now)?.to_owned(),
    };
    let number = delivery.case_number.as_deref()?;
    let notice = StaffNotice::of(delivery.act.as_deref()?, &rules)?;
    let category = delivery.category.as_deref()?;
    let category = rules.category(category).map_or(category, |it| &it.name);
    let (name, due) = (addressee.name(&rules), delivery.due_at.map(moment));
    let count = delivery.detail.as_ref().and_then(|detail| detail.0.get("count")?.as_u64());
    let count = count.filter(|count| *count > 1).map(|count| count.to_string());
    let words = notice.fill(&StaffWords {
        number,
        category,
        to: Some(&name),
        due: due.as_deref(),
        count: count.as_deref(),
    });
    let body = format!("{words}\n\n{}\n", rules.data().name);
    Some(Message { to, subject: format!("【{}】{number}", notice.title), body })
}

/// The address of the account that it goes to; `None` when it has none any more, or none that opens.
fn work_address(app: &App, delivery: &Delivery) -> Option<String> {
    let (staff_id, key_id) = (delivery.staff_id?, delivery.email_key_id.as_deref()?);
    let sealed = delivery.email_sealed.as_deref()?;
    let opened = app.vault.open(Purpose::StaffAddress, staff_id.as_bytes(), key_id, sealed).ok()?;
    String::from_utf8(opened).ok()
}
