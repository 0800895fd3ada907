//! The entropy-coded data of a scan: restart intervals, and what each kind of scan has for a block
//! (`jdhuff.c` and `jdphuff.c` of libjpeg).

use super::bits::Window;
use super::frame::MOST_COMPONENTS;
use super::huffman::{Next, Table};
use super::markers::{Markers, NATURAL_ORDER, ScanHeader};
use super::source::Source;
use crate::Problem;
use crate::jpeg::grid::Block;

/// What is known between two MCUs.
pub(super) struct Entropy {
    window: Window,
    /// Whether the data of this restart interval has ended too early: its other blocks keep what they have.
    pub(super) has_run_dry: bool,
    /// The last DC value of each component of the scan.
    predictions: [i32; MOST_COMPONENTS],
    /// Blocks of a progressive scan that still have nothing new.
    end_of_band_run: u32,
    restart_interval: u32,
    until_restart: u32,
    next_restart: u8,
}

impl Entropy {
    pub(super) fn new(restart_interval: u32) -> Self {
        Self {
            window: Window::default(),
            has_run_dry: false,
            predictions: [0; MOST_COMPONENTS],
            end_of_band_run: 0,
            restart_interval,
            until_restart: restart_interval,
            next_restart: 0,
        }
    }

    /// Whether no later MCU of the scan can have data: there are no restart markers, or a marker has come that restarts
    /// do not go beyond.
    pub(super) fn has_ended(&self, source: &Source) -> bool {
        let is_at_the_end = source.unread >= 0xC0 && !(0xD0..=0xD7).contains(&source.unread);
        self.has_run_dry && (self.restart_interval == 0 || is_at_the_end)
    }

    /// Begins an MCU, with a restart marker where one is due.
    #[inline(always)]
    pub(super) fn begin_mcu(&mut self, source: &mut Source) {
        if self.restart_interval != 0 {
            if self.until_restart == 0 {
                self.restart(source);
            }
            self.until_restart -= 1;
        }
    }

    #[inline(never)]
    fn restart(&mut self, source: &mut Source) {
        self.window = Window::default();
        source.restart(self.next_restart);
        self.next_restart = (self.next_restart + 1) & 7;
        self.predictions = [0; MOST_COMPONENTS];
        self.end_of_band_run = 0;
        self.until_restart = self.restart_interval;
        if source.unread == 0 {
            self.has_run_dry = false;
        }
    }

    /// Ends an MCU, of which blocks were read.
    #[inline(always)]
    pub(super) fn end_mcu(&mut self, source: &mut Source) {
        if self.window.is_overdrawn() && !self.has_run_dry {
            self.has_run_dry = true;
            source.note("the data of a scan ends too early");
        }
    }

    /// How far a DC value is from the one before.
    #[inline(always)]
    fn difference(window: &mut Window, source: &mut Source, table: &Table) -> i32 {
        match table.next(window, source) {
            Next::Coefficient { value, .. } => value,
            Next::Symbol(_) => 0,
        }
    }

    /// Reads a block of a sequential scan into one that is all zeros. Returns how many coefficients, in zigzag order,
    /// hold all that are not zero: 1 where there is only the first. All but the first are passed over where `AC` is false.
    #[inline(never)]
    pub(super) fn sequential<const AC: bool>(
        &mut self,
        source: &mut Source,
        place: usize,
        tables: (&Table, &Table),
        block: &mut Block,
    ) -> usize {
        let mut window = self.window;
        let prediction = &mut self.predictions[place % MOST_COMPONENTS];
        *prediction = prediction.wrapping_add(Self::difference(&mut window, source, tables.0));
        block[0] = *prediction as i16;
        let (mut k, mut end) = (1, 1);
        while k < 64 {
            match tables.1.next(&mut window, source) {
                Next::Coefficient { run, value } => {
                    k += run;
                    if AC {
                        block[usize::from(NATURAL_ORDER[k & 127] & 63)] = value as i16;
                    }
                    k += 1;
                    end = k;
                }
                Next::Symbol(0xF0) => k += 16,
                Next::Symbol(_) => break,
            }
        }
        self.window = window;
        if AC { end } else { 1 }
    }

    /// Reads a block of the first scan of DC values.
    #[inline(always)]
    pub(super) fn dc_first(
        &mut self,
        source: &mut Source,
        place: usize,
        table: &Table,
        low: u8,
        block: &mut Block,
    ) -> Result<(), Problem> {
        let difference = Self::difference(&mut self.window, source, table);
        let prediction = &mut self.predictions[place % MOST_COMPONENTS];
        *prediction = prediction.checked_add(difference).ok_or_else(|| source.broken("a DC value out of range"))?;
        block[0] = (*prediction << (low & 15)) as i16;
        Ok(())
    }

    /// Reads one more bit of a DC value.
    #[inline(always)]
    pub(super) fn dc_refine(&mut self, source: &mut Source, low: u8, block: &mut Block) {
        self.window.fill(source);
        if self.window.bit() {
            block[0] |= 1 << low;
        }
    }

    /// Reads a block of the first scan of a band of AC coefficients. Of the bits of `known`, those of coefficients that
    /// are not 0 are set, the least significant one for the first in zigzag order.
    #[inline(never)]
    pub(super) fn ac_first(
        &mut self,
        source: &mut Source,
        table: &Table,
        scan: &ScanHeader,
        block: &mut Block,
        known: &mut u64,
    ) {
        let mut window = self.window;
        let (mut k, last) = (usize::from(scan.first), usize::from(scan.last));
        while k <= last {
            match table.next(&mut window, source) {
                Next::Coefficient { run, value } => {
                    k += run;
                    set(block, known, k, (value << (scan.low & 15)) as i16);
                    k += 1;
                }
                Next::Symbol(0xF0) => k += 16,
                Next::Symbol(symbol) => {
                    self.end_of_band_run = run_of_bands(symbol, &mut window, source) - 1;
                    break;
                }
            }
        }
        self.window = window;
    }

    /// Reads one more bit of the AC coefficients of a band, some of which are 0 so far: those whose bits in `known` are
    /// not set.
    #[inline(never)]
    pub(super) fn ac_refine(
        &mut self,
        source: &mut Source,
        table: &Table,
        scan: &ScanHeader,
        block: &mut Block,
        known: &mut u64,
    ) {
        let mut window = self.window;
        let (mut k, last) = (u32::from(scan.first), u32::from(scan.last).min(63));
        let bit = 1i16 << (scan.low & 15);
        // What this scan makes of zeros is not refined in it.
        let old = *known & (!0 >> (63 - last));
        while k <= last && self.end_of_band_run == 0 {
            let symbol = table.symbol(&mut window, source);
            let run = u32::from(symbol >> 4);
            let mut new = 0;
            match symbol & 15 {
                0 if run != 15 => {
                    self.end_of_band_run = run_of_bands(symbol, &mut window, source);
                    break;
                }
                0 => {}
                size => {
                    if size != 1 {
                        source.note("a new coefficient of more than one bit");
                    }
                    window.fill(source);
                    let is_negative = !window.bit_mask();
                    new = (bit ^ is_negative).wrapping_sub(is_negative);
                    window.drop(1);
                }
            }
            k = refine_up_to(block, old, (k, last), run, bit, &mut window, source);
            if new != 0 {
                set(block, known, k as usize, new);
            }
            k += 1;
        }
        if self.end_of_band_run > 0 {
            refine_up_to(block, old, (k, last), u32::MAX, bit, &mut window, source);
            self.end_of_band_run -= 1;
        }
        self.window = window;
    }

    /// Whether there is nothing in the data for a block, because it and those around have nothing new in the band, and
    /// nothing to refine either; it is counted then.
    #[inline(always)]
    pub(super) fn skips(&mut self, has_old: bool) -> bool {
        let skips = self.end_of_band_run > 0 && !has_old;
        self.end_of_band_run -= u32::from(skips);
        skips
    }
}

/// Sets a coefficient by its place in zigzag order.
#[inline(always)]
fn set(block: &mut Block, known: &mut u64, k: usize, value: i16) {
    block[usize::from(NATURAL_ORDER[k & 127] & 63)] = value;
    // Behind the end, the last one is meant.
    let bit = 1 << k.min(63);
    *known = if value == 0 { *known & !bit } else { *known | bit };
}

/// The number of blocks, with this one, that have nothing more in the band (T.81, G.1.2.2).
#[inline(always)]
fn run_of_bands(symbol: u8, window: &mut Window, source: &mut Source) -> u32 {
    match u32::from(symbol >> 4) {
        0 => 1,
        size => {
            window.fill(source);
            (1 << size) + window.take(size)
        }
    }
}

/// Goes through a band up to the first coefficient that is 0 after so many that are, or to its end, and returns that place.
/// Those on the way that are not 0, those of `old`, get a bit each.
#[inline(always)]
fn refine_up_to(
    block: &mut Block,
    old: u64,
    (mut k, last): (u32, u32),
    mut zeros: u32,
    bit: i16,
    window: &mut Window,
    source: &mut Source,
) -> u32 {
    if k > last {
        return k;
    }
    let mut rest = old >> k << k;
    loop {
        let next = rest.trailing_zeros().min(last + 1);
        if zeros < next - k {
            return k + zeros;
        }
        if rest == 0 {
            return next;
        }
        zeros -= next - k;
        k = next + 1;
        refine(block, next, bit, window, source);
        rest &= rest - 1;
    }
}

/// Reads one more bit of a coefficient that is not 0. There are no branches, since that bit is as good as random.
#[inline(always)]
fn refine(block: &mut Block, k: u32, bit: i16, window: &mut Window, source: &mut Source) {
    window.fill(source);
    let coefficient = &mut block[usize::from(NATURAL_ORDER[k as usize & 127] & 63)];
    let sign = *coefficient >> 15;
    let is_new = if *coefficient & bit == 0 { window.bit_mask() } else { 0 };
    *coefficient = coefficient.wrapping_add(((bit ^ sign) - sign) & is_new);
    window.drop(1);
}

/// The tables that a scan needs.
pub(super) struct Tables {
    built: Vec<Table>,
    /// For each component of the scan, the places of its tables for DC and AC.
    places: [(usize, usize); MOST_COMPONENTS],
}

impl Tables {
    /// Makes the tables of a scan ready. A progressive scan needs those for DC or those for AC.
    pub(super) fn new(
        scan: &ScanHeader,
        markers: &Markers,
        source: &Source,
        (needs_dc, needs_ac): (bool, bool),
    ) -> Result<Self, Problem> {
        let mut tables = Self { built: Vec::new(), places: [(0, 0); MOST_COMPONENTS] };
        tables.built.try_reserve_exact(2 * scan.count).map_err(|_| Problem::OutOfMemory)?;
        let mut found = [[None; 4]; 2];
        for (i, (_, dc, ac)) in scan.components().iter().enumerate() {
            let kinds = [(needs_dc, &markers.dc, *dc), (needs_ac, &markers.ac, *ac)];
            let mut places = [0; 2];
            for (kind, (is_needed, specifications, slot)) in kinds.into_iter().enumerate() {
                if !is_needed {
                    continue;
                }
                let slot = usize::from(slot);
                let Some(specification) = specifications.get(slot).and_then(Option::as_ref) else {
                    return Err(source.broken("a scan without its Huffman table"));
                };
                if found[kind][slot].is_none() {
                    let table = Table::new(specification, kind == 0);
                    tables.built.push(table.ok_or_else(|| source.broken("a Huffman table that is none"))?);
                    found[kind][slot] = Some(tables.built.len() - 1);
                }
                places[kind] = found[kind][slot].unwrap_or_default();
            }
            tables.places[i] = (places[0], places[1]);
        }
        Ok(tables)
    }

    /// The tables for DC and AC of a component of the scan; `None` where there are none.
    pub(super) fn of(&self, place: usize) -> Option<(&Table, &Table)> {
        let (dc, ac) = *self.places.get(place)?;
        Some((self.built.get(dc)?, self.built.get(ac)?))
    }
}
