//! How a filter says what it does: a small graph of stages, built node by node for images of one layout.
//!
//! A filter sees 8-bit images always as RGBA, whatever their channels: a grey image is worked on as the RGB image of equal
//! channels, and of the result luma is stored; an image without alpha is opaque, and alpha of the result is dropped. Of 16
//! bits and of floats it sees the channels as they are. Between filters an image stands in its own format.
//!
//! A graph runs band by band, tile by tile, each node in a window of rows that rolls down. What needs the whole image
//! before it can begin ([`Plan::materialise`], [`Plan::measure`], [`Plan::whole`]) ends a graph and begins the next.

mod area;
mod graph;

use crate::image::{Border, Channels, Format, Layout, Sample};
use crate::planes::{Expand, Holds, Load, Pack, Pad, Sees, Store};
use crate::stage::{BytePoint, Measure, Place, RowStage, Whole, Work};
use area::{AreaStage, ByFound, ByPlace, PointRow, PointStage};
use std::marker::PhantomData;
use std::time::Duration;

pub use area::{Area, AreaWindow};
pub(crate) use graph::{Graph, Kind, Piece, Step};

/// A node of the graph that is being built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Node(usize);

/// How rows of an input are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edge {
    /// By row; outside the image a border says what is seen.
    Border(Border),
    /// As they are counted by the input, which goes on beyond the edges of the image.
    Counted,
    /// The stage reads the whole image by place. The input must be the source.
    Image,
}

/// Where a stage finds what a measure has found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found(usize);

impl Found {
    /// What was found, of the type that the measure makes.
    #[must_use]
    pub fn of<'a, T: 'static>(self, work: &Work<'a>) -> &'a T {
        let tally = work.found[self.0].get().and_then(|tally| tally.downcast_ref());
        tally.unwrap_or_else(|| unreachable!("the measure comes first and makes this type"))
    }
}

/// Which of two ways is taken where there are two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ways {
    /// The fastest one for the layout.
    #[default]
    Fastest,
    /// In planes of single precision, the definition; for tests.
    Planes,
}

/// A plan that is being made for one filter.
pub struct Plan {
    filter: &'static str,
    ways: Ways,
    /// Channels of the images that the chain is for.
    channels: Channels,
    source: Layout,
    steps: Vec<Step>,
    /// Of each node, where it is an image.
    layouts: Vec<Option<Layout>>,
    pieces: Vec<Piece>,
    found: usize,
    /// Whether images that turn out to be opaque may be planned in another way.
    asked_opaque: bool,
}

impl Plan {
    pub(crate) fn new(filter: &'static str, source: Layout, found: usize, ways: Ways) -> Self {
        Self {
            filter,
            ways,
            channels: source.format().channels,
            source,
            steps: Vec::new(),
            layouts: vec![Some(source)],
            pieces: Vec::new(),
            found,
            asked_opaque: false,
        }
    }

    /// Ends the plan with the image that a node is. What is returned: its pieces, the layout of the result, how many
    /// measures there have been, and whether it has been asked if images are opaque.
    pub(crate) fn finish(mut self, node: Node) -> (Vec<Piece>, Layout, usize, bool) {
        let is_expansion = self.source.format().sample == Sample::U8
            && self.source.format().channels.count() < 4
            && self.steps.len() == 1
            && self.layouts[1].is_some_and(|layout| layout.format().channels.count() == 4);
        if is_expansion && node.0 == 1 {
            // The filter does nothing.
            return (self.pieces, self.source, self.found, self.asked_opaque);
        }
        let layout = self.layout(node);
        let wanted = match layout.is_opaque() {
            true => self.channels.opaque(),
            false => self.channels.any_alpha(),
        };
        let node = if layout.format().channels == wanted {
            node
        } else {
            let packed = layout.with_channels(wanted);
            self.image(&[(node, Edge::Border(Border::Clamp))], packed, Pack { channels: wanted })
        };
        self.end_graph(node);
        (self.pieces, self.source, self.found, self.asked_opaque)
    }

    /// Ends the graph with a node, which becomes the source of the next one.
    fn end_graph(&mut self, node: Node) {
        let result = self.layout(node);
        if node.0 > 0 {
            let steps = std::mem::take(&mut self.steps);
            self.pieces.push(Piece::Graph(Graph { source: self.source, steps, output: node.0, result }));
        }
        self.source = result;
        self.steps.clear();
        self.layouts = vec![Some(result)];
    }

    /// The image that the filter is given.
    pub fn source(&mut self) -> Node {
        let Format { sample, channels } = self.source.format();
        if sample != Sample::U8 || channels.count() == 4 {
            return Node(0);
        }
        if self.steps.is_empty() {
            let layout = self.source.with_channels(channels.expanded());
            return self.image(&[(Node(0), Edge::Border(Border::Clamp))], layout, Expand { channels });
        }
        Node(1)
    }

    /// The source of the graph that is being built, as it is stored: for filters that move pixels and never look at them.
    #[must_use]
    pub fn start(&self) -> Node {
        Node(0)
    }

    /// The layout of a node that is an image.
    #[must_use]
    pub fn layout(&self, node: Node) -> Layout {
        self.layouts[node.0].unwrap_or_else(|| unreachable!("the node is an image"))
    }

    /// Whether an image is opaque. Asking has its price: every image is looked through before the plan is chosen.
    pub fn is_opaque(&mut self, node: Node) -> bool {
        self.asked_opaque = true;
        self.layout(node).is_opaque()
    }

    /// Whether an image has RGBA bytes, and a faster way for them may be taken.
    #[must_use]
    pub fn is_bytes(&self, node: Node) -> bool {
        self.ways == Ways::Fastest && self.layout(node).format().sample == Sample::U8
    }

    /// Rewrites RGBA bytes. `keeps_opaque` tells whether opaque pixels stay so.
    pub fn pixels(&mut self, node: Node, point: Box<dyn BytePoint>, keeps_opaque: bool) -> Node {
        let layout = self.kept(node, keeps_opaque);
        self.push(&[(node, Edge::Border(Border::Clamp))], Some(layout), None, Kind::Pixels(point))
    }

    /// The layout of an image where what is opaque stays so, or may not.
    fn kept(&self, node: Node, keeps_opaque: bool) -> Layout {
        let layout = self.layout(node);
        if keeps_opaque { layout } else { layout.with_channels(layout.format().channels.any_alpha()) }
    }

    /// A stage that writes an image of this layout.
    pub fn image(&mut self, inputs: &[(Node, Edge)], layout: Layout, stage: impl RowStage + 'static) -> Node {
        self.push(inputs, Some(layout), None, Kind::Rows(Box::new(stage)))
    }

    /// A stage that writes rows of numbers, of the size of its first input.
    pub fn rows(&mut self, inputs: &[(Node, Edge)], stage: impl RowStage + 'static) -> Node {
        self.push(inputs, None, None, Kind::Rows(Box::new(stage)))
    }

    /// The same with so many columns and rows.
    pub fn rows_of(&mut self, inputs: &[(Node, Edge)], size: [usize; 2], stage: impl RowStage + 'static) -> Node {
        self.push(inputs, None, Some(size), Kind::Rows(Box::new(stage)))
    }

    fn push(&mut self, inputs: &[(Node, Edge)], layout: Option<Layout>, size: Option<[usize; 2]>, kind: Kind) -> Node {
        let size = match (layout, size) {
            (Some(layout), _) => [layout.width(), layout.height()],
            (None, Some(size)) => size,
            (None, None) => self.size(inputs[0].0),
        };
        let inputs = inputs.iter().map(|(node, edge)| (node.0, *edge)).collect();
        self.steps.push(Step { filter: self.filter, inputs, kind, size });
        self.layouts.push(layout);
        Node(self.steps.len())
    }

    /// Columns and rows of a node.
    #[must_use]
    pub fn size(&self, node: Node) -> [usize; 2] {
        match node.0.checked_sub(1) {
            None => [self.source.width(), self.source.height()],
            Some(step) => self.steps[step].size,
        }
    }

    /// Planes of an image.
    pub fn planes(&mut self, node: Node, sees: Sees) -> Node {
        self.planes_with_margin(node, sees, false, 0, Border::Clamp)
    }

    /// Planes of an image, with `margin` columns on each side of what is read; `linear` makes linear light of colours.
    pub fn planes_with_margin(&mut self, node: Node, sees: Sees, linear: bool, margin: usize, border: Border) -> Node {
        let layout = self.layout(node);
        let load = Load { format: layout.format(), sees, linear, width: layout.width(), margin, border };
        self.rows(&[(node, Edge::Border(border))], load)
    }

    /// A function of a window of planes: rows above and below, columns to the left and the right.
    pub fn area(&mut self, planes: Node, border: Border, area: impl Area + 'static) -> Node {
        let [columns, rows] = area.reach();
        let count = self.plane_count(planes);
        let [width, _] = self.size(planes);
        let padded = match columns {
            0 => planes,
            margin if self.margin(planes) == margin => planes,
            margin => self.rows(&[(planes, Edge::Border(border))], Pad { planes: count, width, margin, border }),
        };
        self.rows(
            &[(padded, Edge::Border(border))],
            AreaStage { planes: area.planes(count), rows, area: Box::new(area) },
        )
    }

    fn margin(&self, node: Node) -> usize {
        match &self.steps[node.0 - 1].kind {
            Kind::Rows(stage) => stage.shape().beside / 2,
            Kind::Pixels(_) => 0,
        }
    }

    fn plane_count(&self, node: Node) -> usize {
        match &self.steps[node.0 - 1].kind {
            Kind::Rows(stage) => stage.shape().parts,
            Kind::Pixels(_) => unreachable!("the node is planes"),
        }
    }

    /// A function of a pixel: it rewrites planes, those of all inputs one after another, and the first `keeps` of them are
    /// the result.
    pub fn point(
        &mut self,
        inputs: &[Node],
        keeps: usize,
        row: impl Fn(&Place, &mut [&mut [f32]]) + Send + Sync + 'static,
    ) -> Node {
        self.point_by(inputs, keeps, Box::new(ByPlace(row)))
    }

    /// The same with what a measure has found, of the type that the measure makes.
    pub fn point_of<T: 'static>(
        &mut self,
        inputs: &[Node],
        keeps: usize,
        found: Found,
        row: impl Fn(&T, &mut [&mut [f32]]) + Send + Sync + 'static,
    ) -> Node {
        self.point_by(inputs, keeps, Box::new(ByFound { row, found, of: PhantomData }))
    }

    fn point_by(&mut self, inputs: &[Node], keeps: usize, row: Box<dyn PointRow>) -> Node {
        let edges: Vec<_> = inputs.iter().map(|node| (*node, Edge::Border(Border::Clamp))).collect();
        let planes = inputs.iter().map(|node| self.plane_count(*node)).sum();
        self.rows(&edges, PointStage { planes, keeps, row })
    }

    /// Stores straight colours; alpha is that of `source`.
    pub fn store(&mut self, planes: Node, source: Node) -> Node {
        let layout = self.layout(source);
        let store = Store { format: layout.format(), holds: Holds::Colors, linear: false };
        let inputs = [planes, source].map(|node| (node, Edge::Border(Border::Clamp)));
        let has_alpha = layout.format().channels.stores_alpha() && !layout.is_opaque();
        self.image(&inputs[..if has_alpha { 2 } else { 1 }], layout, store)
    }

    /// Stores planes as what they hold, as an image of this layout.
    pub fn store_as(&mut self, planes: Node, layout: Layout, holds: Holds, linear: bool) -> Node {
        let store = Store { format: layout.format(), holds, linear };
        self.image(&[(planes, Edge::Border(Border::Clamp))], layout, store)
    }

    /// The layout of an image whose opaque pixels may become transparent.
    #[must_use]
    pub fn with_any_alpha(&self, node: Node) -> Layout {
        self.kept(node, false)
    }

    /// The same image, finished before anything after it begins.
    pub fn materialise(&mut self, node: Node) -> Node {
        self.end_graph(node);
        Node(0)
    }

    /// Counts something over the whole of the image that the filter is given.
    pub fn measure(&mut self, measure: impl Measure + 'static) -> Found {
        debug_assert!(self.steps.is_empty(), "a measure comes first, or after `materialise`");
        let found = self.found;
        self.found += 1;
        let measure = Box::new(measure);
        self.pieces.push(Piece::Measure { filter: self.filter, source: self.source, measure, found });
        Found(found)
    }

    /// Finishes an image and rewrites it on one thread.
    pub fn whole(&mut self, node: Node, whole: impl Whole + 'static) -> Node {
        let node = self.materialise(node);
        self.pieces.push(Piece::Whole { filter: self.filter, source: self.source, whole: Box::new(whole) });
        node
    }

    /// Lets time pass on the thread that has the image.
    pub fn pause(&mut self, duration: Duration) {
        self.pieces.push(Piece::Pause { source: self.source, duration });
    }
}
