//! Which of the format's colour types holds the pixels without loss, and their bytes in it.

use super::lanes::pack_rgb;
use crate::Depth;

/// A colour type and depth.
pub(super) enum Kind {
    Gray(Depth),
    GrayAlpha(Depth),
    Rgb(Depth),
    Rgba(Depth),
    Palette(Palette),
}

impl Kind {
    /// That with the fewest numbers for each pixel; palettes aside.
    pub(super) fn of(pixels: &[u8], depth: Depth) -> Self {
        let (is_gray, is_opaque) = match depth {
            Depth::Eight => {
                // Two pixels at a time: red differs from green, or green from blue, in these bits.
                let differences = |two: u64| (two ^ (two >> 8)) & 0x0000_FFFF_0000_FFFF;
                let (twos, rest) = pixels.as_chunks::<8>();
                let last = rest.first_chunk().map_or(u64::MAX, |pixel| {
                    let pixel = u64::from(u32::from_le_bytes(*pixel));
                    pixel << 32 | pixel
                });
                survey(twos, last, differences, 0xFF00_0000_FF00_0000)
            }
            Depth::Sixteen => {
                survey(pixels.as_chunks::<8>().0, u64::MAX, |pixel| (pixel ^ (pixel >> 16)) as u32 as u64, 0xFFFF << 48)
            }
        };
        match (is_gray, is_opaque) {
            (true, true) => Self::Gray(depth),
            (true, false) => Self::GrayAlpha(depth),
            (false, true) => Self::Rgb(depth),
            (false, false) => Self::Rgba(depth),
        }
    }

    /// Of the pixels that are packed.
    pub(super) fn depth_of_pixels(&self) -> Depth {
        match self {
            Self::Gray(depth) | Self::GrayAlpha(depth) | Self::Rgb(depth) | Self::Rgba(depth) => *depth,
            Self::Palette(_) => Depth::Eight,
        }
    }

    /// Bits of each number in the file.
    pub(super) fn depth(&self) -> u8 {
        match (self, self.depth_of_pixels()) {
            (Self::Palette(palette), _) => palette.bits(),
            (_, Depth::Eight) => 8,
            (_, Depth::Sixteen) => 16,
        }
    }

    /// As the header says it.
    pub(super) fn color_type(&self) -> u8 {
        match self {
            Self::Gray(_) => 0,
            Self::Rgb(_) => 2,
            Self::Palette(_) => 3,
            Self::GrayAlpha(_) => 4,
            Self::Rgba(_) => 6,
        }
    }

    fn bits_of_pixel(&self) -> usize {
        let numbers = match self {
            Self::Gray(_) | Self::Palette(_) => 1,
            Self::GrayAlpha(_) => 2,
            Self::Rgb(_) => 3,
            Self::Rgba(_) => 4,
        };
        numbers * usize::from(self.depth())
    }

    /// Bytes of a row: no more than its pixels have, which are there.
    pub(super) fn row_bytes(&self, width: usize) -> usize {
        match self.bits_of_pixel() {
            bits @ ..8 => width.div_ceil(8 / bits),
            bits => width * (bits / 8),
        }
    }

    /// From a byte to that of the pixel before it.
    pub(super) fn bytes_across(&self) -> usize {
        self.bits_of_pixel().div_ceil(8)
    }

    /// The bytes of a row of pixels.
    pub(super) fn pack(&self, pixels: &[u8], row: &mut [u8]) {
        match self {
            Self::Gray(Depth::Eight) => each(pixels, row, |[gray, _, _, _]: [u8; 4]| [gray]),
            Self::GrayAlpha(Depth::Eight) => each(pixels, row, |[gray, _, _, alpha]: [u8; 4]| [gray, alpha]),
            Self::Rgb(Depth::Eight) => pack_rgb(pixels, row),
            Self::Rgba(Depth::Eight) => row.copy_from_slice(pixels),
            // The format has the upper byte first.
            Self::Gray(_) => each(pixels, row, |[low, high, ..]: [u8; 8]| [high, low]),
            Self::GrayAlpha(_) => each(pixels, row, |[a, b, _, _, _, _, c, d]: [u8; 8]| [b, a, d, c]),
            Self::Rgb(_) => each(pixels, row, |[a, b, c, d, e, f, _, _]: [u8; 8]| [b, a, d, c, f, e]),
            Self::Rgba(_) => each(pixels, row, |[low, high]: [u8; 2]| [high, low]),
            Self::Palette(palette) => palette.pack(pixels, row),
        }
    }
}

#[inline(always)]
fn each<const FROM: usize, const TO: usize>(pixels: &[u8], row: &mut [u8], pack: impl Fn([u8; FROM]) -> [u8; TO]) {
    let places = row.as_chunks_mut::<TO>().0;
    places.iter_mut().zip(pixels.as_chunks::<FROM>().0).for_each(|(place, pixel)| *place = pack(*pixel));
}

/// Whether all pixels are grey, which `differences` is 0 for, and whether all have these bits, which are those of alpha.
fn survey(pixels: &[[u8; 8]], last: u64, differences: impl Fn(u64) -> u64, opaque: u64) -> (bool, bool) {
    let (mut different, mut common) = (if last == u64::MAX { 0 } else { differences(last) }, last);
    for pixels in pixels.chunks(512) {
        for pixel in pixels {
            let pixel = u64::from_le_bytes(*pixel);
            different |= differences(pixel);
            common &= pixel;
        }
        if different != 0 && common & opaque != opaque {
            break;
        }
    }
    (different == 0, common & opaque == opaque)
}

/// Whether it looks drawn rather than taken: in some of its rows most pixels are equal to the one before.
pub(super) fn is_drawn(pixels: &[u8], row_bytes: usize, depth: Depth) -> bool {
    let size = depth.pixel_bytes();
    let (mut equal, mut all) = (0, 0);
    for row in pixels.chunks_exact(row_bytes).step_by(8) {
        let (before, after) = (&row[..row_bytes - size], &row[size..]);
        equal += before.chunks_exact(size).zip(after.chunks_exact(size)).filter(|(a, b)| a == b).count();
        all += row_bytes / size;
    }
    equal * 2 > all
}

/// Colours and the bits that tell one of them.
pub(super) struct Palette {
    /// Each different: red in the lowest byte, alpha in the highest. Ascending, so that those with alpha come first.
    entries: Vec<u32>,
}

impl Palette {
    /// That of an image of 8 bits with at most 256 colours.
    pub(super) fn of(pixels: &[u8], depth: Depth) -> Option<Self> {
        if depth != Depth::Eight {
            return None;
        }
        let mut entries = Vec::with_capacity(257);
        let mut last = None;
        for pixel in pixels.as_chunks::<4>().0 {
            let pixel = u32::from_le_bytes(*pixel);
            if last != Some(pixel)
                && let Err(place) = entries.binary_search(&pixel)
            {
                entries.insert(place, pixel);
                if entries.len() > 256 {
                    return None;
                }
            }
            last = Some(pixel);
        }
        Some(Self { entries })
    }

    fn bits(&self) -> u8 {
        match self.entries.len() {
            ..=2 => 1,
            ..=4 => 2,
            ..=16 => 4,
            _ => 8,
        }
    }

    /// Red, green and blue of each entry.
    pub(super) fn colors(&self) -> Vec<u8> {
        self.entries.iter().flat_map(|entry| entry.to_le_bytes().into_iter().take(3)).collect()
    }

    /// Alpha of each, but for the opaque ones, which come last.
    pub(super) fn alphas(&self) -> Vec<u8> {
        self.entries.iter().map(|entry| (entry >> 24) as u8).filter(|alpha| *alpha < 255).collect()
    }

    fn pack(&self, pixels: &[u8], row: &mut [u8]) {
        let bits = u32::from(self.bits());
        let (mut last, mut number) = (None, 0);
        for (byte, pixels) in row.iter_mut().zip(pixels.as_chunks::<4>().0.chunks(8 / bits as usize)) {
            *byte = 0;
            // The first pixel has the upper bits.
            for (pixel, low) in pixels.iter().zip((0..8).step_by(bits as usize).map(|end| 8 - bits - end)) {
                let pixel = u32::from_le_bytes(*pixel);
                if last != Some(pixel) {
                    number = self.entries.binary_search(&pixel).unwrap_or(0) as u8;
                    last = Some(pixel);
                }
                *byte |= number << low;
            }
        }
    }
}
