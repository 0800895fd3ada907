//! Edges by Sobel's operator.

use crate::error::Error;
use crate::filter::Filter;
use crate::legacy::{Neighbourhood, Reach};
use crate::plan::{Area, AreaWindow, Node, Plan};
use crate::planes::Sees;
use crate::scratch::Scratch;
use crate::stage::RowsMut;
use crate::image::{Border, Rows};
use crate::kernels::gradient::{self, Magnitude};
use crate::kernels::luma;
use crate::kernels::window::{Ring, pixels, reach};
use crate::params::{choice, choices, filter, number};
use std::ops::Range;

choices! {
    /// What is made of the two gradients.
    pub enum Mode {
        /// `√(gx² + gy²)`.
        L2 = "l2",
        /// `|gx| + |gy|`.
        L1 = "l1",
        /// `|gx|`.
        X = "x",
        /// `|gy|`.
        Y = "y",
    }
}

filter! {
    /// Shows edges: the length of Sobel's gradient of luma (BT.601), in grey. Alpha is copied.
    pub struct Sobel = "sobel", "Edges (Sobel)", Detail, intensity "scale" {
        /// How the horizontal and the vertical gradient are combined: length, sum, or one of them.
        mode: Mode = choice::<Mode>(),
        /// Factor of the result.
        scale: f64 = number(1.0).range(0.0, f64::INFINITY).soft(0.0, 4.0).step(0.05),
        /// What is seen outside the image.
        border: Border = choice::<Border>(),
    }
    alpha: Copied,
    identity: Never,
}

impl Filter for Sobel {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        let magnitude = match self.mode {
            Mode::L2 => Magnitude::Length,
            Mode::L1 => Magnitude::Sum { x: true, y: true },
            Mode::X => Magnitude::Sum { x: true, y: false },
            Mode::Y => Magnitude::Sum { x: false, y: true },
        };
        let (scale, border) = (self.scale as f32, self.border);
        if plan.is_bytes(source) {
            let height = plan.layout(source).height();
            return Ok(plan.neighbourhood(source, Box::new(Gradient { magnitude, scale, border, height })));
        }
        let luma = plan.planes(source, Sees::Luma);
        let edges = plan.area(luma, border, SobelOfPlanes { magnitude, scale });
        Ok(plan.store(edges, source))
    }
}

struct Gradient {
    magnitude: Magnitude,
    scale: f32,
    border: Border,
    height: usize,
}

impl Neighbourhood for Gradient {
    fn reach(&self) -> Reach {
        reach(1, self.border, self.height)
    }

    fn write(&self, source: &Rows<'_>, rows: Range<usize>, out: &mut [u8], scratch: &mut Scratch) {
        let (layout, width) = (source.layout(), source.layout().width());
        let length = width + gradient::SPARE;
        let mut ring = Ring::new(3, layout.height(), self.border, scratch);
        let mut lines = scratch.bytes(ring.lines() * length);
        for (y, out) in rows.zip(out.chunks_exact_mut(layout.stride())) {
            if scratch.stopped() {
                break;
            }
            let mut line = |y: isize| {
                let (line, row) = ring.line(y);
                let start = line * length;
                if let Some(row) = row {
                    let line = &mut lines[start..start + length];
                    luma::write(pixels(source.row(row)), &mut line[1..=width]);
                    let seen = |x: isize| self.border.index(x, width).map_or(0, |x| line[1 + x]);
                    (line[0], line[1 + width]) = (seen(-1), seen(width.cast_signed()));
                }
                start
            };
            let at = y.cast_signed();
            let window = [line(at - 1), line(at), line(at + 1)].map(|start| &lines[start..start + length]);
            gradient::write(window, self.magnitude, self.scale, pixels(source.row(y)), out.as_chunks_mut().0);
        }
        scratch.give_bytes(lines);
        ring.close(scratch);
    }
}

/// The definition.
struct SobelOfPlanes {
    magnitude: Magnitude,
    scale: f32,
}

impl Area for SobelOfPlanes {
    fn reach(&self) -> [usize; 2] {
        [1, 1]
    }

    fn row(&self, window: &AreaWindow<'_>, out: &mut RowsMut<'_>, _: &mut Scratch) {
        let [above, here, below] = [0, 1, 2].map(|row| window.line(row, 0));
        for (x, out) in out.plane(0, 0).iter_mut().enumerate() {
            let column = |x: usize| above[x] + 2.0 * here[x] + below[x];
            let row = |line: &[f32]| line[x] + 2.0 * line[x + 1] + line[x + 2];
            let (gx, gy) = (column(x + 2) - column(x), row(below) - row(above));
            *out = self.scale
                * match self.magnitude {
                    Magnitude::Length => (gx * gx + gy * gy).sqrt(),
                    Magnitude::Sum { x, y } => f32::from(u8::from(x)) * gx.abs() + f32::from(u8::from(y)) * gy.abs(),
                };
        }
    }
}
