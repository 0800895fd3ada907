//! Gaussian filtering of premultiplied pixels, in two passes.
//!
//! Rows are filtered horizontally once and kept in a ring while the vertical window slides over them, a tile of columns
//! at a time so that the ring stays small. Where bands and tiles begin makes no difference: in fixed point all sums are
//! whole numbers, and in floating point they are taken in the same order.

pub mod fast;
pub mod fixed;
mod fixed_point;
mod many_passes;
pub mod of_planes;
mod one_pass;
mod weights;

use crate::image::CHANNELS;

/// A premultiplied pixel: each colour times alpha / 255, and alpha, all in 0..=255.
pub type Premultiplied = [f32; CHANNELS];
