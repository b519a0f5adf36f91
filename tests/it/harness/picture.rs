//! Pictures made up for a test, written without a library.

/// A PNG of these colours, stored and not compressed, so that its size is that of its pixels.
pub fn png(width: u32, height: u32, mut colour: impl FnMut(u32, u32) -> [u8; 3]) -> Vec<u8> {
    let mut pixels = Vec::new();
    for y in 0..height {
        pixels.push(0_u8);
        (0..width).for_each(|x| pixels.extend(colour(x, y)));
    }
    let mut header = [width.to_be_bytes(), height.to_be_bytes()].concat();
    header.extend([8, 2, 0, 0, 0]);
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, data) in [(b"IHDR", header), (b"IDAT", zlib_stored(&pixels)), (b"IEND", Vec::new())] {
        let named = [kind.as_slice(), &data].concat();
        file.extend(u32::try_from(data.len()).unwrap().to_be_bytes());
        file.extend(&named);
        file.extend(crc32(&named).to_be_bytes());
    }
    file
}

/// A street of its own for each `seed`, as the part of it between the edges left, top, right and bottom (parts of a side)
/// shows it, brighter by `gain`.
pub fn street(seed: u32, [left, top, right, bottom]: [f32; 4], gain: f32) -> Vec<u8> {
    let mut noise = seed.wrapping_mul(2_654_435_761);
    let mut next = || {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f32::from(u16::try_from(noise >> 16).unwrap()) / 65_536.0
    };
    let things: Vec<[f32; 4]> =
        (0..70).map(|_| [next(), next(), 0.02 + next() * 0.06, next() * 160.0 - 80.0]).collect();
    let size = |part: f32, whole: f32| (part * whole) as u32;
    let (width, height) = (size(right - left, 400.0), size(bottom - top, 300.0));
    png(width, height, |x, y| {
        let at =
            |at: u32, side: u32, from: f32, to: f32| from + (at as f32 + 0.5) / side as f32 * (to - from);
        let (x, y) = (at(x, width, left, right), at(y, height, top, bottom));
        let light = things.iter().map(|[thing_x, thing_y, size, height]| {
            height * (-((x - thing_x).powi(2) + (y - thing_y).powi(2)) / (2.0 * size * size)).exp()
        });
        [((110.0 + light.sum::<f32>()) * gain).clamp(0.0, 255.0) as u8; 3]
    })
}

/// All of a picture.
pub const WHOLE: [f32; 4] = [0.0, 0.0, 1.0, 1.0];

/// A zlib stream of stored blocks (RFC 1950, 1951).
fn zlib_stored(bytes: &[u8]) -> Vec<u8> {
    let mut stream = vec![0x78, 0x01];
    let blocks = bytes.chunks(0xffff);
    let last = blocks.len() - 1;
    for (position, block) in blocks.enumerate() {
        let length = u16::try_from(block.len()).unwrap();
        stream.push(u8::from(position == last));
        stream.extend(length.to_le_bytes());
        stream.extend((!length).to_le_bytes());
        stream.extend(block);
    }
    let (low, high) = bytes.iter().fold((1_u32, 0_u32), |(low, high), byte| {
        let low = (low + u32::from(*byte)) % 65_521;
        (low, (high + low) % 65_521)
    });
    stream.extend(((high << 16) | low).to_be_bytes());
    stream
}

pub fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(
            crc ^ u32::from(*byte),
            |crc, _| {
                if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 }
            },
        )
    })
}
