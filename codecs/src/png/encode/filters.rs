//! Rows as differences to what is before and above each byte.

use super::lanes::{self, COUNT, Lanes};
use crate::Problem;
use crate::png::zeros;

/// How the filter of a row is chosen.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Choice {
    /// No filter: for drawings, whose bytes occur again as they are.
    None,
    /// The filter with the smallest differences, of which some are looked at: one lot of lanes of so many.
    Estimated,
    /// That of all differences.
    Counted,
}

/// Lots of lanes of which one is looked at.
const SAMPLED: usize = 4;

/// Two rows, with a lot of zeros before each: what a row's first pixel is compared with. Behind them lanes may read.
pub(super) struct Rows {
    above: Vec<u8>,
    row: Vec<u8>,
    filtered: Vec<u8>,
    length: usize,
    bytes_across: usize,
    choice: Choice,
}

impl Rows {
    /// Rows of so many bytes; from a byte to that of the pixel before it are `bytes_across`, 8 or fewer.
    pub(super) fn new(length: usize, bytes_across: usize, choice: Choice) -> Result<Self, Problem> {
        let room = length.checked_next_multiple_of(COUNT).and_then(|length| length.checked_add(COUNT));
        let room = room.ok_or(Problem::TooLarge)?;
        let (above, row, filtered) = (zeros(room)?, zeros(room)?, zeros(room)?);
        Ok(Self { above, row, filtered, length, bytes_across, choice })
    }

    /// The place of the next row.
    pub(super) fn next(&mut self) -> &mut [u8] {
        std::mem::swap(&mut self.above, &mut self.row);
        &mut self.row[COUNT..][..self.length]
    }

    /// The filter of that row, and its bytes.
    pub(super) fn filtered(&mut self) -> (u8, &[u8]) {
        let filter = match self.choice {
            Choice::None => 0,
            Choice::Estimated => self.least(SAMPLED),
            Choice::Counted => self.least(1),
        };
        match filter {
            0 => return (0, &self.row[COUNT..][..self.length]),
            1 => self.filter(|x, [a, _, _]| lanes::subtract(x, a)),
            2 => self.filter(|x, [_, b, _]| lanes::subtract(x, b)),
            3 => self.filter(|x, [a, b, _]| lanes::subtract(x, lanes::average(a, b))),
            _ => self.filter(|x, [a, b, c]| lanes::subtract(x, lanes::paeth(a, b, c))),
        }
        (filter, &self.filtered[..self.length])
    }

    /// Lanes of the row from this byte on, and those before, above, and before those above.
    #[inline(always)]
    fn lanes(&self, at: usize) -> (Lanes, [Lanes; 3]) {
        let (here, before) = (at + COUNT, at + COUNT - self.bytes_across);
        let neighbours =
            [lanes::load(&self.row, before), lanes::load(&self.above, here), lanes::load(&self.above, before)];
        (lanes::load(&self.row, here), neighbours)
    }

    #[inline(always)]
    fn filter(&mut self, difference: impl Fn(Lanes, [Lanes; 3]) -> Lanes) {
        for at in (0..self.length).step_by(COUNT) {
            let (x, neighbours) = self.lanes(at);
            lanes::store(difference(x, neighbours), &mut self.filtered, at);
        }
    }

    /// The filter whose differences, as numbers from -128 to 127, are the smallest together: what is near 0 is packed best.
    fn least(&self, step: usize) -> u8 {
        let mut sums = [lanes::no_sums(); 5];
        // The last lanes reach behind the row, to zeros.
        for at in (0..self.length).step_by(COUNT * step) {
            let (x, [a, b, c]) = self.lanes(at);
            let predicted = [lanes::zero(), a, b, lanes::average(a, b), lanes::paeth(a, b, c)];
            for (sums, predicted) in sums.iter_mut().zip(predicted) {
                *sums = lanes::add_sizes(*sums, lanes::subtract(x, predicted));
            }
        }
        let sums = sums.map(lanes::total);
        (0..5).min_by_key(|filter| sums[usize::from(*filter)]).unwrap_or(0)
    }
}
