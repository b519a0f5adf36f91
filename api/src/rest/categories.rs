//! `GET /v1/categories`: what can be reported, and what each kind asks.

use actix_web::{HttpResponse, web};
use jiekou_core::category::{Category, Question, QuestionKind};
use serde::Serialize;
use utoipa::ToSchema;

use crate::state::State;

/// The citizen categories of the rulebook.
#[derive(Debug, Serialize, ToSchema)]
pub struct CategoriesBody {
    pub categories: Vec<CategoryBody>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CategoryBody {
    pub slug: String,
    pub name: String,
    pub words: String,
    pub examples: Vec<String>,
    pub urgent: bool,
    /// The questions it asks; the answers are a report's `attributes`.
    pub attributes: Vec<QuestionBody>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct QuestionBody {
    pub code: String,
    pub words: String,
    /// `text`, `number`, `yesNo` or `choice`.
    #[schema(value_type = String)]
    pub kind: QuestionKind,
    pub required: bool,
    pub options: Vec<String>,
}

impl From<&Category> for CategoryBody {
    fn from(category: &Category) -> Self {
        Self {
            slug: category.slug.clone(),
            name: category.name.clone(),
            words: category.words.clone(),
            examples: category.examples.clone(),
            urgent: category.urgent,
            attributes: category.questions.iter().map(QuestionBody::from).collect(),
        }
    }
}

impl From<&Question> for QuestionBody {
    fn from(question: &Question) -> Self {
        Self {
            code: question.code.clone(),
            words: question.words.clone(),
            kind: question.kind,
            required: question.required,
            options: question.options.clone(),
        }
    }
}

/// The categories.
#[utoipa::path(get, path = "/v1/categories", tag = "reports", responses((status = 200, body = CategoriesBody)))]
pub async fn categories(state: web::Data<State>) -> HttpResponse {
    let rules = state.app.rules();
    let citizen = rules.data().categories.iter().filter(|category| category.of.is_none());
    let categories = citizen.map(CategoryBody::from).collect();
    HttpResponse::Ok().json(CategoriesBody { categories })
}
