//! What a frame header (SOF) says, and the sizes that follow from it.

use super::{Color, Scale};
use crate::Problem;
use crate::jpeg::grid::{Grid, SIDE, mcus};

/// Components that a frame may have here.
pub(super) const MOST_COMPONENTS: usize = 4;
/// Blocks that an MCU may have (T.81, B.2.3).
pub(super) const MOST_BLOCKS: usize = 10;
/// The longest side that libjpeg takes.
const LONGEST_SIDE: usize = 65_500;

/// A component as the frame header has it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Declared {
    pub(super) id: u8,
    /// Its sampling factors.
    pub(super) across: u8,
    pub(super) down: u8,
    /// The slot of its quantisation table.
    pub(super) quantisation: u8,
}

/// A frame header.
#[derive(Debug, Clone, Copy)]
pub(super) struct FrameHeader {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) precision: u8,
    pub(super) is_progressive: bool,
    pub(super) count: u8,
    pub(super) components: [Declared; MOST_COMPONENTS],
}

impl FrameHeader {
    /// Its components.
    pub(super) fn components(&self) -> &[Declared] {
        &self.components[..usize::from(self.count).min(MOST_COMPONENTS)]
    }
}

/// How the samples of a component become as many as there are pixels (`jinit_upsampler` of libjpeg).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Upsampling {
    /// There are as many.
    None,
    /// Twice as many across, by a triangle filter.
    FancyAcross,
    /// Twice as many down, by a triangle filter.
    FancyDown,
    /// Twice as many both ways, by a triangle filter.
    FancyBoth,
    /// Each is repeated, so often across and so often down.
    Repeat { across: usize, down: usize },
}

/// A component with its sizes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Component {
    pub(super) declared: Declared,
    pub(super) grid: Grid,
    /// Samples that are made of a block in each direction: 1, 2, 4 or 8.
    pub(super) size: usize,
    /// Samples of the image.
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) upsampling: Upsampling,
}

impl Component {
    /// Rows of samples in a row of MCUs.
    pub(super) fn rows(&self) -> usize {
        self.grid.down * self.size
    }
}

/// A frame with its sizes.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    pub(super) is_progressive: bool,
    pub(super) color: Color,
    /// Whether four inks stay what they are.
    pub(super) inks: bool,
    /// Pixels of the result.
    pub(super) width: usize,
    pub(super) height: usize,
    /// Interleaved MCUs across and down.
    pub(super) mcus_across: usize,
    pub(super) mcus_down: usize,
    /// Rows of pixels in a row of MCUs.
    pub(super) rows: usize,
    /// Whether a row of pixels may need samples of the next row of MCUs.
    pub(super) needs_context: bool,
    components: [Component; MOST_COMPONENTS],
    count: usize,
}

impl Frame {
    /// Works out the sizes, as libjpeg does (`initial_setup`, `jpeg_calc_output_dimensions`, `jinit_upsampler`).
    pub(super) fn new(header: &FrameHeader, color: Color, scale: Scale) -> Result<Self, Problem> {
        if header.precision != 8 {
            return Err(Problem::Unsupported("samples of other than 8 bits"));
        }
        if header.width > LONGEST_SIDE || header.height > LONGEST_SIDE {
            return Err(Problem::TooLarge);
        }
        let declared = header.components();
        if !matches!(header.count, 1 | 3 | 4) {
            return Err(Problem::Unsupported("other than 1, 3 or 4 components"));
        }
        let factors = declared.iter().flat_map(|component| [component.across, component.down]);
        if !factors.clone().all(|factor| (1..=4).contains(&factor)) {
            return Err(Problem::Unsupported("sampling factors outside 1..=4"));
        }
        let most_across = declared.iter().map(|component| usize::from(component.across)).max().unwrap_or(1);
        let most_down = declared.iter().map(|component| usize::from(component.down)).max().unwrap_or(1);
        let (image, largest) = ((header.width, header.height), (most_across, most_down));
        let (mcus_across, mcus_down) = mcus(image, largest);
        let smallest = scale.samples();
        let mut components = [Component {
            declared: Declared::default(),
            grid: Grid { across: 1, down: 1, blocks_across: 0, blocks_down: 0 },
            size: smallest,
            width: 0,
            height: 0,
            upsampling: Upsampling::None,
        }; MOST_COMPONENTS];
        for (component, declared) in components.iter_mut().zip(declared) {
            let (across, down) = (usize::from(declared.across), usize::from(declared.down));
            // Chroma is rather scaled less than scaled and upsampled again.
            let mut size = smallest;
            while size < SIDE
                && (most_across * smallest).is_multiple_of(across * size * 2)
                && (most_down * smallest).is_multiple_of(down * size * 2)
            {
                size *= 2;
            }
            let width = (header.width * across * size).div_ceil(most_across * SIDE);
            let groups = [(across * size / smallest, most_across), (down * size / smallest, most_down)];
            *component = Component {
                declared: *declared,
                grid: Grid::new(image, (across, down), largest),
                size,
                width,
                height: (header.height * down * size).div_ceil(most_down * SIDE),
                upsampling: upsampling(groups, width, smallest > 1)?,
            };
        }
        let count = declared.len();
        let of_two_rows = |c: &Component| matches!(c.upsampling, Upsampling::FancyDown | Upsampling::FancyBoth);
        Ok(Self {
            is_progressive: header.is_progressive,
            color,
            inks: false,
            width: (header.width * smallest).div_ceil(SIDE),
            height: (header.height * smallest).div_ceil(SIDE),
            mcus_across,
            mcus_down,
            rows: most_down * smallest,
            needs_context: components.iter().take(count).any(of_two_rows),
            components,
            count,
        })
    }

    /// Its components.
    pub(super) fn components(&self) -> &[Component] {
        &self.components[..self.count.min(MOST_COMPONENTS)]
    }
}

/// How a component is upsampled: for each direction, of how many samples how many are made.
fn upsampling(groups: [(usize, usize); 2], width: usize, is_fancy: bool) -> Result<Upsampling, Problem> {
    let [(across, to_across), (down, to_down)] = groups;
    let is_multiple = to_across.is_multiple_of(across) && to_down.is_multiple_of(down);
    match (to_across / across.max(1), to_down / down.max(1)) {
        _ if !is_multiple => Err(Problem::Unsupported("sampling factors that do not divide each other")),
        (1, 1) => Ok(Upsampling::None),
        // With fewer columns there is nothing between them.
        (2, 1) if is_fancy && width > 2 => Ok(Upsampling::FancyAcross),
        (1, 2) if is_fancy => Ok(Upsampling::FancyDown),
        (2, 2) if is_fancy && width > 2 => Ok(Upsampling::FancyBoth),
        (across, down) => Ok(Upsampling::Repeat { across, down }),
    }
}
