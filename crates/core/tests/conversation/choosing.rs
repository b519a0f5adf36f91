//! A whole draft is sent by a number; similar cases can be named by theirs.

use jiekou_core::conversation::{Confirmed, Conversation, Offer, Stage, Then};

use super::{at, here, offer, photo, said, told, words};

fn whole(offers: Vec<Offer>) -> (Conversation, Then) {
    let (conversation, _) = told(vec![photo(9), words("路面有个大坑")]);
    let (conversation, then) = conversation.hear(here(), &at(2));
    let Then::LookAround { said } = then else { panic!("{then:?}") };
    conversation.offered(offers, &said)
}

fn confirmed(offers: Vec<Offer>, reply: &str) -> Result<Confirmed, String> {
    let (conversation, _) = whole(offers);
    let before = conversation.clone();
    let (after, then) = conversation.hear(words(reply), &at(3));
    match then {
        Then::Submit(confirmed) => {
            assert_eq!(after.draft, None, "the next message begins a new one");
            Ok(*confirmed)
        }
        Then::Say(words) => {
            assert_eq!(after.draft, before.draft, "nothing is lost");
            Err(words)
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_whole_draft_is_shown_and_sent_when_its_author_says_so() {
    let (_, then) = whole(vec![]);
    for part in ["路面有个大坑", "淮河路与兴华街交叉口", "1 张照片", "回复 1 提交"] {
        assert!(said(&then).contains(part), "{part}: {then:?}");
    }
    for yes in ["1", "１", "提交", "确认"] {
        let confirmed = confirmed(vec![], yes).unwrap();
        assert_eq!((confirmed.same_as, confirmed.is_new), (None, false), "{yes}");
    }
    for number in ["0", "2", "9"] {
        assert!(confirmed(vec![], number).unwrap_err().contains("回复 1 提交"), "{number}");
    }
}

#[test]
fn similar_cases_are_chosen_by_number() {
    let (_, then) = whole(vec![offer("A-1"), offer("B-2")]);
    for part in ["1. 相距约 12 米，2 小时前报的，已受理", "2. ", "都不是回复 0"] {
        assert!(said(&then).contains(part), "{part}: {then:?}");
    }
    let offers = || vec![offer("A-1"), offer("B-2")];
    for (reply, same_as, is_new) in
        [("1", Some("A-1"), false), ("第2个", Some("B-2"), false), ("0", None, true), ("都不是", None, true)]
    {
        let confirmed = confirmed(offers(), reply).unwrap();
        assert_eq!((confirmed.same_as.as_deref(), confirmed.is_new), (same_as, is_new), "{reply}");
    }
    assert!(confirmed(offers(), "3").unwrap_err().contains("回复编号"));
}

#[test]
fn more_photos_change_no_choice_and_more_words_are_compared_anew() {
    let (conversation, _) = whole(vec![offer("A-1")]);
    let (conversation, then) = conversation.hear(photo(10), &at(3));
    assert!(said(&then).contains("共 2 张") && said(&then).contains("都不是回复 0"), "{then:?}");
    assert_eq!(conversation.draft.as_ref().unwrap().stage, Stage::Choosing { offers: vec![offer("A-1")] });
    let (_, then) = conversation.hear(words("有一米深"), &at(4));
    assert!(matches!(then, Then::LookAround { .. }));
}

#[test]
fn a_draft_can_be_given_up_at_any_time() {
    let (conversation, _) = whole(vec![offer("A-1")]);
    let (conversation, then) = conversation.hear(words("取消"), &at(3));
    assert_eq!((conversation.draft, said(&then).contains("已取消")), (None, true));
    let (_, then) = Conversation::default().hear(words("取消"), &at(3));
    assert!(said(&then).contains("撤回"), "{then:?}");
}

#[test]
fn asking_how_things_stand_disturbs_no_draft() {
    let (conversation, _) = whole(vec![]);
    let before = conversation.draft.clone();
    for (text, then) in [("进度", Then::ListOwn), ("查询", Then::ListOwn)] {
        let (after, asked) = conversation.clone().hear(words(text), &at(3));
        assert_eq!((after.draft, asked), (before.clone(), then), "{text}");
    }
    let (after, then) = conversation.hear(words("帮助"), &at(3));
    assert_eq!(after.draft, before);
    assert!(said(&then).contains("110"));
}
