//! Time that passes: the exercise's stand-in for heavy work.

use crate::error::Error;
use crate::filter::{Filter, Flat};
use crate::plan::{Node, Plan};
use crate::params::{filter, number};
use std::time::Duration;

filter! {
    /// Sleeps on the thread that runs the image and changes nothing: shows how a pool shares its work.
    ///
    /// The image comes back as it was given. It takes at least this long, once for an image however many threads work
    /// on it, and once for a flat list.
    ///
    /// Class E.
    pub struct Delay = "delay", "Delay", Technical, intensity "milliseconds" {
        /// How long.
        milliseconds: f64 = number(100.0).range(0.0, 60_000.0).soft(0.0, 1_000.0).step(10.0).unit("ms"),
    }
    alpha: Copied,
    identity: Always,
}

impl Delay {
    fn duration(&self) -> Duration {
        Duration::from_nanos((self.milliseconds * 1e6).round() as u64)
    }
}

impl Filter for Delay {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        plan.pause(self.duration());
        Ok(source)
    }

    fn flat(&self) -> Option<Flat> {
        Some(Flat::Pause(self.duration()))
    }
}
