//! Weighted means by vectors of WebAssembly.

use super::{Bilateral, LEAST_POWER, Lines, MOST_ROWS, POWER, ROUND};
use core::arch::wasm32::{
    f32x4_abs, f32x4_add, f32x4_div, f32x4_mul, f32x4_pmax, f32x4_splat, f32x4_sub, i32x4_add, i32x4_shl, v128,
    v128_load, v128_store,
};

/// Pixels of a vector.
const LANES: usize = 4;
/// A weight as it is kept.
type Weight = [u8; size_of::<f32>()];

/// Writes a row of the three planes. The memory begins with how many rows have been written before.
pub(super) fn write(filter: &Bilateral, lines: &Lines<'_>, mut out: [&mut [f32]; 3], memory: &mut [u8]) {
    let count = out[0].len();
    if count < LANES {
        return alone(filter, lines, &mut out);
    }
    let Some((before, kept)) = memory.split_first_chunk_mut() else { unreachable!("the memory has room for a number") };
    let done = u32::from_le_bytes(*before);
    let kept = kept.as_chunks_mut().0;
    keep(filter, lines, done as usize, count, kept);
    let mut places = [Place::Nowhere; MOST_ROWS];
    for (row, place) in places[..filter.rows.len()].iter_mut().enumerate() {
        *place = Place::of(filter, row, done as usize, count);
    }
    for x in blocks(0, count) {
        put(means(filter, lines, x.cast_unsigned(), &places, kept), x.cast_unsigned(), &mut out);
    }
    *before = done.saturating_add(1).to_le_bytes();
}

/// Where blocks begin that cover so many pixels from `first` on. The last ones are taken again with those before them: each
/// is made of its own window alone.
fn blocks(first: isize, count: usize) -> impl Iterator<Item = isize> {
    (0..count).step_by(LANES).map(move |x| first + x.min(count - LANES).cast_signed())
}

/// The row of weights of a tap `dy` rows below and `dx` columns beside the centre, as row `y` of those written has kept it.
fn kept_row(filter: &Bilateral, dy: usize, dx: isize, y: usize) -> usize {
    let half = (filter.rows[filter.radius + dy].space.len() / 2).cast_signed();
    let tap = if dy == 0 { dx - 1 } else { dx + half };
    filter.kept[dy] + tap.cast_unsigned() * (dy + 1) + y % (dy + 1)
}

/// Where the weights of a row of the disk are kept, if they are.
#[derive(Clone, Copy)]
enum Place {
    Nowhere,
    /// Those of the first tap begin at a place, and those of each one after it so much further on.
    From(usize, isize),
    /// Those of the centre's row: on the left of it, the centre itself, on the right.
    Centre,
}

impl Place {
    fn of(filter: &Bilateral, row: usize, done: usize, count: usize) -> Self {
        let (radius, stride) = (filter.radius, count + 2 * filter.radius);
        let half = (filter.rows[row].space.len() / 2).cast_signed();
        let dy = row.abs_diff(radius);
        if dy + 1 >= filter.kept.len() || (row < radius && done < dy) {
            return Self::Nowhere;
        }
        if row == radius {
            return Self::Centre;
        }
        let step = ((dy + 1) * stride).cast_signed();
        if row > radius {
            return Self::From(kept_row(filter, dy, -half, done) * stride + radius, step);
        }
        // What the pixels above have kept for those below: the first tap is that of the farthest on their right.
        let first = kept_row(filter, dy, half, done - dy) * stride + radius;
        Self::From(first - half.cast_unsigned(), 1 - step)
    }
}

/// Works out the weights that are kept of a row: those of the pixels below and on the right, seen from each pixel that is
/// written or lies beside one.
fn keep(filter: &Bilateral, lines: &Lines<'_>, done: usize, count: usize, kept: &mut [Weight]) {
    let (radius, stride) = (filter.radius, count + 2 * filter.radius);
    let color = f32x4_splat(filter.color);
    let centres = lines[radius];
    for dy in 0..filter.kept.len() - 1 {
        let taps = &filter.rows[radius + dy];
        let half = (taps.space.len() / 2).cast_signed();
        for dx in if dy == 0 { 1 } else { -half }..=half {
            let space = f32x4_splat(taps.space[(dx + half).cast_unsigned()]);
            let first = -dx.max(0);
            let row = &mut kept[kept_row(filter, dy, dx, done) * stride..][..stride];
            for x in blocks(first, count + dx.unsigned_abs()) {
                let here = x + radius.cast_signed();
                let [centre, there] = [here, here + dx].map(|at| at.cast_unsigned());
                let values = lines[radius + dy].map(|line| load(line, there));
                let weight = weight(values, centres.map(|line| load(line, centre)), color, space);
                let to = &mut row[centre..centre + LANES];
                // SAFETY: these are four weights, and the instruction asks for no alignment.
                unsafe { v128_store(to.as_mut_ptr().cast(), weight) };
            }
        }
    }
}

/// Four floats of a line.
#[inline(always)]
fn load(line: &[f32], at: usize) -> v128 {
    let values = &line[at..at + LANES];
    // SAFETY: these are four floats, and the instruction asks for no alignment.
    unsafe { v128_load(values.as_ptr().cast()) }
}

/// Rows of fewer pixels than a vector has.
#[cold]
fn alone(filter: &Bilateral, lines: &Lines<'_>, out: &mut [&mut [f32]; 3]) {
    let count = out[0].len();
    let mut longer = vec![0.0; filter.rows.len() * 3 * (2 * filter.radius + LANES)];
    let mut places = longer.chunks_exact_mut(2 * filter.radius + LANES);
    let mut copies: [[&[f32]; 3]; MOST_ROWS] = [[&[]; 3]; MOST_ROWS];
    for (copies, lines) in copies.iter_mut().zip(lines) {
        for (copy, line) in copies.iter_mut().zip(lines) {
            let place = places.next().expect("there is one for each line");
            place[..count + 2 * filter.radius].copy_from_slice(&line[..count + 2 * filter.radius]);
            *copy = place;
        }
    }
    let mut means_of = [[0.0; LANES]; 3];
    let [r, g, b] = &mut means_of;
    let nowhere = [Place::Nowhere; MOST_ROWS];
    put(means(filter, &copies[..lines.len()], 0, &nowhere, &[]), 0, &mut [&mut r[..], &mut g[..], &mut b[..]]);
    for (out, means) in out.iter_mut().zip(&means_of) {
        out.copy_from_slice(&means[..count]);
    }
}

#[inline(always)]
fn put(means: [v128; 3], x: usize, out: &mut [&mut [f32]; 3]) {
    for (out, mean) in out.iter_mut().zip(means) {
        let out = &mut out[x..x + LANES];
        // SAFETY: these are four floats, and the instruction asks for no alignment.
        unsafe { v128_store(out.as_mut_ptr().cast(), mean) };
    }
}

/// The means around four pixels from `x` on. With eight, what is kept would no longer fit the registers.
#[inline(always)]
fn means(filter: &Bilateral, lines: &Lines<'_>, x: usize, places: &[Place; MOST_ROWS], kept: &[Weight]) -> [v128; 3] {
    let centre = lines[filter.radius].map(|line| load(line, x + filter.radius));
    let mut means = Means { sums: [f32x4_splat(0.0); 3], weights: f32x4_splat(0.0) };
    let color = f32x4_splat(filter.color);
    let stride = lines[0][0].len();
    for ((taps, lines), place) in filter.rows.iter().zip(lines).zip(places) {
        let (first, count) = (x + taps.first, taps.space.len());
        match place {
            Place::Nowhere => {
                means.add(lines, first, count, |i, values| weight(values, centre, color, f32x4_splat(taps.space[i])));
            }
            Place::From(start, step) => {
                means.add_kept(lines, first, count, Kept { weights: kept, start: start + x, step: *step });
            }
            Place::Centre => {
                let radius = filter.radius;
                // Seen from the left, the pixel farthest away is the last on the right.
                let left = Kept { weights: kept, start: (radius - 1) * stride + x, step: 1 - stride.cast_signed() };
                means.add_kept(lines, first, radius, left);
                means.add(lines, first + radius, 1, |_, values| {
                    weight(values, centre, color, f32x4_splat(taps.space[radius]))
                });
                let right = Kept { weights: kept, start: radius + x, step: stride.cast_signed() };
                means.add_kept(lines, first + radius + 1, radius, right);
            }
        }
    }
    means.sums.map(|sum| f32x4_div(sum, means.weights))
}

/// Weights of a run of taps: where the first begin, and how much further on those of each one after it.
struct Kept<'a> {
    weights: &'a [Weight],
    start: usize,
    step: isize,
}

struct Means {
    sums: [v128; 3],
    weights: v128,
}

impl Means {
    /// Adds a run of `count` taps from a place of the lines on, with weights that are kept.
    #[inline(always)]
    fn add_kept(&mut self, lines: &[&[f32]; 3], first: usize, count: usize, kept: Kept<'_>) {
        if count == 0 {
            return;
        }
        // What all taps read, looked at once: the two at the ends.
        let last = kept.start.wrapping_add_signed(kept.step * (count - 1).cast_signed());
        assert!(kept.start.max(last) + LANES <= kept.weights.len(), "weights are kept for every tap");
        let weights = kept.weights.as_ptr();
        self.add(lines, first, count, |i, _| {
            let at = kept.start.wrapping_add_signed(kept.step * i.cast_signed());
            // SAFETY: the place lies between those of the first and of the last tap, so that four weights from it on are
            // kept, and the instruction asks for no alignment.
            unsafe { v128_load(weights.add(at).cast()) }
        });
    }

    /// Adds a run of `count` taps from a place of the lines on.
    #[inline(always)]
    fn add(&mut self, lines: &[&[f32]; 3], first: usize, count: usize, weight: impl Fn(usize, [v128; 3]) -> v128) {
        // What all taps of the run read, looked at once.
        let [r, g, b] = lines.map(|line| line[first..][..count - 1 + LANES].as_ptr());
        for i in 0..count {
            // SAFETY: `i` is at most `count − 1`, so that four floats from it on lie within the line, and the instruction asks
            // for no alignment.
            let values =
                unsafe { [v128_load(r.add(i).cast()), v128_load(g.add(i).cast()), v128_load(b.add(i).cast())] };
            let weight = weight(i, values);
            self.weights = f32x4_add(self.weights, weight);
            for (sum, values) in self.sums.iter_mut().zip(values) {
                *sum = f32x4_add(*sum, f32x4_mul(weight, values));
            }
        }
    }
}

/// The weights of pixels for others, where `space` is the binary logarithm of what their distance makes of it.
#[inline(always)]
fn weight(values: [v128; 3], centre: [v128; 3], color: v128, space: v128) -> v128 {
    let [r, g, b] = [0, 1, 2].map(|i| f32x4_abs(f32x4_sub(values[i], centre[i])));
    let difference = f32x4_add(f32x4_add(r, g), b);
    power(f32x4_add(f32x4_mul(f32x4_mul(difference, difference), color), space))
}

/// Two to the power of what is at most 0.
#[inline(always)]
fn power(exponent: v128) -> v128 {
    let exponent = f32x4_pmax(f32x4_splat(LEAST_POWER), exponent);
    let whole = f32x4_add(exponent, f32x4_splat(ROUND));
    let rest = f32x4_sub(exponent, f32x4_sub(whole, f32x4_splat(ROUND)));
    let factors = POWER.map(|factor| f32x4_splat(factor));
    let power = f32x4_add(f32x4_mul(factors[0], rest), factors[1]);
    let power = f32x4_add(f32x4_mul(power, rest), factors[2]);
    let power = f32x4_add(f32x4_mul(power, rest), factors[3]);
    let power = f32x4_add(f32x4_mul(power, rest), factors[4]);
    i32x4_add(power, i32x4_shl(whole, 23))
}
