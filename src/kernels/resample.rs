//! Resampling of pixels: weighted sums along rows, then along columns.
//!
//! Rows are resampled horizontally once and kept while the rows of the result move down over them. Between the two passes
//! nothing is clamped, and rounded only as far as sixteen bits ask: see `fixed.rs`.

mod axis;
mod fixed;
pub mod of_bytes;
pub mod of_planes;
#[cfg(target_arch = "wasm32")]
mod simd128;

pub use axis::Kernel;
pub use fixed::resample;
