//! Shapes of blocks on the wire. Whom a block is about is never among them.

use chrono::{DateTime, Utc};
use jiekou_service::blocks::view::{BlockFile, BlockView};
use jiekou_store::limits::appeals::AppealRow;
use jiekou_store::limits::blocks::BlockLine;
use jiekou_store::limits::spam_marks::Proposal;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::shapes::shown;

/// A block.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BlockBody {
    pub block_id: Uuid,
    /// `address`, `resident`, `phone`, `device` or `openid`.
    pub by: String,
    /// Code of the city or district whose staff blocked.
    pub area: String,
    pub reason: String,
    pub blocked_at: DateTime<Utc>,
    pub until: DateTime<Utc>,
    /// `running`, `over` by its time, or `lifted` before.
    pub state: String,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BlocksBody {
    /// The newest first.
    pub blocks: Vec<BlockBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// A block with all that became of it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BlockFileBody {
    #[serde(flatten)]
    pub block: BlockBody,
    pub history: Vec<BlockLineBody>,
    pub appeals: Vec<BlockAppealBody>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BlockLineBody {
    pub at: DateTime<Utc>,
    /// Who did it; absent: whoever is blocked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// `blocked`, `lifted`, `appealed`, `appealGranted` or `appealRefused`.
    pub act: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BlockAppealBody {
    pub words: String,
    pub appealed_at: DateTime<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answered_at: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub granted: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
}

/// Somebody whose reports several people have marked as spam. Blocking them is somebody's decision.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BlockProposalBody {
    /// A report of theirs: `POST /v1/blocks` takes it in the place of the phone.
    pub report_id: Uuid,
    pub case_number: String,
    /// Reports with the same phone that are marked.
    pub reports: i64,
    /// Different people who marked them.
    pub people: i64,
    pub last_marked_at: DateTime<Utc>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct BlockProposalsBody {
    pub proposals: Vec<BlockProposalBody>,
}

impl From<BlockView> for BlockBody {
    fn from(view: BlockView) -> Self {
        let BlockView { block, state } = view;
        Self {
            block_id: block.block_id,
            by: block.kind,
            area: block.area,
            reason: shown(&block.reason),
            blocked_at: block.blocked_at,
            until: block.until,
            state: state.name().to_owned(),
        }
    }
}

impl From<BlockLine> for BlockLineBody {
    fn from(line: BlockLine) -> Self {
        Self { at: line.at, by: line.actor_name, act: line.act, words: line.words.as_deref().map(shown) }
    }
}

impl From<AppealRow> for BlockAppealBody {
    fn from(appeal: AppealRow) -> Self {
        Self {
            words: shown(&appeal.words),
            appealed_at: appeal.appealed_at,
            answered_at: appeal.answered_at,
            granted: appeal.granted,
            answer: appeal.answer.as_deref().map(shown),
        }
    }
}

impl From<BlockFile> for BlockFileBody {
    fn from(file: BlockFile) -> Self {
        Self {
            block: file.view.into(),
            history: file.lines.into_iter().map(BlockLineBody::from).collect(),
            appeals: file.appeals.into_iter().map(BlockAppealBody::from).collect(),
        }
    }
}

impl From<Proposal> for BlockProposalBody {
    fn from(proposal: Proposal) -> Self {
        Self {
            report_id: proposal.report_id,
            case_number: proposal.case_number,
            reports: proposal.reports,
            people: proposal.people,
            last_marked_at: proposal.last_marked_at,
        }
    }
}
