//! Gaussian filtering of planes: the definition of the others, and what runs where alpha, linear light, 16 bits or floats
//! need more than fixed point has.

use super::weights::{bell, cut_bell};
use crate::image::{Border, Sample};
use crate::plan::{Area, AreaWindow, Node, Plan};
use crate::planes::{Holds, Sees};
use crate::scratch::Scratch;
use crate::stage::RowsMut;
use crate::vector::F4;
use std::sync::Arc;

/// Blurs an image. Colour is weighted with alpha, as linear light where `linear`.
pub fn blur(plan: &mut Plan, source: Node, sigma: f64, linear: bool, border: Border) -> Node {
    let sample = plan.layout(source).format().sample;
    let blurred = filter(plan, source, sigma, linear, border);
    if is_weighted(plan, source, border) {
        let layout = if border == Border::Transparent { plan.with_any_alpha(source) } else { plan.layout(source) };
        return plan.store_as(blurred, layout, Holds::Premultiplied, linear);
    }
    let layout = plan.layout(source);
    plan.store_as(blurred, layout, Holds::Scaled(scale_of_opaque(sample, sigma)), linear)
}

/// Whether a filtered image has a plane of alpha.
pub fn is_weighted(plan: &mut Plan, source: Node, border: Border) -> bool {
    border == Border::Transparent || !plan.is_opaque(source)
}

/// Planes of an image, filtered: premultiplied colours, and alpha where [`is_weighted`] says so.
pub fn filter(plan: &mut Plan, source: Node, sigma: f64, linear: bool, border: Border) -> Node {
    let weights: Arc<[f32]> = bell(sigma).into_iter().map(|weight| weight as f32).collect();
    let sees = if border == Border::Transparent {
        Sees::PremultipliedAlways
    } else {
        plan.is_opaque(source);
        Sees::Premultiplied
    };
    let planes = plan.planes_with_margin(source, sees, linear, weights.len() - 1, border);
    let across = plan.area(planes, border, Across { weights: Arc::clone(&weights), copied: 0 });
    plan.area(across, border, Down { weights, copied: 0 })
}

/// Other planes, filtered.
pub fn filter_planes(plan: &mut Plan, planes: Node, sigma: f64, border: Border) -> Node {
    filter_planes_by(plan, planes, 0, &bell(sigma), border)
}

/// The same of those after the first few, which are copied: so what is made of both needs no rows but these.
pub fn filter_planes_after(plan: &mut Plan, planes: Node, copied: usize, sigma: f64, border: Border) -> Node {
    filter_planes_by(plan, planes, copied, &bell(sigma), border)
}

/// The same by a bell that ends after `radius` pixels.
pub fn filter_planes_cut(plan: &mut Plan, planes: Node, sigma: f64, radius: usize, border: Border) -> Node {
    filter_planes_by(plan, planes, 0, &cut_bell(sigma, radius), border)
}

fn filter_planes_by(plan: &mut Plan, planes: Node, copied: usize, weights: &[f64], border: Border) -> Node {
    let weights: Arc<[f32]> = weights.iter().map(|weight| *weight as f32).collect();
    let across = plan.area(planes, border, Across { weights: Arc::clone(&weights), copied });
    plan.area(across, border, Down { weights, copied })
}

/// What the standard deviation of independent numbers is multiplied with, where they are filtered.
#[must_use]
pub fn deviation(sigma: f64) -> f64 {
    let weights = bell(sigma);
    weights[0] * weights[0] + 2.0 * weights[1..].iter().map(|weight| weight * weight).sum::<f64>()
}

/// What filtered colours of an opaque image are divided by: weights are rounded, and full alpha is no longer quite full.
#[must_use]
pub fn scale_of_opaque(sample: Sample, sigma: f64) -> f32 {
    let weights: Vec<f32> = bell(sigma).into_iter().map(|weight| weight as f32).collect();
    let pass = |value: f32| weights[1..].iter().fold(weights[0] * value, |sum, weight| sum + weight * (value + value));
    sample.full() / pass(pass(sample.full()))
}

/// Filters along rows.
struct Across {
    weights: Arc<[f32]>,
    /// The first planes, which are copied.
    copied: usize,
}

impl Area for Across {
    fn reach(&self) -> [usize; 2] {
        [self.weights.len() - 1, 0]
    }

    fn row(&self, window: &AreaWindow<'_>, out: &mut RowsMut<'_>, _: &mut Scratch) {
        let radius = self.weights.len() - 1;
        for plane in 0..window.planes() {
            let line = window.line(0, plane);
            if plane < self.copied {
                out.plane(0, plane).copy_from_slice(&line[radius..line.len() - radius]);
                continue;
            }
            symmetric(out.plane(0, plane), &self.weights, |tap| (&line[radius - tap..], &line[radius + tap..]));
        }
    }
}

/// Filters along columns.
struct Down {
    weights: Arc<[f32]>,
    /// The first planes, which are copied.
    copied: usize,
}

impl Area for Down {
    fn reach(&self) -> [usize; 2] {
        [0, self.weights.len() - 1]
    }

    fn row(&self, window: &AreaWindow<'_>, out: &mut RowsMut<'_>, _: &mut Scratch) {
        let radius = self.weights.len() - 1;
        for plane in 0..window.planes() {
            if plane < self.copied {
                out.plane(0, plane).copy_from_slice(window.line(radius, plane));
                continue;
            }
            let lines = |tap| (window.line(radius - tap, plane), window.line(radius + tap, plane));
            symmetric(out.plane(0, plane), &self.weights, lines);
        }
    }
}

/// Vectors that are summed at once, so that their sums stay in registers.
const BLOCK: usize = 4;

/// `w₀·centre + Σ wᵢ·(beforeᵢ + afterᵢ)`, where `lines` gives what lies `i` before and after; of 0 it gives the centre.
fn symmetric<'a>(out: &mut [f32], weights: &[f32], lines: impl Fn(usize) -> (&'a [f32], &'a [f32])) {
    let taps: Vec<_> = weights.iter().enumerate().map(|(tap, weight)| (lines(tap), *weight)).collect();
    let Some((((centre, _), middle), sides)) = taps.split_first() else { unreachable!("a kernel has a centre") };
    let (blocks, rest) = out.as_chunks_mut::<{ 4 * BLOCK }>();
    let done = blocks.len() * 4 * BLOCK;
    for (i, block) in blocks.iter_mut().enumerate() {
        let at = |line: &'a [f32]| -> &'a [[f32; 4]; BLOCK] {
            let line: &[f32; 4 * BLOCK] = line[i * 4 * BLOCK..].first_chunk().expect("lines are as long as the result");
            line.as_chunks().0.first_chunk().expect("a block")
        };
        let mut sums = [0, 1, 2, 3].map(|j| F4::splat(*middle) * F4::load(&at(centre)[j]));
        for ((before, after), weight) in sides {
            let (before, after, weight) = (at(before), at(after), F4::splat(*weight));
            for j in 0..BLOCK {
                sums[j] = sums[j] + weight * (F4::load(&before[j]) + F4::load(&after[j]));
            }
        }
        for (sums, out) in sums.into_iter().zip(block.as_chunks_mut().0) {
            sums.store(out);
        }
    }
    for (x, out) in (done..).zip(rest) {
        let mut sum = middle * centre[x];
        for ((before, after), weight) in sides {
            sum += weight * (before[x] + after[x]);
        }
        *out = sum;
    }
}
