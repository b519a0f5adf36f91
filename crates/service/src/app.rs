//! What every use case works with.

use std::sync::Arc;

use jiekou_core::privacy::IdentityRules;
use jiekou_core::resident::ResidentRules;
use jiekou_core::rulebook::Rulebook;
use jiekou_core::staff::AccountRules;
use jiekou_partner::Outward;
use jiekou_partner::clamd::Clamd;
use jiekou_store::PgPool;
use jiekou_store::cases::serials::CaseSerials;
use jiekou_store::dedup::DedupIndex;
use jiekou_store::kept_connections::KeptConnections;
use jiekou_store::photo_files::PhotoFiles;
use jiekou_store::reports::shared_reads::SharedReads;
use jiekou_store::reports::tracking::{Tracked, Versions};
use jiekou_store::vault::Vault;
use jiekou_video::Camera;

use crate::blocks::Blocks;
use crate::breached_passwords::BreachedPasswords;
use crate::code_desk::CodeDesk;
use crate::desk::suggest_names::DeskNames;
use crate::ended_sessions::EndedSessions;
use crate::hotline::Hotlines;
use crate::quota::Quotas;
use crate::rulebooks::Rulebooks;
use crate::store_photo::Studio;
use crate::tokens::TokenKeys;
use crate::wechat::Wechat;

/// The parts of a running process. One of it, shared.
#[derive(Debug)]
pub struct App {
    pub pool: PgPool,
    /// For inboxes.
    pub inboxes: KeptConnections,
    pub tracking: SharedReads<Tracked>,
    pub versions: SharedReads<Versions>,
    pub index: Arc<DedupIndex>,
    pub vault: Vault,
    pub photo_files: PhotoFiles,
    pub studio: Studio,
    /// Absent: videos are not taken.
    pub camera: Option<Camera>,
    /// Absent: nobody looks at files for viruses.
    pub scanner: Option<Clamd>,
    pub tokens: TokenKeys,
    pub accounts: AccountRules,
    pub breached_passwords: BreachedPasswords,
    pub residents: ResidentRules,
    pub code_desk: CodeDesk,
    pub identity: IdentityRules,
    pub ended_sessions: EndedSessions,
    pub serials: CaseSerials,
    pub rulebooks: Rulebooks,
    pub quotas: Quotas,
    pub blocks: Blocks,
    pub wechat: Wechat,
    /// For calls to addresses that others name.
    pub outward: Outward,
    pub hotlines: Hotlines,
    pub desk_names: DeskNames,
    /// Address that residents reach the pages at, without a slash at the end.
    pub public_url: String,
}

impl App {
    /// The rules in force. They may change between two calls: whoever asks twice for one piece of work keeps the first
    /// answer.
    pub fn rules(&self) -> Arc<Rulebook> {
        Arc::clone(&self.rulebooks.in_force().rules)
    }

    /// Closes the connections to the database, each when its work is done.
    pub async fn close(&self) {
        self.inboxes.end();
        self.pool.close().await;
    }
}
