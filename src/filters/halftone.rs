//! Dots as printers make them.

use crate::error::Error;
use crate::filter::Filter;
use crate::kernels::angle::from_top;
use crate::params::{choice, choices, filter, number};
use crate::plan::{Node, Plan};
use crate::planes::Sees;
use std::f64::consts::PI;

choices! {
    /// What the dots are of.
    pub enum Mode {
        /// Black, on white.
        Gray = "gray",
        /// Cyan, magenta and yellow, each in rows of another angle.
        Color = "color",
    }
}

filter! {
    /// Draws the picture in round dots, the larger the darker it is, as newspapers are printed. Alpha is copied.
    ///
    /// A pixel whose centre is `(x, y)` lies at `a = (x·cos + y·sin)/size` and `b = (y·cos − x·sin)/size`, with the cosine and sine of an angle. Less
    /// their whole parts and ½, these say how far it is from the middle of its dot: `r = √(a² + b²)`. The part of a square cell that is nearer to its
    /// middle than `r` is `t = π·r²`, and above `r = ½` it is `t = π·r² − 4·r²·atan(√(4·r² − 1)) + √(4·r² − 1)`. With `v` a value as a share of full
    /// scale, clamped to 0 and 1, and `w = 2/size`, let `g` be `√(2·w·v)` where `v < w/2`, `1 + w − √(2·w·(1 − v))` where `v > 1 − w/2`, and
    /// `v + w/2` between. The pixel becomes `clamp((g − 1 + t)/w, 0, 1)`: edges of dots are smooth, and they cover `1 − v` of a cell.
    ///
    /// With `mode: "gray"` the value is that of luma (BT.601), the angle `degrees`, and grey comes out. With `"color"` the angles of red, green and blue,
    /// which are where cyan, magenta and yellow are not, are `degrees − 30`, `degrees + 30` and `degrees − 45`.
    ///
    /// Class N. Reference: the formula in double precision. Dots of other tools have other shapes.
    pub struct Halftone = "halftone", "Halftone", Effects, intensity "size" {
        /// How far it is from dot to dot.
        size: f64 = number(8.0).range(2.0, 500.0).soft(2.0, 40.0).step(0.5).unit("px"),
        /// How rows of dots are turned, clockwise.
        degrees: f64 = number(45.0).soft(-90.0, 90.0).step(1.0).unit("°"),
        /// Whether dots are black, or of three colours.
        mode: Mode = choice::<Mode>(),
    }
    alpha: Copied,
    identity: Never,
    floats: Bounded,
    even: false,
}

impl Filter for Halftone {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        let full = plan.layout(source).format().sample.full();
        let (sees, turns): (_, &[f64]) = match self.mode {
            Mode::Gray => (Sees::Luma, &[0.0]),
            Mode::Color => (Sees::Rgb, &[-30.0, 30.0, -45.0]),
        };
        let screens: Vec<_> = turns.iter().map(|turn| Screen::new(self.size, self.degrees % 360.0 + turn)).collect();
        let planes = plan.planes(source, sees);
        let drawn = plan.point(&[planes], screens.len(), move |place, planes| {
            let y = place.rows.start as f64 + 0.5;
            for (screen, plane) in screens.iter().zip(planes) {
                for (x, value) in place.columns.clone().zip(plane.iter_mut()) {
                    // Compared this way round, NaN is 0.
                    let share = if *value > 0.0 { (f64::from(*value) / f64::from(full)).min(1.0) } else { 0.0 };
                    *value = full * screen.drawn(x as f64 + 0.5, y, share);
                }
            }
        });
        Ok(plan.store(drawn, source))
    }
}

/// Rows of dots.
struct Screen {
    /// Cosine and sine, by the size.
    along: [f64; 2],
    /// The width of an edge, as a part of all tones.
    edge: f64,
}

impl Screen {
    fn new(size: f64, degrees: f64) -> Self {
        let (sin, cos) = libm::sincos(degrees.to_radians());
        Self { along: [cos / size, sin / size], edge: 2.0 / size }
    }

    #[inline(always)]
    fn drawn(&self, x: f64, y: f64, share: f64) -> f32 {
        let [cos, sin] = self.along;
        let from_middle = |at: f64| at - at.floor() - 0.5;
        let [a, b] = [x * cos + y * sin, y * cos - x * sin].map(from_middle);
        let square = a * a + b * b;
        let mut nearer = PI * square;
        if square > 0.25 {
            let root = (4.0 * square - 1.0).sqrt();
            nearer += root - 4.0 * square * from_top(root, -1.0);
        }
        let edge = self.edge;
        let white = if share < edge / 2.0 {
            (2.0 * edge * share).sqrt()
        } else if share > 1.0 - edge / 2.0 {
            1.0 + edge - (2.0 * edge * (1.0 - share)).sqrt()
        } else {
            share + edge / 2.0
        };
        ((white - 1.0 + nearer) / edge).clamp(0.0, 1.0) as f32
    }
}
