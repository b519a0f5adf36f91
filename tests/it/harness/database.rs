//! A database for one test: a copy of one that was furnished once, dropped with the test.

use std::collections::{HashMap, HashSet};
use std::process::Command;

use sqlx::postgres::PgPoolOptions;
use tokio::sync::Mutex;

use super::environment::{binary, project, setting};
use super::process::database_url;

/// The rulebooks whose template is there.
static TEMPLATES: Mutex<Option<HashSet<String>>> = Mutex::const_new(None);

/// A database of the shared server, dropped when this is.
pub struct Database {
    name: String,
}

impl Database {
    /// One with the tables, a rulebook in force and the demonstration's accounts.
    pub async fn furnished(name: &str, rulebook: &str, settings: &HashMap<String, String>) -> Self {
        let template = format!("template_{}_{}", std::process::id(), rulebook.replace('-', "_"));
        let mut templates = TEMPLATES.lock().await;
        let there = templates.get_or_insert_default();
        if !there.contains(rulebook) {
            ask(&format!("create database {template}")).await;
            let mut settings = settings.clone();
            settings.insert("JIEKOU_DATABASE__URL".to_owned(), database_url(&template));
            furnish(&settings, rulebook);
            // Nobody may be connected to a database that is copied.
            ask(&format!("alter database {template} allow_connections false")).await;
            let others = format!(
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = '{template}'"
            );
            ask(&others).await;
            there.insert(rulebook.to_owned());
        }
        drop(templates);
        ask(&format!("create database {name} template {template}")).await;
        Self { name: name.to_owned() }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let statement = format!("drop database if exists {} with (force)", self.name);
        // A test's own runtime may be ending.
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(ask(&statement));
        });
        let _ = dropping.join();
    }
}

async fn ask(statement: &str) {
    let admin =
        PgPoolOptions::new().max_connections(1).connect(&setting("JIEKOU_TEST_DATABASE_URL")).await.unwrap();
    sqlx::query(sqlx::AssertSqlSafe(statement.to_owned())).execute(&admin).await.unwrap();
    admin.close().await;
}

/// Makes the tables and loads the rulebook and the demonstration, as an installation does.
pub fn furnish(settings: &HashMap<String, String>, rulebook: &str) {
    let folder = project().join("rulebooks").join(rulebook);
    for arguments in
        [vec!["migrate"], vec!["rulebook", "load", folder.to_str().unwrap()], vec!["demo", "load"]]
    {
        let done = Command::new(binary("jiekou-api")).args(&arguments).envs(settings).output().unwrap();
        assert!(done.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
    }
}
