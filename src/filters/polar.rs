//! Rows bent to circles, and circles unrolled.

use crate::error::Error;
use crate::filter::Filter;
use crate::image::{Border, Interpolation};
use crate::kernels::angle::from_top;
use crate::kernels::remap::{Around, Path, Places, Remap};
use crate::params::{Length, choice, choices, filter, number, numbers};
use crate::plan::{Node, Plan};
use std::f64::consts::TAU;

choices! {
    /// What becomes of what.
    pub enum Mode {
        /// Rows become circles.
        To = "to",
        /// Circles become rows.
        From = "from",
    }
}

filter! {
    /// Bends the picture's rows to circles around a centre, the first of them the innermost, or unrolls circles to rows again. Colour is
    /// weighted with alpha; what shrinks is not smoothed.
    ///
    /// The centre is `(cx, cy) = (centerX·W, centerY·H)`, and `R = radius·min(W, H)/2`. Angles are counted clockwise from where `degrees` lies,
    /// which is counted clockwise from the top.
    ///
    /// - `to`: a pixel whose centre lies `d` away from `(cx, cy)`, at the angle `φ` from 0 to a whole turn (0 in the centre itself), is read at the place
    ///   `(W·φ/360°, H·d/R)` of the picture. Left and right ends meet, and above and below the picture its edges go on. Where `d ≥ R` there is
    ///   the background.
    /// - `from`: a pixel with its centre at `(x, y)` is read `R·y/H` away from `(cx, cy)`, at the angle `360°·x/W`. Around the picture there is
    ///   the background.
    ///
    /// Between pixels it is read as `warp` reads it.
    ///
    /// Class N, or P where there is alpha; E for `nearest`, but for places within 0.001 of the edge of a pixel. Reference: SciPy's
    /// `map_coordinates` with `order=1` at these places. OpenCV's `warpPolar` and scikit-image's `warp_polar` are `from` with angles along
    /// columns, counted from the right.
    pub struct Polar = "polar", "Polar coordinates", Geometry {
        /// Whether rows become circles, or circles rows.
        mode: Mode = choice::<Mode>(),
        /// The radius of the largest circle, where 1 reaches the nearest edges from the middle.
        radius: f64 = number(1.0).above(0.0, 10.0).soft(0.1, 2.0).step(0.05),
        /// Where the first column lies, clockwise from the top.
        degrees: f64 = number(0.0).soft(-180.0, 180.0).step(1.0).unit("°"),
        /// Where the centre is: 0 at the left, 1 at the right.
        center_x as "centerX": f64 = number(0.5).range(0.0, 1.0),
        /// Where the centre is: 0 at the top, 1 at the bottom.
        center_y as "centerY": f64 = number(0.5).range(0.0, 1.0),
        /// What a pixel is made of: the four pixels around its place, the nearest one, or sixteen, which is sharper.
        interp: Interpolation = choice::<Interpolation>(),
        /// What is seen where the picture is not: red, green, blue and alpha.
        background: Vec<f64> = numbers(Length::Exactly(4), &[0.0; 4]).range(0.0, 255.0).or(&[0.0; 4]),
    }
    alpha: Weights,
    identity: Never,
}

impl Filter for Polar {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        let size = plan.layout(source).size();
        let sides = [size.width(), size.height()].map(|side| side as f64);
        let center = [self.center_x * sides[0], self.center_y * sides[1]];
        let radius = self.radius * sides[0].min(sides[1]) / 2.0;
        // Whole turns are taken off in degrees, where that is exact.
        let start = (self.degrees % 360.0) / 360.0;
        let around = Around::background(&self.background);
        let (places, around): (Box<dyn Places>, _) = match self.mode {
            Mode::To => {
                let borders = Some([Border::Wrap, Border::Clamp]);
                (Box::new(Bent { center, sides, radius, start }), Around { borders, ..around })
            }
            Mode::From => (Box::new(Unrolled::new(center, sides, radius, start)), around),
        };
        let path = Path::Placed(places);
        plan.remapped(source, Remap { path, size, interpolation: self.interp, around })
    }
}

struct Bent {
    center: [f64; 2],
    sides: [f64; 2],
    radius: f64,
    /// As a share of a turn.
    start: f64,
}

impl Places for Bent {
    fn row(&self, y: usize, x: usize, places: &mut [[f64; 2]]) {
        let dy = y as f64 + 0.5 - self.center[1];
        for (x, place) in (x..).zip(places) {
            let dx = x as f64 + 0.5 - self.center[0];
            let distance = (dx * dx + dy * dy).sqrt();
            let turn = from_top(dx, dy) / TAU - self.start;
            let turn = turn - turn.floor();
            let at = [turn * self.sides[0], distance / self.radius * self.sides[1]];
            *place = if distance < self.radius { at } else { [f64::NAN; 2] };
        }
    }
}

struct Unrolled {
    center: [f64; 2],
    start: f64,
    /// Of a turn, for a column.
    step: f64,
    /// Of the radius, for a row.
    down: f64,
    /// Sines and cosines of so many columns.
    columns: Vec<(f64, f64)>,
}

/// Columns whose sines are kept: others are sums of angles.
const COLUMNS: usize = 64;

fn of_turn(turn: f64) -> (f64, f64) {
    libm::sincos(turn * TAU)
}

impl Unrolled {
    fn new(center: [f64; 2], sides: [f64; 2], radius: f64, start: f64) -> Self {
        let step = 1.0 / sides[0];
        let columns = (0..COLUMNS).map(|x| of_turn(step * x as f64)).collect();
        Self { center, start, step, down: radius / sides[1], columns }
    }
}

impl Places for Unrolled {
    fn row(&self, y: usize, x: usize, places: &mut [[f64; 2]]) {
        let distance = (y as f64 + 0.5) * self.down;
        let first = |x: usize| of_turn(self.start + self.step * ((x - x % COLUMNS) as f64 + 0.5));
        let (mut sin, mut cos) = first(x);
        for (x, place) in (x..).zip(places) {
            if x % COLUMNS == 0 {
                (sin, cos) = first(x);
            }
            let (more_sin, more_cos) = self.columns[x % COLUMNS];
            let across = sin * more_cos + cos * more_sin;
            let up = cos * more_cos - sin * more_sin;
            *place = [self.center[0] + distance * across, self.center[1] - distance * up];
        }
    }
}
