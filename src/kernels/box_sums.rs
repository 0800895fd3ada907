//! Sums of planes over rectangles, in single precision, at about the same cost whatever their size.
//!
//! Sums of a row are made of those of one column, of two, of four and so on; rows that are written together share what their windows
//! have in common. So no sum depends on where a band or a tile begins, and few roundings come together in one. Sums of whole numbers
//! are exact up to 2²⁴.

use crate::image::Border;
use crate::plan::{Area, AreaWindow, Edge, Node, Plan};
use crate::scratch::Scratch;
use crate::stage::{Place, RowStage, RowsMut, Shape, Window, Work};
use crate::vector::{four, rewrite};
use std::ops::Range;

/// The sums of `(2·radius + 1)²` pixels around each, of so many planes.
pub fn of_squares(plan: &mut Plan, node: Node, planes: usize, radius: usize, border: Border) -> Node {
    let across = plan.area(node, border, Across { radius, count: 2 * radius + 1, starts: vec![0] });
    plan.rows(&[(across, Edge::Border(border))], Down { planes, before: radius, count: 2 * radius + 1 })
}

/// The sums of two squares of `(radius + 1)²` pixels for each pixel and plane, one after another: both begin in its row, one ends in
/// its column and one begins there. Rows are counted, those above the image too.
pub fn of_corners(plan: &mut Plan, node: Node, planes: usize, radius: usize, border: Border) -> Node {
    let across = plan.area(node, border, Across { radius, count: radius + 1, starts: vec![0, radius] });
    plan.rows(&[(across, Edge::Border(border))], Down { planes: 2 * planes, before: 0, count: radius + 1 })
}

/// Sums of so many columns, from each of these starts on, which are counted from `radius` columns before the pixel.
struct Across {
    radius: usize,
    count: usize,
    starts: Vec<usize>,
}

/// Adds to each value the one that comes so many places later, as far as there is one in another slice.
fn add_later(values: &mut [f32], later: usize) {
    let mut at = 0;
    while at + later < values.len() {
        let sum = four(values, at) + four(values, at + later);
        let mut made = [0.0; 4];
        sum.store(&mut made);
        let to = &mut values[at..];
        let count = to.len().min(4);
        to[..count].copy_from_slice(&made[..count]);
        at += 4;
    }
}

impl Area for Across {
    fn reach(&self) -> [usize; 2] {
        [self.radius, 0]
    }

    fn planes(&self, planes: usize) -> usize {
        planes * self.starts.len()
    }

    fn row(&self, window: &AreaWindow<'_>, out: &mut RowsMut<'_>, scratch: &mut Scratch) {
        let width = window.columns.len();
        let length = width + 2 * self.radius;
        let [mut runs, mut sums] = [(), ()].map(|()| scratch.floats(length));
        for plane in 0..window.planes() {
            runs.copy_from_slice(window.line(0, plane));
            let (mut run, mut covered) = (1, 0);
            while run <= self.count {
                if self.count & run > 0 {
                    if covered == 0 {
                        sums.copy_from_slice(&runs);
                    } else {
                        let count = length - covered;
                        rewrite(&mut sums[..count], &runs[covered..], |sum, run| sum + run);
                    }
                    covered += run;
                }
                add_later(&mut runs, run);
                run *= 2;
            }
            for (i, start) in self.starts.iter().enumerate() {
                out.plane(0, plane * self.starts.len() + i).copy_from_slice(&sums[*start..start + width]);
            }
        }
        scratch.give_floats(runs);
        scratch.give_floats(sums);
    }
}

/// Sums of so many rows, the first of which is `before` rows above.
struct Down {
    planes: usize,
    before: usize,
    count: usize,
}

impl RowStage for Down {
    fn shape(&self) -> Shape {
        Shape::planes(self.planes)
    }

    fn rows_at_once(&self) -> usize {
        // At most as many as a window has: these have a row in common.
        1 << self.count.min(16).ilog2()
    }

    fn reads(&self, _: usize, rows: Range<isize>) -> Range<isize> {
        let first = rows.start - self.before.cast_signed();
        first..first + (rows.len() + self.count - 1).cast_signed()
    }

    fn write(&self, place: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, work: &mut Work<'_>) {
        let (rows, last) = (place.rows.len(), self.count - 1);
        let mut sums = work.scratch.floats(place.columns.len());
        for plane in 0..self.planes {
            let row = |row: usize| inputs[0].part(row, plane, &place.columns);
            let add = |sums: &mut [f32], more: &[f32]| rewrite(sums, more, |sum, more| sum + more);
            sums.copy_from_slice(row(rows - 1));
            (rows..=last).for_each(|common| add(&mut sums, row(common)));
            out.plane(rows - 1, plane).copy_from_slice(&sums);
            for above in (0..rows - 1).rev() {
                add(&mut sums, row(above));
                out.plane(above, plane).copy_from_slice(&sums);
            }
            for below in 1..rows {
                if below == 1 {
                    sums.copy_from_slice(row(last + 1));
                } else {
                    add(&mut sums, row(last + below));
                }
                add(out.plane(below, plane), &sums);
            }
        }
        work.scratch.give_floats(sums);
    }
}
