//! Four numbers of single precision at a time: one vector in wasm, four numbers natively, the same bits in both. Loops over
//! planes are written with it; and two of double precision, for what needs it. No products are fused with sums.

#[cfg(not(target_arch = "wasm32"))]
mod plain;
#[cfg(target_arch = "wasm32")]
mod simd128;

#[cfg(not(target_arch = "wasm32"))]
pub use plain::{D2, F4, Rgba4};
#[cfg(target_arch = "wasm32")]
pub use simd128::{D2, F4, Rgba4, to_bytes};

/// Smaller powers are taken for this one, which is next to nothing: their bits would wrap around.
pub const LEAST_POWER: f32 = -126.0;
/// Added to a number, it leaves the nearest whole one in the lowest bits.
pub const ROUND: f32 = 12_582_912.0;
/// The largest place that [`F4::entries`] tells from others.
const LARGEST_PLACE: u32 = 0x7f_ffff;
/// `2^f` for `f` from −½ to ½, from the highest power of `f` down: off by at most 4·10⁻⁶ of it.
pub const POWER: [f32; 5] = [0.009_666_368, 0.055_921_976, 0.240_223_5, 0.693_121_1, 1.0];

/// Two to the power of what is at most 0.
#[must_use]
#[inline(always)]
pub fn power(exponent: f32) -> f32 {
    let exponent = if LEAST_POWER < exponent { exponent } else { LEAST_POWER };
    let whole = exponent + ROUND;
    let rest = exponent - (whole - ROUND);
    let [first, others @ ..] = POWER;
    let power = others.iter().fold(first, |power, factor| power * rest + factor);
    f32::from_bits(power.to_bits().wrapping_add(whole.to_bits() << 23))
}

/// Four values from one on, and 0 where there are fewer.
#[must_use]
#[inline(always)]
pub fn four(values: &[f32], at: usize) -> F4 {
    match values[at..].first_chunk() {
        Some(four) => F4::load(four),
        None => F4::of(&values[at..]),
    }
}

/// Writes values, four at a time; `make` is told where they begin.
#[inline(always)]
pub fn fill(values: &mut [f32], make: impl Fn(usize) -> F4) {
    let (blocks, rest) = values.as_chunks_mut::<4>();
    let done = 4 * blocks.len();
    for (i, block) in blocks.iter_mut().enumerate() {
        make(4 * i).store(block);
    }
    if !rest.is_empty() {
        let mut last = [0.0; 4];
        make(done).store(&mut last);
        rest.iter_mut().zip(last).for_each(|(value, new)| *value = new);
    }
}

/// Writes what `make` makes of four values.
#[inline(always)]
pub fn map(from: &[f32], to: &mut [f32], make: impl Fn(F4) -> F4) {
    let (froms, from_rest) = from.as_chunks::<4>();
    let (tos, to_rest) = to.as_chunks_mut::<4>();
    for (to, from) in tos.iter_mut().zip(froms) {
        make(F4::load(from)).store(to);
    }
    let mut last = [0.0; 4];
    make(F4::of(from_rest)).store(&mut last);
    to_rest.iter_mut().zip(last).for_each(|(to, value)| *to = value);
}

/// Rewrites values, four at a time.
#[inline(always)]
pub fn for_each(values: &mut [f32], make: impl Fn(F4) -> F4) {
    let (blocks, rest) = values.as_chunks_mut::<4>();
    for value in blocks {
        make(F4::load(value)).store(value);
    }
    let mut last = [0.0; 4];
    make(F4::of(rest)).store(&mut last);
    rest.iter_mut().zip(last).for_each(|(value, new)| *value = new);
}

/// Rewrites values, four at a time, each with the one at the same place in another slice.
#[inline(always)]
pub fn rewrite(values: &mut [f32], with: &[f32], make: impl Fn(F4, F4) -> F4) {
    let (blocks, rest) = values.as_chunks_mut::<4>();
    let (withs, with_rest) = with.as_chunks::<4>();
    for (value, with) in blocks.iter_mut().zip(withs) {
        make(F4::load(value), F4::load(with)).store(value);
    }
    let mut last = [0.0; 4];
    make(F4::of(rest), F4::of(with_rest)).store(&mut last);
    rest.iter_mut().zip(last).for_each(|(value, new)| *value = new);
}

/// Rewrites the values of several planes, four places at a time.
#[inline(always)]
pub fn rewrite_all<const N: usize>(mut planes: [&mut [f32]; N], make: impl Fn([F4; N]) -> [F4; N]) {
    let count = planes.iter().map(|plane| plane.len()).min().unwrap_or(0);
    let whole = count - count % 4;
    for at in (0..whole).step_by(4) {
        let made = make(planes.each_ref().map(|plane| four(plane, at)));
        for (plane, made) in planes.iter_mut().zip(made) {
            if let Some(to) = plane[at..].first_chunk_mut() {
                made.store(to);
            }
        }
    }
    let made = make(planes.each_ref().map(|plane| F4::of(&plane[whole..count])));
    for (plane, made) in planes.iter_mut().zip(made) {
        let mut last = [0.0; 4];
        made.store(&mut last);
        plane[whole..count].iter_mut().zip(last).for_each(|(value, new)| *value = new);
    }
}

/// Puts the values of planes side by side, four for each place: 0 where there are fewer planes.
pub fn interleave(planes: &[&[f32]], out: &mut [[f32; 4]]) {
    let at = |plane: usize, i: usize| {
        planes.get(plane).map_or(F4::splat(0.0), |plane| match plane[4 * i..].first_chunk() {
            Some(four) => F4::load(four),
            None => F4::of(&plane[4 * i..]),
        })
    };
    let (blocks, rest) = out.as_chunks_mut::<4>();
    for (i, block) in blocks.iter_mut().enumerate() {
        let columns = F4::transposed([0, 1, 2, 3].map(|plane| at(plane, i)));
        columns.into_iter().zip(block).for_each(|(column, out)| column.store(out));
    }
    let columns = F4::transposed(
        [0, 1, 2, 3].map(|plane| if rest.is_empty() { F4::splat(0.0) } else { at(plane, blocks.len()) }),
    );
    columns.into_iter().zip(rest).for_each(|(column, out)| column.store(out));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_length_is_taken() {
        for length in 0..11 {
            let from: Vec<f32> = (0..length).map(|i| i as f32).collect();
            let mut to = vec![9.0; length];
            map(&from, &mut to, |value| value * F4::splat(2.0));
            assert_eq!(to, from.iter().map(|value| 2.0 * value).collect::<Vec<_>>());
            rewrite(&mut to, &from, |value, with| value - with);
            assert_eq!(to, from);
            for_each(&mut to, |value| value + value);
            assert_eq!(to, from.iter().map(|value| 2.0 * value).collect::<Vec<_>>());
            let mut first = from.clone();
            rewrite_all([&mut first, &mut to], |[a, b]| [b - a, a]);
            assert_eq!([first, to], [from.clone(), from.clone()]);
        }
    }

    #[test]
    fn places_are_told_and_powers_are_near() {
        for length in 0..11 {
            let from: Vec<f32> = (0..length).map(|i| -(i as f32) / 3.0).collect();
            let mut to = vec![9.0; length];
            fill(&mut to, |at| four(&from, at).power());
            for (to, from) in to.iter().zip(&from) {
                assert_eq!(*to, power(*from));
                assert!((to / from.exp2() - 1.0).abs() < 5e-6, "{from}");
            }
        }
        assert_eq!([power(0.0), power(-1.0), power(-1e30)], [1.0, 0.5, f32::MIN_POSITIVE]);
    }

    #[test]
    fn planes_are_put_side_by_side() {
        for length in 0..11 {
            let planes: Vec<Vec<f32>> = (0..4).map(|p| (0..length).map(|i| (10 * i + p) as f32).collect()).collect();
            for count in 1..=4 {
                let planes: Vec<&[f32]> = planes[..count].iter().map(Vec::as_slice).collect();
                let mut out = vec![[9.0; 4]; length];
                interleave(&planes, &mut out);
                for (i, out) in out.iter().enumerate() {
                    let want = std::array::from_fn(|p| if p < count { (10 * i + p) as f32 } else { 0.0 });
                    assert_eq!(*out, want, "{count} planes of {length}");
                }
            }
        }
    }

    #[test]
    fn pixels_come_back() {
        let pixels = [[0, 1, 2, 3], [255, 254, 253, 252], [9, 8, 7, 6], [100, 200, 50, 25]];
        let loaded = Rgba4::load(&pixels);
        let mut stored = [[0; 4]; 4];
        Rgba4::of_bytes([0, 1, 2, 3].map(|channel| loaded.channel(channel))).store(&mut stored);
        assert_eq!(stored, pixels);
        let [[a, b], [c, d]] = [[pixels[0], pixels[1]], [pixels[2], pixels[3]]].map(|two| F4::pixels(&two));
        Rgba4::of_pixels([a, b, c, d.last().with_last(b)]).store(&mut stored);
        assert_eq!(stored, [pixels[0], pixels[1], pixels[2], [25, 25, 25, 252]]);
    }
}
