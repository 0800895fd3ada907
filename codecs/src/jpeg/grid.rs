//! How an image is cut into blocks and MCUs (T.81, A.1.1 and A.2).

use super::tables::COEFFICIENTS;

/// Samples of a block in each direction.
pub(super) const SIDE: usize = 8;
/// The coefficients of a block, row by row: the first row is the lowest vertical frequency.
pub(super) type Block = [i16; COEFFICIENTS];

/// The blocks of a component.
#[derive(Debug, Clone, Copy)]
pub(super) struct Grid {
    /// Blocks of an MCU beside each other, in a scan of several components: the horizontal sampling factor.
    pub(super) across: usize,
    /// Blocks of an MCU below each other.
    pub(super) down: usize,
    /// Blocks beside each other that hold pixels.
    pub(super) blocks_across: usize,
    /// Blocks below each other that hold pixels.
    pub(super) blocks_down: usize,
}

impl Grid {
    /// Of a component with these sampling factors, across and down, in an image of this width and height, whose largest
    /// factors are given too.
    pub(super) fn new(image: (usize, usize), factors: (usize, usize), largest: (usize, usize)) -> Self {
        Self {
            across: factors.0,
            down: factors.1,
            blocks_across: (image.0 * factors.0).div_ceil(largest.0 * SIDE),
            blocks_down: (image.1 * factors.1).div_ceil(largest.1 * SIDE),
        }
    }

    /// Blocks beside each other with those that only fill the last MCU.
    pub(super) fn padded_across(&self) -> usize {
        self.blocks_across.next_multiple_of(self.across)
    }

    /// Blocks below each other with those that only fill the last MCU.
    pub(super) fn padded_down(&self) -> usize {
        self.blocks_down.next_multiple_of(self.down)
    }

    /// How many rows of blocks of this row of MCUs hold pixels.
    pub(super) fn rows_of(&self, mcu_row: usize) -> usize {
        self.blocks_down.saturating_sub(mcu_row * self.down).min(self.down)
    }
}

/// MCUs of several components in an image of this width and height, across and down.
pub(super) fn mcus(image: (usize, usize), largest: (usize, usize)) -> (usize, usize) {
    (image.0.div_ceil(largest.0 * SIDE), image.1.div_ceil(largest.1 * SIDE))
}
