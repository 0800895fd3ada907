//! Pictures seen through another one.

use crate::error::Error;
use crate::filter::Filter;
use crate::image::{Border, Channels, Format, Image, Interpolation, Sample, Size};
use crate::kernels::remap::{Around, Path, Places, Remap};
use crate::params::{choice, filter, image, number};
use crate::plan::{Node, Plan};
use std::sync::Arc;

filter! {
    /// Moves each pixel by what a second picture says there: red moves across, green down, and middle grey nothing, as glass and water
    /// do. Colour is weighted with alpha; what shrinks is not smoothed.
    ///
    /// The map is stretched over the picture, and read between its pixels as `bilinear` does, its edges going on. With its red `r`, green `g`
    /// and alpha `a` at a pixel, as shares of full scale, the pixel is read at `(x·a·(2·r − 1), y·a·(2·g − 1))` from its centre: what is invisible
    /// in the map moves nothing. Grey maps have one value for both. `r`, `g` and `a` are weighted before they are multiplied; floats are clamped
    /// to 0 and 1.
    ///
    /// Between pixels, and outside the picture, it is read as `swirl` reads it.
    ///
    /// Class N, or P where there is alpha; E for `nearest`, but for places within 0.001 of the edge of a pixel. Reference: SciPy's
    /// `map_coordinates` with `order=1` of the map and at these places. SVG's `feDisplacementMap` moves half as far, and does not stretch.
    pub struct Displace = "displace", "Displace", Geometry, intensity "x" {
        /// The map.
        image: Option<Arc<Image>> = image(),
        /// How far to the right of a pixel it is read where red is full, and how far to the left where it is none.
        x: f64 = number(20.0).range(-65_535.0, 65_535.0).soft(-200.0, 200.0).step(1.0).unit("px"),
        /// How far below a pixel it is read where green is full, and how far above where it is none.
        y: f64 = number(20.0).range(-65_535.0, 65_535.0).soft(-200.0, 200.0).step(1.0).unit("px"),
        /// What a pixel is made of: the four pixels around its place, the nearest one, or sixteen, which is sharper.
        interp: Interpolation = choice::<Interpolation>(),
        /// What is seen outside the picture.
        border: Border = choice::<Border>(),
    }
    alpha: Weights,
    identity: Where("x" = Number(0.0), "y" = Number(0.0)),
}

impl Filter for Displace {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let Some(map) = &self.image else { unreachable!("it must be given") };
        let source = plan.source();
        if self.x == 0.0 && self.y == 0.0 {
            return Ok(source);
        }
        let size = plan.layout(source).size();
        let moved = Moved { map: Arc::clone(map), size, by: [self.x, self.y] };
        let (path, around) = (Path::Placed(Box::new(moved)), Around::border(self.border));
        plan.remapped(source, Remap { path, size, interpolation: self.interp, around })
    }
}

struct Moved {
    map: Arc<Image>,
    /// Of the picture.
    size: Size,
    by: [f64; 2],
}

/// Red, green and alpha, in the scale of the map.
type Pixel = [f64; 3];

impl Moved {
    #[inline(never)]
    fn pixel(&self, x: usize, y: usize) -> Pixel {
        let (layout, Format { sample, channels }) = (self.map.layout(), self.map.layout().format());
        let pixel = &self.map.data()[y * layout.stride() + x * layout.format().bytes()..];
        if let (Sample::U8, Channels::Rgba, Some([r, g, _, a])) = (sample, channels, pixel.first_chunk::<4>()) {
            return [*r, *g, *a].map(f64::from);
        }
        let value = |channel: usize| {
            let value = sample.value(&pixel[channel * sample.bytes()..]);
            // Compared this way round, NaN is 0.
            f64::from(if value > 0.0 { value.min(sample.full()) } else { 0.0 })
        };
        let alpha = if channels.stores_alpha() { value(channels.colors()) } else { f64::from(sample.full()) };
        [value(0), value(1.min(channels.colors() - 1)), alpha]
    }
}

/// The pixels before and after a place along a side of so many, and how far it is from the first to the second.
fn between(at: f64, side: usize) -> (usize, usize, f64) {
    let whole = at.floor();
    let inside = |at: f64| (at.max(0.0) as usize).min(side - 1);
    (inside(whole), inside(whole + 1.0), at - whole)
}

impl Places for Moved {
    fn row(&self, y: usize, x: usize, places: &mut [[f64; 2]]) {
        let [width, height] = [self.map.layout().width(), self.map.layout().height()];
        let across = width as f64 / self.size.width() as f64;
        let y = y as f64 + 0.5;
        let (above, below, down) = between(y * (height as f64 / self.size.height() as f64) - 0.5, height);
        let middle = f64::from(self.map.layout().format().sample.full()) / 2.0;
        let by = self.by.map(|by| by / (2.0 * middle * middle));
        let mix = |from: Pixel, to: Pixel, share: f64| -> Pixel {
            std::array::from_fn(|i| from[i] + share * (to[i] - from[i]))
        };
        let column = |x: usize| match down {
            0.0 => self.pixel(x, above),
            _ => mix(self.pixel(x, above), self.pixel(x, below), down),
        };
        // Where the map is smaller, many places lie between the same columns.
        let (mut known, mut pair) = ([usize::MAX; 2], [[0.0; 3]; 2]);
        for (x, place) in (x..).zip(places) {
            let x = x as f64 + 0.5;
            let (left, right, share) = between(x * across - 0.5, width);
            if known != [left, right] {
                let first = if left == known[1] { pair[1] } else { column(left) };
                (known, pair) = ([left, right], [first, column(right)]);
            }
            let [r, g, a] = mix(pair[0], pair[1], share);
            *place = [x + by[0] * a * (r - middle), y + by[1] * a * (g - middle)];
        }
    }
}

