//! An even border taken away.

use crate::error::Error;
use crate::filter::Filter;
use crate::image::{Format, Layout, Size};
use crate::params::{choice, choices, filter, number};
use crate::plan::{Node, Plan};
use crate::scratch::Scratch;
use crate::stage::{Cut, Whole, Work};

choices! {
    /// What a border is.
    pub enum By {
        /// What has the colour of the upper left pixel.
        Color = "color",
        /// What is invisible.
        Alpha = "alpha",
    }
}

filter! {
    /// Takes the border around the picture away, as far as it has one colour, or is transparent. Reports the column and the row where what
    /// is left begins, as `x` and `y`. The result is smaller than the image, or as large, and the next filter of a chain works on that.
    ///
    /// With `by: "color"` a pixel belongs to the border where none of its colours times alpha, `v·a/F`, nor its alpha `a`, is more than
    /// `tolerance` levels away from that of the upper left pixel. With `by: "alpha"` it does where its alpha is at most `tolerance` levels.
    /// The result is the smallest rectangle that has all other pixels, each a copy. Where there are none, and where the border is empty, the image
    /// stays as it is.
    ///
    /// What the filters after it refuse, a rectangle that does not lie within the picture or a result that is too large, is told when the border has
    /// been found. Until then memory is counted as if there were none.
    ///
    /// Class E. References: Pillow's `ImageChops.difference` with an even image and `getbbox`, for tolerance 0; libvips' `find_trim` smooths first.
    pub struct Trim = "trim", "Trim", Geometry, result Trimmed {
        /// Whether the border is what has the colour of the upper left pixel, or what is invisible.
        by: By = choice::<By>(),
        /// How far from the colour, or how visible, what belongs to the border may be, in levels.
        tolerance: f64 = number(10.0).range(0.0, 255.0).soft(0.0, 64.0).step(1.0),
    }
    alpha: Moved,
    identity: Needless,
}

impl Filter for Trim {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.start();
        let layout = plan.layout(source);
        Ok(plan.whole(source, Inside { layout, by: self.by, tolerance: self.tolerance }))
    }
}

struct Inside {
    layout: Layout,
    by: By,
    tolerance: f64,
}

/// Colours times alpha, and alpha.
type Weighted = [f64; 4];

#[inline(never)]
fn weighted(pixel: &[u8], Format { sample, channels }: Format) -> Weighted {
    let mut values = [0.0; 4];
    for (value, bytes) in values.iter_mut().zip(pixel.chunks_exact(sample.bytes())) {
        *value = f64::from(sample.value(bytes));
    }
    let full = f64::from(sample.full());
    let alpha = if channels.stores_alpha() { values[channels.colors()] } else { full };
    let color = |i: usize| if i < channels.colors() { values[i] * alpha } else { 0.0 };
    [color(0), color(1), color(2), alpha * full]
}

impl Inside {
    /// Whether a pixel belongs to the border, where the first one is `first`, as it is stored and as it counts.
    #[inline(never)]
    fn is_border(&self, pixel: &[u8], (first, color): (&[u8], Weighted)) -> bool {
        let format = self.layout.format();
        let most = self.tolerance * f64::from(format.sample.level()) * f64::from(format.sample.full());
        if self.by == By::Alpha {
            return weighted(pixel, format)[3] <= most;
        }
        let near = |(value, color): (f64, f64)| (value - color).abs() <= most;
        pixel == first || weighted(pixel, format).into_iter().zip(color).all(near)
    }

    /// The part of the image that has all that is no border; all of it where there is nothing else.
    fn find(&self, pixels: &[u8], scratch: &Scratch) -> Option<Cut> {
        let whole = Cut { at: [0, 0], size: self.layout.size() };
        let bytes = self.layout.format().bytes();
        let first = (&pixels[..bytes], weighted(&pixels[..bytes], self.layout.format()));
        let is_border = |pixel: &[u8]| self.is_border(pixel, first);
        let row = |y: usize| &pixels[y * self.layout.stride()..][..self.layout.stride()];
        let has_more = |y: &usize| scratch.stopped() || !row(*y).chunks_exact(bytes).all(is_border);
        let [width, height] = [self.layout.width(), self.layout.height()];
        let Some(top) = (0..height).find(has_more) else { return Some(whole) };
        let Some(bottom) = (top..height).rev().find(has_more) else { return Some(whole) };
        let (mut left, mut right) = (width, 0);
        for y in top..=bottom {
            let is_more = |x: &usize| !is_border(&row(y)[x * bytes..][..bytes]);
            // No column is looked at twice that is known to have more.
            left = (0..left).find(is_more).unwrap_or(left);
            right = (right..width).rev().find(is_more).map_or(right, |x| x + 1);
            if scratch.stopped() {
                return None;
            }
        }
        Some(Cut { at: [left, top], size: Size::new(right - left, bottom + 1 - top).ok()? })
    }
}

impl Whole for Inside {
    fn run(&self, pixels: &mut [u8], work: &mut Work<'_>) -> Option<Cut> {
        let cut = self.find(pixels, work.scratch)?;
        let (bytes, stride) = (self.layout.format().bytes(), self.layout.stride());
        if cut.size == self.layout.size() {
            return Some(cut);
        }
        let length = cut.size.width() * bytes;
        for y in 0..cut.size.height() {
            let start = (cut.at[1] + y) * stride + cut.at[0] * bytes;
            pixels.copy_within(start..start + length, y * length);
        }
        Some(cut)
    }
}
