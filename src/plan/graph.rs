//! What a plan comes to: graphs of stages that run band by band, and what stands between them.

use super::Edge;
use crate::image::Layout;
use crate::stage::{BytePoint, Measure, RowStage, Tile, Whole};
use std::time::Duration;

/// What a node does.
pub(crate) enum Kind {
    /// Rewrites RGBA bytes in place.
    Pixels(Box<dyn BytePoint>),
    /// Writes rows of rows.
    Rows(Box<dyn RowStage>),
}

/// A node of a graph, and the filter that it belongs to.
pub(crate) struct Step {
    pub(crate) filter: &'static str,
    pub(crate) inputs: Vec<(usize, Edge)>,
    pub(crate) kind: Kind,
    /// Columns and rows of what it writes; beyond them a border says what is seen.
    pub(crate) size: [usize; 2],
}

impl Step {
    /// How many columns it likes to have at once, where it has a say.
    pub(crate) fn tile(&self) -> Option<Tile> {
        match &self.kind {
            Kind::Rows(stage) => Some(stage.tile()),
            Kind::Pixels(_) => None,
        }
    }
}

/// Stages that run band by band. Node 0 is the source, node `i` is step `i − 1`.
pub(crate) struct Graph {
    pub(crate) source: Layout,
    pub(crate) steps: Vec<Step>,
    /// The node that is the result.
    pub(crate) output: usize,
    pub(crate) result: Layout,
}

impl Graph {
    /// Rows of the source that are read above those of the result, and as many below.
    pub(crate) fn halo(&self) -> usize {
        let mut reach = vec![0; self.steps.len() + 1];
        for (i, step) in self.steps.iter().enumerate().rev() {
            for (input, (from, edge)) in step.inputs.iter().enumerate() {
                let more = match &step.kind {
                    Kind::Rows(stage) if *edge != Edge::Image => stage.most_rows(input).saturating_sub(1) / 2,
                    _ => 0,
                };
                reach[*from] = reach[*from].max(reach[i + 1] + more);
            }
        }
        reach[0]
    }

    /// Whether it may run row by row together with a graph before or after it. Of stages that write many rows at once too many would
    /// be kept.
    pub(crate) fn is_by_row(&self) -> bool {
        const MOST_ROWS: usize = 64;
        self.steps.iter().all(|step| match &step.kind {
            Kind::Rows(stage) => stage.rows_at_once() <= MOST_ROWS,
            Kind::Pixels(_) => true,
        })
    }

    /// About as many bytes as a thread keeps of its rows.
    pub(crate) fn scratch_bytes(&self) -> usize {
        const COLUMNS: usize = 256;
        let kept = self.steps.iter().flat_map(|step| {
            let Kind::Rows(stage) = &step.kind else { return 0..0 };
            let tile = if stage.tile() == Tile::WholeRows { step.size[0] } else { COLUMNS };
            let read = step.inputs.iter().enumerate().map(|(input, (from, _))| {
                let bytes = match from.checked_sub(1).map(|from| &self.steps[from].kind) {
                    Some(Kind::Rows(stage)) => stage.shape().length(tile) * stage.shape().numbers.bytes(),
                    _ => self.source.format().bytes() * tile,
                };
                stage.most_rows(input) * bytes
            });
            let bytes = read.sum::<usize>() + stage.memory(tile);
            bytes..bytes + 1
        });
        kept.sum()
    }
}

/// A part of a plan that needs all of the one before it.
pub(crate) enum Piece {
    Graph(Graph),
    Measure { filter: &'static str, source: Layout, measure: Box<dyn Measure>, found: usize },
    Whole { filter: &'static str, source: Layout, whole: Box<dyn Whole> },
    Pause { source: Layout, duration: Duration },
}

impl Piece {
    /// The layout of the image that it ends with.
    pub(crate) fn result(&self) -> Layout {
        match self {
            Self::Graph(graph) => graph.result,
            Self::Measure { source, .. } | Self::Whole { source, .. } | Self::Pause { source, .. } => *source,
        }
    }
}
