//! A move as somebody asks for it.

use chrono::NaiveDate;
use jiekou_core::case::{Move, demands};
use jiekou_core::category::Complexity;
use jiekou_core::report::text::parse_text;
use jiekou_core::report::{FieldCode, FieldError, RawLocation};
use jiekou_core::staff::Level;
use uuid::Uuid;

use crate::ServiceError;

/// Most photos a move may bring, and most units it may name.
const MOST: usize = 20;

/// What a move says. What it owes is in [`jiekou_core::case::demands`].
#[derive(Debug, Clone)]
pub struct MoveRequest {
    pub it: Move,
    pub reason: Option<String>,
    /// Words for the reporter or for colleagues.
    pub note: Option<String>,
    /// Whom it is handed to: a unit or a center of the rulebook by its code, a post on the spot by its code, or words.
    pub unit: Option<String>,
    pub post: Option<String>,
    pub assignee: Option<String>,
    /// Units that handle with the lead, or that a whistle calls.
    pub units: Vec<String>,
    /// Name of the account of the person who goes.
    pub person: Option<String>,
    /// Photos from after, or of whatever the move is about.
    pub photo_ids: Vec<Uuid>,
    pub before_photo_ids: Vec<Uuid>,
    /// The case to merge into, or to keep apart from.
    pub into: Option<String>,
    pub until: Option<NaiveDate>,
    /// The step of the ladder to escalate to.
    pub level: Option<Level>,
    /// Whether persuasion worked.
    pub worked: Option<bool>,
    /// Who took the case over at the other authority.
    pub taken_by: Option<String>,
    pub category: Option<String>,
    pub complexity: Option<Complexity>,
    pub location: Option<RawLocation>,
    /// The report that is split.
    pub report_id: Option<Uuid>,
}

impl MoveRequest {
    /// The move alone.
    pub fn of(it: Move) -> Self {
        Self {
            it,
            reason: None,
            note: None,
            unit: None,
            post: None,
            assignee: None,
            units: Vec::new(),
            person: None,
            photo_ids: Vec::new(),
            before_photo_ids: Vec::new(),
            into: None,
            until: None,
            level: None,
            worked: None,
            taken_by: None,
            category: None,
            complexity: None,
            location: None,
            report_id: None,
        }
    }

    /// The request with its texts trimmed, if nothing is missing that the move owes.
    ///
    /// # Errors
    /// All that is missing or wrong in itself, at once.
    pub(crate) fn complete(self) -> Result<Self, ServiceError> {
        let demand = demands(self.it);
        let mut faults = Vec::new();
        let mut text = |pointer: &str, value: Option<String>, limit: usize, owed: bool, words: &str| {
            let given = value.filter(|text| !text.trim().is_empty());
            if given.is_none() && owed {
                faults.push(FieldError::new(pointer, FieldCode::Missing, words));
            }
            given
                .and_then(|given| parse_text(pointer, &given, limit).map_err(|fault| faults.push(fault)).ok())
        };
        // A merge that answers a suggestion has the judge's reasons; that is known once both cases are.
        let reason_owed = demand.reason && !(self.it == Move::Merge && self.into.is_some());
        let reason = text("/reason", self.reason, 500, reason_owed, "请写明原因");
        let note = text("/note", self.note, 1_000, demand.note, "请写明内容");
        let into = text("/into", self.into, 40, demand.into, "请写明是哪个案件");
        let person = text("/person", self.person, 100, demand.person, "请写明指派给谁（账号）");
        let taken_by = text("/takenBy", self.taken_by, 200, demand.taken_by, "请写明对方由谁接收");
        let category = text("/category", self.category, 64, demand.category || demand.problem, "请写明类别");
        let unit = text("/unit", self.unit, 64, self.it == Move::Transfer, "请写明移送给哪个单位");
        let post = text("/post", self.post, 64, false, "");
        let nobody = unit.is_none() && post.is_none();
        let handler_owed = demand.handler && nobody && self.it != Move::Transfer;
        let assignee = text(
            "/assignee",
            self.assignee,
            100,
            handler_owed,
            "请写明派给哪个单位（unit）、岗位（post）或其他（assignee）",
        );
        let mut owed = |holds: bool, pointer: &str, code, words: String| {
            if holds {
                faults.push(FieldError::new(pointer, code, words));
            }
        };
        let missing = FieldCode::Missing;
        let twice = unit.is_some() && post.is_some();
        owed(twice, "/post", FieldCode::NotAllowed, "单位和岗位只能写一个".into());
        owed(demand.units && self.units.is_empty(), "/units", missing, "请写明吹哨叫谁".into());
        owed(demand.until && self.until.is_none(), "/until", missing, "请写明挂账到哪天".into());
        owed(demand.worked && self.worked.is_none(), "/worked", missing, "请写明劝导是否有效".into());
        owed(demand.place && self.location.is_none(), "/location", missing, "请写明位置".into());
        let photos = [("/photoIds", &self.photo_ids), ("/beforePhotoIds", &self.before_photo_ids)];
        for (pointer, ids) in photos {
            owed(ids.len() > MOST, pointer, FieldCode::TooMany, format!("最多 {MOST} 张照片"));
        }
        owed(self.units.len() > MOST, "/units", FieldCode::TooMany, format!("最多 {MOST} 个单位"));
        let all: Vec<&Uuid> = self.before_photo_ids.iter().chain(&self.photo_ids).collect();
        let repeated =
            all.iter().enumerate().any(|(position, id)| all.iter().take(position).any(|it| it == id));
        owed(repeated, "/photoIds", FieldCode::AlreadyUsed, "同一张照片写了两次".into());
        let unpictured = demand.after_photo && self.photo_ids.is_empty();
        owed(unpictured, "/photoIds", missing, "请上传处理后的照片：没有它案件不能结案".into());
        if faults.is_empty() {
            Ok(Self { reason, note, into, person, taken_by, category, unit, post, assignee, ..self })
        } else {
            Err(ServiceError::Invalid(faults))
        }
    }
}
