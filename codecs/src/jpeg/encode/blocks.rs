//! Quantised coefficients: of one row of MCUs, or of a whole image.

use super::layout::{Component, Layout, MAX_COMPONENTS};
use super::quantizer::Quantizer;
use super::samples::{Samples, Source, filled};
use super::transform::{LEVELS, levels, transform};
use crate::Problem;
use crate::jpeg::grid::{Block, SIDE};
use crate::jpeg::tables::COEFFICIENTS;

/// The blocks of a component, row by row, those that only fill the last MCUs among them.
pub(super) struct Blocks {
    blocks: Vec<Block>,
    /// For each block, which of its coefficients are not zero: bit `k` is the `k`-th in zigzag order.
    masks: Vec<u64>,
    stride: usize,
}

impl Blocks {
    /// Room for so many rows of MCUs.
    pub(super) fn new(component: &Component, mcu_rows: usize) -> Result<Self, Problem> {
        let count =
            component.grid.padded_across().checked_mul(component.grid.down * mcu_rows).ok_or(Problem::TooLarge)?;
        let blocks = filled(count, [0; COEFFICIENTS])?;
        Ok(Self { blocks, masks: filled(count, 0)?, stride: component.grid.padded_across() })
    }

    /// A row of blocks with their masks.
    pub(super) fn row(&self, row: usize) -> (&[Block], &[u64]) {
        let range = row * self.stride..(row + 1) * self.stride;
        let (blocks, masks) = (self.blocks.get(range.clone()), self.masks.get(range));
        (blocks.unwrap_or_default(), masks.unwrap_or_default())
    }

    /// Which coefficients of each block have a magnitude of at least 1, 2 and 4.
    pub(super) fn levels(&self) -> Result<Vec<[u64; LEVELS]>, Problem> {
        let mut all = Vec::new();
        all.try_reserve_exact(self.blocks.len()).map_err(|_| Problem::OutOfMemory)?;
        all.extend(self.blocks.iter().map(levels));
        Ok(all)
    }

    /// A row of blocks, to be written.
    fn row_mut(&mut self, row: usize) -> (&mut [Block], &mut [u64]) {
        let range = row * self.stride..(row + 1) * self.stride;
        let (blocks, masks) = (self.blocks.get_mut(range.clone()), self.masks.get_mut(range));
        (blocks.unwrap_or_default(), masks.unwrap_or_default())
    }
}

/// Makes blocks out of pixels, one row of MCUs at a time.
pub(super) struct Transformer<'a> {
    source: Source<'a>,
    layout: &'a Layout,
    quantizers: &'a [Quantizer; 2],
    samples: Samples,
}

impl<'a> Transformer<'a> {
    pub(super) fn new(source: Source<'a>, layout: &'a Layout, quantizers: &'a [Quantizer; 2]) -> Result<Self, Problem> {
        Ok(Self { source, layout, quantizers, samples: Samples::new(layout)? })
    }

    /// Room for so many rows of MCUs, of each component.
    pub(super) fn room(&self, mcu_rows: usize) -> Result<Vec<Blocks>, Problem> {
        let mut all = Vec::new();
        all.try_reserve_exact(MAX_COMPONENTS).map_err(|_| Problem::OutOfMemory)?;
        for component in self.layout.components() {
            all.push(Blocks::new(component, mcu_rows)?);
        }
        Ok(all)
    }

    /// Writes the `mcu_row`-th row of MCUs to the `at`-th of the blocks.
    pub(super) fn write(&mut self, mcu_row: usize, all: &mut [Blocks], at: usize) -> Result<(), Problem> {
        self.samples.fill(&mut self.source, self.layout, mcu_row)?;
        for (i, (component, blocks)) in self.layout.components().iter().zip(all).enumerate() {
            let quantizer = &self.quantizers[component.tables];
            let real = component.grid.rows_of(mcu_row);
            let mut rows = self.samples.rows(i);
            for row in 0..real {
                let mut next = || rows.next().unwrap_or_default();
                let rows = [next(), next(), next(), next(), next(), next(), next(), next()];
                write_row(rows, component, quantizer, blocks.row_mut(at * component.grid.down + row));
            }
            for row in real..component.grid.down {
                fill_row(component, blocks, at * component.grid.down + row);
            }
        }
        Ok(())
    }
}

/// Transforms a row of blocks. Those right of the image have the DC coefficient of the last one and no other, which takes
/// the fewest bits.
fn write_row(
    rows: [&[[u8; SIDE]]; SIDE],
    component: &Component,
    quantizer: &Quantizer,
    (blocks, masks): (&mut [Block], &mut [u64]),
) {
    let wide = component.grid.blocks_across.min(blocks.len()).min(masks.len());
    let rows = rows.map(|row| &row[..wide]);
    for i in 0..wide {
        masks[i] = transform(rows.map(|row| &row[i]), quantizer, &mut blocks[i]);
    }
    let dc = blocks[..wide].last().map_or(0, |block| block[0]);
    blocks[wide..].fill(flat(dc));
    masks[wide..].fill(0);
}

/// Fills a row of blocks below the image: in each MCU they have the DC coefficient of the last block above them.
fn fill_row(component: &Component, blocks: &mut Blocks, row: usize) {
    for mcu in 0..component.grid.padded_across() / component.grid.across {
        let last = (row - 1) * component.grid.padded_across() + mcu * component.grid.across + component.grid.across - 1;
        let dc = blocks.blocks[last][0];
        let (blocks, masks) = blocks.row_mut(row);
        let mcu = mcu * component.grid.across..(mcu + 1) * component.grid.across;
        blocks[mcu.clone()].fill(flat(dc));
        masks[mcu].fill(0);
    }
}

/// A block with no other coefficient than that for DC.
fn flat(dc: i16) -> Block {
    let mut block = [0; COEFFICIENTS];
    block[0] = dc;
    block
}
