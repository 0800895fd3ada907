//! Kernels that still run their own loop over the rows of a band.

use crate::image::{Layout, Rows, Size};
use crate::plan::{Edge, Node, Plan};
use crate::scratch::Scratch;
use crate::stage::{Place, RowStage, RowsMut, Shape, Tile, Window, Work};
use std::ops::Range;

/// How many rows around a row are read to write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// So many above and below.
    Rows(usize),
    /// Any row of the image.
    WholeImage,
}

/// A function of a pixel's neighbourhood; the result has the size of the source, unless it says otherwise.
pub trait Neighbourhood: Send + Sync {
    /// How far it reads.
    fn reach(&self) -> Reach;

    /// The layout of the result.
    fn result(&self, source: Layout) -> Layout {
        source
    }

    /// Whether an opaque image stays opaque.
    fn keeps_opaque(&self) -> bool {
        true
    }

    /// The rows of the source that rows of the result are made of.
    fn reads(&self, rows: &Range<usize>, source: Size) -> Range<usize> {
        match self.reach() {
            Reach::Rows(n) => rows.start.saturating_sub(n)..(rows.end + n).min(source.height()),
            Reach::WholeImage => 0..source.height(),
        }
    }

    /// Writes the rows `rows` of the result into `out`.
    fn write(&self, source: &Rows<'_>, rows: Range<usize>, out: &mut [u8], scratch: &mut Scratch);
}

struct Legacy {
    inner: Box<dyn Neighbourhood>,
    bytes: usize,
}

impl RowStage for Legacy {
    fn shape(&self) -> Shape {
        Shape::pixels(self.bytes)
    }

    fn rows_at_once(&self) -> usize {
        usize::MAX
    }

    fn tile(&self) -> Tile {
        Tile::WholeRows
    }

    fn most_rows(&self, _: usize) -> usize {
        match self.inner.reach() {
            Reach::Rows(rows) => 2 * rows + 1,
            Reach::WholeImage => usize::MAX / 4,
        }
    }

    fn write(&self, place: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, work: &mut Work<'_>) {
        let rows = place.rows.start.cast_unsigned()..place.rows.end.cast_unsigned();
        self.inner.write(&inputs[0].image(), rows, out.all_bytes(), work.scratch);
    }
}

impl Plan {
    /// For kernels with loops of their own.
    pub fn neighbourhood(&mut self, node: Node, inner: Box<dyn Neighbourhood>) -> Node {
        let node = if node == self.start() { node } else { self.materialise(node) };
        let layout = inner.result(self.layout(node));
        let layout = if inner.keeps_opaque() {
            layout.with_channels(if self.layout(node).is_opaque() {
                layout.format().channels.opaque()
            } else {
                layout.format().channels
            })
        } else {
            layout.with_channels(layout.format().channels.any_alpha())
        };
        let bytes = layout.format().bytes();
        self.image(&[(node, Edge::Image)], layout, Legacy { inner, bytes })
    }
}
