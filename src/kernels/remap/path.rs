//! From pixels of the result to places in the picture.

use super::Matrix;
use crate::image::Size;
use std::array::from_fn;
use std::ops::Range;

/// A place in a picture: the pixel that it lies in, and the part of a pixel that is left, both ways.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Spot {
    pub(super) whole: [i32; 2],
    pub(super) part: [f32; 2],
}

/// Bits of a part of a pixel in fixed point.
const BITS: u32 = 40;
const ONE: f64 = (1_u64 << BITS) as f64;
/// Places nearer to the corner than this fit fixed point, and so do sums of a few.
const FARTHEST: f64 = (1 << 20) as f64;
/// Places nearer to the corner than this are numbers of pixels. No picture has so many in a row.
const NOWHERE: f64 = (1 << 30) as f64;
/// Added to a whole number, it leaves that in the lowest bits.
const WHOLE: f64 = 1.5 * (1_u64 << 52) as f64;

/// Where the pixels of a result come from.
pub trait Places: Send + Sync {
    /// The places in the picture of the centres of pixels of row `y`, from column `x` on; both are counted from the upper left
    /// corner. Each follows from its column and row alone. NaN is nowhere.
    fn row(&self, y: usize, x: usize, places: &mut [[f64; 2]]);
}

/// How places are found.
pub enum Path {
    /// Steps for each column and for each row, and the start, in fixed point: sums are exact, so every way to them is the
    /// same.
    Fixed {
        /// Of columns and rows, for each column of the result.
        across: [i64; 2],
        /// The same for each of its rows.
        down: [i64; 2],
        /// The place of its first pixel's centre.
        start: [i64; 2],
    },
    /// One by one.
    Placed(Box<dyn Places>),
}

/// How many places are found at once.
pub(super) const BLOCK: usize = 64;

/// Places of a row, side by side.
pub(super) struct Spots {
    whole: [[i32; BLOCK]; 2],
    part: [[f32; BLOCK]; 2],
}

/// What stands for a place that is nowhere.
const NONE: i32 = i32::MIN;

impl Spots {
    pub(super) fn new() -> Self {
        Self { whole: [[NONE; BLOCK]; 2], part: [[0.0; BLOCK]; 2] }
    }

    /// `None` is nowhere.
    #[inline(always)]
    pub(super) fn get(&self, i: usize) -> Option<Spot> {
        let spot = self.at(i);
        (spot.whole[0] != NONE).then_some(spot)
    }

    /// What is nowhere lies far to the left.
    #[inline(always)]
    pub(super) fn at(&self, i: usize) -> Spot {
        Spot { whole: [self.whole[0][i], self.whole[1][i]], part: [self.part[0][i], self.part[1][i]] }
    }
}

impl Path {
    /// By a matrix that takes places of the result, which has this size, to places of the picture.
    #[must_use]
    pub fn new(inverse: &Matrix, size: Size) -> Self {
        let [u, v, [g, h, i]] = *inverse;
        let (width, height) = (size.width() as f64, size.height() as f64);
        let reach = |[a, b, c]: [f64; 3]| a.abs() * width + b.abs() * height + c.abs();
        let rows = [u, v].map(|row| row.map(|value| value / i));
        // Compared this way round, NaN goes the other way.
        let fits = g == 0.0 && h == 0.0 && i > 0.0 && rows.iter().all(|row| reach(*row) < FARTHEST);
        if !fits {
            return Self::Placed(Box::new(Divided(*inverse)));
        }
        let fixed = |value: f64| (value * ONE).round() as i64;
        Self::Fixed {
            across: rows.map(|[across, ..]| fixed(across)),
            down: rows.map(|[_, down, _]| fixed(down)),
            // The centre of the first pixel.
            start: rows.map(|[across, down, start]| fixed(0.5 * (across + down) + start)),
        }
    }

    /// Finds the places of up to [`BLOCK`] columns of a row, less `shift` both ways. What lies behind the viewer, and what is
    /// too far away, is nowhere.
    pub(super) fn find(&self, y: usize, columns: Range<usize>, shift: f64, spots: &mut Spots) {
        let count = columns.len().min(BLOCK);
        match self {
            Self::Fixed { across, .. } => {
                for (axis, start) in self.starts(y, shift).into_iter().enumerate() {
                    let mut at = start + across[axis] * columns.start as i64;
                    let spots = spots.whole[axis][..count].iter_mut().zip(&mut spots.part[axis][..count]);
                    for (whole, part) in spots {
                        *whole = (at >> BITS) as i32;
                        *part = ((at >> (BITS - 24)) as i32 & 0xff_ffff) as f32 * (1.0 / (1 << 24) as f32);
                        at += across[axis];
                    }
                }
            }
            Self::Placed(places) => {
                let mut block = [[0.0; 2]; BLOCK];
                let block = &mut block[..count];
                places.row(y, columns.start, block);
                let ([us, vs], [u_parts, v_parts]) = (&mut spots.whole, &mut spots.part);
                let spots = us.iter_mut().zip(vs).zip(u_parts).zip(v_parts);
                for (place, (((u, v), u_part), v_part)) in block.iter().zip(spots) {
                    let at = place.map(|at| at - shift);
                    let whole = at.map(f64::floor);
                    // The sum ends in the whole number. In wasm a cast takes many instructions.
                    let [left, top] = whole.map(|whole| (whole + WHOLE).to_bits() as i32);
                    // Compared this way round, NaN is nowhere.
                    let is_somewhere = (at[0].abs() < NOWHERE) & (at[1].abs() < NOWHERE);
                    (*u, *v) = (if is_somewhere { left } else { NONE }, top);
                    [*u_part, *v_part] = [0, 1].map(|axis| (at[axis] - whole[axis]) as f32);
                }
            }
        }
    }

    /// The columns of a row whose places are at most two pixels away from a picture of this size, as far as that is easily told.
    pub(super) fn near(&self, y: usize, columns: Range<usize>, shift: f64, size: [i32; 2]) -> Range<usize> {
        let Self::Fixed { across, .. } = self else { return columns };
        let mut near = columns;
        for (axis, start) in self.starts(y, shift).into_iter().enumerate() {
            let (least, end) = (-2 << BITS, i64::from(size[axis] + 3) << BITS);
            // Counted the other way, so that steps are not negative.
            let (step, first, end) = match across[axis] {
                step @ 0.. => (step, least - start, end - start),
                step => (-step, 1 - end + start, 1 - least + start),
            };
            let column = |by: i64| -(-by).div_euclid(step);
            let found = match step {
                0 if first <= 0 && end > 0 => continue,
                0 => 0..0,
                _ => column(first)..column(end),
            };
            let inside = |at: i64| at.clamp(near.start as i64, near.end as i64) as usize;
            near = inside(found.start)..inside(found.end);
        }
        near
    }

    /// Where the first column of a row is, in fixed point.
    fn starts(&self, y: usize, shift: f64) -> [i64; 2] {
        let Self::Fixed { down, start, .. } = self else { return [0; 2] };
        from_fn(|axis| start[axis] + down[axis] * y as i64 - (shift * ONE) as i64)
    }
}

/// By division: in perspective, and where steps are too wide for fixed point.
struct Divided(Matrix);

impl Places for Divided {
    fn row(&self, y: usize, x: usize, places: &mut [[f64; 2]]) {
        let starts = self.0.map(|[_, down, start]| down * (y as f64 + 0.5) + start);
        for (x, place) in (x..).zip(places) {
            let [u, v, w] = from_fn(|i| self.0[i][0] * (x as f64 + 0.5) + starts[i]);
            *place = if w > 0.0 { [u / w, v / w] } else { [f64::NAN; 2] };
        }
    }
}

/// The matrix that takes back what another does; `None` where it is singular, as far as its numbers can tell.
#[must_use]
pub fn inverse(matrix: &Matrix) -> Option<Matrix> {
    match adjugate(matrix) {
        Adjugate::Inverse(inverse) => Some(inverse),
        Adjugate::Singular => None,
        Adjugate::TooSmall => balanced(matrix),
    }
}

/// Products smaller than that lose digits, or are 0.
const SMALLEST: f64 = 1e-290;

/// The same where rows or columns are so unlike in size that products of their numbers vanish: both are scaled first, by
/// powers of two.
fn balanced(matrix: &Matrix) -> Option<Matrix> {
    let largest = |values: [f64; 3]| values.into_iter().fold(0.0_f64, |largest, value| largest.max(value.abs()));
    // 2 to the power of −e for a number from 2 to the power of e, without the ends that have no such power.
    let scale = |value: f64| f64::from_bits((2046 - (value.to_bits() >> 52).clamp(1, 2045)) << 52);
    let rows = matrix.map(|row| scale(largest(row)));
    let mut scaled: Matrix = from_fn(|i| matrix[i].map(|value| value * rows[i]));
    let columns: [f64; 3] = from_fn(|j| scale(largest(scaled.map(|row| row[j]))));
    scaled = scaled.map(|row| from_fn(|j| row[j] * columns[j]));
    let Adjugate::Inverse(inverse) = adjugate(&scaled) else { return None };
    let inverse: Matrix = from_fn(|i| from_fn(|j| inverse[i][j] * columns[i] * rows[j]));
    inverse.iter().flatten().all(|value| value.is_finite()).then_some(inverse)
}

enum Adjugate {
    Inverse(Matrix),
    Singular,
    /// Its determinant is too small to tell.
    TooSmall,
}

/// An inverse by cofactors.
fn adjugate(matrix: &Matrix) -> Adjugate {
    let largest = matrix.iter().flatten().fold(0.0_f64, |largest, value| largest.max(value.abs()));
    if largest == 0.0 {
        return Adjugate::Singular;
    }
    // Scaled, so that no product overflows: that changes no place, and no sign.
    let [[a, b, c], [d, e, f], [g, h, i]] = matrix.map(|row| row.map(|value| value / largest));
    let products = [a * e * i, b * f * g, c * d * h, -c * e * g, -b * d * i, -a * f * h];
    let determinant: f64 = products.iter().sum();
    let size: f64 = products.iter().map(|product| product.abs()).sum();
    if size < SMALLEST {
        return Adjugate::TooSmall;
    }
    if determinant.abs() <= 8.0 * f64::EPSILON * size {
        return Adjugate::Singular;
    }
    let adjugate = [
        [e * i - f * h, c * h - b * i, b * f - c * e],
        [f * g - d * i, a * i - c * g, c * d - a * f],
        [d * h - e * g, b * g - a * h, a * e - b * d],
    ];
    let inverse = adjugate.map(|row| row.map(|value| value / determinant));
    let is_finite = inverse.iter().flatten().all(|value| value.is_finite());
    if is_finite { Adjugate::Inverse(inverse) } else { Adjugate::TooSmall }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn singular_matrices_have_no_inverse() {
        let tenths = [[0.1, 0.2, 0.0], [0.3, 0.6, 0.0], [0.0, 0.0, 1.0]];
        let singular =
            [[[0.0; 3]; 3], [[1.0, 2.0, 3.0], [2.0, 4.0, 6.0], [0.0, 0.0, 1.0]], [[1.0, 0.0, 0.0]; 3], tenths];
        assert!(singular.iter().all(|matrix| inverse(matrix).is_none()));
        let far = [[1.0, 0.0, 1e9], [0.0, 1.0, -1e9], [0.0, 0.0, 1.0]];
        let huge = [[1e200, 0.0, 0.0], [0.0, 1e200, 0.0], [0.0, 0.0, 1e200]];
        assert!(inverse(&far).is_some() && inverse(&huge).is_some());
        let uneven = [[1e-170, 0.0, 0.0], [0.0, 1e-170, 0.0], [0.0, 0.0, 1.0]];
        assert_eq!(inverse(&uneven).expect("regular").map(|row| row.map(f64::log10).map(f64::round)), {
            let none = f64::NEG_INFINITY;
            [[170.0, none, none], [none, 170.0, none], [none, none, 0.0]]
        });
        let uneven_and_singular = [[1e-170, 2e-170, 0.0], [1e-170, 2e-170, 0.0], [0.0, 0.0, 1.0]];
        let empty_row = [[1e-170, 0.0, 0.0], [0.0; 3], [0.0, 0.0, 1.0]];
        assert!(inverse(&uneven_and_singular).is_none() && inverse(&empty_row).is_none());
    }

    #[test]
    fn places_are_the_same_in_fixed_point_and_by_division() {
        let inverse = [[0.8, 0.6, -3.25], [-0.6, 0.8, 17.5], [0.0, 0.0, 1.0]];
        let size = Size::new(5000, 3000).expect("not empty");
        let fixed = Path::new(&inverse, size);
        assert!(matches!(fixed, Path::Fixed { .. }));
        for y in [0, 7, 2999] {
            let places = |path: &Path| {
                let mut spots = Spots::new();
                let mut places = Vec::new();
                for x in (0..5000).step_by(BLOCK) {
                    path.find(y, x..5000, 0.5, &mut spots);
                    places.extend((x..5000).take(BLOCK).enumerate().map(|(i, _)| spots.get(i).expect("it is near")));
                }
                places
            };
            for (a, b) in places(&fixed).into_iter().zip(places(&Path::Placed(Box::new(Divided(inverse))))) {
                for i in 0..2 {
                    let [a, b] = [a, b].map(|spot| f64::from(spot.whole[i]) + f64::from(spot.part[i]));
                    assert!((a - b).abs() < 1e-6, "{a} {b}");
                }
            }
        }
    }

    #[test]
    fn columns_near_a_picture_are_told() {
        let (size, sides) = (Size::new(300, 9).expect("not empty"), [40, 25]);
        let mut seen = [false; 2];
        for [a, b, c, d] in
            [[0.8, 0.6, -30.0, 2.0], [-0.8, -0.3, 70.0, 30.0], [0.0, 0.25, 7.0, -20.0], [0.5, 0.0, -9.0, 30.0]]
        {
            let path = Path::new(&[[a, 0.1, c], [b, -0.5, d], [0.0, 0.0, 1.0]], size);
            let mut spots = Spots::new();
            for (y, shift) in (0..9).flat_map(|y| [(y, 0.0), (y, 0.5)]) {
                let near = path.near(y, 3..300, shift, sides);
                for x in 3..300 {
                    path.find(y, x..x + 1, shift, &mut spots);
                    let whole = spots.get(0).expect("it is somewhere").whole;
                    let is_near = [0, 1].iter().all(|i| (-2..sides[*i] + 3).contains(&whole[*i]));
                    assert_eq!(near.contains(&x), is_near, "{x}, {y}: {whole:?}, {near:?}");
                    seen[usize::from(is_near)] = true;
                }
            }
        }
        assert_eq!(seen, [true; 2]);
    }
}
