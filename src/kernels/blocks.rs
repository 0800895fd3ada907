//! Loops over two slices, a block of values at a time: a block is so short that it is unrolled, and then becomes vectors.

use crate::image::CHANNELS;

/// Makes each value of `to` of the one at the same place in `from`, and of what it was; as many as both have.
#[inline(always)]
pub fn each<const N: usize, A: Copy, B: Copy>(from: &[A], to: &mut [B], make: impl Fn(A, B) -> B) {
    let count = from.len().min(to.len());
    let (from, to) = (&from[..count], &mut to[..count]);
    let ((from, from_rest), (to, to_rest)) = (from.as_chunks::<N>(), to.as_chunks_mut::<N>());
    for (to, from) in to.iter_mut().zip(from) {
        *to = std::array::from_fn(|i| make(from[i], to[i]));
    }
    for (to, from) in to_rest.iter_mut().zip(from_rest) {
        *to = make(*from, *to);
    }
}

/// Copies alpha, and nothing else.
pub fn copy_alpha(from: &[[u8; CHANNELS]], to: &mut [[u8; CHANNELS]]) {
    const ALPHA: u32 = 0xff00_0000;
    each::<4, _, _>(from, to, |from, to| {
        let [from, to] = [from, to].map(u32::from_le_bytes);
        (from & ALPHA | to & !ALPHA).to_le_bytes()
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_are_made_as_both_have() {
        for (given, wanted) in [(9, 9), (9, 7), (6, 9), (8, 8), (0, 3)] {
            let from: Vec<u8> = (1..=given).collect();
            let mut to = vec![100_u32; wanted];
            each::<4, _, _>(&from, &mut to, |from, to| u32::from(from) + to);
            let made = |i: usize| from.get(i).map_or(100, |from| u32::from(*from) + 100);
            assert_eq!(to, (0..wanted).map(made).collect::<Vec<_>>(), "{given} to {wanted}");
        }
    }

    #[test]
    fn alpha_alone_is_copied() {
        let from: Vec<_> = (0..7).map(|i| [i, 1, 2, 250 - i]).collect();
        let mut to = vec![[7, 8, 9, 10]; 7];
        copy_alpha(&from, &mut to);
        assert_eq!(to, (0..7).map(|i| [7, 8, 9, 250 - i]).collect::<Vec<_>>());
    }
}
