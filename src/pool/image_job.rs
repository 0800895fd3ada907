//! One image on its way through its plan: a look for transparent pixels where the plan depends on it, then groups one
//! after another, the bands of each side by side.
//!
//! The only room with memory that several threads write at once; see the `SAFETY` lines.

use super::shared_bytes::SharedBytes;
use super::{Done, Finding, Outcome, Pool, Span, Ticket, cancelled, guarded, pause, thread_index};
use crate::error::{Class, Code, Error};
use crate::image::{Layout, Rows};
use crate::kernels::window::are_opaque;
use crate::pipeline::{Pass, Plan, Plans, Work, filter_at_work, run_band, run_in_place, run_measure, works_for};
use crate::scratch::Scratch;
use crate::stage::Tally;
use std::cell::{RefCell, UnsafeCell};
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// Pixels on their way: the source, and a second buffer that becomes the result.
#[derive(Debug, Default)]
pub struct Buffers {
    /// The image. After the job: the result.
    pub pixels: Vec<u8>,
    /// A buffer of any length; used where the plan needs a second one.
    pub spare: Vec<u8>,
}

/// Runs one of the plans on an image. `done` is called once, on the thread that finished it.
pub fn run_image(pool: &Arc<Pool>, plans: Arc<Plans>, buffers: Buffers, ticket: Ticket, done: Done<Buffers>) {
    if buffers.pixels.len() != plans.source().bytes() {
        let message = format!("the image needs {} bytes, got {}", plans.source().bytes(), buffers.pixels.len());
        let error = Error::new(Code::InvalidImage, Class::Range, message);
        return done(Outcome { result: Err(error), spans: Vec::new(), reports: Vec::new() });
    }
    let job = Arc::new(Job {
        pool: Arc::clone(pool),
        is_opaque: AtomicBool::new(plans.ask_opaque()),
        found: (0..plans.found()).map(|_| OnceLock::new()).collect(),
        plans,
        pixels: UnsafeCell::new(SharedBytes::new(buffers.pixels)),
        spare: UnsafeCell::new(SharedBytes::new(buffers.spare)),
        remaining: AtomicUsize::new(0),
        notes: Mutex::new(Notes {
            failure: None,
            spans: Vec::new(),
            tallies: Vec::new(),
            reports: Vec::new(),
            done: Some(done),
        }),
        ticket,
    });
    pool.spawn(Box::new(move || job.begin()));
}

struct Job {
    pool: Arc<Pool>,
    plans: Arc<Plans>,
    pixels: UnsafeCell<SharedBytes>,
    spare: UnsafeCell<SharedBytes>,
    /// Bands of the running pass that are not finished.
    remaining: AtomicUsize,
    /// Whether no transparent pixel has been seen, where one is looked for: it decides which plan is taken.
    is_opaque: AtomicBool,
    /// What measures have found.
    found: Vec<OnceLock<Tally>>,
    notes: Mutex<Notes>,
    ticket: Ticket,
}

struct Notes {
    failure: Option<Error>,
    spans: Vec<Span>,
    /// What was counted in each band of a measure, by its first row.
    tallies: Vec<(usize, Tally)>,
    reports: Vec<Finding>,
    done: Option<Done<Buffers>>,
}

// SAFETY: the two `UnsafeCell`s are the only fields that are not `Sync` by themselves. They are touched as a whole only
// in `advance`, `finish_pass` and `finish`, which run on one thread at a time: `advance` before any band of the group
// is spawned, the others after the last one has ended (`remaining` reaches 0 with `AcqRel`, so all writes are visible).
// Bands in between touch disjoint rows, see `write_band`.
unsafe impl Sync for Job {}

/// A passage through the image, cut into bands.
#[derive(Clone, Copy)]
enum Passage {
    /// Looks for a transparent pixel.
    Look,
    /// A pass of the plan.
    Pass(usize),
}

impl Job {
    fn begin(self: Arc<Self>) {
        if self.plans.ask_opaque() { self.start_bands(Passage::Look) } else { self.advance(0) }
    }

    /// The plan that is taken. It is settled once the image has been looked through.
    fn plan(&self) -> &Plan {
        self.plans.of(self.is_opaque.load(Ordering::Relaxed))
    }

    /// Starts pass `index` of the plan, or ends the job after the last one.
    fn advance(self: Arc<Self>, mut index: usize) {
        loop {
            if self.ticket.is_cancelled() {
                self.fail(cancelled());
            }
            if self.lock().failure.is_some() {
                return self.finish();
            }
            let Some(pass) = self.plan().passes().get(index) else { return self.finish() };
            match &pass.work {
                Work::Pause(duration) => {
                    let start = (self.pool.host.now)();
                    self.ticket.work(|| pause(self.pool.host, *duration, &self.ticket));
                    self.note_span(start);
                    index += 1;
                }
                Work::Whole(..) => {
                    // One thread does it; there are other images for the others.
                    self.remaining.store(1, Ordering::Release);
                    let rows = 0..pass.result.height();
                    return self.run_band(Passage::Pass(index), rows);
                }
                _ => {
                    if let Err(error) = self.make_room(pass) {
                        self.fail(error);
                        continue;
                    }
                    break;
                }
            }
        }
        self.start_bands(Passage::Pass(index));
    }

    /// Gives the second buffer the result's length where the pass writes into it.
    fn make_room(&self, pass: &Pass) -> Result<(), Error> {
        if pass.is_in_place() {
            return Ok(());
        }
        // SAFETY: no band is running yet, so this thread alone touches the buffer.
        let spare = unsafe { &mut *self.spare.get() };
        spare.resize(pass.result.bytes())
    }

    fn start_bands(self: Arc<Self>, pass: Passage) {
        let cut = self.pool.bands;
        let (source, result, halo, per_thread, step) = match pass {
            Passage::Look => (self.plans.source(), self.plans.source(), 0, cut.per_thread, 1),
            Passage::Pass(index) => {
                let pass = &self.plan().passes()[index];
                let (per_thread, step) = match &pass.work {
                    Work::Graph(program) if program.reads_whole() => (cut.per_thread_of_whole, program.band_step()),
                    Work::Graph(program) => (cut.per_thread, program.band_step()),
                    _ => (cut.per_thread, 1),
                };
                (pass.source, pass.result, pass.halo(), per_thread, step)
            }
        };
        let worth_it = source.bytes().max(result.bytes()) / cut.least_bytes.max(1);
        let most = source.height() / (cut.rows_per_halo_row * 2 * halo).max(1);
        let for_threads = self.pool.threads().saturating_mul(per_thread);
        let bands = worth_it.min(most).min(result.height().div_ceil(step)).min(for_threads).max(1);
        self.remaining.store(bands, Ordering::Release);
        // In 64 bits: on wasm's 32 the product of a very high image would wrap round, and bands overlap.
        let steps = result.height().div_ceil(step) as u64;
        let edge = |band: usize| ((steps * band as u64 / bands as u64) as usize * step).min(result.height());
        for band in 1..bands {
            let job = Arc::clone(&self);
            let rows = edge(band)..edge(band + 1);
            self.pool.spawn(Box::new(move || job.run_band(pass, rows)));
        }
        self.run_band(pass, 0..edge(1));
    }

    fn run_band(self: Arc<Self>, pass: Passage, rows: Range<usize>) {
        if !self.ticket.is_cancelled() {
            let start = (self.pool.host.now)();
            let work = || {
                self.ticket.work(|| match pass {
                    Passage::Look => self.look(rows),
                    Passage::Pass(index) => self.run_pass(index, rows),
                });
                Ok(())
            };
            let result = guarded(work, filter_at_work);
            self.note_span(start);
            if let Err(error) = result {
                self.fail(error);
            }
        }
        if self.remaining.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.finish_pass(pass);
        }
    }

    /// The image as it is before a pass.
    ///
    /// # Safety
    /// As long as the rows live, the first buffer is only read.
    unsafe fn source(&self, layout: Layout) -> Rows<'_> {
        // SAFETY: see above.
        Rows::new(layout, 0, unsafe { (*self.pixels.get()).part(0..layout.bytes()) })
    }

    fn look(&self, rows: Range<usize>) {
        // SAFETY: a look writes nothing.
        let source = unsafe { self.source(self.plans.source()) };
        // Where one transparent pixel has been seen, the rest need not be looked at.
        if self.is_opaque.load(Ordering::Relaxed) && !are_opaque(&source, rows) {
            self.is_opaque.store(false, Ordering::Relaxed);
        }
    }

    fn run_pass(&self, index: usize, rows: Range<usize>) {
        let Pass { work, source, result } = &self.plan().passes()[index];
        // SAFETY: bands of a pass only read the first buffer, except for those that rewrite it, which have no source.
        let source = || unsafe { self.source(*source) };
        let bytes_of_band = rows.start * result.stride()..rows.end * result.stride();
        let band = |buffer: &UnsafeCell<SharedBytes>| {
            // SAFETY: bands of a pass are disjoint ranges of rows and each is run once, so no other thread holds these
            // bytes. The buffer as a whole is only looked at, which several threads may do at once.
            unsafe { (*buffer.get()).part_mut(bytes_of_band) }
        };
        match work {
            Work::InPlace(all) => run_in_place(all, *result, band(&self.pixels)),
            Work::Graph(program) => {
                let out = band(&self.spare);
                with_scratch(&self.ticket, |scratch| run_band(program, &source(), rows, out, &self.found, scratch));
            }
            Work::Measure { filter, measure, .. } => {
                let first = rows.start;
                let mut tally = None;
                with_scratch(&self.ticket, |scratch| {
                    tally = Some(run_measure(filter, measure.as_ref(), &source(), rows, scratch));
                });
                self.lock().tallies.extend(tally.map(|tally| (first, tally)));
            }
            Work::Whole(filter, whole) => {
                works_for(filter);
                // The one band is the whole image.
                with_scratch(&self.ticket, |scratch| whole.run(band(&self.pixels), scratch));
            }
            Work::Pause(_) => unreachable!("a pause has no bands"),
        }
    }

    /// After the last band of a pass: what was written becomes the source of the next.
    fn finish_pass(self: Arc<Self>, pass: Passage) {
        let Passage::Pass(index) = pass else { return self.advance(0) };
        let pass = &self.plan().passes()[index];
        if let Work::Measure { filter, measure, found } = &pass.work {
            let mut notes = self.lock();
            let mut tallies = std::mem::take(&mut notes.tallies);
            drop(notes);
            tallies.sort_by_key(|(first, _)| *first);
            let mut whole = measure.begin();
            tallies.into_iter().for_each(|(_, tally)| measure.join(&mut whole, tally));
            let (whole, report) = measure.finish(whole);
            // Nobody has set it before: a pass ends once.
            let _ = self.found[*found].set(whole);
            let report = report.map(|(name, value)| Finding { filter, name, value });
            self.lock().reports.extend(report);
        } else if !pass.is_in_place() {
            // SAFETY: all bands have ended (`remaining` is 0), so this thread alone touches the buffers.
            unsafe { std::ptr::swap(self.pixels.get(), self.spare.get()) };
        }
        self.advance(index + 1);
    }

    fn finish(&self) {
        let take = |buffer: &UnsafeCell<SharedBytes>| {
            // SAFETY: no band is running: `finish` is called from `advance` alone.
            let buffer = unsafe { &mut *buffer.get() };
            std::mem::replace(buffer, SharedBytes::new(Vec::new())).into_bytes()
        };
        let buffers = Buffers { pixels: take(&self.pixels), spare: take(&self.spare) };
        let mut notes = self.lock();
        let result = notes.failure.take().map_or(Ok(buffers), Err);
        let (spans, reports) = (std::mem::take(&mut notes.spans), std::mem::take(&mut notes.reports));
        let outcome = Outcome { result, spans, reports };
        let done = notes.done.take();
        drop(notes);
        if let Some(done) = done {
            done(outcome);
        }
    }

    fn note_span(&self, start: f64) {
        let span = Span { thread: thread_index(), start, end: (self.pool.host.now)() };
        self.lock().spans.push(span);
    }

    fn fail(&self, error: Error) {
        self.lock().failure.get_or_insert(error);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Notes> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn with_scratch(ticket: &Ticket, work: impl FnOnce(&mut Scratch)) {
    SCRATCH.with(|scratch| {
        let scratch = &mut scratch.borrow_mut();
        scratch.watch(&ticket.stop);
        work(scratch);
    });
}
