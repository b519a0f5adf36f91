//! What is sealed in columns, and sealing it anew with the key that seals now.
//!
//! *How to add a column*: a line in [`COLUMNS`], and an index on the column of the key id where the table is large.

use sqlx::PgPool;
use tracing::instrument;
use uuid::Uuid;

use crate::StoreError;
use crate::vault::{Purpose, Vault};

/// A column with sealed bytes that stay for long. What ends by itself within days (saved answers, messages about accounts)
/// is not renewed; nor are the originals of photos, which lie in files.
#[derive(Debug, Clone, Copy)]
pub struct SealedColumn {
    /// Stable name, for numbers and people.
    pub what: &'static str,
    purpose: Purpose,
    table: &'static str,
    /// Whom it belongs to and is bound to: a column of UUIDs, of which few rows have the same.
    owner: &'static str,
    key_id: &'static str,
    sealed: &'static str,
}

/// All of them.
pub const COLUMNS: [SealedColumn; 8] = [
    SealedColumn {
        what: "contact",
        purpose: Purpose::Contact,
        table: "reporter_contact",
        owner: "pseudonym",
        key_id: "key_id",
        sealed: "sealed",
    },
    SealedColumn {
        what: "residentIdentity",
        purpose: Purpose::Identity,
        table: "resident_identity",
        owner: "resident_id",
        key_id: "key_id",
        sealed: "sealed",
    },
    SealedColumn {
        what: "webhookSecret",
        purpose: Purpose::WebhookSecret,
        table: "webhook",
        owner: "webhook_id",
        key_id: "key_id",
        sealed: "sealed",
    },
    SealedColumn {
        what: "earlierWebhookSecret",
        purpose: Purpose::WebhookSecret,
        table: "webhook",
        owner: "webhook_id",
        key_id: "old_key_id",
        sealed: "old_sealed",
    },
    SealedColumn {
        what: "storefrontPhone",
        purpose: Purpose::Storefront,
        table: "storefront",
        owner: "storefront_id",
        key_id: "phone_key_id",
        sealed: "phone_sealed",
    },
    SealedColumn {
        what: "staffAddress",
        purpose: Purpose::StaffAddress,
        table: "staff_account",
        owner: "staff_id",
        key_id: "email_key_id",
        sealed: "email_sealed",
    },
    SealedColumn {
        what: "secondFactor",
        purpose: Purpose::SecondFactor,
        table: "staff_account",
        owner: "staff_id",
        key_id: "totp_key_id",
        sealed: "totp_sealed",
    },
    SealedColumn {
        what: "offeredSecondFactor",
        purpose: Purpose::SecondFactor,
        table: "staff_account",
        owner: "staff_id",
        key_id: "offered_totp_key_id",
        sealed: "offered_totp_sealed",
    },
];

/// What keeps the key that it was sealed with.
const UNRENEWED: [(&str, &str); 3] = [
    ("photoOriginal", "select key_id, count(*) from photo where forgotten_at is null group by 1 order by 1"),
    ("recording", "select key_id, count(*) from recording group by 1 order by 1"),
    (
        "hotlineMessage",
        "select key_id, count(*) from hotline_message where sealed <> '' group by 1 order by 1",
    ),
];

/// What one batch did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Batch {
    pub resealed: usize,
    /// Rows that did not open, with their owners: the bytes were changed.
    pub broken: Vec<Uuid>,
    /// Where the next batch begins; `None`: nothing is left behind it.
    pub after: Option<Uuid>,
}

/// Seals up to `limit` rows anew whose keys are among `old`, those behind `after`. Each row by itself, and only where nobody
/// has changed it meanwhile: a kill at any moment leaves each row sealed by one key or the other.
///
/// # Errors
/// When the database fails, or there is no key to seal with.
#[instrument(level = "debug", name = "db.resealing.batch", skip_all)]
pub async fn batch(
    pool: &PgPool,
    vault: &Vault,
    column: &SealedColumn,
    old: &[String],
    after: Option<Uuid>,
    limit: i64,
) -> Result<Batch, StoreError> {
    let SealedColumn { table, owner, key_id, sealed, .. } = column;
    let query = format!(
        "select {owner}, {key_id}, {sealed} from {table}
         where {key_id} = any ($1) and ($2::uuid is null or {owner} > $2) order by {owner}
         fetch first $3 rows with ties"
    );
    let rows: Vec<(Uuid, String, Vec<u8>)> =
        sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(old).bind(after).bind(limit).fetch_all(pool).await?;
    let full = i64::try_from(rows.len()).unwrap_or(i64::MAX) >= limit;
    let mut batch = Batch { after: rows.last().map(|row| row.0).filter(|_| full), ..Batch::default() };
    let update = format!(
        "update {table} set {key_id} = $4, {sealed} = $5 where {owner} = $1 and {key_id} = $2 and {sealed} = $3"
    );
    for (id, old_key, bytes) in rows {
        let Ok(plain) = vault.open(column.purpose, id.as_bytes(), &old_key, &bytes) else {
            batch.broken.push(id);
            continue;
        };
        let anew = vault
            .seal(column.purpose, id.as_bytes(), &plain)
            .map_err(|error| StoreError::Failed(Box::new(error)))?;
        let done = sqlx::query(sqlx::AssertSqlSafe(update.clone()))
            .bind(id)
            .bind(&old_key)
            .bind(&bytes)
            .bind(anew.key_id)
            .bind(anew.bytes)
            .execute(pool)
            .await?;
        batch.resealed += usize::try_from(done.rows_affected()).unwrap_or_default();
    }
    Ok(batch)
}

/// How many rows each key has sealed, by column; keys that are configured no more are among them.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.resealing.by_key", skip_all)]
pub async fn by_key(pool: &PgPool) -> Result<Vec<(&'static str, String, i64)>, StoreError> {
    let mut counts = Vec::new();
    for SealedColumn { what, table, key_id, .. } in COLUMNS {
        let query = format!(
            "select {key_id}, count(*) from {table} where {key_id} is not null group by 1 order by 1"
        );
        let rows: Vec<(String, i64)> = sqlx::query_as(sqlx::AssertSqlSafe(query)).fetch_all(pool).await?;
        counts.extend(rows.into_iter().map(|(key, count)| (what, key, count)));
    }
    for (what, query) in UNRENEWED {
        let rows: Vec<(String, i64)> = sqlx::query_as(query).fetch_all(pool).await?;
        counts.extend(rows.into_iter().map(|(key, count)| (what, key, count)));
    }
    Ok(counts)
}

/// How many rows of each column keys among `old` have still sealed: cheap when there are none.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.resealing.left", skip_all)]
pub async fn left(pool: &PgPool, old: &[String]) -> Result<Vec<(&'static str, i64)>, StoreError> {
    let mut left = Vec::new();
    for SealedColumn { what, table, key_id, .. } in COLUMNS {
        let query = format!("select count(*) from {table} where {key_id} = any ($1)");
        let count = sqlx::query_scalar(sqlx::AssertSqlSafe(query)).bind(old).fetch_one(pool).await?;
        left.push((what, count));
    }
    Ok(left)
}
