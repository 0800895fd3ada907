//! Networks as lists of exchanges: one puts the smaller of two values into the first place, the larger into the second.
//!
//! Sorting networks are from Knuth, volume 3, 5.3.4. Merges are Batcher's, odd–even or bitonic, whichever takes fewer
//! steps; of those that are asked for some ranks only, exchanges that none of these hangs on are left out. The compiler
//! leaves out halves of exchanges in the same way.

use super::Vector;

#[inline(always)]
fn exchange<V: Vector>(values: &mut [V], low: usize, high: usize) {
    (values[low], values[high]) = (values[low].min(values[high]), values[low].max(values[high]));
}

macro_rules! sort {
    (fn $name:ident($count:literal): $($low:literal-$high:literal)*) => {
        #[inline(always)]
        pub(super) fn $name<V: Vector>(mut values: [V; $count]) -> [V; $count] {
            $(exchange(&mut values, $low, $high);)*
            values
        }
    };
}

/// Two sorted runs become one; after the arrow, how many values of it are wanted, and where they are found.
macro_rules! merge {
    (
        $(#[$doc:meta])*
        fn $name:ident($first:literal + $second:literal) -> $wanted:literal, [$($place:literal)*]:
        $($low:literal-$high:literal)*
    ) => {
        $(#[$doc])*
        #[inline(always)]
        pub(super) fn $name<V: Vector>(first: [V; $first], second: [V; $second]) -> [V; $wanted] {
            let mut values = [first[0]; $first + $second];
            values[..$first].copy_from_slice(&first);
            values[$first..].copy_from_slice(&second);
            $(exchange(&mut values, $low, $high);)*
            [$(values[$place]),*]
        }
    };
}

sort! {
    fn sort_4(4):
        0-1 2-3 0-2 1-3 1-2
}

sort! {
    fn sort_5(5):
        0-3 1-4 0-2 1-3 0-1 2-4 1-2 3-4 2-3
}

merge! {
    fn merge_4_and_4(4 + 4) -> 8, [0 1 2 3 4 5 6 7]:
        0-4 2-6 2-4 1-5 3-7 3-5 1-2 3-4 5-6
}

merge! {
    fn merge_8_and_8(8 + 8) -> 16, [0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15]:
        0-8 4-12 4-8 2-10 6-14 6-10 2-4 6-8 10-12 1-9 5-13 5-9 3-11 7-15 7-11 3-5 7-9 11-13 1-2 3-4 5-6 7-8
        9-10 11-12 13-14
}

merge! {
    /// The ranks from 4 to 9.
    fn merge_10_and_4(10 + 4) -> 6, [4 5 6 7 8 9]:
        7-10 3-7 1-12 9-12 5-9 5-7 9-10 0-11 8-11 4-8 2-13 6-13 2-4 6-8 4-5 6-7 8-9
}

sort! {
    fn sort_6(6):
        0-5 1-3 2-4 1-2 3-4 0-3 2-5 0-1 2-3 4-5 1-2 3-4
}

sort! {
    fn sort_7(7):
        0-6 2-3 4-5 0-2 1-4 3-6 0-1 2-5 3-4 1-2 4-6 2-3 4-5 1-2 3-4 5-6
}

merge! {
    fn merge_6_and_6(6 + 6) -> 12, [0 1 2 3 4 5 8 9 6 7 10 11]:
        0-6 4-10 4-6 2-8 2-4 8-6 1-7 5-11 5-7 3-9 3-5 9-7 1-2 3-4 5-8 9-6 7-10
}

merge! {
    fn merge_12_and_12(12 + 12) -> 24, [0 1 2 3 4 5 6 7 8 9 10 11 16 17 18 19 12 13 14 15 20 21 22 23]:
        0-12 8-20 8-12 4-16 4-8 16-12 2-14 10-22 10-14 6-18 6-10 18-14 2-4 6-8 10-16 18-12 14-20 1-13 9-21
        9-13 5-17 5-9 17-13 3-15 11-23 11-15 7-19 7-11 19-15 3-5 7-9 11-17 19-13 15-21 1-2 3-4 5-6 7-8 9-10
        11-16 17-18 19-12 13-14 15-20 21-22
}

merge! {
    /// The ranks from 11 to 24.
    fn merge_24_and_12(24 + 12) -> 14, [11 12 13 14 15 16 17 18 19 20 21 22 23 24]:
        13-35 14-34 15-33 16-32 17-31 18-30 19-29 20-28 21-27 22-26 23-25 0-16 1-17 2-18 3-19 4-20 5-21 6-22
        7-23 8-24 9-17 10-18 11-19 12-20 13-21 14-22 15-23 16-24 9-13 10-14 11-15 12-16 17-21 18-22 19-23
        20-24 9-11 10-12 13-15 14-16 17-19 18-20 21-23 22-24 11-12 13-14 15-16 17-18 19-20 21-22 23-24
}

merge! {
    /// The ranks from 6 to 13.
    fn merge_14_and_6(14 + 6) -> 8, [6 7 8 9 10 11 12 13]:
        8-19 9-18 10-17 11-16 12-15 13-14 0-8 1-9 2-10 3-11 4-12 5-13 6-10 7-11 8-12 9-13 6-8 7-9 10-12 11-13
        6-7 8-9 10-11 12-13
}

sort! {
    fn sort_8(8):
        0-2 1-3 4-6 5-7 0-4 1-5 2-6 3-7 0-1 2-3 4-5 6-7 2-4 3-5 1-4 3-6 1-2 3-4 5-6
}

sort! {
    fn sort_9(9):
        0-3 1-7 2-5 4-8 0-7 2-4 3-8 5-6 0-2 1-3 4-5 7-8 1-4 3-6 5-7 0-1 2-4 3-5 6-8 2-3 4-5 6-7 1-2 3-4 5-6
}

merge! {
    fn merge_16_and_16(16 + 16) -> 32, [
        0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31
    ]:
        0-16 8-24 8-16 4-20 12-28 12-20 4-8 12-16 20-24 2-18 10-26 10-18 6-22 14-30 14-22 6-10 14-18 22-26 2-4
        6-8 10-12 14-16 18-20 22-24 26-28 1-17 9-25 9-17 5-21 13-29 13-21 5-9 13-17 21-25 3-19 11-27 11-19
        7-23 15-31 15-23 7-11 15-19 23-27 3-5 7-9 11-13 15-17 19-21 23-25 27-29 1-2 3-4 5-6 7-8 9-10 11-12
        13-14 15-16 17-18 19-20 21-22 23-24 25-26 27-28 29-30
}

merge! {
    /// The ranks from 23 to 40.
    fn merge_32_and_32(32 + 32) -> 18, [23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39 40]:
        0-32 16-48 16-32 8-40 24-56 24-40 24-32 40-48 4-36 20-52 20-36 12-44 28-60 28-44 12-20 28-36 20-24
        28-32 36-40 2-34 18-50 18-34 10-42 26-58 26-42 26-34 42-50 6-38 22-54 22-38 14-46 30-62 30-46 14-22
        30-38 22-26 30-34 38-42 22-24 26-28 30-32 34-36 38-40 1-33 17-49 17-33 9-41 25-57 25-41 25-33 41-49
        5-37 21-53 21-37 13-45 29-61 29-45 13-21 29-37 21-25 29-33 37-41 3-35 19-51 19-35 11-43 27-59 27-43
        27-35 43-51 7-39 23-55 23-39 15-47 31-63 31-47 15-23 31-39 23-27 31-35 39-43 23-25 27-29 31-33 35-37
        39-41 23-24 25-26 27-28 29-30 31-32 33-34 35-36 37-38 39-40
}

merge! {
    /// The ranks from 8 to 17.
    fn merge_18_and_8(18 + 8) -> 10, [8 9 10 11 12 13 14 15 16 17]:
        15-18 7-15 3-22 11-22 11-15 22-18 1-20 17-20 9-17 5-24 13-24 5-9 13-17 9-11 13-15 17-22 0-19 16-19
        8-16 4-23 12-23 4-8 12-16 2-21 10-21 6-25 14-25 6-10 14-21 6-8 10-12 14-16 8-9 10-11 12-13 14-15 16-17
}

#[cfg(test)]
mod tests {
    use super::super::Block;
    use super::*;

    /// A sorted run with so many ones at its end. A network that is right for all zeros and ones is right for all numbers
    /// (Knuth's 0–1 principle).
    fn run<const COUNT: usize>(ones: usize) -> [Block; COUNT] {
        std::array::from_fn(|i| [u8::from(i + ones >= COUNT); size_of::<Block>()])
    }

    fn check_sort<const COUNT: usize>(sort: fn([Block; COUNT]) -> [Block; COUNT]) {
        for bits in 0_u32..1 << COUNT {
            let values = std::array::from_fn(|i| [(bits >> i & 1) as u8; size_of::<Block>()]);
            assert_eq!(sort(values), run(bits.count_ones() as usize), "{bits:b}");
        }
    }

    fn check_merge<const FIRST: usize, const SECOND: usize, const WANTED: usize>(
        merge: fn([Block; FIRST], [Block; SECOND]) -> [Block; WANTED],
        lowest: usize,
    ) {
        for ones in 0..=FIRST {
            for more in 0..=SECOND {
                let zeros = FIRST + SECOND - ones - more;
                let above = (lowest + WANTED).saturating_sub(zeros).min(WANTED);
                assert_eq!(merge(run(ones), run(more)), run(above), "{ones} of {FIRST} and {more} of {SECOND}");
            }
        }
    }

    #[test]
    fn networks_are_right_for_zeros_and_ones() {
        check_sort(sort_4);
        check_sort(sort_5);
        check_sort(sort_6);
        check_sort(sort_7);
        check_sort(sort_8);
        check_sort(sort_9);
        check_merge(merge_4_and_4, 0);
        check_merge(merge_6_and_6, 0);
        check_merge(merge_8_and_8, 0);
        check_merge(merge_12_and_12, 0);
        check_merge(merge_16_and_16, 0);
        check_merge(merge_10_and_4, 4);
        check_merge(merge_24_and_12, 11);
        check_merge(merge_14_and_6, 6);
        check_merge(merge_32_and_32, 23);
        check_merge(merge_18_and_8, 8);
    }
}
