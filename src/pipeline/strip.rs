//! A band of a group: its stages one after another, over the strip of the source that the band needs.

use super::plan::Placed;
use crate::filter::{Neighbourhood, Point, Scratch, Stage};
use crate::image::Rows;
use std::cell::Cell;
use std::ops::Range;

thread_local! {
    static AT_WORK: Cell<Option<&'static str>> = const { Cell::new(None) };
}

/// The filter whose stage the calling thread has begun last: after a panic, the one that panicked.
#[must_use]
pub fn filter_at_work() -> Option<&'static str> {
    AT_WORK.get()
}

/// Pixels that a run of pixel functions takes at a time: few enough to stay in the first cache.
const BLOCK: usize = 4096;

/// Rewrites pixels where they lie.
pub fn run_in_place(stages: &[Placed], pixels: &mut [u8]) {
    let Some(first) = stages.first() else { return };
    for block in pixels.chunks_mut(BLOCK * first.source.format().bytes()) {
        for stage in stages {
            apply_point(stage, block);
        }
    }
}

fn apply_point(placed: &Placed, pixels: &mut [u8]) {
    AT_WORK.set(Some(placed.filter));
    match &placed.stage {
        Stage::Point(point) => Point::apply(point.as_ref(), pixels),
        Stage::Neighbourhood(_) | Stage::Pause(_) => unreachable!("these are groups of their own"),
    }
}

/// Writes rows of a strip group's result.
pub fn run_strip(stages: &[Placed], source: &Rows<'_>, rows: Range<usize>, out: &mut [u8], scratch: &mut Scratch) {
    let last = stages.iter().rposition(Placed::is_neighbourhood).unwrap_or(0);
    let (before, after) = stages.split_at(last);
    let Some((placed, after)) = after.split_first() else { unreachable!("a strip group has stages") };
    let Placed { filter, source: layout, stage: Stage::Neighbourhood(neighbourhood) } = placed else {
        unreachable!("a strip group has a neighbourhood")
    };
    if before.is_empty() {
        AT_WORK.set(Some(filter));
        neighbourhood.write(source, rows, out, scratch);
    } else {
        let needed = neighbourhood.reads(&rows, layout.size());
        let mut strip = scratch.bytes(needed.len() * layout.stride());
        if before.iter().any(Placed::is_neighbourhood) {
            run_strip(before, source, needed.clone(), &mut strip, scratch);
        } else {
            strip.copy_from_slice(source.span(needed.clone()));
            run_in_place(before, &mut strip);
        }
        AT_WORK.set(Some(filter));
        neighbourhood.write(&Rows::new(*layout, needed.start, &strip), rows, out, scratch);
        scratch.give_bytes(strip);
    }
    run_in_place(after, out);
}

/// Writes rows of the result of a neighbourhood that reads the whole image.
pub fn run_whole(
    filter: &'static str,
    neighbourhood: &dyn Neighbourhood,
    source: &Rows<'_>,
    rows: Range<usize>,
    out: &mut [u8],
    scratch: &mut Scratch,
) {
    AT_WORK.set(Some(filter));
    neighbourhood.write(source, rows, out, scratch);
}
