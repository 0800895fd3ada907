//! Bytes of any channels as RGBA, and back.

use crate::color::luma;
use crate::image::Channels;
use crate::stage::{Place, RowStage, RowsMut, Shape, Window, Work};

/// Makes RGBA bytes of bytes of other channels: grey three times, alpha full where there is none.
#[derive(Debug, Clone, Copy)]
pub struct Expand {
    /// Of what is read.
    pub channels: Channels,
}

impl RowStage for Expand {
    fn shape(&self) -> Shape {
        Shape::pixels(4)
    }

    fn write(&self, place: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, _: &mut Work<'_>) {
        for row in 0..place.rows.len() {
            let out = out.pixels::<4>(row);
            match self.channels.count() {
                1 => each(inputs[0].pixels(row, &place.columns), out, |[y]: [u8; 1]| [y, y, y, 255]),
                2 => each(inputs[0].pixels(row, &place.columns), out, |[y, a]: [u8; 2]| [y, y, y, a]),
                3 => each(inputs[0].pixels(row, &place.columns), out, |[r, g, b]: [u8; 3]| [r, g, b, 255]),
                _ => each(inputs[0].pixels(row, &place.columns), out, |pixel: [u8; 4]| pixel),
            }
        }
    }
}

/// Makes bytes of other channels of RGBA bytes: luma where they are grey, no alpha where they have none.
#[derive(Debug, Clone, Copy)]
pub struct Pack {
    /// Of what is written.
    pub channels: Channels,
}

impl RowStage for Pack {
    fn shape(&self) -> Shape {
        Shape::pixels(self.channels.count())
    }

    fn write(&self, place: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, _: &mut Work<'_>) {
        for row in 0..place.rows.len() {
            let from = inputs[0].pixels::<4>(row, &place.columns);
            match self.channels.count() {
                1 => each(from, out.pixels(row), |[r, g, b, _]| [luma(r, g, b)]),
                2 => each(from, out.pixels(row), |[r, g, b, a]| [luma(r, g, b), a]),
                3 => each(from, out.pixels(row), |[r, g, b, _]| [r, g, b]),
                _ => each(from, out.pixels(row), |pixel| pixel),
            }
        }
    }
}

fn each<const N: usize, const M: usize>(from: &[[u8; N]], to: &mut [[u8; M]], make: impl Fn([u8; N]) -> [u8; M]) {
    to.iter_mut().zip(from).for_each(|(to, from)| *to = make(*from));
}
