//! An answer in the format that its address names.

use actix_web::HttpResponse;
use jiekou_partner::open311::{Form, Format, Node};

use super::fault::Fault;
use crate::state::State;

/// A good answer.
pub fn document(format: Format, root: &str, node: &Node) -> HttpResponse {
    HttpResponse::Ok().content_type(format.content_type()).body(format.write(root, node))
}

/// The format that an address ends in; XML, which every client must read, where it ends in none.
pub fn suffix(path: &str) -> Format {
    path.rsplit_once('.').and_then(|(_, suffix)| Format::from_suffix(suffix)).unwrap_or(Format::Xml)
}

/// The format with this suffix.
///
/// # Errors
/// 404 for another one.
pub fn format(suffix: &str) -> Result<Format, Fault> {
    Format::from_suffix(suffix).ok_or_else(|| Fault::not_found(Format::Xml, "the formats are xml and json"))
}

/// Refuses what is meant for another jurisdiction; whoever names none means this one.
///
/// # Errors
/// 404 for another one.
pub fn check_jurisdiction(state: &State, form: &Form, format: Format) -> Result<(), Fault> {
    let rules = state.app.rules();
    match form.get("jurisdiction_id") {
        Some(asked) if asked != rules.data().district.code && asked != rules.data().code => {
            Err(Fault::not_found(format, "jurisdiction_id was not found"))
        }
        Some(_) | None => Ok(()),
    }
}

/// The parameters of an address.
///
/// # Errors
/// 400 for what is none.
pub fn parameters(query: &str, format: Format) -> Result<Form, Fault> {
    Form::parse(query.as_bytes()).map_err(|error| Fault::bad(format, error.to_string()))
}
