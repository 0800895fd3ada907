//! One image on its way through its plan: a look for transparent pixels where the plan depends on it, then groups one
//! after another, the bands of each side by side.
//!
//! The only room with memory that several threads write at once; see the `SAFETY` lines.

use super::shared_bytes::SharedBytes;
use super::{Done, Outcome, Pool, Span, Ticket, cancelled, guarded, pause, thread_index};
use crate::error::{Class, Code, Error};
use crate::filter::Scratch;
use crate::image::{Layout, Rows};
use crate::kernels::window::are_opaque;
use crate::pipeline::{Group, Plan, Plans, Work, filter_at_work, run_in_place, run_strip, run_whole};
use std::cell::{RefCell, UnsafeCell};
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

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
        return done(Outcome { result: Err(error), spans: Vec::new() });
    }
    let job = Arc::new(Job {
        pool: Arc::clone(pool),
        is_opaque: AtomicBool::new(plans.ask_opaque()),
        plans,
        pixels: UnsafeCell::new(SharedBytes::new(buffers.pixels)),
        spare: UnsafeCell::new(SharedBytes::new(buffers.spare)),
        remaining: AtomicUsize::new(0),
        notes: Mutex::new(Notes { failure: None, spans: Vec::new(), done: Some(done) }),
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
    notes: Mutex<Notes>,
    ticket: Ticket,
}

struct Notes {
    failure: Option<Error>,
    spans: Vec<Span>,
    done: Option<Done<Buffers>>,
}

// SAFETY: the two `UnsafeCell`s are the only fields that are not `Sync` by themselves. They are touched as a whole only
// in `advance`, `finish_pass` and `finish`, which run on one thread at a time: `advance` before any band of the group
// is spawned, the others after the last one has ended (`remaining` reaches 0 with `AcqRel`, so all writes are visible).
// Bands in between touch disjoint rows, see `write_band`.
unsafe impl Sync for Job {}

/// A passage through the image, cut into bands.
#[derive(Clone, Copy)]
enum Pass {
    /// Looks for a transparent pixel.
    Look,
    /// Runs a group of the plan.
    Group(usize),
}

impl Job {
    fn begin(self: Arc<Self>) {
        if self.plans.ask_opaque() { self.start_bands(Pass::Look) } else { self.advance(0) }
    }

    /// The plan that is taken. It is settled once the image has been looked through.
    fn plan(&self) -> &Plan {
        self.plans.of(self.is_opaque.load(Ordering::Relaxed))
    }

    /// Starts group `index` of the plan, or ends the job after the last one.
    fn advance(self: Arc<Self>, mut index: usize) {
        loop {
            if self.ticket.is_cancelled() {
                self.fail(cancelled());
            }
            if self.lock().failure.is_some() {
                return self.finish();
            }
            match self.plan().groups().get(index) {
                None => return self.finish(),
                Some(Group { work: Work::Pause(duration), .. }) => {
                    let start = (self.pool.host.now)();
                    self.ticket.work(|| pause(self.pool.host, *duration, &self.ticket));
                    self.note_span(start);
                    index += 1;
                }
                Some(group) => {
                    if let Err(error) = self.make_room(group) {
                        self.fail(error);
                        continue;
                    }
                    break;
                }
            }
        }
        self.start_bands(Pass::Group(index));
    }

    /// Gives the second buffer the result's length where the group writes into it.
    fn make_room(&self, group: &Group) -> Result<(), Error> {
        if group.work.is_in_place() {
            return Ok(());
        }
        // SAFETY: no band is running yet, so this thread alone touches the buffer.
        let spare = unsafe { &mut *self.spare.get() };
        spare.resize(group.result.bytes())
    }

    fn start_bands(self: Arc<Self>, pass: Pass) {
        let cut = self.pool.bands;
        let (source, result, halo, per_thread) = match pass {
            Pass::Look => (self.plans.source(), self.plans.source(), 0, cut.per_thread),
            Pass::Group(index) => {
                let group = &self.plan().groups()[index];
                let is_whole = matches!(group.work, Work::Whole(..));
                let per_thread = if is_whole { cut.per_thread_of_whole } else { cut.per_thread };
                (group.source, group.result, group.halo(), per_thread)
            }
        };
        let worth_it = source.bytes().max(result.bytes()) / cut.least_bytes.max(1);
        let most = source.height() / (cut.rows_per_halo_row * 2 * halo).max(1);
        let for_threads = self.pool.threads().saturating_mul(per_thread);
        let bands = worth_it.min(most).min(result.height()).min(for_threads).max(1);
        self.remaining.store(bands, Ordering::Release);
        // In 64 bits: on wasm's 32 the product of a very high image would wrap round, and bands overlap.
        let rows_of_result = result.height() as u64;
        let edge = |band: usize| (rows_of_result * band as u64 / bands as u64) as usize;
        for band in 1..bands {
            let job = Arc::clone(&self);
            let rows = edge(band)..edge(band + 1);
            self.pool.spawn(Box::new(move || job.run_band(pass, rows)));
        }
        self.run_band(pass, 0..edge(1));
    }

    fn run_band(self: Arc<Self>, pass: Pass, rows: Range<usize>) {
        if !self.ticket.is_cancelled() {
            let start = (self.pool.host.now)();
            let work = || {
                self.ticket.work(|| match pass {
                    Pass::Look => self.look(rows),
                    Pass::Group(index) => self.write_band(index, rows),
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

    fn write_band(&self, index: usize, rows: Range<usize>) {
        let Group { work, source, result } = &self.plan().groups()[index];
        // SAFETY: bands of a group only read the first buffer, except for in-place groups, which take the branch below and
        // have no source.
        let source = || unsafe { self.source(*source) };
        let bytes_of_band = rows.start * result.stride()..rows.end * result.stride();
        let band = |buffer: &UnsafeCell<SharedBytes>| {
            // SAFETY: bands of a group are disjoint ranges of rows and each is run once, so no other thread holds these
            // bytes. The buffer as a whole is only looked at, which several threads may do at once.
            unsafe { (*buffer.get()).part_mut(bytes_of_band) }
        };
        match work {
            Work::InPlace(stages) => run_in_place(stages, band(&self.pixels)),
            Work::Strip(stages) => {
                with_scratch(&self.ticket, |scratch| run_strip(stages, &source(), rows, band(&self.spare), scratch));
            }
            Work::Whole(filter, neighbourhood) => {
                with_scratch(&self.ticket, |scratch| {
                    run_whole(filter, neighbourhood.as_ref(), &source(), rows, band(&self.spare), scratch)
                });
            }
            Work::Pause(_) => unreachable!("a pause has no bands"),
        }
    }

    /// After the last band of a pass: what was written becomes the source of the next.
    fn finish_pass(self: Arc<Self>, pass: Pass) {
        let Pass::Group(index) = pass else { return self.advance(0) };
        if !self.plan().groups()[index].work.is_in_place() {
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
        let outcome = Outcome { result, spans: std::mem::take(&mut notes.spans) };
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
