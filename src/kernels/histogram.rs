//! Counts of values over a whole image, as whole numbers.

use crate::color::whole_byte;
use crate::image::{Channels, Sample};
use crate::planes::Sees;
use crate::stage::{Measure, Report, Tally};

/// How many values are told apart: all that bytes and 16-bit numbers have, and as many of floats between 0 and 1.
#[must_use]
pub fn bins(sample: Sample) -> usize {
    match sample {
        Sample::U8 => 1 << 8,
        Sample::U16 | Sample::F32 => 1 << 16,
    }
}

/// The bin of a value. What lies outside 0 and full scale is counted at the ends.
#[must_use]
#[inline(always)]
pub fn bin(sample: Sample, value: f32) -> usize {
    match sample {
        Sample::U8 => usize::from(whole_byte(value)),
        Sample::U16 => value as usize,
        // A cast clamps below, and takes NaN for 0.
        Sample::F32 => ((value * 65_535.0 + 0.5) as usize).min(bins(sample) - 1),
    }
}

/// How often each value occurs, plane after plane.
pub type Counts = Vec<u64>;

/// Makes what is found of counts.
pub type Make = Box<dyn Fn(&Counts) -> (Tally, Option<Report>) + Send + Sync>;

/// Counts the values of planes.
pub struct Histogram {
    /// What is counted.
    pub sample: Sample,
    /// In which planes.
    pub sees: Sees,
    /// Of these channels.
    pub channels: Channels,
    /// What is made of the counts.
    pub make: Make,
}

impl Measure for Histogram {
    fn sees(&self) -> Sees {
        self.sees
    }

    fn begin(&self) -> Tally {
        Box::new(vec![0_u64; bins(self.sample) * self.sees.planes(self.channels)])
    }

    fn row(&self, _: usize, planes: &[f32], pixels: usize, tally: &mut Tally) {
        let counts = of(tally).chunks_exact_mut(bins(self.sample));
        for (values, counts) in planes.chunks_exact(pixels).zip(counts) {
            values.iter().for_each(|value| counts[bin(self.sample, *value)] += 1);
        }
    }

    fn join(&self, whole: &mut Tally, mut next: Tally) {
        of(whole).iter_mut().zip(of(&mut next)).for_each(|(whole, next)| *whole += *next);
    }

    fn finish(&self, mut tally: Tally) -> (Tally, Option<Report>) {
        (self.make)(of(&mut tally))
    }
}

fn of(tally: &mut Tally) -> &mut Counts {
    tally.downcast_mut().unwrap_or_else(|| unreachable!("a histogram begins with counts"))
}
