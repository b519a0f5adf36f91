//! A whole installation for one test.

use std::collections::HashMap;
use std::path::PathBuf;
use std::process::Command;

use jiekou_store::vault::{Purpose, Vault};
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;
use uuid::Uuid;

use super::api::{Api, Staff};
use super::database::{Database, furnish};
use super::environment::{binary, project, setting};
use super::mail_server::MailServer;
use super::process::{Process, Services, database_url};
use super::sms_server::SmsServer;

/// 32 zero bytes in base64: the keys of a test protect nothing.
const KEY: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

/// Role, level, area, post and unit of an account.
pub type Grant<'a> = (&'a str, &'a str, &'a str, Option<&'a str>, Option<&'a str>);

/// What a test's installation has.
#[derive(Default)]
pub struct WorldOptions {
    /// A PostgreSQL of its own, to be restarted.
    pub own_postgres: bool,
    /// A Redis of its own, to be stopped.
    pub own_redis: bool,
    pub worker: bool,
    /// Whether it sends text messages.
    pub sms: bool,
    /// Folder of the rulebook; without one `erqi`.
    pub rulebook: Option<&'static str>,
    pub settings: Vec<(&'static str, String)>,
}

/// One installation: database, Redis, mail server, processes. All gone when dropped; the folder of a failed test stays.
pub struct World {
    pub apis: Vec<Process>,
    pub worker: Option<Process>,
    pub pool: PgPool,
    /// After the processes that use it.
    _database: Option<Database>,
    pub mail: MailServer,
    pub sms: SmsServer,
    pub postgres: Option<Services>,
    pub redis: Option<Services>,
    pub settings: HashMap<String, String>,
    pub folder: PathBuf,
    /// Last: servers of the test's own live in it.
    _swept: Swept,
}

impl World {
    /// One API process and nothing special.
    pub async fn new() -> Self {
        Self::with(WorldOptions::default()).await
    }

    /// One API process and a worker.
    pub async fn with_worker() -> Self {
        Self::with(WorldOptions { worker: true, ..WorldOptions::default() }).await
    }

    pub async fn with(options: WorldOptions) -> Self {
        let name = format!("t{}", Uuid::new_v4().simple());
        let folder = PathBuf::from(setting("JIEKOU_TEST_DIR")).join("worlds").join(&name);
        std::fs::create_dir_all(&folder).unwrap();
        let postgres = options.own_postgres.then(|| Services::start("postgres", &folder));
        let redis = options.own_redis.then(|| Services::start("redis", &folder));
        let mail = MailServer::start().await;
        let sms = SmsServer::start().await;
        let redis_url =
            redis.as_ref().map_or_else(|| setting("JIEKOU_TEST_REDIS_URL"), |own| own.url.clone());
        let mut settings: HashMap<String, String> = [
            (
                "JIEKOU_DATABASE__URL",
                postgres.as_ref().map_or_else(|| database_url(&name), |own| own.url.clone()),
            ),
            ("JIEKOU_DATABASE__MAX_CONNECTIONS", "8".to_owned()),
            ("JIEKOU_REDIS__URL", redis_url),
            ("JIEKOU_REDIS__PREFIX", name.clone()),
            ("JIEKOU_PHOTOS__URL", format!("file://{}/photos", folder.display())),
            ("JIEKOU_MAIL__SMTP_URL", mail.url()),
            ("JIEKOU_LOG__FORMAT", "json".to_owned()),
            ("JIEKOU_WORKER__POLL_MILLISECONDS", "50".to_owned()),
            // A test that is not about second factors signs in without.
            ("JIEKOU_ACCOUNTS__SECOND_FACTOR_ROLES", String::new()),
            // One machine plays a district; a test about limits sets 1.
            ("JIEKOU_LIMITS__FACTOR", "1000".to_owned()),
            ("JIEKOU_HTTP__CONNECTIONS_EACH", "20000".to_owned()),
            ("JIEKOU_PHOTOS__ROOM_EACH", "48".to_owned()),
            ("JIEKOU_SECRETS__MASTER_KEYS", format!("k1:{KEY}")),
            ("JIEKOU_SECRETS__SIGNING_KEYS", format!("s1:{KEY}")),
            ("JIEKOU_SECRETS__BLIND_INDEX_KEY", KEY.to_owned()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
        if options.sms {
            settings.extend(sms.settings().map(|(name, value)| (name.to_owned(), value)));
        }
        settings.extend(options.settings.into_iter().map(|(name, value)| (name.to_owned(), value)));
        let rulebook = options.rulebook.unwrap_or("erqi");
        let database = match &postgres {
            Some(_) => {
                furnish(&settings, rulebook);
                None
            }
            None => Some(Database::furnished(&name, rulebook, &settings).await),
        };
        let pool =
            PgPoolOptions::new().max_connections(4).connect_lazy(&settings["JIEKOU_DATABASE__URL"]).unwrap();
        let mut world = Self {
            apis: Vec::new(),
            worker: None,
            pool,
            _database: database,
            mail,
            sms,
            postgres,
            redis,
            settings,
            _swept: Swept(folder.clone()),
            folder,
        };
        world.add_api(&[]).await;
        if options.worker {
            world.start_worker().await;
        }
        world
    }

    /// One more API process, with some settings of its own.
    pub async fn add_api(&mut self, own: &[(&str, &str)]) -> usize {
        let mut settings = self.settings.clone();
        settings.extend(own.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        self.apis.push(Process::start("jiekou-api", &settings, &self.folder).await);
        self.apis.len() - 1
    }

    pub async fn start_worker(&mut self) {
        self.worker = Some(Process::start("jiekou-worker", &self.settings, &self.folder).await);
    }

    /// Runs a command of `jiekou-api`, which must succeed, and returns what it says.
    pub fn run(&self, arguments: &[&str]) -> String {
        let done = Command::new(binary("jiekou-api")).args(arguments).envs(&self.settings).output().unwrap();
        assert!(done.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8_lossy(&done.stdout).into_owned()
    }

    /// Gives an account a work address.
    pub async fn work_address(&self, username: &str, address: &str) {
        let staff_id: Uuid = sqlx::query_scalar("select staff_id from staff_account where username = $1")
            .bind(username)
            .fetch_one(&self.pool)
            .await
            .unwrap();
        let vault = Vault::new(vec![("k1".to_owned(), [0; 32])], [0; 32]);
        let sealed = vault.seal(Purpose::StaffAddress, staff_id.as_bytes(), address.as_bytes()).unwrap();
        sqlx::query("update staff_account set email_key_id = $2, email_sealed = $3 where staff_id = $1")
            .bind(staff_id)
            .bind(sealed.key_id)
            .bind(sealed.bytes)
            .execute(&self.pool)
            .await
            .unwrap();
    }

    /// Signs in as a new account with these grants; a grant is role, level, area, post and unit.
    pub async fn staff(&self, username: &str, grants: &[Grant<'_>]) -> Staff {
        let (staff_id, like): (Uuid, Uuid) =
            sqlx::query_as("select gen_random_uuid(), staff_id from staff_account limit 1")
                .fetch_one(&self.pool)
                .await
                .unwrap();
        sqlx::query(
            "insert into staff_account (staff_id, username, display_name, password_hash, created_at)
             select $1, $2, $2, password_hash, created_at from staff_account where staff_id = $3",
        )
        .bind(staff_id)
        .bind(username)
        .bind(like)
        .execute(&self.pool)
        .await
        .unwrap();
        for (role, level, area, post, unit) in grants {
            sqlx::query("insert into staff_grant (staff_id, role, level, area, post, unit) values ($1, $2, $3, $4, $5, $6)")
                .bind(staff_id)
                .bind(role)
                .bind(level)
                .bind(area)
                .bind(post)
                .bind(unit)
                .execute(&self.pool)
                .await
                .unwrap();
        }
        self.api().sign_in(username).await
    }

    /// A copy of the demonstration's rulebook that the test may change.
    pub fn copy_of_rulebook(&self) -> PathBuf {
        let (from, to) = (project().join("rulebooks/erqi"), self.folder.join("rulebook"));
        for folder in ["", "areas"] {
            std::fs::create_dir_all(to.join(folder)).unwrap();
            let files = std::fs::read_dir(from.join(folder)).unwrap().map(|entry| entry.unwrap().path());
            for file in files.filter(|file| file.is_file()) {
                std::fs::copy(&file, to.join(folder).join(file.file_name().unwrap())).unwrap();
            }
        }
        to
    }

    /// A client of the first API process.
    pub fn api(&self) -> Api {
        self.api_at(0)
    }

    pub fn api_at(&self, position: usize) -> Api {
        Api::new(&self.apis[position].address)
    }

    /// Everything the processes have logged.
    pub fn logs(&self) -> String {
        let files = std::fs::read_dir(&self.folder).unwrap().map(|entry| entry.unwrap().path());
        let logs = files.filter(|path| path.extension().is_some_and(|extension| extension == "log"));
        logs.map(|path| std::fs::read_to_string(path).unwrap_or_default()).collect()
    }

    /// The database's clock.
    pub async fn now(&self) -> chrono::DateTime<chrono::Utc> {
        sqlx::query_scalar("select now()").fetch_one(&self.pool).await.unwrap()
    }

    /// A number from the database.
    pub async fn count(&self, query: &'static str) -> i64 {
        sqlx::query_scalar(query).fetch_one(&self.pool).await.unwrap()
    }
}

/// The folder of a world, removed when everything else has ended, unless its test failed.
struct Swept(PathBuf);

impl Drop for Swept {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }
}
