//! A blur as of a lens that is out of focus.

use crate::color::Space;
use crate::error::Error;
use crate::filter::Filter;
use crate::image::Border;
use crate::kernels::weighted_area::disk_reach;
use crate::params::{choice, filter, number};
use crate::plan::{Edge, Node, Plan};
use crate::planes::{Holds, Sees};
use crate::stage::{Place, RowStage, RowsMut, Shape, Window, Work};
use crate::vector::{F4, fill, four};
use std::ops::Range;

filter! {
    /// Blurs as a lens does that is out of focus: each pixel becomes the mean of a disk, so bright spots become disks too. Colour is
    /// weighted with alpha.
    ///
    /// A neighbour that lies `d` away, from centre to centre, has the weight `clamp(radius + ½ − d, 0, 1)`; the weights are divided by
    /// their sum. Up to a radius of ½ the picture stays as it is. With `space: "linear"` colours are decoded before they are multiplied
    /// with alpha, and encoded after they have been divided by it.
    ///
    /// Class N, or P where there is alpha. Reference: OpenCV's `filter2D` of the kernel in double precision.
    pub struct LensBlur = "lensBlur", "Lens blur", Blur, intensity "radius" {
        /// Radius of the disk; 0 changes nothing. The time that it takes grows with it.
        radius: f64 = number(5.0).range(0.0, 50.0).soft(0.0, 30.0).step(0.5).unit("px"),
        /// What is seen outside the image.
        border: Border = choice::<Border>(),
        /// Whether colours are mixed as stored or as linear light, where bright spots keep their weight.
        space: Space = choice::<Space>(),
    }
    alpha: Weights,
    identity: Where("radius" = Number(0.0)),
}

impl Filter for LensBlur {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        let disk = Disk::new(self.radius);
        let Some(disk) = disk else { return Ok(source) };
        let (border, linear, margin) = (self.border, self.space == Space::Linear, disk.reach);
        let is_weighted = border == Border::Transparent || !plan.is_opaque(source);
        let sees = if is_weighted { Sees::PremultipliedAlways } else { Sees::Colors };
        let layout = plan.layout(source);
        let planes = sees.planes(layout.format().channels);
        let padded = plan.planes_with_margin(source, sees, linear, margin, border);
        let levels = disk.levels;
        let runs = plan.rows(&[(padded, Edge::Border(border))], Runs { planes, margin, levels });
        let means = plan.rows(&[(runs, Edge::Border(border))], Means { planes, disk });
        if !is_weighted {
            return Ok(plan.store_as(means, layout, Holds::Scaled(1.0), linear));
        }
        let layout = if border == Border::Transparent { plan.with_any_alpha(source) } else { layout };
        Ok(plan.store_as(means, layout, Holds::Premultiplied, linear))
    }
}

/// A disk as runs of pixels that weigh 1, each the sum of runs of two to some power, and the pixels of its edge.
struct Disk {
    reach: usize,
    /// How many lengths of runs there are: one, two, four and so on.
    levels: usize,
    /// Of each run: its row, its length as a power of two, and its first column. Rows and columns are counted from the corner.
    runs: Vec<(usize, usize, usize)>,
    /// Of two pixels of the edge in the same row: the row, their columns and their weight. They may be the same pixel.
    edge: Vec<(usize, [usize; 2], f32)>,
    /// One by the sum of all weights.
    share: f32,
}

impl Disk {
    /// `None` where only the centre counts.
    fn new(radius: f64) -> Option<Self> {
        let reach = disk_reach(radius);
        if reach == 0 {
            return None;
        }
        let mut disk = Self { reach, levels: 1, runs: Vec::new(), edge: Vec::new(), share: 0.0 };
        let mut sum = 0.0;
        for row in 0..=2 * reach {
            let dy = row.abs_diff(reach) as f64;
            let weight = |dx: usize| (radius + 0.5 - ((dx * dx) as f64 + dy * dy).sqrt()).clamp(0.0, 1.0);
            let full = (0..=reach).take_while(|dx| weight(*dx) == 1.0).count();
            if let Some(half) = full.checked_sub(1) {
                let (length, mut column) = (2 * half + 1, reach - half);
                sum += length as f64;
                for level in (0..=length.ilog2() as usize).filter(|level| length >> level & 1 == 1) {
                    disk.runs.push((row, level, column));
                    disk.levels = disk.levels.max(level + 1);
                    column += 1 << level;
                }
            }
            for dx in (full..=reach).take_while(|dx| weight(*dx) > 0.0) {
                // In the middle both are the same.
                let (weight, both) = (weight(dx), if dx == 0 { 0.5 } else { 1.0 });
                sum += 2.0 * both * weight;
                disk.edge.push((row, [reach - dx, reach + dx], (both * weight) as f32));
            }
        }
        disk.share = (1.0 / sum) as f32;
        Some(disk)
    }
}

/// Of each plane the sums of one column, of two, of four and so on from each column on, those of the margin included.
struct Runs {
    planes: usize,
    margin: usize,
    levels: usize,
}

impl RowStage for Runs {
    fn shape(&self) -> Shape {
        Shape::planes(self.planes * self.levels).with_margin(2 * self.margin)
    }

    fn write(&self, place: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, _: &mut Work<'_>) {
        let length = place.columns.len() + 2 * self.margin;
        for (plane, runs) in out.floats(0).chunks_exact_mut(length * self.levels).enumerate() {
            let (mut level, mut rest) = runs.split_at_mut(length);
            level.copy_from_slice(inputs[0].around(0, plane, &place.columns, self.margin));
            let mut run = 1;
            while !rest.is_empty() {
                let (next, more) = rest.split_at_mut(length);
                // Runs that end beyond the margin are not read.
                let count = length.saturating_sub(run);
                fill(&mut next[..count], |x| four(level, x) + four(level, x + run));
                next[count..].fill(0.0);
                (level, rest, run) = (next, more, 2 * run);
            }
        }
    }
}

/// The means over a disk, of the planes of [`Runs`].
struct Means {
    planes: usize,
    disk: Disk,
}

/// Vectors that are summed at once, so that their sums stay in registers.
const BLOCK: usize = 4;

impl RowStage for Means {
    fn shape(&self) -> Shape {
        Shape::planes(self.planes)
    }

    fn reads(&self, _: usize, rows: Range<isize>) -> Range<isize> {
        let reach = self.disk.reach.cast_signed();
        rows.start - reach..rows.end + reach
    }

    fn write(&self, place: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, _: &mut Work<'_>) {
        let Disk { levels, runs, edge, share, .. } = &self.disk;
        let skipped = place.columns.start - inputs[0].columns().start;
        let share = F4::splat(*share);
        for plane in 0..self.planes {
            let line = |row: usize, level: usize| &inputs[0].plane(row, plane * levels + level)[skipped..];
            let runs: Vec<_> = runs.iter().map(|(row, level, column)| &line(*row, *level)[*column..]).collect();
            let edge: Vec<_> = edge
                .iter()
                .map(|(row, columns, weight)| (columns.map(|column| &line(*row, 0)[column..]), F4::splat(*weight)))
                .collect();
            let (blocks, rest) = out.plane(0, plane).as_chunks_mut::<{ 4 * BLOCK }>();
            let done = 4 * BLOCK * blocks.len();
            for (i, block) in blocks.iter_mut().enumerate() {
                let at = |line: &[f32]| -> [F4; BLOCK] {
                    let line = &line[4 * BLOCK * i..][..4 * BLOCK];
                    std::array::from_fn(|j| four(line, 4 * j))
                };
                let mut sums = [F4::splat(0.0); BLOCK];
                for run in &runs {
                    let run = at(run);
                    sums = std::array::from_fn(|j| sums[j] + run[j]);
                }
                for ([left, right], weight) in &edge {
                    let (left, right) = (at(left), at(right));
                    sums = std::array::from_fn(|j| sums[j] + *weight * (left[j] + right[j]));
                }
                for (sum, out) in sums.into_iter().zip(block.as_chunks_mut().0) {
                    (sum * share).store(out);
                }
            }
            fill(rest, |x| {
                let sum = runs.iter().fold(F4::splat(0.0), |sum, run| sum + four(run, done + x));
                let sum = edge.iter().fold(sum, |sum, ([left, right], weight)| {
                    sum + *weight * (four(left, done + x) + four(right, done + x))
                });
                sum * share
            });
        }
    }
}
