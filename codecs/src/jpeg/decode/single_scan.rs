//! Files of one scan: the blocks of a row of MCUs become samples, and these become pixels, before the next row is read.

use super::entropy::{Entropy, Tables};
use super::frame::{Component, Frame, MOST_BLOCKS, MOST_COMPONENTS};
use super::huffman::Table;
use super::idct;
use super::markers::{Markers, ScanHeader};
use super::planes::Planes;
use super::source::Source;
use crate::Problem;
use crate::jpeg::grid::Block;
use crate::stripes::Stripes;

/// So many coefficients in zigzag order lie in the upper half of a block.
const IN_UPPER_HALF: usize = 10;

/// A component as its blocks are read.
struct Part<'a> {
    component: Component,
    /// Its place in the frame.
    place: usize,
    tables: (&'a Table, &'a Table),
    quantisation: Block,
    /// Blocks of an MCU, across and down.
    across: usize,
    down: usize,
}

/// Reads the only scan of a file, and makes all pixels of it.
#[inline(never)]
pub(super) fn decode(
    frame: &Frame,
    markers: &Markers,
    source: &mut Source,
    scan: &ScanHeader,
    (planes, mut stripes): (&mut Planes, Stripes),
) -> Result<(), Problem> {
    let tables = Tables::new(scan, markers, source, (true, true))?;
    let mut parts: [Option<Part>; MOST_COMPONENTS] = Default::default();
    let mut blocks_of_mcu = 0;
    for (i, ((place, ..), part)) in scan.components().iter().zip(&mut parts).enumerate() {
        let (Some(component), Some(tables)) = (frame.components().get(*place), tables.of(i)) else { continue };
        let slot = usize::from(component.declared.quantisation);
        let quantisation = markers.quantisation.get(slot).copied().flatten();
        let quantisation = quantisation.ok_or_else(|| source.broken("a scan without its quantisation"))?;
        // A scan of one component is not interleaved: its MCU is a block.
        let (across, down) = if scan.count == 1 { (1, 1) } else { (component.grid.across, component.grid.down) };
        blocks_of_mcu += across * down;
        *part = Some(Part { component: *component, place: *place, tables, quantisation, across, down });
    }
    if blocks_of_mcu > MOST_BLOCKS {
        return Err(source.broken("more than ten blocks in an MCU"));
    }
    let mut entropy = Entropy::new(markers.restart_interval);
    let mut block = [0; 64];
    for mcu_row in 0..frame.mcus_down {
        // What is not interleaved has several rows of MCUs here, or fewer in the last row.
        let (rows, across) = match &parts {
            [Some(part), ..] if scan.count == 1 => {
                let grid = part.component.grid;
                (grid.rows_of(mcu_row), grid.blocks_across)
            }
            _ => (1, frame.mcus_across),
        };
        for y in 0..rows {
            for x in 0..across {
                entropy.begin_mcu(source);
                for (i, part) in parts.iter().flatten().enumerate() {
                    part.blocks(&mut entropy, source, i, (planes, &mut block), (y, x));
                }
                entropy.end_mcu(source);
            }
        }
        planes.write(frame, mcu_row, &mut stripes)?;
    }
    stripes.finish()
}

impl Part<'_> {
    /// Reads the blocks of an MCU, whose place is counted in MCUs from the first of the row of interleaved ones, and
    /// makes their samples. Where there is no data left, they are grey. The block that is given is all zeros, and so it is left.
    #[inline(always)]
    fn blocks(
        &self,
        entropy: &mut Entropy,
        source: &mut Source,
        i: usize,
        (planes, block): (&mut Planes, &mut Block),
        (mcu_y, mcu_x): (usize, usize),
    ) {
        for y in mcu_y * self.down..(mcu_y + 1) * self.down {
            for x in mcu_x * self.across..(mcu_x + 1) * self.across {
                let mut extent = 1;
                if !entropy.has_run_dry {
                    extent = match self.component.size {
                        1 => entropy.sequential::<false>(source, i, self.tables, block),
                        _ => entropy.sequential::<true>(source, i, self.tables, block),
                    };
                }
                if let Some((samples, stride)) = planes.block(self.place, y, x) {
                    idct::inverse(block, &self.quantisation, extent, self.component.size, samples, stride);
                }
                // In two parts, which are some stores each: to fill all of it, an engine calls a function.
                let (upper, lower) = block.split_at_mut(32);
                upper.fill(0);
                if extent > IN_UPPER_HALF {
                    lower.fill(0);
                }
            }
        }
    }
}
