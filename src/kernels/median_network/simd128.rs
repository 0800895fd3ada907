//! A block of a network as one vector of WebAssembly.

use super::{Block, Vector};
use core::arch::wasm32::{i32x4_shuffle, u8x16_max, u8x16_min, v128, v128_load, v128_store};

/// Sixteen bytes.
pub(super) type Lanes = v128;

impl Vector for Lanes {
    #[inline(always)]
    fn load(block: &Block) -> Self {
        // SAFETY: a block is sixteen bytes, and the instruction asks for no alignment.
        unsafe { v128_load(block.as_ptr().cast()) }
    }

    #[inline(always)]
    fn store(self, block: &mut Block) {
        // SAFETY: as above.
        unsafe { v128_store(block.as_mut_ptr().cast(), self) }
    }

    #[inline(always)]
    fn min(self, other: Self) -> Self {
        u8x16_min(self, other)
    }

    #[inline(always)]
    fn max(self, other: Self) -> Self {
        u8x16_max(self, other)
    }

    #[inline(always)]
    fn after(self, pixels: usize, next: Self) -> Self {
        match pixels {
            1 => i32x4_shuffle::<1, 2, 3, 4>(self, next),
            2 => i32x4_shuffle::<2, 3, 4, 5>(self, next),
            _ => i32x4_shuffle::<3, 4, 5, 6>(self, next),
        }
    }
}
