//! Edges by Sobel's operator.

use crate::error::Error;
use crate::filter::Filter;
use crate::plan::{Edge, Node, Plan};
use crate::planes::Sees;
use crate::stage::{Place, RowStage, RowsMut, Shape, Window, Work};
use crate::image::{Border, CHANNELS};
use crate::kernels::gradient::{self, Gradients, Magnitude};
use crate::kernels::luma::Lumas;
use crate::params::{Choice, choice, filter, number};
use std::ops::Range;

impl Choice for Magnitude {
    const NAMES: &'static [&'static str] = &["l2", "l1", "x", "y"];
    const ALL: &'static [Self] = &[
        Self::Length,
        Self::Sum { x: true, y: true },
        Self::Sum { x: true, y: false },
        Self::Sum { x: false, y: true },
    ];
}

filter! {
    /// Shows edges: the length of Sobel's gradient of luma (BT.601), in grey. Alpha is copied.
    ///
    /// With the letters of the compass for luma of the eight neighbours: `gx = (NE + 2·E + SE) − (NW + 2·W + SW)` and
    /// `gy = (SW + 2·S + SE) − (NW + 2·N + NE)`. The result is `scale` times `√(gx² + gy²)` (`l2`), `|gx| + |gy|`
    /// (`l1`), `|gx|` (`x`) or `|gy|` (`y`), for red, green and blue.
    ///
    /// Class E where the scale is 1, else R. Reference: OpenCV's `Sobel` with `ksize=3`. scikit-image's `sobel` is this
    /// divided by `4·√2`.
    pub struct Sobel = "sobel", "Edges (Sobel)", Edges, intensity "scale" {
        /// How the horizontal and the vertical gradient are combined: length, sum, or one of them.
        mode: Magnitude = choice::<Magnitude>(),
        /// Factor of the result.
        scale: f64 = number(1.0).range(0.0, f64::INFINITY).soft(0.0, 4.0).step(0.05),
        /// What is seen outside the image.
        border: Border = choice::<Border>(),
    }
    alpha: Copied,
    identity: Never,
    floats: Positive,
}

impl Filter for Sobel {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        let (magnitude, scale, border) = (self.mode, self.scale as f32, self.border);
        if plan.is_bytes(source) {
            let layout = plan.layout(source);
            let lines = plan.rows(&[(source, Edge::Border(border))], Lumas { width: layout.width(), left: 1, beside: gradient::SPARE, border });
            let inputs = [(lines, Edge::Border(border)), (source, Edge::Border(border))];
            return Ok(plan.image(&inputs, layout, Gradient { magnitude, scale }));
        }
        let luma = plan.planes(source, Sees::Luma);
        let edges = plan.area(luma, border, Gradients { side: 1.0, middle: 2.0, magnitude, scale });
        Ok(plan.store(edges, source))
    }
}

struct Gradient {
    magnitude: Magnitude,
    scale: f32,
}

impl RowStage for Gradient {
    fn shape(&self) -> Shape {
        Shape::pixels(CHANNELS)
    }

    fn reads(&self, input: usize, rows: Range<isize>) -> Range<isize> {
        if input == 0 { rows.start - 1..rows.end + 1 } else { rows }
    }

    fn write(&self, place: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, _: &mut Work<'_>) {
        let window = [0, 1, 2].map(|row| inputs[0].bytes(row));
        gradient::write(window, self.magnitude, self.scale, inputs[1].pixels(0, &place.columns), out.pixels(0));
    }
}
