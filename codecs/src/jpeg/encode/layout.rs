//! How an image is cut into components, blocks and MCUs.

use super::Chroma;

/// Most components that are written.
pub(super) const MAX_COMPONENTS: usize = 3;
/// Samples of a block in one direction.
pub(super) const SIDE: usize = 8;

/// One component: luma, or one of the two of chroma.
#[derive(Clone, Copy)]
pub(super) struct Component {
    /// Blocks of an MCU beside each other.
    pub(super) h: usize,
    /// Blocks of an MCU below each other.
    pub(super) v: usize,
    /// Which tables it uses, those of luma (0) or of chroma (1).
    pub(super) tables: usize,
    /// Blocks beside each other that hold pixels.
    pub(super) blocks_wide: usize,
    /// Blocks below each other that hold pixels.
    pub(super) blocks_high: usize,
    /// Blocks beside each other with those that only fill the last MCU.
    pub(super) stride: usize,
}

impl Component {
    /// How many rows of blocks of this row of MCUs hold pixels; at least one.
    pub(super) fn real_rows(&self, mcu_row: usize) -> usize {
        self.blocks_high.saturating_sub(mcu_row * self.v).min(self.v)
    }
}

/// The components of an image, and its MCUs.
pub(super) struct Layout {
    /// In pixels.
    pub(super) width: usize,
    /// In pixels.
    pub(super) height: usize,
    /// Pixels beside each other that share a sample of chroma: 1 or 2.
    pub(super) max_h: usize,
    /// Pixels below each other that share a sample of chroma: 1 or 2.
    pub(super) max_v: usize,
    /// MCUs beside each other, in a scan of all components.
    pub(super) mcus_wide: usize,
    /// MCUs below each other, in a scan of all components.
    pub(super) mcus_high: usize,
    components: [Component; MAX_COMPONENTS],
    count: usize,
}

impl Layout {
    /// Of an image of at least one pixel; `None` is grey, one component.
    pub(super) fn new(width: usize, height: usize, chroma: Option<Chroma>) -> Self {
        let (max_h, max_v, count) = match chroma {
            None => (1, 1, 1),
            Some(Chroma::C444) => (1, 1, 3),
            Some(Chroma::C422) => (2, 1, 3),
            Some(Chroma::C420) => (2, 2, 3),
        };
        let mcus_wide = width.div_ceil(max_h * SIDE);
        let mcus_high = height.div_ceil(max_v * SIDE);
        let component = |h: usize, v: usize, tables: usize| Component {
            h,
            v,
            tables,
            blocks_wide: (width * h).div_ceil(max_h * SIDE),
            blocks_high: (height * v).div_ceil(max_v * SIDE),
            stride: mcus_wide * h,
        };
        let components = [component(max_h, max_v, 0), component(1, 1, 1), component(1, 1, 1)];
        Self { width, height, max_h, max_v, mcus_wide, mcus_high, components, count }
    }

    /// Y, or Y, Cb and Cr.
    pub(super) fn components(&self) -> &[Component] {
        self.components.get(..self.count).unwrap_or(&self.components)
    }

    /// Whether chroma has fewer samples than luma.
    pub(super) fn is_downsampled(&self) -> bool {
        self.max_h > 1
    }
}
