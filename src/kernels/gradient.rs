//! Sobel's gradient of lines of luma, as grey.

#[cfg(not(target_arch = "wasm32"))]
mod plain;
#[cfg(target_arch = "wasm32")]
mod simd128;

#[cfg(not(target_arch = "wasm32"))]
pub use plain::write;
#[cfg(target_arch = "wasm32")]
pub use simd128::write;

/// Lines are so much longer than the row, so that its last pixels can be taken with what follows.
pub const SPARE: usize = 2 + 7;

/// What is made of the horizontal and the vertical gradient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Magnitude {
    /// Its length.
    Length,
    /// The sum of the absolute values of those that count.
    Sum {
        /// Whether the horizontal one does.
        x: bool,
        /// Whether the vertical one does.
        y: bool,
    },
}
