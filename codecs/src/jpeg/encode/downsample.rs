//! Chroma of half the width, or of half the width and height.
//!
//! A sample is the mean of those it stands for. Halves are rounded down and up in turn, column by column, so that the
//! mean of the image does not move.

#[cfg(target_arch = "wasm32")]
mod simd128;

/// Means of two neighbours in a row: `(a + b + bias) >> 1`, the bias is 0 in even columns and 1 in odd ones. `row` is
/// twice as long as `out`.
#[cfg(not(target_arch = "wasm32"))]
pub(super) fn halve_width(row: &[u8], out: &mut [u8]) {
    halve_width_each(row, out);
}

/// Means of four neighbours in two rows: `(a + b + c + d + bias) >> 2`, the bias is 1 in even columns and 2 in odd
/// ones. The rows are twice as long as `out`.
#[cfg(not(target_arch = "wasm32"))]
pub(super) fn halve_both(upper: &[u8], lower: &[u8], out: &mut [u8]) {
    halve_both_each(upper, lower, out);
}
#[cfg(target_arch = "wasm32")]
pub(super) use simd128::{halve_both, halve_width};

fn halve_width_each(row: &[u8], out: &mut [u8]) {
    for (x, (pair, out)) in row.as_chunks::<2>().0.iter().zip(out).enumerate() {
        *out = ((u32::from(pair[0]) + u32::from(pair[1]) + (x as u32 & 1)) >> 1) as u8;
    }
}

fn halve_both_each(upper: &[u8], lower: &[u8], out: &mut [u8]) {
    let pairs = upper.as_chunks::<2>().0.iter().zip(lower.as_chunks::<2>().0);
    for (x, ((upper, lower), out)) in pairs.zip(out).enumerate() {
        let sum: u32 = upper.iter().chain(lower).map(|value| u32::from(*value)).sum();
        *out = ((sum + 1 + (x as u32 & 1)) >> 2) as u8;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_go_down_and_up_in_turn() {
        let mut out = [0; 4];
        halve_width(&[1, 2, 1, 2, 0, 255, 255, 255], &mut out);
        assert_eq!(out, [1, 2, 127, 255]);
        halve_both(&[0, 0, 0, 0, 0, 1, 0, 1], &[0, 1, 0, 2, 1, 1, 1, 1], &mut out);
        assert_eq!(out, [0, 1, 1, 1]);
    }
}
