//! Unsharp mask.

use crate::color::to_byte_f32;
use crate::filter::{Filter, Neighbourhood, Reach, Scratch, Stage};
use crate::image::{Border, Rows, Size};
use crate::kernels::gaussian::Gaussian;
use crate::params::{choice, filter, number};
use std::ops::Range;

filter! {
    /// Sharpens: adds a share of the difference to a Gaussian blur, `v + amount·(v − blur)`. Alpha is copied.
    pub struct UnsharpMask = "unsharpMask", "Unsharp mask", Detail, intensity "amount" {
        /// Standard deviation of the blur; 0 changes nothing.
        sigma: f64 = number(1.5).range(0.0, 250.0).soft(0.0, 20.0).step(0.1).unit("px"),
        /// Share of the difference; 0 changes nothing.
        amount: f64 = number(1.0).range(0.0, f64::INFINITY).soft(0.0, 5.0).step(0.05),
        /// Differences up to this many levels are left alone, so that noise is not sharpened.
        threshold: f64 = number(0.0).range(0.0, 255.0).soft(0.0, 50.0).step(1.0),
        /// What is seen outside the image.
        border: Border = choice::<Border>(),
    }
}

impl Filter for UnsharpMask {
    fn plan(&self, size: Size) -> Vec<Stage> {
        if self.sigma == 0.0 || self.amount == 0.0 {
            return Vec::new();
        }
        vec![Stage::Neighbourhood(Box::new(Sharpen {
            gaussian: Gaussian::new(self.sigma, self.border),
            amount: self.amount as f32,
            // Differences that small are those of the arithmetic: a flat area must stay as it is however large the amount.
            threshold: (self.threshold as f32).max(5e-4),
            height: size.height(),
        }))]
    }
}

struct Sharpen {
    gaussian: Gaussian,
    amount: f32,
    threshold: f32,
    height: usize,
}

impl Neighbourhood for Sharpen {
    fn reach(&self) -> Reach {
        self.gaussian.reach(self.height)
    }

    fn write(&self, source: &Rows<'_>, rows: Range<usize>, out: &mut [u8], scratch: &mut Scratch) {
        self.gaussian.run(None, (source, rows), out, scratch, |filtered, out| {
            for ((out, pixel), sum) in out.iter_mut().zip(filtered.source).zip(filtered.sums) {
                let scale = 255.0 / sum[3];
                // All four lanes go the same way, which is one vector; alpha is put right afterwards.
                let [r, g, b, _] = std::array::from_fn(|lane| {
                    let value = f32::from(pixel[lane]);
                    let difference = value - sum[lane] * scale;
                    let added = if difference.abs() > self.threshold { self.amount * difference } else { 0.0 };
                    to_byte_f32(value + added)
                });
                *out = if pixel[3] == 0 { *pixel } else { [r, g, b, pixel[3]] };
            }
        });
    }
}
