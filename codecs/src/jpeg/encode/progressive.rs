//! The scans of a progressive file (T.81, annex G), in the order of libjpeg's `jpeg_simple_progression`.

use super::blocks::Blocks;
use super::layout::{Component, Layout, MAX_COMPONENTS};
use super::sequential::SIXTEEN_ZEROS;
use super::symbols::{Restarts, Symbols, sized};
use super::transform::LEVELS;
use crate::Problem;
use crate::jpeg::grid::Block;
use crate::jpeg::tables::{COEFFICIENTS, ZIGZAG};

/// One scan.
#[derive(Clone, Copy)]
pub(super) struct Scan {
    /// Which component; none for DC coefficients, whose scans have all components, interleaved.
    pub(super) component: Option<usize>,
    /// The first and the last coefficient in zigzag order (spectral selection).
    pub(super) band: (u8, u8),
    /// How many lower bits the last scan of these coefficients left out, 0 in their first scan.
    pub(super) high: u8,
    /// How many lower bits this one leaves out (successive approximation: `high` and `low` are Ah and Al).
    pub(super) low: u8,
}

impl Scan {
    const fn dc(high: u8, low: u8) -> Self {
        Self { component: None, band: (0, 0), high, low }
    }

    const fn ac(component: usize, band: (u8, u8), high: u8, low: u8) -> Self {
        Self { component: Some(component), band, high, low }
    }

    /// Whether it has symbols, and so needs tables: one more bit of each DC coefficient has none.
    pub(super) fn has_symbols(&self) -> bool {
        self.component.is_some() || self.high == 0
    }
}

/// For Y, Cb and Cr.
const COLOR: [Scan; 10] = [
    Scan::dc(0, 1),
    Scan::ac(0, (1, 5), 0, 2),
    Scan::ac(2, (1, 63), 0, 1),
    Scan::ac(1, (1, 63), 0, 1),
    Scan::ac(0, (6, 63), 0, 2),
    Scan::ac(0, (1, 63), 2, 1),
    Scan::dc(1, 0),
    Scan::ac(2, (1, 63), 1, 0),
    Scan::ac(1, (1, 63), 1, 0),
    Scan::ac(0, (1, 63), 1, 0),
];

/// For Y alone.
const GRAY: [Scan; 6] = [
    Scan::dc(0, 1),
    Scan::ac(0, (1, 5), 0, 2),
    Scan::ac(0, (6, 63), 0, 2),
    Scan::ac(0, (1, 63), 2, 1),
    Scan::dc(1, 0),
    Scan::ac(0, (1, 63), 1, 0),
];

/// The scans of a file.
pub(super) fn scans(layout: &Layout) -> &'static [Scan] {
    if layout.components().len() == 1 { &GRAY } else { &COLOR }
}

/// How many bits follow a symbol of a scan of AC coefficients: the size of a coefficient, or of an EOB run.
pub(super) fn extra_bits(symbol: u8) -> u32 {
    match (symbol >> 4, symbol & 15) {
        (15, 0) => 0,
        (run, 0) => u32::from(run),
        (_, size) => u32::from(size),
    }
}

/// The coefficients of an image.
pub(super) struct Image<'a> {
    layout: &'a Layout,
    all: &'a [Blocks],
    /// For each block of each component, which coefficients have a magnitude of at least 1, 2 and 4: what is left of them
    /// without their lowest 0, 1 and 2 bits is not zero.
    levels: [Vec<[u64; LEVELS]>; MAX_COMPONENTS],
}

impl<'a> Image<'a> {
    pub(super) fn new(layout: &'a Layout, all: &'a [Blocks]) -> Result<Self, Problem> {
        let mut levels = [const { Vec::new() }; MAX_COMPONENTS];
        for (levels, blocks) in levels.iter_mut().zip(all) {
            *levels = blocks.levels()?;
        }
        Ok(Self { layout, all, levels })
    }

    /// Codes a scan. Its symbols are of table 0 for luma and 1 for chroma.
    pub(super) fn code(&self, scan: Scan, interval: u16, symbols: &mut impl Symbols) -> Result<(), Problem> {
        let Some(i) = scan.component else { return code_dc(scan, self.layout, self.all, interval, symbols) };
        match (self.layout.components().get(i), self.all.get(i), self.levels.get(i)) {
            (Some(component), Some(blocks), Some(levels)) => {
                code_band(scan, component, (blocks, levels), interval, symbols)
            }
            _ => Ok(()),
        }
    }
}

/// Codes DC coefficients: their upper bits, as differences, or one more bit of each. All MCUs are whole.
fn code_dc(
    scan: Scan,
    layout: &Layout,
    all: &[Blocks],
    interval: u16,
    symbols: &mut impl Symbols,
) -> Result<(), Problem> {
    let mut last_dc = [0; MAX_COMPONENTS];
    let mut restarts = Restarts::new(interval);
    for row in 0..layout.mcus_high {
        for mcu in 0..layout.mcus_wide {
            symbols.make_room()?;
            if let Some(number) = restarts.next() {
                symbols.restart(number)?;
                last_dc = [0; MAX_COMPONENTS];
            }
            for ((component, blocks), last) in layout.components().iter().zip(all).zip(&mut last_dc) {
                for v in 0..component.grid.down {
                    let (blocks, _) = blocks.row(row * component.grid.down + v);
                    let range = mcu * component.grid.across..(mcu + 1) * component.grid.across;
                    for block in blocks.get(range).unwrap_or_default() {
                        let dc = i32::from(block[0]) >> scan.low;
                        if scan.high == 0 {
                            let (size, bits) = sized(dc - *last);
                            *last = dc;
                            symbols.symbol(component.tables, size as u8, bits);
                        } else {
                            symbols.bits(dc as u32 & 1, 1);
                        }
                    }
                }
            }
        }
    }
    Ok(())
}

/// Codes a band of coefficients of one component. An MCU is a block here, and only blocks with pixels are coded.
fn code_band(
    scan: Scan,
    component: &Component,
    (blocks, levels): (&Blocks, &[[u64; LEVELS]]),
    interval: u16,
    symbols: &mut impl Symbols,
) -> Result<(), Problem> {
    let mut restarts = Restarts::new(interval);
    let low = usize::from(scan.low);
    let places = (u64::MAX << scan.band.0) & (u64::MAX >> (63 - scan.band.1));
    let mut band = Band {
        first: u32::from(scan.band.0),
        last: u32::from(scan.band.1),
        low: u32::from(scan.low),
        table: component.tables,
        eob_run: 0,
        corrections: [0; MOST_CORRECTIONS],
        old: 0,
        all: 0,
    };
    for row in 0..component.grid.blocks_down {
        let (blocks, _) = blocks.row(row);
        let levels = levels.iter().skip(row * component.grid.padded_across());
        for (block, levels) in blocks.iter().zip(levels).take(component.grid.blocks_across) {
            symbols.make_room()?;
            if let Some(number) = restarts.next() {
                band.write_eob_run(symbols);
                symbols.restart(number)?;
            }
            let significant = levels.get(low).copied().unwrap_or(0) & places;
            if scan.high == 0 {
                band.code(block, significant, symbols);
            } else {
                let before = levels.get(low + 1).copied().unwrap_or(0) & places;
                band.refine(block, significant, before, symbols);
            }
        }
    }
    band.write_eob_run(symbols);
    Ok(())
}

/// The longest EOB run that has a symbol.
const LONGEST_RUN: u32 = 0x7FFF;
/// Correction bits that are kept at most; libjpeg's number, on which its files depend.
const MOST_CORRECTIONS: usize = 1000;

/// A scan of a band, and what of it has not been written yet.
struct Band {
    first: u32,
    last: u32,
    low: u32,
    table: usize,
    /// The EOB run: how many blocks have ended whose end has not been written. One symbol tells of them all.
    eob_run: u32,
    /// Correction bits, one a byte: bits of coefficients that were significant before this scan. First come those of the
    /// EOB run, then those of this block.
    corrections: [u8; MOST_CORRECTIONS],
    /// How many belong to the EOB run.
    old: usize,
    /// How many there are.
    all: usize,
}

impl Band {
    /// Codes a block in the first scan of its coefficients. Significant ones are those that are not zero without the bits
    /// that the scan leaves out.
    fn code(&mut self, block: &Block, significant: u64, symbols: &mut impl Symbols) {
        let mut rest = significant;
        if rest != 0 {
            self.write_eob_run(symbols);
        }
        let mut next = self.first;
        while rest != 0 {
            let k = rest.trailing_zeros();
            rest &= rest - 1;
            let mut zeros = k - next;
            next = k + 1;
            while zeros > 15 {
                symbols.symbol(self.table, SIXTEEN_ZEROS, 0);
                zeros -= 16;
            }
            let value = coefficient(block, k);
            let magnitude = (value.unsigned_abs() >> self.low) as i32;
            let (size, bits) = sized(if value < 0 { -magnitude } else { magnitude });
            symbols.symbol(self.table, (zeros << 4 | size) as u8, bits);
        }
        if next <= self.last {
            self.end_block(symbols);
        }
    }

    /// Codes one more bit of a block's coefficients. Those that become significant have a symbol, and their sign; those
    /// that were significant before have a correction bit, which follows the next symbol.
    fn refine(&mut self, block: &Block, significant: u64, before: u64, symbols: &mut impl Symbols) {
        let newest = (significant & !before).checked_ilog2().unwrap_or(0);
        let mut zeros = 0;
        let mut next = self.first;
        let mut rest = significant;
        while rest != 0 {
            let k = rest.trailing_zeros();
            rest &= rest - 1;
            zeros += k - next;
            next = k + 1;
            // Where only corrections follow, the zeros belong to the end of the block.
            while zeros > 15 && k <= newest {
                self.write_eob_run(symbols);
                symbols.symbol(self.table, SIXTEEN_ZEROS, 0);
                self.write_new_corrections(symbols);
                zeros -= 16;
            }
            if before >> k & 1 != 0 {
                self.correct(block, k, symbols);
                continue;
            }
            self.write_eob_run(symbols);
            symbols.symbol(self.table, (zeros << 4 | 1) as u8, u32::from(coefficient(block, k) > 0));
            self.write_new_corrections(symbols);
            zeros = 0;
        }
        if zeros > 0 || next <= self.last || self.all > self.old {
            self.end_block(symbols);
        }
    }

    /// Keeps the correction bit of a coefficient.
    #[inline(always)]
    fn correct<S: Symbols>(&mut self, block: &Block, k: u32, _: &S) {
        if S::TAKES_BITS
            && let Some(bit) = self.corrections.get_mut(self.all)
        {
            *bit = (coefficient(block, k).unsigned_abs() >> self.low) as u8 & 1;
        }
        self.all += 1;
    }

    /// Adds the current block to the EOB run.
    fn end_block(&mut self, symbols: &mut impl Symbols) {
        self.eob_run += 1;
        self.old = self.all;
        // The next block may have 63 correction bits.
        if self.eob_run == LONGEST_RUN || self.old > MOST_CORRECTIONS - COEFFICIENTS + 1 {
            self.write_eob_run(symbols);
        }
    }

    /// Writes the symbol of the EOB run, and its correction bits. Those of the current block stay: the caller writes a
    /// symbol first, and then them.
    fn write_eob_run(&mut self, symbols: &mut impl Symbols) {
        if self.eob_run == 0 {
            return;
        }
        let size = self.eob_run.ilog2();
        symbols.symbol(self.table, (size << 4) as u8, self.eob_run & ((1 << size) - 1));
        self.eob_run = 0;
        write_bits(self.corrections.get(..self.old).unwrap_or_default(), symbols);
        if self.old == self.all {
            (self.old, self.all) = (0, 0);
        }
    }

    /// Writes the correction bits of the current block; those of the EOB run have been written.
    fn write_new_corrections(&mut self, symbols: &mut impl Symbols) {
        write_bits(self.corrections.get(self.old..self.all).unwrap_or_default(), symbols);
        (self.old, self.all) = (0, 0);
    }
}

#[inline(never)]
fn write_bits<S: Symbols>(bits: &[u8], symbols: &mut S) {
    if !S::TAKES_BITS {
        return;
    }
    for bits in bits.chunks(16) {
        let together = bits.iter().fold(0, |together, bit| together << 1 | u32::from(*bit));
        symbols.bits(together, bits.len() as u32);
    }
}

/// The `k`-th coefficient in zigzag order.
#[inline(always)]
fn coefficient(block: &Block, k: u32) -> i16 {
    block[usize::from(ZIGZAG[k as usize & 63] & 63)]
}
