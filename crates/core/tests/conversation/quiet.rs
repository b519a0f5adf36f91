//! Somebody goes quiet.

use jiekou_core::conversation::{Conversation, Input, Then};

use super::{PATIENCE, at, here, noon, said, told, words};
use chrono::Duration;

#[test]
fn who_goes_quiet_is_told_once_what_is_missing() {
    let (conversation, _) = told(vec![words("路灯不亮")]);
    let after = |minutes| noon() + Duration::minutes(minutes);
    assert_eq!(conversation.remind(&PATIENCE, after(29)), None);
    let (reminded, said) = conversation.remind(&PATIENCE, after(30)).unwrap();
    assert!(said.contains("在哪里") && said.contains("再保留 23 小时"), "{said}");
    assert_eq!(reminded.remind(&PATIENCE, after(90)), None, "once");
    let (conversation, _) = reminded.hear(here(), &at(100));
    assert!(conversation.remind(&PATIENCE, after(130)).is_some(), "and once more after something new");
    assert_eq!(Conversation::default().remind(&PATIENCE, after(60)), None);
}

#[test]
fn a_draft_is_kept_for_its_time_and_who_comes_later_is_told() {
    let (conversation, _) = told(vec![words("路灯不亮")]);
    let day = 24 * 60;
    let (kept, _) = conversation.clone().hear(here(), &at(day - 1));
    assert_eq!(kept.draft.unwrap().words, ["路灯不亮"]);
    let (new, then) = conversation.clone().hear(words("井盖坏了"), &at(day));
    assert!(said(&then).contains("已过期"), "{then:?}");
    assert_eq!(new.draft.unwrap().words, ["井盖坏了"]);
    assert_eq!(conversation.remind(&PATIENCE, noon() + Duration::days(2)), None, "nobody is told of it then");
}

#[test]
fn who_leaves_is_told_nothing() {
    let (conversation, _) = told(vec![words("路灯不亮")]);
    assert_eq!(conversation.hear(Input::Left, &at(1)), (Conversation::default(), Then::Nothing));
}
