//! An error in the shape of the format. Statuses are those of GeoReport v2: 403 for keys, 404 for what is not there, 400 for
//! everything else that the client can mend.

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, RETRY_AFTER};
use actix_web::{HttpResponse, ResponseError};
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_partner::open311::{Format, Node};
use jiekou_service::ServiceError;

use crate::problem::{Entry, Kind, Problem};

/// What went wrong, in the format of the address.
#[derive(Debug)]
pub struct Fault {
    format: Format,
    status: StatusCode,
    descriptions: Vec<String>,
    retry_after_seconds: Option<i64>,
    allowed: Option<&'static str>,
}

impl Fault {
    fn new(format: Format, status: StatusCode, description: impl Into<String>) -> Self {
        let descriptions = vec![description.into()];
        Self { format, status, descriptions, retry_after_seconds: None, allowed: None }
    }

    pub fn not_found(format: Format, description: impl Into<String>) -> Self {
        Self::new(format, StatusCode::NOT_FOUND, description)
    }

    pub fn bad(format: Format, description: impl Into<String>) -> Self {
        Self::new(format, StatusCode::BAD_REQUEST, description)
    }

    pub fn not_allowed(format: Format, allowed: &'static str) -> Self {
        let fault = Self::new(format, StatusCode::METHOD_NOT_ALLOWED, format!("the methods are {allowed}"));
        Self { allowed: Some(allowed), ..fault }
    }

    /// Several things to mend.
    pub fn all_bad(format: Format, faults: &[FieldError]) -> Self {
        let service = |fault: &FieldError| fault.pointer == "/category" && fault.code == FieldCode::Unknown;
        if faults.iter().any(service) {
            return Self::not_found(format, "service_code was not found");
        }
        let descriptions = faults.iter().map(described).collect();
        Self { descriptions, ..Self::bad(format, "") }
    }

    pub fn of_service(format: Format, error: ServiceError) -> Self {
        Self::of_problem(format, &error.into())
    }

    pub fn of_problem(format: Format, problem: &Problem) -> Self {
        if !problem.errors().is_empty() {
            return Self::all_bad(format, problem.errors());
        }
        let Entry { slug, title, .. } = problem.kind().entry();
        let status = match (problem.kind(), problem.kind().status()) {
            (Kind::InvalidKey | Kind::ScopeMissing, _) => StatusCode::FORBIDDEN,
            (_, status @ (StatusCode::NOT_FOUND | StatusCode::TOO_MANY_REQUESTS)) => status,
            (_, other) if other.is_server_error() => other,
            (_, _) => StatusCode::BAD_REQUEST,
        };
        let description = match (problem.kind(), problem.detail()) {
            (Kind::InvalidKey, _) => "Invalid api_key received".to_owned(),
            (Kind::ScopeMissing, _) => "The api_key is not good for this".to_owned(),
            (Kind::UnknownReport, _) => "service_request_id was not found".to_owned(),
            (_, Some(detail)) => format!("{title} ({slug}): {detail}"),
            (_, None) => format!("{title} ({slug})"),
        };
        Self { retry_after_seconds: problem.retry_after_seconds(), ..Self::new(format, status, description) }
    }

    pub fn response(&self) -> HttpResponse {
        let code = i64::from(self.status.as_u16());
        let errors = self.descriptions.iter().map(|description| {
            Node::Fields(vec![("code", Node::Whole(code)), ("description", Node::Text(description.clone()))])
        });
        let body = self.format.write("errors", &Node::List("error", errors.collect()));
        let mut response = HttpResponse::build(self.status);
        if let Some(seconds) = self.retry_after_seconds {
            response.insert_header((RETRY_AFTER, seconds));
        }
        if let Some(allowed) = self.allowed {
            response.insert_header((ALLOW, allowed));
        }
        response.content_type(self.format.content_type()).body(body)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "open311 {}", self.status.as_u16())
    }
}

impl ResponseError for Fault {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        self.response()
    }
}

/// A wrong field by the name that the standard has for it.
fn described(fault: &FieldError) -> String {
    let name = match fault.pointer.as_str() {
        "/category" => "service_code".to_owned(),
        "/location" => "lat and long, address_string or address_id".to_owned(),
        "/location/latitude" => "lat".to_owned(),
        "/location/longitude" => "long".to_owned(),
        "/location/address" => "address_string".to_owned(),
        "/location/componentId" | "/location/segmentCode" => "address_id".to_owned(),
        "/clientRequestId" => "client_request_id".to_owned(),
        pointer => match (pointer.strip_prefix("/attributes/"), pointer.starts_with("/mediaUrls")) {
            (Some(code), _) => format!("attribute[{}]", code.replace("~1", "/").replace("~0", "~")),
            (None, true) => "media_url".to_owned(),
            (None, false) => pointer.rsplit('/').next().unwrap_or_default().to_owned(),
        },
    };
    format!("{name}: {}", fault.detail)
}
