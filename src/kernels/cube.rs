//! Tables of colours over a cube, and what lies between their entries.

mod of_bytes;
mod parse;

use crate::error::{Class, no_memory};
use crate::stage::BytePoint;
use std::sync::Arc;

pub(super) use parse::number;
pub use parse::{SHORTEST_ROW, parse};

/// Sides that a table may have.
pub const SIDES: std::ops::RangeInclusive<usize> = 2..=129;

/// What is made of the entries around a colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blend {
    /// All eight, by how near each is.
    Trilinear,
    /// Four, on the way along the largest differences: grey stays grey.
    Tetrahedral,
}

/// Red, green and blue, where 1 is full scale, and nothing: four lanes are as fast as one.
type Entry = [f32; 4];

/// Bytes of an entry.
pub const ENTRY_BYTES: usize = size_of::<Entry>();

/// What is wrong with a table: the class of the error, and a rule that goes on after the parameter's name.
pub type Fault = (Class, String);

/// The entries of a table, that of red fastest: chains share them.
#[derive(Debug, Clone, PartialEq)]
pub struct Entries(Arc<Vec<Entry>>);

impl Entries {
    /// The entries of a list of numbers, three of each.
    ///
    /// # Errors
    /// Where there is no memory for them.
    pub fn new(table: &[f64]) -> Result<Self, Fault> {
        let triples = table.as_chunks::<3>().0;
        let mut entries = room_for(triples.len())?;
        entries.extend(triples.iter().map(entry));
        Ok(Self(Arc::new(entries)))
    }
}

/// An empty list with room for so many entries: tables may have megabytes.
fn room_for(count: usize) -> Result<Vec<Entry>, Fault> {
    let mut entries = Vec::new();
    match entries.try_reserve_exact(count) {
        Ok(()) => Ok(entries),
        Err(_) => Err((Class::Runtime, no_memory(count * size_of::<Entry>()))),
    }
}

/// A table.
#[derive(Debug, Clone, PartialEq)]
pub struct Cube {
    /// Entries along a side.
    side: usize,
    entries: Entries,
    /// The colours at the ends of each side, where 1 is full scale.
    domain: [[f64; 3]; 2],
}

impl Cube {
    /// A table of so many entries along a side, from black to white.
    #[must_use]
    pub fn new(side: usize, entries: Entries) -> Self {
        Self { side, entries, domain: [[0.0; 3], [1.0; 3]] }
    }

    /// Where on a side a channel's value lies, 1 being full scale: how many numbers of the table lie before the entry, and
    /// the share of the next one.
    #[inline(always)]
    fn place(&self, channel: usize, value: f64) -> (u32, f32) {
        let [low, high] = [self.domain[0][channel], self.domain[1][channel]];
        let t = (value - low) / (high - low);
        // Compared this way round, NaN is 0.
        let t = if t > 0.0 { t.min(1.0) } else { 0.0 };
        let f = t * (self.side - 1) as f64;
        let below = (f as usize).min(self.side - 2);
        (below as u32 * self.steps()[channel] as u32, (f - below as f64) as f32)
    }

    /// Entries from one to the next along each side.
    fn steps(&self) -> [usize; 3] {
        [1, self.side, self.side * self.side]
    }

    /// What becomes of a colour, 1 being full scale.
    #[inline(always)]
    #[must_use]
    pub fn at(&self, blend: Blend, rgb: [f32; 3]) -> [f32; 3] {
        let places = [0, 1, 2].map(|channel| self.place(channel, f64::from(rgb[channel])));
        let [r, g, b, _] = self.blended(blend, places);
        [r, g, b]
    }

    #[inline(always)]
    fn blended(&self, blend: Blend, places: [(u32, f32); 3]) -> Entry {
        let first = places.iter().map(|(at, _)| *at as usize).sum::<usize>();
        let shares = places.map(|(_, share)| share);
        let steps = self.steps();
        let entries = &**self.entries.0;
        let corner = |index: usize| entries[index];
        match blend {
            Blend::Trilinear => {
                let [r, g, b] = shares;
                let edge = |at: usize| mix(corner(at), corner(at + 1), r);
                let face = |at: usize| mix(edge(at), edge(at + steps[1]), g);
                mix(face(first), face(first + steps[2]), b)
            }
            Blend::Tetrahedral => {
                let mut order = [0, 1, 2];
                for (i, j) in [(0, 1), (1, 2), (0, 1)] {
                    if shares[order[i]] < shares[order[j]] {
                        order.swap(i, j);
                    }
                }
                let [d1, d2, d3] = order.map(|channel| shares[channel]);
                let second = first + steps[order[0]];
                let third = second + steps[order[1]];
                let corners = [first, second, third, third + steps[order[2]]].map(corner);
                let weights = [1.0 - d1, d1 - d2, d2 - d3, d3];
                std::array::from_fn(|i| (0..4).map(|k| weights[k] * corners[k][i]).sum())
            }
        }
    }

    /// The same for RGBA bytes.
    #[must_use]
    pub fn of_bytes(&self, blend: Blend) -> Box<dyn BytePoint> {
        Box::new(of_bytes::OfBytes::new(self.clone(), blend))
    }
}

#[inline(always)]
fn mix(from: Entry, to: Entry, share: f32) -> Entry {
    std::array::from_fn(|i| from[i] + share * (to[i] - from[i]))
}

/// What lies further out than that is white or black in any mixture; sums of it stay finite.
const FARTHEST: f64 = 1e30;

fn entry(rgb: &[f64; 3]) -> Entry {
    let [r, g, b] = rgb.map(|value| value.clamp(-FARTHEST, FARTHEST) as f32);
    [r, g, b, 0.0]
}
