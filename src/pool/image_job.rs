//! One image on its way through its plan: a look for transparent pixels where the plan depends on it, then groups one
//! after another, the bands of each side by side. An image that lies in a room that is lent is only read there.

use super::canvas::Canvas;
use super::rest::with_rest;
use super::{Done, Finding, Outcome, Pool, Room, Span, Ticket, cancelled, guarded, pause, thread_index};
use crate::error::{Class, Code, Error};
use crate::image::{Layout, Rows, Size};
use crate::kernels::window::are_opaque;
use crate::pipeline::{
    Pass, Plan, Plans, Work, filter_at_work, run_band, run_in_place, run_into, run_measure, works_for,
};
use crate::scratch::Scratch;
use crate::stage::{Cut, Tally, Work as RowWork};
use std::cell::RefCell;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// Pixels on their way: the source, and a second buffer that becomes the result.
#[derive(Debug, Default)]
pub struct Buffers {
    /// The image, unless it lies in a room: then a buffer of any length. After the job: the result.
    pub pixels: Vec<u8>,
    /// A buffer of any length; used where the plan needs a second one.
    pub spare: Vec<u8>,
}

/// Bytes of a result that are finished while others are not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Where the whole result lies. There the bytes stay until the job is told to be done, and beyond.
    pub address: usize,
    /// Which bytes they are.
    pub bytes: Range<usize>,
    /// Bytes of the whole result.
    pub of: usize,
}

/// Who is told of finished parts, on the threads that finished them. What is told is of no use where the job fails.
pub type Parts = Box<dyn Fn(Part) + Send + Sync>;

/// Runs one of the plans on an image, which lies in the first buffer or at the beginning of a room. `done` is called once, on the
/// thread that finished it; before, where somebody wants to know, each part of the result is told.
pub fn run_image(
    pool: &Arc<Pool>,
    plans: Arc<Plans>,
    buffers: Buffers,
    room: Option<Arc<Room>>,
    ticket: Ticket,
    parts: Option<Parts>,
    done: Done<Buffers>,
) {
    let (parts, done) = match plans.rest() {
        None => (parts, done),
        // How large the result is, is not known until it is there.
        Some(rest) => (None, with_rest(pool, rest, &ticket, done)),
    };
    let wanted = plans.source().bytes();
    let bytes = room.as_ref().map_or(buffers.pixels.len(), |room| room.bytes().min(wanted));
    if bytes != wanted {
        let message = format!("the image needs {wanted} bytes, got {bytes}");
        let error = Error::new(Code::InvalidImage, Class::Range, message);
        return done(Outcome { result: Err(error), spans: Vec::new(), reports: Vec::new(), layout: None });
    }
    let job = Arc::new(Job {
        pool: Arc::clone(pool),
        is_opaque: AtomicBool::new(plans.ask_opaque()),
        found: (0..plans.found()).map(|_| OnceLock::new()).collect(),
        plans,
        canvas: Canvas::new(buffers, room),
        remaining: AtomicUsize::new(0),
        parts,
        notes: Mutex::new(Notes {
            failure: None,
            spans: Vec::new(),
            tallies: Vec::new(),
            reports: Vec::new(),
            cut: None,
            done: Some(done),
        }),
        ticket,
    });
    pool.spawn(Box::new(move || job.begin()));
}

struct Job {
    pool: Arc<Pool>,
    plans: Arc<Plans>,
    /// It is changed as a whole only in `advance`, `finish_pass` and `finish`, which run on one thread at a time: `advance`
    /// before any band of the group is spawned, the others after the last one has ended (`remaining` reaches 0 with `AcqRel`,
    /// so all writes are visible). Bands in between touch disjoint rows.
    canvas: Canvas,
    /// Bands of the running pass that are not finished.
    remaining: AtomicUsize,
    /// Whether no transparent pixel has been seen, where one is looked for: it decides which plan is taken.
    is_opaque: AtomicBool,
    /// What measures have found.
    found: Vec<OnceLock<Tally>>,
    parts: Option<Parts>,
    notes: Mutex<Notes>,
    ticket: Ticket,
}

struct Notes {
    failure: Option<Error>,
    spans: Vec<Span>,
    /// What was counted in each band of a measure, by its first row.
    tallies: Vec<(usize, Tally)>,
    reports: Vec<Finding>,
    /// What is left of the image, where its pixels have decided that.
    cut: Option<Size>,
    done: Option<Done<Buffers>>,
}

/// A passage through the image, cut into bands.
#[derive(Clone, Copy)]
enum Passage {
    /// Looks for a transparent pixel.
    Look,
    /// A pass of the plan.
    Pass(usize),
}

/// Rows of a passage.
type Band = (Passage, Range<usize>);

impl Job {
    fn begin(self: Arc<Self>) {
        let first = if self.plans.ask_opaque() { Some(self.start_bands(Passage::Look)) } else { self.advance(0) };
        self.run(first);
    }

    /// Works on a band, and where that was the last of its pass on one of the next: one after another, so that a thread's stack does
    /// not grow with the chain.
    fn run(self: Arc<Self>, mut next: Option<Band>) {
        while let Some((pass, rows)) = next {
            self.run_band(pass, rows);
            let was_last = self.remaining.fetch_sub(1, Ordering::AcqRel) == 1;
            next = if was_last { self.finish_pass(pass) } else { None };
        }
    }

    /// The plan that is taken. It is settled once the image has been looked through.
    fn plan(&self) -> &Plan {
        self.plans.of(self.is_opaque.load(Ordering::Relaxed))
    }

    /// Starts pass `index` of the plan, and returns the band of it that is for this thread; or ends the job after the last one.
    fn advance(self: &Arc<Self>, mut index: usize) -> Option<Band> {
        loop {
            if self.ticket.is_cancelled() {
                self.fail(cancelled());
            }
            let pass = self.plan().passes().get(index).filter(|_| self.lock().failure.is_none());
            let Some(pass) = pass else {
                self.finish();
                return None;
            };
            match &pass.work {
                Work::Pause(duration) => {
                    let start = (self.pool.host.now)();
                    self.ticket.work(|| pause(self.pool.host, *duration, &self.ticket));
                    self.note_span(start);
                    index += 1;
                }
                _ => {
                    // SAFETY: no band is running.
                    let make_room = || unsafe { self.canvas.make_room(pass.result.bytes()) };
                    if self.canvas.writes_spare(pass)
                        && let Err(error) = make_room()
                    {
                        self.fail(error);
                        continue;
                    }
                    if !matches!(pass.work, Work::Whole(..)) {
                        return Some(self.start_bands(Passage::Pass(index)));
                    }
                    // One thread does it; there are other images for the others.
                    self.remaining.store(1, Ordering::Release);
                    return Some((Passage::Pass(index), 0..pass.result.height()));
                }
            }
        }
    }

    /// Cuts a pass into bands, and returns the one that is for this thread.
    fn start_bands(self: &Arc<Self>, pass: Passage) -> Band {
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
            let job = Arc::clone(self);
            let rows = edge(band)..edge(band + 1);
            self.pool.spawn(Box::new(move || job.run(Some((pass, rows)))));
        }
        (pass, 0..edge(1))
    }

    fn run_band(&self, pass: Passage, rows: Range<usize>) {
        if !self.ticket.is_cancelled() {
            let start = (self.pool.host.now)();
            let work = || {
                self.ticket.work(|| match pass {
                    Passage::Look => self.look(rows.clone()),
                    Passage::Pass(index) => self.run_pass(index, rows.clone()),
                });
                Ok(())
            };
            let result = guarded(work, filter_at_work);
            self.note_span(start);
            match result {
                Ok(()) => self.tell_part(pass, rows),
                Err(error) => self.fail(error),
            }
        }
    }

    /// Tells of rows that the last pass has written.
    fn tell_part(&self, pass: Passage, rows: Range<usize>) {
        let (Some(tell), Passage::Pass(index)) = (&self.parts, pass) else { return };
        let passes = self.plan().passes();
        let pass = &passes[index];
        if index + 1 < passes.len() || !pass.writes() || self.ticket.is_cancelled() {
            return;
        }
        let address = self.canvas.address(pass);
        let stride = pass.result.stride();
        tell(Part { address, bytes: rows.start * stride..rows.end * stride, of: pass.result.bytes() });
    }

    /// The image as it is before a pass.
    ///
    /// # Safety
    /// As long as the rows live, the image is only read.
    unsafe fn source(&self, layout: Layout) -> Rows<'_> {
        // SAFETY: see above.
        Rows::new(layout, 0, unsafe { self.canvas.read(0..layout.bytes()) })
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
        let pass = &self.plan().passes()[index];
        let Pass { work, source, result } = pass;
        // SAFETY: bands of a pass only read the image, except for those that rewrite it, which have no source.
        let source = || unsafe { self.source(*source) };
        let bytes = rows.start * result.stride()..rows.end * result.stride();
        // SAFETY: bands of a pass are disjoint ranges of rows and each is run once, so no other thread holds these bytes.
        let out = || unsafe { self.canvas.write(pass, bytes.clone()) };
        // SAFETY: nobody writes where pixels are lent.
        let lent = || self.canvas.is_lent().then(|| unsafe { self.canvas.read(bytes.clone()) });
        match work {
            Work::InPlace(all) => match lent() {
                Some(pixels) => run_into(all, *result, pixels, out()),
                None => run_in_place(all, *result, out()),
            },
            Work::Graph(program) => {
                with_scratch(&self.ticket, |scratch| run_band(program, &source(), rows, out(), &self.found, scratch));
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
                let pixels = out();
                if let Some(lent) = lent() {
                    pixels.copy_from_slice(lent);
                }
                let mut cut = None;
                with_scratch(&self.ticket, |scratch| {
                    let found = &self.found;
                    cut = whole.run(pixels, &mut RowWork { memory: &mut [], continues: false, found, scratch });
                });
                if let Some(Cut { at: [x, y], size }) = cut {
                    let mut notes = self.lock();
                    let found = [("x", x), ("y", y)].map(|(name, at)| Finding { filter, name, value: at as f64 });
                    notes.reports.extend(found);
                    notes.cut = Some(size);
                }
            }
            Work::Pause(_) => unreachable!("a pause has no bands"),
        }
    }

    /// After the last band of a pass: what was written becomes the source of the next, which is started.
    fn finish_pass(self: &Arc<Self>, pass: Passage) -> Option<Band> {
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
        } else if self.canvas.writes_spare(pass) {
            // SAFETY: all bands have ended (`remaining` is 0).
            unsafe { self.canvas.take_written() };
        }
        self.advance(index + 1)
    }

    fn finish(&self) {
        // SAFETY: no band is running: `finish` is called from `advance` alone.
        let leave_room = || unsafe { self.canvas.leave_room(self.plans.source().bytes()) };
        let failed = self.lock().failure.is_some();
        if !failed && let Err(error) = leave_room() {
            self.fail(error);
        }
        // SAFETY: as above, and nothing follows.
        let mut buffers = unsafe { self.canvas.take() };
        let result = self.plan().result();
        let mut notes = self.lock();
        // What is a part of an image is none that cannot be addressed.
        let layout = notes.cut.and_then(|size| result.with_size(size).ok()).unwrap_or(result);
        buffers.pixels.truncate(layout.bytes());
        let result = notes.failure.take().map_or(Ok(buffers), Err);
        let (spans, reports) = (std::mem::take(&mut notes.spans), std::mem::take(&mut notes.reports));
        let outcome = Outcome { result, spans, reports, layout: Some(layout) };
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
