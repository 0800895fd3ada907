//! Box blur.

use crate::filter::{Filter, Neighbourhood, Reach, Scratch, Stage};
use crate::image::{Border, CHANNELS, Rows, Size};
use crate::kernels::window::{is_opaque, pixels, reach};
use crate::params::{choice, filter, integer};
use std::ops::{AddAssign, Range, SubAssign};

filter! {
    /// Replaces each pixel by the mean of a square around it, exactly. Colour is weighted with alpha.
    pub struct BoxBlur = "boxBlur", "Box blur", Blur, intensity "radius" {
        /// Half the side of the square, which is 2 × radius + 1 wide; 0 changes nothing.
        radius: usize = integer(2.0).range(0.0, 500.0).soft(0.0, 50.0).unit("px"),
        /// What is seen outside the image.
        border: Border = choice::<Border>(),
    }
}

impl Filter for BoxBlur {
    fn plan(&self, size: Size) -> Vec<Stage> {
        if self.radius == 0 {
            return Vec::new();
        }
        vec![Stage::Neighbourhood(Box::new(Mean { radius: self.radius, border: self.border, height: size.height() }))]
    }
}

struct Mean {
    radius: usize,
    border: Border,
    height: usize,
}

impl Neighbourhood for Mean {
    fn reach(&self) -> Reach {
        reach(self.radius, self.border, self.height)
    }

    fn keeps_opaque(&self) -> bool {
        self.border != Border::Transparent
    }

    fn write(&self, source: &Rows<'_>, rows: Range<usize>, out: &mut [u8], scratch: &mut Scratch) {
        let (width, stride) = (source.size().width(), source.size().stride());
        let opaque = is_opaque(source, &rows, self.radius, self.border);
        let mut buffer = scratch.words((width + 2 * self.radius) * CHANNELS);
        let columns = buffer.as_chunks_mut::<CHANNELS>().0;
        let inside = self.radius..self.radius + width;
        let radius = self.radius.cast_signed();
        for y in rows.start.cast_signed() - radius..=rows.start.cast_signed() + radius {
            slide(&mut columns[inside.clone()], source.row_at(y, self.border), None, opaque);
        }
        for (y, out) in rows.clone().zip(out.chunks_exact_mut(stride)) {
            if scratch.stopped() {
                break;
            }
            if y > rows.start {
                let y = y.cast_signed();
                let (enters, leaves) = (y + radius, y - radius - 1);
                let (enters, leaves) = (source.row_at(enters, self.border), source.row_at(leaves, self.border));
                slide(&mut columns[inside.clone()], enters, leaves, opaque);
            }
            self.mirror(columns, width);
            let out = out.as_chunks_mut().0;
            if self.pixels() * 255 * 255 <= u64::from(u32::MAX) {
                self.average::<u32>(columns, opaque, out);
            } else {
                self.average::<u64>(columns, opaque, out);
            }
        }
        scratch.give_words(buffer);
    }
}

/// Sums of a column: red, green and blue times alpha, and alpha; red, green, blue and nothing where all is opaque.
type Sums = [u32; CHANNELS];

impl Mean {
    /// Pixels of the square.
    fn pixels(&self) -> u64 {
        let side = 2 * self.radius as u64 + 1;
        side * side
    }

    /// Continues the sums of columns outside the image.
    fn mirror(&self, columns: &mut [Sums], width: usize) {
        let sums_at = |x: isize, columns: &[Sums]| {
            self.border.index(x, width).map_or([0; CHANNELS], |x| columns[self.radius + x])
        };
        for i in 0..self.radius {
            columns[i] = sums_at(i.cast_signed() - self.radius.cast_signed(), columns);
            columns[self.radius + width + i] = sums_at((width + i).cast_signed(), columns);
        }
    }

    /// Slides a window over the sums of columns. All sums are whole, so the order of additions does not matter.
    fn average<T>(&self, columns: &[Sums], opaque: bool, out: &mut [[u8; CHANNELS]])
    where
        T: Copy + Default + From<u32> + AddAssign + SubAssign + ToF64,
    {
        let side = 2 * self.radius + 1;
        let count = self.pixels() as f64;
        let inverse = 1.0 / (2.0 * count);
        let mut total = [T::default(); CHANNELS];
        let add = |total: &mut [T; CHANNELS], sums: &Sums| {
            total.iter_mut().zip(sums).for_each(|(total, sum)| *total += T::from(*sum));
        };
        columns[..side - 1].iter().for_each(|sums| add(&mut total, sums));
        for ((enters, leaves), out) in columns[side - 1..].iter().zip(columns).zip(out) {
            add(&mut total, enters);
            let sums = total.map(ToF64::to_f64);
            *out = if opaque { mean_of_opaque(sums, count, inverse) } else { mean(sums, count, inverse) };
            total.iter_mut().zip(leaves).for_each(|(total, sum)| *total -= T::from(*sum));
        }
    }
}

/// `⌊(2·sum + count) / (2·count)⌋`, exactly: the half added to the whole numerator keeps the product as far from the
/// next integer as `½ / (2·count)`, far more than what the two roundings can move it.
fn rounded(sum: f64, count: f64, inverse: f64) -> u8 {
    ((2.0 * sum + count + 0.5) * inverse) as i32 as u8
}

fn mean_of_opaque([r, g, b, _]: [f64; 4], count: f64, inverse: f64) -> [u8; CHANNELS] {
    [rounded(r, count, inverse), rounded(g, count, inverse), rounded(b, count, inverse), 255]
}

fn mean([r, g, b, a]: [f64; 4], count: f64, inverse: f64) -> [u8; CHANNELS] {
    let alpha = rounded(a, count, inverse);
    if alpha == 0 {
        return [0; CHANNELS];
    }
    let inverse = 1.0 / (2.0 * a);
    [rounded(r, a, inverse), rounded(g, a, inverse), rounded(b, a, inverse), alpha]
}

/// Adds a row to the sums of columns and takes one away; rows of a transparent outside are `None`.
fn slide(columns: &mut [Sums], enters: Option<&[u8]>, leaves: Option<&[u8]>, opaque: bool) {
    let weighted = |[r, g, b, a]: [u8; 4]| {
        let alpha = u32::from(a);
        [u32::from(r) * alpha, u32::from(g) * alpha, u32::from(b) * alpha, alpha]
    };
    if opaque {
        slide_by(columns, enters, leaves, |pixel| pixel.map(u32::from));
    } else {
        slide_by(columns, enters, leaves, weighted);
    }
}

#[inline(always)]
fn slide_by(columns: &mut [Sums], enters: Option<&[u8]>, leaves: Option<&[u8]>, terms: impl Fn([u8; 4]) -> Sums) {
    let enters = enters.map(pixels).unwrap_or_default();
    let leaves = leaves.map(pixels).unwrap_or_default();
    let both = enters.len().min(leaves.len());
    for ((sums, enters), leaves) in columns.iter_mut().zip(&enters[..both]).zip(&leaves[..both]) {
        let (enters, leaves) = (terms(*enters), terms(*leaves));
        for lane in 0..CHANNELS {
            sums[lane] = sums[lane] + enters[lane] - leaves[lane];
        }
    }
    for (sums, enters) in columns.iter_mut().zip(enters).skip(both) {
        sums.iter_mut().zip(terms(*enters)).for_each(|(sum, term)| *sum += term);
    }
    for (sums, leaves) in columns.iter_mut().zip(leaves).skip(both) {
        sums.iter_mut().zip(terms(*leaves)).for_each(|(sum, term)| *sum -= term);
    }
}

/// Whole numbers below 2⁵³, which double precision holds exactly.
trait ToF64 {
    fn to_f64(self) -> f64;
}

impl ToF64 for u32 {
    fn to_f64(self) -> f64 {
        self.into()
    }
}

impl ToF64 for u64 {
    fn to_f64(self) -> f64 {
        self as f64
    }
}
