//! What somebody has told so far.

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::offer::Offer;
use super::words;
use crate::place::DeclaredPoint;

/// Where one person's conversation stands.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Conversation {
    pub draft: Option<Draft>,
    /// Where they were last, as their phone said by itself.
    #[serde(default)]
    pub position: Option<Position>,
}

/// A report that is still being told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Draft {
    /// By which the report that it becomes is recorded once, however often it is sent.
    pub id: Uuid,
    /// What was said, in order.
    pub words: Vec<String>,
    pub spot: Option<Spot>,
    pub media: Vec<Medium>,
    pub stage: Stage,
    /// When something was last added.
    pub touched_at: DateTime<Utc>,
    /// They were told once that something is missing; not again.
    pub reminded: bool,
}

/// Where the problem is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Spot {
    Point { declared: DeclaredPoint, label: Option<String> },
    Address(String),
}

/// A photo, a recording or a video, fetched in the background.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Medium {
    pub id: Uuid,
    pub kind: MediumKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum MediumKind {
    Photo,
    /// Kept for an operator to listen to.
    Voice,
    /// Kept for an operator to look at.
    Video,
}

/// What is waited for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Stage {
    /// Something is missing.
    Gathering,
    /// Nothing is missing: a number is waited for.
    Choosing { offers: Vec<Offer> },
}

/// A position that a phone reported by itself.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Position {
    pub point: DeclaredPoint,
    pub at: DateTime<Utc>,
}

/// How long is waited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// After so long without anything new the person is told, once, what is missing.
    pub remind_after: Duration,
    /// After so long without anything new the draft is forgotten.
    pub keep_for: Duration,
}

/// How long a position says where somebody is.
const POSITION_GOOD_FOR: Duration = Duration::minutes(10);

impl MediumKind {
    /// The name stored.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Photo => "photo",
            Self::Voice => "voice",
            Self::Video => "video",
        }
    }

    /// The kind of this stored name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Photo, Self::Voice, Self::Video].into_iter().find(|kind| kind.name() == name)
    }
}

impl Draft {
    pub(super) fn new(id: Uuid, now: DateTime<Utc>) -> Self {
        Self {
            id,
            words: Vec::new(),
            spot: None,
            media: Vec::new(),
            stage: Stage::Gathering,
            touched_at: now,
            reminded: false,
        }
    }

    /// How many of this kind it has.
    #[must_use]
    pub fn count(&self, kind: MediumKind) -> usize {
        self.media.iter().filter(|medium| medium.kind == kind).count()
    }

    /// Whether what the problem is was said, or spoken.
    pub(super) fn is_told(&self) -> bool {
        !self.words.is_empty() || self.count(MediumKind::Voice) > 0
    }

    pub(super) fn is_whole(&self) -> bool {
        self.is_told() && self.spot.is_some()
    }

    /// The description of the report that it becomes.
    #[must_use]
    pub fn description(&self) -> String {
        if self.words.is_empty() { words::SPOKEN.to_owned() } else { self.words.join("\n") }
    }

    /// Whether nothing was added for so long that it is forgotten.
    #[must_use]
    pub fn is_over(&self, patience: &Patience, now: DateTime<Utc>) -> bool {
        now >= self.touched_at + patience.keep_for
    }
}

impl Conversation {
    /// The position, while it is fresh.
    pub(super) fn position_now(&self, now: DateTime<Utc>) -> Option<DeclaredPoint> {
        self.position.filter(|position| now < position.at + POSITION_GOOD_FOR).map(|position| position.point)
    }

    /// Without a medium that could not be fetched; `None` where it is of no open draft.
    #[must_use]
    pub fn without(&self, medium: Uuid) -> Option<Self> {
        let draft = self.draft.as_ref().filter(|draft| draft.media.iter().any(|it| it.id == medium))?;
        let mut draft = draft.clone();
        draft.media.retain(|it| it.id != medium);
        if !draft.is_whole() {
            draft.stage = Stage::Gathering;
        }
        Some(Self { draft: Some(draft), ..self.clone() })
    }

    /// What to tell somebody who has gone quiet, once; `None` while it is too early, or where there is nothing to tell.
    #[must_use]
    pub fn remind(&self, patience: &Patience, now: DateTime<Utc>) -> Option<(Self, String)> {
        let draft = self.draft.as_ref()?;
        let quiet = now - draft.touched_at;
        if draft.reminded || quiet < patience.remind_after || quiet >= patience.keep_for {
            return None;
        }
        let draft = Draft { reminded: true, ..draft.clone() };
        let words = words::reminder(&draft, patience, self.position_now(now).is_some());
        Some((Self { draft: Some(draft), ..self.clone() }, words))
    }
}
