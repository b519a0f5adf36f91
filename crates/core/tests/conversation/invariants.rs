//! Whatever is said in whatever order, the draft keeps its promises and nothing that was said is lost.

use jiekou_core::conversation::{Conversation, Hearing, Input, MediumKind, Stage, Then};
use proptest::prelude::{Strategy, any, prop, prop_assert, prop_assert_eq, prop_oneof, proptest};
use uuid::Uuid;

use super::{at, here, offer};

fn input() -> impl Strategy<Value = Input> {
    prop_oneof![
        "[路灯井盖坏了不亮]{1,40}".prop_map(Input::Words),
        "(0|1|2|取消|进度|帮助|这里|好|撤回)".prop_map(Input::Words),
        any::<u128>().prop_map(|id| Input::Photo(Uuid::from_u128(id))),
        any::<u128>().prop_map(|id| Input::Voice { medium: Uuid::from_u128(id), recognised: None }),
        any::<u128>().prop_map(|id| Input::Video(Uuid::from_u128(id))),
        proptest::strategy::Just(here()),
        proptest::strategy::Just(Input::Other),
        proptest::strategy::Just(Input::Link),
    ]
}

proptest! {
    #[test]
    fn a_draft_waits_for_a_number_exactly_when_nothing_is_missing(
        said in prop::collection::vec((input(), any::<bool>()), 1..60), places in any::<bool>(),
    ) {
        let mut conversation = Conversation::default();
        for (minute, (input, similar)) in (0..).zip(said) {
            let before = conversation.draft.clone();
            let hearing = Hearing { names_place: places, ..at(minute) };
            let (next, then) = conversation.hear(input.clone(), &hearing);
            conversation = match &then {
                Then::LookAround { said } => {
                    let offers = if similar { vec![offer("A-1")] } else { Vec::new() };
                    next.offered(offers, said).0
                }
                Then::Submit(confirmed) => {
                    // What is sent is what was there.
                    prop_assert_eq!(Some(&confirmed.draft), before.as_ref());
                    prop_assert!(confirmed.draft.spot.is_some());
                    next
                }
                _ => next,
            };
            if let Some(draft) = &conversation.draft {
                let told = !draft.words.is_empty() || draft.count(MediumKind::Voice) > 0;
                let whole = told && draft.spot.is_some();
                prop_assert_eq!(matches!(draft.stage, Stage::Choosing { .. }), whole);
                prop_assert!(draft.count(MediumKind::Photo) <= 9);
                prop_assert!(draft.description().chars().count() <= 2_000);
                if let Some(before) = before {
                    prop_assert!(before.id != draft.id || before.words.iter().all(|it| draft.words.contains(it)));
                    prop_assert!(before.id != draft.id || before.media.iter().all(|it| draft.media.contains(it)));
                }
            }
        }
    }
}
