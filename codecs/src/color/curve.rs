//! Tone curves: `curveType` and `parametricCurveType` (ICC.1:2022, 10.6 and 10.18).

use super::four::Four;
use super::profile::{fixed, u16_at, u32_at};
use super::{BROKEN, filled};
use crate::Problem;

/// Curves of more values are taken for broken: of 16 bits, there are no more.
const MOST_VALUES: usize = 65536;

/// A function from 0 to 1, to 0 to 1.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Curve {
    /// What comes in.
    Same,
    /// Values at even distances, the first of 0 and the last of 1, with straight lines between them. There are two or more.
    Table(Vec<f32>),
    /// (a·x + b)^g + e from `from` on, and c·x + f before.
    Power { g: f64, a: f64, b: f64, c: f64, from: f64, e: f64, f: f64 },
}

impl Curve {
    /// Reads a curve at the beginning of `data`, and how many bytes it takes.
    pub(super) fn read(data: &[u8]) -> Result<(Self, usize), Problem> {
        match data.get(..4) {
            Some(b"curv") => {
                let count = u32_at(data, 8)? as usize;
                if count > MOST_VALUES {
                    return Err(BROKEN);
                }
                let bytes = 12 + 2 * count;
                let values = data.get(12..bytes).ok_or(BROKEN)?;
                let curve = match count {
                    0 => Self::Same,
                    1 => Self::power(f64::from(u16_at(values, 0)?) / 256.0),
                    _ => Self::table_of_16_bits(values)?,
                };
                Ok((curve, bytes))
            }
            Some(b"para") => {
                let kind = u16_at(data, 8)?;
                let count = *[1, 3, 4, 5, 7].get(usize::from(kind)).ok_or(BROKEN)?;
                let mut numbers = [0.0; 7];
                for (i, number) in numbers.iter_mut().enumerate().take(count) {
                    *number = fixed(data, 12 + 4 * i)?;
                }
                Ok((Self::parametric(kind, numbers)?, 12 + 4 * count))
            }
            _ => Err(BROKEN),
        }
    }

    /// The table of these bytes, each a value.
    pub(super) fn table_of_8_bits(values: &[u8]) -> Result<Self, Problem> {
        Ok(Self::Table(filled(values.len(), |i| f32::from(values[i]) / 255.0)?))
    }

    /// The table of these numbers of two bytes.
    pub(super) fn table_of_16_bits(values: &[u8]) -> Result<Self, Problem> {
        let (values, _) = values.as_chunks::<2>();
        Ok(Self::Table(filled(values.len(), |i| f32::from(u16::from_be_bytes(values[i])) / 65535.0)?))
    }

    fn power(g: f64) -> Self {
        if g == 1.0 { Self::Same } else { Self::Power { g, a: 1.0, b: 0.0, c: 0.0, from: 0.0, e: 0.0, f: 0.0 } }
    }

    fn parametric(kind: u16, [g, a, b, c, d, e, f]: [f64; 7]) -> Result<Self, Problem> {
        if matches!(kind, 1 | 2) && a == 0.0 {
            return Err(BROKEN);
        }
        Ok(match kind {
            0 => Self::power(g),
            1 => Self::Power { g, a, b, c: 0.0, from: -b / a, e: 0.0, f: 0.0 },
            2 => Self::Power { g, a, b, c: 0.0, from: -b / a, e: c, f: c },
            3 => Self::Power { g, a, b, c, from: d, e: 0.0, f: 0.0 },
            _ => Self::Power { g, a, b, c, from: d, e, f },
        })
    }

    /// The value of this number, which need not be within 0 to 1.
    pub(super) fn at(&self, x: f64) -> f64 {
        let x = x.clamp(0.0, 1.0);
        let y = match self {
            Self::Same => x,
            Self::Table(values) => {
                let place = x * (values.len() - 1) as f64;
                let i = (place as usize).min(values.len() - 2);
                let (low, high) = (f64::from(values[i]), f64::from(values[i + 1]));
                low + (high - low) * (place - i as f64)
            }
            Self::Power { g, a, b, c, from, e, f } => {
                if x >= *from {
                    libm::pow((a * x + b).max(0.0), *g) + e
                } else {
                    c * x + f
                }
            }
        };
        y.clamp(0.0, 1.0)
    }
}

/// A curve as it is asked for each pixel: entries with straight lines between them.
pub(super) struct Lookup {
    /// Each with the rise to it from the one before. The first is that of 0. That of 1 is there twice, as places are rounded.
    entries: Vec<[f32; 2]>,
    /// Whether entries stand at even distances of the square root, so that curves that are steep at 0 have many there.
    by_root: bool,
}

impl Lookup {
    /// Distances between the entries of what is no table.
    const STEPS: usize = 4096;

    pub(super) fn new(curve: &Curve) -> Result<Self, Problem> {
        match curve {
            Curve::Same => Self::of(1, false, |i| i as f64),
            Curve::Table(values) => Self::of(values.len().saturating_sub(1), false, |i| {
                values.get(i).map_or(0.0, |value| f64::from(*value))
            }),
            Curve::Power { .. } => Self::by_root(|x| curve.at(x)),
        }
    }

    /// The entries of a function.
    fn by_root(function: impl Fn(f64) -> f64) -> Result<Self, Problem> {
        Self::of(Self::STEPS, true, |i| {
            let root = i as f64 / Self::STEPS as f64;
            function(root * root)
        })
    }

    fn of(steps: usize, by_root: bool, value: impl Fn(usize) -> f64) -> Result<Self, Problem> {
        let mut before = 0.0;
        let entry = |i: usize| {
            let value = value(i.min(steps));
            let rise = value - before;
            before = value;
            [value as f32, rise as f32]
        };
        Ok(Self { entries: filled(steps + 2, entry)?, by_root })
    }

    /// Distances between the entries.
    fn steps(&self) -> f32 {
        self.entries.len().saturating_sub(2) as f32
    }

    /// The value of a number from 0 to 1.
    pub(super) fn at(&self, x: f32) -> f32 {
        let place = (if self.by_root { x.sqrt() } else { x }) * self.steps();
        let next = place.ceil();
        self.near(next as u32, place - next)
    }

    /// The value at this entry, or before it by a part of the distance, which is -1 to 0.
    #[inline(always)]
    fn near(&self, entry: u32, part: f32) -> f32 {
        let [value, rise] = self.entries.get(entry as usize).copied().unwrap_or_default();
        value + rise * part
    }
}

/// The values of three curves, each at the place of one of three numbers, counted in distances between entries.
#[inline(always)]
fn values([a, b, c]: [&Lookup; 3], places: Four) -> [f32; 3] {
    let next = (places + Four::new([0.5; 3])).whole();
    let [d, e, f] = (places - Four::new(next.map(|entry| entry as f32))).numbers();
    [a.near(next[0], d), b.near(next[1], e), c.near(next[2], f)]
}

/// A function of three numbers, the same for each.
pub(super) struct Function(Lookup);

impl Function {
    pub(super) fn new(function: impl Fn(f64) -> f64) -> Result<Self, Problem> {
        Ok(Self(Lookup::by_root(function)?))
    }

    /// The values of these numbers; one below 0 is taken for 0, and one above 1 for 1.
    #[inline(always)]
    pub(super) fn at(&self, numbers: Four) -> [f32; 3] {
        values([&self.0; 3], numbers.limited().root() * Lookup::STEPS as f32)
    }
}

/// A curve for each of three numbers.
pub(super) struct Curves {
    curves: [Lookup; 3],
    /// Distances between the entries, or 0 where they are those of the square root; and the other way round.
    steps: Four,
    steps_of_root: Four,
}

impl Curves {
    pub(super) fn new(curves: Vec<Lookup>) -> Result<Self, Problem> {
        let curves: [Lookup; 3] = curves.try_into().map_err(|_| BROKEN)?;
        let steps = |by_root: bool| {
            let steps = |curve: &Lookup| if curve.by_root == by_root { curve.steps() } else { 0.0 };
            Four::new(curves.each_ref().map(steps))
        };
        Ok(Self { steps: steps(false), steps_of_root: steps(true), curves })
    }

    /// The values of these numbers; one below 0 is taken for 0, and one above 1 for 1.
    #[inline(always)]
    pub(super) fn at(&self, numbers: Four) -> [f32; 3] {
        let numbers = numbers.limited();
        values(self.curves.each_ref(), numbers * self.steps + numbers.root() * self.steps_of_root)
    }
}
