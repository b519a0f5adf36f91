//! The roll-ups.

use std::collections::BTreeMap;
use std::fmt::Write;

use chrono::NaiveDate;
use jiekou_core::period::Cycle;
use jiekou_core::statistics::{Dimension, Figures, RollUpKey};
use serde_json::{Map, Value, json};
use sqlx::types::Json;
use sqlx::{AssertSqlSafe, PgConnection};
use tracing::instrument;

use crate::StoreError;

/// Which rows are summed up.
#[derive(Debug, Clone)]
pub struct Wanted<'a> {
    pub cycle: Cycle,
    pub first_day: NaiveDate,
    pub last_day: NaiveDate,
    pub dimension: Dimension,
    /// Beginnings of the centers' codes.
    pub areas: &'a [String],
    /// Codes of the dimension itself, wherever they lie.
    pub own: &'a [String],
}

/// Which rows are summed up by the center that answers.
#[derive(Debug, Clone)]
pub struct WantedByCenter<'a> {
    pub cycle: Cycle,
    pub first_day: NaiveDate,
    pub last_day: NaiveDate,
    pub dimension: Dimension,
    /// Only these codes of the dimension; `None`: all.
    pub codes: Option<&'a [String]>,
}

/// Rows written by one statement.
const ROWS: usize = 2_000;

/// Adds changes to the roll-ups. Only whoever counts calls it.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.roll_up.add", skip_all)]
pub async fn add(conn: &mut PgConnection, changes: &BTreeMap<RollUpKey, Figures>) -> Result<(), StoreError> {
    let changed: Vec<_> = changes.iter().filter(|(_, figures)| !figures.is_zero()).collect();
    let statement = add_statement();
    for chunk in changed.chunks(ROWS) {
        let rows: Vec<Value> = chunk.iter().map(|(key, figures)| row(key, figures)).collect();
        sqlx::query(AssertSqlSafe(statement.clone())).bind(Json(rows)).execute(&mut *conn).await?;
    }
    Ok(())
}

/// The sums by what the rows are about.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.roll_up.sum", skip_all)]
pub async fn sum(
    conn: &mut PgConnection,
    wanted: &Wanted<'_>,
) -> Result<BTreeMap<String, Figures>, StoreError> {
    let patterns: Vec<String> = wanted.areas.iter().map(|area| format!("{area}%")).collect();
    let rows: Vec<(String, Vec<i64>)> = sqlx::query_as(AssertSqlSafe(sum_statement()))
        .bind(wanted.cycle.name())
        .bind(wanted.dimension.name())
        .bind(wanted.first_day)
        .bind(wanted.last_day)
        .bind(patterns)
        .bind(wanted.own)
        .fetch_all(conn)
        .await?;
    read(rows)
}

/// The sums by center, such as what each counts in some categories.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.roll_up.sum_by_center", skip_all)]
pub async fn sum_by_center(
    conn: &mut PgConnection,
    wanted: &WantedByCenter<'_>,
) -> Result<BTreeMap<String, Figures>, StoreError> {
    let statement = format!(
        "select center_code, array[{}]::bigint[] from roll_up
         where cycle = $1 and dimension = $2 and first_day between $3 and $4 and ($5::text[] is null or code = any ($5))
         group by center_code",
        sums()
    );
    let rows: Vec<(String, Vec<i64>)> = sqlx::query_as(AssertSqlSafe(statement))
        .bind(wanted.cycle.name())
        .bind(wanted.dimension.name())
        .bind(wanted.first_day)
        .bind(wanted.last_day)
        .bind(wanted.codes)
        .fetch_all(conn)
        .await?;
    read(rows)
}

fn read(rows: Vec<(String, Vec<i64>)>) -> Result<BTreeMap<String, Figures>, StoreError> {
    let read = rows.into_iter().map(|(code, values)| {
        let figures = Figures::from_values(&values);
        Ok((code, figures.ok_or(StoreError::Inconsistent("a roll-up with other figures"))?))
    });
    read.collect()
}

/// The roll-ups of these days, each by itself.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.roll_up.of_days", skip_all)]
pub async fn of_days(
    conn: &mut PgConnection,
    first: NaiveDate,
    last: NaiveDate,
    dimensions: &[Dimension],
) -> Result<BTreeMap<RollUpKey, Figures>, StoreError> {
    let names: Vec<&str> = dimensions.iter().map(|dimension| dimension.name()).collect();
    let columns = Figures::COLUMNS.join(", ");
    let statement = format!(
        "select dimension, first_day, center_code, code, array[{columns}]::bigint[] from roll_up
         where cycle = 'day' and dimension = any ($1) and first_day between $2 and $3"
    );
    let rows: Vec<(String, NaiveDate, String, String, Vec<i64>)> =
        sqlx::query_as(AssertSqlSafe(statement)).bind(names).bind(first).bind(last).fetch_all(conn).await?;
    let read = rows.into_iter().map(|(dimension, first_day, center, code, values)| {
        let wrong = StoreError::Inconsistent("a roll-up with other figures");
        let (Some(dimension), Some(figures)) =
            (Dimension::from_name(&dimension), Figures::from_values(&values))
        else {
            return Err(wrong);
        };
        Ok((RollUpKey { cycle: Cycle::Day, dimension, first_day, center, code }, figures))
    });
    read.collect()
}

fn row(key: &RollUpKey, figures: &Figures) -> Value {
    let mut row = Map::new();
    row.insert("cycle".to_owned(), json!(key.cycle));
    row.insert("dimension".to_owned(), json!(key.dimension));
    row.insert("first_day".to_owned(), json!(key.first_day));
    row.insert("center_code".to_owned(), json!(key.center));
    row.insert("code".to_owned(), json!(key.code));
    let counted = Figures::COLUMNS.into_iter().zip(figures.values()).filter(|(_, value)| *value != 0);
    row.extend(counted.map(|(column, value)| (column.to_owned(), json!(value))));
    Value::Object(row)
}

fn add_statement() -> String {
    let (mut columns, mut values, mut sums) = (String::new(), String::new(), String::new());
    for (position, column) in Figures::COLUMNS.into_iter().enumerate() {
        let comma = if position == 0 { "" } else { ", " };
        // Writing into a String cannot fail.
        let _ = write!(columns, ", {column}");
        let _ = write!(values, ", coalesce(it.{column}, 0)");
        let _ = write!(sums, "{comma}{column} = r.{column} + excluded.{column}");
    }
    format!(
        "insert into roll_up as r (cycle, dimension, first_day, center_code, code{columns})
         select it.cycle, it.dimension, it.first_day, it.center_code, it.code{values}
         from jsonb_populate_recordset(null::roll_up, $1) it
         on conflict (cycle, dimension, first_day, center_code, code) do update set {sums}"
    )
}

fn sums() -> String {
    Figures::COLUMNS.map(|column| format!("sum({column})")).join(", ")
}

fn sum_statement() -> String {
    let sums = sums();
    format!(
        "select code, array[{sums}]::bigint[] from roll_up
         where cycle = $1 and dimension = $2 and first_day between $3 and $4
           and (center_code like any ($5) or code = any ($6))
         group by code"
    )
}
