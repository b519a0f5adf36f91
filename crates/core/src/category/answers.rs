//! Whether the answers of a report fit the questions of its category.

use serde_json::{Map, Value};

use super::{Category, Question, QuestionKind};
use crate::report::{FieldCode, FieldError};

/// Longest answer, in characters.
const ANSWER_LIMIT: usize = 200;

/// The faults of `answers`. Without a category there are no questions, hence no answer is known.
pub fn check(category: Option<&Category>, answers: &Map<String, Value>) -> Vec<FieldError> {
    let questions = category.map(|category| category.questions.as_slice()).unwrap_or_default();
    let missing =
        questions.iter().filter(|question| question.required && !answers.contains_key(&question.code));
    let missing = missing.map(|question| fault(&question.code, FieldCode::Missing, &question.words));
    let given = answers.iter().filter_map(|(code, answer)| {
        match questions.iter().find(|question| question.code == *code) {
            None => Some(fault(code, FieldCode::Unknown, "这个类别没有这一问")),
            Some(question) => misfit(question, answer).map(|(kind, detail)| fault(code, kind, detail)),
        }
    });
    missing.chain(given).collect()
}

fn misfit(question: &Question, answer: &Value) -> Option<(FieldCode, &'static str)> {
    match (question.kind, answer) {
        (QuestionKind::Text, Value::String(text)) if text.chars().count() > ANSWER_LIMIT => {
            Some((FieldCode::TooLong, "最多 200 字"))
        }
        (QuestionKind::Text, Value::String(text))
            if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') =>
        {
            Some((FieldCode::ControlCharacter, "含有不可见的控制字符"))
        }
        (QuestionKind::Choice, Value::String(text)) if !question.options.contains(text) => {
            Some((FieldCode::Unknown, "不在可选项中"))
        }
        (QuestionKind::Text | QuestionKind::Choice, Value::String(_))
        | (QuestionKind::Number, Value::Number(_))
        | (QuestionKind::YesNo, Value::Bool(_)) => None,
        (QuestionKind::Text | QuestionKind::Choice, _) => Some((FieldCode::WrongType, "应为文字")),
        (QuestionKind::Number, _) => Some((FieldCode::WrongType, "应为数字")),
        (QuestionKind::YesNo, _) => Some((FieldCode::WrongType, "应为 true 或 false")),
    }
}

fn fault(code: &str, kind: FieldCode, detail: &str) -> FieldError {
    let escaped = code.replace('~', "~0").replace('/', "~1");
    FieldError::new(format!("/attributes/{escaped}"), kind, detail)
}
