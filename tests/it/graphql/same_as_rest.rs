//! What staff read of the papers is what REST tells of them, whole.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::Asker;
use super::authorisation::{Field, schema};
use super::fixture::fixture;

/// Everything of a type, down to its scalars.
fn whole(types: &BTreeMap<String, Vec<Field>>, of: &str) -> String {
    let field = |field: &Field| match field.is_object {
        true => format!("{} {{ {} }}", field.name, whole(types, &field.of)),
        false => field.name.clone(),
    };
    types[of].iter().map(field).collect::<Vec<_>>().join(" ")
}

/// A value without what is absent or empty, which each interface leaves out in its own way, and with moments written alike.
fn said(value: &Value) -> Value {
    match value {
        Value::Object(object) => {
            let fields = object.iter().map(|(name, value)| (name.clone(), said(value)));
            Value::Object(fields.filter(|(_, value)| !is_nothing(value)).collect::<Map<_, _>>())
        }
        Value::Array(items) => Value::Array(items.iter().map(said).collect()),
        Value::String(text) => match chrono::DateTime::parse_from_rfc3339(text) {
            Ok(moment) => json!(moment.to_utc()),
            Err(_) => value.clone(),
        },
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

fn is_nothing(value: &Value) -> bool {
    value.is_null()
        || value.as_array().is_some_and(Vec::is_empty)
        || value.as_object().is_some_and(Map::is_empty)
}

#[tokio::test]
async fn the_papers_of_staff_are_what_rest_says_they_are() {
    let fixture = fixture().await;
    let district = &fixture.askers.iter().find(|(role, _)| *role == "district").unwrap().1;
    let Asker::Staff(staff) = district else { panic!("the district signs in") };
    let types = schema(district).await;
    let argument = |field: &str| {
        let arguments = &fixture.arguments[field];
        arguments.split([' ', ')']).nth(1).unwrap().trim_matches('"').to_owned()
    };
    let period = argument("circulars");
    for (field, path, inside) in [
        ("circulars", format!("/v1/circulars?period={period}"), ""),
        ("circular", format!("/v1/circulars/{}", argument("circular")), ""),
        ("circularDraft", format!("/v1/circulars/draft?period={period}"), ""),
        ("draws", "/v1/draws".to_owned(), "/draws"),
        ("draw", format!("/v1/draws/{}", argument("draw")), ""),
        ("digest", "/v1/digests".to_owned(), ""),
        ("records", "/v1/records?struck=true".to_owned(), "/records"),
        ("record", format!("/v1/records/{}", argument("record")), ""),
        ("recordKinds", "/v1/records/kinds".to_owned(), "/kinds"),
        ("owedRecords", "/v1/records/owed".to_owned(), "/owed"),
        ("duty", "/v1/duty".to_owned(), ""),
        ("enquiries", "/v1/desk/enquiries".to_owned(), "/enquiries"),
        ("enquiry", format!("/v1/desk/enquiries/{}", argument("enquiry")), ""),
        ("assignments", "/v1/desk/assignments".to_owned(), "/assignments"),
        ("works", "/v1/desk/works".to_owned(), "/works"),
        ("articles", "/v1/desk/articles".to_owned(), "/articles"),
        ("hotlineChannels", "/v1/desk/hotlines".to_owned(), ""),
        ("hotlineReconciliations", "/v1/desk/hotlines/reconciliations".to_owned(), "/reconciliations"),
    ] {
        let of = &types["Query"].iter().find(|it| it.name == field).unwrap().of;
        let arguments = fixture.arguments.get(field).cloned().unwrap_or_default();
        let query = format!("{{ {field}{arguments} {{ {} }} }}", whole(&types, of));
        let mut told = district.told(&query, Value::Null).await[field].clone();
        let mut rest = staff.get(&path).await.expect(200).pointer(inside).unwrap().clone();
        if let Some(nodes) = told.get("nodes") {
            told = nodes.clone();
        }
        // Duty is of the moment that it is asked for.
        for told in [&mut told, &mut rest].into_iter().filter(|_| field == "duty") {
            told.as_object_mut().unwrap().remove("at").unwrap();
        }
        let (told, rest) = (said(&told), said(&rest));
        assert!(!is_nothing(&told), "{field}: there is nothing to compare");
        assert_eq!(told, rest, "{field}");
    }
}

#[tokio::test]
async fn what_there_is_not_is_null_and_what_is_not_theirs_is_refused() {
    let fixture = fixture().await;
    let asker = |role| fixture.askers.iter().find(|(name, _)| *name == role).unwrap().1.clone();
    let none = uuid::Uuid::nil();
    let nothing = format!(
        "{{ circular(circularId: \"{none}\") {{ period }} draw(drawId: \"{none}\") {{ seed }}
            record(recordId: \"{none}\") {{ on }} enquiry(trackingCode: \"22222222222F\") {{ state }}
            digest(day: \"2020-01-01\") {{ text }} }}"
    );
    let told = asker("district").told(&nothing, Value::Null).await;
    let empty = json!({ "circular": null, "draw": null, "record": null, "enquiry": null, "digest": null });
    assert_eq!(told, empty);
    for (role, query) in [
        ("center", "{ enquiries { nodes { state } } }"),
        ("center", "{ works { answer } }"),
        ("center", "{ hotlineChannels { channels { name } } }"),
        ("desk", "{ hotlineReconciliations { compared } }"),
        ("center", "{ circularDraft(period: \"2026-11上旬\") { period } }"),
        ("chief", "{ digest { text } }"),
        ("elsewhere", "{ digest(area: \"410103001\") { text } }"),
    ] {
        assert_eq!(asker(role).refusal(query).await, "forbidden", "{role}: {query}");
    }
    for (query, pointer) in [
        ("{ records(after: \"x\") { nodes { on } } }", "/cursor"),
        ("{ records(from: \"9999-01-01\") { nodes { on } } }", "/from"),
        ("{ owedRecords(kind: \"tea\") { of } }", "/kind"),
        ("{ enquiries(state: \"tea\") { nodes { state } } }", "/state"),
        ("{ circulars(period: \"tea\") { circulars { period } } }", "/period"),
        ("{ circularDraft(period: \"tea\") { period } }", "/period"),
        ("{ digest(day: \"tea\") { text } }", "/day"),
    ] {
        let answer = asker("district").ask(query, Value::Null).await;
        let faults = &answer["errors"][0]["extensions"]["errors"];
        assert_eq!(faults[0]["pointer"], pointer, "{query}: {answer}");
    }
}
