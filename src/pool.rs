//! Threads: the only room that knows rayon.
//!
//! An image is a job, and each group of its plan is cut into bands of rows that threads take like any other task. A job
//! never waits: the thread that finishes the last band of a group starts the next group. So no thread is ever parked
//! inside an image while work is queued, small images run side by side and a large one in bands, by the same code. The
//! bytes do not depend on the bands, because a stage's bytes do not depend on how rows are split.

use crate::error::{Code, Error};
use crate::filter::{Flat, Scratch};
use crate::image::Rows;
use crate::pipeline::{Plan, Work, run_in_place, run_strip};
use std::cell::{RefCell, UnsafeCell};
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// What the host gives: a browser has no clock and no sleep of the standard library's.
#[derive(Debug, Clone, Copy)]
pub struct Host {
    /// Milliseconds on a clock that all threads share.
    pub now: fn() -> f64,
    /// Lets the calling thread sleep.
    pub sleep: fn(Duration),
}

impl Host {
    /// The standard library's clock and sleep.
    #[cfg(not(target_arch = "wasm32"))]
    #[must_use]
    pub fn native() -> Self {
        use std::sync::LazyLock;
        use std::time::Instant;
        static START: LazyLock<Instant> = LazyLock::new(Instant::now);
        Self { now: || START.elapsed().as_secs_f64() * 1000.0, sleep: std::thread::sleep }
    }
}

/// One stretch of work of one thread, in milliseconds of [`Host::now`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Span {
    /// The thread, from 0.
    pub thread: usize,
    /// When it began.
    pub start: f64,
    /// When it ended.
    pub end: f64,
}

enum Executor {
    /// Everything at once, on the calling thread.
    Inline,
    /// The process's own pool: in a browser the one that wasm-bindgen-rayon has built.
    #[cfg(feature = "threads")]
    Global,
    /// A pool of this many threads.
    #[cfg(all(feature = "threads", not(target_arch = "wasm32")))]
    Threads(rayon::ThreadPool),
}

/// Threads that run tasks.
pub struct Pool {
    executor: Executor,
    host: Host,
}

type Task = Box<dyn FnOnce() + Send>;

impl Pool {
    /// No threads: tasks run at once where they are given.
    #[must_use]
    pub fn inline(host: Host) -> Arc<Self> {
        Arc::new(Self { executor: Executor::Inline, host })
    }

    /// The process's own pool.
    #[cfg(feature = "threads")]
    #[must_use]
    pub fn global(host: Host) -> Arc<Self> {
        Arc::new(Self { executor: Executor::Global, host })
    }

    /// A pool of `threads` threads of its own.
    ///
    /// # Panics
    /// Where the operating system refuses the threads.
    #[cfg(all(feature = "threads", not(target_arch = "wasm32")))]
    #[must_use]
    pub fn with_threads(threads: usize, host: Host) -> Arc<Self> {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads can be started");
        Arc::new(Self { executor: Executor::Threads(pool), host })
    }

    /// How many threads there are.
    #[must_use]
    pub fn threads(&self) -> usize {
        match &self.executor {
            Executor::Inline => 1,
            #[cfg(feature = "threads")]
            Executor::Global => rayon::current_num_threads(),
            #[cfg(all(feature = "threads", not(target_arch = "wasm32")))]
            Executor::Threads(pool) => pool.current_num_threads(),
        }
    }

    fn spawn(&self, task: Task) {
        match &self.executor {
            Executor::Inline => task(),
            #[cfg(feature = "threads")]
            Executor::Global => rayon::spawn(task),
            #[cfg(all(feature = "threads", not(target_arch = "wasm32")))]
            Executor::Threads(pool) => pool.spawn(task),
        }
    }
}

fn thread_index() -> usize {
    #[cfg(feature = "threads")]
    return rayon::current_thread_index().unwrap_or(0);
    #[cfg(not(feature = "threads"))]
    0
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// What a job ended in, and which thread worked on it when.
#[derive(Debug)]
pub struct Outcome<T> {
    /// The result, or why there is none.
    pub result: Result<T, Error>,
    /// The stretches of work, in the order they ended.
    pub spans: Vec<Span>,
}

/// Pixels on their way: the source, and a second buffer that becomes the result.
#[derive(Debug, Default)]
pub struct Buffers {
    /// The image. After the job: the result.
    pub pixels: Vec<u8>,
    /// A buffer of any length; used where the plan needs a second one.
    pub spare: Vec<u8>,
}

type Done<T> = Box<dyn FnOnce(Outcome<T>) + Send>;

/// Runs a plan on an image. `done` is called once, on the thread that finished it.
pub fn run_image(pool: &Arc<Pool>, plan: Arc<Plan>, buffers: Buffers, stop: Arc<AtomicBool>, done: Done<Buffers>) {
    let job = Arc::new(Job {
        pool: Arc::clone(pool),
        plan,
        pixels: UnsafeCell::new(buffers.pixels),
        spare: UnsafeCell::new(buffers.spare),
        remaining: AtomicUsize::new(0),
        notes: Mutex::new(Notes { failure: None, spans: Vec::new(), done: Some(done) }),
        stop,
    });
    pool.spawn(Box::new(move || job.advance(0)));
}

/// Runs a chain on a flat list of numbers, on one thread.
pub fn run_numbers(
    pool: &Arc<Pool>,
    stages: Vec<Flat>,
    mut numbers: Vec<f64>,
    stop: Arc<AtomicBool>,
    done: Done<Vec<f64>>,
) {
    let host = pool.host;
    pool.spawn(Box::new(move || {
        let start = (host.now)();
        let result = guarded(|| {
            for stage in &stages {
                if stop.load(Ordering::Relaxed) {
                    return Err(cancelled());
                }
                match stage {
                    Flat::Map(map) => map(&mut numbers),
                    Flat::Pause(duration) => (host.sleep)(*duration),
                }
            }
            Ok(())
        });
        let spans = vec![Span { thread: thread_index(), start, end: (host.now)() }];
        done(Outcome { result: result.map(|()| numbers), spans });
    }));
}

struct Job {
    pool: Arc<Pool>,
    plan: Arc<Plan>,
    pixels: UnsafeCell<Vec<u8>>,
    spare: UnsafeCell<Vec<u8>>,
    /// Bands of the running group that are not finished.
    remaining: AtomicUsize,
    notes: Mutex<Notes>,
    stop: Arc<AtomicBool>,
}

struct Notes {
    failure: Option<Error>,
    spans: Vec<Span>,
    done: Option<Done<Buffers>>,
}

// SAFETY: the two `UnsafeCell`s are the only fields that are not `Sync` by themselves. They are touched as a whole only
// in `advance`, `finish_band` and `finish`, which run on one thread at a time: `advance` before any band of the group
// is spawned, the others after the last one has ended (`remaining` reaches 0 with `AcqRel`, so all writes are visible).
// Bands in between touch disjoint rows, see `run_band`.
unsafe impl Sync for Job {}

/// A band holds at least so many bytes: below that, handing it over costs more than it saves.
const BAND_BYTES: usize = 256 * 1024;
/// Bands for each thread, so that a thread that comes late still finds work.
const BANDS_A_THREAD: usize = 4;
/// A band is so many times as high as the halo it reads beside its own rows.
const ROWS_A_HALO_ROW: usize = 4;

impl Job {
    /// Starts group `index` of the plan, or ends the job after the last one.
    fn advance(self: Arc<Self>, mut index: usize) {
        loop {
            if self.stop.load(Ordering::Relaxed) {
                self.fail(cancelled());
            }
            if self.lock().failure.is_some() {
                return self.finish();
            }
            match self.plan.groups().get(index) {
                None => return self.finish(),
                Some(Work::Pause(duration)) => {
                    let start = (self.pool.host.now)();
                    (self.pool.host.sleep)(*duration);
                    self.note_span(start);
                    index += 1;
                }
                Some(work) => {
                    if let Err(error) = self.make_room(work) {
                        self.fail(error);
                        continue;
                    }
                    break;
                }
            }
        }
        self.start_bands(index);
    }

    /// Gives the second buffer the image's length where the group writes into it.
    fn make_room(&self, work: &Work) -> Result<(), Error> {
        if matches!(work, Work::InPlace(_)) {
            return Ok(());
        }
        let bytes = self.plan.size().bytes();
        // SAFETY: no band is running yet, so this thread alone touches the buffer.
        let spare = unsafe { &mut *self.spare.get() };
        resize(spare, bytes)
    }

    fn start_bands(self: Arc<Self>, index: usize) {
        let size = self.plan.size();
        let halo = match &self.plan.groups()[index] {
            Work::Strip(stages) => stages.iter().map(crate::pipeline::rows_of_halo).sum(),
            _ => 0,
        };
        let least = (BAND_BYTES / size.stride()).max(ROWS_A_HALO_ROW * 2 * halo).max(1);
        let bands = (size.height() / least).clamp(1, self.pool.threads() * BANDS_A_THREAD);
        self.remaining.store(bands, Ordering::Release);
        let edge = |band: usize| size.height() * band / bands;
        for band in 1..bands {
            let job = Arc::clone(&self);
            let rows = edge(band)..edge(band + 1);
            self.pool.spawn(Box::new(move || job.run_band(index, rows)));
        }
        self.run_band(index, 0..edge(1));
    }

    fn run_band(self: Arc<Self>, index: usize, rows: Range<usize>) {
        if !self.stop.load(Ordering::Relaxed) {
            let start = (self.pool.host.now)();
            let result = guarded(|| {
                self.write_band(index, rows);
                Ok(())
            });
            self.note_span(start);
            if let Err(error) = result {
                self.fail(error);
            }
        }
        if self.remaining.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.finish_band(index);
        }
    }

    fn write_band(&self, index: usize, rows: Range<usize>) {
        let size = self.plan.size();
        let (start, length) = (rows.start * size.stride(), rows.len() * size.stride());
        // SAFETY: `source` is only read while bands of a group run, except by in-place groups, which take the branch
        // below and never build this slice. The buffer holds `size.bytes()` bytes: checked when the job was made.
        let source = || unsafe { std::slice::from_raw_parts((*self.pixels.get()).as_ptr(), size.bytes()) };
        let band = |buffer: &UnsafeCell<Vec<u8>>| {
            // SAFETY: bands of a group are disjoint ranges of rows inside the image and each is run once, so no other
            // thread holds these bytes; `make_room` and the constructor gave both buffers the image's length. The
            // vector itself is only read (for its address), which several threads may do at once.
            unsafe { std::slice::from_raw_parts_mut((*buffer.get()).as_ptr().cast_mut().add(start), length) }
        };
        match &self.plan.groups()[index] {
            Work::InPlace(stages) => run_in_place(stages, band(&self.pixels)),
            Work::Strip(stages) => {
                let rows_of_source = Rows::new(size, 0, source());
                with_scratch(|scratch| run_strip(stages, &rows_of_source, rows, band(&self.spare), scratch));
            }
            Work::Whole(neighbourhood) => {
                let rows_of_source = Rows::new(size, 0, source());
                with_scratch(|scratch| neighbourhood.write(&rows_of_source, rows, band(&self.spare), scratch));
            }
            Work::Pause(_) => unreachable!("a pause has no bands"),
        }
    }

    /// After the last band of a group: what was written becomes the source of the next.
    fn finish_band(self: Arc<Self>, index: usize) {
        if !matches!(self.plan.groups()[index], Work::InPlace(_)) {
            // SAFETY: all bands have ended (`remaining` is 0), so this thread alone touches the buffers.
            unsafe { std::ptr::swap(self.pixels.get(), self.spare.get()) };
        }
        self.advance(index + 1);
    }

    fn finish(&self) {
        // SAFETY: no band is running: `finish` is called from `advance` alone.
        let (pixels, spare) = unsafe { (&mut *self.pixels.get(), &mut *self.spare.get()) };
        let buffers = Buffers { pixels: std::mem::take(pixels), spare: std::mem::take(spare) };
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

fn with_scratch(work: impl FnOnce(&mut Scratch)) {
    SCRATCH.with(|scratch| work(&mut scratch.borrow_mut()));
}

fn cancelled() -> Error {
    Error::runtime(Code::Cancelled, "the batch was cancelled")
}

/// Runs a filter's code so that a panic is an error of this image and nothing more.
fn guarded(work: impl FnOnce() -> Result<(), Error>) -> Result<(), Error> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|payload| {
        let message = payload
            .downcast_ref::<&str>()
            .map(ToString::to_string)
            .or_else(|| payload.downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "no message".into());
        Err(Error::runtime(Code::FilterPanicked, format!("the filter panicked: {message}")))
    })
}

/// Gives a buffer a length, telling instead of aborting where memory is short. Its bytes may be any.
///
/// # Errors
/// `out-of-memory`.
pub fn resize<T: Clone + Default>(buffer: &mut Vec<T>, length: usize) -> Result<(), Error> {
    if buffer.len() < length && buffer.try_reserve_exact(length - buffer.len()).is_err() {
        let bytes = length * size_of::<T>();
        return Err(Error::runtime(Code::OutOfMemory, format!("there is no memory for another {bytes} bytes")));
    }
    buffer.resize(length, T::default());
    Ok(())
}
