//! What is taken out of words, and what never is.
#![expect(
    clippy::tests_outside_test_module,
    clippy::unwrap_used,
    reason = "an integration test is a test module"
)]

use std::borrow::Cow;

use jiekou_core::privacy::{scrub, scrub_json};
use proptest::prelude::*;
use serde_json::json;

const PHONE: &str = "［电话已隐去］";
const NUMBER: &str = "［身份号码已隐去］";
const EMAIL: &str = "［邮箱已隐去］";

#[test]
fn numbers_by_which_a_person_is_found_are_taken_out_however_they_are_written() {
    for (written, kind) in [
        ("13912345678", PHONE),
        ("139 1234 5678", PHONE),
        ("139-1234-5678", PHONE),
        ("139.1234.5678", PHONE),
        ("1391234 5678", PHONE),
        ("139 12345678", PHONE),
        ("139——1234——5678", PHONE),
        ("1 3 9 1 2 3 4 5 6 7 8", PHONE),
        ("1-3-9-1-2-3-4-5-6-7-8", PHONE),
        ("１３９１２３４５６７８", PHONE),
        ("１３９ １２３４ ５６７８", PHONE),
        ("一三九一二三四五六七八", PHONE),
        ("壹叁玖壹贰叁肆伍陆柒捌", PHONE),
        ("幺三九 一二三四 五六七八", PHONE),
        ("一三九12345678", PHONE),
        ("139\u{200b}1234\u{200b}5678", PHONE),
        ("139\u{a0}1234\u{3000}5678", PHONE),
        ("+86 139 1234 5678", "+［电话已隐去］"),
        ("+8613912345678", "+［电话已隐去］"),
        ("8613912345678", PHONE),
        ("008613912345678", PHONE),
        ("0086-139-1234-5678", PHONE),
        ("013912345678", PHONE),
        ("0371-66931196", PHONE),
        ("0371 6693 1196", PHONE),
        ("037166931196", PHONE),
        ("(0371)66931196", "(［电话已隐去］"),
        ("010-62345678", PHONE),
        ("021 6234 5678", PHONE),
        ("0411.8363.1234", PHONE),
        ("+86 371 6693 1196", "+［电话已隐去］"),
        ("0398-2345678", PHONE),
        ("11010519491231002X", NUMBER),
        ("11010519491231002x", NUMBER),
        ("110105 19491231 002X", NUMBER),
        ("110105-19491231-002-X", NUMBER),
        ("１１０１０５１９４９１２３１００２Ｘ", NUMBER),
        ("110105491231002", NUMBER),
        ("canary@jiekou.example", EMAIL),
        ("13912345678@139.com", EMAIL),
        ("Zhang.San+1@mail.example.cn", EMAIL),
    ] {
        assert_eq!(scrub(written), kind, "{written}");
        let sentence = format!("井盖丢了，找我{written}。");
        assert_eq!(scrub(&sentence), format!("井盖丢了，找我{kind}。"), "{written}");
    }
}

#[test]
fn several_in_one_sentence_are_taken_out_one_by_one() {
    assert_eq!(
        scrub("张三13912345678李四 13800001111，家里0371-66931196或a@b.cn，tel13912345678"),
        format!("张三{PHONE}李四 {PHONE}，家里{PHONE}或{EMAIL}，tel{PHONE}")
    );
    assert_eq!(scrub("13912345678 13800001111"), format!("{PHONE} {PHONE}"));
    assert_eq!(scrub("11月27日 13912345678"), format!("11月27日 {PHONE}"));
    assert_eq!(scrub("2026-11-27 13912345678"), format!("2026-11-27 {PHONE}"));
}

#[test]
fn every_other_number_stays() {
    for text in [
        "410103-20261127-00001",
        "410103-20261127-1234567",
        "工单号 20261127000123，编号 2026112713912",
        "单号410103202611270001，流水 12345678901234567890",
        "网格 41010300100302，部件 4101030138000012，路段 410103001007",
        "豫A12345、豫A·8K138、豫AD12345",
        "大学路138号院15号楼1单元1301室",
        "13 15 17 19 21 3号楼",
        "13、15、17、19、21、23号楼都停水",
        "10086、12345、95598、400-800-1234、110",
        "66931196",
        "113.630123, 34.735012 和 135.12345678",
        "2026-11-27 13:45:10 到 2026-11-28 08:00",
        "1764240000000",
        "罚款15000元，面积 1380 平方米，长 139 米",
        "f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
        "a1391234-5678-41d0-8765-139123456789",
        "sha 9f13912345678a",
        "@二七城管 请看",
        "一五一十地说，三三两两，第一三五日限行",
        "11010519491231002",
        "110105194912310021",
        "41010320261127000",
        "410103261127001",
    ] {
        assert!(matches!(scrub(text), Cow::Borrowed(_)), "{text} became {}", scrub(text));
    }
}

#[test]
fn a_number_is_believed_to_be_of_a_person_when_a_word_says_so() {
    assert_eq!(scrub("身份证410103261127001"), format!("身份证{NUMBER}"));
    assert_eq!(scrub("单号410103261127001"), "单号410103261127001");
    for (said, shown) in [
        ("联系电话66931196", "联系电话［电话已隐去］"),
        ("座机：6693 1196，晚上在", "座机：［电话已隐去］，晚上在"),
        ("有事致电8363123", "有事致电［电话已隐去］"),
        ("电话12345无人接", "电话12345无人接"),
        ("电话20261127000123已答复", "电话20261127000123已答复"),
        ("来电反映编号为3000123456的井盖", "来电反映编号为3000123456的井盖"),
        ("联系人住在大学路138号院", "联系人住在大学路138号院"),
    ] {
        assert_eq!(scrub(said), shown);
    }
}

#[test]
fn objects_are_scrubbed_in_every_part_and_keep_their_shape() {
    let said = json!({
        "address": "大学路1号，13912345678", "list": ["0371-66931196", 3, true, null],
        "inside": { "number": 13_912_345_678_u64, "longitude": 113.63, "count": 12 }
    });
    assert_eq!(
        scrub_json(said),
        json!({
            "address": format!("大学路1号，{PHONE}"), "list": [PHONE, 3, true, null],
            "inside": { "number": null, "longitude": 113.63, "count": 12 }
        })
    );
}

/// Mobiles, in one of the ways in which people write them.
fn written_mobile() -> impl Strategy<Value = String> {
    let digits = ("1[3-9][0-9]{9}", 0_usize..6, prop_oneof![Just(" "), Just("-"), Just("－"), Just("  ")]);
    digits.prop_map(|(number, way, gap)| {
        let groups = |ends: &[usize]| {
            let mut begins = 0;
            let parts: Vec<&str> = ends
                .iter()
                .map(|end| {
                    let part = &number[begins..*end];
                    begins = *end;
                    part
                })
                .collect();
            parts.join(gap)
        };
        match way {
            0 => number.clone(),
            1 => groups(&[3, 7, 11]),
            2 => groups(&[3, 11]),
            3 => groups(&[7, 11]),
            4 => groups(&[4, 8, 11]),
            _ => number
                .bytes()
                .map(|b| char::from_u32(u32::from(b - b'0') + u32::from('０')).unwrap())
                .collect(),
        }
    })
}

/// Numbers of orders, cases, houses, plates, components, coordinates and moments.
fn other_number() -> impl Strategy<Value = String> {
    prop_oneof![
        "410103-202[0-9](0[1-9]|1[0-2])(0[1-9]|1[0-9]|2[0-8])-[0-9]{5,7}",
        "202[0-9](0[1-9]|1[0-2])(0[1-9]|1[0-9]|2[0-8])[0-9]{4,6}",
        "[A-Z]{2}202[0-9](0[1-9]|1[0-2])(0[1-9]|1[0-9]|2[0-8])[0-9]{6}",
        "[1-9][0-9]{0,3}号院[1-9][0-9]?号楼[1-9]单元[1-9][0-9]{2,3}室",
        "[1-9][0-9]?-[1-9]-[1-9][0-9]{2,3}",
        "豫[A-Z]·?[A-Z0-9]{5,6}",
        "41010300[0-9]{4}[0-9]{4}",
        "11[3-4]\\.[0-9]{4,8}，3[4-5]\\.[0-9]{4,8}",
        "202[0-9]-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8]) (0[0-9]|1[0-9]|2[0-3]):[0-5][0-9]",
        "[1-9][0-9]{0,6}(元|米|平方米|起|户)",
        "1[0-9]{2,4}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn no_mobile_stays_however_it_is_written(
        before in "[一-龥，。]{0,8}", mobile in written_mobile(), after in "[，。！a-z]?[龙凤虎]{0,8}"
    ) {
        // Numerals among the characters before would be digits of another number.
        prop_assume!(before.chars().all(|c| !"一二三四五六七八九零〇壹贰叁肆伍陆柒捌玖幺".contains(c)));
        let text = format!("{before}{mobile}{after}");
        let shown = scrub(&text);
        prop_assert!(shown.contains(PHONE), "{text} → {shown}");
        prop_assert!(!shown.contains(&mobile));
        prop_assert_eq!(format!("{before}{PHONE}{after}"), shown);
    }

    #[test]
    fn no_other_number_is_ever_taken_out(before in "(编号|车牌|在|共|)", number in other_number(), after in "(坏了|附近|)") {
        let text = format!("{before}{number}{after}");
        prop_assert_eq!(scrub(&text), text.as_str());
    }

    #[test]
    fn scrubbing_again_changes_nothing_and_words_without_digits_are_never_touched(text in ".{0,200}") {
        let once = scrub(&text).into_owned();
        prop_assert_eq!(scrub(&once), once.as_str());
        let plain: String = text.chars().filter(|c| c.is_alphabetic() && c.is_ascii()).collect();
        prop_assert_eq!(scrub(&plain), plain.as_str());
    }
}

/// What a fuzzer found worth keeping, and what people wrote: none may panic, none may change when it is scrubbed again, and
/// no eleven digits of a mobile may stay together.
#[test]
fn the_corpus_is_scrubbed_without_a_panic_and_leaves_no_mobile() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/corpus/scrub");
    let mut files = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        let shown = scrub(&text).into_owned();
        assert_eq!(scrub(&shown), shown.as_str());
        let runs = shown.split(|c: char| !c.is_ascii_digit());
        let mobile = |run: &&str| run.len() == 11 && matches!(run.as_bytes(), [b'1', b'3'..=b'9', ..]);
        assert_eq!(runs.filter(mobile).collect::<Vec<_>>(), Vec::<&str>::new(), "{text}");
        files += 1;
    }
    assert!(files >= 8, "the corpus is there");
}
