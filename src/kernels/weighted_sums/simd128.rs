//! Sums of lines with the vector instructions of wasm.

use super::{BLOCK, Between, Bytes, Finish, Floats, Narrow, Pixel, Sum, Symmetric};
use core::arch::wasm32::{
    f32x4_convert_i32x4, f32x4_mul, f32x4_splat, i16x8_add, i16x8_narrow_i32x4, i16x8_shuffle, i32x4_add,
    i32x4_dot_i16x8, i32x4_shr, i32x4_splat, u8x16_narrow_i16x8, v128, v128_load, v128_load32_splat, v128_store,
};

/// Pixels of a vector.
const PAIR: usize = 2;

/// A block of pixels, a vector of two after another.
///
/// # Safety
/// There must be so many from `line` on.
#[inline(always)]
unsafe fn load(line: *const Pixel) -> [v128; BLOCK / PAIR] {
    // SAFETY: the caller's.
    std::array::from_fn(|i| unsafe { v128_load(line.add(i * PAIR).cast()) })
}

/// The sums of two lines.
///
/// # Safety
/// As [`load`] for both.
#[inline(always)]
unsafe fn load_both(before: *const Pixel, after: *const Pixel) -> [v128; BLOCK / PAIR] {
    // SAFETY: the caller's.
    let (before, after) = unsafe { (load(before), load(after)) };
    std::array::from_fn(|i| i16x8_add(before[i], after[i]))
}

/// Adds two lines, each times its weight.
#[inline(always)]
fn add(sums: &mut [v128; BLOCK], even: [v128; BLOCK / PAIR], odd: [v128; BLOCK / PAIR], weights: v128) {
    for (i, (even, odd)) in even.into_iter().zip(odd).enumerate() {
        let low = i16x8_shuffle::<0, 8, 1, 9, 2, 10, 3, 11>(even, odd);
        let high = i16x8_shuffle::<4, 12, 5, 13, 6, 14, 7, 15>(even, odd);
        sums[i * PAIR] = i32x4_add(sums[i * PAIR], i32x4_dot_i16x8(low, weights));
        sums[i * PAIR + 1] = i32x4_add(sums[i * PAIR + 1], i32x4_dot_i16x8(high, weights));
    }
}

/// Pixels of a result.
pub trait Store: Finish {
    /// Writes a block of them, of four lanes each.
    fn store(self, sums: [v128; BLOCK], out: &mut [Self::Out; BLOCK]);
}

impl Store for Narrow {
    #[inline(always)]
    fn store(self, sums: [v128; BLOCK], out: &mut [Pixel; BLOCK]) {
        let (out, _) = out.as_chunks_mut::<2>();
        for (out, sums) in out.iter_mut().zip(sums.as_chunks::<2>().0) {
            let [low, high] = sums.map(|sum| i32x4_shr(sum, self.0));
            // SAFETY: two pixels are 16 bytes.
            unsafe { v128_store(out.as_mut_ptr().cast(), i16x8_narrow_i32x4(low, high)) }
        }
    }
}

impl Store for Bytes {
    #[inline(always)]
    fn store(self, sums: [v128; BLOCK], out: &mut [[u8; 4]; BLOCK]) {
        let (out, _) = out.as_chunks_mut::<4>();
        for (out, sums) in out.iter_mut().zip(sums.as_chunks::<4>().0) {
            store_bytes(sums.map(|sum| i32x4_shr(sum, self.0)), out);
        }
    }
}

/// Clamps four pixels to bytes.
#[inline(always)]
fn store_bytes([a, b, c, d]: [v128; 4], out: &mut [[u8; 4]; 4]) {
    let bytes = u8x16_narrow_i16x8(i16x8_narrow_i32x4(a, b), i16x8_narrow_i32x4(c, d));
    // SAFETY: four pixels are 16 bytes.
    unsafe { v128_store(out.as_mut_ptr().cast(), bytes) }
}

impl Store for Floats {
    #[inline(always)]
    fn store(self, sums: [v128; BLOCK], out: &mut [[f32; 4]; BLOCK]) {
        let scale = f32x4_splat(self.scale());
        for (out, sum) in out.iter_mut().zip(sums) {
            let floats = f32x4_mul(f32x4_convert_i32x4(i32x4_shr(sum, self.drop)), scale);
            // SAFETY: four lanes are 16 bytes.
            unsafe { v128_store(out.as_mut_ptr().cast(), floats) }
        }
    }
}

/// Sums of a block of pixels.
pub trait Blocks: Copy {
    /// Fails where the lines are not as long as that.
    fn check(self, length: usize);

    /// The sums from pixel `x` on.
    ///
    /// # Safety
    /// `x + BLOCK` must be within a length that has been checked.
    unsafe fn sums(self, x: usize) -> [v128; BLOCK];
}

impl Blocks for Symmetric<'_> {
    fn check(self, length: usize) {
        assert_eq!(self.places.len(), self.weights.len(), "each line has its weight");
        let fits = |place: &u32| *place as usize + length <= self.lines.len();
        assert!(self.places.as_flattened().iter().all(fits), "lines are too short");
    }

    #[inline(always)]
    unsafe fn sums(self, x: usize) -> [v128; BLOCK] {
        let mut sums = [i32x4_splat(self.start); BLOCK];
        // SAFETY: all lines have been checked.
        let line = |place: u32| unsafe { self.lines.as_ptr().add(place as usize + x) };
        for (places, weights) in self.places.as_chunks::<2>().0.iter().zip(self.weights.as_chunks::<2>().0) {
            // SAFETY: as above; two weights are 4 bytes.
            unsafe {
                let [even, odd] = places.map(|[before, after]| load_both(line(before), line(after)));
                add(&mut sums, even, odd, v128_load32_splat(weights.as_ptr().cast()));
            }
        }
        sums
    }
}

impl Blocks for Sum<'_> {
    fn check(self, length: usize) {
        let fits = |start: &u32| *start as usize + length <= self.lines.len();
        assert!(self.starts.iter().all(fits), "lines are too short");
    }

    #[inline(always)]
    unsafe fn sums(self, x: usize) -> [v128; BLOCK] {
        let mut sums = [i32x4_splat(self.start); BLOCK];
        for (starts, weights) in self.starts.as_chunks::<2>().0.iter().zip(self.weights.as_chunks::<2>().0) {
            // SAFETY: these lines have been checked; two weights are 4 bytes.
            unsafe {
                let [even, odd] = starts.map(|start| load(self.lines.as_ptr().add(start as usize).add(x)));
                add(&mut sums, even, odd, v128_load32_splat(weights.as_ptr().cast()));
            }
        }
        sums
    }
}

impl Blocks for Between<'_> {
    fn check(self, length: usize) {
        assert!(length <= self.pairs.len() << self.bits && self.weights.len() == 1 << self.bits, "too few pairs");
    }

    #[inline(always)]
    unsafe fn sums(self, x: usize) -> [v128; BLOCK] {
        std::array::from_fn(|i| {
            let (pair, place) = ((x + i) >> self.bits, (x + i) & ((1 << self.bits) - 1));
            // SAFETY: both have been checked; a pair is 16 bytes, two weights are 4.
            let (pair, weights) = unsafe {
                (
                    v128_load(self.pairs.as_ptr().add(pair).cast()),
                    v128_load32_splat(self.weights.as_ptr().add(place).cast()),
                )
            };
            i32x4_add(i32x4_splat(self.start), i32x4_dot_i16x8(pair, weights))
        })
    }
}

/// [`super::Sums::write`] for at least a block of pixels.
pub(super) fn write<S: Blocks, F: Store>(sums: S, finish: F, out: &mut [F::Out]) {
    let length = out.len();
    sums.check(length);
    for x in (0..length).step_by(BLOCK) {
        // The last block may begin in the one before it.
        let x = x.min(length - BLOCK);
        let out = out[x..].first_chunk_mut().expect("there are at least as many");
        // SAFETY: `x + BLOCK` is within the length.
        finish.store(unsafe { sums.sums(x) }, out);
    }
}
