//! Where two books of orders differ.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use jiekou_partner::hotline::Listed;
use jiekou_store::hotlines::orders::OrderView;
use serde::{Deserialize, Serialize};

/// How an order stands with us, in the platform's words.
pub(super) fn state_of(order: &OrderView) -> &str {
    if order.revoked_at.is_some() { "revoked" } else { &order.told }
}

/// What differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Difference {
    /// They have the order and we never heard of it, or only of it.
    NotHere,
    /// They have said something since that we did not hear.
    Unheard,
    /// They have not heard how it stands.
    StateDiffers,
    /// We have the order and they do not list it.
    NotThere,
}

/// One difference, and what was done about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Found {
    pub order_no: String,
    pub difference: Difference,
    /// State there and here.
    pub theirs: Option<String>,
    pub ours: Option<String>,
    /// In words for whoever reads the report.
    pub done: String,
}

/// Every difference, by order number. Orders of which we heard after `until` may not be listed yet.
pub(super) fn differences(theirs: &[Listed], ours: &[OrderView], until: DateTime<Utc>) -> Vec<Found> {
    let here: BTreeMap<&str, &OrderView> =
        ours.iter().map(|order| (order.order_no.as_str(), order)).collect();
    let there: BTreeMap<&str, &Listed> = theirs.iter().map(|line| (line.order_no.as_str(), line)).collect();
    let mut found = Vec::new();
    for (number, line) in &there {
        let known = here.get(number);
        let difference = match known {
            Some(order) if order.taken_at.is_some() => {
                // Clocks are compared as they are sent: in milliseconds.
                if line.updated_at.timestamp_millis() > order.heard_at.timestamp_millis() {
                    Some(Difference::Unheard)
                } else {
                    (line.state.name() != state_of(order)).then_some(Difference::StateDiffers)
                }
            }
            Some(_) | None => Some(Difference::NotHere),
        };
        found.extend(difference.map(|difference| Found {
            order_no: (*number).to_owned(),
            difference,
            theirs: Some(line.state.name().to_owned()),
            ours: known.map(|order| state_of(order).to_owned()),
            done: String::new(),
        }));
    }
    let only_here =
        here.iter().filter(|(number, order)| !there.contains_key(*number) && order.heard_at < until);
    found.extend(only_here.map(|(number, order)| Found {
        order_no: (*number).to_owned(),
        difference: Difference::NotThere,
        theirs: None,
        ours: Some(state_of(order).to_owned()),
        done: String::new(),
    }));
    found
}

#[cfg(test)]
mod tests {
    use jiekou_partner::hotline::TheirState;

    use super::*;

    fn at(minute: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_795_000_000 + minute * 60, 0).unwrap()
    }

    fn listed(order_no: &str, state: TheirState, minute: i64) -> Listed {
        Listed { order_no: order_no.to_owned(), state, updated_at: at(minute) }
    }

    fn order(order_no: &str, told: &str, minute: i64) -> OrderView {
        OrderView {
            partner: "p".to_owned(),
            order_no: order_no.to_owned(),
            order_type: Some("report".to_owned()),
            report_id: None,
            enquiry_id: None,
            city_order_no: None,
            source: None,
            secret: false,
            callback_allowed: None,
            recording: None,
            promised_at: None,
            suggest_unit: None,
            told: told.to_owned(),
            heard_at: at(minute),
            taken_at: Some(at(minute)),
            revoked_at: None,
            related_orders: Vec::new(),
            case_number: None,
            tracking_code: None,
        }
    }

    #[test]
    fn each_way_that_two_books_differ_is_named_and_equal_ones_have_none() {
        let theirs = [
            listed("same", TheirState::Signed, 1),
            listed("new", TheirState::Sent, 1),
            listed("later", TheirState::Sent, 9),
            listed("lost", TheirState::Sent, 1),
            listed("only-urged", TheirState::Sent, 1),
            listed("revoked", TheirState::Revoked, 1),
        ];
        let urged = OrderView { taken_at: None, ..order("only-urged", "sent", 1) };
        let revoked = OrderView { revoked_at: Some(at(1)), ..order("revoked", "signed", 1) };
        let ours = [
            order("same", "signed", 1),
            order("later", "sent", 1),
            order("lost", "finished", 1),
            order("gone", "sent", 1),
            order("fresh", "sent", 60),
            urged,
            revoked,
        ];
        let told: Vec<(String, Difference)> = differences(&theirs, &ours, at(30))
            .into_iter()
            .map(|found| (found.order_no, found.difference))
            .collect();
        let expected = [
            ("later", Difference::Unheard),
            ("lost", Difference::StateDiffers),
            ("new", Difference::NotHere),
            ("only-urged", Difference::NotHere),
            ("gone", Difference::NotThere),
        ];
        assert_eq!(told, expected.map(|(number, it)| (number.to_owned(), it)));
    }
}
