//! What the comparison needs of PostgreSQL itself.

use std::collections::BTreeMap;

use clap::Args;
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection, PgConnection};

#[derive(Args)]
pub struct CreateOptions {
    /// Address of a database of the same server.
    #[arg(long)]
    admin: String,
    #[arg(long)]
    name: String,
}

#[derive(Args)]
pub struct RowsOptions {
    #[arg(long)]
    database: String,
}

/// Runs `work` with one connection.
pub fn connected<T>(address: &str, work: impl AsyncFnOnce(&mut PgConnection) -> T) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut connection = PgConnection::connect(address).await.unwrap();
        let result = work(&mut connection).await;
        connection.close().await.unwrap();
        result
    })
}

pub fn create(options: &CreateOptions) {
    connected(&options.admin, async |connection| {
        let statement = format!("create database {}", options.name);
        sqlx::query(AssertSqlSafe(statement)).execute(connection).await.unwrap();
    });
}

/// What autovacuum does within a minute or two; done at once, every run meets the plans of a settled installation.
pub fn settle(options: &RowsOptions) {
    connected(&options.database, async |connection| {
        sqlx::query("vacuum (analyze)").execute(connection).await.unwrap();
    });
}

pub fn rows(options: &RowsOptions) {
    let counts = connected(&options.database, async |connection| {
        let tables: Vec<String> = sqlx::query_scalar(
            "select tablename::text from pg_tables where schemaname = 'public' and tablename not like '\\_%'",
        )
        .fetch_all(&mut *connection)
        .await
        .unwrap();
        let mut counts = BTreeMap::new();
        for table in tables {
            let statement = format!("select count(*) from {table}");
            let count: i64 =
                sqlx::query_scalar(AssertSqlSafe(statement)).fetch_one(&mut *connection).await.unwrap();
            counts.insert(table, count);
        }
        let version: String = sqlx::query_scalar("show server_version").fetch_one(connection).await.unwrap();
        json!({ "rows": counts, "server": version })
    });
    println!("{counts}");
}
