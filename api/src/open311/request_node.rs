//! A service request as it is written.

use jiekou_partner::open311::{Node, written};
use jiekou_service::open311::PublicRequest;

/// A list of requests; one alone is a list as well.
pub fn requests(requests: Vec<PublicRequest>, extended: bool) -> Node {
    let requests = requests.into_iter().map(|request| node(request, extended));
    Node::List("request", requests.collect())
}

fn node(request: PublicRequest, extended: bool) -> Node {
    let (long, lat) = request.point.unzip();
    let degrees = |degrees: Option<f64>| degrees.map_or(Node::Empty, Node::Degrees);
    let more = extended.then(|| extensions(&request));
    let mut fields = vec![
        ("service_request_id", Node::Text(request.report_id.to_string())),
        ("status", Node::Text(request.status.name().to_owned())),
        ("status_notes", Node::text(request.status_notes)),
        ("service_name", Node::Text(request.service_name)),
        ("service_code", Node::Text(request.service_code)),
        ("description", Node::text(request.description)),
        ("agency_responsible", Node::Text(request.agency)),
        ("service_notice", Node::Empty),
        ("requested_datetime", Node::Text(written(request.requested_at))),
        ("updated_datetime", Node::Text(written(request.updated_at))),
        ("expected_datetime", Node::text(request.expected_at.map(written))),
        ("address", Node::text(request.address)),
        ("address_id", Node::text(request.address_id)),
        ("zipcode", Node::Empty),
        ("lat", degrees(lat)),
        ("long", degrees(long)),
        ("media_url", Node::text(request.photos.first().cloned())),
    ];
    fields.extend(more.into_iter().flatten());
    Node::Fields(fields)
}

/// What `extensions=true` adds.
fn extensions(request: &PublicRequest) -> Vec<(&'static str, Node)> {
    let photos = request.photos.iter().map(|url| Node::Fields(vec![("media_url", Node::Text(url.clone()))]));
    let answers = request.answers.iter().map(|answer| {
        Node::Fields(vec![
            ("label", Node::Text(answer.words.clone())),
            ("name", Node::Text(answer.code.clone())),
            ("value", Node::Text(answer.value.clone())),
        ])
    });
    let steps = request.steps.iter().map(|step| {
        Node::Fields(vec![
            ("datetime", Node::Text(written(step.at))),
            ("description", Node::Text(step.title.clone())),
            ("type", Node::Text(step.act.clone())),
        ])
    });
    let own = Node::Fields(vec![
        ("channel", Node::Text(request.channel.clone())),
        ("photos", Node::List("photo", photos.collect())),
    ]);
    vec![
        ("extended_attributes", own),
        ("attributes", Node::List("attribute", answers.collect())),
        ("notes", Node::List("note", steps.collect())),
    ]
}
