//! Resampling of transparent images and of linear light in single precision.

use super::{Arithmetic, Pixel};
use crate::color::{Transfer, to_byte_f32};
use crate::filter::Scratch;
use crate::image::CHANNELS;
use crate::kernels::resample::axis::Axis;
use crate::kernels::window::pixels;

/// Single precision: dark tones of linear light need more than sixteen bits, and so does what is divided by alpha.
pub struct Float;

type Sums = [f32; CHANNELS];

impl Arithmetic for Float {
    type Value = f32;

    fn weights(exact: &[f64]) -> impl Iterator<Item = f32> {
        exact.iter().map(|weight| *weight as f32)
    }

    fn read(row: &[u8], transfer: Option<&Transfer>, line: &mut [Pixel<Self>]) {
        for (to, [r, g, b, a]) in line.iter_mut().zip(pixels(row)) {
            let share = f32::from(*a) / 255.0;
            let light = |byte: u8| share * transfer.map_or(f32::from(byte), |transfer| transfer.decode(byte));
            *to = [light(*r), light(*g), light(*b), f32::from(*a)];
        }
    }

    fn across(line: &[Pixel<Self>], axis: &Axis<f32>, out: &mut [Pixel<Self>]) {
        for (out, (first, weights)) in out.iter_mut().zip(axis.runs()) {
            let mut sums = Sums::default();
            for (pixel, weight) in line[first..].iter().zip(weights) {
                add(&mut sums, pixel, *weight);
            }
            *out = sums;
        }
    }

    fn down(
        lines: &[Pixel<Self>],
        offsets: &[u32],
        weights: &[f32],
        transfer: Option<&Transfer>,
        out: &mut [[u8; CHANNELS]],
    ) {
        for (x, out) in out.iter_mut().enumerate() {
            let mut sums = Sums::default();
            for (offset, weight) in offsets.iter().zip(weights) {
                add(&mut sums, &lines[*offset as usize + x], *weight);
            }
            *out = straight(sums, transfer);
        }
    }

    fn lend(scratch: &mut Scratch, length: usize) -> Vec<f32> {
        scratch.floats(length)
    }

    fn give_back(scratch: &mut Scratch, buffer: Vec<f32>) {
        scratch.give_floats(buffer);
    }
}

fn add(sums: &mut Sums, pixel: &[f32; CHANNELS], weight: f32) {
    for (sum, value) in sums.iter_mut().zip(pixel) {
        *sum += value * weight;
    }
}

/// An invisible pixel is 0, 0, 0, 0.
fn straight([r, g, b, a]: Sums, transfer: Option<&Transfer>) -> [u8; CHANNELS] {
    let alpha = to_byte_f32(a);
    if alpha == 0 {
        return [0; CHANNELS];
    }
    let scale = 255.0 / a;
    let byte = |level: f32| match transfer {
        Some(transfer) => transfer.encode(level * scale),
        None => to_byte_f32(level * scale),
    };
    [byte(r), byte(g), byte(b), alpha]
}
