//! The one file of a form.

use std::time::Duration;

use actix_multipart::{Field, Multipart, MultipartError};
use futures_util::TryStreamExt;
use jiekou_core::report::{FieldCode, FieldError};

use crate::problem::{Kind, Problem};

/// What is taken.
#[derive(Debug)]
pub struct Upload {
    pub most_bytes: usize,
    /// What a longer one is told.
    pub too_large: Kind,
    /// Seconds that the whole of it may take.
    pub slow_after: u64,
}

/// The bytes of the field `file`; other fields are passed over.
///
/// # Errors
/// For a form that is none, without a file, with a larger one, or that takes too long.
pub async fn file_of(form: Multipart, what: &Upload) -> Result<Vec<u8>, Problem> {
    let read = tokio::time::timeout(Duration::from_secs(what.slow_after), find(form, what)).await;
    read.map_err(|_elapsed| Problem::from(Kind::SlowClient))?
}

async fn find(mut form: Multipart, what: &Upload) -> Result<Vec<u8>, Problem> {
    let malformed = |error: MultipartError| {
        let kind = if matches!(
            error,
            MultipartError::ContentTypeMissing
                | MultipartError::ContentTypeParse
                | MultipartError::ContentTypeIncompatible
        ) {
            Kind::UnsupportedMediaType
        } else {
            Kind::MalformedBody
        };
        Problem::from(kind).with_detail("send multipart/form-data with one file in the field `file`")
    };
    while let Some(field) = form.try_next().await.map_err(malformed)? {
        if field.name() == Some("file") {
            return read(field, what).await;
        }
    }
    let fault = FieldError::new("/file", FieldCode::Missing, "请在表单字段 file 中上传文件");
    Err(Problem::from(Kind::Validation).with_errors(vec![fault]))
}

async fn read(mut field: Field, what: &Upload) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    let broken = |_error| Problem::from(Kind::MalformedBody).with_detail("the upload ended early");
    while let Some(chunk) = field.try_next().await.map_err(broken)? {
        if bytes.len() + chunk.len() > what.most_bytes {
            return Err(what.too_large.into());
        }
        bytes.extend_from_slice(&chunk);
    }
    if bytes.is_empty() {
        let fault = FieldError::new("/file", FieldCode::Empty, "文件是空的");
        return Err(Problem::from(Kind::Validation).with_errors(vec![fault]));
    }
    Ok(bytes)
}
