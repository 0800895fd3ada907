//! A graph as steps over a few rows of numbers, registers. What is the same everywhere, in a row or in a column is not worked
//! out for each pixel.

use super::graph::{Graph, Id, Op};

/// What a step does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Act {
    /// Writes an operation's result.
    Do(Op),
    /// `a·factor + more`.
    Line([f32; 2]),
    /// The same number everywhere.
    Fill(f32),
    Copy,
    /// Takes what has been kept of columns.
    Recall(usize),
    /// Keeps a register for the rows to come.
    Save(usize),
    /// Makes 0 of what is no number, in place.
    Tidy,
}

/// A step: where it writes, and what it reads. Registers are counted from 0 on, planes that are read from [`INPUT`] on, and those
/// of the result from [`OUTPUT`] on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Step {
    pub(super) act: Act,
    pub(super) to: u16,
    pub(super) args: [u16; 3],
    pub(super) arity: usize,
}

pub(super) const INPUT: u16 = 1 << 14;
pub(super) const OUTPUT: u16 = 1 << 15;

/// Steps, in the order that they are taken in.
#[derive(Debug, Clone, Default)]
pub(super) struct Program {
    /// Before a row, for all columns once for many rows, and for each pixel.
    pub(super) phases: [Vec<Step>; 3],
    /// The planes that are read, and how many columns and rows away.
    pub(super) inputs: Vec<(usize, [isize; 2])>,
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
/// It is not needed.
const NOTHING: u8 = 4;

/// What is known of a node while steps are made.
#[derive(Clone, Copy)]
struct Place {
    depends: u8,
    /// Where what it makes is.
    at: u16,
    /// The last node that reads it, in this phase.
    last: Id,
    /// Where what is kept of its columns is.
    slot: Option<usize>,
}

impl Program {
    /// The steps that make planes of some nodes; of the planes that are read, the first `colors` are colours, then comes alpha.
    /// What is no number becomes 0 where `tidies`.
    pub(super) fn new(graph: &Graph, outputs: &[Id], colors: usize, tidies: bool) -> Self {
        let mut program = Self::default();
        let nothing = Place { depends: NOTHING, at: 0, last: 0, slot: None };
        let mut places = vec![nothing; graph.nodes.len()];
        graph.each(outputs, |id, _| places[usize::from(id)].depends = 0);
        for (i, node) in graph.nodes.iter().enumerate() {
            if places[i].depends == NOTHING {
                continue;
            }
            let args = &node.args[..node.op.arity()];
            let of_args = args.iter().fold(0, |all, arg| all | places[usize::from(*arg)].depends);
            places[i].depends = match node.op {
                Op::X => COLUMN,
                Op::Y => ROW,
                Op::Load => PIXEL,
                _ => of_args,
            };
            if node.op == Op::Load {
                let (channel, away) = node.load();
                program.reads_alpha |= channel == 3;
                places[i].at = INPUT + program.inputs.len() as u16;
                program.inputs.push((channel.min(colors), away));
                for (reach, by) in program.reach.iter_mut().zip(away) {
                    *reach = (*reach).max(by.unsigned_abs());
                }
            }
        }
        // Of columns, what the rest reads is kept.
        for (i, node) in graph.nodes.iter().enumerate() {
            let reads = if places[i].depends == PIXEL { &node.args[..node.op.arity()] } else { &[] };
            let given = outputs.iter().filter(|output| usize::from(**output) == i);
            for id in reads.iter().chain(given) {
                let place = &mut places[usize::from(*id)];
                if place.depends == COLUMN && place.slot.is_none() {
                    place.slot = Some(program.saved);
                    program.saved += 1;
                }
            }
        }
        let lasting = program.make(graph, outputs, &mut places, 0, 0);
        let most = program.make(graph, outputs, &mut places, 1, lasting);
        program.registers = usize::from(program.make(graph, outputs, &mut places, 2, lasting).max(most));
        if tidies {
            for (plane, output) in (OUTPUT..).zip(outputs) {
                if graph.nodes[usize::from(*output)].op != Op::Load {
                    program.phases[2].push(Step { act: Act::Tidy, to: plane, args: [0; 3], arity: 0 });
                }
            }
        }
        program
    }

    /// Makes the steps of a phase, in registers from `first` on; tells how many there are then.
    fn make(&mut self, graph: &Graph, outputs: &[Id], places: &mut [Place], phase: usize, first: u16) -> u16 {
        let wanted = [0, COLUMN, PIXEL][phase];
        for (i, node) in graph.nodes.iter().enumerate() {
            places[i].last = 0;
            let reads = if places[i].depends == wanted { node.op.arity() } else { 0 };
            node.args[..reads].iter().for_each(|arg| places[usize::from(*arg)].last = i as Id);
        }
        let (mut next, mut free) = (first, Vec::new());
        let mut push = |act, to, args, arity| self.phases[phase].push(Step { act, to, args, arity });
        for (i, node) in graph.nodes.iter().enumerate() {
            let place = places[i];
            let given = (OUTPUT..).zip(outputs).filter(|(_, output)| usize::from(**output) == i && phase == 2);
            let is_row = place.depends & (COLUMN | NOTHING) == 0;
            let is_recalled = phase == 2 && place.slot.is_some();
            let is_made = if phase == 0 { is_row } else { place.depends == wanted || is_recalled };
            if !is_made || node.op == Op::Load {
                // What lasts, or is read as it is, is there already.
                if is_row || is_made {
                    given.for_each(|(to, _)| push(Act::Copy, to, [place.at; 3], 1));
                }
                continue;
            }
            let (act, arity) = match (place.slot, node.op) {
                (Some(slot), _) if is_recalled => (Act::Recall(slot), 0),
                (_, Op::Constant) => (Act::Fill(node.numbers[0] as f32), 0),
                (_, Op::Line) => (Act::Line(node.numbers.map(|number| number as f32)), 1),
                (_, op) => (Act::Do(op), op.arity()),
            };
            let args = node.args.map(|arg| places[usize::from(arg)].at);
            // What nobody else reads is written where it is wanted.
            let goal = given.clone().next().filter(|_| place.last == 0 && given.clone().count() == 1);
            let to = goal.map(|(to, _)| to).or_else(|| free.pop()).unwrap_or_else(|| {
                next += 1;
                next - 1
            });
            places[i].at = to;
            push(act, to, args, arity);
            if goal.is_none() {
                given.for_each(|(plane, _)| push(Act::Copy, plane, [to; 3], 1));
            }
            if let (Some(slot), 1) = (place.slot, phase) {
                push(Act::Save(slot), OUTPUT, [to; 3], 1);
            }
            // Registers that nobody reads any more are free again.
            let done = node.args[..arity].iter().copied().chain([i as Id]);
            for id in done {
                let is_last =
                    if usize::from(id) == i { place.last == 0 } else { places[usize::from(id)].last == i as Id };
                let at = places[usize::from(id)].at;
                if is_last && (first..INPUT).contains(&at) && phase > 0 && !free.contains(&at) {
                    free.push(at);
                }
            }
        }
        next
    }
}
