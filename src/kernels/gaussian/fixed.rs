//! Gaussian filtering of opaque images in 16-bit fixed point.

use super::fixed_point::{FRACTION_BITS, NOTHING, opaque_pixels};
use super::many_passes::ManyPasses;
use super::one_pass::OnePass;
use super::weights::{largest_error, passes};
use super::{Filtered, Premultiplied};
use crate::image::{Border, CHANNELS, Rows};
use crate::kernels::weighted_sums::Pixel;
use crate::kernels::window::{extend_by, pixels, reach};
use crate::legacy::Reach;
use crate::scratch::Scratch;
use std::ops::Range;

/// A Gaussian kernel and how it reads outside the image.
#[derive(Debug, Clone)]
pub struct Gaussian {
    method: Method,
    /// The most levels that a filtered value of any opaque image can be off by before it is rounded to a byte.
    largest_error: f64,
    border: Border,
}

#[derive(Debug, Clone)]
enum Method {
    OnePass(OnePass),
    ManyPasses(ManyPasses),
}

/// Rows to be filtered.
pub(super) struct Task<'a> {
    pub(super) source: &'a Rows<'a>,
    pub(super) rows: Range<usize>,
    pub(super) border: Border,
    /// What makes bytes of the sums; `None`: they are rounded to opaque pixels.
    pub(super) finish: Option<Finish<'a>>,
}

type Finish<'a> = &'a dyn Fn(Filtered<'_>, &mut [[u8; CHANNELS]]);

impl Gaussian {
    /// Weights `exp(−i²/2σ²)` for `|i| ≤ ⌈3σ⌉`, of sum 1. What lies outside must be opaque too.
    #[must_use]
    pub fn new(sigma: f64, border: Border) -> Self {
        let passes = passes(sigma);
        let rounding = passes.len() as f64 / f64::from(1 << FRACTION_BITS);
        let largest_error = largest_error(&passes) + rounding;
        let method = OnePass::new(&passes).map_or_else(|| Method::ManyPasses(ManyPasses::new(passes)), Method::OnePass);
        Self { method, largest_error, border }
    }

    /// The rows it reads of an image.
    #[must_use]
    pub fn reach(&self, height: usize) -> Reach {
        reach(self.radius(), self.border, height)
    }

    fn radius(&self) -> usize {
        match &self.method {
            Method::OnePass(pass) => pass.reach(),
            Method::ManyPasses(passes) => passes.reach(),
        }
    }

    /// The most levels that a filtered value of any opaque image can be off by before it is rounded to a byte.
    #[must_use]
    pub fn largest_error(&self) -> f64 {
        self.largest_error
    }

    /// Writes the filtered rows.
    pub fn blur(&self, (source, rows): (&Rows<'_>, Range<usize>), out: &mut [u8], scratch: &mut Scratch) {
        self.write(&Task { source, rows, border: self.border, finish: None }, out, scratch);
    }

    /// Filters rows and hands each, tile by tile, to `finish`, which makes bytes of it.
    pub fn run(
        &self,
        (source, rows): (&Rows<'_>, Range<usize>),
        out: &mut [u8],
        scratch: &mut Scratch,
        finish: &dyn Fn(Filtered<'_>, &mut [[u8; CHANNELS]]),
    ) {
        self.write(&Task { source, rows, border: self.border, finish: Some(finish) }, out, scratch);
    }

    fn write(&self, task: &Task<'_>, out: &mut [u8], scratch: &mut Scratch) {
        match &self.method {
            Method::OnePass(pass) => pass.write(task, out, scratch),
            Method::ManyPasses(passes) => passes.write(task, out, scratch),
        }
    }
}

impl Task<'_> {
    /// Fills a line with the columns of a row from `first` on, which may lie outside the image.
    pub(super) fn read(&self, row: &[u8], first: isize, line: &mut [Pixel]) {
        extend_by(pixels(row), first, self.border, NOTHING, line, &opaque_pixels);
    }

    /// What row `y` was filtered to.
    pub(super) fn filtered<'a>(&'a self, y: usize, columns: &Range<usize>, sums: &'a [Premultiplied]) -> Filtered<'a> {
        Filtered { sums, source: &pixels(self.source.row(y))[columns.clone()], opaque: true }
    }

    /// The pixels of row `y` in what is written.
    pub(super) fn row_of<'a>(&self, out: &'a mut [u8], y: usize, columns: &Range<usize>) -> &'a mut [[u8; CHANNELS]] {
        let stride = self.source.layout().stride();
        &mut out[(y - self.rows.start) * stride..][..stride].as_chunks_mut().0[columns.clone()]
    }
}

const LONGEST_TILE: usize = 512;

/// Columns worked on at a time: enough that reading beside them does not weigh much.
pub(super) fn tile(width: usize, reach: usize) -> usize {
    let most = (2 * reach).clamp(128, LONGEST_TILE);
    width.div_ceil(width.div_ceil(most)).next_multiple_of(8)
}
