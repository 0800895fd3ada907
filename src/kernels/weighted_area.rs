//! Weighted sums of planes over a window, in single precision.

use crate::plan::{Area, AreaWindow};
use crate::scratch::Scratch;
use crate::stage::RowsMut;
use crate::vector::F4;

/// Weighted sums over a window of odd sides.
pub struct WeightedArea {
    /// Row by row.
    pub weights: Vec<f32>,
    /// Columns and rows of the window.
    pub size: [usize; 2],
    /// The first planes, which are copied.
    pub copied: usize,
}

impl WeightedArea {
    /// The mean of a disk, the one of `lensBlur`.
    #[must_use]
    pub fn disk(radius: f64, copied: usize) -> Self {
        let reach = disk_reach(radius).cast_signed();
        let side = -reach..=reach;
        let distances = side.clone().flat_map(|dy| side.clone().map(move |dx| ((dx * dx + dy * dy) as f64).sqrt()));
        let weights: Vec<f64> = distances.map(|distance| (radius + 0.5 - distance).clamp(0.0, 1.0)).collect();
        let sum: f64 = weights.iter().sum();
        let weights = weights.iter().map(|weight| (weight / sum) as f32).collect();
        Self { weights, size: [side.count(); 2], copied }
    }
}

/// How far a disk reaches from its centre.
#[must_use]
pub fn disk_reach(radius: f64) -> usize {
    ((radius + 0.5).ceil() as usize).saturating_sub(1)
}

/// Vectors that are summed at once, so that their sums stay in registers.
const BLOCK: usize = 4;

impl Area for WeightedArea {
    fn reach(&self) -> [usize; 2] {
        self.size.map(|side| side / 2)
    }

    fn row(&self, window: &AreaWindow<'_>, out: &mut RowsMut<'_>, _: &mut Scratch) {
        for plane in 0..window.planes() {
            if plane < self.copied {
                let line = window.line(self.size[1] / 2, plane);
                out.plane(0, plane).copy_from_slice(&line[self.size[0] / 2..][..window.columns.len()]);
                continue;
            }
            let lines: Vec<_> = (0..self.size[1]).map(|row| window.line(row, plane)).collect();
            let (blocks, rest) = out.plane(0, plane).as_chunks_mut::<{ 4 * BLOCK }>();
            let done = blocks.len() * 4 * BLOCK;
            for (i, block) in blocks.iter_mut().enumerate() {
                let mut sums = [F4::splat(0.0); BLOCK];
                for (line, weights) in lines.iter().zip(self.weights.chunks_exact(self.size[0])) {
                    let line = &line[i * 4 * BLOCK..][..4 * BLOCK + self.size[0] - 1];
                    let mut sums_of_row = [F4::splat(0.0); BLOCK];
                    for (values, weight) in line.windows(4 * BLOCK).zip(weights) {
                        let values = values.as_chunks::<4>().0;
                        for lane in 0..BLOCK {
                            sums_of_row[lane] = sums_of_row[lane] + F4::splat(*weight) * F4::load(&values[lane]);
                        }
                    }
                    for lane in 0..BLOCK {
                        sums[lane] = sums[lane] + sums_of_row[lane];
                    }
                }
                for (sums, out) in sums.into_iter().zip(block.as_chunks_mut().0) {
                    sums.store(out);
                }
            }
            for (x, out) in (done..).zip(rest) {
                *out = 0.0;
                for (line, weights) in lines.iter().zip(self.weights.chunks_exact(self.size[0])) {
                    let terms = line[x..].iter().zip(weights);
                    *out += terms.fold(0.0, |sum, (value, weight)| sum + weight * value);
                }
            }
        }
    }
}
