//! Rows of pixels of rows of samples: chroma is upsampled as libjpeg-turbo does by default (`jdsample.c`), and colours
//! are converted as it converts them (`jdcolor.c`).

mod plain;
#[cfg(target_arch = "wasm32")]
mod simd128;

use super::Color;
use super::frame::MOST_COMPONENTS;

/// Samples that a row must have behind its last one, of any value, so that vectors can be read there.
pub(super) const SLACK: usize = 32;

/// The samples of a component from which those of a row of pixels are made. Each slice goes on for `SLACK` samples.
#[derive(Debug, Clone, Copy)]
pub(super) enum Line<'a> {
    /// They are these.
    As(&'a [u8]),
    /// Twice as many across, by a triangle filter. The last sample is there twice.
    Across(&'a [u8]),
    /// As many, between the row that is nearer and the one that is farther, by a triangle filter. Of two rows made of
    /// one, the upper one is rounded down at a half, and the lower one up.
    Down { near: &'a [u8], far: &'a [u8], is_lower: bool },
    /// Twice as many across, between two rows. The last sample of either is there twice.
    Both { near: &'a [u8], far: &'a [u8] },
    /// Each so many times.
    Repeat { row: &'a [u8], across: usize },
}

/// Room for a row of each component.
pub(super) type Rooms = [Vec<u8>; MOST_COMPONENTS];

/// Writes a row of pixels, or of four inks as they are, of the lines of its components. Each room has as many bytes as there are
/// pixels, and `SLACK`.
pub(super) fn write(color: Color, inks: bool, lines: [Line; MOST_COMPONENTS], rooms: &mut Rooms, out: &mut [[u8; 4]]) {
    #[cfg(target_arch = "wasm32")]
    if color == Color::YCbCr && simd128::write_ycc(&lines, out) {
        return;
    }
    let count = color.components();
    for (line, room) in lines.iter().zip(rooms.iter_mut()).take(count) {
        plain::upsample(line, room);
    }
    let mut rows: [&[u8]; MOST_COMPONENTS] = [&[]; MOST_COMPONENTS];
    for ((row, line), room) in rows.iter_mut().zip(lines).zip(rooms.iter()) {
        *row = if let Line::As(samples) = line { samples } else { room };
    }
    #[cfg(target_arch = "wasm32")]
    if color == Color::YCbCr && simd128::write_ycc(&rows.map(Line::As), out) {
        return;
    }
    plain::convert(color, inks, rows, out);
}
