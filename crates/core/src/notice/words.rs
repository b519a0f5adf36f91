//! The words of a step, filled from the rulebook's templates.

use serde::{Deserialize, Serialize};

/// What happened that a citizen is told of. The name is the `act` of the log line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Occasion {
    /// Name of the act, such as `accept` or `received`.
    pub act: String,
    pub title: String,
    /// Words with places to fill in: `{center}`, `{reason}`, `{note}`, `{due}`.
    pub words: String,
    /// Whether the step is sent to the reporters or only stands on the tracking page.
    #[serde(default)]
    pub tell: bool,
}

/// What may stand in the places of a template.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    pub center: String,
    pub reason: Option<String>,
    pub note: Option<String>,
    /// A moment in words, such as 11月23日 18:00.
    pub due: Option<String>,
}

/// Fills `template`. A sentence whose place has nothing to stand in it is left out rather than shown with a gap.
pub fn fill(template: &str, words: &Words) -> String {
    let places = [
        ("{center}", Some(words.center.as_str())),
        ("{reason}", words.reason.as_deref()),
        ("{note}", words.note.as_deref()),
        ("{due}", words.due.as_deref()),
    ];
    fill_places(template, &places)
}

/// Fills `template` with what stands in `places`.
pub(super) fn fill_places(template: &str, places: &[(&str, Option<&str>)]) -> String {
    let sentences = template.split_inclusive(['。', '！', '？']);
    let complete = sentences.filter(|sentence| {
        places.iter().all(|(place, value)| value.is_some_and(|v| !v.is_empty()) || !sentence.contains(place))
    });
    let text: String = complete.collect();
    places.iter().fold(text, |text, (place, value)| text.replace(place, value.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_with_nothing_to_say_is_left_out() {
        let words = Words { center: "淮河路街道中心".into(), ..Words::default() };
        assert_eq!(
            fill("{center}已受理。原因：{reason}。请等候。", &words),
            "淮河路街道中心已受理。请等候。"
        );
        let words = Words { reason: Some("重复".into()), ..words };
        assert_eq!(fill("原因：{reason}。", &words), "原因：重复。");
    }
}
