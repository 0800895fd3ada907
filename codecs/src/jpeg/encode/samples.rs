//! The samples of one row of MCUs.

use super::color::{self, Rows};
use super::downsample::{halve_both, halve_width};
use super::layout::{Layout, MAX_COMPONENTS};
use crate::jpeg::grid::SIDE;
use crate::{PixelSource, Problem, reach};
use std::ops::Range;

/// Where the pixels come from.
pub(super) struct Source<'a> {
    pixels: &'a mut dyn PixelSource,
    /// The rows of a row of MCUs.
    room: &'a mut [u8],
    /// Which rows these are.
    rows: Range<usize>,
    /// Pixels of a row.
    width: usize,
    /// What lies behind pixels that are not opaque.
    background: [u8; 3],
}

/// Planes of a row of MCUs, filled up to whole blocks.
pub(super) struct Samples {
    planes: [Vec<u8>; MAX_COMPONENTS],
    /// Samples of a row of each plane.
    widths: [usize; MAX_COMPONENTS],
    /// Two rows of Cb and of Cr before they are downsampled.
    chroma: [Vec<u8>; 2],
    /// A row of pixels over the background.
    opaque: Vec<[u8; 4]>,
}

impl Samples {
    /// Room for rows of this layout.
    pub(super) fn new(layout: &Layout) -> Result<Self, Problem> {
        let (mut planes, mut widths) = ([const { Vec::new() }; MAX_COMPONENTS], [0; MAX_COMPONENTS]);
        for ((plane, width), component) in planes.iter_mut().zip(&mut widths).zip(layout.components()) {
            *width = component.grid.blocks_across * SIDE;
            *plane = filled(*width * SIDE * component.grid.down, 0)?;
        }
        let full = if layout.is_downsampled() { widths[1] * layout.max_h } else { 0 };
        let chroma = [filled(full * layout.max_v, 0)?, filled(full * layout.max_v, 0)?];
        Ok(Self { planes, widths, chroma, opaque: filled(layout.width, [0; 4])? })
    }

    /// The rows of a component's plane, as blocks beside each other.
    pub(super) fn rows(&self, component: usize) -> impl Iterator<Item = &[[u8; SIDE]]> {
        let (plane, width) = (&self.planes[component], self.widths[component]);
        plane.chunks_exact(width).map(|row| row.as_chunks().0)
    }

    /// Fills the planes with the `mcu_row`-th row of MCUs. Below the image, planes repeat their last row.
    pub(super) fn fill(&mut self, source: &mut Source<'_>, layout: &Layout, mcu_row: usize) -> Result<(), Problem> {
        let first = mcu_row * SIDE * layout.max_v;
        source.load(first..layout.height.min(first + SIDE * layout.max_v))?;
        for group in 0..SIDE {
            let y = first + group * layout.max_v;
            if y < layout.height {
                self.convert(source, layout, group, y);
            } else {
                self.repeat(layout, group);
            }
        }
        Ok(())
    }

    /// One or two rows of pixels: one or two rows of luma, a row of each chroma.
    fn convert(&mut self, source: &Source<'_>, layout: &Layout, group: usize, first: usize) {
        let Self { planes: [luma, cb, cr], widths, chroma: [full_cb, full_cr], opaque } = self;
        let (width, full) = (layout.width, widths[1] * layout.max_h);
        for line in 0..layout.max_v {
            let at = group * layout.max_v + line;
            let Some(pixels) = source.row(first + line) else {
                // The image has an odd number of rows: its last one is taken twice.
                repeat_row(luma, widths[0], at);
                repeat_row(full_cb, full, line);
                repeat_row(full_cr, full, line);
                continue;
            };
            let y = row_mut(luma, widths[0], at);
            if layout.components().len() == 1 {
                source.convert(pixels, opaque, |pixels| color::copy_red(pixels, y));
            } else {
                let (cb, cr) = if layout.is_downsampled() {
                    (row_mut(full_cb, full, line), row_mut(full_cr, full, line))
                } else {
                    (row_mut(cb, full, at), row_mut(cr, full, at))
                };
                let mut rows = Rows { y: &mut y[..width], cb: &mut cb[..width], cr: &mut cr[..width] };
                source.convert(pixels, opaque, |pixels| color::convert(pixels, &mut rows));
                extend(cb, width);
                extend(cr, width);
            }
            extend(y, width);
        }
        for (plane, full_plane) in [(cb, full_cb), (cr, full_cr)] {
            let out = row_mut(plane, widths[1], group);
            match layout.max_v {
                _ if !layout.is_downsampled() => {}
                1 => halve_width(full_plane, out),
                _ => {
                    let (upper, lower) = full_plane.split_at(full);
                    halve_both(upper, lower, out);
                }
            }
        }
    }

    /// Repeats the rows before this group.
    fn repeat(&mut self, layout: &Layout, group: usize) {
        for ((plane, width), component) in self.planes.iter_mut().zip(self.widths).zip(layout.components()) {
            for line in 0..component.grid.down {
                repeat_row(plane, width, group * component.grid.down + line);
            }
        }
    }
}

impl<'a> Source<'a> {
    /// Of an image of this layout. `room` may hold anything, and is used again.
    pub(super) fn new(
        pixels: &'a mut dyn PixelSource,
        room: &'a mut Vec<u8>,
        layout: &Layout,
        background: [u8; 3],
    ) -> Result<Self, Problem> {
        let width = layout.width;
        let rows = layout.height.min(SIDE * layout.max_v);
        Ok(Self { pixels, room: reach(room, rows * width * 4)?, rows: 0..0, width, background })
    }

    /// Asks for the rows of a row of MCUs.
    fn load(&mut self, rows: Range<usize>) -> Result<(), Problem> {
        let row_bytes = self.width * 4;
        let room = self.room.get_mut(..rows.len() * row_bytes).unwrap_or_default();
        self.pixels.read(rows.start * row_bytes, room)?;
        self.rows = rows;
        Ok(())
    }

    /// A row of pixels, none below the image.
    fn row(&self, y: usize) -> Option<&[[u8; 4]]> {
        let at = y.checked_sub(self.rows.start).filter(|_| y < self.rows.end)? * self.width;
        self.room.as_chunks().0.get(at..at + self.width)
    }

    /// Converts pixels by a function that tells whether they were opaque; once more, over the background, if not.
    fn convert(&self, pixels: &[[u8; 4]], opaque: &mut [[u8; 4]], mut convert: impl FnMut(&[[u8; 4]]) -> bool) {
        if !convert(pixels) {
            color::composite(pixels, self.background, opaque);
            convert(opaque);
        }
    }
}

fn row_mut(plane: &mut [u8], width: usize, row: usize) -> &mut [u8] {
    plane.get_mut(row * width..).and_then(|rest| rest.get_mut(..width)).unwrap_or_default()
}

/// Copies the row above this one; `row` is at least 1.
fn repeat_row(plane: &mut [u8], width: usize, row: usize) {
    if let Some((above, below)) = plane.split_at_mut_checked(row * width)
        && let (Some(above), Some(below)) = (above.rchunks_exact(width.max(1)).next(), below.get_mut(..width))
    {
        below.copy_from_slice(above);
    }
}

/// Repeats the sample before `from` up to the end of the row; `from` is at least 1.
fn extend(row: &mut [u8], from: usize) {
    if let Some((filled, rest)) = row.split_at_mut_checked(from)
        && let Some(last) = filled.last()
    {
        rest.fill(*last);
    }
}

/// So many of a value, where memory can be had.
pub(super) fn filled<T: Clone>(length: usize, value: T) -> Result<Vec<T>, Problem> {
    let mut values = Vec::new();
    values.try_reserve_exact(length).map_err(|_| Problem::OutOfMemory)?;
    values.resize(length, value);
    Ok(values)
}
