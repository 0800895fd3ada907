//! What is seen beyond the edges of an image.

/// How a neighbourhood reads outside the image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Border {
    /// The nearest edge pixel: `aa|abcd|dd`.
    Clamp,
    /// Mirrored, the edge not repeated: `cb|abcd|cb`.
    Reflect101,
    /// Mirrored, the edge repeated: `ba|abcd|dc`.
    Reflect,
    /// Periodic: `cd|abcd|ab`.
    Wrap,
    /// Transparent black, still counted in the weights: `00|abcd|00`.
    Transparent,
}

impl Border {
    /// The index inside `0..n` that stands for `i`, or `None` where the outside is transparent.
    #[must_use]
    #[inline]
    pub fn index(self, i: isize, n: usize) -> Option<usize> {
        if (0..n.cast_signed()).contains(&i) { Some(i.cast_unsigned()) } else { self.beyond(i, n) }
    }

    // Many loops ask, and few places lie outside: one copy of it does.
    #[cold]
    #[inline(never)]
    fn beyond(self, i: isize, n: usize) -> Option<usize> {
        let length = n.cast_signed();
        let inside = match self {
            Self::Clamp => i.clamp(0, length - 1),
            Self::Wrap => i.rem_euclid(length),
            Self::Reflect => {
                let m = i.rem_euclid(2 * length);
                m.min(2 * length - 1 - m)
            }
            Self::Reflect101 if n == 1 => 0,
            Self::Reflect101 => {
                let period = 2 * (length - 1);
                let m = i.rem_euclid(period);
                m.min(period - m)
            }
            Self::Transparent => return None,
        };
        Some(inside.cast_unsigned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn extended(border: Border) -> String {
        (-6..10).map(|i| border.index(i, 4).map_or('0', |i| ['a', 'b', 'c', 'd'][i])).collect()
    }

    #[test]
    fn borders_extend_abcd_as_their_table_says() {
        assert_eq!(extended(Border::Clamp), "aaaaaaabcddddddd");
        assert_eq!(extended(Border::Reflect101), "abcdcbabcdcbabcd");
        assert_eq!(extended(Border::Reflect), "cddcbaabcddcbaab");
        assert_eq!(extended(Border::Wrap), "cdabcdabcdabcdab");
        assert_eq!(extended(Border::Transparent), "000000abcd000000");
    }

    #[test]
    fn one_pixel_is_its_own_mirror() {
        for i in -3..4 {
            assert_eq!(Border::Reflect101.index(i, 1), Some(0));
            assert_eq!(Border::Reflect.index(i, 1), Some(0));
        }
    }
}
