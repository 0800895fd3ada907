//! Nodes of a program, and pixel functions made parts of those whose rows they rewrite.

use crate::image::Format;
use crate::kernels::table::Tables;
use crate::plan::{Edge, Kind, Step};
use crate::stage::{BytePoint, Place, RowStage, RowsMut, Shape, Window, Work};

/// A pixel function, and the filter that it belongs to.
pub(crate) type Pixels = (&'static str, Box<dyn BytePoint>);

/// A node that writes rows.
pub(super) struct RowNode {
    pub(super) filter: &'static str,
    pub(super) inputs: Vec<(usize, Edge)>,
    pub(super) stage: Box<dyn RowStage>,
    /// What is done to each row as soon as it is written.
    pub(super) then: Vec<Pixels>,
    pub(super) size: [usize; 2],
    /// How its rows are laid out, as the stage says.
    pub(super) shape: Shape,
    /// How many rows it writes at once, as the stage says.
    pub(super) rows_at_once: usize,
    /// Rows that are kept of it: 0 for the last node, which writes into the result.
    pub(super) kept_rows: usize,
    /// Whether two of its inputs are made of kept rows of the same node: making one may then push out rows of the other.
    pub(super) shares: bool,
    /// Whether kept rows are found by the row that was asked for, not by the one that it stands for beyond an edge.
    pub(super) by_asked: bool,
}

/// Puts a pixel function after others: two tables are one.
pub(super) fn push(all: &mut Vec<Pixels>, (filter, point): Pixels) {
    if let Some((_, last)) = all.last_mut()
        && let (Some(first), Some(then)) = (last.tables(), point.tables())
    {
        *last = Box::new(Tables::both(first, then));
    } else {
        all.push((filter, point));
    }
}

/// Makes pixel functions parts of the nodes whose rows they rewrite.
pub(super) fn fold(steps: Vec<Step>) -> Vec<RowNode> {
    let mut consumers = vec![0; steps.len() + 1];
    steps.iter().flat_map(|step| &step.inputs).for_each(|(from, _)| consumers[*from] += 1);
    let mut nodes: Vec<RowNode> = Vec::new();
    // Where each step has gone.
    let mut places = vec![0];
    for Step { filter, inputs, kind, size } in steps {
        let is_alone = inputs.iter().all(|(from, _)| *from > 0 && consumers[*from] == 1);
        let inputs: Vec<_> = inputs.into_iter().map(|(from, edge)| (places[from], edge)).collect();
        let node = |stage: Box<dyn RowStage>, then| RowNode {
            filter,
            inputs: inputs.clone(),
            shape: stage.shape(),
            rows_at_once: stage.rows_at_once(),
            stage,
            then,
            size,
            kept_rows: 0,
            shares: false,
            by_asked: false,
        };
        match kind {
            Kind::Rows(stage) => nodes.push(node(stage, Vec::new())),
            Kind::Pixels(point) if is_alone => {
                let place = inputs[0].0;
                push(&mut nodes[place - 1].then, (filter, point));
                places.push(place);
                continue;
            }
            Kind::Pixels(point) => nodes.push(node(Box::new(Copy), vec![(filter, point)])),
        }
        places.push(nodes.len());
    }
    nodes
}

/// Copies RGBA bytes, where they are to be rewritten and the input is wanted as it is.
struct Copy;

impl RowStage for Copy {
    fn shape(&self) -> Shape {
        Shape::pixels(Format::RGBA8.bytes())
    }

    fn write(&self, place: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, _: &mut Work<'_>) {
        for row in 0..place.rows.len() {
            out.pixels::<4>(row).copy_from_slice(inputs[0].pixels(row, &place.columns));
        }
    }
}
