//! Stages over planes: functions of a window, and functions of a pixel.

use crate::plan::Found;
use crate::scratch::Scratch;
use crate::stage::{Place, RowStage, RowsMut, Shape, Window, Work};
use std::marker::PhantomData;
use std::ops::Range;

/// A function of a window of planes. Its rows and columns beyond the image are in the window.
pub trait Area: Send + Sync {
    /// Columns on each side, and rows above and below, that are read.
    fn reach(&self) -> [usize; 2];

    /// Planes that it writes, of so many that it reads.
    fn planes(&self, planes: usize) -> usize {
        planes
    }

    /// Writes a row. [`AreaWindow::line`] gives the rows of the window, from top to bottom.
    fn row(&self, window: &AreaWindow<'_>, out: &mut RowsMut<'_>, scratch: &mut Scratch);
}

/// The window of an [`Area`].
#[derive(Debug)]
pub struct AreaWindow<'a> {
    window: Window<'a>,
    /// The columns that are written.
    pub columns: Range<usize>,
    margin: usize,
}

impl<'a> AreaWindow<'a> {
    /// Planes of a row.
    #[must_use]
    pub fn planes(&self) -> usize {
        self.window.planes()
    }

    /// A plane of a row of the window: the columns that are written, with those that are read on each side.
    #[must_use]
    pub fn line(&self, row: usize, plane: usize) -> &'a [f32] {
        self.window.around(row, plane, &self.columns, self.margin)
    }
}

pub(super) struct AreaStage {
    pub(super) planes: usize,
    pub(super) rows: usize,
    pub(super) area: Box<dyn Area>,
}

impl RowStage for AreaStage {
    fn shape(&self) -> Shape {
        Shape::planes(self.planes)
    }

    fn reads(&self, _: usize, rows: Range<isize>) -> Range<isize> {
        rows.start - self.rows.cast_signed()..rows.end + self.rows.cast_signed()
    }

    fn write(&self, place: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, work: &mut Work<'_>) {
        let margin = self.area.reach()[0];
        let window = AreaWindow { window: inputs[0], columns: place.columns.clone(), margin };
        self.area.row(&window, out, work.scratch);
    }
}

/// What rewrites the planes of a row. A trait of its own: a `Box<dyn Fn>` has each closure twice, once to be called with what it
/// holds, which nobody does.
pub(super) trait PointRow: Send + Sync {
    fn rewrite(&self, work: &Work<'_>, place: &Place, planes: &mut [&mut [f32]]);
}

/// A function of the place and the planes.
pub(super) struct ByPlace<F>(pub(super) F);

impl<F: Fn(&Place, &mut [&mut [f32]]) + Send + Sync> PointRow for ByPlace<F> {
    fn rewrite(&self, _: &Work<'_>, place: &Place, planes: &mut [&mut [f32]]) {
        self.0(place, planes);
    }
}

/// A function of what a measure has found, and the planes.
pub(super) struct ByFound<F, T> {
    pub(super) row: F,
    pub(super) found: Found,
    pub(super) of: PhantomData<fn(&T)>,
}

impl<T: 'static, F: Fn(&T, &mut [&mut [f32]]) + Send + Sync> PointRow for ByFound<F, T> {
    fn rewrite(&self, work: &Work<'_>, _: &Place, planes: &mut [&mut [f32]]) {
        (self.row)(self.found.of(work), planes);
    }
}

pub(super) struct PointStage {
    pub(super) planes: usize,
    pub(super) keeps: usize,
    pub(super) row: Box<dyn PointRow>,
}

impl RowStage for PointStage {
    fn shape(&self) -> Shape {
        Shape::planes(self.keeps)
    }

    fn write(&self, place: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, work: &mut Work<'_>) {
        let pixels = place.columns.len();
        let mut more = work.scratch.floats((self.planes - self.keeps) * pixels);
        let parts = inputs.iter().flat_map(|input| (0..input.planes()).map(move |plane| (input, plane)));
        let targets = out.floats(0).chunks_exact_mut(pixels).chain(more.chunks_exact_mut(pixels));
        let mut planes: Vec<&mut [f32]> = targets.collect();
        for (to, (input, plane)) in planes.iter_mut().zip(parts) {
            to.copy_from_slice(input.part(0, plane, &place.columns));
        }
        self.row.rewrite(work, place, &mut planes);
        drop(planes);
        work.scratch.give_floats(more);
    }
}
