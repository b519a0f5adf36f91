//! What is told at the door: what is kept of people, why, how long, and by whom.

use jiekou_core::privacy::{Kept, NoticeFacts, identity_days, kept, sign_in_risks};

use crate::App;

/// The notice as it stands now.
#[derive(Debug, Clone)]
pub struct PrivacyNotice {
    /// Who answers for what is kept, and where to turn.
    pub responsible: String,
    pub hotline: String,
    pub kept: Vec<Kept>,
    /// Who else gets what.
    pub recipients: Vec<&'static str>,
    /// What whoever signs in by text message should know of it.
    pub sign_in_risks: Option<String>,
}

/// The notice, made of the settings and rules in force.
pub fn privacy_notice(app: &App) -> PrivacyNotice {
    let rules = app.rules();
    let district = &rules.data().district;
    let facts = NoticeFacts {
        identity_days: identity_days(app.residents.identity_days, &rules),
        residents: &app.residents,
        by_wechat: app.wechat.is_configured(),
    };
    let mut recipients = vec!["处置单位：问题本身、地点和照片，没有您的姓名和联系方式"];
    if app.residents.signs_in_by_phone {
        recipients.push("短信服务商：您的手机号和验证码，仅用于发送");
    }
    if app.wechat.is_configured() {
        recipients.push("微信（腾讯）：您在微信中与我们的往来消息由其传送");
    }
    PrivacyNotice {
        responsible: district.center_name.clone(),
        hotline: district.hotline.clone(),
        kept: kept(&facts),
        recipients,
        sign_in_risks: sign_in_risks(&facts),
    }
}
