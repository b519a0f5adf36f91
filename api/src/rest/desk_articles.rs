//! `/v1/desk/articles`: what the desk knows.

use actix_web::{HttpResponse, web};
use async_graphql::SimpleObject;
use chrono::{DateTime, Utc};
use jiekou_boot::clock;
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_service::desk::articles::{self, RawArticle};
use jiekou_store::desk::articles::ArticleView;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::extract::{Fields, JsonBody, SignedIn};
use crate::graphql::readers;
use crate::problem::{Kind, Problem, ProblemBody};
use crate::state::State;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ArticleQuery {
    /// What is asked, in characters, pinyin or initials; the newest articles when left out.
    #[param(max_length = 100)]
    pub q: Option<String>,
}

/// An article as it is written.
#[derive(Debug, ToSchema)]
#[schema(example = json!({"title": "夜市经营时间", "body": "每日18点至22点，雨雪天停市。", "keywords": "夜市 摆摊"}))]
#[expect(dead_code, reason = "describes the body")]
pub struct NewArticleBody {
    #[schema(min_length = 1, max_length = 100)]
    pub title: String,
    /// Other words that people ask with.
    #[schema(max_length = 200)]
    pub keywords: Option<String>,
    #[schema(min_length = 1, max_length = 10000)]
    pub body: String,
}

#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "Article", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct ArticleBody {
    pub article_id: Uuid,
    pub title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keywords: Option<String>,
    pub body: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub written_by: Option<String>,
    pub written_at: DateTime<Utc>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ArticlesBody {
    /// Best first, at most 20.
    pub articles: Vec<ArticleBody>,
}

impl From<ArticleView> for ArticleBody {
    fn from(article: ArticleView) -> Self {
        Self {
            article_id: article.article_id,
            title: article.title,
            keywords: article.keywords,
            body: article.body,
            written_by: article.written_by,
            written_at: article.written_at,
        }
    }
}

/// Articles that answer a question.
#[utoipa::path(get, path = "/v1/desk/articles", tag = "desk", params(ArticleQuery), security(("staff" = [])),
    responses((status = 200, body = ArticlesBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn articles(
    state: web::Data<State>,
    query: web::Query<ArticleQuery>,
    SignedIn(staff): SignedIn,
) -> Result<HttpResponse, Problem> {
    let found = articles::find_articles(&state.app, &staff, query.q.as_deref().unwrap_or_default()).await?;
    Ok(HttpResponse::Ok().json(ArticlesBody { articles: found.into_iter().map(ArticleBody::from).collect() }))
}

/// Writes an article under an id of the client's choice.
#[utoipa::path(put, path = "/v1/desk/articles/{articleId}", tag = "desk", request_body = NewArticleBody, params(("articleId" = Uuid, Path)), security(("staff" = [])),
    responses((status = 200, body = ArticleBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn put_article(
    state: web::Data<State>,
    id: web::Path<String>,
    SignedIn(staff): SignedIn,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let malformed = || FieldError::new("/articleId", FieldCode::Malformed, "请自选一个 UUID 作为编号");
    let id = Uuid::try_parse(&id)
        .map_err(|_unreadable| Problem::from(Kind::Validation).with_errors(vec![malformed()]))?;
    let mut fields = Fields::new(&body.object);
    let raw = RawArticle {
        title: fields.text("title"),
        keywords: fields.text("keywords"),
        body: fields.text("body"),
        faults: fields.faults,
    };
    let article = articles::put_article(&state.app, &staff, id, raw, clock::now()).await?;
    Ok(HttpResponse::Ok().json(ArticleBody::from(article)))
}

/// Takes an article out.
#[utoipa::path(delete, path = "/v1/desk/articles/{articleId}", tag = "desk", params(("articleId" = Uuid, Path)), security(("staff" = [])),
    responses((status = 204), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn retire_article(
    state: web::Data<State>,
    id: web::Path<String>,
    SignedIn(staff): SignedIn,
) -> Result<HttpResponse, Problem> {
    let id = Uuid::try_parse(&id).map_err(|_unreadable| Problem::from(Kind::UnknownDeskEntry))?;
    articles::retire_article(&state.app, &staff, id, clock::now()).await?;
    Ok(HttpResponse::NoContent().finish())
}
