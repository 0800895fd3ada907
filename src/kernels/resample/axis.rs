//! Along one axis: which inputs each output is made of, and with which weights.

use std::ops::Range;

/// A kernel: how far it reaches, and its weight at a distance.
pub type Kernel = (f64, fn(f64) -> f64);

/// The inputs of each output: runs that begin at an even one and have an even length, since two are multiplied at a time.
#[derive(Debug)]
pub(super) struct Axis {
    first: Vec<u32>,
    /// Of each output; 0 for what only fills a run up.
    weights: Vec<i16>,
    taps: usize,
}

impl Axis {
    /// As Pillow's `resize`: the kernel is stretched where the axis shrinks, and what it would read outside is left out.
    pub(super) fn new(from: usize, to: usize, kernel: Kernel) -> Self {
        let exact: Vec<_> = (0..to).map(|i| exact(i, from, to, kernel)).collect();
        let taps = exact.iter().map(|(first, weights)| first % 2 + weights.len()).max().unwrap_or(1);
        let taps = taps.next_multiple_of(2);
        let mut weights = vec![0; to * taps];
        for ((first, exact), run) in exact.iter().zip(weights.chunks_exact_mut(taps)) {
            run[first % 2..].iter_mut().zip(super::fixed::weights(exact)).for_each(|(to, weight)| *to = weight);
        }
        Self { first: exact.iter().map(|(first, _)| (first - first % 2) as u32).collect(), weights, taps }
    }

    /// Inputs of a run.
    pub(super) fn taps(&self) -> usize {
        self.taps
    }

    /// The first input of an output.
    #[inline(always)]
    pub(super) fn first(&self, output: usize) -> usize {
        self.first[output] as usize
    }

    /// The weights of an output's run.
    pub(super) fn weights_of(&self, output: usize) -> &[i16] {
        &self.weights[output * self.taps..][..self.taps]
    }

    /// First inputs and weights of some outputs, as many weights as there are taps for each.
    pub(super) fn runs(&self, outputs: Range<usize>) -> (&[u32], &[i16]) {
        (&self.first[outputs.clone()], &self.weights[outputs.start * self.taps..outputs.end * self.taps])
    }

    /// The inputs that some outputs are made of.
    pub(super) fn reads(&self, outputs: &Range<usize>) -> Range<usize> {
        self.first(outputs.start)..self.first(outputs.end - 1) + self.taps
    }
}

/// The inputs of each output, and their weights, in single precision.
pub(super) struct Runs {
    runs: Vec<(usize, Range<usize>)>,
    weights: Vec<f32>,
    most: usize,
}

impl Runs {
    /// See [`exact`].
    pub(super) fn new(from: usize, to: usize, kernel: Kernel) -> Self {
        let mut weights = Vec::new();
        let runs: Vec<_> = (0..to)
            .map(|output| {
                let (first, run) = exact(output, from, to, kernel);
                let start = weights.len();
                weights.extend(run.iter().map(|weight| *weight as f32));
                (first, start..weights.len())
            })
            .collect();
        let most = runs.iter().map(|(_, run)| run.len()).max().unwrap_or(1);
        Self { runs, weights, most }
    }

    /// The first input of an output, and the weights from there on.
    pub(super) fn of(&self, output: usize) -> (usize, &[f32]) {
        let (first, run) = &self.runs[output];
        (*first, &self.weights[run.clone()])
    }

    /// The inputs that some outputs are made of.
    pub(super) fn reads(&self, outputs: Range<usize>) -> Range<usize> {
        let ends = outputs.clone().map(|output| self.of(output)).map(|(first, run)| first + run.len());
        self.of(outputs.start).0..ends.max().unwrap_or(0)
    }

    /// The same of rows, which are counted with a sign.
    pub(super) fn reads_rows(&self, outputs: &Range<isize>) -> Range<isize> {
        let reads = self.reads(outputs.start.cast_unsigned()..outputs.end.cast_unsigned());
        reads.start.cast_signed()..reads.end.cast_signed()
    }

    /// The most inputs of an output.
    pub(super) fn most(&self) -> usize {
        self.most
    }
}

/// The first input of an output, and the weights from there on, of sum 1.
pub(super) fn exact(output: usize, from: usize, to: usize, (support, kernel): Kernel) -> (usize, Vec<f64>) {
    if from == to {
        return (output, vec![1.0]);
    }
    let scale = from as f64 / to as f64;
    let stretch = scale.max(1.0);
    let reach = support * stretch;
    let centre = (output as f64 + 0.5) * scale;
    let first = (centre - reach + 0.5).floor().max(0.0) as usize;
    let end = ((centre + reach + 0.5).floor() as usize).min(from);
    let weights: Vec<_> = (first..end).map(|input| kernel((input as f64 + 0.5 - centre) / stretch)).collect();
    let sum: f64 = weights.iter().sum();
    (first, weights.iter().map(|weight| weight / sum).collect())
}
