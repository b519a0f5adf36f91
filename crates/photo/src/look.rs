//! What a picture looks like: enough to recognise it, too little to show it.

use image::RgbImage;
use jiekou_core::dedup::{GREY_SIDE, PhotoMark, PhotoPrint};

use crate::process::stored;
use crate::{PhotoError, marks, shrink};

/// By what a picture is recognised after it was cut, made smaller, brighter or compressed again.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Look {
    /// Compared with the prints of other pictures; `None` when there is nothing to see.
    pub print: Option<PhotoPrint>,
    /// By these the picture is looked up among many; none without a print.
    pub marks: Vec<PhotoMark>,
}

/// The look of a picture from its thumbnail.
///
/// # Errors
/// [`PhotoError::Broken`] when it has no pixels.
pub fn of(thumbnail: &RgbImage) -> Result<Look, PhotoError> {
    let (width, height) = thumbnail.dimensions();
    let luma = image::imageops::grayscale(thumbnail);
    let print = PhotoPrint::of_grey(width, height, &shrink::luma_to(&luma, GREY_SIDE, GREY_SIDE)?);
    let marks = if print.is_some() { marks::of(&luma)? } else { Vec::new() };
    Ok(Look { print, marks })
}

/// The look of a picture from the thumbnail that is kept of it, the same but for what its compression changed.
///
/// # Errors
/// As [`process`](crate::process).
pub fn look(thumbnail: &[u8]) -> Result<Look, PhotoError> {
    of(&stored(thumbnail)?)
}
