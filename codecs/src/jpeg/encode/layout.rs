//! How an image is cut into components, blocks and MCUs.

use super::Chroma;
use crate::jpeg::grid::{Grid, mcus};

/// Most components that are written.
pub(super) const MAX_COMPONENTS: usize = 3;

/// One component: luma, or one of the two of chroma.
#[derive(Clone, Copy)]
pub(super) struct Component {
    pub(super) grid: Grid,
    /// Which tables it uses, those of luma (0) or of chroma (1).
    pub(super) tables: usize,
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
        let (image, largest) = ((width, height), (max_h, max_v));
        let (mcus_wide, mcus_high) = mcus(image, largest);
        let luma = Component { grid: Grid::new(image, largest, largest), tables: 0 };
        let chroma = Component { grid: Grid::new(image, (1, 1), largest), tables: 1 };
        let components = [luma, chroma, chroma];
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
