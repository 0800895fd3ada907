//! Edges by Sobel's operator.

use crate::error::Error;
use crate::filter::{Filter, Neighbourhood, Reach, Scratch, Stage};
use crate::image::{Border, Layout, Rows};
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
    fn plan(&self, source: Layout) -> Result<Vec<Stage>, Error> {
        Ok(vec![Stage::Neighbourhood(Box::new(Gradient {
            magnitude: match self.mode {
                Mode::L2 => Magnitude::Length,
                Mode::L1 => Magnitude::Sum { x: true, y: true },
                Mode::X => Magnitude::Sum { x: true, y: false },
                Mode::Y => Magnitude::Sum { x: false, y: true },
            },
            scale: self.scale as f32,
            border: self.border,
            height: source.height(),
        }))])
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
