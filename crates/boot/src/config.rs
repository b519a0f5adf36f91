//! The configuration: embedded defaults, then the environment, then checked as a whole.

use std::collections::BTreeMap;

use figment::Figment;
use figment::providers::{Env, Format, Toml};
use jiekou_core::privacy::IdentityRules;
use jiekou_partner::hotline::Peer;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use thiserror::Error;

use crate::accounts_config::Accounts;
use crate::graphql_config::Graphql;
use crate::hotlines::{self, HotlineSettings};
use crate::proxies::Proxies;
use crate::residents_config::{Privacy, Residents, Sms};
use crate::scanner_config::Scanner;
use crate::secrets::Secrets;
use crate::transport::Transport;
use crate::wechat::WechatSettings;
use crate::{secret_files, transport};

const DEFAULTS: &str = include_str!("config.default.toml");

/// The configuration in force.
#[derive(Debug, Deserialize)]
pub struct Config {
    pub database: Database,
    pub redis: Redis,
    pub http: Http,
    pub limits: LimitsOfProcess,
    pub worker: Worker,
    pub metrics: Metrics,
    pub transport: Transport,
    pub photos: Photos,
    pub videos: Videos,
    pub scanner: Scanner,
    pub mail: Mail,
    pub sms: Sms,
    pub outward: Outward,
    pub accounts: Accounts,
    pub residents: Residents,
    pub privacy: Privacy,
    pub wechat: WechatSettings,
    pub identity: Identity,
    pub rulebook: RulebookFolder,
    pub graphql: Graphql,
    pub hotlines: HotlineSettings,
    pub log: Log,
    pub demo: Demo,
    secrets: RawSecrets,
}

#[derive(Debug, Deserialize)]
pub struct Database {
    pub url: SecretString,
    pub max_connections: u32,
}

#[derive(Debug, Deserialize)]
pub struct Redis {
    pub url: SecretString,
    pub prefix: String,
}

#[derive(Debug, Deserialize)]
pub struct Http {
    pub bind: String,
    pub public_url: String,
    pub slow_client_seconds: u64,
    pub trusted_proxies: String,
    pub forwarded_header: String,
    pub connections: usize,
    pub connections_each: usize,
}

#[derive(Debug, Deserialize)]
pub struct LimitsOfProcess {
    pub factor: u32,
}

#[derive(Debug, Deserialize)]
pub struct Worker {
    pub bind: String,
    pub senders: usize,
    pub lease_seconds: u32,
    pub poll_milliseconds: u64,
}

#[derive(Debug, Deserialize)]
pub struct Metrics {
    pub bind: String,
}

#[derive(Debug, Deserialize)]
pub struct Photos {
    pub url: String,
    pub access_key_id: SecretString,
    pub secret_access_key: SecretString,
    pub desks: usize,
    pub room: usize,
    pub room_each: usize,
}

#[derive(Debug, Deserialize)]
pub struct Videos {
    pub ffmpeg: String,
}

#[derive(Debug, Deserialize)]
pub struct Mail {
    pub smtp_url: SecretString,
    pub from: String,
}

#[derive(Debug, Deserialize)]
pub struct Outward {
    pub private_networks: bool,
}

#[derive(Debug, Deserialize)]
pub struct Identity {
    pub openings_an_hour: u32,
    pub searches_an_hour: u32,
}

#[derive(Debug, Deserialize)]
pub struct RulebookFolder {
    pub directory: String,
}

#[derive(Debug, Deserialize)]
pub struct Demo {
    pub accounts: String,
}

#[derive(Debug, Deserialize)]
pub struct Log {
    pub format: LogFormat,
    pub filter: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum LogFormat {
    Json,
    Readable,
}

#[derive(Debug, Deserialize)]
struct RawSecrets {
    folder: String,
    master_keys: SecretString,
    signing_keys: SecretString,
    blind_index_key: SecretString,
}

/// Why a process does not start.
#[derive(Debug, Error)]
pub enum ConfigError {
    #[error("the configuration cannot be read: {0}")]
    Unreadable(Box<figment::Error>),
    #[error("{variable}: {words}")]
    Wrong { variable: &'static str, words: String },
}

impl Config {
    /// Reads defaults, environment and mounted secrets and checks what can be checked before anything is reached.
    ///
    /// # Errors
    /// With the variable to change and what to do. No secret is ever part of the words.
    pub fn load() -> Result<Self, ConfigError> {
        let figment = Figment::from(Toml::string(DEFAULTS)).merge(Env::prefixed("JIEKOU_").split("__"));
        let figment = secret_files::with_files(figment)?;
        let config: Self = figment.extract().map_err(|error| ConfigError::Unreadable(Box::new(error)))?;
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<(), ConfigError> {
        let demand = |holds: bool, variable, words: &str| {
            if holds { Ok(()) } else { Err(ConfigError::Wrong { variable, words: words.to_owned() }) }
        };
        let database = self.database.url.expose_secret();
        let postgres = database.starts_with("postgres://") || database.starts_with("postgresql://");
        demand(postgres, "JIEKOU_DATABASE__URL", "must begin with postgres://")?;
        let redis = self.redis.url.expose_secret();
        let known =
            redis.starts_with("redis://") || redis.starts_with("rediss://") || redis.starts_with("unix://");
        demand(known, "JIEKOU_REDIS__URL", "must begin with redis://, rediss:// or unix://")?;
        let photos = self.photos.url.starts_with("file:///") || self.photos.url.starts_with("s3://");
        demand(photos, "JIEKOU_PHOTOS__URL", "must begin with file:/// or s3://")?;
        let public = &self.http.public_url;
        let web = (public.starts_with("http://") || public.starts_with("https://")) && !public.ends_with('/');
        demand(
            web,
            "JIEKOU_HTTP__PUBLIC_URL",
            "must begin with http:// or https:// and end without a slash",
        )?;
        demand(self.http.connections > 0, "JIEKOU_HTTP__CONNECTIONS", "must be at least 1")?;
        demand(self.http.connections_each > 0, "JIEKOU_HTTP__CONNECTIONS_EACH", "must be at least 1")?;
        let factor = (1..=1_000_000).contains(&self.limits.factor);
        demand(factor, "JIEKOU_LIMITS__FACTOR", "must be 1 to 1000000")?;
        self.proxies()?;
        demand(self.database.max_connections > 0, "JIEKOU_DATABASE__MAX_CONNECTIONS", "must be at least 1")?;
        demand(self.worker.senders > 0, "JIEKOU_WORKER__SENDERS", "must be at least 1")?;
        demand(self.worker.lease_seconds >= 10, "JIEKOU_WORKER__LEASE_SECONDS", "must be at least 10")?;
        for (times, variable) in [
            (self.identity.openings_an_hour, "JIEKOU_IDENTITY__OPENINGS_AN_HOUR"),
            (self.identity.searches_an_hour, "JIEKOU_IDENTITY__SEARCHES_AN_HOUR"),
        ] {
            demand((1..=10_000).contains(&times), variable, "must be 1 to 10000")?;
        }
        self.sms.provider()?;
        self.residents.rules(&self.privacy, self.sms.is_configured())?;
        self.wechat.check()?;
        self.graphql.check()?;
        let skew = (10..=3_600).contains(&self.hotlines.skew_seconds);
        demand(skew, "JIEKOU_HOTLINES__SKEW_SECONDS", "must be 10 to 3600")?;
        let media = (1..=600).contains(&self.hotlines.media_seconds);
        demand(media, "JIEKOU_HOTLINES__MEDIA_SECONDS", "must be 1 to 600")?;
        demand(self.hotlines.watch_seconds > 0, "JIEKOU_HOTLINES__WATCH_SECONDS", "must be at least 1")?;
        self.scanner.check()?;
        self.accounts.rules()?;
        transport::check(self, &self.hotline_peers()?, |name| std::env::var(name).ok())
    }

    /// The proxies in front.
    ///
    /// # Errors
    /// For what is no network.
    pub fn proxies(&self) -> Result<Proxies, ConfigError> {
        Proxies::parse(&self.http.trusted_proxies, &self.http.forwarded_header)
    }

    /// Where platforms of hotlines are, and the keys that are shared with them.
    ///
    /// # Errors
    /// When an entry is none; never with its value.
    pub fn hotline_peers(&self) -> Result<BTreeMap<String, Peer>, ConfigError> {
        hotlines::peers(
            &self.hotlines.addresses,
            &self.hotlines.media_hosts,
            self.hotlines.keys.expose_secret(),
        )
    }

    /// How often identities of reporters are opened and searched for.
    pub fn identity_rules(&self) -> IdentityRules {
        IdentityRules {
            openings_an_hour: self.identity.openings_an_hour.into(),
            searches_an_hour: self.identity.searches_an_hour.into(),
        }
    }

    /// The keys, decoded.
    ///
    /// # Errors
    /// When one is missing or is not 32 bytes in base64.
    pub fn secrets(&self) -> Result<Secrets, ConfigError> {
        Secrets::parse(
            self.secrets.master_keys.expose_secret(),
            self.secrets.signing_keys.expose_secret(),
            self.secrets.blind_index_key.expose_secret(),
        )
    }

    /// What is in force, for people to read; addresses that may hold passwords and all keys are left out.
    pub fn shown(&self) -> String {
        let set = |secret: &SecretString| {
            if secret.expose_secret().is_empty() { "(not set)" } else { "(set)" }
        };
        format!(
            "database.url = {}\ndatabase.max_connections = {}\nredis.url = {}\nredis.prefix = {}\nhttp.bind = {}\n\
             http.public_url = {}\nhttp.slow_client_seconds = {}\nhttp.trusted_proxies = {}\n\
             http.forwarded_header = {}\nhttp.connections = {}\nhttp.connections_each = {}\nlimits.factor = {}\nworker.bind = {}\nworker.senders = {}\n\
             worker.lease_seconds = {}\nworker.poll_milliseconds = {}\nmetrics.bind = {}\ntransport.encrypted_only = {}\n\
             photos.url = {}\nphotos.access_key_id = {}\nphotos.secret_access_key = {}\nphotos.desks = {}\n\
             photos.room = {}\nphotos.room_each = {}\nvideos.ffmpeg = {}\n{}\nmail.smtp_url = {}\nmail.from = {}\noutward.private_networks = {}\n\
             {}\n{}\n{}\nprivacy.identity_days = {}\nwechat.api_url = {}\nwechat.accounts = {}\n\
             identity.openings_an_hour = {}\nidentity.searches_an_hour = {}\nrulebook.directory = {}\n{}\nhotlines.addresses = {}\nhotlines.keys = {}\nhotlines.skew_seconds = {}\n\
             hotlines.watch_seconds = {}\nhotlines.media_hosts = {}\nhotlines.media_seconds = {}\nlog.format = {:?}\n\
             log.filter = {}\nsecrets.folder = {}\nsecrets.master_keys = {}\nsecrets.signing_keys = {}\nsecrets.blind_index_key = {}",
            set(&self.database.url),
            self.database.max_connections,
            set(&self.redis.url),
            self.redis.prefix,
            self.http.bind,
            self.http.public_url,
            self.http.slow_client_seconds,
            self.http.trusted_proxies,
            self.http.forwarded_header,
            self.http.connections,
            self.http.connections_each,
            self.limits.factor,
            self.worker.bind,
            self.worker.senders,
            self.worker.lease_seconds,
            self.worker.poll_milliseconds,
            self.metrics.bind,
            self.transport.encrypted_only,
            self.photos.url,
            set(&self.photos.access_key_id),
            set(&self.photos.secret_access_key),
            self.photos.desks,
            self.photos.room,
            self.photos.room_each,
            self.videos.ffmpeg,
            self.scanner.shown(),
            set(&self.mail.smtp_url),
            self.mail.from,
            self.outward.private_networks,
            self.accounts.shown(),
            self.sms.shown(),
            self.residents.shown(),
            self.privacy.identity_days,
            self.wechat.api_url,
            self.wechat.accounts.keys().map(String::as_str).collect::<Vec<_>>().join(", "),
            self.identity.openings_an_hour,
            self.identity.searches_an_hour,
            self.rulebook.directory,
            self.graphql.shown(),
            self.hotlines.addresses,
            set(&self.hotlines.keys),
            self.hotlines.skew_seconds,
            self.hotlines.watch_seconds,
            self.hotlines.media_hosts,
            self.hotlines.media_seconds,
            self.log.format,
            self.log.filter,
            self.secrets.folder,
            set(&self.secrets.master_keys),
            set(&self.secrets.signing_keys),
            set(&self.secrets.blind_index_key),
        )
    }
}
