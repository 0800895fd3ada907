//! Median.

use crate::error::Error;
use crate::filter::{Filter, Neighbourhood, Reach, Scratch, Stage};
use crate::image::{Border, Layout, Rows};
use crate::kernels::window::reach;
use crate::kernels::{median_histogram, median_network};
use crate::params::{choice, filter, integer};
use std::ops::Range;

filter! {
    /// Replaces each colour by the middle value of a square around it: takes specks away and keeps edges. Alpha is copied.
    pub struct Median = "median", "Median", Blur, intensity "radius" {
        /// Half the side of the square, which is 2 × radius + 1 wide; 0 changes nothing.
        radius: usize = integer(1.0).range(0.0, 50.0).soft(0.0, 20.0).unit("px"),
        /// What is seen outside the image.
        border: Border = choice::<Border>(),
    }
    alpha: Copied,
    identity: Where("radius" = Number(0.0)),
}

impl Filter for Median {
    fn plan(&self, source: Layout) -> Result<Vec<Stage>, Error> {
        if self.radius == 0 {
            return Ok(Vec::new());
        }
        Ok(vec![Stage::Neighbourhood(Box::new(Middle { radius: self.radius, border: self.border, height: source.height() }))])
    }
}

struct Middle {
    radius: usize,
    border: Border,
    height: usize,
}

impl Neighbourhood for Middle {
    fn reach(&self) -> Reach {
        reach(self.radius, self.border, self.height)
    }

    fn write(&self, source: &Rows<'_>, rows: Range<usize>, out: &mut [u8], scratch: &mut Scratch) {
        // Networks grow with the fourth power of the radius, histograms hardly at all.
        let median = if self.radius <= median_network::MOST_RADIUS { median_network::median } else { median_histogram::median };
        median(source, rows, self.radius, self.border, out, scratch);
    }
}
