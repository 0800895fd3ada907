//! A chain worked out for images of one layout: passes over the whole image, one after another.

use super::chain::Rest;
use super::nodes::Pixels;
use super::program::{MOST_SCRATCH_BYTES, Program};
use crate::image::{Border, Layout};
use crate::plan::{Edge, Graph, Piece};
use crate::stage::{Measure, Tile, Whole};
use std::sync::Arc;
use std::time::Duration;

/// What a pass does.
pub enum Work {
    /// Writes another image, in bands.
    Graph(Box<Program>),
    /// Rewrites pixels where they lie, in bands.
    InPlace(Vec<Pixels>),
    /// Counts something, in bands.
    Measure {
        /// Its filter.
        filter: &'static str,
        /// What is counted.
        measure: Box<dyn Measure>,
        /// Where what is found is kept.
        found: usize,
    },
    /// Rewrites the image on one thread.
    Whole(&'static str, Box<dyn Whole>),
    /// Time that passes, once for the image.
    Pause(Duration),
}

/// Work, and the layouts of what it reads and of what it writes.
pub struct Pass {
    /// What is done.
    pub work: Work,
    /// Of what is read.
    pub source: Layout,
    /// Of what is written.
    pub result: Layout,
}

impl Pass {
    /// Rows of the source that are read above and below those of a band.
    #[must_use]
    pub fn halo(&self) -> usize {
        match &self.work {
            Work::Graph(program) => program.halo(),
            _ => 0,
        }
    }

    /// Whether it changes pixels.
    #[must_use]
    pub fn writes(&self) -> bool {
        !matches!(self.work, Work::Measure { .. } | Work::Pause(_))
    }

    /// Whether what is written stands where it was read.
    #[must_use]
    pub fn is_in_place(&self) -> bool {
        !matches!(self.work, Work::Graph(_))
    }
}

/// A chain worked out for images of one layout.
pub struct Plan {
    source: Layout,
    pub(super) passes: Vec<Pass>,
    /// Measures that there are.
    pub(super) found: usize,
}

/// A graph whose windows reach over more than this part of the image would have most rows made twice, once in each of two
/// bands: a chain is then run in several passes.
const LEAST_HALOS: usize = 16;

/// The most nodes of a pass of several filters: a node asks those before it for rows, each from within the other.
const MOST_NODES: usize = 48;

impl Plan {
    /// The plan of the pieces that filters have made, one after another.
    pub(super) fn new(source: Layout, pieces: Vec<Piece>, found: usize) -> Self {
        let mut passes: Vec<Pass> = Vec::new();
        let mut open: Option<Graph> = None;
        for piece in pieces {
            match piece {
                Piece::Graph(graph) => {
                    open = Some(match open.take() {
                        None => graph,
                        Some(before) if can_join(&before, &graph) => join(before, graph),
                        Some(before) => {
                            push_passes(&mut passes, Some(before));
                            graph
                        }
                    });
                    continue;
                }
                Piece::Measure { filter, source, measure, found } => {
                    push_passes(&mut passes, open.take());
                    passes.push(Pass { work: Work::Measure { filter, measure, found }, source, result: source });
                }
                Piece::Whole { filter, source, whole } => {
                    push_passes(&mut passes, open.take());
                    passes.push(Pass { work: Work::Whole(filter, whole), source, result: source });
                }
                Piece::Pause { source, duration } => {
                    push_passes(&mut passes, open.take());
                    passes.push(Pass { work: Work::Pause(duration), source, result: source });
                }
            }
        }
        push_passes(&mut passes, open);
        Self { source, passes, found }
    }

    /// The layout of the image.
    #[must_use]
    pub fn source(&self) -> Layout {
        self.source
    }

    /// The layout of the result.
    #[must_use]
    pub fn result(&self) -> Layout {
        self.passes.last().map_or(self.source, |pass| pass.result)
    }

    /// Bytes of each result that needs a buffer of its own where nothing may be written into the image's.
    pub fn results(&self) -> impl Iterator<Item = usize> {
        let writing = self.passes.iter().filter(|pass| pass.writes()).enumerate();
        writing.filter(|(index, pass)| *index == 0 || !pass.is_in_place()).map(|(_, pass)| pass.result.bytes())
    }

    /// Bytes that the first pass needs in a buffer other than the image's own; `None` where none does.
    #[must_use]
    pub fn second_buffer(&self) -> Option<usize> {
        self.passes.iter().find(|pass| !pass.is_in_place()).map(|pass| pass.result.bytes())
    }

    /// The most bytes that a thread keeps while it works on a band.
    #[must_use]
    pub fn scratch_bytes(&self) -> usize {
        let of = |pass: &Pass| match &pass.work {
            Work::Graph(program) => program.scratch_bytes(),
            _ => 0,
        };
        self.passes.iter().map(of).max().unwrap_or(0)
    }

    /// Its passes, in order.
    #[must_use]
    pub fn passes(&self) -> &[Pass] {
        &self.passes
    }
}

/// Adds the passes of a graph, where there is one.
#[inline(never)]
fn push_passes(passes: &mut Vec<Pass>, graph: Option<Graph>) {
    let Some(graph) = graph else { return };
    let (source, result) = (graph.source, graph.result);
    match Program::new(graph) {
        Ok(program) => {
            let (first, last) = program.parted(MOST_SCRATCH_BYTES);
            if let Some(first) = first {
                push_pass(passes, first);
            }
            push_pass(passes, last);
        }
        Err(pixels) => passes.push(Pass { work: Work::InPlace(pixels), source, result }),
    }
}

#[inline(never)]
fn push_pass(passes: &mut Vec<Pass>, program: Program) {
    let (source, result) = (program.source(), program.result());
    passes.push(Pass { work: Work::Graph(Box::new(program)), source, result });
}

/// Whether the second graph may run row by row together with the first.
fn can_join(before: &Graph, graph: &Graph) -> bool {
    let mut edges = graph.steps.iter().flat_map(|step| &step.inputs);
    let has = |graph: &Graph, is: fn(Tile) -> bool| graph.steps.iter().any(|step| step.tile().is_some_and(is));
    let is_narrow = |tile| matches!(tile, Tile::Most(_));
    // What can take so many columns at once is asked for more of them by what comes after it, and for all by whole rows.
    !(has(before, is_narrow) || has(graph, is_narrow) && has(before, |tile| tile == Tile::WholeRows))
        && before.steps.len() + graph.steps.len() <= MOST_NODES
        && edges.all(|(_, edge)| !matches!(edge, Edge::Image | Edge::Border(Border::Wrap)))
        && before.is_by_row()
        && graph.is_by_row()
        && before.halo() + graph.halo() <= graph.source.height() / LEAST_HALOS
        && before.scratch_bytes() + graph.scratch_bytes() <= MOST_SCRATCH_BYTES
}

/// One graph of two.
fn join(before: Graph, mut graph: Graph) -> Graph {
    let Graph { source, mut steps, output, .. } = before;
    let more = steps.len();
    let place = |node: usize| if node == 0 { output } else { node + more };
    for (from, _) in graph.steps.iter_mut().flat_map(|step| &mut step.inputs) {
        *from = place(*from);
    }
    steps.append(&mut graph.steps);
    Graph { source, steps, output: place(graph.output), result: graph.result }
}

/// The plans for images of one layout: of two, the pixels of each image decide.
pub struct Plans {
    /// For any image.
    pub(super) general: Plan,
    /// For opaque images, where that is planned in another way.
    pub(super) opaque: Option<Plan>,
    /// Where the pixels decide how large the result of these is: the filters that come then, if any.
    pub(super) rest: Option<Arc<Rest>>,
}

impl Plans {
    /// The layout of the images.
    #[must_use]
    pub fn source(&self) -> Layout {
        self.general.source
    }

    /// The layout of the results, unless there is a rest: then it is that of the largest there may be before it.
    #[must_use]
    pub fn result(&self) -> Layout {
        self.general.result()
    }

    /// The filters, maybe none, that are planned when it is known how large the result of the others is.
    #[must_use]
    pub fn rest(&self) -> Option<&Arc<Rest>> {
        self.rest.as_ref()
    }

    /// Whether an image must be looked through before one of the plans can be taken.
    #[must_use]
    pub fn ask_opaque(&self) -> bool {
        self.opaque.is_some()
    }

    /// How many things are measured.
    #[must_use]
    pub fn found(&self) -> usize {
        self.general.found
    }

    /// The most bytes that a thread keeps while it works on a band.
    #[must_use]
    pub fn scratch_bytes(&self) -> usize {
        self.general.scratch_bytes().max(self.opaque.as_ref().map_or(0, Plan::scratch_bytes))
    }

    /// The plan for an image, where it is known whether it is opaque; `false` where it is not known.
    #[must_use]
    pub fn of(&self, is_opaque: bool) -> &Plan {
        self.opaque.as_ref().filter(|_| is_opaque).unwrap_or(&self.general)
    }
}
