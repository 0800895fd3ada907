//! Morphology.

use crate::error::Error;
use crate::filter::Filter;
use crate::image::{Border, CHANNELS};
use crate::kernels::blocks::{copy_alpha, each};
use crate::kernels::extremes::{Extreme, Form, Number, extreme};
use crate::params::{Choice, choice, choices, filter, integer};
use crate::plan::{Edge, Node, Plan};
use crate::planes::Sees;
use crate::stage::{Place, RowStage, RowsMut, Shape, Window, Work};

choices! {
    /// What is done with the least and the largest values around each pixel.
    pub enum Op {
        /// The least.
        Erode = "erode",
        /// The largest.
        Dilate = "dilate",
        /// The largest of the least.
        Open = "open",
        /// The least of the largest.
        Close = "close",
        /// The largest less the least.
        Gradient = "gradient",
        /// What opening takes away.
        TopHat = "tophat",
        /// What closing adds.
        BlackHat = "blackhat",
    }
}

impl Choice for Form {
    const NAMES: &'static [&'static str] = &["square", "cross", "disk"];
    const ALL: &'static [Self] = &[Self::Square, Self::Cross, Self::Disk];
}

filter! {
    /// Takes the least or the largest value around each pixel, for each colour by itself, or combines the two: erodes or
    /// dilates what is bright, takes away specks (open) or fills holes (close), or shows edges, specks or holes alone. What
    /// lies outside the image does not take part. Alpha is copied.
    ///
    /// The neighbourhood is the pixels with `|dx|` and `|dy|` up to `radius` (`square`), those of them in the same row
    /// or column (`cross`), or those with `dx² + dy² ≤ radius²` (`disk`). `erode` is the minimum over it, `dilate` the
    /// maximum; `open = dilate(erode)`, `close = erode(dilate)`, `gradient = dilate − erode`, `tophat = v − open`,
    /// `blackhat = close − v`. With a radius of 0 the first four change nothing, and the others give black.
    ///
    /// Class E. References: OpenCV's `morphologyEx`, SciPy's `minimum_filter` with `mode="nearest"`, scikit-image's
    /// `morphology`. SVG's `feMorphology` works on colours multiplied with alpha, and takes what lies outside for
    /// transparent.
    pub struct Morphology = "morphology", "Morphology", Edges, intensity "radius" {
        /// What is done: the least (`erode`), the largest (`dilate`), the largest of the least (`open`), the least of the
        /// largest (`close`), the difference of the largest and the least (`gradient`), what `open` takes away (`tophat`) or
        /// what `close` adds (`blackhat`).
        op: Op = choice::<Op>(),
        /// The shape of the neighbourhood.
        shape: Form = choice::<Form>(),
        /// How far the neighbourhood reaches from its centre.
        radius: usize = integer(1.0).range(0.0, 50.0).soft(0.0, 20.0).unit("px"),
    }
    alpha: Copied,
    identity: Where("op" = Text("erode"), "radius" = Number(0.0)),
}

/// How rows of an input are found.
const EDGE: Edge = Edge::Border(Border::Clamp);

impl Filter for Morphology {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        if self.radius == 0 && matches!(self.op, Op::Erode | Op::Dilate | Op::Open | Op::Close) {
            return Ok(source);
        }
        if plan.is_bytes(source) {
            let (result, less) = self.values::<u8>(plan, source, 1);
            let layout = plan.layout(source);
            let inputs = [result, source, less.unwrap_or(source)].map(|node| (node, EDGE));
            let count = if less.is_some() { 3 } else { 2 };
            return Ok(plan.image(&inputs[..count], layout, Finish));
        }
        let colors = plan.layout(source).format().channels.colors();
        let planes = plan.planes(source, Sees::Colors);
        let result = match self.values::<f32>(plan, planes, colors) {
            (result, None) => result,
            (result, Some(less)) => plan.point(&[result, less], colors, move |_, planes| {
                let (values, less) = planes.split_at_mut(colors);
                for (values, less) in values.iter_mut().zip(less) {
                    values.iter_mut().zip(less.iter()).for_each(|(value, less)| *value -= less);
                }
            }),
        };
        Ok(plan.store(result, source))
    }
}

impl Morphology {
    /// The result, and what is to be subtracted from it.
    fn values<T: Number>(&self, plan: &mut Plan, input: Node, planes: usize) -> (Node, Option<Node>) {
        let mut of = |input, which| extreme::<T>(plan, input, planes, which, self.shape, self.radius);
        match self.op {
            Op::Erode => (of(input, Extreme::Least), None),
            Op::Dilate => (of(input, Extreme::Largest), None),
            Op::Gradient => (of(input, Extreme::Largest), Some(of(input, Extreme::Least))),
            Op::Open | Op::TopHat => {
                let eroded = of(input, Extreme::Least);
                let opened = of(eroded, Extreme::Largest);
                if self.op == Op::Open { (opened, None) } else { (input, Some(opened)) }
            }
            Op::Close | Op::BlackHat => {
                let dilated = of(input, Extreme::Largest);
                let closed = of(dilated, Extreme::Least);
                (closed, (self.op == Op::BlackHat).then_some(input))
            }
        }
    }
}

/// RGBA bytes, with the alpha of a second input, less a third one where there is one.
struct Finish;

impl RowStage for Finish {
    fn shape(&self) -> Shape {
        Shape::pixels(CHANNELS)
    }

    fn write(&self, place: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, _: &mut Work<'_>) {
        let row = |input: usize| inputs[input].pixels::<CHANNELS>(0, &place.columns);
        let out = out.pixels(0);
        out.copy_from_slice(row(0));
        if inputs.len() > 2 {
            each::<16, _, _>(row(2).as_flattened(), out.as_flattened_mut(), |less, value| value - less);
        }
        copy_alpha(row(1), out);
    }
}
