//! Smoothing between the blocks of a progressive file that has not all its scans (`decompress_smooth_data` of
//! libjpeg-turbo): AC coefficients that are not known yet are estimated from the DC values of 25 blocks around.

use super::markers::ScanHeader;
use crate::jpeg::grid::Block;

/// Coefficients, in zigzag order, whose accuracy matters here: the first is DC.
const KNOWN: usize = 10;

/// How well the coefficients of a component are known: the lowest bit that scans have brought, or -1.
#[derive(Debug, Clone, Copy)]
pub(super) struct Accuracy {
    bits: [i8; 64],
    /// The same before the component's last scan, of the first few.
    before: [i8; KNOWN],
}

impl Accuracy {
    /// That of a component that no scan has had.
    pub(super) fn new() -> Self {
        Self { bits: [-1; 64], before: [-1; KNOWN] }
    }

    /// Takes note of a scan, the file's first or a later one. Returns whether it follows from those before.
    pub(super) fn scan(&mut self, scan: &ScanHeader, is_first: bool) -> bool {
        self.before = [0; KNOWN];
        if !is_first {
            self.before.copy_from_slice(&self.bits[..KNOWN]);
        }
        let mut follows = scan.first == 0 || self.bits[0] >= 0;
        for bits in self.bits.iter_mut().take(usize::from(scan.last) + 1).skip(usize::from(scan.first)) {
            follows &= scan.high == (*bits).max(0) as u8;
            *bits = scan.low as i8;
        }
        follows
    }
}

/// What is estimated of a component.
#[derive(Debug, Clone, Copy)]
pub(super) struct Estimate {
    /// The accuracy of the first coefficients, where the last scan has data, and where it has none.
    accuracy: [[i8; KNOWN]; 2],
    /// The quantisation of the first coefficients.
    quantisation: [i64; KNOWN],
}

/// Where the first coefficients are in a block.
const PLACES: [usize; KNOWN] = [0, 1, 8, 16, 9, 2, 3, 10, 17, 24];

impl Estimate {
    /// What is to be estimated of the components of a file, or nothing, where all is known well or too little is.
    pub(super) fn of(components: &[(Accuracy, Block)], has_one_scan: bool) -> Option<Vec<Self>> {
        let is_useful = components.iter().any(|(accuracy, _)| accuracy.bits[1..KNOWN].iter().any(|bits| *bits != 0));
        let is_possible = components.iter().all(|(accuracy, quantisation)| {
            accuracy.bits[0] >= 0 && PLACES.iter().all(|place| quantisation[*place] != 0)
        });
        if !is_useful || !is_possible {
            return None;
        }
        let mut estimates = Vec::new();
        estimates.try_reserve_exact(components.len()).ok()?;
        estimates.extend(components.iter().map(|(accuracy, quantisation)| {
            let mut now = [0; KNOWN];
            now.copy_from_slice(&accuracy.bits[..KNOWN]);
            let before = if has_one_scan { [-1; KNOWN] } else { accuracy.before };
            let quantisation = PLACES.map(|place| i64::from(quantisation[place] as u16));
            Self { accuracy: [now, before], quantisation }
        }));
        Some(estimates)
    }

    /// Estimates coefficients of a block that are 0 and not known well, from the DC values of five rows of five blocks,
    /// in whose middle it is.
    #[inline(never)]
    pub(super) fn apply(&self, dc: &[[i32; 5]; 5], is_in_last_scan: bool, block: &mut Block) {
        let accuracy = &self.accuracy[usize::from(!is_in_last_scan)];
        let all_unknown = accuracy[1..].iter().all(|bits| *bits == -1);
        let (weights, count) = if all_unknown { (&WIDE, KNOWN) } else { (&NARROW, 6) };
        for i in 1..count {
            let at = PLACES[i];
            if accuracy[i] != 0 && block[at] == 0 {
                let most = if accuracy[i] > 0 { (1 << accuracy[i]) - 1 } else { i64::MAX };
                block[at] = self.estimate(i, dc, &weights[i]).clamp(-most, most) as i16;
            }
        }
        if all_unknown {
            block[0] = self.estimate(0, dc, &WIDE[0]) as i16;
        }
    }

    fn estimate(&self, i: usize, dc: &[[i32; 5]; 5], weights: &[[i16; 5]; 5]) -> i64 {
        let products = dc.iter().flatten().zip(weights.iter().flatten()).map(|(dc, weight)| dc * i32::from(*weight));
        let sum = self.quantisation[0] * i64::from(products.sum::<i32>());
        // Rounded, a half away from zero.
        let divisor = self.quantisation[i] << 8;
        let size = ((self.quantisation[i] << 7) + sum.abs()) / divisor;
        if sum < 0 { -size } else { size }
    }
}

/// Turns a table of weights: what it gives down is then across.
const fn turned(weights: [[i16; 5]; 5]) -> [[i16; 5]; 5] {
    let mut turned = [[0; 5]; 5];
    let mut i = 0;
    while i < 25 {
        turned[i / 5][i % 5] = weights[i % 5][i / 5];
        i += 1;
    }
    turned
}

const NONE: [[i16; 5]; 5] = [[0; 5]; 5];

/// The weights of the DC values, in 1/256, where some AC coefficients are known.
const NARROW: [[[i16; 5]; 5]; KNOWN] = {
    let first = [[0; 5], [0; 5], [-7, 50, 0, -50, 7], [0; 5], [0; 5]];
    let second = [[0; 5], [0; 5], [-1, 13, -24, 13, -1], [0; 5], [0; 5]];
    let both = [[0, -1, 0, 1, 0], [-1, 10, 0, -10, 1], [0; 5], [1, -10, 0, 10, -1], [0, 1, 0, -1, 0]];
    [NONE, first, turned(first), turned(second), both, second, NONE, NONE, NONE, NONE]
};

/// The weights where no AC coefficient is known; the DC value is smoothed then as well.
const WIDE: [[[i16; 5]; 5]; KNOWN] = {
    let dc =
        [[-2, -6, -8, -6, -2], [-6, 6, 42, 6, -6], [-8, 42, 152, 42, -8], [-6, 6, 42, 6, -6], [-2, -6, -8, -6, -2]];
    let first = [[-1, -1, 0, 1, 1], [-3, 13, 0, -13, 3], [-3, 38, 0, -38, 3], [-3, 13, 0, -13, 3], [-1, -1, 0, 1, 1]];
    let second = [[0; 5], [0, 2, -5, 2, 0], [1, 7, -14, 7, 1], [0, 2, -5, 2, 0], [0; 5]];
    let both = [[-1, 0, 0, 0, 1], [0, 9, 0, -9, 0], [0; 5], [0, -9, 0, 9, 0], [1, 0, 0, 0, -1]];
    let third = [[0; 5], [0, 1, 0, -1, 0], [0, 2, 0, -2, 0], [0, 1, 0, -1, 0], [0; 5]];
    let mixed = [[0; 5], [0, 1, -3, 1, 0], [0; 5], [0, -1, 3, -1, 0], [0; 5]];
    [dc, first, turned(first), turned(second), both, second, third, mixed, turned(mixed), turned(third)]
};
