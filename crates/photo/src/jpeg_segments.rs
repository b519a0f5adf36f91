//! The segments before the first scan of a JPEG: its size, and a copy reduced to what decoding needs.

use crate::PhotoError;

const SCAN: u8 = 0xDA;
const APP14: u8 = 0xEE;

/// The header of a JPEG, split into segments.
pub struct JpegSegments<'a> {
    width: u16,
    height: u16,
    /// Marker and payload (without the length) of each segment that decoding needs, in order.
    kept: Vec<(u8, &'a [u8])>,
    /// The payload of the first scan's header, its data, and everything after, as they are.
    scans: &'a [u8],
}

impl<'a> JpegSegments<'a> {
    /// Walks the segments up to the first scan. Stray bytes between segments are passed over, as libjpeg does.
    ///
    /// # Errors
    /// [`PhotoError::Broken`] when the header ends early or has not exactly one frame;
    /// [`PhotoError::Unsupported`] for lossless, arithmetic-coded, hierarchical and 12-bit JPEG.
    pub fn read(bytes: &'a [u8]) -> Result<Self, PhotoError> {
        let mut rest = bytes.get(2..).ok_or(PhotoError::Broken)?;
        let mut size = None;
        let mut kept = Vec::new();
        loop {
            let (marker, after) = next_marker(rest).ok_or(PhotoError::Broken)?;
            if marker == SCAN {
                let (width, height) = size.ok_or(PhotoError::Broken)?;
                return Ok(Self { width, height, kept, scans: after });
            }
            let (payload, after) = payload(after).ok_or(PhotoError::Broken)?;
            rest = after;
            match marker {
                0xC0..=0xC2 if size.is_none() => size = Some(frame_size(payload)?),
                0xC0..=0xC2 => return Err(PhotoError::Broken),
                0xC3 => {
                    return Err(PhotoError::Unsupported { kind: "lossless JPEG" });
                }
                0xC5..=0xC7 | 0xDE => {
                    return Err(PhotoError::Unsupported { kind: "hierarchical JPEG" });
                }
                0xC8..=0xCF => {
                    return Err(PhotoError::Unsupported { kind: "arithmetic-coded JPEG" });
                }
                _ => {}
            }
            // Frame, Huffman and quantization tables, restart interval; APP14 states the colour model.
            if matches!(marker, 0xC0..=0xC2 | 0xC4 | 0xDB | 0xDD | APP14) {
                kept.push((marker, payload));
            }
        }
    }

    /// Width and height in pixels as stored; zero when the file leaves them open.
    pub fn size(&self) -> (u32, u32) {
        (u32::from(self.width), u32::from(self.height))
    }

    /// The same picture without metadata and stray bytes, which lets the decoder be strict about the rest.
    pub fn bare(&self) -> Vec<u8> {
        let header: usize = self.kept.iter().map(|(_, payload)| payload.len() + 4).sum();
        let mut bare = Vec::with_capacity(header + self.scans.len() + 4);
        bare.extend([0xFF, 0xD8]);
        for (marker, payload) in &self.kept {
            // A payload came with a 16-bit length, so that its length plus two fits again.
            let length = u16::try_from(payload.len() + 2).unwrap_or(u16::MAX);
            bare.extend([0xFF, *marker]);
            bare.extend(length.to_be_bytes());
            bare.extend_from_slice(payload);
        }
        bare.extend([0xFF, SCAN]);
        bare.extend_from_slice(self.scans);
        bare
    }
}

/// The next marker with a segment, and what follows it. Fill bytes and lone markers are passed over.
fn next_marker(bytes: &[u8]) -> Option<(u8, &[u8])> {
    let mut rest = bytes;
    loop {
        let at = rest.iter().position(|byte| *byte == 0xFF)?;
        rest = rest.get(at + 1..)?;
        match rest.first()? {
            0x00 | 0x01 | 0xD0..=0xD8 | 0xFF => {}
            0xD9 => return None,
            marker => return Some((*marker, rest.get(1..)?)),
        }
    }
}

/// The payload of a segment, whose length counts its own two bytes, and what follows it.
fn payload(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk()?;
    let length = usize::from(u16::from_be_bytes(*length)).checked_sub(2)?;
    rest.split_at_checked(length)
}

fn frame_size(payload: &[u8]) -> Result<(u16, u16), PhotoError> {
    match payload {
        [8, h1, h2, w1, w2, ..] => Ok((u16::from_be_bytes([*w1, *w2]), u16::from_be_bytes([*h1, *h2]))),
        [_, _, _, _, _, ..] => Err(PhotoError::Unsupported { kind: "12-bit JPEG" }),
        _ => Err(PhotoError::Broken),
    }
}

#[cfg(test)]
mod tests {
    use super::JpegSegments;
    use crate::PhotoError;

    const FRAME: &[u8] = b"\xFF\xC0\0\x0B\x08\0\x02\0\x03\x01\x01\x11\0";

    fn jpeg(parts: &[&[u8]]) -> Vec<u8> {
        [b"\xFF\xD8".as_slice()].iter().chain(parts).flat_map(|part| part.iter().copied()).collect()
    }

    #[test]
    fn keeps_only_what_decoding_needs() {
        let bytes = jpeg(&[b"\xFF\xE1\0\x04Ex", b"stray", FRAME, b"\xFF\xFF\xDA\0\x02data"]);
        let segments = JpegSegments::read(&bytes).unwrap();
        assert_eq!(segments.size(), (3, 2));
        assert_eq!(segments.bare(), jpeg(&[FRAME, b"\xFF\xDA\0\x02data"]));
    }

    #[test]
    fn refuses_what_cannot_be_decoded() {
        let kind = |marker: u8| {
            let bytes = jpeg(&[&[0xFF, marker, 0, 7, 8, 0, 1, 0, 1], b"\xFF\xDA"]);
            JpegSegments::read(&bytes).err()
        };
        assert_eq!(kind(0xC9), Some(PhotoError::Unsupported { kind: "arithmetic-coded JPEG" }));
        assert_eq!(kind(0xC3), Some(PhotoError::Unsupported { kind: "lossless JPEG" }));
        assert_eq!(kind(0xC2), None);
        for broken in
            [jpeg(&[FRAME]), jpeg(&[b"\xFF\xDA"]), jpeg(&[FRAME, FRAME, b"\xFF\xDA"]), jpeg(&[b"\xFF\xE0\0"])]
        {
            assert_eq!(JpegSegments::read(&broken).err(), Some(PhotoError::Broken));
        }
    }
}
