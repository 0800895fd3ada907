//! Pictures drawn in few colours: which of them is nearest, and what is done about the rest.
//!
//! Everything is counted in whole numbers, so that no machine, no order of sums and no format makes another choice: in steps, of
//! which there are 65,535 from black to white, and in sixteenths of them.

mod diffusion;

use crate::image::Sample;

pub use diffusion::{Diffusion, From, Method};

/// Parts of a step.
pub const PARTS: i32 = 16;

/// How many steps there are from black to white.
pub const MOST_STEPS: i32 = 65_535;

/// A value in the scale of a sample, in steps; what lies outside is black or white, and NaN black.
#[must_use]
#[inline(never)]
pub fn steps(sample: Sample, value: f32) -> i32 {
    match sample {
        Sample::U8 => 257 * value as i32,
        Sample::U16 => value as i32,
        // A cast takes NaN for 0, and halves are rounded up.
        Sample::F32 => ((f64::from(value) * 65_535.0 + 0.5) as i32).clamp(0, MOST_STEPS),
    }
}

/// The colours that a picture is drawn in.
#[derive(Debug)]
pub struct Inks {
    /// In steps.
    steps: Vec<[i32; 3]>,
    /// In the scale of the samples.
    stored: Vec<[f32; 3]>,
    /// Of a palette, which colours may be the nearest within each cell of a grid. Of tones of each channel there is none.
    cells: Option<Cells>,
}

/// Cells along a side of the grid.
const CELLS: usize = 16;
/// Bits of a step that are within a cell.
const SHIFT: u32 = 12;

#[derive(Debug)]
struct Cells {
    /// Where the list of each cell begins, and the end.
    starts: Vec<u32>,
    lists: Vec<u8>,
}

impl Inks {
    /// So many tones of each channel.
    #[must_use]
    pub fn tones(sample: Sample, count: usize) -> Self {
        let all = (0..count).map(|tone| [255.0 * tone as f64 / (count - 1) as f64; 3]).collect::<Vec<_>>();
        Self::of(sample, &all)
    }

    /// Up to 256 colours, in levels.
    #[must_use]
    pub fn palette(sample: Sample, colors: &[[f64; 3]]) -> Self {
        let inks = Self::of(sample, colors);
        Self { cells: Some(Cells::new(&inks.steps)), ..inks }
    }

    fn of(sample: Sample, levels: &[[f64; 3]]) -> Self {
        let steps = |level: f64| (level * f64::from(MOST_STEPS) / 255.0 + 0.5) as i32;
        let stored = |level: f64| match sample {
            Sample::U8 => (level + 0.5).floor() as f32,
            Sample::U16 => steps(level) as f32,
            Sample::F32 => (level / 255.0) as f32,
        };
        Self {
            steps: levels.iter().map(|color| color.map(steps)).collect(),
            stored: levels.iter().map(|color| color.map(stored)).collect(),
            cells: None,
        }
    }

    /// Which colour is nearest to one in sixteenths of steps, from black to white: of equal ones the first, of tones each channel for
    /// itself, where halves go up.
    #[must_use]
    #[inline(never)]
    pub fn nearest(&self, color: [i32; 3]) -> [usize; 3] {
        match &self.cells {
            Some(cells) => [self.nearest_of(cells, color); 3],
            None => color.map(|value| {
                // The quotient of whole numbers is a half where it should be, and nowhere else.
                let scaled = f64::from(value) * (self.steps.len() - 1) as f64 / f64::from(PARTS * MOST_STEPS);
                (scaled + 0.5) as usize
            }),
        }
    }

    fn nearest_of(&self, cells: &Cells, color: [i32; 3]) -> usize {
        let [r, g, b] = color.map(|value| ((value / PARTS) >> SHIFT) as usize);
        let cell = (r * CELLS + g) * CELLS + b;
        let list = &cells.lists[cells.starts[cell] as usize..cells.starts[cell + 1] as usize];
        let mut best = (i64::MAX, 0);
        for ink in list {
            let away = distance(self.steps[usize::from(*ink)].map(|steps| PARTS * steps), color);
            if away < best.0 {
                best = (away, usize::from(*ink));
            }
        }
        best.1
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.steps.len()
    }

    /// What colours that were found are, in steps.
    #[must_use]
    #[inline(always)]
    pub fn in_steps(&self, inks: [usize; 3]) -> [i32; 3] {
        std::array::from_fn(|channel| self.steps[inks[channel]][channel])
    }

    /// The same in the scale of the samples.
    #[must_use]
    #[inline(never)]
    pub fn stored(&self, inks: [usize; 3]) -> [f32; 3] {
        std::array::from_fn(|channel| self.stored[inks[channel]][channel])
    }
}

fn distance(a: [i32; 3], b: [i32; 3]) -> i64 {
    a.iter().zip(b).map(|(a, b)| i64::from(a - b) * i64::from(a - b)).sum()
}

impl Cells {
    fn new(colors: &[[i32; 3]]) -> Self {
        let side = PARTS << SHIFT;
        let firsts: Vec<_> = colors.iter().enumerate().map(|(i, color)| !colors[..i].contains(color)).collect();
        let mut cells = Self { starts: vec![0], lists: Vec::new() };
        for cell in 0..CELLS * CELLS * CELLS {
            let corner = [cell / (CELLS * CELLS), cell / CELLS % CELLS, cell % CELLS].map(|at| at as i32 * side);
            // How far a colour is from the nearest and from the farthest place in the cell.
            let ends = |color: &[i32; 3]| {
                let mut ends = [[0; 3]; 2];
                for axis in 0..3 {
                    let (at, low) = (PARTS * color[axis], corner[axis]);
                    let high = low + side - 1;
                    ends[0][axis] = (low - at).max(at - high).max(0);
                    ends[1][axis] = (at - low).abs().max((high - at).abs());
                }
                ends.map(|end| distance(end, [0; 3]))
            };
            let least = colors.iter().map(|color| ends(color)[1]).min().unwrap_or(0);
            // Of equal colours the first is taken, so that others need not be looked at.
            let may_be_nearest = |ink: &usize| firsts[*ink] && ends(&colors[*ink])[0] <= least;
            cells.lists.extend((0..colors.len()).filter(may_be_nearest).map(|ink| ink as u8));
            cells.starts.push(cells.lists.len() as u32);
        }
        cells
    }
}

/// The place in its matrix of a pixel, after Bayer, of a matrix with two to the power of `bits` rows and columns: from 0 on.
#[must_use]
#[inline(always)]
pub fn bayer(bits: u32, x: usize, y: usize) -> u32 {
    (0..bits).fold(0, |place, bit| {
        let (x, y) = (x >> bit & 1, y >> bit & 1);
        4 * place + (2 * (x ^ y) + y) as u32
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::random::Row;

    #[test]
    fn matrices_are_those_of_bayer() {
        let four = [[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]];
        assert_eq!([0, 1, 2, 3].map(|y| [0, 1, 2, 3].map(|x| bayer(2, x, y))), four);
        assert_eq!([0, 1].map(|y| [6, 7].map(|x| bayer(1, x, y))), [[0, 2], [3, 1]]);
        let mut eight: Vec<_> = (0..64).map(|i| bayer(3, i % 8, i / 8)).collect();
        eight.sort_unstable();
        assert_eq!(eight, (0..64).collect::<Vec<_>>());
    }

    #[test]
    fn the_nearest_colour_of_a_palette_is_found_by_cells_too() {
        let random = Row::new(1, 0, 0);
        for count in [1, 2, 17, 256] {
            let level = |i: usize| f64::from(random.bits(i) & 0xff);
            let colors: Vec<_> = (0..count).map(|i| [level(3 * i), level(3 * i + 1), level(3 * i + 2)]).collect();
            let inks = Inks::palette(Sample::U8, &colors);
            for i in 0..2000 {
                let value = |i: usize| (random.bits(i + 5000) % (PARTS * MOST_STEPS + 1) as u32) as i32;
                let color = [value(3 * i), value(3 * i + 1), value(3 * i + 2)];
                let away = |ink: &usize| distance(inks.steps[*ink].map(|steps| PARTS * steps), color);
                let want = (0..count).min_by_key(away).expect("there are some");
                assert_eq!(inks.nearest(color), [want; 3], "{count} {color:?}");
            }
        }
    }
}
