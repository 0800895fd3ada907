//! Files of several scans: the coefficients of all blocks are kept until the last scan.

use super::entropy::{Entropy, Tables};
use super::frame::{Component, Frame, MOST_BLOCKS};
use super::idct;
use super::markers::{Markers, Reached, ScanHeader};
use super::planes::Planes;
use super::smoothing::{Accuracy, Estimate};
use super::source::Source;
use crate::Problem;
use crate::jpeg::grid::{Block, Grid};
use crate::stripes::Stripes;

/// The coefficients of a component.
struct Blocks {
    component: Component,
    /// Its place in the frame.
    place: usize,
    /// Row by row, each `padded_across` long.
    blocks: Vec<Block>,
    /// For each of them, the coefficients that may be other than 0: a bit each, the least significant one for the first
    /// in zigzag order, which does not count.
    known: Vec<u64>,
    /// The quantisation of its first scan.
    quantisation: Option<Block>,
    accuracy: Accuracy,
}

/// The coefficients of an image.
pub(super) struct Coefficients {
    components: Vec<Blocks>,
    scans: usize,
    /// The last row of MCUs for which the last scan has data.
    last_good_row: usize,
}

fn blocks(component: &Component) -> usize {
    component.grid.padded_across() * component.grid.padded_down()
}

impl Blocks {
    fn row(&self, y: usize) -> &[Block] {
        let across = self.component.grid.padded_across();
        self.blocks.get(y * across..(y + 1) * across).unwrap_or_default()
    }

    /// The blocks of a row, each with what is known of it.
    fn row_mut(&mut self, y: usize) -> impl Iterator<Item = (&mut Block, &mut u64)> {
        let from = y * self.component.grid.padded_across();
        let known = self.known.get_mut(from..).unwrap_or_default();
        self.blocks.get_mut(from..).unwrap_or_default().iter_mut().zip(known)
    }

    /// The block in this row and column, and what is known of it.
    #[inline(always)]
    fn at(&mut self, y: usize, x: usize) -> Option<(&mut Block, &mut u64)> {
        let at = y * self.component.grid.padded_across() + x;
        Some((self.blocks.get_mut(at)?, self.known.get_mut(at)?))
    }
}

/// What a scan does to a block.
#[derive(Clone, Copy)]
enum Kind {
    Sequential,
    DcFirst,
    DcRefine,
    AcFirst,
    AcRefine,
}

impl Kind {
    fn of(scan: &ScanHeader, is_progressive: bool) -> Self {
        match (is_progressive, scan.first, scan.high) {
            (false, ..) => Self::Sequential,
            (true, 0, 0) => Self::DcFirst,
            (true, 0, _) => Self::DcRefine,
            (true, _, 0) => Self::AcFirst,
            (true, ..) => Self::AcRefine,
        }
    }

    /// Reads a block of the component in this place of the scan.
    #[inline(always)]
    fn read(
        self,
        entropy: &mut Entropy,
        source: &mut Source,
        (scan, tables): (&ScanHeader, &Tables),
        place: usize,
        (block, known): (&mut Block, &mut u64),
    ) -> Result<(), Problem> {
        match (self, tables.of(place)) {
            (Self::DcRefine, _) => entropy.dc_refine(source, scan.low, block),
            (_, None) => {}
            (Self::Sequential, Some(tables)) => {
                let extent = entropy.sequential::<true>(source, place, tables, block);
                *known |= !0 >> (64 - extent.clamp(1, 64));
            }
            (Self::DcFirst, Some((table, _))) => entropy.dc_first(source, place, table, scan.low, block)?,
            (Self::AcFirst, _) if entropy.skips(false) => {}
            (Self::AcRefine, _) if entropy.skips(*known & scan.band() != 0) => {}
            (Self::AcFirst, Some((_, table))) => entropy.ac_first(source, table, scan, block, known),
            (Self::AcRefine, Some((_, table))) => entropy.ac_refine(source, table, scan, block, known),
        }
        Ok(())
    }
}

/// Whether a scan may be part of a progressive file (T.81, G.1.1.1).
fn is_progressive_scan(scan: &ScanHeader) -> bool {
    let band =
        if scan.first == 0 { scan.last == 0 } else { scan.first <= scan.last && scan.last < 64 && scan.count == 1 };
    band && (scan.high == 0 || scan.low + 1 == scan.high) && scan.low <= 13
}

impl Coefficients {
    /// Bytes that it takes.
    pub(super) fn bytes(frame: &Frame) -> usize {
        let blocks: usize = frame.components().iter().map(blocks).sum();
        blocks.saturating_mul(size_of::<Block>() + size_of::<u64>())
    }

    pub(super) fn new(frame: &Frame) -> Result<Self, Problem> {
        let mut components = Vec::new();
        components.try_reserve_exact(frame.components().len()).map_err(|_| Problem::OutOfMemory)?;
        for (place, component) in frame.components().iter().enumerate() {
            let count = blocks(component);
            let (mut blocks, mut known) = (Vec::new(), Vec::new());
            blocks.try_reserve_exact(count).map_err(|_| Problem::OutOfMemory)?;
            known.try_reserve_exact(count).map_err(|_| Problem::OutOfMemory)?;
            blocks.resize(count, [0; 64]);
            known.resize(count, 0);
            let component = *component;
            components.push(Blocks { component, place, blocks, known, quantisation: None, accuracy: Accuracy::new() });
        }
        Ok(Self { components, scans: 0, last_good_row: 0 })
    }

    /// Reads this scan and all that follow, up to the end of the image.
    pub(super) fn read(
        &mut self,
        frame: &Frame,
        markers: &mut Markers,
        source: &mut Source,
        mut scan: ScanHeader,
        most_scans: usize,
    ) -> Result<(), Problem> {
        loop {
            if self.scans >= most_scans {
                return Err(Problem::TooLarge);
            }
            self.scans += 1;
            self.scan(frame, markers, source, &scan)?;
            match markers.next_scan(source)? {
                Reached::End => return Ok(()),
                Reached::Scan(next) => scan = next,
            }
        }
    }

    fn scan(
        &mut self,
        frame: &Frame,
        markers: &Markers,
        source: &mut Source,
        scan: &ScanHeader,
    ) -> Result<(), Problem> {
        let mut blocks_of_mcu = 0;
        for (place, ..) in scan.components() {
            let Some(blocks) = self.components.get_mut(*place) else { continue };
            blocks_of_mcu += blocks.component.grid.across * blocks.component.grid.down;
            if blocks.quantisation.is_none() {
                let slot = usize::from(blocks.component.declared.quantisation);
                let table = markers.quantisation.get(slot).copied().flatten();
                blocks.quantisation = Some(table.ok_or_else(|| source.broken("a scan without its quantisation"))?);
            }
        }
        if scan.count > 1 && blocks_of_mcu > MOST_BLOCKS {
            return Err(source.broken("more than ten blocks in an MCU"));
        }
        if frame.is_progressive {
            if !is_progressive_scan(scan) {
                return Err(source.broken("a scan that a progressive file cannot have"));
            }
            for (place, ..) in scan.components() {
                let Some(blocks) = self.components.get_mut(*place) else { continue };
                if !blocks.accuracy.scan(scan, self.scans == 1) {
                    source.note("a scan that does not follow from those before");
                }
            }
        }
        let kind = Kind::of(scan, frame.is_progressive);
        let needs_dc = matches!(kind, Kind::Sequential | Kind::DcFirst);
        let needs_ac = matches!(kind, Kind::Sequential | Kind::AcFirst | Kind::AcRefine);
        let tables = Tables::new(scan, markers, source, (needs_dc, needs_ac))?;
        let mut entropy = Entropy::new(markers.restart_interval);
        self.mcus(frame, &mut entropy, source, (scan, &tables), kind)
    }

    fn mcus(
        &mut self,
        frame: &Frame,
        entropy: &mut Entropy,
        source: &mut Source,
        scan: (&ScanHeader, &Tables),
        kind: Kind,
    ) -> Result<(), Problem> {
        if let [(place, ..)] = *scan.0.components() {
            let Some(blocks) = self.components.get_mut(place) else { return Ok(()) };
            let Grid { blocks_across, blocks_down, down, .. } = blocks.component.grid;
            for y in 0..blocks_down {
                for block in blocks.row_mut(y).take(blocks_across) {
                    if !entropy.has_run_dry {
                        self.last_good_row = y / down;
                    }
                    entropy.begin_mcu(source);
                    if !entropy.has_run_dry {
                        kind.read(entropy, source, scan, 0, block)?;
                        entropy.end_mcu(source);
                    }
                }
                if entropy.has_ended(source) {
                    break;
                }
            }
            return Ok(());
        }
        for mcu_y in 0..frame.mcus_down {
            for mcu_x in 0..frame.mcus_across {
                if !entropy.has_run_dry {
                    self.last_good_row = mcu_y;
                }
                entropy.begin_mcu(source);
                if entropy.has_run_dry {
                    continue;
                }
                for (i, (place, ..)) in scan.0.components().iter().enumerate() {
                    let Some(blocks) = self.components.get_mut(*place) else { continue };
                    let Grid { across, down, .. } = blocks.component.grid;
                    for y in mcu_y * down..(mcu_y + 1) * down {
                        for x in mcu_x * across..(mcu_x + 1) * across {
                            if let Some(block) = blocks.at(y, x) {
                                kind.read(entropy, source, scan, i, block)?;
                            }
                        }
                    }
                }
                entropy.end_mcu(source);
            }
            if entropy.has_ended(source) {
                break;
            }
        }
        Ok(())
    }

    /// Makes all pixels of the coefficients.
    pub(super) fn write(&self, frame: &Frame, planes: &mut Planes, mut stripes: Stripes) -> Result<(), Problem> {
        let mut known = [(Accuracy::new(), [0; 64]); 4];
        for (known, blocks) in known.iter_mut().zip(&self.components) {
            *known = (blocks.accuracy, blocks.quantisation.unwrap_or([0; 64]));
        }
        let known = known.get(..self.components.len()).unwrap_or_default();
        let estimates = if frame.is_progressive { Estimate::of(known, self.scans == 1) } else { None };
        for mcu_row in 0..frame.mcus_down {
            for blocks in &self.components {
                let estimate = estimates.as_ref().and_then(|estimates| estimates.get(blocks.place));
                let rows = blocks.component.grid.rows_of(mcu_row);
                for i in 0..rows {
                    blocks.samples(frame, (mcu_row, i), estimate, mcu_row <= self.last_good_row, planes);
                }
            }
            planes.write(frame, mcu_row, &mut stripes)?;
        }
        stripes.finish()
    }
}

impl Blocks {
    /// Makes the samples of a row of blocks, of the one with this number in a row of MCUs.
    fn samples(
        &self,
        frame: &Frame,
        (mcu_row, i): (usize, usize),
        estimate: Option<&Estimate>,
        is_in_last_scan: bool,
        planes: &mut Planes,
    ) {
        let Component { size, grid: Grid { blocks_across, down, .. }, .. } = self.component;
        let quantisation = self.quantisation.unwrap_or([0; 64]);
        let y = mcu_row * down + i;
        let around = self.rows_around(frame, mcu_row, i, y);
        let known = self.known.get(y * self.component.grid.padded_across()..).unwrap_or_default();
        for (x, (block, known)) in self.row(y).iter().zip(known).take(blocks_across).enumerate() {
            let Some((samples, stride)) = planes.block(self.place, i, x) else { continue };
            let mut estimated;
            let (mut block, mut extent) = (block, 64 - (*known | 1).leading_zeros() as usize);
            if let Some(estimate) = estimate {
                estimated = *block;
                let dc = around.map(|row| dc_around(row, x, blocks_across));
                estimate.apply(&dc, is_in_last_scan, &mut estimated);
                (block, extent) = (&estimated, 64);
            }
            idct::inverse(block, &quantisation, extent, size, samples, stride);
        }
    }

    /// The rows of blocks from two above to two below. Where libjpeg does not look further, the nearest row stands for
    /// those behind it; it sees the second row above from the third row of MCUs on, or below the first two rows of
    /// blocks of one, and likewise below.
    fn rows_around(&self, frame: &Frame, mcu_row: usize, i: usize, y: usize) -> [&[Block]; 5] {
        let rows = self.component.grid.rows_of(mcu_row);
        let last = frame.mcus_down - 1;
        let above = if i > 0 || mcu_row > 0 { y - 1 } else { y };
        let above_2 = if i > 1 || mcu_row > 1 { y - 2 } else { above };
        let below = if i + 1 < rows || mcu_row < last { y + 1 } else { y };
        let below_2 = if i + 2 < rows || mcu_row + 1 < last { y + 2 } else { below };
        [above_2, above, y, below, below_2].map(|y| self.row(y))
    }
}

/// The DC values of five blocks, the middle one in this column, where the outermost ones stand for those behind them.
/// (Of two columns, libjpeg takes the first one for those behind the second.)
fn dc_around(row: &[Block], x: usize, across: usize) -> [i32; 5] {
    std::array::from_fn(|i| {
        let x = match (x + i).saturating_sub(2) {
            behind if behind >= across => {
                if across == 2 {
                    0
                } else {
                    across - 1
                }
            }
            x => x,
        };
        row.get(x).map_or(0, |block| i32::from(block[0]))
    })
}
