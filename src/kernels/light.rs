//! Factors of linear light, one for each colour.

use crate::color::{decode_srgb, encode_srgb};
use crate::kernels::curve::Curve;
use crate::plan::{Node, Plan};
use std::sync::Arc;

/// Shares of luminance that the primaries of sRGB have (IEC 61966-2-1).
pub const LUMINANCE: [f64; 3] = [0.2126, 0.7152, 0.0722];

/// Multiplies red, green and blue of linear light so that white keeps its luminance: only how the factors compare counts.
pub fn tinted(plan: &mut Plan, source: Node, factors: [f64; 3]) -> Node {
    let luminance: f64 = factors.iter().zip(LUMINANCE).map(|(factor, share)| factor * share).sum();
    let curves = factors.map(|factor| -> Curve {
        let factor = factor / luminance;
        Arc::new(move |value| (255.0 * encode_srgb(factor * decode_srgb(value.abs() / 255.0))).copysign(value))
    });
    plan.curves(source, curves, None)
}
