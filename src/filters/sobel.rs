//! Edges by Sobel's operator.

use crate::color::{luma, to_byte_f32};
use crate::filter::{Filter, Neighbourhood, Reach, Scratch, Stage};
use crate::image::{Border, CHANNELS, Rows, Size};
use crate::kernels::window::{Ring, extend, pixels, reach};
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
}

impl Filter for Sobel {
    fn plan(&self, size: Size) -> Vec<Stage> {
        vec![Stage::Neighbourhood(Box::new(Gradient {
            mode: self.mode,
            scale: self.scale as f32,
            border: self.border,
            height: size.height(),
        }))]
    }
}

struct Gradient {
    mode: Mode,
    scale: f32,
    border: Border,
    height: usize,
}

impl Neighbourhood for Gradient {
    fn reach(&self) -> Reach {
        reach(1, self.border, self.height)
    }

    fn write(&self, source: &Rows<'_>, rows: Range<usize>, out: &mut [u8], scratch: &mut Scratch) {
        let (size, length) = (source.size(), source.size().width() + 2);
        let mut ring = Ring::new(3, size.height(), self.border, scratch);
        let mut lines = scratch.bytes(ring.lines() * length);
        for (y, out) in rows.zip(out.chunks_exact_mut(size.stride())) {
            if scratch.stopped() {
                break;
            }
            let mut line = |y: isize| {
                let (line, row) = ring.line(y);
                let start = line * length;
                if let Some(row) = row {
                    let line = &mut lines[start..start + length];
                    extend(pixels(source.row(row)), -1, self.border, 0, line, |[r, g, b, _]| luma(r, g, b));
                }
                start
            };
            let at = y.cast_signed();
            let window = [line(at - 1), line(at), line(at + 1)].map(|start| &lines[start..start + length]);
            let (out, alpha) = (out.as_chunks_mut().0, pixels(source.row(y)));
            // The square of a gradient is at most 2·1020², which single precision holds exactly; its root is never
            // within 10⁻⁴ of a half.
            match self.mode {
                Mode::L2 => self.write_row(window, alpha, out, |gx, gy| ((gx * gx + gy * gy) as f32).sqrt()),
                Mode::L1 => self.write_row(window, alpha, out, |gx, gy| (gx.abs() + gy.abs()) as f32),
                Mode::X => self.write_row(window, alpha, out, |gx, _| gx.abs() as f32),
                Mode::Y => self.write_row(window, alpha, out, |_, gy| gy.abs() as f32),
            }
        }
        scratch.give_bytes(lines);
        ring.close(scratch);
    }
}

impl Gradient {
    #[inline(always)]
    fn write_row(
        &self,
        [above, here, below]: [&[u8]; 3],
        source: &[[u8; CHANNELS]],
        out: &mut [[u8; CHANNELS]],
        magnitude: impl Fn(i32, i32) -> f32,
    ) {
        let windows = above.windows(3).zip(here.windows(3)).zip(below.windows(3));
        for ((out, pixel), ((above, here), below)) in out.iter_mut().zip(source).zip(windows) {
            let [nw, n, ne] = [0, 1, 2].map(|i| i32::from(above[i]));
            let [w, e] = [0, 2].map(|i| i32::from(here[i]));
            let [sw, s, se] = [0, 1, 2].map(|i| i32::from(below[i]));
            let gx = (ne + 2 * e + se) - (nw + 2 * w + sw);
            let gy = (sw + 2 * s + se) - (nw + 2 * n + ne);
            let value = to_byte_f32(self.scale * magnitude(gx, gy));
            *out = [value, value, value, pixel[3]];
        }
    }
}
