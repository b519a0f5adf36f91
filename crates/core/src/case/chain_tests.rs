//! Whatever is done to a log afterwards is found, and an erasure is not taken for it.

use proptest::prelude::*;

use super::*;

/// A line whose hashes are right behind `previous`.
fn linked(mut line: Line, previous: &[u8]) -> Line {
    if line.format == SALTED && !line.words.is_empty() {
        let salt = vec![u8::try_from(line.seq).unwrap(); 16];
        line.words_hash = Some(line.words.hash(&salt).to_vec());
        line.salt = Some(salt);
    }
    line.hash = line.link(previous).unwrap().to_vec();
    line
}

fn chained(lines: Vec<Line>) -> Vec<Line> {
    let mut previous = Vec::new();
    let linked = lines.into_iter().zip(1..).map(|(line, seq)| {
        let line = linked(Line { seq, ..line }, &previous);
        previous.clone_from(&line.hash);
        line
    });
    linked.collect()
}

fn check(lines: &[Line]) -> Result<(), Break> {
    let last = lines.last().unwrap();
    verify(lines, &last.hash, last.seq)
}

/// Erases the words of lines as the store does: they and their salts go, and a line that names them comes.
fn erased(mut lines: Vec<Line>, which: &[usize]) -> Vec<Line> {
    let mut named = Vec::new();
    for position in which {
        let line = &mut lines[*position];
        if line.act != ERASURE && !line.is_erased && !line.words.is_empty() {
            (line.words, line.salt, line.is_erased) = (Words::default(), None, true);
            named.push(line.seq);
        }
    }
    let last = lines.last().unwrap();
    let detail = serde_json::json!({ "lines": named }).to_string();
    let words = Words { reason: Some("本人申请".into()), note: None, detail: Some(detail) };
    let line = Line { format: SALTED, seq: last.seq + 1, act: ERASURE.into(), words, ..Line::default() };
    let line = linked(line, &last.hash.clone());
    lines.push(line);
    lines
}

fn word() -> impl Strategy<Value = Option<String>> {
    prop_oneof![Just(None), "[a-z\u{1f}:-]{0,6}".prop_map(Some)]
}

prop_compose! {
    fn line()(
        salted in any::<bool>(), at in 0_i64..1_000_000, act in "[a-z]{1,6}", actor in word(), from in word(), to in word(),
        reason in word(), note in word(), detail in prop_oneof![Just(None), Just(Some("{\"a\": 1}".to_owned()))],
        report in word(),
    ) -> Line {
        Line {
            format: if salted { SALTED } else { PLAIN }, at, act, actor_kind: "staff".into(), actor, from_state: from,
            to_state: to, report_id: report, words: Words { reason, note, detail }, ..Line::default()
        }
    }
}

proptest! {
    #[test]
    fn a_log_as_it_was_written_holds_and_so_does_one_whose_words_were_erased(
        lines in prop::collection::vec(line(), 1..9), which in prop::collection::vec(0_usize..8, 0..5),
    ) {
        let lines = chained(lines);
        prop_assert_eq!(check(&lines), Ok(()));
        let which: Vec<usize> = which.into_iter().filter(|position| *position < lines.len()).collect();
        let once = erased(lines, &which);
        prop_assert_eq!(check(&once), Ok(()));
        prop_assert_eq!(check(&erased(once, &[0])), Ok(()), "and once more");
    }

    #[test]
    fn a_change_of_any_part_of_any_line_is_found_at_that_line(
        lines in prop::collection::vec(line(), 1..9), position in 0_usize..8, part in 0_usize..9, with in "[a-z\u{1f}]{7,9}",
    ) {
        let mut lines = chained(lines);
        let position = position % lines.len();
        let line = &mut lines[position];
        match part {
            0 => line.at += 1,
            1 => line.act = with,
            2 => line.actor = Some(with),
            3 => line.from_state = Some(with),
            4 => line.to_state = Some(with),
            5 => line.report_id = Some(with),
            6 => line.words.reason = Some(with),
            7 => line.words.note = Some(with),
            _ => line.words.detail = Some(with),
        }
        let seq = line.seq;
        let found = check(&lines).unwrap_err();
        prop_assert_eq!(found.seq, seq);
        prop_assert!(matches!(found.fault, Fault::Line | Fault::Words));
    }

    #[test]
    fn lines_that_are_left_out_exchanged_or_cut_off_are_found(
        lines in prop::collection::vec(line(), 2..9), position in 0_usize..8,
    ) {
        let lines = chained(lines);
        let last = lines.last().unwrap().clone();
        let position = position % (lines.len() - 1);
        let mut without = lines.clone();
        without.remove(position);
        prop_assert!(verify(&without, &last.hash, last.seq).is_err());
        let mut renumbered = without;
        for (line, seq) in renumbered.iter_mut().zip(1..) {
            line.seq = seq;
        }
        prop_assert!(verify(&renumbered, &last.hash, last.seq).is_err());
        let mut exchanged = lines.clone();
        exchanged.swap(position, position + 1);
        prop_assert!(verify(&exchanged, &last.hash, last.seq).is_err());
        let cut = &lines[..lines.len() - 1];
        prop_assert_eq!(
            verify(cut, &last.hash, last.seq),
            Err(Break { seq: last.seq, fault: Fault::Sequence })
        );
        // Words of one line under the hash of another. (The plain format takes no words for empty ones.)
        let mut moved = lines;
        let words = moved[position].words.clone();
        let other = moved[position + 1].words.clone();
        if words != other && moved[position].format == SALTED {
            moved[position].words = other;
            prop_assert!(check(&moved).is_err());
        }
    }

    #[test]
    fn words_that_vanish_without_an_erasure_are_found(
        lines in prop::collection::vec(line(), 1..9), position in 0_usize..8,
    ) {
        let mut lines = chained(lines);
        let position = position % lines.len();
        let line = &mut lines[position];
        line.words = Words { reason: Some("x".into()), ..Words::default() };
        let mut lines = chained(lines);
        let line = &mut lines[position];
        (line.words, line.salt, line.is_erased) = (Words::default(), None, true);
        prop_assert_eq!(
            check(&lines),
            Err(Break { seq: lines[position].seq, fault: Fault::ErasedUnseen })
        );
    }
}

#[test]
fn a_word_cannot_move_to_its_neighbour_unseen() {
    let words = |reason: &str, note: Option<&str>| Words {
        reason: Some(reason.into()),
        note: note.map(str::to_owned),
        detail: None,
    };
    let salt = [7; 16];
    assert_ne!(words("a", Some("b")).hash(&salt), words("a\u{1f}1:b", None).hash(&salt));
    assert_ne!(words("a", None).hash(&salt), words("a", Some("")).hash(&salt));
    assert_ne!(words("a", None).hash(&salt), words("a", None).hash(&[8; 16]), "the salt hides the words");
}
