//! Threads: the only room that knows rayon.
//!
//! An image is a job, and each group of its plan is cut into bands of rows that threads take like any other task. A job
//! never waits: the thread that finishes the last band of a group starts the next group. So no thread is ever parked
//! inside an image while work is queued, small images run side by side and a large one in bands, by the same code. The
//! bytes do not depend on the bands, because a stage's bytes do not depend on how rows are split.

mod canvas;
mod image_job;
mod rest;
mod room;
mod shared_bytes;

use crate::error::{Code, Error};
use crate::filter::Flat;
use crate::image::Layout;
use crate::scratch::NoMemory;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

pub use image_job::{Buffers, Part, Parts, run_image};
pub use room::Room;

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

/// How the rows of an image are cut into bands, which threads take one after another. The bytes do not depend on it.
#[derive(Debug, Clone, Copy)]
pub struct Bands {
    /// A band holds at least so many bytes: below that, handing it over costs more than it saves.
    pub least_bytes: usize,
    /// Bands for each thread, so that a thread that comes late still finds work.
    pub per_thread: usize,
    /// The same where each row may be made of the whole image: every band may then prepare rows far outside it, so with
    /// few bands few rows are prepared twice.
    pub per_thread_of_whole: usize,
    /// A band is so many times as high as the halo it reads beside its own rows.
    pub rows_per_halo_row: usize,
}

impl Default for Bands {
    fn default() -> Self {
        Self { least_bytes: 256 * 1024, per_thread: 4, per_thread_of_whole: 1, rows_per_halo_row: 2 }
    }
}

/// Threads that run tasks.
pub struct Pool {
    executor: Executor,
    host: Host,
    bands: Bands,
}

type Task = Box<dyn FnOnce() + Send>;

impl Pool {
    /// No threads: tasks run at once where they are given.
    #[must_use]
    pub fn inline(host: Host) -> Self {
        Self::new(Executor::Inline, host)
    }

    /// The process's own pool.
    #[cfg(feature = "threads")]
    #[must_use]
    pub fn global(host: Host) -> Self {
        Self::new(Executor::Global, host)
    }

    /// A pool of `threads` threads of its own.
    ///
    /// # Panics
    /// Where the operating system refuses the threads.
    #[cfg(all(feature = "threads", not(target_arch = "wasm32")))]
    #[must_use]
    pub fn with_threads(threads: usize, host: Host) -> Self {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads can be started");
        Self::new(Executor::Threads(pool), host)
    }

    fn new(executor: Executor, host: Host) -> Self {
        Self { executor, host, bands: Bands::default() }
    }

    /// The same pool, with images cut in another way.
    #[must_use]
    pub fn with_bands(self, bands: Bands) -> Self {
        Self { bands, ..self }
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

/// Runs `work` once on every thread, after what the thread is at.
#[cfg(feature = "threads")]
pub fn on_every_thread(work: fn()) {
    rayon::spawn_broadcast(move |_| work());
}

/// A job as the pool sees it.
#[derive(Debug, Clone)]
pub struct Ticket {
    /// Its number, as the caller gave it.
    pub job: u32,
    /// Set when nobody wants its result any more.
    pub stop: Arc<AtomicBool>,
}

impl Ticket {
    fn is_cancelled(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Runs a piece of its work, noted in [`working_on`] meanwhile.
    fn work<T>(&self, work: impl FnOnce() -> T) -> T {
        let word = working_on();
        word.store(self.job.wrapping_add(1), Ordering::Relaxed);
        let result = work();
        word.store(0, Ordering::Relaxed);
        result
    }
}

/// The word of the calling thread that tells which job it works on, plus one; 0 means none. It outlives the thread: of one
/// that is lost, it tells which job was its last.
#[must_use]
pub fn working_on() -> &'static AtomicU32 {
    thread_local! {
        static WORD: &'static AtomicU32 = Box::leak(Box::default());
    }
    WORD.with(|word| *word)
}

fn thread_index() -> usize {
    #[cfg(feature = "threads")]
    return rayon::current_thread_index().unwrap_or(0);
    #[cfg(not(feature = "threads"))]
    0
}

/// What a filter has found out about an image.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Finding {
    /// The filter.
    pub filter: &'static str,
    /// What it is.
    pub name: &'static str,
    /// Its value.
    pub value: f64,
}

/// What a job ended in, and which thread worked on it when.
#[derive(Debug)]
pub struct Outcome<T> {
    /// The result, or why there is none.
    pub result: Result<T, Error>,
    /// The stretches of work, in the order they ended.
    pub spans: Vec<Span>,
    /// What filters have found out, in their order.
    pub reports: Vec<Finding>,
    /// The layout of a result that is an image.
    pub layout: Option<Layout>,
}

type Done<T> = Box<dyn FnOnce(Outcome<T>) + Send>;

/// Runs a chain on a flat list of numbers, on one thread.
pub fn run_numbers(pool: &Arc<Pool>, stages: Vec<Flat>, mut numbers: Vec<f64>, ticket: Ticket, done: Done<Vec<f64>>) {
    let host = pool.host;
    pool.spawn(Box::new(move || {
        let start = (host.now)();
        let run = || {
            for stage in &stages {
                if ticket.is_cancelled() {
                    return Err(cancelled());
                }
                match stage {
                    Flat::Map(map) => map(&mut numbers),
                    Flat::Pause(duration) => pause(host, *duration, &ticket),
                }
            }
            Ok(())
        };
        let result = guarded(|| ticket.work(run), || None);
        let spans = vec![Span { thread: thread_index(), start, end: (host.now)() }];
        done(Outcome { result: result.map(|()| numbers), spans, reports: Vec::new(), layout: None });
    }));
}

/// A thread that sleeps hears of a cancellation after so long.
const LONGEST_SLEEP: Duration = Duration::from_millis(50);

/// Sleeps for a while, looking up now and then whether it is still wanted.
fn pause(host: Host, duration: Duration, ticket: &Ticket) {
    let end = (host.now)() + duration.as_secs_f64() * 1000.0;
    while !ticket.is_cancelled() {
        let left = end - (host.now)();
        if left <= 0.0 {
            return;
        }
        (host.sleep)(LONGEST_SLEEP.min(Duration::from_micros((left * 1000.0).ceil() as u64)));
    }
}

fn cancelled() -> Error {
    Error::runtime(Code::Cancelled, "the batch was cancelled")
}

/// Runs a filter's code so that a panic is an error of this image and nothing more.
/// `at_work` tells which filter it was, where that is known.
fn guarded(
    work: impl FnOnce() -> Result<(), Error>,
    at_work: impl FnOnce() -> Option<&'static str>,
) -> Result<(), Error> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|payload| {
        if let Some(NoMemory(bytes)) = payload.downcast_ref() {
            return Err(no_memory(*bytes));
        }
        let message = payload
            .downcast_ref::<&str>()
            .map(ToString::to_string)
            .or_else(|| payload.downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "no message".into());
        let error = Error::runtime(Code::FilterPanicked, format!("the filter panicked: {message}"));
        Err(match at_work() {
            Some(filter) => error.of_filter(filter),
            None => error,
        })
    })
}

fn no_memory(bytes: usize) -> Error {
    Error::runtime(Code::OutOfMemory, format!("there is no memory for another {bytes} bytes"))
}

/// Gives a buffer a length, telling instead of aborting where memory is short. Its bytes may be any.
///
/// # Errors
/// `out-of-memory`.
pub fn resize<T: Clone + Default>(buffer: &mut Vec<T>, length: usize) -> Result<(), Error> {
    if buffer.len() < length && buffer.try_reserve_exact(length - buffer.len()).is_err() {
        return Err(no_memory(length.saturating_mul(size_of::<T>())));
    }
    buffer.resize(length, T::default());
    Ok(())
}
