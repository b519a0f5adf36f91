//! People by account and openid.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};
use tracing::instrument;
use uuid::Uuid;

use crate::StoreError;

/// A person of an account.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct WechatPerson {
    pub pseudonym: Uuid,
    pub account: String,
    pub acted_at: DateTime<Utc>,
    pub unsubscribed_at: Option<DateTime<Utc>>,
}

/// The pseudonym of an openid; whoever is new gets `fresh`. Also notes that they did something at `now`.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.wechat_person.meet", skip_all)]
pub async fn meet(
    conn: &mut PgConnection,
    account: &str,
    openid_index: &[u8],
    fresh: Uuid,
    now: DateTime<Utc>,
) -> Result<Uuid, StoreError> {
    Ok(sqlx::query_scalar(
        "insert into wechat_person as p (pseudonym, account, openid_index, acted_at, created_at) values ($1, $2, $3, $4, $4)
         on conflict on constraint wechat_person_openid do update set acted_at = greatest(p.acted_at, $4)
         returning pseudonym",
    )
    .bind(fresh)
    .bind(account)
    .bind(openid_index)
    .bind(now)
    .fetch_one(conn)
    .await?)
}

/// The pseudonym of an openid; `None` of whoever never wrote.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.wechat_person.pseudonym_of", skip_all)]
pub async fn pseudonym_of(
    conn: &mut PgConnection,
    account: &str,
    openid_index: &[u8],
) -> Result<Option<Uuid>, StoreError> {
    Ok(sqlx::query_scalar("select pseudonym from wechat_person where account = $1 and openid_index = $2")
        .bind(account)
        .bind(openid_index)
        .fetch_optional(conn)
        .await?)
}

/// Notes whether a person follows the account.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.wechat_person.follows", skip_all)]
pub async fn follows(
    conn: &mut PgConnection,
    pseudonym: Uuid,
    follows: bool,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query(
        "update wechat_person set unsubscribed_at = case when $2 then null else $3 end where pseudonym = $1",
    )
    .bind(pseudonym)
    .bind(follows)
    .bind(now)
    .execute(conn)
    .await?;
    Ok(())
}

/// The person with this pseudonym.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.wechat_person.find", skip_all)]
pub async fn find(pool: &PgPool, pseudonym: Uuid) -> Result<Option<WechatPerson>, StoreError> {
    Ok(sqlx::query_as(
        "select pseudonym, account, acted_at, unsubscribed_at from wechat_person where pseudonym = $1",
    )
    .bind(pseudonym)
    .fetch_optional(pool)
    .await?)
}

/// A report of one's own that is still being handled.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct OpenReport {
    pub tracking_code: String,
    pub category: String,
    pub state: String,
    pub center_code: String,
    pub due_at: Option<DateTime<Utc>>,
    /// The newest act that citizens are told of.
    pub told_act: Option<String>,
}

/// The reports of a pseudonym whose cases are open, the newest first.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.wechat_person.open_reports", skip_all)]
pub async fn open_reports(
    pool: &PgPool,
    pseudonym: Uuid,
    told_acts: &[String],
    limit: i64,
) -> Result<Vec<OpenReport>, StoreError> {
    Ok(sqlx::query_as(
        "select r.tracking_code, c.category, c.state, c.center_code, c.due_at,
                (select l.act from case_log l where l.case_id = c.case_id and l.log_id >= r.since_log and l.act = any ($2)
                   and (l.report_id is null or l.report_id = r.report_id) order by l.log_id desc limit 1) as told_act
         from report r join cases c using (case_id)
         where r.pseudonym = $1 and r.withdrawn_at is null and c.takes_reports
         order by r.received_at desc limit $3",
    )
    .bind(pseudonym)
    .bind(told_acts)
    .bind(limit)
    .fetch_all(pool)
    .await?)
}
