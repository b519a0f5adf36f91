//! Child processes: the API, the worker, and servers of a test's own.

use std::collections::HashMap;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::environment::{binary, project, setting};

/// A running process of Jiekou, killed when dropped.
pub struct Process {
    child: Child,
    pub address: String,
}

/// A port nobody uses now.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl Process {
    /// Starts `jiekou-api serve` or `jiekou-worker serve` with its log in `folder` and waits until it answers.
    pub async fn start(name: &str, settings: &HashMap<String, String>, folder: &Path) -> Self {
        let port = free_port();
        let address = format!("127.0.0.1:{port}");
        let log = std::fs::File::create(folder.join(format!("{name}-{port}.log"))).unwrap();
        let child = Command::new(binary(name))
            .arg("serve")
            .envs(settings)
            // What one leaves behind is not another's.
            .env("TMPDIR", folder)
            .env(if name == "jiekou-api" { "JIEKOU_HTTP__BIND" } else { "JIEKOU_WORKER__BIND" }, &address)
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        let process = Self { child, address };
        process.wait_until_alive().await;
        process
    }

    async fn wait_until_alive(&self) {
        let client = reqwest::Client::new();
        let started = Instant::now();
        while started.elapsed() < Duration::from_secs(30) {
            if let Ok(answer) = client.get(format!("http://{}/healthz", self.address)).send().await
                && answer.status().is_success()
            {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{} did not come up", self.address);
    }

    /// Kills it as a crash does.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to stop, as an orchestrator does.
    pub fn ask_to_stop(&self) {
        Command::new("kill").arg(self.child.id().to_string()).status().unwrap();
    }

    /// Asks it to stop and says how it ended.
    pub fn stop(&mut self) -> std::process::ExitStatus {
        self.ask_to_stop();
        self.child.wait().unwrap()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A PostgreSQL or Redis of a test's own, to be stopped and killed at will.
pub struct Services {
    kind: &'static str,
    folder: std::path::PathBuf,
    pub url: String,
    pub admin_url: String,
}

impl Services {
    /// Starts `postgres` or `redis` in `folder`.
    pub fn start(kind: &'static str, folder: &Path) -> Self {
        let mut services =
            Self { kind, folder: folder.to_path_buf(), url: String::new(), admin_url: String::new() };
        let said: serde_json::Value = serde_json::from_str(&services.run("start")).unwrap();
        services.url = said["url"].as_str().unwrap().to_owned();
        services.admin_url = said["adminUrl"].as_str().unwrap_or_default().to_owned();
        services
    }

    /// Does `start`, `stop`, `restart` or `kill`. Port and password stay the same.
    pub fn run(&self, verb: &str) -> String {
        let python = std::env::var("JIEKOU_TEST_PYTHON").unwrap_or_else(|_| "python3".into());
        let output = Command::new(python)
            .args(["-m", "embedded", self.kind, verb])
            .arg(&self.folder)
            .current_dir(project())
            .stdin(Stdio::null())
            .stderr(Stdio::inherit())
            .output()
            .unwrap();
        assert!(output.status.success(), "{} {verb} failed", self.kind);
        String::from_utf8(output.stdout).unwrap()
    }
}

impl Drop for Services {
    fn drop(&mut self) {
        let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| self.run("kill")));
    }
}

/// The shared server's address for another database.
pub fn database_url(name: &str) -> String {
    let admin = setting("JIEKOU_TEST_DATABASE_URL");
    let (base, _) = admin.rsplit_once('/').unwrap();
    format!("{base}/{name}")
}
