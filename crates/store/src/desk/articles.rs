//! Articles: what the desk knows.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};
use tracing::instrument;
use uuid::Uuid;

use crate::StoreError;

#[derive(Debug, Clone)]
pub struct ArticleRow<'a> {
    pub article_id: Uuid,
    pub title: &'a str,
    pub keywords: Option<&'a str>,
    pub body: &'a str,
    /// Pairs of characters of title and keywords, and of everything.
    pub named: &'a [String],
    pub grams: &'a [String],
    /// Title and keywords in pinyin, and its first letters.
    pub spelt: &'a str,
    pub initials: &'a str,
}

#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct ArticleView {
    pub article_id: Uuid,
    pub title: String,
    pub keywords: Option<String>,
    pub body: String,
    pub written_by: Option<String>,
    pub written_at: DateTime<Utc>,
}

const COLUMNS: &str = "a.article_id, a.title, a.keywords, a.body, s.display_name as written_by, a.written_at";

/// Writes an article, in place of that of this id.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.article.put", skip_all)]
pub async fn put(
    conn: &mut PgConnection,
    row: &ArticleRow<'_>,
    by: Uuid,
    now: DateTime<Utc>,
) -> Result<ArticleView, StoreError> {
    let query = format!(
        "with a as (
             insert into article (article_id, title, keywords, body, named, grams, spelt, initials, written_by, written_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
             on conflict (article_id) do update set title = excluded.title, keywords = excluded.keywords,
                 body = excluded.body, named = excluded.named, grams = excluded.grams, spelt = excluded.spelt,
                 initials = excluded.initials, written_by = excluded.written_by, written_at = excluded.written_at,
                 retired_at = null
             returning *)
         select {COLUMNS} from a left join staff_account s on s.staff_id = a.written_by"
    );
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(query))
        .bind(row.article_id)
        .bind(row.title)
        .bind(row.keywords)
        .bind(row.body)
        .bind(row.named)
        .bind(row.grams)
        .bind(row.spelt)
        .bind(row.initials)
        .bind(by)
        .bind(now)
        .fetch_one(conn)
        .await?)
}

/// Takes an article out; `false` where there is none.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.article.retire", skip_all)]
pub async fn retire(pool: &PgPool, article_id: Uuid, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let retired =
        sqlx::query("update article set retired_at = coalesce(retired_at, $2) where article_id = $1")
            .bind(article_id)
            .bind(now)
            .execute(pool)
            .await?;
    Ok(retired.rows_affected() == 1)
}

/// Articles that share pairs of characters with what was asked, or whose names hold these Latin letters, the best first:
/// what the title says counts three times. Nothing asked: the newest. At most 20.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.article.find", skip_all)]
pub async fn find(pool: &PgPool, grams: &[String], typed: &str) -> Result<Vec<ArticleView>, StoreError> {
    let query = format!(
        "select {COLUMNS} from article a left join staff_account s on s.staff_id = a.written_by
         cross join lateral (
             select 3 * (select count(*) from unnest(a.named) it where it = any ($1))
                    + (select count(*) from unnest(a.grams) it where it = any ($1))
                    + case when $2 <> '' and position($2 in a.spelt) > 0 then 5 else 0 end
                    + case when $2 <> '' and position($2 in a.initials) > 0 then 5 else 0 end as points) found
         where a.retired_at is null and (found.points > 0 or cardinality($1) = 0)
         order by found.points desc, a.written_at desc, a.article_id limit 20"
    );
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(grams).bind(typed).fetch_all(pool).await?)
}
