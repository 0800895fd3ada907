//! Gaussian filtering in single precision: for linear light, whose dark tones need more bits than fixed point has, and
//! for differences that are multiplied.

use super::weights::bell;
use super::{Filtered, Premultiplied};
use crate::color::Transfer;
use crate::filter::{Reach, Scratch};
use crate::image::{Border, CHANNELS, Rows};
use crate::kernels::window::{Ring, TILE, extend, pixels, reach, sees_opaque};
use std::ops::Range;

/// A Gaussian kernel and how it reads outside the image.
#[derive(Debug, Clone)]
pub struct Gaussian {
    /// The weight of the centre, then those of its neighbours on both sides.
    weights: Vec<f32>,
    border: Border,
}

impl Gaussian {
    /// Weights `exp(−i²/2σ²)` for `|i| ≤ ⌈3σ⌉`, of sum 1.
    #[must_use]
    pub fn new(sigma: f64, border: Border) -> Self {
        Self { weights: bell(sigma).into_iter().map(|weight| weight as f32).collect(), border }
    }

    fn radius(&self) -> usize {
        self.weights.len() - 1
    }

    /// Whether an opaque image stays opaque.
    #[must_use]
    pub fn keeps_opaque(&self) -> bool {
        self.border != Border::Transparent
    }

    /// The rows it reads of an image.
    #[must_use]
    pub fn reach(&self, height: usize) -> Reach {
        reach(self.radius(), self.border, height)
    }

    /// Filters rows and hands each, tile by tile, to `finish`, which makes bytes of it. With a `transfer`, colour is
    /// filtered as linear light.
    pub fn run(
        &self,
        transfer: Option<&Transfer>,
        (source, rows): (&Rows<'_>, Range<usize>),
        out: &mut [u8],
        scratch: &mut Scratch,
        finish: &dyn Fn(Filtered<'_>, &mut [[u8; CHANNELS]]),
    ) {
        let layout = source.layout();
        let (width, radius) = (layout.width(), self.radius());
        let opaque = sees_opaque(source, self.border);
        let mut ring = Ring::new(2 * radius + 1, layout.height(), self.border, scratch);
        let mut line_buffer = scratch.floats((TILE + 2 * radius) * CHANNELS);
        let mut kept_buffer = scratch.floats(ring.lines() * TILE * CHANNELS);
        let mut sums_buffer = scratch.floats(TILE * CHANNELS);
        let mut taps_buffer = scratch.words(2 * radius);
        let line = line_buffer.as_chunks_mut::<CHANNELS>().0;
        let kept = kept_buffer.as_chunks_mut::<CHANNELS>().0;
        let sums = sums_buffer.as_chunks_mut::<CHANNELS>().0;
        let taps = taps_buffer.as_chunks_mut::<2>().0;

        for left in (0..width).step_by(TILE) {
            let columns = left..(left + TILE).min(width);
            let sums = &mut sums[..columns.len()];
            ring.clear();
            let mut fill = |place: (usize, Option<usize>), kept: &mut [Premultiplied]| {
                let (slot, Some(y)) = place else { return place.0 * TILE };
                let line = &mut line[..columns.len() + 2 * radius];
                self.read(source.row(y), &columns, transfer, opaque, line);
                let to = &mut kept[slot * TILE..][..columns.len()];
                symmetric(to, line, radius, (1..=radius).map(|i| (radius - i, radius + i)), &self.weights);
                slot * TILE
            };
            for y in rows.clone() {
                if scratch.stopped() {
                    break;
                }
                let at = y.cast_signed();
                let centre = fill(ring.line(at), kept);
                for (i, tap) in taps.iter_mut().enumerate() {
                    let distance = i.cast_signed() + 1;
                    let above = fill(ring.line(at - distance), kept);
                    let below = fill(ring.line(at + distance), kept);
                    *tap = [above as u32, below as u32];
                }
                let pairs = taps.iter().map(|tap| (tap[0] as usize, tap[1] as usize));
                symmetric(sums, kept, centre, pairs, &self.weights);
                let row_of_out = &mut out[(y - rows.start) * layout.stride()..][..layout.stride()];
                let out = &mut row_of_out.as_chunks_mut().0[columns.clone()];
                let source = &pixels(source.row(y))[columns.clone()];
                finish(Filtered { sums, source, opaque }, out);
            }
        }

        ring.close(scratch);
        scratch.give_words(taps_buffer);
        for buffer in [line_buffer, kept_buffer, sums_buffer] {
            scratch.give_floats(buffer);
        }
    }

    /// Premultiplies the columns of a tile and what the kernel sees beside them.
    fn read(
        &self,
        row: &[u8],
        columns: &Range<usize>,
        transfer: Option<&Transfer>,
        opaque: bool,
        line: &mut [Premultiplied],
    ) {
        let first = columns.start.cast_signed() - self.radius().cast_signed();
        let (row, border) = (pixels(row), self.border);
        // Opaque pixels may skip the product: alpha / 255 is exactly 1.
        match (transfer, opaque) {
            (None, true) => extend(row, first, border, [0.0; 4], line, |pixel| pixel.map(f32::from)),
            (None, false) => extend(row, first, border, [0.0; 4], line, |[r, g, b, a]| {
                let share = f32::from(a) / 255.0;
                [f32::from(r) * share, f32::from(g) * share, f32::from(b) * share, f32::from(a)]
            }),
            (Some(transfer), _) => extend(row, first, border, [0.0; 4], line, |[r, g, b, a]| {
                let share = f32::from(a) / 255.0;
                let light = |byte| transfer.decode(byte) * share;
                [light(r), light(g), light(b), f32::from(a)]
            }),
        }
    }
}

/// Pixels that are summed at once, so that their sums stay in registers.
const BLOCK: usize = 4;

/// For each pixel of `out`: `w₀·centre + Σ wᵢ·(aboveᵢ + belowᵢ)`, where the offsets into `lines` are those of pixel 0.
#[inline(always)]
fn symmetric(
    out: &mut [Premultiplied],
    lines: &[Premultiplied],
    centre: usize,
    pairs: impl Iterator<Item = (usize, usize)> + Clone,
    weights: &[f32],
) {
    let (blocks, rest) = out.as_chunks_mut::<BLOCK>();
    let done = blocks.len() * BLOCK;
    for (i, block) in blocks.iter_mut().enumerate() {
        *block = sum::<BLOCK>(lines, i * BLOCK, centre, pairs.clone(), weights);
    }
    for (i, pixel) in rest.iter_mut().enumerate() {
        [*pixel] = sum::<1>(lines, done + i, centre, pairs.clone(), weights);
    }
}

#[inline(always)]
fn sum<const N: usize>(
    lines: &[Premultiplied],
    x: usize,
    centre: usize,
    pairs: impl Iterator<Item = (usize, usize)>,
    weights: &[f32],
) -> [Premultiplied; N] {
    let block = |offset: usize| -> &[Premultiplied; N] {
        lines[offset + x..].first_chunk().expect("lines are as long as the tile")
    };
    let (middle, weights) = weights.split_first().expect("a kernel has a centre");
    let mut sums = block(centre).map(|pixel| pixel.map(|value| middle * value));
    for ((above, below), weight) in pairs.zip(weights) {
        let (above, below) = (block(above), block(below));
        for ((sum, above), below) in sums.iter_mut().zip(above).zip(below) {
            for lane in 0..CHANNELS {
                sum[lane] += weight * (above[lane] + below[lane]);
            }
        }
    }
    sums
}
