//! `GET /privacy`: the notice as a page that needs no script.

use std::fmt::Write;

use actix_web::{HttpRequest, HttpResponse, web};
use jiekou_core::privacy::Kept;
use jiekou_service::privacy_notice::{PrivacyNotice, privacy_notice};

use crate::pages::{HTML, page};
use crate::state::State;

const PAGE: &str = include_str!("../../web/pages/privacy.html");

pub async fn privacy(request: HttpRequest, state: web::Data<State>) -> HttpResponse {
    page(&request, HTML, filled(&privacy_notice(&state.app)))
}

/// The page with the notice in its places.
fn filled(notice: &PrivacyNotice) -> String {
    let rows: String = notice.kept.iter().map(row).collect();
    let recipients = notice.recipients.iter().fold(String::new(), |mut list, recipient| {
        // Writing into a String cannot fail.
        let _ = writeln!(list, "        <li>{}</li>", escaped(recipient));
        list
    });
    PAGE.replace("{responsible}", &escaped(&notice.responsible))
        .replace("{hotline}", &escaped(&notice.hotline))
        .replace("{kept}", &rows)
        .replace("{recipients}", &recipients)
        .replace("{signingIn}", &signing_in(notice.sign_in_risks.as_deref()))
}

/// The section on signing in; nothing where nobody signs in by text message.
fn signing_in(risks: Option<&str>) -> String {
    risks.map_or_else(String::new, |risks| {
        format!(
            "\n    <section class=\"card\" aria-labelledby=\"signing-in-title\">\n      <h2 id=\"signing-in-title\">用短信验证码登录的风险</h2>\n      <p>{}</p>\n    </section>\n",
            escaped(risks)
        )
    })
}

fn row(kept: &Kept) -> String {
    let erasable = match (kept.erasable, kept.at_most) {
        (true, _) => "可以",
        (false, Some(_)) => "到期删除",
        (false, None) => "依法留存",
    };
    format!(
        "          <tr><th scope=\"row\">{}</th><td data-label=\"用途\">{}</td><td data-label=\"保存期限\">{}</td><td data-label=\"申请后立即删除\">{erasable}</td></tr>\n",
        escaped(kept.what),
        escaped(kept.why),
        escaped(&kept.how_long),
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
