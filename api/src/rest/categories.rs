//! `GET /v1/categories`: what can be reported, and what each kind asks.

use actix_web::{HttpResponse, web};
use async_graphql::SimpleObject;
use jiekou_core::category::{Category, Question, QuestionKind};
use jiekou_core::rulebook::Rulebook;
use serde::Serialize;
use utoipa::ToSchema;

use crate::graphql::{Word, readers};
use crate::state::State;

/// The citizen categories of the rulebook.
#[derive(Debug, Serialize, ToSchema)]
pub struct CategoriesBody {
    pub categories: Vec<CategoryBody>,
}

#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "Category", guard = "readers::ANYBODY")]
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

#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "Question", guard = "readers::ANYBODY")]
#[serde(rename_all = "camelCase")]
pub struct QuestionBody {
    pub code: String,
    pub words: String,
    /// `text`, `number`, `yesNo` or `choice`.
    #[schema(value_type = String)]
    pub kind: Word<QuestionKind>,
    pub required: bool,
    pub options: Vec<String>,
}

impl CategoryBody {
    /// The citizen categories.
    pub fn all(rules: &Rulebook) -> Vec<Self> {
        rules.data().categories.iter().filter(|category| category.of.is_none()).map(Self::from).collect()
    }
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
            kind: Word(question.kind),
            required: question.required,
            options: question.options.clone(),
        }
    }
}

/// The categories.
#[utoipa::path(get, path = "/v1/categories", tag = "reports", responses((status = 200, body = CategoriesBody)))]
pub async fn categories(state: web::Data<State>) -> HttpResponse {
    HttpResponse::Ok().json(CategoriesBody { categories: CategoryBody::all(&state.app.rules()) })
}
