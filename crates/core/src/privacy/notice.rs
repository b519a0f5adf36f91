//! What is told at the door: what is kept of people, why, and how long. Made of the settings in force, so that what is
//! told is what is done.

use chrono::Duration;

use super::retention::{
    FAILED_SIGN_INS, PHOTO_LINKS, SAVED_ANSWERS, SESSIONS, UNUSED_PHOTOS, WECHAT_WORDS, codes_counted,
};
use crate::resident::ResidentRules;

/// Something that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// A stable name, such as `contact`.
    pub name: &'static str,
    pub what: &'static str,
    pub why: &'static str,
    /// In words.
    pub how_long: String,
    /// Absent where it is kept for as long as something else is.
    pub at_most: Option<Duration>,
    /// Whether it goes at once when its owner asks.
    pub erasable: bool,
}

/// What the notice depends on.
#[derive(Debug, Clone, Copy)]
pub struct NoticeFacts<'a> {
    /// See [`super::identity_days`].
    pub identity_days: u32,
    pub residents: &'a ResidentRules,
    /// Whether people report by WeChat here.
    pub by_wechat: bool,
}

/// Everything that is kept of residents.
pub fn kept(facts: &NoticeFacts<'_>) -> Vec<Kept> {
    let identity = Duration::days(facts.identity_days.into());
    let after_the_case = format!("案件办结后 {}", words(identity));
    let mut all = vec![
        Kept {
            name: "report",
            what: "报料的文字、位置、照片，以及您后来的补充和评价",
            why: "核实、派遣和处置问题",
            how_long:
                "随案件归档。申请删除后，文字和地址不再保留；照片和处置记录依法随案件留存，但不再与您有关"
                    .to_owned(),
            at_most: None,
            erasable: true,
        },
        Kept {
            name: "contact",
            what: "您留下的姓名、电话、邮箱（加密保存，处置人员看不到）",
            why: "告诉您每一步进展，必要时由热线人员联系您",
            how_long: after_the_case.clone(),
            at_most: Some(identity),
            erasable: true,
        },
        Kept {
            name: "link",
            what: "哪些报料属于您的账号",
            why: "让您查看和管理自己的报料",
            how_long: after_the_case,
            at_most: Some(identity),
            erasable: true,
        },
        Kept {
            name: "log",
            what: "案件的处置日志（您在其中只有一个代号）",
            why: "证明每一步由谁在何时作出，任何人不能改动",
            how_long: "随案件归档；申请删除后其中您写的文字不再保留".to_owned(),
            at_most: None,
            erasable: false,
        },
        Kept {
            name: "photoLinks",
            what: "打开您照片的链接",
            why: "只有您和负责的工作人员能看到未公开的照片",
            how_long: format!("{}后失效", words(PHOTO_LINKS)),
            at_most: Some(PHOTO_LINKS),
            erasable: false,
        },
        Kept {
            name: "unusedPhotos",
            what: "上传后没有随报料提交的照片",
            why: "等待您完成报料",
            how_long: words(UNUSED_PHOTOS),
            at_most: Some(UNUSED_PHOTOS),
            erasable: false,
        },
        Kept {
            name: "savedAnswers",
            what: "对一次提交的应答（加密保存）",
            why: "网络不好时重发不会重复报料",
            how_long: words(SAVED_ANSWERS),
            at_most: Some(SAVED_ANSWERS),
            erasable: false,
        },
    ];
    if facts.by_wechat {
        all.push(Kept {
            name: "wechat",
            what: "您在微信公众号或小程序中的编号（加密保存，处置人员看不到），以及与我们的对话（加密保存）",
            why: "把您分几条发来的内容合成一条报料，并告诉您每一步进展",
            how_long: format!("对话 {}；编号至案件办结后 {}", words(WECHAT_WORDS), words(identity)),
            at_most: Some(identity),
            erasable: true,
        });
    }
    if facts.residents.signs_in_by_phone {
        all.extend(of_accounts(facts.residents, identity));
    }
    all
}

/// What whoever signs in by text message should know of it, and what stands beside it; `None` where nobody does.
pub fn sign_in_risks(facts: &NoticeFacts<'_>) -> Option<String> {
    let beside = if facts.by_wechat {
        "用微信登录不经过短信，由您的微信账号保护，更安全；不登录也可以报料，凭查询码和报料凭证办理。"
    } else {
        "不登录也可以报料，凭查询码和报料凭证办理，不经过短信。"
    };
    let risks = "短信验证码可能被同一手机上的其他软件读取，也可能在补卡、换号或短信转发时落入他人之手。\
                 不要把验证码告诉任何人；停用手机号之前请先注销账号。";
    facts.residents.signs_in_by_phone.then(|| format!("{risks}{beside}"))
}

fn of_accounts(rules: &ResidentRules, identity: Duration) -> [Kept; 5] {
    let counted = codes_counted(rules);
    [
        Kept {
            name: "identity",
            what: "登录用的手机号（加密保存）",
            why: "确认账号是您本人的",
            how_long: format!("账号存续期间；没有报料且 {}未登录的账号会被删除", words(identity)),
            at_most: None,
            erasable: true,
        },
        Kept {
            name: "storefronts",
            what: "您绑定的店铺（门前三包），何时绑定、何时解除",
            why: "让店主看到自己的店铺",
            how_long: "账号存续期间；谁在何时绑定过一家店铺，以代号留在店铺的记录中".to_owned(),
            at_most: None,
            erasable: true,
        },
        Kept {
            name: "codes",
            what: "短信验证码和索取它的手机号、网段（只保存无法还原的摘要）",
            why: "验证手机号，并防止有人用验证码短信骚扰您",
            how_long: format!("验证码 {}内有效，摘要保存 {}", words(rules.code_life), words(counted)),
            at_most: Some(counted),
            erasable: false,
        },
        Kept {
            name: "sessions",
            what: "何时登录、何时退出（只记代号，不记手机号）",
            why: "网络安全法要求保存登录日志",
            how_long: format!("最后一次使用后 {}", words(SESSIONS)),
            at_most: Some(SESSIONS),
            erasable: false,
        },
        Kept {
            name: "failedSignIns",
            what: "登录失败的账号名（只保存无法还原的摘要）",
            why: "防止有人猜密码",
            how_long: words(FAILED_SIGN_INS),
            at_most: Some(FAILED_SIGN_INS),
            erasable: false,
        },
    ]
}

/// A span in words, in the largest unit that says it exactly.
fn words(span: Duration) -> String {
    let minutes = span.num_minutes();
    let parts = [(1_440, "天"), (60, "小时"), (1, "分钟")];
    let exact = parts.iter().find(|(unit, _)| minutes % unit == 0);
    match exact {
        Some((unit, name)) if minutes >= *unit => format!("{} {name}", minutes / unit),
        Some(_) | None => format!("{minutes} 分钟"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resident::{CodeLimits, Limit};

    fn rules(signs_in_by_phone: bool) -> ResidentRules {
        ResidentRules {
            signs_in_by_phone,
            code_life: Duration::minutes(7),
            code_tries: 5,
            code_limits: CodeLimits {
                of_phone: Limit::list("1/minute, 10/day").unwrap(),
                of_address: Limit::list("1/hour").unwrap(),
                of_all: Limit::list("1/hour").unwrap(),
            },
            session_idle: Duration::days(30),
            session_longest: Duration::days(180),
            sessions_most: 20,
            identity_days: 90,
        }
    }

    #[test]
    fn the_notice_says_the_numbers_that_are_in_force() {
        let residents = rules(true);
        let told = kept(&NoticeFacts { identity_days: 91, residents: &residents, by_wechat: true });
        let of = |name| told.iter().find(|it| it.name == name).unwrap();
        assert_eq!(of("contact").how_long, "案件办结后 91 天");
        assert_eq!(of("contact").at_most, Some(Duration::days(91)));
        assert_eq!(of("codes").how_long, "验证码 7 分钟内有效，摘要保存 25 小时");
        assert_eq!(of("sessions").at_most, Some(SESSIONS));
        let names: std::collections::HashSet<_> = told.iter().map(|it| it.name).collect();
        assert_eq!(names.len(), told.len());
    }

    #[test]
    fn where_nobody_signs_in_nothing_is_told_of_accounts() {
        let residents = rules(false);
        let told = kept(&NoticeFacts { identity_days: 180, residents: &residents, by_wechat: true });
        assert!(told.iter().all(|it| !["identity", "codes", "sessions"].contains(&it.name)));
        let facts = NoticeFacts { identity_days: 180, residents: &residents, by_wechat: true };
        assert_eq!(sign_in_risks(&facts), None);
    }

    #[test]
    fn whoever_signs_in_by_text_message_is_told_the_risk_and_what_stands_beside_it() {
        let residents = rules(true);
        let facts = |by_wechat| NoticeFacts { identity_days: 180, residents: &residents, by_wechat };
        let told = sign_in_risks(&facts(true)).unwrap();
        assert!(
            told.contains("落入他人之手") && told.contains("用微信登录") && told.contains("不登录也可以报料")
        );
        assert!(!told.contains(' '), "{told}");
        let without = sign_in_risks(&facts(false)).unwrap();
        assert!(!without.contains("微信") && without.contains("不登录也可以报料"));
    }

    #[test]
    fn spans_are_said_in_the_largest_unit_that_is_exact() {
        for (span, said) in [
            (Duration::days(180), "180 天"),
            (Duration::hours(72), "3 天"),
            (Duration::hours(25), "25 小时"),
            (Duration::minutes(90), "90 分钟"),
            (Duration::minutes(5), "5 分钟"),
        ] {
            assert_eq!(words(span), said);
        }
    }
}
