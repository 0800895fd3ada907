//! Channels mixed from each other.

use crate::error::Error;
use crate::filter::Filter;
use crate::kernels::matrix::{apply, of_color};
use crate::params::{Length, filter, numbers};
use crate::plan::{Node, Plan};

const RED: &[f64] = &[1.0, 0.0, 0.0];
const GREEN: &[f64] = &[0.0, 1.0, 0.0];
const BLUE: &[f64] = &[0.0, 0.0, 1.0];
/// More of the others than of itself.
const MIXED: &[f64] = &[0.2, 0.7, 0.1];

filter! {
    /// Makes each colour channel anew from all three. Alpha is copied.
    ///
    /// `R' = red[0]·R + red[1]·G + red[2]·B`, and green and blue likewise from their own factors.
    ///
    /// Class R. Reference: OpenCV's `transform` in double precision.
    pub struct ChannelMixer = "channelMixer", "Channel mixer", Color {
        /// Factors of red, green and blue for the new red.
        red: Vec<f64> = numbers(Length::Exactly(3), MIXED).or(RED),
        /// Factors of red, green and blue for the new green.
        green: Vec<f64> = numbers(Length::Exactly(3), MIXED).or(GREEN),
        /// Factors of red, green and blue for the new blue.
        blue: Vec<f64> = numbers(Length::Exactly(3), MIXED).or(BLUE),
    }
    alpha: Copied,
    identity: Where("red" = Numbers(RED), "green" = Numbers(GREEN), "blue" = Numbers(BLUE)),
}

impl Filter for ChannelMixer {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        let rows = [&self.red, &self.green, &self.blue].map(|row| std::array::from_fn(|i| row[i]));
        Ok(apply(plan, source, &of_color(rows)))
    }
}
