//! Accounts as administrators see them.

use chrono::{DateTime, Utc};
use jiekou_core::staff::{Grant, Level, Role};
use sqlx::PgPool;
use sqlx::types::Json;
use tracing::instrument;
use uuid::Uuid;

use crate::StoreError;

/// Which grants somebody administers: what `core::staff::may_grant` says of one grant, for SQL to say of many.
#[derive(Debug, Clone, Default)]
pub struct Reach {
    areas: Vec<String>,
    heights: Vec<i32>,
    units: Vec<Option<String>>,
}

impl Reach {
    /// The reach of somebody with these grants.
    pub fn of(grants: &[Grant]) -> Self {
        let mut reach = Self::default();
        for admin in grants.iter().filter(|grant| grant.role == Role::Admin) {
            reach.areas.push(admin.area.clone());
            reach.heights.push(height(admin.level));
            reach.units.push(admin.unit.clone());
        }
        reach
    }

    pub(super) fn areas(&self) -> &[String] {
        &self.areas
    }

    pub(super) fn heights(&self) -> &[i32] {
        &self.heights
    }

    pub(super) fn units(&self) -> &[Option<String>] {
        &self.units
    }
}

/// How many of the levels beside and below it a level is at least: the same order as `Level::is_at_least`.
fn height(level: Level) -> i32 {
    Level::ALL.into_iter().map(|other| i32::from(level.is_at_least(other))).sum()
}

/// Names of the levels, and their heights: what a grant's level is worth in SQL.
fn heights() -> (Vec<&'static str>, Vec<i32>) {
    Level::ALL.into_iter().map(|level| (level.name(), height(level))).unzip()
}

/// An account as an administrator sees it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ListedAccount {
    pub staff_id: Uuid,
    pub username: String,
    pub display_name: String,
    pub grants: Json<Vec<Grant>>,
    pub created_at: DateTime<Utc>,
    pub disabled_at: Option<DateTime<Utc>>,
    pub second_factor: bool,
    pub has_email: bool,
    /// When a session of theirs was used last.
    pub last_used_at: Option<DateTime<Utc>>,
    /// When the code ends that is not accepted yet.
    pub invited_until: Option<DateTime<Utc>>,
    /// What became of the last message to them.
    pub message_state: Option<String>,
    pub message_reason: Option<String>,
}

const COLUMNS: &str = "
    s.staff_id, s.username, s.display_name, s.created_at, s.disabled_at, s.totp_sealed is not null as second_factor,
    s.email_sealed is not null as has_email, i.expires_at as invited_until, m.state as message_state,
    m.reason as message_reason,
    (select max(last_used_at) from staff_session u where u.staff_id = s.staff_id) as last_used_at,
    coalesce((select jsonb_agg(jsonb_strip_nulls(jsonb_build_object('role', g.role, 'level', g.level, 'area', g.area,
                  'post', g.post, 'unit', g.unit)) order by g.area, g.role, g.post, g.unit)
              from staff_grant g where g.staff_id = s.staff_id), '[]') as grants
    from staff_account s
    left join staff_invitation i on i.staff_id = s.staff_id and i.ended_at is null
    left join lateral (select state, reason from account_message m where m.staff_id = s.staff_id
                       order by created_at desc limit 1) m on true";

/// Accounts with a name behind `after` that somebody with this reach administers, by name.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.staff.list", skip_all)]
pub async fn list(
    pool: &PgPool,
    reach: &Reach,
    after: &str,
    limit: i64,
) -> Result<Vec<ListedAccount>, StoreError> {
    let (levels, worth) = heights();
    let query = format!(
        "select {COLUMNS}
         where s.username > $1
           and (not exists (select from staff_grant g where g.staff_id = s.staff_id)
                or exists (select from staff_grant g
                           join unnest($5::text[], $6::int[]) l (level, height) on l.level = g.level
                           join unnest($2::text[], $3::int[], $4::text[]) a (area, height, unit)
                             on starts_with(g.area, a.area) and a.height >= l.height
                            and (a.unit is null or a.unit = g.unit)
                           where g.staff_id = s.staff_id))
         order by s.username limit $7"
    );
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(query))
        .bind(after)
        .bind(reach.areas())
        .bind(reach.heights())
        .bind(reach.units())
        .bind(levels)
        .bind(worth)
        .bind(limit)
        .fetch_all(pool)
        .await?)
}

/// One account.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.staff.view", skip_all)]
pub async fn view(pool: &PgPool, staff_id: Uuid) -> Result<Option<ListedAccount>, StoreError> {
    let query = format!("select {COLUMNS} where s.staff_id = $1");
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(staff_id).fetch_optional(pool).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heights_order_levels_as_the_core_does() {
        for one in Level::ALL {
            for other in Level::ALL {
                assert_eq!(height(one) >= height(other), one.is_at_least(other), "{one:?} {other:?}");
            }
        }
    }
}
