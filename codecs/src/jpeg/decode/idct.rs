//! Inverse DCT of a block, with its dequantisation: `jidctint` ("islow") for all 64 samples and `jidctred` for 4 × 4,
//! 2 × 2 and 1, as libjpeg-turbo's vector code computes them.
//!
//! That code multiplies and adds numbers of 16 bits without noticing an overflow, and saturates what it stores between
//! the passes. No valid file comes near these limits; that they are kept makes broken files decode alike.

mod plain;
#[cfg(target_arch = "wasm32")]
mod simd128;

use crate::jpeg::grid::{Block, SIDE};
#[cfg(not(target_arch = "wasm32"))]
use plain::{four, two, whole};
#[cfg(target_arch = "wasm32")]
use simd128::{four, two, whole};

/// Makes `size` × `size` samples of a block, 1, 2, 4 or 8, and writes them to the first columns of rows that lie
/// `stride` bytes apart. The first `extent` coefficients in zigzag order, 1..=64, hold all that are not 0.
#[inline(always)]
pub(super) fn inverse(
    block: &Block,
    quantisation: &Block,
    extent: usize,
    size: usize,
    samples: &mut [u8],
    stride: usize,
) {
    match size {
        SIDE => whole(block, quantisation, extent, samples, stride),
        4 => four(block, quantisation, extent, samples, stride),
        2 => two(block, quantisation, samples, stride),
        _ => write(&[[plain::one(block, quantisation)]], samples, stride),
    }
}

/// Writes rows of samples.
#[inline(always)]
fn write<const N: usize>(rows: &[[u8; N]; N], samples: &mut [u8], stride: usize) {
    for (row, to) in rows.iter().zip(samples.chunks_mut(stride)) {
        if let Some(to) = to.first_chunk_mut() {
            *to = *row;
        }
    }
}

/// What all samples of a block are that has no coefficient but the first.
#[inline(always)]
fn flat(block: &Block, quantisation: &Block) -> u8 {
    let dc = block[0].wrapping_mul(quantisation[0]) << 2;
    plain::to_byte((i32::from(dc) + 16) >> 5)
}
