//! The filters natively: against other libraries, each by itself, and on more and more threads.
//!
//! Criterion keeps the times. What it does not know, whose output is whose and how far apart the outputs are, is written
//! to a report beside them, of which `scripts/bench-native.mjs` makes `docs/native.md`.

mod contestant;
mod difference;
mod filters;
mod libraries;
mod peers;
mod photo;
mod pixelpool_runs;

use contestant::Named;
use criterion::{Criterion, SamplingMode};
use serde_json::{Value, json};
use std::time::Duration;

/// Photos of about 2 and of 12 megapixels.
const HD: [u32; 2] = [1920, 1080];
const LARGE: [u32; 2] = [4000, 3000];

fn main() {
    let mut criterion = Criterion::default()
        .without_plots()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_millis(600))
        .configure_from_args();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let (photo, large) = (photo::photo(HD), photo::photo(LARGE));
    let report = json!({
        "threads": threads,
        "mean": difference::MOST_MEAN,
        "largest": difference::MOST,
        "margin": difference::MARGIN,
        "peers": peers::run(&mut criterion, &photo, &large),
        "filters": filters::run(&mut criterion, threads, &photo, &large),
        "scaling": filters::scale(&mut criterion, threads, &photo, &large),
    });
    criterion.final_summary();
    let file = concat!(env!("CARGO_TARGET_TMPDIR"), "/native.json");
    std::fs::write(file, report.to_string()).expect("the report can be written");
}

/// Measures contestants of one group, one after another. Returns the names that Criterion keeps their times by.
fn measure(criterion: &mut Criterion, group: &str, contestants: &mut [Named<'_>]) -> Value {
    let mut measured = criterion.benchmark_group(group);
    // The same number of runs for every sample: linear sampling takes minutes where a run takes half a second.
    measured.sampling_mode(SamplingMode::Flat);
    for (name, contestant) in contestants.iter_mut() {
        measured.bench_function(name.as_str(), |bencher| {
            bencher.iter_custom(|runs| (0..runs).map(|_| contestant.run()).sum());
        });
    }
    measured.finish();
    contestants.iter().map(|(name, _)| format!("{group}/{name}")).collect()
}
