//! Four numbers at a time, of which three count: a vector in wasm, an array elsewhere, with the same results.

#[cfg(not(target_arch = "wasm32"))]
mod plain;
#[cfg(target_arch = "wasm32")]
mod simd128;

#[cfg(not(target_arch = "wasm32"))]
pub(super) use plain::Four;
#[cfg(target_arch = "wasm32")]
pub(super) use simd128::Four;

/// A number of 32 bits from here to twice it has no bits behind the point: a smaller one that is added to it is rounded, and
/// stands in its lowest bits.
const ROUNDING: f32 = 8_388_608.0;

impl Four {
    /// The product of a matrix, given by its columns, and three numbers.
    #[inline(always)]
    pub(super) fn product([a, b, c]: &[Self; 3], [x, y, z]: [f32; 3]) -> Self {
        *a * x + *b * y + *c * z
    }
}
