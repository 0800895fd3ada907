//! Runs a program: step by step, each over a block of columns.

use super::functions::{angle, cosine, exponential, logarithm, power, sine};
use super::graph::{Graph, Id, LUMA_SINGLE, Op};
use super::program::{Act, Program, Step};
use crate::stage::{Place, RowStage, RowsMut, Shape, Window, Work};
use crate::vector::F4;
use std::cell::Cell;
use std::ops::Range;

/// Four numbers of a register.
type Four = Cell<[f32; 4]>;

/// Bytes that all registers should fit, so that they stay in the first cache.
const CACHE_BYTES: usize = 20 << 10;
/// The most columns of a block, and the fewest.
const COLUMNS: Range<usize> = 16..256;

/// Makes planes of planes by formulas.
pub struct Formulas {
    program: Program,
    outputs: usize,
    /// White, in the scale of the planes.
    full: f32,
    /// Columns of a block: a multiple of four.
    block: usize,
}

impl Formulas {
    /// The formulas of nodes: planes of so many colours, and maybe of alpha, are read.
    pub(super) fn new(graph: &Graph, outputs: &[Id], colors: usize, full: f32) -> Self {
        let program = Program::new(graph, outputs, colors);
        let fitting = CACHE_BYTES / (size_of::<f32>() * program.registers.max(1));
        let block = fitting.clamp(COLUMNS.start, COLUMNS.end) / 4 * 4;
        Self { program, outputs: outputs.len(), full, block }
    }

    /// Columns on each side, and rows above and below, that are read.
    #[must_use]
    pub fn reach(&self) -> [usize; 2] {
        self.program.reach
    }

    /// Whether alpha is read.
    #[must_use]
    pub fn reads_alpha(&self) -> bool {
        self.program.reads_alpha
    }
}

/// Bytes that are kept of so many columns.
fn kept_bytes(columns: usize) -> usize {
    columns.next_multiple_of(4) * size_of::<f32>()
}

impl RowStage for Formulas {
    fn shape(&self) -> Shape {
        Shape::planes(self.outputs)
    }

    fn reads(&self, _: usize, rows: Range<isize>) -> Range<isize> {
        let reach = self.program.reach[1].cast_signed();
        rows.start - reach..rows.end + reach
    }

    fn memory(&self, columns: usize) -> usize {
        self.program.saved * kept_bytes(columns)
    }

    fn write(&self, place: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, work: &mut Work<'_>) {
        let columns = place.columns.len();
        let mut numbers = work.scratch.floats(self.program.registers * self.block);
        let registers = Cell::from_mut(numbers.as_chunks_mut().0).as_slice_of_cells();
        let mut run =
            Run { stage: self, place, input: &inputs[0], row: 0, columns: 0..0, registers, memory: work.memory };
        let blocks = || (0..columns).step_by(self.block).map(|start| start..columns.min(start + self.block));
        if !work.continues {
            // What is the same everywhere is read by what is the same in a column.
            run.columns = 0..self.block;
            run.take(&self.program.of_row, out);
            for block in blocks() {
                run.columns = block;
                run.take(&self.program.of_columns, out);
            }
        }
        for row in 0..place.rows.len() {
            run.row = row;
            run.columns = 0..self.block;
            run.take(&self.program.of_row, out);
            for block in blocks() {
                run.columns = block;
                run.take(&self.program.of_pixels, out);
            }
        }
        work.scratch.give_floats(numbers);
    }
}

/// A block of a row.
struct Run<'a> {
    stage: &'a Formulas,
    place: &'a Place,
    input: &'a Window<'a>,
    row: usize,
    /// Of those that are written.
    columns: Range<usize>,
    registers: &'a [Four],
    memory: &'a mut [u8],
}

#[inline(always)]
fn put(to: &Four, value: F4) {
    let mut four = [0.0; 4];
    value.store(&mut four);
    to.set(four);
}

#[inline(always)]
fn get(from: &Four) -> F4 {
    F4::load(&from.get())
}

#[inline(always)]
fn one(to: &[Four], a: &[Four], make: impl Fn(F4) -> F4) {
    to.iter().zip(a).for_each(|(to, a)| put(to, make(get(a))));
}

#[inline(always)]
fn two(to: &[Four], [a, b]: [&[Four]; 2], make: impl Fn(F4, F4) -> F4) {
    to.iter().zip(a).zip(b).for_each(|((to, a), b)| put(to, make(get(a), get(b))));
}

#[inline(always)]
fn three(to: &[Four], [a, b, c]: [&[Four]; 3], make: impl Fn(F4, F4, F4) -> F4) {
    to.iter().zip(a).zip(b).zip(c).for_each(|(((to, a), b), c)| put(to, make(get(a), get(b), get(c))));
}

impl<'a> Run<'a> {
    fn register(&self, place: u16) -> &'a [Four] {
        let start = usize::from(place) * (self.stage.block / 4);
        &self.registers[start..][..self.columns.len().div_ceil(4)]
    }

    /// A plane of the pixels so many columns and rows away.
    fn plane(&self, plane: usize, [dx, dy]: [isize; 2]) -> &'a [f32] {
        let [margin, above] = self.stage.program.reach;
        let row = (self.row + above).wrapping_add_signed(dy);
        let line = self.input.around(row, plane, &self.place.columns, margin);
        &line[(margin + self.columns.start).wrapping_add_signed(dx)..][..self.columns.len()]
    }

    fn kept(&mut self, slot: usize) -> &mut [[u8; 16]] {
        let bytes = kept_bytes(self.place.columns.len());
        let start = slot * bytes + self.columns.start * size_of::<f32>();
        &mut self.memory[start..][..kept_bytes(self.columns.len())].as_chunks_mut().0[..]
    }

    fn take(&mut self, steps: &[Step], out: &mut RowsMut<'_>) {
        for Step { act, to, args } in steps {
            let to = self.register(*to);
            let [a, b, c] = args.map(|place| self.register(place));
            match *act {
                Act::Do(op) => self.operate(op, to, [a, b, c]),
                Act::Line([factor, more]) => {
                    let [factor, more] = [factor, more].map(F4::splat);
                    one(to, a, |a| a * factor + more);
                }
                Act::Fill(number) => to.iter().for_each(|to| to.set([number; 4])),
                Act::Load { plane, away } => {
                    let full = F4::splat(self.stage.full);
                    let (fours, rest) = self.plane(plane, away).as_chunks();
                    to.iter().zip(fours).for_each(|(to, four)| put(to, F4::load(four) / full));
                    if !rest.is_empty() {
                        put(&to[fours.len()], F4::of(rest) / full);
                    }
                }
                Act::Recall(slot) => {
                    for (to, kept) in to.iter().zip(self.kept(slot)) {
                        let bytes = kept.as_chunks().0;
                        to.set(std::array::from_fn(|i| f32::from_le_bytes(bytes[i])));
                    }
                }
                Act::Save(slot) => {
                    for (kept, from) in self.kept(slot).iter_mut().zip(a) {
                        let bytes = from.get().map(f32::to_le_bytes);
                        kept.copy_from_slice(bytes.as_flattened());
                    }
                }
                Act::Give(plane) => {
                    let (zero, full) = (F4::splat(0.0), F4::splat(self.stage.full));
                    let whole = |value: F4| value.equal(value, value, zero) * full;
                    let (fours, rest) = out.plane(self.row, plane)[self.columns.clone()].as_chunks_mut();
                    let done = fours.len();
                    fours.iter_mut().zip(a).for_each(|(to, value)| whole(get(value)).store(to));
                    if !rest.is_empty() {
                        let mut last = [0.0; 4];
                        whole(get(&a[done])).store(&mut last);
                        rest.copy_from_slice(&last[..rest.len()]);
                    }
                }
                Act::Copy { plane, to } => {
                    let from = self.plane(plane, [0, 0]);
                    out.plane(self.row, to)[self.columns.clone()].copy_from_slice(from);
                }
            }
        }
    }

    fn operate(&self, op: Op, to: &[Four], [a, b, c]: [&[Four]; 3]) {
        let (zero, one_of) = (F4::splat(0.0), F4::splat(1.0));
        let ab = [a, b];
        match op {
            Op::X => {
                let first = self.place.columns.start + self.columns.start;
                let mut four = F4::load(&std::array::from_fn(|i| (first + i) as f32));
                for to in to {
                    put(to, four);
                    four = four + F4::splat(4.0);
                }
            }
            Op::Y => {
                let y = self.place.rows.start + self.row.cast_signed();
                to.iter().for_each(|to| to.set([y as f32; 4]));
            }
            Op::Sqrt => one(to, a, F4::sqrt),
            Op::Abs => one(to, a, F4::abs),
            Op::Floor => one(to, a, F4::floor),
            Op::Exp => one(to, a, exponential),
            Op::Log2 => one(to, a, logarithm),
            Op::Sin => one(to, a, sine),
            Op::Cos => one(to, a, cosine),
            Op::Add => two(to, ab, |a, b| a + b),
            Op::Sub => two(to, ab, |a, b| a - b),
            Op::Mul => two(to, ab, |a, b| a * b),
            Op::Div => two(to, ab, |a, b| a / b),
            Op::Mod => two(to, ab, |a, b| a - b * (a / b).floor()),
            Op::Min => two(to, ab, F4::min),
            Op::Max => two(to, ab, F4::max),
            Op::Greater => two(to, ab, |a, b| a.more(b, one_of, zero)),
            Op::AtLeast => two(to, ab, |a, b| a.more(b, one_of, a.equal(b, one_of, zero))),
            Op::Equal => two(to, ab, |a, b| a.equal(b, one_of, zero)),
            Op::Pow => two(to, ab, power),
            Op::Atan2 => two(to, ab, angle),
            Op::Select => three(to, [a, b, c], |a, b, c| a.equal(zero, c, b)),
            Op::Mix => three(to, [a, b, c], |a, b, share| a + share * (b - a)),
            Op::Luma => {
                let [red, blue] = LUMA_SINGLE.map(F4::splat);
                three(to, [a, b, c], |r, g, b| g + red * (r - g) + blue * (b - g));
            }
            // They are steps of their own, or known before there are any.
            Op::Constant | Op::Load | Op::Line | Op::Width | Op::Height => {}
        }
    }
}
