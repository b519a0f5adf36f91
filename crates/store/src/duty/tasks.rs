//! Open cases by who has them.

use sqlx::{PgExecutor, Postgres, QueryBuilder};
use tracing::instrument;
use uuid::Uuid;

use jiekou_core::duty::Task;
use jiekou_core::staff::{Grant, Level};

use crate::StoreError;

/// Open cases that have all of this in common, and how many they are.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Heap {
    pub center_code: String,
    pub segment_code: Option<String>,
    pub community_code: Option<String>,
    pub grid_code: Option<String>,
    pub unit_code: Option<String>,
    pub post_code: Option<String>,
    pub person_id: Option<Uuid>,
    pub with_handlers: bool,
    pub cases: i64,
    /// The oldest of them.
    pub first_number: String,
}

impl Heap {
    /// One of them.
    pub fn task(&self) -> Task<'_> {
        Task {
            center: &self.center_code,
            segment: self.segment_code.as_deref(),
            community: self.community_code.as_deref(),
            grid: self.grid_code.as_deref(),
            unit: self.unit_code.as_deref(),
            post: self.post_code.as_deref(),
            person: self.person_id,
            with_handlers: self.with_handlers,
        }
    }
}

/// States in which somebody is at work on a case.
pub(super) const WITH_HANDLERS: &str = "c.state in ('dispatched', 'signed', 'rework', 'suspended')";

/// The open cases that `grants` reach, in heaps.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.duty.heaps", skip_all)]
pub async fn heaps(conn: impl PgExecutor<'_>, grants: &[Grant]) -> Result<Vec<Heap>, StoreError> {
    let mut query: QueryBuilder<Postgres> = QueryBuilder::new(
        "select c.center_code, c.segment_code, c.community_code, c.grid_code, c.unit_code, c.post_code, c.person_id, ",
    );
    query.push(WITH_HANDLERS).push(
        " as with_handlers, count(*) as cases, min(c.case_number) as first_number
         from cases c where c.takes_reports and exists (select from unnest(",
    );
    query.push_bind(grants.iter().map(|it| it.level.name()).collect::<Vec<_>>()).push("::text[], ");
    query.push_bind(grants.iter().map(|it| it.area.as_str()).collect::<Vec<_>>()).push("::text[], ");
    query.push_bind(grants.iter().map(|it| it.unit.as_deref()).collect::<Vec<_>>());
    query
        .push("::text[]) g (level, area, unit) where ")
        .push(REACHES)
        .push(") group by 1, 2, 3, 4, 5, 6, 7, 8 order by 1, 2, 3, 4, 5, 6, 7, 8");
    Ok(query.build_query_as().fetch_all(conn).await?)
}

/// Whether the grant `g` reaches the case `c` as its center or as whoever leads it: nobody is counted twice who helps.
const REACHES: &str = "case g.level when 'town' then c.center_code = g.area
        when 'community' then c.community_code = g.area when 'segment' then c.segment_code = g.area
        when 'grid' then g.area in (c.grid_code, c.segment_code) else starts_with(c.center_code, g.area) end
    and (g.unit is null or c.unit_code = g.unit)";

/// A case that somebody may hand on, locked until the transaction ends.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Held {
    pub case_id: i64,
    pub case_number: String,
}

/// The cases in somebody's hands: those they go to, and those that were handed to one of their posts with nobody in
/// particular going. At most `most`, the oldest first.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.duty.in_hands", skip_all)]
pub async fn in_hands(
    conn: impl PgExecutor<'_>,
    person: Uuid,
    grants: &[Grant],
    most: i64,
) -> Result<Vec<Held>, StoreError> {
    let posts: Vec<&Grant> = grants.iter().filter(|grant| grant.post.is_some()).collect();
    let column = |level: Level| match level {
        Level::City | Level::District => "below",
        Level::Town => "center",
        Level::Community => "community",
        Level::Segment => "segment",
        Level::Grid => "grid",
    };
    let kinds: Vec<&str> = posts.iter().map(|grant| column(grant.level)).collect();
    let areas: Vec<&str> = posts.iter().map(|grant| grant.area.as_str()).collect();
    let codes: Vec<Option<&str>> = posts.iter().map(|grant| grant.post.as_deref()).collect();
    let query = format!(
        "select case_id, case_number from (
             select c.case_id, c.case_number from cases c where c.person_id = $1 and c.takes_reports and {WITH_HANDLERS}
             union
             select c.case_id, c.case_number from unnest($2::text[], $3::text[], $4::text[]) g (kind, area, post)
             join cases c on c.takes_reports and {WITH_HANDLERS} and c.person_id is null and c.post_code = g.post
              and case g.kind when 'center' then c.center_code = g.area when 'community' then c.community_code = g.area
                  when 'segment' then c.segment_code = g.area when 'grid' then c.grid_code = g.area
                  else starts_with(c.center_code, g.area) end
         ) held order by case_number limit $5"
    );
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(query))
        .bind(person)
        .bind(kinds)
        .bind(areas)
        .bind(codes)
        .bind(most)
        .fetch_all(conn)
        .await?)
}
