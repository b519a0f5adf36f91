//! What is said: short sentences.

use super::draft::{Draft, MediumKind, Patience, Spot};
use super::offer::Offer;

/// Most characters of the own words that a summary repeats.
const REPEATED: usize = 60;

/// The description of a report that was spoken.
pub const SPOKEN: &str = "（语音报料，请听录音）";
pub const GREETING: &str = "您好，这里是街口。看到街面问题，随时发给我们：\n照片、位置、一句话说明，先发哪样都行。\n\
     回复“进度”看办理情况，回复“帮助”看用法。";
pub const HELP: &str = "怎么报料：发照片、发位置（点＋号选“位置”）、写一句话，先后不限，也可以发语音。\n\
     进度：看自己报料的办理情况\n查询＋查询码：看某一条\n取消：放弃没填完的\n撤回＋查询码：撤回已提交的\n\
     遇险请直接拨打 110、119 或 120。";
pub const REPORT: &str = "请发照片、位置（点＋号选“位置”）和一句话说明，先发哪样都行。";
pub const NOT_UNDERSTOOD: &str = "这个看不懂。请用文字、照片或位置告诉我们；回复“帮助”看用法。";
pub const LINK: &str = "链接打不开。请直接发照片、位置或文字。";
pub const CANCELLED: &str = "已取消，没有提交。需要时再发给我们。";
pub const NOTHING_TO_CANCEL: &str = "现在没有没填完的报料。要撤回已提交的，请回复“撤回”加查询码。";
pub const WITHDRAW_WHICH: &str = "要撤回哪一条？请回复“撤回”加查询码；回复“进度”可以看到查询码。";
pub const WITHDRAWN: &str = "已撤回，不再通知您进展。";
pub const WITHDRAW_REFUSED: &str = "这条不能撤回：不是您的报料，或者已经办结。";
pub const UNKNOWN_CODE: &str = "没有这个查询码，请核对。回复“进度”可以看到您自己的报料。";
pub const NO_POSITION: &str = "不知道您现在的位置。请点＋号选“位置”发给我们，或写下地址。";
pub const PHOTOS_FULL: &str = "照片最多九张，这一张没有加进去。";
pub const RECORDINGS_FULL: &str = "录音和视频最多各九份，这一份没有加进去。";
pub const WORDS_FULL: &str = "文字太长，最多两千字，后面的没有加进去。";
pub const FORGOTTEN: &str = "（上次没填完的已过期，重新开始。）\n";
pub const MEDIA_COMING: &str = "好的，照片还在接收，收到后马上提交，并把查询码发给您。";
/// The answer could not be worked out in time; it comes later.
pub const LATER: &str = "收到了，正在处理，马上回复您。";
/// Not even the message could be kept in time.
pub const BUSY: &str = "系统繁忙，您的消息还在保存。一分钟内没有收到回复的话，请再发一次，谢谢。";
/// There are so many messages that this one was not even begun with.
pub const OVERLOADED: &str = "现在消息太多，这一条没有收到，请过几分钟再发一次，抱歉。";
pub const RECORDING_LOST: &str = "录音没有接收到，这条报料没有提交，请用文字再说一次。";
pub const MEDIA_LOST: &str = "有一份照片或录音没有接收到，请再发一次。";

/// What is missing, and how to give it.
pub(super) fn asking(draft: &Draft, knows_position: bool) -> String {
    match (draft.is_told(), draft.spot.is_some()) {
        (false, true) => "请用一句话说明是什么问题（也可以发语音）。".to_owned(),
        (true, false) => format!("在哪里？请发位置（点＋号选“位置”），或写下地址。{}", here(knows_position)),
        (false, false) => format!("请说明是什么问题、在哪里：发位置或写下地址都行。{}", here(knows_position)),
        (true, true) => String::new(),
    }
}

fn here(knows_position: bool) -> &'static str {
    if knows_position { "就在您现在的地方的话，回复“这里”。" } else { "" }
}

/// A draft that is whole, and the choice.
pub(super) fn choice(draft: &Draft, offers: &[Offer]) -> String {
    format!("{}\n{}", summary(draft), question(offers))
}

pub(super) fn question(offers: &[Offer]) -> String {
    if offers.is_empty() {
        return "回复 1 提交；还可以接着发照片或文字；回复“取消”放弃。".to_owned();
    }
    let lines: Vec<String> =
        offers.iter().enumerate().map(|(place, offer)| format!("{}. {}", place + 1, offer.line())).collect();
    format!("附近有相似的问题：\n{}\n是同一个就回复编号；都不是回复 0，作为新问题提交。", lines.join("\n"))
}

fn summary(draft: &Draft) -> String {
    let problem: String = draft.description().replace('\n', "；");
    let mut shown: String = problem.chars().take(REPEATED).collect();
    if shown.len() < problem.len() {
        shown.push('…');
    }
    let spot = match &draft.spot {
        Some(Spot::Point { label: Some(label), .. }) => label.as_str(),
        Some(Spot::Point { label: None, .. }) => "已定位",
        Some(Spot::Address(address)) => address.as_str(),
        None => "",
    };
    let media: Vec<String> =
        [(MediumKind::Photo, "张照片"), (MediumKind::Voice, "段语音"), (MediumKind::Video, "段视频")]
            .into_iter()
            .filter_map(|(kind, name)| Some((draft.count(kind), name)).filter(|(count, _)| *count > 0))
            .map(|(count, name)| format!("{count} {name}"))
            .collect();
    let media = if media.is_empty() {
        "没有照片（有的话请接着发）".to_owned()
    } else {
        media.join("、")
    };
    format!("问题：{shown}\n位置：{spot}\n{media}")
}

pub(super) fn photo_received(count: usize) -> String {
    format!("收到照片，共 {count} 张。")
}

/// Said once to whoever has gone quiet.
pub(super) fn reminder(draft: &Draft, patience: &Patience, knows_position: bool) -> String {
    let rest = (patience.keep_for - patience.remind_after).num_minutes();
    let rest = if rest >= 60 { format!("{} 小时", rest / 60) } else { format!("{} 分钟", rest.max(1)) };
    let missing = if draft.is_whole() {
        "您的报料还没有提交，回复 1 提交。".to_owned()
    } else {
        format!("您的报料还差一点：{}", asking(draft, knows_position))
    };
    format!("{missing}\n草稿再保留 {rest}，接着发就行；不报了回复“取消”。")
}
/// Somebody writes faster than anybody writes.
pub const TOO_FAST: &str = "您发得太快了，这一条没有收到，请过一分钟再发。";
/// Somebody has sent as many reports as one may.
pub const TOO_MANY: &str = "您今天发来的报料太多，这一条没有提交。请明天再试，急事请拨打热线。";
