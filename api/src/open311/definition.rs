//! `GET /open311/v2/services/{code}.{format}`: what a kind of problem asks.

use actix_web::{HttpRequest, HttpResponse, web};
use jiekou_core::category::{Question, QuestionKind, UNCLASSIFIED};
use jiekou_partner::open311::Node;

use super::answer::{check_jurisdiction, document, format, parameters};
use super::fault::Fault;
use crate::state::State;

pub async fn definition(
    state: web::Data<State>,
    request: HttpRequest,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Fault> {
    let (code, suffix) = path.into_inner();
    let format = format(&suffix)?;
    check_jurisdiction(&state, &parameters(request.query_string(), format)?, format)?;
    let rules = state.app.rules();
    let category = rules.category(&code).filter(|category| category.of.is_none());
    let questions = match category {
        Some(category) => category.questions.as_slice(),
        None if code == UNCLASSIFIED => &[],
        None => return Err(Fault::not_found(format, "service_code was not found")),
    };
    let attributes = (1_i64..).zip(questions).map(|(order, question)| attribute(order, question));
    let definition = Node::Fields(vec![
        ("service_code", Node::Text(code)),
        ("attributes", Node::List("attribute", attributes.collect())),
    ]);
    Ok(document(format, "service_definition", &definition))
}

fn attribute(order: i64, question: &Question) -> Node {
    let text = |text: &str| Node::Text(text.to_owned());
    let (datatype, description, values) = match question.kind {
        QuestionKind::Text => ("string", Node::Empty, Vec::new()),
        QuestionKind::Number => ("number", Node::Empty, Vec::new()),
        QuestionKind::YesNo => {
            ("singlevaluelist", Node::Empty, vec![value("true", "是"), value("false", "否")])
        }
        QuestionKind::Choice => {
            let options = question.options.iter().map(|option| value(option, option));
            ("singlevaluelist", Node::Empty, options.collect())
        }
    };
    Node::Fields(vec![
        ("variable", Node::Flag(true)),
        ("code", Node::Text(question.code.clone())),
        ("datatype", text(datatype)),
        ("required", Node::Flag(question.required)),
        ("datatype_description", description),
        ("order", Node::Whole(order)),
        ("description", Node::Text(question.words.clone())),
        ("values", Node::List("value", values)),
    ])
}

fn value(key: &str, name: &str) -> Node {
    Node::Fields(vec![("key", Node::Text(key.to_owned())), ("name", Node::Text(name.to_owned()))])
}
