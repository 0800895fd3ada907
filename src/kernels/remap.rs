//! Pictures read at other places: for each pixel of the result, the place in the picture that its centre comes from.
//!
//! Colour is weighted with alpha, and what lies around the picture is made of pixels too, so edges are blended. A place is
//! worked out from column and row, never from the place beside it, so it does not depend on bands and tiles.

mod path;
mod read;

use crate::error::Error;
use crate::image::{CHANNELS, Format, Interpolation, Layout, Size};
use crate::plan::{Edge, Node, Plan};
use crate::stage::{Place, RowStage, RowsMut, Shape, Window, Work};
use path::Path;
use read::{Any, Bytes, Picture, Pixel};
use std::ops::Range;

pub use path::inverse;

/// A matrix of three rows and columns over x, y and 1.
pub type Matrix = [[f64; 3]; 3];

/// What a picture is made into.
#[derive(Debug, Clone, Copy)]
pub struct Remap {
    /// Takes places of the result to places of the picture, both counted from the upper left corner.
    pub inverse: Matrix,
    /// Columns and rows of the result.
    pub size: Size,
    /// How the picture is read between its pixels.
    pub interpolation: Interpolation,
    /// Red, green, blue and alpha around the picture, in levels.
    pub background: [f64; CHANNELS],
}

impl Plan {
    /// Reads an image at other places.
    ///
    /// # Errors
    /// `too-large`, where the result cannot be addressed.
    pub fn remapped(&mut self, node: Node, remap: &Remap) -> Result<Node, Error> {
        let stays_opaque = remap.background[3] == 255.0 && self.is_opaque(node);
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
    background: Pixel,
    /// The background alone, as it is stored.
    around: Vec<u8>,
}

impl Remapped {
    fn new(remap: &Remap, source: Layout, result: Layout) -> Self {
        let background = read::background(remap.background, source.format());
        let mut around = vec![0; result.format().bytes()];
        let any = Any { data: &[], format: source.format(), result: result.format() };
        any.write(read::alone(background), &mut around);
        let path = Path::new(&remap.inverse, remap.size);
        Self { path, interpolation: remap.interpolation, source, result: result.format(), background, around }
    }

    fn size(&self) -> [i32; 2] {
        [self.source.width(), self.source.height()].map(|side| side as i32)
    }

    fn row(&self, picture: &impl Picture, y: usize, columns: Range<usize>, out: &mut [u8]) {
        let (size, background) = (self.size(), self.background);
        let [width, height] = size;
        let mut pixels = out.chunks_exact_mut(self.result.bytes());
        match self.interpolation {
            // What is invisible is nothing here too.
            Interpolation::Nearest => self.path.each(y, columns, 0.0, |spot| {
                let Some(out) = pixels.next() else { return };
                let spot = spot.map(|spot| spot.whole);
                match spot.filter(|[x, y]| (0..width).contains(x) && (0..height).contains(y)) {
                    Some([x, y]) => picture.copy(y as usize * width as usize + x as usize, out),
                    None => out.copy_from_slice(&self.around),
                }
            }),
            Interpolation::Bilinear => self.path.each(y, columns, 0.5, |spot| {
                let Some(out) = pixels.next() else { return };
                if let Some(pixel) = spot.and_then(|spot| picture.opaque(size, spot)) {
                    out.copy_from_slice(&pixel);
                    return;
                }
                match spot.and_then(|spot| read::bilinear(picture, size, spot, background)) {
                    Some(sums) => picture.write(sums, out),
                    None => out.copy_from_slice(&self.around),
                }
            }),
            Interpolation::Bicubic => self.path.each(y, columns, 0.5, |spot| {
                let Some(out) = pixels.next() else { return };
                match spot.and_then(|spot| read::bicubic(picture, size, spot, background)) {
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
