//! Runs a program on a band of rows: tile by tile, and in each row by row, every node in a window that rolls down.
//!
//! A row is made when it is asked for: the last node asks for the rows of its window, each of which asks for its own. What
//! was made last is kept in a ring, so that few rows of a tile are made twice.

use super::nodes::{Pixels, RowNode};
use super::program::Program;
use crate::image::{Layout, Rows};
use crate::plan::Edge;
use crate::planes::Load;
use crate::scratch::Scratch;
use crate::stage::{Measure, Numbers, OUTSIDE, Place, RowsMut, Shape, Tally, View, ViewMut, Window, Work};
use std::cell::Cell;
use std::ops::Range;
use std::sync::OnceLock;

thread_local! {
    static AT_WORK: Cell<Option<&'static str>> = const { Cell::new(None) };
}

/// The filter whose stage the calling thread has begun last: after a panic, the one that panicked.
#[must_use]
pub fn filter_at_work() -> Option<&'static str> {
    AT_WORK.get()
}

/// Notes which filter the calling thread works for.
pub fn works_for(filter: &'static str) {
    AT_WORK.set(Some(filter));
}

/// Pixels that a run of pixel functions takes at a time: few enough to stay in the first cache.
const BLOCK: usize = 4096;

/// Rewrites pixels where they lie.
pub fn run_in_place(all: &[Pixels], layout: Layout, pixels: &mut [u8]) {
    for block in pixels.chunks_mut(BLOCK * layout.format().bytes()) {
        for (filter, point) in all {
            works_for(filter);
            point.apply(block);
        }
    }
}

/// The same for pixels that must stay as they are: what is made of them goes to `out`.
pub fn run_into(all: &[Pixels], layout: Layout, pixels: &[u8], out: &mut [u8]) {
    let bytes = BLOCK * layout.format().bytes();
    for (block, out) in pixels.chunks(bytes).zip(out.chunks_mut(bytes)) {
        out.copy_from_slice(block);
        run_in_place(all, layout, out);
    }
}

/// Counts some rows of an image.
pub fn run_measure(
    filter: &'static str,
    measure: &dyn Measure,
    source: &Rows<'_>,
    rows: Range<usize>,
    scratch: &mut Scratch,
) -> Tally {
    works_for(filter);
    let layout = source.layout();
    let load = Load::plain(layout, measure.sees());
    let pixels = layout.width();
    let mut planes = scratch.floats(pixels * measure.sees().planes(layout.format().channels));
    let mut tally = measure.begin();
    for y in rows {
        if scratch.stopped() {
            break;
        }
        load.load(source.row(y), &mut planes, pixels, 0);
        measure.row(y, &planes, pixels, &mut tally);
    }
    scratch.give_floats(planes);
    tally
}

/// Rows that are kept of a node.
enum Ring {
    Bytes(Vec<u8>),
    Shorts(Vec<i16>),
    Floats(Vec<f32>),
    /// The last node keeps none, and a node that is writing has its own at hand.
    Gone,
}

impl Ring {
    fn new(numbers: Numbers, length: usize, scratch: &mut Scratch) -> Self {
        match numbers {
            Numbers::Bytes => Self::Bytes(scratch.bytes(length)),
            Numbers::Shorts => Self::Shorts(scratch.shorts(length)),
            Numbers::Floats => Self::Floats(scratch.floats(length)),
        }
    }

    fn view(&self) -> View<'_> {
        match self {
            Self::Bytes(bytes) => View::Bytes(bytes),
            Self::Shorts(shorts) => View::Shorts(shorts),
            Self::Floats(floats) => View::Floats(floats),
            Self::Gone => unreachable!("a node does not read itself"),
        }
    }

    fn view_mut(&mut self, range: Range<usize>) -> ViewMut<'_> {
        match self {
            Self::Bytes(bytes) => ViewMut::Bytes(&mut bytes[range]),
            Self::Shorts(shorts) => ViewMut::Shorts(&mut shorts[range]),
            Self::Floats(floats) => ViewMut::Floats(&mut floats[range]),
            Self::Gone => unreachable!("the node keeps rows"),
        }
    }

    fn clear(&mut self, range: Range<usize>) {
        match self.view_mut(range) {
            ViewMut::Bytes(bytes) => bytes.fill(0),
            ViewMut::Shorts(shorts) => shorts.fill(0),
            ViewMut::Floats(floats) => floats.fill(0.0),
        }
    }

    fn give_back(self, scratch: &mut Scratch) {
        match self {
            Self::Bytes(bytes) => scratch.give_bytes(bytes),
            Self::Shorts(shorts) => scratch.give_shorts(shorts),
            Self::Floats(floats) => scratch.give_floats(floats),
            Self::Gone => (),
        }
    }
}

const NONE: isize = isize::MIN;

/// What a node keeps while a band is made.
struct State {
    ring: Ring,
    /// The row in each place of the ring.
    held: Vec<isize>,
    /// The columns of this tile.
    columns: Range<usize>,
    /// Numbers of a row.
    length: usize,
    memory: Vec<u8>,
    /// The row that was written last.
    last: isize,
    /// A row and its place in the ring: the next one that is asked for is near it.
    near: (isize, usize),
    /// Where the rows of each input's window begin.
    starts: Vec<Vec<u32>>,
}

impl State {
    /// The place of a row in the ring: the row modulo its length, mostly without a division.
    fn place(&mut self, row: isize) -> usize {
        let rows = self.held.len().cast_signed();
        let (known, place) = self.near;
        let place = match place.cast_signed() + (row - known) {
            place if (0..rows).contains(&place) => place,
            place if (rows..2 * rows).contains(&place) => place - rows,
            _ => row.rem_euclid(rows),
        };
        self.near = (row, place.cast_unsigned());
        place.cast_unsigned()
    }
}

struct Run<'a> {
    nodes: &'a [RowNode],
    source: Rows<'a>,
    found: &'a [OnceLock<Tally>],
    nothing: &'a [u8],
    states: Vec<State>,
}

/// Writes rows of the result.
pub fn run_band(
    program: &Program,
    source: &Rows<'_>,
    rows: Range<usize>,
    out: &mut [u8],
    found: &[OnceLock<Tally>],
    scratch: &mut Scratch,
) {
    let Some((last, kept)) = program.nodes.split_last() else { unreachable!("a program has nodes") };
    let result = program.result;
    let mut nothing = scratch.bytes(source.layout().stride());
    nothing.fill(0);
    let states = program.nodes.iter().zip(&program.most_columns).map(|(node, most)| {
        let (shape, most) = (node.shape, *most);
        // One row more stands for what is transparent outside the image.
        let ring = match node.kept_rows {
            0 => Ring::Gone,
            rows => Ring::new(shape.numbers, (rows + 1) * shape.length(most), scratch),
        };
        State {
            ring,
            held: vec![NONE; node.kept_rows],
            columns: 0..0,
            length: 0,
            memory: scratch.bytes(node.stage.memory(most)),
            last: NONE,
            near: (0, 0),
            starts: vec![Vec::new(); node.inputs.len()],
        }
    });
    let states = states.collect();
    let mut run = Run { nodes: &program.nodes, source: *source, found, nothing: &nothing, states };
    let bytes = result.format().bytes();
    for columns in program.tiles() {
        run.begin(&program.columns(&columns));
        let at_once = last.rows_at_once;
        let mut y = rows.start;
        while y < rows.end && !scratch.stopped() {
            let end = rows.end.min((y - y % at_once).saturating_add(at_once));
            let start = (y - rows.start) * result.stride() + columns.start * bytes;
            let end_of_out = (end - rows.start - 1) * result.stride() + columns.end * bytes;
            let target = RowsMut {
                view: ViewMut::Bytes(&mut out[start..end_of_out]),
                stride: result.stride(),
                length: columns.len() * bytes,
                parts: 1,
            };
            run.write(kept.len(), y.cast_signed()..end.cast_signed(), target, scratch);
            y = end;
        }
    }
    for state in run.states {
        state.ring.give_back(scratch);
        scratch.give_bytes(state.memory);
    }
    scratch.give_bytes(nothing);
}

impl Run<'_> {
    /// Begins a tile.
    fn begin(&mut self, columns: &[Range<usize>]) {
        for ((state, node), columns) in self.states.iter_mut().zip(self.nodes).zip(&columns[1..]) {
            state.columns = columns.clone();
            state.length = node.shape.length(columns.len());
            state.held.fill(NONE);
            state.last = NONE;
            if node.kept_rows > 0 {
                state.ring.clear(node.kept_rows * state.length..(node.kept_rows + 1) * state.length);
            }
        }
    }

    /// Sees to it that a row of a node is kept, and tells where it begins. `asked` is the row that was asked for, where a
    /// border has put another in its place.
    fn hold(&mut self, node: usize, row: isize, asked: isize, scratch: &mut Scratch) -> u32 {
        let spec = &self.nodes[node];
        let slot = self.states[node].place(if spec.by_asked { asked } else { row });
        if self.states[node].held[slot] != row {
            let at_once = spec.rows_at_once;
            let (first, count) = (row - row.rem_euclid(at_once.cast_signed()), at_once);
            let slot = slot - (row - first).cast_unsigned();
            let mut ring = std::mem::replace(&mut self.states[node].ring, Ring::Gone);
            let length = self.states[node].length;
            let view = ring.view_mut(slot * length..(slot + count) * length);
            let target = RowsMut { view, stride: length, length, parts: spec.shape.parts };
            self.write(node, first..first + count.cast_signed(), target, scratch);
            let state = &mut self.states[node];
            state.ring = ring;
            for (held, row) in state.held[slot..slot + count].iter_mut().zip(first..) {
                *held = row;
            }
        }
        (slot * self.states[node].length) as u32
    }

    /// Where a row of an input begins, made if need be.
    fn find(&mut self, from: usize, edge: Edge, asked: isize, scratch: &mut Scratch) -> u32 {
        let Some(from) = from.checked_sub(1) else {
            let layout = self.source.layout();
            let row = match edge {
                Edge::Border(border) => border.index(asked, layout.height()),
                Edge::Counted | Edge::Image => unreachable!("the source is an image, and is read by row"),
            };
            return row.map_or(OUTSIDE, |row| (row * layout.stride()) as u32);
        };
        let row = match edge {
            Edge::Border(border) => border.index(asked, self.nodes[from].size[1]).map(usize::cast_signed),
            Edge::Counted | Edge::Image => Some(asked),
        };
        match row {
            Some(row) => self.hold(from, row, asked, scratch),
            None => (self.nodes[from].kept_rows * self.states[from].length) as u32,
        }
    }

    /// Whether all rows that a node reads are kept.
    fn are_held(&self, spec: &RowNode, rows: &Range<isize>) -> bool {
        spec.inputs.iter().enumerate().all(|(input, (from, edge))| {
            let Some(from) = from.checked_sub(1) else { return true };
            let kept = self.nodes[from].kept_rows.cast_signed();
            spec.stage.reads(input, rows.clone()).all(|asked| {
                let row = match edge {
                    Edge::Border(border) => border.index(asked, self.nodes[from].size[1]).map(usize::cast_signed),
                    Edge::Counted | Edge::Image => Some(asked),
                };
                row.is_none_or(|row| {
                    let slot = (if self.nodes[from].by_asked { asked } else { row }).rem_euclid(kept);
                    self.states[from].held[slot.cast_unsigned()] == row
                })
            })
        })
    }

    fn window<'a>(&'a self, from: usize, starts: &'a [u32], reads_image: bool) -> Window<'a> {
        let nothing = self.nothing;
        match from.checked_sub(1) {
            None => {
                let layout = self.source.layout();
                Window {
                    view: View::Bytes(self.source.span(0..layout.height())),
                    starts,
                    shape: Shape::pixels(layout.format().bytes()),
                    columns: (0, layout.width()),
                    outside: OUTSIDE,
                    nothing,
                    image: reads_image.then_some(self.source),
                }
            }
            Some(from) => {
                let state = &self.states[from];
                let columns = (state.columns.start, state.columns.end);
                let shape = self.nodes[from].shape;
                let outside = (self.nodes[from].kept_rows * state.length) as u32;
                Window { view: state.ring.view(), starts, shape, columns, outside, nothing, image: None }
            }
        }
    }

    /// Writes rows of a node.
    fn write(&mut self, node: usize, rows: Range<isize>, mut out: RowsMut<'_>, scratch: &mut Scratch) {
        let spec = &self.nodes[node];
        let mut starts = std::mem::take(&mut self.states[node].starts);
        // Rows of one input may push out rows of another, where both are made of the same ones: then these are made again.
        for tries in 0.. {
            for (input, (starts, (from, edge))) in starts.iter_mut().zip(&spec.inputs).enumerate() {
                starts.clear();
                if *edge != Edge::Image {
                    let reads = spec.stage.reads(input, rows.clone());
                    starts.extend(reads.map(|asked| self.find(*from, *edge, asked, scratch)));
                }
            }
            // Nobody waits for the result any more. Some of these rows were not made, so no stage may look at them.
            if scratch.stopped() {
                self.states[node].starts = starts;
                return;
            }
            if !spec.shares || self.are_held(spec, &rows) {
                break;
            }
            assert!(tries < 3, "a ring is as long as what is read of it");
        }
        let mut memory = std::mem::take(&mut self.states[node].memory);
        let state = &self.states[node];
        let continues = state.last != NONE && state.last == rows.start - 1;
        if !continues {
            memory.fill(0);
        }
        let place = Place { rows, columns: state.columns.clone() };
        let mut windows = [Window::EMPTY; MOST_INPUTS];
        for ((window, (from, edge)), starts) in windows.iter_mut().zip(&spec.inputs).zip(&starts) {
            *window = self.window(*from, starts, *edge == Edge::Image);
        }
        works_for(spec.filter);
        let mut work = Work { memory: &mut memory, continues, found: self.found, scratch };
        spec.stage.write(&place, &windows[..spec.inputs.len()], &mut out, &mut work);
        for (filter, point) in &spec.then {
            works_for(filter);
            for row in 0..place.rows.len() {
                point.apply(out.bytes(row));
            }
        }
        let state = &mut self.states[node];
        (state.last, state.starts, state.memory) = (place.rows.end - 1, starts, memory);
    }
}

/// A stage has at most so many inputs.
const MOST_INPUTS: usize = 4;
