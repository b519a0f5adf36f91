//! The parts of the app, put together from the configuration.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use jiekou_partner::{Http, HttpError, Outward, Timeouts};
use jiekou_service::blocks::Blocks;
use jiekou_service::breached_passwords::BreachedPasswords;
use jiekou_service::code_desk::CodeDesk;
use jiekou_service::desk::suggest_names::DeskNames;
use jiekou_service::ended_sessions::EndedSessions;
use jiekou_service::hotline::Hotlines;
use jiekou_service::quota::Quotas;
use jiekou_service::store_photo::Studio;
use jiekou_service::tokens::TokenKeys;
use jiekou_service::{App, RulebookInForce, Rulebooks, load_rulebook};
use jiekou_store::cases::serials::CaseSerials;
use jiekou_store::dedup::DedupIndex;
use jiekou_store::kept_connections::KeptConnections;
use jiekou_store::limits::SharedQuotas;
use jiekou_store::photo_files::PhotoFiles;
use jiekou_store::reports::shared_reads::SharedReads;
use jiekou_store::vault::Vault;
use jiekou_store::{PgPool, StoreError, database};
use jiekou_video::Camera;
use secrecy::ExposeSecret;
use thiserror::Error;
use tracing::warn;

use crate::config::{Config, ConfigError, Photos};

/// Why the parts do not come together.
#[derive(Debug, Error)]
pub enum AssembleError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error("{0}")]
    Http(#[from] HttpError),
    #[error("{0}")]
    Store(#[from] StoreError),
}

/// The pool alone, for commands that need no more.
///
/// # Errors
/// When the address is none.
pub fn pool(config: &Config) -> Result<PgPool, AssembleError> {
    Ok(database::pool(config.database.url.expose_secret(), config.database.max_connections)?)
}

/// The app. Waits until the database answers and a rulebook is loaded: a process that starts before them is patient.
///
/// # Errors
/// When the configuration is wrong; a database that is away is waited for.
pub async fn app(config: &Config) -> Result<App, AssembleError> {
    let secrets = config.secrets()?;
    let pool = pool(config)?;
    let rulebook = wait_for_rulebook(&pool).await;
    let vault = Vault::new(secrets.master_keys, secrets.blind_index_key);
    let desks = match config.photos.desks {
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        desks => desks,
    };
    let shared = SharedQuotas::new(config.redis.url.expose_secret(), &config.redis.prefix)?;
    Ok(App {
        blocks: Blocks::default(),
        quotas: Quotas::new(shared, config.limits.factor, &rulebook),
        inboxes: KeptConnections::new(&pool),
        tracking: SharedReads::start(&pool),
        versions: SharedReads::start(&pool),
        index: Arc::new(DedupIndex::new(config.redis.url.expose_secret(), &config.redis.prefix)?),
        wechat: crate::wechat::assemble(config, &vault)?,
        vault,
        photo_files: PhotoFiles::open(&config.photos.url, photo_key(&config.photos))?,
        camera: Some(&config.videos.ffmpeg)
            .filter(|program| !program.is_empty())
            .map(|program| Camera { program: program.into() }),
        scanner: config.scanner.clamd(),
        studio: Studio::new(desks, config.photos.room, config.photos.room_each),
        tokens: TokenKeys::new(&secrets.signing_keys),
        accounts: config.accounts.rules()?,
        breached_passwords: BreachedPasswords::new(config.accounts.breached_ranges()?),
        residents: config.residents.rules(&config.privacy, config.sms.is_configured())?,
        code_desk: CodeDesk::default(),
        identity: config.identity_rules(),
        ended_sessions: EndedSessions::default(),
        serials: CaseSerials::default(),
        rulebooks: Rulebooks::new(rulebook),
        outward: Outward::new(config.outward.private_networks),
        desk_names: DeskNames::default(),
        hotlines: Hotlines::new(
            Http::new(Timeouts::default())?,
            Http::new(Timeouts {
                whole: Duration::from_secs(config.hotlines.media_seconds.into()),
                ..Timeouts::default()
            })?,
            config.hotline_peers()?,
            TimeDelta::seconds(config.hotlines.skew_seconds.into()),
        ),
        public_url: config.http.public_url.clone(),
        pool,
    })
}

/// The key of the photo store, where one is configured.
fn photo_key(photos: &Photos) -> Option<(&str, &str)> {
    let (id, secret) = (photos.access_key_id.expose_secret(), photos.secret_access_key.expose_secret());
    (!id.is_empty()).then_some((id, secret))
}

async fn wait_for_rulebook(pool: &PgPool) -> RulebookInForce {
    loop {
        match load_rulebook::in_force(pool, crate::clock::now()).await {
            Ok(Some(rulebook)) => return rulebook,
            Ok(None) => warn!("no rulebook is loaded yet: run `jiekou-api rulebook load rulebooks/erqi`"),
            Err(error) => {
                warn!(error = %error, source = ?std::error::Error::source(&error), "the database does not answer yet");
            }
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}
