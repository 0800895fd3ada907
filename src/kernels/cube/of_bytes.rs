//! A table's colours for RGBA bytes, four pixels at a time.

use super::{Blend, Cube, Entry};
use crate::image::CHANNELS;
use crate::stage::BytePoint;
use crate::vector::{F4, Rgba4};

/// Makes of the weights of eight entries, which sum up to 255³, such as sum up to 255.
const ONE: f32 = 1.0 / (255.0 * 255.0);

/// A table, and how bytes become places on its sides, in 255ths of the way from one entry to the next.
pub(super) struct OfBytes {
    cube: Cube,
    blend: Blend,
    low: [f32; 3],
    scale: [f32; 3],
}

impl OfBytes {
    pub(super) fn new(cube: Cube, blend: Blend) -> Self {
        let finite = |value: f64| value.clamp(f64::from(f32::MIN), f64::from(f32::MAX)) as f32;
        let [low, high] = cube.domain;
        let scale = std::array::from_fn(|i| finite((cube.side - 1) as f64 / (high[i] - low[i])));
        Self { blend, low: low.map(|low| finite(255.0 * low)), scale, cube }
    }

    /// How many entries before the cell of each of four pixels belong to a channel, and its place in the cell, from 0 to 255.
    #[inline(always)]
    fn place(&self, pixels: Rgba4, channel: usize) -> [F4; 2] {
        let last = (self.cube.side - 1) as f32;
        let at = (pixels.channel(channel) - F4::splat(self.low[channel])) * F4::splat(self.scale[channel]);
        // What is no number becomes 0, as it does in planes.
        let at = at.max(F4::splat(0.0)).min(F4::splat(255.0 * last));
        let below = (at * F4::splat(1.0 / 255.0)).floor().min(F4::splat(last - 1.0));
        [below * F4::splat(self.cube.steps()[channel] as f32), at - below * F4::splat(255.0)]
    }

    /// All eight entries of each cell, by how near each is.
    #[inline(always)]
    fn trilinear(&self, entries: &[Entry], pixels: Rgba4) -> [F4; 4] {
        let [[first_r, r], [first_g, g], [first_b, b]] =
            [self.place(pixels, 0), self.place(pixels, 1), self.place(pixels, 2)];
        let [_, step_g, step_b] = self.cube.steps();
        let first = first_r + first_g + first_b;
        let rest = |share: F4| F4::splat(255.0) - share;
        let (near, far) = (rest(b) * F4::splat(ONE), b * F4::splat(ONE));
        let [low_near, high_near, low_far, high_far] = [rest(g) * near, g * near, rest(g) * far, g * far];
        let at = |step: usize| first + F4::splat(step as f32);
        let sum = weighted(entries, first, rest(r) * low_near);
        let sum = more(sum, entries, at(1), r * low_near);
        let sum = more(sum, entries, at(step_g), rest(r) * high_near);
        let sum = more(sum, entries, at(step_g + 1), r * high_near);
        let sum = more(sum, entries, at(step_b), rest(r) * low_far);
        let sum = more(sum, entries, at(step_b + 1), r * low_far);
        let sum = more(sum, entries, at(step_b + step_g), rest(r) * high_far);
        more(sum, entries, at(step_b + step_g + 1), r * high_far)
    }

    /// Four entries, on the way from the first of each cell to the last.
    #[inline(always)]
    fn tetrahedral(&self, entries: &[Entry], pixels: Rgba4) -> [F4; 4] {
        let [[first_r, r], [first_g, g], [first_b, b]] =
            [self.place(pixels, 0), self.place(pixels, 1), self.place(pixels, 2)];
        let [step_r, step_g, step_b] = self.cube.steps();
        let [step_r, step_g, step_b] = [F4::splat(step_r as f32), F4::splat(step_g as f32), F4::splat(step_b as f32)];
        let first = first_r + first_g + first_b;
        let (high, low) = (r.max(g), r.min(g));
        let (step_high, step_low) = (r.more(g, step_r, step_g), r.more(g, step_g, step_r));
        let [largest, middle, smallest] = [high.max(b), low.max(high.min(b)), low.min(b)];
        let last = first + (step_r + step_g + step_b);
        let sum = weighted(entries, first, F4::splat(255.0) - largest);
        let sum = more(sum, entries, first + b.more(high, step_b, step_high), largest - middle);
        let sum = more(sum, entries, last - low.more(b, step_b, step_low), middle - smallest);
        more(sum, entries, last, smallest)
    }

    #[inline(always)]
    fn each(&self, pixels: &mut [u8], looked_up: impl Fn(&Self, &[Entry], Rgba4) -> [F4; 4]) {
        let entries = self.cube.entries.0.as_slice();
        let (blocks, rest) = pixels.as_chunks_mut::<CHANNELS>().0.as_chunks_mut::<4>();
        for block in blocks {
            let pixels = Rgba4::load(block);
            Rgba4::of_pixels(looked_up(self, entries, pixels)).with_alpha_of(pixels).store(block);
        }
        if !rest.is_empty() {
            let mut last = [[0; CHANNELS]; 4];
            last[..rest.len()].copy_from_slice(rest);
            self.apply(last.as_flattened_mut());
            rest.copy_from_slice(&last[..rest.len()]);
        }
    }
}

/// The entries at four places, times a weight each.
#[inline(always)]
fn weighted(entries: &[Entry], at: F4, weights: F4) -> [F4; 4] {
    let ([a, b, c, d], [s, t, u, v]) = (F4::entries(entries, at), weights.splats());
    [a * s, b * t, c * u, d * v]
}

/// The same, added to a sum.
#[inline(always)]
fn more([a, b, c, d]: [F4; 4], entries: &[Entry], at: F4, weights: F4) -> [F4; 4] {
    let [e, f, g, h] = weighted(entries, at, weights);
    [a + e, b + f, c + g, d + h]
}

impl BytePoint for OfBytes {
    fn apply(&self, pixels: &mut [u8]) {
        match self.blend {
            Blend::Trilinear => self.each(pixels, Self::trilinear),
            Blend::Tetrahedral => self.each(pixels, Self::tetrahedral),
        }
    }
}
