//! Counts one by one.

use super::{BINS, Counts};

pub(super) fn add(counts: &mut Counts, more: &Counts) {
    counts.iter_mut().zip(more).for_each(|(count, more)| *count += *more);
}

pub(super) fn subtract(counts: &mut Counts, less: &Counts) {
    counts.iter_mut().zip(less).for_each(|(count, less)| *count -= *less);
}

/// Counts of a window: at most 101².
#[derive(Clone, Copy)]
pub(super) struct Total([u16; BINS]);

impl Total {
    pub(super) const EMPTY: Self = Self([0; BINS]);

    pub(super) fn slide(&mut self, enters: &Counts, leaves: &Counts) {
        for (count, (more, less)) in self.0.iter_mut().zip(enters.iter().zip(leaves)) {
            *count = *count + u16::from(*more) - u16::from(*less);
        }
    }

    /// The first bin whose count is above a number; `BINS` where there is none.
    pub(super) fn first_above(&self, number: i32) -> usize {
        self.0.iter().position(|count| i32::from(*count) > number).unwrap_or(BINS)
    }

    /// The last bin whose count is not above a number, and its count. The first count must not be.
    pub(super) fn last_not_above(&self, number: i32) -> (usize, i32) {
        let bin = self.first_above(number) - 1;
        (bin, self.0[bin].into())
    }
}
