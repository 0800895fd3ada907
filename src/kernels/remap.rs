//! Pictures read at other places: for each pixel of the result, the place in the picture that its centre comes from.
//!
//! Colour is weighted with alpha, and what lies around the picture is made of pixels too, so edges are blended. A place is
//! worked out from column and row, never from the place beside it, so it does not depend on bands and tiles.

mod path;
mod read;

use crate::error::Error;
use crate::image::{Border, CHANNELS, Format, Interpolation, Layout, Size};
use crate::plan::{Edge, Node, Plan};
use crate::stage::{Place, RowStage, RowsMut, Shape, Window, Work};
use crate::vector::{F4, Rgba4};
use path::{BLOCK, Spots};
use read::{Any, Bytes, Outside};
use std::ops::Range;

pub use path::{Path, Places, inverse};

/// A matrix of three rows and columns over x, y and 1.
pub type Matrix = [[f64; 3]; 3];

/// What is seen outside a picture.
#[derive(Debug, Clone, Copy)]
pub struct Around {
    /// Red, green, blue and alpha, in levels: of places that are nowhere, and of pixels outside where there is no border.
    pub background: [f64; CHANNELS],
    /// What pixels outside stand for, along rows and columns.
    pub borders: Option<[Border; 2]>,
}

impl Around {
    /// Pixels of one colour.
    #[must_use]
    pub fn background(levels: &[f64]) -> Self {
        Self { background: std::array::from_fn(|i| levels[i]), borders: None }
    }

    /// What a border shows. No place is nowhere.
    #[must_use]
    pub fn border(border: Border) -> Self {
        match border {
            Border::Transparent => Self { background: [0.0; CHANNELS], borders: None },
            border => Self { background: [0.0, 0.0, 0.0, 255.0], borders: Some([border; 2]) },
        }
    }
}

/// What a picture is made into.
pub struct Remap {
    /// From places of the result to places of the picture.
    pub path: Path,
    /// Columns and rows of the result.
    pub size: Size,
    /// How the picture is read between its pixels.
    pub interpolation: Interpolation,
    /// What lies around it.
    pub around: Around,
}

impl Plan {
    /// Reads an image at other places.
    ///
    /// # Errors
    /// `too-large`, where the result cannot be addressed.
    pub fn remapped(&mut self, node: Node, remap: Remap) -> Result<Node, Error> {
        let stays_opaque = remap.around.background[3] == 255.0 && self.is_opaque(node);
        let layout = if stays_opaque { self.layout(node) } else { self.with_any_alpha(node) };
        let result = layout.with_size(remap.size)?;
        let node = if node == self.start() { node } else { self.materialise(node) };
        let stage = Remapped::new(remap, self.layout(node), result);
        Ok(self.image(&[(node, Edge::Image)], result, stage))
    }
}

struct Remapped {
    path: Path,
    interpolation: Interpolation,
    source: Layout,
    result: Format,
    outside: Outside,
    /// The background alone, as it is stored.
    around: Vec<u8>,
}

impl Remapped {
    fn new(remap: Remap, source: Layout, result: Layout) -> Self {
        let Remap { path, interpolation, around, .. } = remap;
        let background = read::background(around.background, source.format());
        let mut alone = vec![0; result.format().bytes()];
        let any = Any { data: &[], format: source.format(), result: result.format() };
        any.write(read::alone(background), &mut alone);
        let outside = Outside { background, borders: around.borders };
        Self { path, interpolation, source, result: result.format(), outside, around: alone }
    }

    fn size(&self) -> [i32; 2] {
        [self.source.width(), self.source.height()].map(|side| side as i32)
    }

    fn row(&self, data: &[u8], y: usize, columns: Range<usize>, out: &mut [u8]) {
        let size = self.size();
        let shift = if self.interpolation == Interpolation::Nearest { 0.0 } else { 0.5 };
        let near = match self.outside.borders {
            Some(_) => columns.clone(),
            None => self.path.near(y, columns.clone(), shift, size),
        };
        let bytes = self.result.bytes();
        let (before, out) = out.split_at_mut((near.start - columns.start) * bytes);
        let (out, after) = out.split_at_mut(near.len() * bytes);
        fill(before, &self.around);
        fill(after, &self.around);
        let format = self.source.format();
        let is_bytes = format.bytes() == CHANNELS && format.channels.count() == CHANNELS;
        let mut spots = Spots::new();
        for (start, out) in near.clone().step_by(BLOCK).zip(out.chunks_mut(BLOCK * bytes)) {
            self.path.find(y, start..near.end, shift, &mut spots);
            if is_bytes {
                let pixels = data.as_chunks().0;
                let below = pixels.get(self.source.width()..).unwrap_or_default();
                self.write_bytes(&Bytes { pixels, below }, &spots, out.as_chunks_mut().0);
            } else {
                self.write_any(&Any { data, format, result: self.result }, &spots, out);
            }
        }
    }

    /// Writes up to [`BLOCK`] pixels.
    fn write_bytes(&self, picture: &Bytes<'_>, spots: &Spots, out: &mut [[u8; CHANNELS]]) {
        let (size, outside) = (self.size(), &self.outside);
        let around = *self.around.first_chunk().unwrap_or(&[0; CHANNELS]);
        match self.interpolation {
            // What is invisible is nothing here too.
            Interpolation::Nearest => {
                for (i, out) in out.iter_mut().enumerate() {
                    let index = spots.get(i).and_then(|spot| outside.index(spot.whole, size));
                    *out = index.map_or(around, |index| picture.copy(index));
                }
            }
            Interpolation::Bilinear => by_fours(
                around,
                out,
                |i, out| {
                    // Most often all are inside and opaque.
                    let opaque = |i: usize| picture.opaque(size, spots.at(i));
                    if let Some(out) = out
                        && let Some(a) = opaque(i)
                        && let Some(b) = opaque(i + 1)
                        && let Some(c) = opaque(i + 2)
                        && let Some(d) = opaque(i + 3)
                    {
                        Rgba4::of_pixels([a, b, c, d]).store(out);
                        return true;
                    }
                    false
                },
                |i| {
                    let spot = spots.get(i)?;
                    match picture.opaque(size, spot) {
                        Some(pixel) => Some(pixel),
                        None => read::bilinear(picture, size, spot, outside).map(read::straight),
                    }
                },
            ),
            Interpolation::Bicubic => {
                by_fours(
                    around,
                    out,
                    |_, _| false,
                    |i| read::bicubic(picture, size, spots.get(i)?, outside).map(read::straight),
                );
            }
        }
    }

    /// The same for all formats.
    fn write_any(&self, picture: &Any<'_>, spots: &Spots, out: &mut [u8]) {
        let (size, outside) = (self.size(), &self.outside);
        for (i, out) in out.chunks_exact_mut(self.result.bytes()).enumerate() {
            let Some(spot) = spots.get(i) else {
                out.copy_from_slice(&self.around);
                continue;
            };
            let sums = match self.interpolation {
                Interpolation::Nearest => {
                    match outside.index(spot.whole, size) {
                        Some(index) => picture.copy(index, out),
                        None => out.copy_from_slice(&self.around),
                    }
                    continue;
                }
                Interpolation::Bilinear => read::bilinear(picture, size, spot, outside),
                Interpolation::Bicubic => read::bicubic(picture, size, spot, outside),
            };
            match sums {
                Some(sums) => picture.write(sums, out),
                None => out.copy_from_slice(&self.around),
            }
        }
    }
}

/// Writes pixels, four at a time: what `make` makes of each, or `around` where that is nothing. `quick` may write four at once.
#[inline(always)]
fn by_fours(
    around: [u8; CHANNELS],
    out: &mut [[u8; CHANNELS]],
    quick: impl Fn(usize, Option<&mut [[u8; CHANNELS]; 4]>) -> bool,
    make: impl Fn(usize) -> Option<F4>,
) {
    for (block, out) in out.chunks_mut(4).enumerate() {
        if quick((4 * block) % BLOCK, out.first_chunk_mut()) {
            continue;
        }
        let (mut values, mut is_around) = ([F4::splat(0.0); 4], [false; 4]);
        for (i, (value, is_around)) in values.iter_mut().zip(&mut is_around).enumerate() {
            // Beyond the last one, there are other places.
            match make((4 * block + i) % BLOCK) {
                Some(made) => *value = made,
                None => *is_around = true,
            }
        }
        let made = Rgba4::of_pixels(values).visible();
        let mut four = [[0; CHANNELS]; 4];
        match out.first_chunk_mut() {
            Some(out) => made.store(out),
            None => {
                made.store(&mut four);
                out.iter_mut().zip(four).for_each(|(out, pixel)| *out = pixel);
            }
        }
        for (out, is_around) in out.iter_mut().zip(is_around) {
            if is_around {
                *out = around;
            }
        }
    }
}

/// Writes one pixel again and again.
fn fill(out: &mut [u8], pixel: &[u8]) {
    let mut done = pixel.len().min(out.len());
    out[..done].copy_from_slice(&pixel[..done]);
    while done < out.len() {
        let count = done.min(out.len() - done);
        out.copy_within(..count, done);
        done += count;
    }
}

impl RowStage for Remapped {
    fn shape(&self) -> Shape {
        Shape::pixels(self.result.bytes())
    }

    fn write(&self, place: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, _: &mut Work<'_>) {
        let data = inputs[0].image().span(0..self.source.height());
        for (row, y) in place.rows.clone().enumerate() {
            self.row(data, y.cast_unsigned(), place.columns.clone(), out.bytes(row));
        }
    }
}
