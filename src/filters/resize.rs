//! Resize.

use crate::color::{Space, Transfer};
use crate::error::Error;
use crate::filter::{Filter, Neighbourhood, Reach, Scratch, Stage};
use crate::image::{CHANNELS, Layout, Rows, Size};
use crate::kernels::resample::{Arithmetic, Fixed, Float, Kernel, Resampler};
use crate::kernels::window::pixels;
use crate::params::{choice, choices, filter, integer};
use std::f64::consts::PI;
use std::ops::Range;

choices! {
    /// What a pixel of the result is made of.
    pub enum Interpolation {
        /// Six pixels wide, with sharp edges kept: the best for photos.
        Lanczos3 = "lanczos3",
        /// Four pixels wide, `a = −0.5`.
        Bicubic = "bicubic",
        /// Two pixels wide.
        Bilinear = "bilinear",
        /// The mean of what a pixel covers.
        Box = "box",
        /// The pixel at the same place.
        Nearest = "nearest",
    }
}

filter! {
    /// Makes the picture larger or smaller. Kernels are stretched when it shrinks, so that nothing is skipped; colour is
    /// weighted with alpha.
    pub struct Resize = "resize", "Resize", Other, size "width" "height" {
        /// Columns of the result.
        width: usize = integer(320.0).range(1.0, 65_535.0).soft(16.0, 4096.0).unit("px").required(),
        /// Rows of the result; left out, the picture keeps its shape.
        height: Option<usize> = integer(240.0).range(1.0, 65_535.0).soft(16.0, 4096.0).unit("px").optional(),
        /// What a pixel of the result is made of.
        filter: Interpolation = choice::<Interpolation>(),
        /// Whether colours are mixed as stored or as linear light, where fine bright detail keeps its weight.
        space: Space = choice::<Space>(),
    }
    alpha: Weights,
    identity: SameSize,
}

impl Filter for Resize {
    fn plan(&self, source: Layout) -> Result<Vec<Stage>, Error> {
        let result = source.with_size(self.size(source.size())?)?;
        if result == source {
            return Ok(Vec::new());
        }
        let Some(kernel) = self.filter.kernel() else {
            return Ok(vec![Stage::Neighbourhood(Box::new(Nearest { source: source.size(), result }))]);
        };
        let sizes = [source.size(), result.size()];
        if source.is_opaque() && self.space == Space::Srgb {
            let resampler = Resampler::<Fixed>::new(sizes, kernel, None);
            return Ok(vec![Stage::Neighbourhood(Box::new(Resampled { resampler, result, gains_from_opaque: false }))]);
        }
        let transfer = (self.space == Space::Linear).then(Transfer::tables);
        let gains_from_opaque = transfer.is_none();
        let resampler = Resampler::<Float>::new(sizes, kernel, transfer);
        Ok(vec![Stage::Neighbourhood(Box::new(Resampled { resampler, result, gains_from_opaque }))])
    }
}

impl Resize {
    /// The size of the result.
    fn size(&self, source: Size) -> Result<Size, Error> {
        let same_shape = || {
            let height = source.height() as f64 * self.width as f64 / source.width() as f64;
            ((height + 0.5).floor() as usize).max(1)
        };
        Size::new(self.width, self.height.unwrap_or_else(same_shape))
    }
}

impl Interpolation {
    /// Its kernel; the nearest pixel has none.
    fn kernel(self) -> Option<Kernel> {
        Some(match self {
            Self::Nearest => return None,
            // Closed on one side, so that a pixel on an edge counts once.
            Self::Box => (0.5, |x| if x > -0.5 && x <= 0.5 { 1.0 } else { 0.0 }),
            Self::Bilinear => (1.0, |x| (1.0 - x.abs()).max(0.0)),
            Self::Bicubic => (2.0, |x| bicubic(x.abs())),
            Self::Lanczos3 => (3.0, |x| if x.abs() < 3.0 { sinc(x) * sinc(x / 3.0) } else { 0.0 }),
        })
    }
}

fn bicubic(x: f64) -> f64 {
    const A: f64 = -0.5;
    if x < 1.0 {
        ((A + 2.0) * x - (A + 3.0)) * x * x + 1.0
    } else if x < 2.0 {
        ((A * x - 5.0 * A) * x + 8.0 * A) * x - 4.0 * A
    } else {
        0.0
    }
}

fn sinc(x: f64) -> f64 {
    if x == 0.0 { 1.0 } else { libm::sin(PI * x) / (PI * x) }
}

/// In sixteen bits for opaque images: where alpha is rounded as well as colour, they could be wrong by one in both at once.
struct Resampled<A: Arithmetic> {
    resampler: Resampler<A>,
    result: Layout,
    gains_from_opaque: bool,
}

impl<A: Arithmetic> Neighbourhood for Resampled<A> {
    fn reach(&self) -> Reach {
        Reach::Rows(self.resampler.taps())
    }

    fn result(&self, _: Layout) -> Layout {
        self.result
    }

    fn gains_from_opaque(&self) -> bool {
        self.gains_from_opaque
    }

    fn reads(&self, rows: &Range<usize>, source: Size) -> Range<usize> {
        self.resampler.reads(rows, source)
    }

    fn write(&self, source: &Rows<'_>, rows: Range<usize>, out: &mut [u8], scratch: &mut Scratch) {
        self.resampler.run(source, rows, out, scratch);
    }
}

struct Nearest {
    source: Size,
    result: Layout,
}

/// The input that output `i` of `to` is a copy of: the one that its centre lies in.
fn nearest(i: usize, from: usize, to: usize) -> usize {
    // In 64 bits: on wasm's 32 the product of large sides would wrap round.
    ((2 * i as u64 + 1) * from as u64 / (2 * to as u64)) as usize
}

impl Nearest {
    fn row(&self, y: usize) -> usize {
        nearest(y, self.source.height(), self.result.height())
    }
}

impl Neighbourhood for Nearest {
    fn reach(&self) -> Reach {
        Reach::Rows(0)
    }

    fn result(&self, _: Layout) -> Layout {
        self.result
    }

    fn reads(&self, rows: &Range<usize>, _: Size) -> Range<usize> {
        self.row(rows.start)..self.row(rows.end - 1) + 1
    }

    fn write(&self, source: &Rows<'_>, rows: Range<usize>, out: &mut [u8], scratch: &mut Scratch) {
        let mut columns = scratch.words(self.result.width());
        for (x, column) in columns.iter_mut().enumerate() {
            *column = nearest(x, self.source.width(), self.result.width()) as u32;
        }
        for (y, out) in rows.zip(out.chunks_exact_mut(self.result.stride())) {
            let row = pixels(source.row(self.row(y)));
            for (out, column) in out.as_chunks_mut::<CHANNELS>().0.iter_mut().zip(&columns) {
                *out = row[*column as usize];
            }
        }
        scratch.give_words(columns);
    }
}
