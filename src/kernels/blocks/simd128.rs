//! What several kernels do with vectors.

use crate::color::{HALF_UP, WHOLE};
use core::arch::wasm32::{f32x4_add, f32x4_pmax, f32x4_pmin, f32x4_splat, i32x4_splat, v128, v128_and};

/// [`crate::color::to_byte_f32`] of four values, each in a lane of 32 bits.
#[must_use]
#[inline(always)]
pub fn to_bytes(values: v128) -> v128 {
    let clamped = f32x4_pmin(f32x4_splat(255.0), f32x4_pmax(f32x4_splat(0.0), values));
    let half_up = f32x4_add(clamped, f32x4_splat(HALF_UP));
    v128_and(f32x4_add(half_up, f32x4_splat(WHOLE)), i32x4_splat(255))
}
