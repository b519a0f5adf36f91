//! What the desk knows: articles by staff, found by words, pinyin and initials.

use chrono::{DateTime, Utc};
use jiekou_core::report::text::parse_text;
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_store::StoreError;
use jiekou_store::desk::articles::{self, ArticleRow, ArticleView};
use tracing::instrument;
use uuid::Uuid;

use super::at_desk;
use super::english_letters::{initials, spelt};
use crate::{App, ServiceError, Staff};

const TITLE: usize = 100;
const KEYWORDS: usize = 200;
const BODY: usize = 10_000;
const ASKED: usize = 100;

/// An article as somebody writes it.
#[derive(Debug, Clone, Default)]
pub struct RawArticle {
    pub title: Option<String>,
    /// Other words that people ask with.
    pub keywords: Option<String>,
    pub body: Option<String>,
    pub faults: Vec<FieldError>,
}

/// Writes an article under an id of the client's choice; the same id again replaces what was written.
///
/// # Errors
/// [`ServiceError::Forbidden`]; every wrong field at once; storage.
#[instrument(level = "debug", name = "desk.put_article", skip_all)]
pub async fn put_article(
    app: &App,
    staff: &Staff,
    article_id: Uuid,
    raw: RawArticle,
    now: DateTime<Utc>,
) -> Result<ArticleView, ServiceError> {
    at_desk(app, staff)?;
    let mut faults = raw.faults;
    let mut read = |pointer: &str, text: Option<String>, limit, owed: bool| {
        let told = faults.iter().any(|fault| fault.pointer == pointer);
        match text {
            Some(text) if owed || !text.trim().is_empty() => {
                parse_text(pointer, &text, limit).map_err(|fault| faults.push(fault)).ok()
            }
            Some(_) => None,
            None => {
                if owed && !told {
                    faults.push(FieldError::new(pointer, FieldCode::Missing, "请填写"));
                }
                None
            }
        }
    };
    let title = read("/title", raw.title, TITLE, true);
    let keywords = read("/keywords", raw.keywords, KEYWORDS, false);
    let body = read("/body", raw.body, BODY, true);
    let (Some(title), Some(body), true) = (title, body, faults.is_empty()) else {
        return Err(ServiceError::Invalid(faults));
    };
    let named = format!("{title} {}", keywords.as_deref().unwrap_or_default());
    let (whole, spelt, initials) = (grams(&format!("{named} {body}")), spelt(&named), initials(&named));
    let row = ArticleRow {
        article_id,
        title: &title,
        keywords: keywords.as_deref(),
        body: &body,
        named: &grams(&named),
        grams: &whole,
        spelt: &spelt,
        initials: &initials,
    };
    let mut conn = app.pool.acquire().await.map_err(StoreError::from)?;
    Ok(articles::put(&mut conn, &row, staff.staff_id, now).await?)
}

/// Takes an article out.
///
/// # Errors
/// [`ServiceError::Forbidden`]; [`ServiceError::UnknownDeskEntry`]; storage.
#[instrument(level = "debug", name = "desk.retire_article", skip_all)]
pub async fn retire_article(
    app: &App,
    staff: &Staff,
    article_id: Uuid,
    now: DateTime<Utc>,
) -> Result<(), ServiceError> {
    at_desk(app, staff)?;
    if articles::retire(&app.pool, article_id, now).await? {
        Ok(())
    } else {
        Err(ServiceError::UnknownDeskEntry)
    }
}

/// The articles that answer what was asked, the best first: at most 20. Without a question, the newest.
///
/// # Errors
/// [`ServiceError::Forbidden`]; a question that is too long; storage.
#[instrument(level = "debug", name = "desk.find_articles", skip_all)]
pub async fn find_articles(app: &App, staff: &Staff, asked: &str) -> Result<Vec<ArticleView>, ServiceError> {
    at_desk(app, staff)?;
    if asked.chars().count() > ASKED {
        let words = format!("最多 {ASKED} 字");
        return Err(ServiceError::field(FieldError::new("/q", FieldCode::TooLong, words)));
    }
    let letters: String =
        asked.chars().filter(|it| it.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    let typed = if letters.is_ascii() { letters.as_str() } else { "" };
    Ok(articles::find(&app.pool, &grams(asked), typed).await?)
}

/// Pairs of characters that stand side by side; a run of Latin letters and digits is one word, and so is a character alone.
fn grams(text: &str) -> Vec<String> {
    let mut grams = Vec::new();
    let parts = text.split(|letter: char| !letter.is_alphanumeric()).filter(|part| !part.is_empty());
    for part in parts {
        let letters: Vec<char> = part.to_lowercase().chars().collect();
        let mut rest = letters.as_slice();
        while let Some(first) = rest.first() {
            let latin = first.is_ascii();
            let end = rest.iter().position(|letter| letter.is_ascii() != latin).unwrap_or(rest.len());
            let (run, after) = rest.split_at(end);
            if latin || run.len() == 1 {
                grams.push(run.iter().collect());
            } else {
                grams.extend(run.windows(2).map(|pair| pair.iter().collect::<String>()));
            }
            rest = after;
        }
    }
    grams.sort_unstable();
    grams.dedup();
    grams
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_into_pairs_of_characters_and_words_of_letters() {
        assert_eq!(grams("夜市收摊，ETC卡"), ["etc", "卡", "夜市", "市收", "收摊"]);
        assert_eq!(grams("？"), Vec::<String>::new());
    }
}
