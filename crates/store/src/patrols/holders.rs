//! Who holds a post by account.

use chrono::{DateTime, Utc};
use jiekou_core::staff::{Grant, Level, Role};
use sqlx::PgConnection;
use tracing::instrument;
use uuid::Uuid;

use crate::StoreError;

/// An account that holds a post.
#[derive(Debug, Clone)]
pub struct HolderRow {
    pub staff_id: Uuid,
    /// The person's name.
    pub name: String,
    pub grant: Grant,
    pub since: DateTime<Utc>,
}

#[derive(sqlx::FromRow)]
struct Row {
    staff_id: Uuid,
    display_name: String,
    role: String,
    level: String,
    area: String,
    post: String,
    since: DateTime<Utc>,
}

/// The accounts that hold one of these posts and are not disabled, in the order of their names.
///
/// # Errors
/// When the database fails, or holds a role or level this release does not know.
#[instrument(level = "debug", name = "db.patrol.holders", skip_all)]
pub async fn of_posts(conn: &mut PgConnection, posts: &[String]) -> Result<Vec<HolderRow>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(
        "select s.staff_id, s.display_name, g.role, g.level, g.area, g.post, g.since
         from staff_grant g join staff_account s using (staff_id)
         where g.post = any ($1) and s.disabled_at is null order by s.display_name, s.staff_id",
    )
    .bind(posts)
    .fetch_all(conn)
    .await?;
    let read = |row: Row| {
        let (role, level) = (Role::from_name(&row.role)?, Level::from_name(&row.level)?);
        let grant = Grant { post: Some(row.post), ..Grant::new(role, level, row.area) };
        Some(HolderRow { staff_id: row.staff_id, name: row.display_name, grant, since: row.since })
    };
    let read: Option<Vec<HolderRow>> = rows.into_iter().map(read).collect();
    read.ok_or(StoreError::Inconsistent("a grant of an unknown role"))
}
