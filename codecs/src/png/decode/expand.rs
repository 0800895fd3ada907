//! Pixels of red, green, blue and alpha from the bytes of a row.

use super::chunks::{Color, Contents};

/// Makes pixels of `BYTES` bytes: four for 8 bits, eight for 16.
pub(super) struct Expander<const BYTES: usize> {
    color: Color,
    depth: u8,
    /// The colour that is transparent.
    key: Option<[u16; 3]>,
    /// The pixel of each number, where there are at most 256.
    table: [[u8; BYTES]; 256],
}

impl<const BYTES: usize> Expander<BYTES> {
    pub(super) fn new(contents: &Contents) -> Self {
        let (color, depth) = (contents.header.color, contents.header.depth);
        let key = contents.transparent_color();
        let mut table = [of_bytes([0, 0, 0, 255]); 256];
        match color {
            Color::Palette => {
                let alphas = contents.transparency.iter().copied().chain(std::iter::repeat(255));
                for (pixel, ([red, green, blue], alpha)) in table.iter_mut().zip(contents.palette.iter().zip(alphas)) {
                    *pixel = of_bytes([*red, *green, *blue, alpha]);
                }
            }
            Color::Gray if depth <= 8 => {
                let most = (1_usize << depth) - 1;
                for (level, pixel) in table.iter_mut().enumerate().take(most + 1) {
                    let is_transparent = key.is_some_and(|[gray, ..]| usize::from(gray) == level);
                    let gray = (level * 255 / most) as u8;
                    *pixel = of_bytes([gray, gray, gray, if is_transparent { 0 } else { 255 }]);
                }
            }
            _ => {}
        }
        Self { color, depth, key, table }
    }

    /// Writes the pixels of a row to the first place and every `step`th after it.
    pub(super) fn write(&self, row: &[u8], pixels: &mut [[u8; BYTES]], step: usize) {
        let places = pixels.iter_mut().step_by(step);
        let alpha = |color: [u16; 3], most: u16| if self.key == Some(color) { 0 } else { most };
        match (self.color, self.depth) {
            (Color::Gray | Color::Palette, 8) => {
                places.zip(row).for_each(|(place, byte)| *place = self.table[usize::from(*byte)]);
            }
            (Color::Gray | Color::Palette, depth @ ..8) => {
                let mask = (1 << depth) - 1;
                // The first pixel has a byte's upper bits.
                let shifts = (0..8).step_by(depth.into()).map(|low| 8 - depth - low);
                let numbers = row.iter().flat_map(|byte| shifts.clone().map(move |shift| (byte >> shift) & mask));
                places.zip(numbers).for_each(|(place, number)| *place = self.table[usize::from(number)]);
            }
            (Color::Gray | Color::Palette, _) => each(places, row, |levels: [u8; 2]| {
                let gray = u16::from_be_bytes(levels);
                of_words([gray, gray, gray, alpha([gray; 3], u16::MAX)])
            }),
            (Color::GrayAlpha, 8) => each(places, row, |[gray, alpha]| of_bytes([gray, gray, gray, alpha])),
            (Color::GrayAlpha, _) => each(places, row, |levels: [u8; 4]| {
                let [gray, alpha] = words(levels);
                of_words([gray, gray, gray, alpha])
            }),
            (Color::Rgb, 8) => each(places, row, |[red, green, blue]| {
                of_bytes([red, green, blue, alpha([red, green, blue].map(u16::from), 255) as u8])
            }),
            (Color::Rgb, _) => each(places, row, |levels: [u8; 6]| {
                let [red, green, blue] = words(levels);
                of_words([red, green, blue, alpha([red, green, blue], u16::MAX)])
            }),
            (Color::Rgba, 8) => each(places, row, of_bytes),
            (Color::Rgba, _) => each(places, row, |levels: [u8; 8]| of_words(words(levels))),
        }
    }
}

#[inline(always)]
fn each<'a, const FROM: usize, const BYTES: usize>(
    places: impl Iterator<Item = &'a mut [u8; BYTES]>,
    row: &[u8],
    pixel: impl Fn([u8; FROM]) -> [u8; BYTES],
) {
    places.zip(row.as_chunks::<FROM>().0).for_each(|(place, levels)| *place = pixel(*levels));
}

/// Numbers of 16 bits, as the file has them.
#[inline(always)]
fn words<const BYTES: usize, const COUNT: usize>(bytes: [u8; BYTES]) -> [u16; COUNT] {
    std::array::from_fn(|i| u16::from_be_bytes([bytes[2 * i], bytes[2 * i + 1]]))
}

/// A pixel of 8 bits.
#[inline(always)]
fn of_bytes<const BYTES: usize>(levels: [u8; 4]) -> [u8; BYTES] {
    // To 16 bits: 257 times as much, which is the same byte twice.
    std::array::from_fn(|i| levels[i * 4 / BYTES])
}

/// A pixel of 16 bits.
#[inline(always)]
fn of_words<const BYTES: usize>(levels: [u16; 4]) -> [u8; BYTES] {
    std::array::from_fn(|i| match BYTES {
        // Rounded: level · 255 / 65,535, exactly (`tests/native/png.rs` compares all levels).
        4 => ((u32::from(levels[i]) * 255 + 32_895) >> 16) as u8,
        _ => levels[i / 2].to_le_bytes()[i % 2],
    })
}
