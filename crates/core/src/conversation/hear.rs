//! One message is heard: what the conversation is after it, and what is to be done.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::command::Command;
use super::draft::{Conversation, Draft, Medium, MediumKind, Patience, Position, Spot, Stage};
use super::input::Input;
use super::offer::Offer;
use super::words;
use crate::place::{CoordinateError, DeclaredPoint};
use crate::report::TrackingCode;
use crate::report::new_report::{DESCRIPTION_LIMIT, PHOTO_LIMIT};

/// Longest address, in characters; what is longer is a description.
const ADDRESS_LIMIT: usize = 200;
/// Most recordings and videos of a report.
const RECORDING_LIMIT: usize = 9;

/// What is known when a message is heard.
#[derive(Debug, Clone)]
pub struct Hearing {
    pub now: DateTime<Utc>,
    pub patience: Patience,
    /// The id of a draft that may begin with this message.
    pub fresh: Uuid,
    /// Whether its words name a place that can be found.
    pub names_place: bool,
    /// What to do at once, where its words speak of danger to life.
    pub advice: Option<String>,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq)]
pub enum Then {
    /// Nothing is said.
    Nothing,
    Say(String),
    /// Similar cases are looked for, for [`Conversation::offered`]; `said` comes first.
    LookAround {
        said: String,
    },
    /// The report is sent.
    Submit(Box<Confirmed>),
    /// How the own reports stand.
    ListOwn,
    /// How one report stands.
    Show(TrackingCode),
    Withdraw(TrackingCode),
}

/// A draft that its author wants sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Confirmed {
    pub draft: Draft,
    /// The case that they say it is.
    pub same_as: Option<String>,
    /// They have seen what is similar and say it is another problem.
    pub is_new: bool,
}

impl Conversation {
    /// Hears `input`.
    #[must_use]
    pub fn hear(mut self, input: Input, hearing: &Hearing) -> (Self, Then) {
        let over = !matches!(input, Input::Position(_) | Input::Left)
            && self.draft.as_ref().is_some_and(|draft| draft.is_over(&hearing.patience, hearing.now));
        if over {
            self.draft = None;
        }
        let (conversation, then) = self.answer(input, hearing);
        let prefix =
            [over.then(|| words::FORGOTTEN.to_owned()), hearing.advice.clone().map(|it| format!("{it}\n"))];
        let prefix: String = prefix.into_iter().flatten().collect();
        (conversation, then.after(&prefix))
    }

    fn answer(mut self, input: Input, hearing: &Hearing) -> (Self, Then) {
        match input {
            Input::Joined => (self, Then::Say(words::GREETING.to_owned())),
            Input::Left => (Self::default(), Then::Nothing),
            Input::Link => (self, Then::Say(words::LINK.to_owned())),
            Input::Other => (self, Then::Say(words::NOT_UNDERSTOOD.to_owned())),
            Input::Position(point) => {
                self.position = Some(Position { point, at: hearing.now });
                (self, Then::Nothing)
            }
            Input::Button(key) => match Command::of_button(&key) {
                Some(command) => self.obey(command, hearing),
                None => (self, Then::Nothing),
            },
            Input::Words(text) => match Command::of(&text) {
                Some(command) => self.obey(command, hearing),
                None => self.told(&text, hearing),
            },
            Input::Voice { medium, recognised } => {
                let heard = recognised.as_deref().and_then(clean);
                let limit = RECORDING_LIMIT;
                self.keep(
                    Medium { id: medium, kind: MediumKind::Voice },
                    limit,
                    words::RECORDINGS_FULL,
                    hearing,
                    |draft| match &heard {
                        Some(text) if add_words(draft, text) => format!("听到的是：{text}"),
                        Some(_) => words::WORDS_FULL.to_owned(),
                        None => "收到语音，会有人收听。".to_owned(),
                    },
                )
            }
            Input::Video(id) => {
                let medium = Medium { id, kind: MediumKind::Video };
                self.keep(medium, RECORDING_LIMIT, words::RECORDINGS_FULL, hearing, |_| {
                    "收到视频，会有人查看。".to_owned()
                })
            }
            Input::Photo(id) => {
                let medium = Medium { id, kind: MediumKind::Photo };
                self.keep(medium, PHOTO_LIMIT, words::PHOTOS_FULL, hearing, |draft| {
                    words::photo_received(draft.count(MediumKind::Photo))
                })
            }
            Input::Place { point, label } => self.located(point, label, hearing),
        }
    }

    fn obey(mut self, command: Command, hearing: &Hearing) -> (Self, Then) {
        let say = |words: &str| Then::Say(words.to_owned());
        match command {
            Command::Progress => (self, Then::ListOwn),
            Command::Show(code) => (self, Then::Show(code)),
            Command::ShowUnknown => (self, say(words::UNKNOWN_CODE)),
            Command::Withdraw(Some(code)) => (self, Then::Withdraw(code)),
            Command::Withdraw(None) => (self, say(words::WITHDRAW_WHICH)),
            Command::Help => (self, say(words::HELP)),
            Command::Report => (self, say(words::REPORT)),
            Command::Cancel => match self.draft.take() {
                Some(_) => (self, say(words::CANCELLED)),
                None => (self, say(words::NOTHING_TO_CANCEL)),
            },
            Command::Here => match self.position_now(hearing.now) {
                Some(point) => self.located(point, None, hearing),
                None => (self, say(words::NO_POSITION)),
            },
            Command::Number(number) => self.chosen(number, hearing),
        }
    }

    /// A number: the answer to a choice, or nothing that can be understood.
    fn chosen(mut self, number: u32, hearing: &Hearing) -> (Self, Then) {
        let Some(draft) = self.draft.take() else {
            return (self, Then::Say(words::NOT_UNDERSTOOD.to_owned()));
        };
        let Stage::Choosing { offers } = &draft.stage else {
            let asked = words::asking(&draft, self.position_now(hearing.now).is_some());
            self.draft = Some(draft);
            return (self, Then::Say(asked));
        };
        let picked = usize::try_from(number).ok().and_then(|number| offers.get(number.checked_sub(1)?));
        let same_as = picked.map(|offer| offer.case_number.clone());
        let agreed = if offers.is_empty() { number == 1 } else { number == 0 || same_as.is_some() };
        if !agreed {
            let again = words::question(offers);
            self.draft = Some(draft);
            return (self, Then::Say(again));
        }
        let is_new = !offers.is_empty() && same_as.is_none();
        (self, Then::Submit(Box::new(Confirmed { draft, same_as, is_new })))
    }

    fn told(mut self, text: &str, hearing: &Hearing) -> (Self, Then) {
        let Some(text) = clean(text) else {
            return (self, Then::Say(words::NOT_UNDERSTOOD.to_owned()));
        };
        let mut draft = self.draft.take().unwrap_or_else(|| Draft::new(hearing.fresh, hearing.now));
        draft.touch(hearing.now);
        let short = text.chars().count() <= ADDRESS_LIMIT;
        let is_new = !draft.words.contains(&text);
        // Whoever was asked where answers where.
        let answers = draft.is_told() && is_new && sounds_like_a_place(&text);
        let is_address = draft.spot.is_none() && short && (hearing.names_place || answers);
        // What cannot be found may be no address: then it stays among the words too.
        let only_address = is_address && hearing.names_place && draft.is_told();
        if is_address {
            draft.spot = Some(Spot::Address(text.clone()));
        }
        let added = only_address || add_words(&mut draft, &text);
        let said = if added { "" } else { words::WORDS_FULL };
        self.go_on(draft, said, true, hearing)
    }

    fn located(mut self, point: DeclaredPoint, label: Option<String>, hearing: &Hearing) -> (Self, Then) {
        if let Err(error) = point.to_wgs84() {
            return (self, Then::Say(unlocated(error).to_owned()));
        }
        let mut draft = self.draft.take().unwrap_or_else(|| Draft::new(hearing.fresh, hearing.now));
        draft.touch(hearing.now);
        let label = label.as_deref().and_then(clean).map(|label| label.chars().take(ADDRESS_LIMIT).collect());
        draft.spot = Some(Spot::Point { declared: point, label });
        self.go_on(draft, "位置收到。", true, hearing)
    }

    fn keep(
        mut self,
        medium: Medium,
        limit: usize,
        full: &str,
        hearing: &Hearing,
        received: impl FnOnce(&mut Draft) -> String,
    ) -> (Self, Then) {
        let mut draft = self.draft.take().unwrap_or_else(|| Draft::new(hearing.fresh, hearing.now));
        draft.touch(hearing.now);
        let before = (draft.is_whole(), draft.words.len());
        if draft.count(medium.kind) >= limit {
            return self.go_on(draft, full, false, hearing);
        }
        draft.media.push(medium);
        let said = received(&mut draft);
        let changed = before != (draft.is_whole(), draft.words.len());
        self.go_on(draft, &said, changed, hearing)
    }

    /// Asks for what is missing; where nothing is, similar cases are looked for, unless they are known and nothing that
    /// they are recognised by has changed.
    fn go_on(mut self, draft: Draft, said: &str, changed: bool, hearing: &Hearing) -> (Self, Then) {
        let knows_position = self.position_now(hearing.now).is_some();
        let then = match &draft.stage {
            _ if !draft.is_whole() => Then::Say(format!("{said}{}", words::asking(&draft, knows_position))),
            Stage::Choosing { offers } if !changed => {
                Then::Say(format!("{said}\n{}", words::question(offers)))
            }
            Stage::Choosing { .. } | Stage::Gathering => Then::LookAround { said: said.to_owned() },
        };
        self.draft = Some(draft);
        (self, then)
    }

    /// Goes on with the similar cases that were found, the likeliest first.
    #[must_use]
    pub fn offered(mut self, offers: Vec<Offer>, said: &str) -> (Self, Then) {
        let Some(mut draft) = self.draft.take() else { return (self, Then::Nothing) };
        let choice = words::choice(&draft, &offers);
        draft.stage = Stage::Choosing { offers };
        self.draft = Some(draft);
        let said = if said.is_empty() { String::new() } else { format!("{said}\n") };
        (self, Then::Say(format!("{said}{choice}")))
    }
}

impl Draft {
    fn touch(&mut self, now: DateTime<Utc>) {
        self.touched_at = now;
        self.reminded = false;
    }
}

impl Then {
    fn after(self, prefix: &str) -> Self {
        match self {
            Self::Say(words) => Self::Say(format!("{prefix}{words}")),
            Self::LookAround { said } => Self::LookAround { said: format!("{prefix}{said}") },
            Self::Nothing if !prefix.is_empty() => Self::Say(prefix.trim_end().to_owned()),
            other => other,
        }
    }
}

/// Adds words unless they are there already: who sends again what seemed lost says nothing new. `false`: too long.
fn add_words(draft: &mut Draft, text: &str) -> bool {
    if draft.words.iter().any(|known| known == text) {
        return true;
    }
    let length: usize = draft.words.iter().map(|known| known.chars().count() + 1).sum();
    if length + text.chars().count() > DESCRIPTION_LIMIT {
        return false;
    }
    draft.words.push(text.to_owned());
    true
}

/// Whether words that nothing is found by may be an address all the same.
fn sounds_like_a_place(text: &str) -> bool {
    const PARTS: [&str; 28] = [
        "路", "街", "巷", "道", "村", "区", "镇", "号", "楼", "院", "桥", "口", "站", "园", "场", "店", "校",
        "厂", "寺", "河", "旁", "附近", "对面", "门", "处", "边", "地方", "里",
    ];
    PARTS.iter().any(|part| text.contains(part))
}

/// Text without control characters; `None` where nothing is left.
fn clean(text: &str) -> Option<String> {
    let text: String = text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn unlocated(error: CoordinateError) -> &'static str {
    match error {
        CoordinateError::ZeroZero | CoordinateError::NotFinite => {
            "这个位置没有定位成功，请重新发位置，或写下地址。"
        }
        CoordinateError::OutOfRange(_) | CoordinateError::OutsideChina { .. } => {
            "这个位置不在国内，请重新发位置，或写下地址。"
        }
    }
}
