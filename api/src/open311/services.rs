//! `GET /open311/v2/services.{format}`: what can be reported.

use actix_web::{HttpRequest, HttpResponse, web};
use jiekou_core::category::{CaseKind, Category, UNCLASSIFIED};
use jiekou_partner::open311::Node;

use super::answer::{check_jurisdiction, document, format, parameters};
use super::fault::Fault;
use crate::state::State;

pub async fn services(
    state: web::Data<State>,
    request: HttpRequest,
    suffix: web::Path<String>,
) -> Result<HttpResponse, Fault> {
    let format = format(&suffix)?;
    check_jurisdiction(&state, &parameters(request.query_string(), format)?, format)?;
    let rules = state.app.rules();
    let citizen = rules.data().categories.iter().filter(|category| category.of.is_none());
    let services = citizen.map(service).chain([unclassified()]);
    Ok(document(format, "services", &Node::List("service", services.collect())))
}

fn service(category: &Category) -> Node {
    let group = match category.code.kind {
        CaseKind::Component => "部件",
        CaseKind::Event => "事件",
    };
    Node::Fields(vec![
        ("service_code", Node::Text(category.slug.clone())),
        ("service_name", Node::Text(category.name.clone())),
        ("description", Node::Text(category.words.clone())),
        ("metadata", Node::Flag(!category.questions.is_empty())),
        ("type", Node::Text("realtime".to_owned())),
        ("keywords", Node::Text(category.keywords.join(","))),
        ("group", Node::Text(group.to_owned())),
    ])
}

/// What fits nowhere: staff find out what it is.
fn unclassified() -> Node {
    let text = |text: &str| Node::Text(text.to_owned());
    Node::Fields(vec![
        ("service_code", text(UNCLASSIFIED)),
        ("service_name", text("待分类")),
        ("description", text("不确定是哪一类的问题，由工作人员归类")),
        ("metadata", Node::Flag(false)),
        ("type", text("realtime")),
        ("keywords", Node::Empty),
        ("group", text("事件")),
    ])
}
