//! Sixteen bytes at a time.

#[cfg(not(target_arch = "wasm32"))]
mod plain;
#[cfg(target_arch = "wasm32")]
mod simd128;

#[cfg(not(target_arch = "wasm32"))]
pub(super) use plain::*;
#[cfg(target_arch = "wasm32")]
pub(super) use simd128::*;

/// The bytes of a lot.
pub(super) const COUNT: usize = 16;
