//! CSS `contrast()`.

use crate::filter::{Filter, Stage};
use crate::image::Size;
use crate::kernels::table::{identity, tabulate};
use crate::params::{filter, number};

filter! {
    /// Moves colours away from middle grey, as CSS `contrast()` (Filter Effects Module Level 1). Alpha is copied.
    pub struct Contrast = "contrast", "Contrast", Color, intensity "amount" {
        /// Factor; 0 is grey, 1 changes nothing.
        amount: f64 = number(1.0).range(0.0, f64::INFINITY).soft(0.0, 3.0).step(0.05),
    }
}

impl Filter for Contrast {
    fn plan(&self, _: Size) -> Vec<Stage> {
        if self.amount == 1.0 {
            return Vec::new();
        }
        // `a·v + 255·(½ − a/2)`, written so that no amount overflows into ∞ − ∞.
        let color = tabulate(|value| (value - 127.5) * self.amount + 127.5);
        vec![Stage::Tables(Box::new([color, color, color, identity()]))]
    }
}
