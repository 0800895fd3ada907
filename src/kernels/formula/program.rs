//! A graph as steps over a few rows of numbers, registers. What is the same everywhere, in a row or in a column is not worked
//! out for each pixel.

use super::graph::{Graph, Id, Node, Op};
use std::array;

/// What a step does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Act {
    /// Writes an operation's result to a register.
    Do(Op),
    /// `a·factor + more`.
    Line([f32; 2]),
    /// The same number everywhere.
    Fill(f32),
    /// A plane of the pixel so many columns and rows away.
    Load { plane: usize, away: [isize; 2] },
    /// Takes what has been kept of columns.
    Recall(usize),
    /// Keeps a register for the rows to come.
    Save(usize),
    /// Gives a register as a plane of the result.
    Give(usize),
    /// Gives a plane as it was.
    Copy { plane: usize, to: usize },
}

/// A step, and its registers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Step {
    pub(super) act: Act,
    pub(super) to: u16,
    pub(super) args: [u16; 3],
}

/// Steps, in the order that they are taken in.
#[derive(Debug, Clone, Default)]
pub(super) struct Program {
    /// Before a row: what is the same everywhere, and in the row.
    pub(super) of_row: Vec<Step>,
    /// For all columns, once for many rows.
    pub(super) of_columns: Vec<Step>,
    /// For each pixel.
    pub(super) of_pixels: Vec<Step>,
    /// How many registers there are.
    pub(super) registers: usize,
    /// How many numbers are kept of each column.
    pub(super) saved: usize,
    /// Pixels that are read on each side, above and below.
    pub(super) reach: [usize; 2],
    /// Whether alpha is read.
    pub(super) reads_alpha: bool,
}

/// What a node depends on.
const ROW: u8 = 1;
const COLUMN: u8 = 2;
const PIXEL: u8 = ROW | COLUMN;

/// Registers that are given away and taken back.
#[derive(Default)]
struct Registers {
    free: Vec<u16>,
    next: u16,
}

impl Registers {
    fn take(&mut self) -> u16 {
        self.free.pop().unwrap_or_else(|| {
            self.next += 1;
            self.next - 1
        })
    }
}

struct Builder<'a> {
    graph: &'a Graph,
    outputs: &'a [Id],
    colors: usize,
    depends: Vec<u8>,
    /// The register of each node, where it has one now.
    places: Vec<u16>,
    /// Of each node, where what is kept of its columns is.
    slots: Vec<Option<usize>>,
}

impl Program {
    /// The steps that make planes of some nodes; of the planes that are read, the first `colors` are colours, then comes alpha.
    #[must_use]
    pub(super) fn new(graph: &Graph, outputs: &[Id], colors: usize) -> Self {
        let mut program = Self::default();
        let count = graph.nodes.len();
        let mut needed = Vec::new();
        graph.each(outputs, |id, _| needed.push(id));
        needed.reverse();
        let mut depends = vec![0; count];
        for id in &needed {
            let node = &graph.nodes[usize::from(*id)];
            let of_args = node.args[..node.op.arity()].iter().fold(0, |all, arg| all | depends[usize::from(*arg)]);
            depends[usize::from(*id)] = match node.op {
                Op::X => COLUMN,
                Op::Y => ROW,
                Op::Load => PIXEL,
                _ => of_args,
            };
            if node.op == Op::Load {
                let (channel, away) = node.load();
                program.reads_alpha |= channel == 3;
                program.reach = array::from_fn(|axis| program.reach[axis].max(away[axis].unsigned_abs()));
            }
        }
        let mut slots = vec![None; count];
        let mut save = |id: Id| {
            let slot = &mut slots[usize::from(id)];
            if depends[usize::from(id)] == COLUMN && slot.is_none() {
                *slot = Some(program.saved);
                program.saved += 1;
            }
        };
        outputs.iter().for_each(|id| save(*id));
        for id in &needed {
            let node = &graph.nodes[usize::from(*id)];
            if depends[usize::from(*id)] == PIXEL {
                node.args[..node.op.arity()].iter().for_each(|arg| save(*arg));
            }
        }
        let mut builder = Builder { graph, outputs, colors, depends, places: vec![0; count], slots };
        let of = |ids: &[Id], depends: &[u8], is: &dyn Fn(u8) -> bool| -> Vec<Id> {
            ids.iter().copied().filter(|id| is(depends[usize::from(*id)])).collect()
        };
        let rows = of(&needed, &builder.depends, &|depends| depends & COLUMN == 0);
        let columns = of(&needed, &builder.depends, &|depends| depends == COLUMN);
        let pixels: Vec<Id> = needed
            .iter()
            .copied()
            .filter(|id| builder.depends[usize::from(*id)] == PIXEL || builder.slots[usize::from(*id)].is_some())
            .collect();
        // What lasts longer than a block has registers of its own.
        let mut lasting = Registers::default();
        program.of_row = builder.steps(&rows, &mut lasting, true, &mut |builder, id| builder.made(id));
        let first = lasting.next;
        let mut registers = Registers { free: Vec::new(), next: first };
        program.of_columns = builder.steps(&columns, &mut registers, false, &mut |builder, id| builder.made(id));
        let most = registers.next;
        registers = Registers { free: Vec::new(), next: first };
        program.of_pixels = builder.given(&rows);
        let steps = builder.steps(&pixels, &mut registers, false, &mut |builder, id| {
            builder.slots[usize::from(id)].map_or_else(|| builder.made(id), Act::Recall)
        });
        program.of_pixels.extend(steps);
        program.registers = usize::from(most.max(registers.next));
        program
    }
}

impl Builder<'_> {
    fn node(&self, id: Id) -> &Node {
        &self.graph.nodes[usize::from(id)]
    }

    /// What makes a node.
    fn made(&self, id: Id) -> Act {
        let node = self.node(id);
        match node.op {
            Op::Constant => Act::Fill(node.numbers[0] as f32),
            Op::Line => Act::Line(node.numbers.map(|number| number as f32)),
            Op::Load => {
                let (plane, away) = node.load();
                Act::Load { plane: plane.min(self.colors), away }
            }
            op => Act::Do(op),
        }
    }

    /// Gives nodes that are planes of the result and last.
    fn given(&self, ids: &[Id]) -> Vec<Step> {
        let mut steps = Vec::new();
        ids.iter().for_each(|id| self.give(*id, &mut steps));
        steps
    }

    fn give(&self, id: Id, steps: &mut Vec<Step>) {
        let node = self.node(id);
        let as_it_was = node.op == Op::Load && node.load().1 == [0, 0];
        for (plane, _) in self.outputs.iter().enumerate().filter(|(_, output)| **output == id) {
            let act = if as_it_was {
                Act::Copy { plane: node.load().0.min(self.colors), to: plane }
            } else {
                Act::Give(plane)
            };
            steps.push(Step { act, to: 0, args: [self.places[usize::from(id)]; 3] });
        }
    }

    /// The steps of some nodes. A register is free again after the last step that reads it, unless what is in it lasts.
    fn steps(
        &mut self,
        ids: &[Id],
        registers: &mut Registers,
        lasts: bool,
        act: &mut dyn FnMut(&Self, Id) -> Act,
    ) -> Vec<Step> {
        let is_here = |id: Id| ids.binary_search(&id).is_ok();
        // Where each node is read last.
        let mut last = vec![usize::MAX; self.graph.nodes.len()];
        let reads = |builder: &Self, act: Act, id: Id| -> Vec<Id> {
            let node = builder.node(id);
            let count = if matches!(act, Act::Recall(_)) { 0 } else { node.op.arity() };
            node.args[..count].to_vec()
        };
        for (i, id) in ids.iter().enumerate() {
            for arg in reads(self, act(self, *id), *id) {
                last[usize::from(arg)] = i;
            }
        }
        let mut steps = Vec::new();
        for (i, id) in ids.iter().enumerate() {
            let act = act(self, *id);
            let args = reads(self, act, *id);
            let mut places = [0; 3];
            places.iter_mut().zip(&args).for_each(|(place, arg)| *place = self.places[usize::from(*arg)]);
            for (k, arg) in args.iter().enumerate() {
                if !lasts && is_here(*arg) && last[usize::from(*arg)] == i && !args[..k].contains(arg) {
                    registers.free.push(self.places[usize::from(*arg)]);
                }
            }
            let to = registers.take();
            self.places[usize::from(*id)] = to;
            let is_read = last[usize::from(*id)] != usize::MAX;
            let is_given_alone = matches!(act, Act::Load { away: [0, 0], .. }) && !is_read;
            if !is_given_alone {
                steps.push(Step { act, to, args: places });
            }
            if self.depends[usize::from(*id)] == PIXEL || matches!(act, Act::Recall(_)) {
                self.give(*id, &mut steps);
            } else if let Some(slot) = self.slots[usize::from(*id)] {
                steps.push(Step { act: Act::Save(slot), to: 0, args: [to; 3] });
            }
            if !lasts && !is_read {
                registers.free.push(to);
            }
        }
        steps
    }
}
