//! An order as the report it becomes.

use chrono::{DateTime, Duration, Utc};
use jiekou_core::hotline::Partner;
use jiekou_core::place::DeclaredPoint;
use jiekou_core::privacy::scrub;
use jiekou_core::report::new_report::DESCRIPTION_LIMIT;
use jiekou_core::report::{Filer, RawContact, RawLocation, RawOrigin, RawReport};
use jiekou_partner::hotline::Order;

/// Longest address of a report, in characters.
const ADDRESS: usize = 200;
/// Moments further back are mistyped; see `NewReport`.
const LONGEST_AGO: Duration = Duration::days(3_650);

/// The report, and what of the order's words is too long for it. What the platform got wrong refuses nobody's problem: a
/// point that is none is left out, and where no place is named the words themselves are looked through for one.
pub(super) fn order_report(
    order: &Order,
    partner: &Partner,
    now: DateTime<Utc>,
) -> (RawReport, Option<String>) {
    let words = words_of(order);
    let (description, rest) = parted(&words, DESCRIPTION_LIMIT);
    let place: Vec<&str> = order.street.as_deref().into_iter().chain(order.address.as_deref()).collect();
    let named = if place.is_empty() { words.clone() } else { scrub(&place.concat()).into_owned() };
    let address: String =
        named.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(ADDRESS).collect();
    let point = order.point.and_then(|point| declared(point, partner));
    let past = |at: &DateTime<Utc>| *at <= now && *at > now - LONGEST_AGO;
    let origin = match order.source.as_deref() {
        Some("上级" | "上级指派" | "上级交办") => Some("superiorAssigned".to_owned()),
        Some("领导" | "领导交办" | "领导批示") => Some("leaderAssigned".to_owned()),
        Some(_) | None => None,
    };
    let raw = RawReport {
        category: order.classify_code.as_ref().and_then(|code| partner.categories.get(code)).cloned(),
        description: Some(description),
        location: Some(RawLocation {
            longitude: point.map(|point| point.longitude),
            latitude: point.map(|point| point.latitude),
            coordinate_system: point.map(|point| point.system.as_str().to_owned()),
            address: Some(address),
            ..RawLocation::default()
        }),
        occurred_at: order.appealed_at.filter(past),
        contact: Some(RawContact {
            name: order.caller_name.clone(),
            phone: order.caller_phone.clone(),
            email: None,
        }),
        origin: RawOrigin { name: origin, exposure: None },
        filer: Filer::Desk,
        ..RawReport::default()
    };
    (raw, rest)
}

/// The order's words with its topic, without numbers of people, nor the caller's own name.
pub(super) fn words_of(order: &Order) -> String {
    let topic = order.topic.as_deref().filter(|topic| !order.content.contains(topic));
    let words = topic.map_or_else(|| order.content.clone(), |topic| format!("{topic}：{}", order.content));
    without_caller(&words, order)
}

/// Words about an order, without numbers of people, nor the caller's own name.
pub(super) fn without_caller(words: &str, order: &Order) -> String {
    let name = order.caller_name.as_deref().filter(|name| name.chars().count() > 1);
    let named = name.map_or_else(|| words.to_owned(), |name| words.replace(name, "诉求人"));
    let phone = order.caller_phone.as_deref().filter(|phone| phone.len() > 4);
    let phoned = phone.map_or_else(|| named.clone(), |phone| named.replace(phone, "（电话已隐去）"));
    scrub(&phoned).into_owned()
}

/// The first `limit` characters, and the rest.
fn parted(words: &str, limit: usize) -> (String, Option<String>) {
    if words.chars().count() <= limit {
        return (words.to_owned(), None);
    }
    let mut first: String = words.chars().take(limit - 1).collect();
    first.push('…');
    (first, Some(words.chars().skip(limit - 1).take(limit).collect()))
}

/// The point, the right way round; `None` where it lies nowhere in China either way.
fn declared((x, y): (f64, f64), partner: &Partner) -> Option<DeclaredPoint> {
    let of = |longitude, latitude| DeclaredPoint { longitude, latitude, system: partner.coordinates };
    [of(x, y), of(y, x)].into_iter().find(|point| point.to_wgs84().is_ok())
}

#[cfg(test)]
mod tests {
    use jiekou_partner::hotline::{Inbound, Message};
    use serde_json::{Value, json};

    use super::*;

    fn partner() -> Partner {
        let partner = json!({ "code": "p", "name": "p", "coordinates": "GCJ-02", "categories": { "0503": "road-damage" } });
        serde_json::from_value(partner).unwrap()
    }

    fn report(fields: &Value) -> (RawReport, Option<String>) {
        let now = DateTime::parse_from_rfc3339("2026-11-27T08:00:00Z").unwrap().to_utc();
        let read = Message::read(Inbound::PushOrder, "A1", fields.as_object().unwrap(), &partner()).unwrap();
        let Message::PushOrder(order) = read else { unreachable!() };
        order_report(&order, &partner(), now)
    }

    #[test]
    fn the_caller_is_in_the_contact_and_nowhere_in_the_words() {
        let (raw, _) = report(&json!({
            "content": "王小明反映路面有坑，请回电13900001234或0371-66931196", "topic": "道路", "callerName": "王小明",
            "callerPhone": "13900001234", "address": "大学路77号王小明家，电话66931196", "classifyCode": "0503"
        }));
        let description = raw.description.unwrap();
        assert!(description.starts_with("道路：诉求人反映路面有坑"), "{description}");
        assert!(!description.contains("13900001234") && !description.contains("66931196"), "{description}");
        let address = raw.location.unwrap().address.unwrap();
        assert!(!address.contains("66931196"), "{address}");
        assert_eq!(raw.contact.unwrap().phone.as_deref(), Some("13900001234"));
        assert_eq!(raw.category.as_deref(), Some("road-damage"));
    }

    #[test]
    fn coordinates_are_turned_the_right_way_round_and_those_of_nowhere_are_left_out() {
        for (x, y, longitude) in
            [(113.63, 34.73, Some(113.63)), (34.73, 113.63, Some(113.63)), (1.0, 1.0, None)]
        {
            let (raw, _) = report(&json!({ "content": "路灯不亮", "x": x, "y": y }));
            assert_eq!(raw.location.unwrap().longitude, longitude, "{x} {y}");
        }
    }

    #[test]
    fn an_order_without_a_place_is_looked_through_for_one_and_one_that_is_too_long_loses_nothing() {
        let (raw, rest) = report(&json!({ "content": "二七塔\n附近井盖丢失" }));
        assert_eq!((raw.location.unwrap().address.as_deref(), rest), (Some("二七塔 附近井盖丢失"), None));
        let long = format!("{}{}", "甲".repeat(1_999), "乙".repeat(2_001));
        let (raw, rest) = report(&json!({ "content": long }));
        assert_eq!(raw.description.unwrap().chars().count(), 2_000);
        let rest = rest.unwrap();
        assert!(rest.starts_with('乙') && rest.chars().count() == 2_000);
    }

    #[test]
    fn what_superiors_and_leaders_want_says_so() {
        for (source, origin) in
            [("上级", Some("superiorAssigned")), ("领导交办", Some("leaderAssigned")), ("电话", None)]
        {
            let (raw, _) = report(&json!({ "content": "路灯不亮", "source": source }));
            assert_eq!(raw.origin.name.as_deref(), origin);
        }
    }
}
