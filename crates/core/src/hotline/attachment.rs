//! What lies with an order: which of its files are fetched, and why others are not.

use serde::{Deserialize, Serialize};

/// A field of one attachment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AttachmentField {
    Id,
    Name,
    Mime,
    /// In bytes.
    Size,
    /// In hexadecimal.
    Sha256,
    Url,
}

impl AttachmentField {
    pub const ALL: [Self; 6] = [Self::Id, Self::Name, Self::Mime, Self::Size, Self::Sha256, Self::Url];

    /// Our name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Name => "name",
            Self::Mime => "mime",
            Self::Size => "size",
            Self::Sha256 => "sha256",
            Self::Url => "url",
        }
    }
}

/// What a file is taken for before it is fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttachedMedium {
    /// Also what nothing is said of: most attachments are photos, and what is fetched is looked at.
    Photo,
    Video,
    /// A recording, a document: not fetched.
    Other,
}

impl AttachedMedium {
    /// By its kind, else by the end of its name, else by that of its address's path.
    pub fn of(mime: Option<&str>, name: Option<&str>, path: &str) -> Self {
        let by_kind = mime.and_then(|mime| match mime.split_once('/') {
            Some(("image", kind)) => known(kind).or(Some(Self::Other)),
            Some(("video", kind)) => known(kind).or(Some(Self::Other)),
            Some(("audio" | "text", _)) => Some(Self::Other),
            Some((_, kind)) => known(kind),
            // Some platforms write the end of the name there.
            None => known(mime),
        });
        let by_end = |name: &str| name.rsplit_once('.').and_then(|(_, end)| known(end));
        by_kind.or_else(|| name.and_then(by_end)).or_else(|| by_end(path)).unwrap_or(Self::Photo)
    }
}

fn known(kind: &str) -> Option<AttachedMedium> {
    match kind.to_ascii_lowercase().as_str() {
        "jpg" | "jpeg" | "pjpeg" | "png" | "webp" => Some(AttachedMedium::Photo),
        "mp4" => Some(AttachedMedium::Video),
        "pdf" | "doc" | "docx" | "xls" | "xlsx" | "ppt" | "pptx" | "wps" | "ofd" | "msword" | "txt"
        | "csv" | "html" | "htm" | "zip" | "rar" | "7z" | "wav" | "mp3" | "amr" | "m4a" | "aac" | "ogg"
        | "gif" | "bmp" | "heic" | "heif" | "tif" | "tiff" | "svg" | "avi" | "mov" | "wmv" | "flv"
        | "mkv" | "3gp" => Some(AttachedMedium::Other),
        _ => None,
    }
}

/// Why a file of an order is not here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotTaken {
    /// Its address is none of the platform's.
    OtherHost,
    /// The platform's server sends elsewhere.
    Redirected,
    /// No photo and no MP4 video.
    OtherKind,
    /// Larger than a photo or video may be.
    TooLarge,
    /// Not as long as was said.
    SizeDiffers,
    /// Not the bytes that were meant.
    HashDiffers,
    /// No picture or video that can be shown.
    Broken,
    Infected,
    /// Videos are not taken here.
    NoVideos,
    /// An enquiry keeps none.
    Enquiry,
    /// The order has more than are taken.
    TooMany,
    /// What the order said was erased.
    Erased,
    /// The server refused it, for good.
    Refused,
    /// Given up: nothing lies there, however often it was asked for.
    NotThere,
    /// Given up: the server did not answer, or failed.
    NoAnswer,
    /// Given up: it could not be looked at.
    Unseen,
}

impl NotTaken {
    pub const ALL: [Self; 16] = [
        Self::OtherHost,
        Self::Redirected,
        Self::OtherKind,
        Self::TooLarge,
        Self::SizeDiffers,
        Self::HashDiffers,
        Self::Broken,
        Self::Infected,
        Self::NoVideos,
        Self::Enquiry,
        Self::TooMany,
        Self::Erased,
        Self::Refused,
        Self::NotThere,
        Self::NoAnswer,
        Self::Unseen,
    ];

    /// As it is stored and told.
    pub const fn name(self) -> &'static str {
        match self {
            Self::OtherHost => "otherHost",
            Self::Redirected => "redirected",
            Self::OtherKind => "otherKind",
            Self::TooLarge => "tooLarge",
            Self::SizeDiffers => "sizeDiffers",
            Self::HashDiffers => "hashDiffers",
            Self::Broken => "broken",
            Self::Infected => "infected",
            Self::NoVideos => "noVideos",
            Self::Enquiry => "enquiry",
            Self::TooMany => "tooMany",
            Self::Erased => "erased",
            Self::Refused => "refused",
            Self::NotThere => "notThere",
            Self::NoAnswer => "noAnswer",
            Self::Unseen => "unseen",
        }
    }

    /// Whether it was tried again and again: `givenUp`, else `refused` at once.
    pub const fn is_given_up(self) -> bool {
        matches!(self, Self::NotThere | Self::NoAnswer | Self::Unseen)
    }

    /// The state of the attachment.
    pub const fn state(self) -> &'static str {
        if self.is_given_up() { "givenUp" } else { "refused" }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_file_is_what_its_kind_says_else_its_name_else_its_address_and_a_photo_where_nothing_does() {
        use AttachedMedium::{Other, Photo, Video};
        for (mime, name, path, medium) in [
            (Some("image/jpeg"), Some("a.pdf"), "/a.pdf", Photo),
            (Some("image/svg+xml"), Some("a.png"), "/a.png", Other),
            (Some("video/mp4"), None, "/1", Video),
            (Some("video/x-flv"), None, "/1", Other),
            (Some("audio/amr"), Some("a.jpg"), "/1", Other),
            (Some("application/pdf"), None, "/1", Other),
            (Some("application/octet-stream"), Some("现场.JPG"), "/1", Photo),
            (Some("application/octet-stream"), Some("通话.amr"), "/1", Other),
            (Some("png"), None, "/1", Photo),
            (None, Some("现场"), "/files/1.mp4", Video),
            (None, None, "/download.do", Photo),
            (None, None, "/", Photo),
        ] {
            assert_eq!(AttachedMedium::of(mime, name, path), medium, "{mime:?} {name:?} {path}");
        }
    }

    #[test]
    fn every_reason_has_a_name_of_its_own() {
        let names: BTreeSet<&str> = NotTaken::ALL.into_iter().map(NotTaken::name).collect();
        assert_eq!(names.len(), NotTaken::ALL.len());
        let given_up = NotTaken::ALL.into_iter().filter(|it| it.state() == "givenUp").count();
        assert_eq!(given_up, 3);
    }

    #[test]
    fn every_field_is_called_in_the_rulebook_as_here() {
        for field in AttachmentField::ALL {
            assert_eq!(serde_json::to_value(field).unwrap(), field.name());
        }
    }
}
