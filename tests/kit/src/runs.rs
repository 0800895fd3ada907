//! Chains as steps, their plans, and runs with any number of threads.

use crate::{Registry, layouts};
use pixelpool::filter::{Definition, Filter};
use pixelpool::image::{CHANNELS, Image, Layout, Rows, Sample};
use pixelpool::params::Given;
use pixelpool::pipeline::{Chain, Plans, Step, Work, run_band};
use pixelpool::plan::Ways;
use pixelpool::pool::{Bands, Buffers, Host, Outcome, Pool, Ticket, run_image};
use pixelpool::scratch::Scratch;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::mpsc::channel;

/// One step of a chain.
pub fn step(kind: &str, given: &Given) -> Step {
    Step { kind: kind.into(), given: given.clone() }
}

/// A filter of the registry, made; the test fails where it is refused.
pub fn build(kind: &str, given: &Given, registry: Registry) -> Box<dyn Filter> {
    definition(kind, registry).build(given).unwrap_or_else(|error| panic!("{kind} {given:?}: {error}"))
}

/// The plans of a filter of the registry, for images of a layout.
pub fn plans(kind: &str, given: &Given, layout: Layout, registry: Registry) -> Plans {
    let chain =
        Chain::new(vec![step(kind, given)], registry).unwrap_or_else(|error| panic!("{kind} {given:?}: {error}"));
    chain.plan(layout).unwrap_or_else(|error| panic!("{kind} {given:?}: {error}"))
}

/// Whether a filter has anything to do with the pixels of images of a layout.
pub fn works(kind: &str, given: &Given, layout: Layout, registry: Registry) -> bool {
    !plans(kind, given, layout, registry).of(false).passes().iter().all(|pass| matches!(pass.work, Work::Pause(_)))
}

/// Whether anything that a filter does to images of a layout is done in bands.
pub fn is_cut(kind: &str, given: &Given, layout: Layout, registry: Registry) -> bool {
    let in_bands = |work: &Work| !matches!(work, Work::Pause(_) | Work::Whole(..));
    plans(kind, given, layout, registry).of(false).passes().iter().any(|pass| in_bands(&pass.work))
}

/// A band of a filter begins at a multiple of so many rows.
pub fn band_step(kind: &str, given: &Given, layout: Layout, registry: Registry) -> usize {
    let plans = plans(kind, given, layout, registry);
    let steps = [false, true].map(|is_opaque| {
        let step = |work: &Work| if let Work::Graph(program) = work { program.band_step() } else { 1 };
        plans.of(is_opaque).passes().iter().map(|pass| step(&pass.work)).max().unwrap_or(1)
    });
    steps[0].max(steps[1])
}

/// Runs the first pass of a plan over some of the rows of an image, and compares them with those of the whole. Rows begin
/// where a band may; `splits` names them by the height.
pub fn check_splits(
    kind: &str,
    given: &Given,
    image: &Image,
    registry: Registry,
    splits: impl Fn(usize) -> Vec<Range<usize>>,
) {
    for layout in layouts(image) {
        let plans = plans(kind, given, layout, registry);
        let Some(pass) = plans.of(layout.is_opaque()).passes().first() else { continue };
        let Work::Graph(program) = &pass.work else { continue };
        let mut scratch = Scratch::default();
        let source = Rows::new(pass.source, 0, image.data());
        let stride = pass.result.stride();
        let mut write = |rows: Range<usize>| {
            let mut out = vec![0xa5; rows.len() * stride];
            run_band(program, &source, rows, &mut out, &[], &mut scratch);
            out
        };
        let whole = write(0..pass.result.height());
        for rows in splits(pass.result.height()) {
            let rows = rows.start - rows.start % program.band_step()..rows.end;
            let same = write(rows.clone()) == whole[rows.start * stride..rows.end * stride];
            assert!(same, "{kind} {given:?}: rows {rows:?} of {layout:?}");
        }
    }
}

/// A row of the registry.
pub fn definition(kind: &str, registry: Registry) -> &'static Definition {
    registry.iter().find(|definition| definition.info.name == kind).expect("a filter of the registry")
}

/// A clock that a sleep puts forward instead of waiting.
fn host() -> Host {
    static SLEPT: AtomicU64 = AtomicU64::new(0);
    Host {
        now: || (Host::native().now)() + SLEPT.load(Relaxed) as f64 / 1000.0,
        sleep: |duration| {
            SLEPT.fetch_add(duration.as_micros() as u64 + 1, Relaxed);
        },
    }
}

/// A pool with no threads.
pub fn inline() -> Arc<Pool> {
    Arc::new(Pool::inline(host()))
}

/// A pool of `threads` threads.
pub fn threads(threads: usize) -> Arc<Pool> {
    Arc::new(Pool::with_threads(threads, host()))
}

/// Pools that cut every image into bands, however small it is: into single rows, and, with threads, into a few bands that
/// all of them take at once.
pub fn pools_with_small_bands() -> [Arc<Pool>; 2] {
    let rows = Bands { least_bytes: 1, per_thread: usize::MAX, per_thread_of_whole: usize::MAX, rows_per_halo_row: 0 };
    let few = Bands { per_thread: 2, per_thread_of_whole: 2, ..rows };
    let pools = [Pool::inline(host()).with_bands(rows), Pool::with_threads(3, host()).with_bands(few)];
    pools.map(Arc::new)
}

/// Runs a chain on an image and waits for it. The second buffer starts dirty, as one that has been used before.
pub fn run(pool: &Arc<Pool>, steps: Vec<Step>, image: &Image, registry: Registry) -> Image {
    run_and_count(pool, steps, image, registry).0
}

/// The same, and into how many bands it was cut, over all the groups of its plan.
pub fn run_and_count(pool: &Arc<Pool>, steps: Vec<Step>, image: &Image, registry: Registry) -> (Image, usize) {
    run_and_count_in(pool, steps, image, Ways::Fastest, usize::MAX, registry)
}

/// Runs a chain in one of two ways.
pub fn run_in(pool: &Arc<Pool>, steps: Vec<Step>, image: &Image, ways: Ways, registry: Registry) -> Image {
    run_and_count_in(pool, steps, image, ways, usize::MAX, registry).0
}

/// Runs a chain in tiles of at most so many columns.
pub fn run_in_tiles(steps: Vec<Step>, image: &Image, most: usize, registry: Registry) -> Image {
    run_and_count_in(&inline(), steps, image, Ways::Fastest, most, registry).0
}

fn run_and_count_in(
    pool: &Arc<Pool>,
    steps: Vec<Step>,
    image: &Image,
    ways: Ways,
    most_columns: usize,
    registry: Registry,
) -> (Image, usize) {
    let names: Vec<_> = steps.iter().map(|step| step.kind.clone()).collect();
    let chain = Chain::new(steps, registry).unwrap_or_else(|error| panic!("{error}"));
    let plans = chain.plan_in(image.layout(), ways).unwrap_or_else(|error| panic!("{names:?}: {error}"));
    let plans = plans.in_tiles(most_columns);
    let buffers = Buffers { pixels: image.data().to_vec(), spare: vec![0xa5; image.layout().bytes()] };
    let (send, receive) = channel();
    let done = Box::new(move |outcome: Outcome<Buffers>| send.send(outcome).expect("the test waits"));
    run_image(pool, Arc::new(plans), buffers, None, Ticket { job: 0, stop: Arc::default() }, None, done);
    let Outcome { result, spans, layout, .. } = receive.recv().expect("every job ends");
    let pixels = result.unwrap_or_else(|error| panic!("{names:?}: {error}")).pixels;
    let layout = layout.expect("an image has one");
    let image = match layout.format().sample {
        Sample::U8 if layout.format().channels.count() == CHANNELS => {
            Image::new(layout.width(), layout.height(), pixels)
        }
        _ => Image::of(layout, pixels),
    };
    (image.expect("a result has the size of its plan"), spans.len())
}

/// Runs one filter without threads.
pub fn run_one(kind: &str, given: &Given, image: &Image, registry: Registry) -> Image {
    run(&inline(), vec![step(kind, given)], image, registry)
}
