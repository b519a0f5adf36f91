//! Photo, place and words in any order become one draft.

use jiekou_core::conversation::{Conversation, Hearing, Input, MediumKind, Spot, Stage, Then};
use jiekou_core::place::{CoordinateSystem, DeclaredPoint};
use uuid::Uuid;

use super::{at, here, noon, photo, said, told, words};

#[test]
fn every_order_of_photo_place_and_words_becomes_the_same_draft() {
    let all = [photo(9), here(), words("路面有个大坑")];
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let (conversation, answers) = told(order.map(|it: usize| all[it].clone()).to_vec());
        let draft = conversation.draft.unwrap();
        assert_eq!(draft.words, ["路面有个大坑"], "{order:?}");
        assert!(matches!(draft.spot, Some(Spot::Point { .. })), "{order:?}");
        assert_eq!((draft.count(MediumKind::Photo), draft.id), (1, at(0).fresh), "{order:?}");
        assert_eq!(draft.stage, Stage::Choosing { offers: vec![] }, "{order:?}");
        assert!(answers[..1].iter().all(|then| matches!(then, Then::Say(_))), "{order:?}: {answers:?}");
    }
}

#[test]
fn what_is_missing_is_asked_for_and_nothing_else() {
    for (inputs, asks, asks_not) in [
        (vec![photo(1)], vec!["什么问题", "在哪里"], vec![]),
        (vec![here()], vec!["什么问题"], vec!["在哪里"]),
        (vec![words("路灯不亮")], vec!["在哪里"], vec!["什么问题"]),
        (vec![photo(1), here()], vec!["什么问题"], vec!["在哪里"]),
    ] {
        let (_, answers) = told(inputs.clone());
        let last = said(answers.last().unwrap());
        assert!(asks.iter().all(|it| last.contains(it)), "{inputs:?}: {last}");
        assert!(!asks_not.iter().any(|it: &&str| last.contains(it)), "{inputs:?}: {last}");
    }
}

#[test]
fn whoever_is_asked_where_answers_where() {
    let (conversation, _) = told(vec![words("井盖坏了"), words("大学路77号门口")]);
    let draft = conversation.draft.unwrap();
    assert_eq!(draft.spot, Some(Spot::Address("大学路77号门口".to_owned())));
    let (conversation, answers) = told(vec![words("井盖坏了"), words("快来看看"), words("井盖坏了")]);
    let draft = conversation.draft.unwrap();
    assert_eq!((draft.words.len(), draft.spot), (2, None), "more words are no address");
    assert!(said(&answers[2]).contains("在哪里"));
    let known = Hearing { names_place: true, ..at(0) };
    let (conversation, then) = Conversation::default().hear(words("大学路77号井盖坏了"), &known);
    assert!(matches!(then, Then::LookAround { .. }), "words that name a place say both");
    assert_eq!(conversation.draft.unwrap().words, ["大学路77号井盖坏了"]);
}

#[test]
fn a_spoken_report_is_words_where_they_were_understood_and_a_recording_where_not() {
    let voice = |recognised: Option<&str>| Input::Voice {
        medium: Uuid::from_u128(5),
        recognised: recognised.map(str::to_owned),
    };
    let (conversation, answers) = told(vec![voice(Some("路口的井盖丢了。")), here()]);
    let draft = conversation.draft.unwrap();
    assert_eq!(draft.description(), "路口的井盖丢了。");
    assert!(said(&answers[0]).contains("听到的是：路口的井盖丢了。"));
    let (conversation, answers) = told(vec![voice(None), here()]);
    let draft = conversation.draft.unwrap();
    assert!(said(&answers[0]).contains("会有人收听"));
    assert_eq!((draft.description().as_str(), draft.count(MediumKind::Voice)), ("（语音报料，请听录音）", 1));
    assert_eq!(draft.stage, Stage::Choosing { offers: vec![] }, "a recording says what it is");
}

#[test]
fn a_place_that_is_none_is_refused_in_words_and_nothing_is_lost() {
    let at_zero = DeclaredPoint { longitude: 0.0, latitude: 0.0, system: CoordinateSystem::Gcj02 };
    let swapped = DeclaredPoint { longitude: 34.7, latitude: 113.6, system: CoordinateSystem::Gcj02 };
    for point in [at_zero, swapped] {
        let (conversation, answers) = told(vec![words("路灯不亮"), Input::Place { point, label: None }]);
        assert!(said(&answers[1]).contains("重新发位置"), "{answers:?}");
        let draft = conversation.draft.unwrap();
        assert_eq!((draft.words, draft.spot), (vec!["路灯不亮".to_owned()], None));
    }
}

#[test]
fn there_are_limits_and_who_meets_them_is_told() {
    let (conversation, answers) = told((1..=10).map(photo).collect());
    assert_eq!(conversation.draft.unwrap().count(MediumKind::Photo), 9);
    assert!(said(&answers[9]).contains("最多九张"));
    let (conversation, answers) = told(vec![words(&"坑".repeat(1_500)), words(&"洞".repeat(600))]);
    assert_eq!(conversation.draft.unwrap().words.len(), 1);
    assert!(said(&answers[1]).contains("最多两千字"));
}

#[test]
fn the_same_words_again_say_nothing_new() {
    let (conversation, _) = told(vec![words("路灯不亮"), here(), words("路灯不亮")]);
    assert_eq!(conversation.draft.unwrap().words, ["路灯不亮"]);
}

#[test]
fn a_phones_position_is_only_used_when_its_owner_says_so() {
    let position = |longitude| {
        Input::Position(DeclaredPoint { longitude, latitude: 34.733, system: CoordinateSystem::Gcj02 })
    };
    let (conversation, answers) = told(vec![position(113.636), words("路灯不亮"), words("这里")]);
    assert_eq!(answers[0], Then::Nothing);
    assert!(said(&answers[1]).contains("这里"));
    assert!(
        matches!(conversation.draft.unwrap().spot, Some(Spot::Point { declared, .. }) if declared.longitude == 113.636)
    );
    let (conversation, _) = told(vec![position(113.636)]);
    let (conversation, _) = conversation.hear(words("路灯不亮"), &at(1));
    let (_, then) = conversation.hear(words("这里"), &at(30));
    assert!(said(&then).contains("不知道您现在的位置"), "half an hour later they are somewhere else");
}

#[test]
fn stickers_links_and_what_is_unknown_are_answered_kindly_and_begin_nothing() {
    for input in [Input::Other, Input::Link, words("1"), words("\u{1}\u{2}")] {
        let (conversation, then) = Conversation::default().hear(input.clone(), &at(0));
        assert_eq!(conversation.draft, None, "{input:?}");
        assert!(!said(&then).is_empty());
    }
    let (conversation, then) = Conversation::default().hear(Input::Joined, &at(0));
    assert_eq!(conversation, Conversation::default());
    assert!(said(&then).starts_with("您好"));
}

#[test]
fn danger_is_answered_with_what_to_do_at_once() {
    let hearing = Hearing { advice: Some("请拨打 119。".to_owned()), ..at(0) };
    let (_, then) = Conversation::default().hear(words("燃气泄漏"), &hearing);
    assert!(said(&then).starts_with("请拨打 119。\n"));
    assert_eq!(hearing.now, noon());
}
