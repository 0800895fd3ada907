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
use read::{Any, Bytes, Outside, Picture};
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

    fn row(&self, picture: &impl Picture, y: usize, columns: Range<usize>, out: &mut [u8]) {
        let (size, outside) = (self.size(), &self.outside);
        let mut pixels = out.chunks_exact_mut(self.result.bytes());
        match self.interpolation {
            // What is invisible is nothing here too.
            Interpolation::Nearest => self.path.each(y, columns, 0.0, |spot| {
                let Some(out) = pixels.next() else { return };
                match spot.and_then(|spot| outside.index(spot.whole, size)) {
                    Some(index) => picture.copy(index, out),
                    None => out.copy_from_slice(&self.around),
                }
            }),
            Interpolation::Bilinear => self.path.each(y, columns, 0.5, |spot| {
                let Some(out) = pixels.next() else { return };
                if let Some(pixel) = spot.and_then(|spot| picture.opaque(size, spot)) {
                    out.copy_from_slice(&pixel);
                    return;
                }
                match spot.and_then(|spot| read::bilinear(picture, size, spot, outside)) {
                    Some(sums) => picture.write(sums, out),
                    None => out.copy_from_slice(&self.around),
                }
            }),
            Interpolation::Bicubic => self.path.each(y, columns, 0.5, |spot| {
                let Some(out) = pixels.next() else { return };
                match spot.and_then(|spot| read::bicubic(picture, size, spot, outside)) {
                    Some(sums) => picture.write(sums, out),
                    None => out.copy_from_slice(&self.around),
                }
            }),
        }
    }
}

impl RowStage for Remapped {
    fn shape(&self) -> Shape {
        Shape::pixels(self.result.bytes())
    }

    fn write(&self, place: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, _: &mut Work<'_>) {
        let data = inputs[0].image().span(0..self.source.height());
        let format = self.source.format();
        let is_bytes = format.bytes() == CHANNELS && format.channels.count() == CHANNELS;
        for (row, y) in place.rows.clone().enumerate() {
            let (y, columns, out) = (y.cast_unsigned(), place.columns.clone(), out.bytes(row));
            if is_bytes {
                self.row(&Bytes(data.as_chunks().0), y, columns, out);
            } else {
                self.row(&Any { data, format, result: self.result }, y, columns, out);
            }
        }
    }
}
