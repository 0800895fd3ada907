//! Lanes as arrays.

use super::COUNT;

pub(in super::super) type Lanes = [u8; COUNT];
/// What sizes come to.
pub(in super::super) type Sums = u64;

pub(in super::super) fn load(bytes: &[u8], at: usize) -> Lanes {
    bytes[at..at + COUNT].try_into().unwrap_or([0; COUNT])
}

pub(in super::super) fn store(lanes: Lanes, bytes: &mut [u8], at: usize) {
    bytes[at..at + COUNT].copy_from_slice(&lanes);
}

pub(in super::super) fn zero() -> Lanes {
    [0; COUNT]
}

pub(in super::super) fn subtract(x: Lanes, y: Lanes) -> Lanes {
    std::array::from_fn(|i| x[i].wrapping_sub(y[i]))
}

/// Rounded down.
pub(in super::super) fn average(a: Lanes, b: Lanes) -> Lanes {
    std::array::from_fn(|i| a[i].midpoint(b[i]))
}

/// Of the bytes before, above, and before that above, the nearest to their sum without the third; of equally near ones the first.
pub(in super::super) fn paeth(a: Lanes, b: Lanes, c: Lanes) -> Lanes {
    std::array::from_fn(|i| {
        let [x, y, z] = [a[i], b[i], c[i]].map(i16::from);
        let (to_a, to_b, to_c) = ((y - z).abs(), (x - z).abs(), (x + y - 2 * z).abs());
        if to_a <= to_b && to_a <= to_c {
            a[i]
        } else if to_b <= to_c {
            b[i]
        } else {
            c[i]
        }
    })
}

pub(in super::super) fn no_sums() -> Sums {
    0
}

/// Adds the sizes of numbers from -128 to 127.
pub(in super::super) fn add_sizes(sums: Sums, numbers: Lanes) -> Sums {
    sums + numbers.iter().map(|number| u64::from((*number as i8).unsigned_abs())).sum::<u64>()
}

pub(in super::super) fn total(sums: Sums) -> u64 {
    sums
}

/// Copies pixels of four bytes without the fourth.
pub(in super::super) fn pack_rgb(pixels: &[u8], row: &mut [u8]) {
    for (pixel, rgb) in pixels.as_chunks::<4>().0.iter().zip(row.as_chunks_mut::<3>().0) {
        rgb.copy_from_slice(&pixel[..3]);
    }
}
