//! What somebody said or did, whatever messenger it came through.

use uuid::Uuid;

use crate::place::DeclaredPoint;

/// One message or event.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    Words(String),
    /// Under this id the photo is fetched.
    Photo(Uuid),
    /// With what the messenger understood, where it says so.
    Voice {
        medium: Uuid,
        recognised: Option<String>,
    },
    Video(Uuid),
    Place {
        point: DeclaredPoint,
        label: Option<String>,
    },
    /// Where the person is, told by the phone.
    Position(DeclaredPoint),
    Link,
    /// A sticker or another kind that says nothing of a problem.
    Other,
    /// A button of the menu.
    Button(String),
    /// They follow from now on.
    Joined,
    /// They follow no longer.
    Left,
}
