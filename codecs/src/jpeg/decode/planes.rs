//! The samples of a row of MCUs, and the rows of pixels made of them.

use super::frame::{Component, Frame, MOST_COMPONENTS, Upsampling};
use super::rows::{self, Line, Rooms, SLACK};
use crate::Problem;
use crate::stripes::Stripes;

/// The samples of a component in a row of MCUs.
struct Plane {
    component: Component,
    /// Bytes of a row, with what is behind the image.
    stride: usize,
    /// The last row of the row of MCUs before, and the rows of this one.
    samples: Vec<u8>,
}

/// The samples of a row of MCUs, and what of the result is written.
pub(super) struct Planes {
    planes: Vec<Plane>,
    rooms: Rooms,
    /// Rows of pixels that are written.
    written: usize,
}

/// Bytes of a row of samples.
fn stride(component: &Component) -> usize {
    component.grid.padded_across() * component.size + SLACK
}

/// Bytes of a component's samples.
fn samples(component: &Component) -> usize {
    (1 + component.rows()) * stride(component)
}

/// Bytes that upsampling a component takes.
fn room(component: &Component, frame: &Frame) -> usize {
    if component.upsampling == Upsampling::None { 0 } else { frame.width + SLACK }
}

fn zeros(bytes: usize) -> Result<Vec<u8>, Problem> {
    let mut room = Vec::new();
    room.try_reserve_exact(bytes).map_err(|_| Problem::OutOfMemory)?;
    room.resize(bytes, 0);
    Ok(room)
}

impl Planes {
    /// Bytes that it takes.
    pub(super) fn bytes(frame: &Frame) -> usize {
        frame.components().iter().map(|component| samples(component) + room(component, frame)).sum()
    }

    pub(super) fn new(frame: &Frame) -> Result<Self, Problem> {
        let components = frame.components();
        let mut planes = Vec::new();
        planes.try_reserve_exact(components.len()).map_err(|_| Problem::OutOfMemory)?;
        let mut rooms = Rooms::default();
        for (component, place) in components.iter().zip(&mut rooms) {
            let samples = zeros(samples(component))?;
            planes.push(Plane { component: *component, stride: stride(component), samples });
            *place = zeros(room(component, frame))?;
        }
        Ok(Self { planes, rooms, written: 0 })
    }

    /// The samples of a component from its block in this row and column on, and the bytes from one row of them to the
    /// next. Rows count from the first of the row of MCUs.
    #[inline(always)]
    pub(super) fn block(&mut self, component: usize, row: usize, column: usize) -> Option<(&mut [u8], usize)> {
        let Plane { component, stride, samples } = self.planes.get_mut(component)?;
        let at = (1 + row * component.size) * *stride + column * component.size;
        Some((samples.get_mut(at..)?, *stride))
    }

    /// Writes the rows of pixels that can be made once the blocks of a row of MCUs are there, and makes room for the
    /// next one.
    pub(super) fn write(&mut self, frame: &Frame, mcu_row: usize, stripes: &mut Stripes) -> Result<(), Problem> {
        let is_last = mcu_row + 1 == frame.mcus_down;
        // The last row of pixels may be made of samples of the next row of MCUs too.
        let postponed = usize::from(frame.needs_context && !is_last);
        let end = ((mcu_row + 1) * frame.rows - postponed).min(frame.height);
        for plane in &mut self.planes {
            plane.repeat_last_column();
        }
        for y in self.written..end {
            let mut lines = [Line::As(&[]); MOST_COMPONENTS];
            for (line, plane) in lines.iter_mut().zip(&self.planes) {
                *line = plane.line(y, mcu_row);
            }
            let (pixels, _) = stripes.next()?.1.as_chunks_mut();
            rows::write(frame.color, frame.inks, lines, &mut self.rooms, pixels);
        }
        self.written = end.max(self.written);
        for Plane { samples, stride, .. } in &mut self.planes {
            let last = samples.len() - *stride;
            samples.copy_within(last.., 0);
        }
        Ok(())
    }
}

impl Plane {
    /// The triangle filters find the last sample once more behind it.
    fn repeat_last_column(&mut self) {
        let width = self.component.width;
        if matches!(self.component.upsampling, Upsampling::FancyAcross | Upsampling::FancyBoth) {
            for row in self.samples.chunks_exact_mut(self.stride).skip(1) {
                if let [.., last, next] = &mut row[..=width] {
                    *next = *last;
                }
            }
        }
    }

    /// What the samples of a row of pixels are made of, while this row of MCUs is there.
    fn line(&self, y: usize, mcu_row: usize) -> Line<'_> {
        let Component { upsampling, height, .. } = self.component;
        let row = |y: usize| {
            let at = (y + 1).saturating_sub(mcu_row * self.component.rows()) * self.stride;
            self.samples.get(at..at + self.stride).unwrap_or_default()
        };
        // Of two rows, the upper one lies nearer to the row before.
        let is_lower = y % 2 == 1;
        let near = y / 2;
        let far = if is_lower { (near + 1).min(height - 1) } else { near.saturating_sub(1) };
        match upsampling {
            Upsampling::None => Line::As(row(y)),
            Upsampling::FancyAcross => Line::Across(row(y)),
            Upsampling::FancyDown => Line::Down { near: row(near), far: row(far), is_lower },
            Upsampling::FancyBoth => Line::Both { near: row(near), far: row(far) },
            Upsampling::Repeat { across, down } => Line::Repeat { row: row(y / down), across },
        }
    }
}
