//! The scan of a sequential file: all components, interleaved by MCUs (T.81, annex F).

use super::blocks::Blocks;
use super::layout::{Layout, MAX_COMPONENTS};
use super::symbols::{Restarts, Symbols, sized};
use crate::Problem;
use crate::jpeg::grid::Block;
use crate::jpeg::tables::ZIGZAG;

/// EOB: the rest of the block is zero.
const END_OF_BLOCK: u8 = 0x00;
/// ZRL: sixteen zeros, and a coefficient or another ZRL after them.
pub(super) const SIXTEEN_ZEROS: u8 = 0xF0;

/// What a scan remembers from one row of MCUs to the next.
pub(super) struct State {
    /// The last DC coefficient of each component, from which the next one is predicted.
    last_dc: [i32; MAX_COMPONENTS],
    restarts: Restarts,
}

impl State {
    pub(super) fn new(interval: u16) -> Self {
        Self { last_dc: [0; MAX_COMPONENTS], restarts: Restarts::new(interval) }
    }
}

/// Codes a row of MCUs, the `at`-th of the blocks.
#[inline(always)]
pub(super) fn code_row(
    layout: &Layout,
    all: &[Blocks],
    at: usize,
    state: &mut State,
    symbols: &mut impl Symbols,
) -> Result<(), Problem> {
    let mut rows = [[(&[] as &[Block], &[] as &[u64]); 2]; MAX_COMPONENTS];
    for ((rows, blocks), component) in rows.iter_mut().zip(all).zip(layout.components()) {
        for (v, row) in rows.iter_mut().enumerate().take(component.grid.down) {
            *row = blocks.row(at * component.grid.down + v);
        }
    }
    for mcu in 0..layout.mcus_wide {
        symbols.make_room()?;
        if let Some(number) = state.restarts.next() {
            symbols.restart(number)?;
            state.last_dc = [0; MAX_COMPONENTS];
        }
        for ((component, rows), last_dc) in layout.components().iter().zip(&rows).zip(&mut state.last_dc) {
            for (blocks, masks) in rows.iter().take(component.grid.down) {
                let range = mcu * component.grid.across..(mcu + 1) * component.grid.across;
                let (Some(blocks), Some(masks)) = (blocks.get(range.clone()), masks.get(range)) else { continue };
                for (block, mask) in blocks.iter().zip(masks) {
                    code_block(block, *mask, component.tables, last_dc, symbols);
                }
            }
        }
    }
    Ok(())
}

/// Codes a block: the difference of its DC coefficient to the last one, then each AC coefficient that is not zero, with
/// the run of zeros before it.
#[inline(always)]
fn code_block(block: &Block, mask: u64, tables: usize, last_dc: &mut i32, symbols: &mut impl Symbols) {
    let difference = i32::from(block[0]) - *last_dc;
    *last_dc = i32::from(block[0]);
    let (size, bits) = sized(difference);
    symbols.symbol(tables, size as u8, bits);

    let mut rest = mask & !1;
    let mut last = 0;
    while rest != 0 {
        let k = rest.trailing_zeros();
        rest &= rest - 1;
        let mut zeros = k - last - 1;
        last = k;
        while zeros > 15 {
            symbols.symbol(2 + tables, SIXTEEN_ZEROS, 0);
            zeros -= 16;
        }
        let (size, bits) = sized(i32::from(block[usize::from(ZIGZAG[k as usize & 63] & 63)]));
        symbols.symbol(2 + tables, (zeros << 4 | size) as u8, bits);
    }
    if last != 63 {
        symbols.symbol(2 + tables, END_OF_BLOCK, 0);
    }
}
