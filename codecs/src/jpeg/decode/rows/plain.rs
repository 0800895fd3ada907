//! Rows of pixels in plain numbers.

use super::super::Color;
use super::{Line, MOST_COMPONENTS};

/// Makes a row of samples as long as `to`, whose last `SLACK` ones may be anything.
pub(super) fn upsample(line: &Line, to: &mut [u8]) {
    match *line {
        Line::As(_) => {}
        Line::Across(row) => {
            let mut left = row.first().copied().unwrap_or_default();
            for ((to, here), right) in to.as_chunks_mut::<2>().0.iter_mut().zip(row).zip(row.iter().skip(1)) {
                let three = 3 * u16::from(*here);
                *to = [((three + u16::from(left) + 1) >> 2) as u8, ((three + u16::from(*right) + 2) >> 2) as u8];
                left = *here;
            }
        }
        Line::Down { near, far, is_lower } => {
            let bias = 1 + u16::from(is_lower);
            for (to, (near, far)) in to.iter_mut().zip(near.iter().zip(far)) {
                *to = ((3 * u16::from(*near) + u16::from(*far) + bias) >> 2) as u8;
            }
        }
        Line::Both { near, far } => {
            let mut sums = near.iter().zip(far).map(|(near, far)| 3 * u16::from(*near) + u16::from(*far));
            let Some(mut here) = sums.next() else { return };
            let mut left = here;
            for (to, right) in to.as_chunks_mut::<2>().0.iter_mut().zip(sums) {
                *to = [((3 * here + left + 8) >> 4) as u8, ((3 * here + right + 7) >> 4) as u8];
                (left, here) = (here, right);
            }
        }
        Line::Repeat { row, across } => {
            for (to, value) in to.chunks_mut(across.max(1)).zip(row) {
                to.fill(*value);
            }
        }
    }
}

/// Converts colours. Four inks become colours too, where they are not to stay.
pub(super) fn convert(color: Color, inks: bool, [a, b, c, d]: [&[u8]; MOST_COMPONENTS], out: &mut [[u8; 4]]) {
    match color {
        Color::Gray => out.iter_mut().zip(a).for_each(|(out, y)| *out = [*y, *y, *y, 255]),
        Color::Rgb => {
            for (out, ((r, g), b)) in out.iter_mut().zip(a.iter().zip(b).zip(c)) {
                *out = [*r, *g, *b, 255];
            }
        }
        Color::YCbCr => {
            for (out, ((y, cb), cr)) in out.iter_mut().zip(a.iter().zip(b).zip(c)) {
                let [r, g, b] = rgb(*y, *cb, *cr);
                *out = [r, g, b, 255];
            }
        }
        Color::Cmyk if inks => {
            for (out, (((c, m), y), k)) in out.iter_mut().zip(a.iter().zip(b).zip(c).zip(d)) {
                *out = [*c, *m, *y, *k].map(|stored| 255 - stored);
            }
        }
        Color::Ycck if inks => {
            for (out, (((y, cb), cr), k)) in out.iter_mut().zip(a.iter().zip(b).zip(c).zip(d)) {
                let [c, m, y] = rgb(*y, *cb, *cr);
                *out = [c, m, y, 255 - k];
            }
        }
        Color::Cmyk => {
            for (out, (((c, m), y), k)) in out.iter_mut().zip(a.iter().zip(b).zip(c).zip(d)) {
                *out = [ink(*c, *k), ink(*m, *k), ink(*y, *k), 255];
            }
        }
        Color::Ycck => {
            for (out, (((y, cb), cr), k)) in out.iter_mut().zip(a.iter().zip(b).zip(c).zip(d)) {
                let [r, g, b] = rgb(*y, *cb, *cr).map(|value| ink(255 - value, *k));
                *out = [r, g, b, 255];
            }
        }
    }
}

/// YCbCr of BT.601 in full range, as JFIF has it, to RGB: libjpeg's constants of 16 fractional bits, and its rounding.
#[inline(always)]
pub(super) fn rgb(y: u8, cb: u8, cr: u8) -> [u8; 3] {
    let (y, cb, cr) = (i32::from(y), i32::from(cb) - 128, i32::from(cr) - 128);
    let r = y + ((91881 * cr + 32768) >> 16);
    let g = y + ((-22554 * cb - 46802 * cr + 32768) >> 16);
    let b = y + ((116130 * cb + 32768) >> 16);
    [r, g, b].map(|value| value.clamp(0, 255) as u8)
}

/// A colour of an ink and black, both stored inverted, as Adobe does and as all readers take it: (255 − C)·(255 − K)/255
/// of the inks as they are, rounded.
#[inline(always)]
fn ink(ink: u8, black: u8) -> u8 {
    ((u32::from(ink) * u32::from(black) + 127) / 255) as u8
}
