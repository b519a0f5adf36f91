//! Chinese as it is typed without a Chinese keyboard: pinyin without tones, and its initials.

use pinyin::{ToPinyin, ToPinyinMulti};

/// Most ways in which one name is read.
const READINGS: usize = 4;

/// How characters of several readings are read in names of places, where that is not how they are read most often.
const IN_PLACES: [(char, &str); 4] = [('长', "chang"), ('重', "chong"), ('都', "du"), ('藏', "zang")];
/// Words in which one character, at this position, is read in a way of its own.
const IN_WORDS: [(&str, usize, &str); 12] = [
    ("银行", 1, "hang"),
    ("商行", 1, "hang"),
    ("车行", 1, "hang"),
    ("支行", 1, "hang"),
    ("分行", 1, "hang"),
    ("音乐", 1, "yue"),
    ("乐器", 0, "yue"),
    ("厦门", 0, "xia"),
    ("重型", 0, "zhong"),
    ("重工", 0, "zhong"),
    ("重点", 0, "zhong"),
    ("重力", 0, "zhong"),
];

/// A way to read a name: the letters of each of its characters. A letter or digit reads as itself; what is neither is left
/// out.
pub(super) type Reading = Vec<String>;

/// The ways to read a name: the usual one, then those in which one character is read otherwise (重庆: chongqing, zhongqing).
pub(super) fn readings(name: &str) -> Vec<Reading> {
    let letters = letters(name);
    let usual = usual(&letters);
    let mut readings = vec![usual.clone()];
    for (position, letter) in letters.iter().enumerate() {
        for other in letter.to_pinyin_multi().into_iter().flatten() {
            let other = plain(other.plain());
            let mut reading = usual.clone();
            let Some(slot) = reading.get_mut(position).filter(|slot| **slot != other) else { continue };
            *slot = other;
            if readings.len() < READINGS && !readings.contains(&reading) {
                readings.push(reading);
            }
        }
    }
    readings
}

/// The usual reading of a text in one piece: what somebody types who begins in Chinese and goes on in letters.
pub(super) fn spelt(text: &str) -> String {
    usual(&letters(text)).concat()
}

/// The first letters of the usual reading.
pub(super) fn initials(text: &str) -> String {
    usual(&letters(text)).iter().filter_map(|letters| letters.chars().next()).collect()
}

fn letters(text: &str) -> Vec<char> {
    text.chars().filter(|letter| letter.is_alphanumeric()).collect()
}

/// How the letters are read when nothing else is known about them.
fn usual(letters: &[char]) -> Reading {
    let mut reading: Reading = letters.iter().map(|letter| read(*letter)).collect();
    let text: String = letters.iter().collect();
    for (word, inside, said) in IN_WORDS {
        for (at, _) in text.match_indices(word) {
            let position = text.get(..at).map_or(0, |before| before.chars().count()) + inside;
            if let Some(slot) = reading.get_mut(position) {
                said.clone_into(slot);
            }
        }
    }
    reading
}

fn read(letter: char) -> String {
    if let Some((_, said)) = IN_PLACES.iter().find(|(other, _)| *other == letter) {
        return (*said).to_owned();
    }
    match letter.to_pinyin() {
        Some(pinyin) => plain(pinyin.plain()),
        None => letter.to_lowercase().collect(),
    }
}

/// ü is typed as v.
fn plain(pinyin: &str) -> String {
    pinyin.replace('ü', "v")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_in_two_ways_is_read_as_in_names_of_places() {
        for (name, letters) in [
            ("长江路", "changjianglu"),
            ("长春路", "changchunlu"),
            ("重庆路", "chongqinglu"),
            ("重阳街", "chongyangjie"),
            ("重型机械厂", "zhongxingjixiechang"),
            ("工商银行", "gongshangyinhang"),
            ("行政服务中心", "xingzhengfuwuzhongxin"),
            ("人行道", "renxingdao"),
            ("音乐广场", "yinyueguangchang"),
            ("长乐路", "changlelu"),
            ("国贸大厦", "guomaodasha"),
            ("厦门街", "xiamenjie"),
            ("朝阳路", "chaoyanglu"),
            ("都市村庄", "dushicunzhuang"),
            ("会展中心", "huizhanzhongxin"),
            ("地铁车站", "ditiechezhan"),
            ("调度室", "diaodushi"),
            ("解放路", "jiefanglu"),
            ("石油公司", "shiyougongsi"),
            ("单元门", "danyuanmen"),
            ("大学路", "daxuelu"),
            ("学校", "xuexiao"),
            ("卡口", "kakou"),
            ("万达广场", "wandaguangchang"),
            ("南阳路", "nanyanglu"),
            ("广告牌", "guanggaopai"),
            ("厂房", "changfang"),
            ("区政府", "quzhengfu"),
            ("盛世家园", "shengshijiayuan"),
            ("宿舍", "sushe"),
            ("藏族中学", "zangzuzhongxue"),
            ("兴华街", "xinghuajie"),
            ("空地", "kongdi"),
            ("色彩", "secai"),
            ("六合路", "liuhelu"),
            ("便民店", "bianmindian"),
            ("传媒", "chuanmei"),
            ("石板", "shiban"),
            ("弹子房", "danzifang"),
            ("没有", "meiyou"),
            ("省医院", "shengyiyuan"),
            ("少林", "shaolin"),
            ("观音寺", "guanyinsi"),
            ("合作社", "hezuoshe"),
            ("家具", "jiaju"),
            ("红薯", "hongshu"),
            ("绿地", "lvdi"),
            ("女贞路", "nvzhenlu"),
            ("柏树", "baishu"),
            ("桔", "ju"),
            ("蔚来", "weilai"),
            ("嵩山路", "songshanlu"),
            ("烩面", "huimian"),
            ("排水", "paishui"),
            ("陇海路", "longhailu"),
            ("棉纺路", "mianfanglu"),
            ("碧沙岗", "bishagang"),
            ("和平", "heping"),
            ("西藏路", "xizanglu"),
            ("宝盒", "baohe"),
        ] {
            assert_eq!(spelt(name), letters);
        }
    }

    #[test]
    fn a_name_is_spelt_as_people_type_it() {
        assert_eq!(spelt("二七塔"), "erqita");
        assert_eq!(spelt("绿城广场A座"), "lvchengguangchangazuo");
        assert_eq!(initials("淮河路街道"), "hhljd");
        let read: Vec<String> = readings("重庆路").iter().map(|reading| reading.concat()).collect();
        assert_eq!(read[..2], ["chongqinglu", "zhongqinglu"]);
        assert_eq!(initials("长江路"), "cjl");
    }
}
