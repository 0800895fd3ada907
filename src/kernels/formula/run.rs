//! Runs a program: step by step, each over a block of columns.

use super::functions::{angle, cosine, exponential, logarithm, power, sine};
use super::graph::{Graph, Id, LUMA_SINGLE, Op};
use super::program::{Act, INPUT, OUTPUT, Program, Step};
use crate::stage::{Place, RowStage, RowsMut, Shape, Window, Work};
use crate::vector::F4;
use std::ops::Range;

/// Four numbers of a row.
type Four = [f32; 4];

/// Numbers that are written behind a row, and read behind one, since all are taken four at a time.
const MORE: usize = 3;

/// Bytes that all registers should fit, so that they stay in the first cache.
const CACHE_BYTES: usize = 20 << 10;
/// The most columns of a block, and the fewest.
const COLUMNS: Range<usize> = 16..256;

/// Makes planes of planes by formulas.
pub struct Formulas {
    program: Program,
    outputs: usize,
    /// Columns of a block: a multiple of four.
    block: usize,
}

impl Formulas {
    /// The formulas of nodes: planes of so many colours, and maybe of alpha, are read.
    pub(super) fn new(graph: &Graph, outputs: &[Id], colors: usize, tidies: bool) -> Self {
        let program = Program::new(graph, outputs, colors, tidies);
        let fitting = CACHE_BYTES / (size_of::<f32>() * program.registers.max(1));
        let block = fitting.clamp(COLUMNS.start, COLUMNS.end) / 4 * 4;
        Self { program, outputs: outputs.len(), block }
    }

    /// Whether nothing but the pixel itself is read.
    #[must_use]
    pub fn is_point(&self) -> bool {
        self.program.reach == [0, 0]
    }

    /// Columns on each side that there must be in what is read.
    #[must_use]
    pub fn margin(&self) -> usize {
        self.program.reach[0] + MORE
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
        Shape::planes(self.outputs).with_margin(MORE)
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
        let mut run = Run {
            stage: self,
            place,
            input: &inputs[0],
            row: 0,
            columns: 0..0,
            registers: numbers.as_chunks_mut().0,
            memory: work.memory,
        };
        let blocks = || (0..columns).step_by(self.block).map(|start| start..columns.min(start + self.block));
        let [of_row, of_columns, of_pixels] = &self.program.phases;
        for row in 0..place.rows.len() {
            run.row = row;
            run.columns = 0..self.block;
            run.take(of_row, out);
            if row == 0 && !work.continues {
                for block in blocks() {
                    run.columns = block;
                    run.take(of_columns, out);
                }
            }
            for block in blocks() {
                run.columns = block;
                run.take(of_pixels, out);
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
    registers: &'a mut [Four],
    memory: &'a mut [u8],
}

#[inline(always)]
fn one(to: &mut [Four], a: &[Four], make: impl Fn(F4) -> F4) {
    for (to, a) in to.iter_mut().zip(a) {
        make(F4::load(a)).store(to);
    }
}

#[inline(always)]
fn two(to: &mut [Four], [a, b]: [&[Four]; 2], make: impl Fn(F4, F4) -> F4) {
    for ((to, a), b) in to.iter_mut().zip(a).zip(b) {
        make(F4::load(a), F4::load(b)).store(to);
    }
}

#[inline(always)]
fn three(to: &mut [Four], [a, b, c]: [&[Four]; 3], make: impl Fn(F4, F4, F4) -> F4) {
    for (((to, a), b), c) in to.iter_mut().zip(a).zip(b).zip(c) {
        make(F4::load(a), F4::load(b), F4::load(c)).store(to);
    }
}

impl Run<'_> {
    fn take(&mut self, steps: &[Step], out: &mut RowsMut<'_>) {
        let Self { stage, place, input, row, ref columns, ref mut registers, ref mut memory } = *self;
        let [margin, above] = [stage.margin(), stage.program.reach[1]];
        let (fours, of_register) = (columns.len().div_ceil(4), stage.block / 4);
        let all = registers.len() / of_register;
        let bytes = kept_bytes(place.columns.len());
        let kept = |slot: usize| {
            let start = slot * bytes + columns.start * size_of::<f32>();
            start..start + fours * size_of::<Four>()
        };
        for Step { act, to, args, arity } in steps {
            let at = usize::from(*to).min(all);
            let (before, rest) = registers.split_at_mut(at * of_register);
            let (own, after) = rest.split_at_mut(rest.len().min(of_register));
            let source = |place_of: u16| -> &[Four] {
                let index = usize::from(place_of);
                if place_of >= INPUT {
                    let (plane, [dx, dy]) = stage.program.inputs[index - usize::from(INPUT)];
                    let line = input.around((row + above).wrapping_add_signed(dy), plane, &place.columns, margin);
                    &line[(margin + columns.start).wrapping_add_signed(dx)..].as_chunks().0[..fours]
                } else if index < at {
                    &before[index * of_register..][..fours]
                } else {
                    &after[(index - at - 1) * of_register..][..fours]
                }
            };
            let args = [0, 1, 2].map(|i| if i < *arity { source(args[i]) } else { &[] });
            if let Act::Save(slot) = *act {
                for (kept, from) in memory[kept(slot)].as_chunks_mut::<16>().0.iter_mut().zip(args[0]) {
                    kept.copy_from_slice(from.map(f32::to_le_bytes).as_flattened());
                }
                continue;
            }
            let to = match to.checked_sub(OUTPUT) {
                Some(plane) => &mut out.plane(row, usize::from(plane))[columns.start..].as_chunks_mut().0[..fours],
                None => &mut own[..fours],
            };
            match *act {
                Act::Do(op) => operate(op, to, args, place, [row, columns.start]),
                Act::Line([factor, more]) => {
                    let [factor, more] = [factor, more].map(F4::splat);
                    one(to, args[0], |a| a * factor + more);
                }
                Act::Fill(number) => to.fill([number; 4]),
                Act::Copy => to.copy_from_slice(args[0]),
                Act::Recall(slot) => {
                    for (to, kept) in to.iter_mut().zip(memory[kept(slot)].as_chunks::<16>().0) {
                        let bytes = kept.as_chunks().0;
                        *to = std::array::from_fn(|i| f32::from_le_bytes(bytes[i]));
                    }
                }
                Act::Tidy => {
                    for four in to {
                        let value = F4::load(four);
                        value.equal(value, value, F4::splat(0.0)).store(four);
                    }
                }
                Act::Save(_) => {}
            }
        }
    }
}

/// Does an operation, in a row from a column on.
#[inline(always)]
fn operate(op: Op, to: &mut [Four], [a, b, c]: [&[Four]; 3], place: &Place, [row, column]: [usize; 2]) {
    let (zero, one_of) = (F4::splat(0.0), F4::splat(1.0));
    let ab = [a, b];
    match op {
        Op::X => {
            let first = place.columns.start + column;
            for (i, to) in to.iter_mut().enumerate() {
                *to = std::array::from_fn(|k| (first + 4 * i + k) as f32);
            }
        }
        Op::Y => {
            let y = place.rows.start + row.cast_signed();
            to.fill([y as f32; 4]);
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
