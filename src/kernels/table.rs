//! Functions of one channel: tables, and straight lines, which need none.

#[cfg(target_arch = "wasm32")]
mod simd128;

use crate::color::to_byte;
use crate::image::CHANNELS;
use crate::stage::BytePoint;

/// What becomes of each byte of each channel.
#[derive(Debug, Clone)]
pub struct Tables {
    entries: [[u8; 256]; CHANNELS],
    affine: Option<Affine>,
}

impl Tables {
    /// One table for each channel.
    #[must_use]
    pub fn new(entries: [[u8; 256]; CHANNELS]) -> Self {
        Self { entries, affine: None }
    }

    /// A function of the colour channels; alpha is copied.
    #[must_use]
    pub fn of_color(function: impl Fn(f64) -> f64) -> Self {
        let color = tabulate(function);
        Self::new([color, color, color, identity()])
    }

    /// `slope·v + offset`, for the colours and for alpha.
    #[must_use]
    pub fn straight(color: (f64, f64), alpha: (f64, f64)) -> Self {
        let both = [color, color, color, alpha];
        let entries = both.map(|(slope, offset)| tabulate(|value| slope * value + offset));
        Self::maybe_straight(entries, both.map(|(slope, _)| slope))
    }

    /// One table for each channel, which are worked out as straight lines where they are those of about these slopes.
    #[must_use]
    pub fn maybe_straight(entries: [[u8; 256]; CHANNELS], slopes: [f64; CHANNELS]) -> Self {
        Self { affine: Affine::through(&entries, slopes), entries }
    }

    /// Whether an opaque pixel stays opaque.
    #[must_use]
    pub fn keeps_opaque(&self) -> bool {
        self.entries[3][255] == 255
    }

    /// Two lookups as one: exact, since each table already holds bytes.
    #[must_use]
    pub fn both(first: &[[u8; 256]; CHANNELS], then: &[[u8; 256]; CHANNELS]) -> Self {
        Self::new(std::array::from_fn(|channel| first[channel].map(|value| then[channel][usize::from(value)])))
    }
}

impl BytePoint for Tables {
    fn tables(&self) -> Option<&[[u8; 256]; CHANNELS]> {
        Some(&self.entries)
    }

    fn apply(&self, pixels: &mut [u8]) {
        match &self.affine {
            Some(affine) => affine.apply(pixels),
            None => {
                let [r, g, b, a] = &self.entries;
                for pixel in pixels.as_chunks_mut::<CHANNELS>().0 {
                    pixel[0] = r[usize::from(pixel[0])];
                    pixel[1] = g[usize::from(pixel[1])];
                    pixel[2] = b[usize::from(pixel[2])];
                    pixel[3] = a[usize::from(pixel[3])];
                }
            }
        }
    }
}

/// Straight lines in fixed point that give the bytes of tables, all 256 of each. They take half the time of lookups, which
/// no vector instruction does.
#[derive(Debug, Clone, Copy)]
struct Affine {
    slopes: [i16; CHANNELS],
    offsets: [i32; CHANNELS],
}

impl Affine {
    const BITS: u32 = 14;

    /// Affine of about these slopes, where there are such: slopes below 2 fit, and not all of them meet every byte.
    fn through(entries: &[[u8; 256]; CHANNELS], slopes: [f64; CHANNELS]) -> Option<Self> {
        let mut affine = Self { slopes: [0; CHANNELS], offsets: [0; CHANNELS] };
        for (channel, slope) in slopes.into_iter().enumerate() {
            let nearest = libm::round(slope * f64::from(1 << Self::BITS));
            if nearest.abs() >= f64::from(i16::MAX) {
                return None;
            }
            let tried = [0, 1, -1].map(|more| nearest as i16 + more);
            let found = tried.into_iter().find_map(|slope| Some((slope, Self::offset(&entries[channel], slope)?)));
            (affine.slopes[channel], affine.offsets[channel]) = found?;
        }
        Some(affine)
    }

    /// An offset with which a line of this slope gives every byte of a table: in the middle of those that do.
    fn offset(table: &[u8; 256], slope: i16) -> Option<i32> {
        // What is clamped may lie as far out as it likes.
        let (mut least, mut most) = (-(1 << 23), 1 << 23);
        for (value, byte) in (0..).zip(table) {
            let start = (i32::from(*byte) << Self::BITS) - value * i32::from(slope);
            if *byte > 0 {
                least = least.max(start);
            }
            if *byte < 255 {
                most = most.min(start + (1 << Self::BITS) - 1);
            }
        }
        (least <= most).then_some(least + (most - least) / 2)
    }

    fn at(&self, channel: usize, value: u8) -> u8 {
        let sum = i32::from(value) * i32::from(self.slopes[channel]) + self.offsets[channel];
        (sum >> Self::BITS).clamp(0, 255) as u8
    }

    fn apply(&self, pixels: &mut [u8]) {
        #[cfg(target_arch = "wasm32")]
        let pixels = simd128::apply::<{ Self::BITS }>(pixels, self.slopes, self.offsets);
        self.apply_plain(pixels);
    }

    fn apply_plain(&self, pixels: &mut [u8]) {
        for pixel in pixels.as_chunks_mut::<CHANNELS>().0 {
            *pixel = std::array::from_fn(|channel| self.at(channel, pixel[channel]));
        }
    }
}

/// The table that changes nothing.
#[must_use]
pub fn identity() -> [u8; 256] {
    std::array::from_fn(|value| value as u8)
}

/// The table of a function of a channel value.
#[must_use]
pub fn tabulate(function: impl Fn(f64) -> f64) -> [u8; 256] {
    std::array::from_fn(|value| to_byte(function(value as f64)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every byte of every channel.
    fn ramp() -> Vec<u8> {
        (0..=255).flat_map(|value| [value; CHANNELS]).collect()
    }

    fn looked_up(tables: &Tables) -> Vec<u8> {
        let mut pixels = ramp();
        Tables::new(tables.entries).apply(&mut pixels);
        pixels
    }

    #[test]
    fn lines_give_the_bytes_of_their_tables() {
        let mut found = 0;
        for hundredths in -250..=250 {
            let slope = f64::from(hundredths) / 100.0;
            for offset in [0.0, 127.5 - 127.5 * slope, 255.0, -40.3] {
                let tables = Tables::straight((slope, offset), (1.0, 0.0));
                let mut pixels = ramp();
                tables.apply(&mut pixels);
                assert_eq!(pixels, looked_up(&tables), "{slope} {offset}");
                found += usize::from(tables.affine.is_some());
            }
        }
        // Of 1,596 with slopes below 2.
        assert!(found > 1500, "only {found} were found");
    }

    #[test]
    fn slopes_out_of_reach_are_looked_up() {
        for slope in [2.0, -2.0, 1e300, f64::MAX] {
            let tables = Tables::straight((slope, 0.0), (1.0, 0.0));
            assert!(tables.affine.is_none());
            assert_eq!(looked_up(&tables)[4], to_byte(slope));
        }
    }
}
