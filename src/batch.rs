//! Jobs: batches that share a checked chain, their images and lists, what became of each, and cancellation.
//!
//! One [`Engine`] is driven by one thread; it starts jobs and later collects what the pool's threads have finished.
//! Knows no filter by name and no JavaScript.

mod by_number;
mod sides;

use crate::error::{Code, Error};
use crate::filter::{Definition, Flat};
use crate::image::{Format, Image, Layout, Size};
use crate::pipeline::{Chain, Override, Plans, Step};
use crate::pool::{Buffers, Finding, Outcome, Pool, Span, Ticket, resize, run_image, run_numbers};
use sides::{Side, said_of_side, sides_of};
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

pub use by_number::ByNumber;

/// The pixels or numbers of a job.
#[derive(Debug)]
pub enum Data {
    /// Bytes of an image of this layout.
    Pixels(Buffers, Layout),
    /// A flat list.
    Numbers(Vec<f64>),
}

/// What a caller wants to fill in before a job starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// An image of this size.
    Pixels {
        /// Pixels in a row.
        width: usize,
        /// Rows.
        height: usize,
        /// What a pixel is stored as.
        format: Format,
    },
    /// A list of so many numbers.
    Numbers(usize),
}

/// A job that has ended.
#[derive(Debug)]
pub struct Completion {
    /// Its number, as the caller gave it.
    pub job: u32,
    /// Its result or its failure.
    pub result: Result<Data, Error>,
    /// Which thread worked on it when.
    pub spans: Vec<Span>,
    /// What filters have found out about the image.
    pub reports: Vec<Finding>,
}

/// Where threads leave finished jobs, and the bell that they ring.
#[derive(Debug, Default)]
pub struct Finished {
    queue: Mutex<Vec<Completion>>,
    bell: AtomicI32,
}

impl Finished {
    fn push(&self, completion: Completion, ring: fn(&AtomicI32)) {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner).push(completion);
        self.bell.fetch_add(1, Ordering::Release);
        ring(&self.bell);
    }

    /// Takes everything that has ended since the last call.
    pub fn take(&self) -> Vec<Completion> {
        std::mem::take(&mut self.queue.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The word that changes with every finished job.
    #[must_use]
    pub fn bell(&self) -> &AtomicI32 {
        &self.bell
    }
}

struct Batch {
    chain: Chain,
    sides: Vec<Side>,
    stop: Arc<AtomicBool>,
    /// The last plans, and the change they were made with: images of a batch often have one layout and one intensity.
    plans: Option<(Option<Override>, Arc<Plans>)>,
}

impl Batch {
    /// What is done to images of this layout, or why it cannot be done.
    fn plans(&mut self, change: Option<&Override>, layout: Layout) -> Result<Arc<Plans>, Error> {
        match &self.plans {
            Some((known, plans)) if known.as_ref() == change && plans.source() == layout => Ok(Arc::clone(plans)),
            _ => {
                let changed = change.map(|change| self.chain.with(change)).transpose()?;
                let plans = changed.as_ref().unwrap_or(&self.chain).plan(layout);
                let plans = Arc::new(plans.map_err(|error| said_of_side(error, &self.sides, change))?);
                self.plans = Some((change.cloned(), Arc::clone(&plans)));
                Ok(plans)
            }
        }
    }

    /// What is done to lists, or why it cannot be done.
    fn flat(&self, change: Option<&Override>) -> Result<Vec<Flat>, Error> {
        let changed = change.map(|change| self.chain.with(change)).transpose()?;
        changed.as_ref().unwrap_or(&self.chain).flat()
    }
}

struct Waiting {
    batch: u32,
    data: Data,
    /// What its chain does to a flat list.
    flat: Vec<Flat>,
    change: Option<Override>,
}

/// Buffers kept for the next image, so that memory that has grown is used again.
#[derive(Debug)]
struct Spares {
    buffers: Vec<Vec<u8>>,
    /// Bytes that may be kept.
    most_bytes: usize,
}

impl Spares {
    const MOST: usize = 16;

    /// A buffer with room for so many bytes, where that can be had: the smallest that is large enough and not far larger,
    /// or a new one, since growing one would copy what nobody wants.
    fn take(&mut self, bytes: usize) -> Vec<u8> {
        let fits = |i: &usize| (bytes..=2 * bytes).contains(&self.buffers[*i].capacity());
        if let Some(i) = (0..self.buffers.len()).filter(fits).min_by_key(|&i| self.buffers[i].capacity()) {
            return self.buffers.remove(i);
        }
        self.make_way(bytes)
    }

    /// A new buffer with room for so many bytes, where that can be had. All others make way where memory is short.
    fn make_way(&mut self, bytes: usize) -> Vec<u8> {
        let mut buffer = Vec::new();
        if buffer.try_reserve_exact(bytes).is_err() {
            self.buffers.clear();
            // Whoever takes it finds out, with an error of its own, if this was not enough.
            let _ = buffer.try_reserve_exact(bytes);
        }
        buffer
    }

    fn give(&mut self, buffer: Vec<u8>) {
        if buffer.capacity() > 0 {
            self.buffers.push(buffer);
        }
        while self.buffers.len() > Self::MOST || self.buffers.iter().map(Vec::capacity).sum::<usize>() > self.most_bytes
        {
            self.buffers.remove(0);
        }
    }
}

/// Batches and jobs over one pool.
pub struct Engine {
    pool: Arc<Pool>,
    registry: &'static [Definition],
    ring: fn(&AtomicI32),
    finished: Arc<Finished>,
    batches: ByNumber<Batch>,
    waiting: ByNumber<Waiting>,
    images: ByNumber<Arc<Image>>,
    spares: Spares,
}

impl Engine {
    /// An engine over `pool` that knows the filters of `registry`. `ring` wakes whoever waits for the bell. Of the buffers
    /// of finished jobs, so many bytes are kept for the next ones.
    #[must_use]
    pub fn new(
        pool: Arc<Pool>,
        registry: &'static [Definition],
        ring: fn(&AtomicI32),
        most_spare_bytes: usize,
    ) -> Self {
        Self {
            pool,
            registry,
            ring,
            finished: Arc::default(),
            batches: ByNumber::default(),
            waiting: ByNumber::default(),
            images: ByNumber::default(),
            spares: Spares { buffers: Vec::new(), most_bytes: most_spare_bytes },
        }
    }

    /// What has finished.
    #[must_use]
    pub fn finished(&self) -> &Finished {
        &self.finished
    }

    /// Opens batch `batch`: its filters are parsed and checked here, once, before any pixel is touched.
    ///
    /// # Errors
    /// As [`Chain::new`].
    pub fn open(&mut self, batch: u32, steps: Vec<Step>) -> Result<(), Error> {
        let sides = sides_of(&steps, self.registry);
        let chain = Chain::new(steps, self.registry)?;
        self.batches.insert(batch, Batch { chain, sides, stop: Arc::default(), plans: None });
        Ok(())
    }

    /// Makes room for an image that is a parameter, to be filled in through [`Engine::image_mut`] before any batch has it.
    ///
    /// # Errors
    /// As [`Size::new`] and [`Layout::new`], and `out-of-memory`.
    pub fn prepare_image(&mut self, image: u32, width: usize, height: usize, format: Format) -> Result<(), Error> {
        let layout = Layout::new(Size::new(width, height)?, format)?;
        // One of its own, and no larger than it must be: the batch keeps it.
        let mut bytes = self.spares.make_way(layout.bytes());
        resize(&mut bytes, layout.bytes())?;
        self.images.insert(image, Arc::new(Image::of(layout, bytes)?));
        Ok(())
    }

    /// The bytes of an image that no batch has yet.
    pub fn image_mut(&mut self, image: u32) -> Option<&mut [u8]> {
        self.images.get_mut(image).and_then(Arc::get_mut).map(Image::data_mut)
    }

    /// An image that has been prepared.
    #[must_use]
    pub fn image(&self, image: u32) -> Option<Arc<Image>> {
        self.images.get(image).cloned()
    }

    /// Forgets an image. Batches that have it keep it.
    pub fn release_image(&mut self, image: u32) {
        self.images.remove(image);
    }

    /// Forgets a batch. Jobs of it that run are stopped at their next row.
    pub fn close(&mut self, batch: u32) {
        if let Some(batch) = self.batches.remove(batch) {
            batch.stop.store(true, Ordering::Relaxed);
        }
    }

    /// Makes room for a job's data, to be filled in through [`Engine::data_mut`]. `change` is what the job changes in its
    /// batch's chain. Whatever can be told without the data is told here, before there is room for it.
    ///
    /// # Errors
    /// As [`Size::new`], [`Layout::new`], [`Chain::with`], [`Chain::plan`] and [`Chain::flat`], and `out-of-memory`.
    pub fn prepare(&mut self, job: u32, batch: u32, shape: Shape, change: Option<Override>) -> Result<(), Error> {
        // Of a batch that is closed, the start tells it.
        let open = self.batches.get_mut(batch);
        let mut flat = Vec::new();
        let data = match shape {
            Shape::Pixels { width, height, format } => {
                let layout = Layout::new(Size::new(width, height)?, format)?;
                open.map(|batch| batch.plans(change.as_ref(), layout)).transpose()?;
                let mut pixels = self.spares.take(layout.bytes());
                resize(&mut pixels, layout.bytes())?;
                Data::Pixels(Buffers { pixels, spare: Vec::new() }, layout)
            }
            Shape::Numbers(length) => {
                flat = open.map(|batch| batch.flat(change.as_ref())).transpose()?.unwrap_or_default();
                let mut numbers = Vec::new();
                resize(&mut numbers, length)?;
                Data::Numbers(numbers)
            }
        };
        self.waiting.insert(job, Waiting { batch, data, flat, change });
        Ok(())
    }

    /// The data of a job that has been prepared and not started.
    pub fn data_mut(&mut self, job: u32) -> Option<&mut Data> {
        self.waiting.get_mut(job).map(|waiting| &mut waiting.data)
    }

    /// Starts a job; its end is told through [`Engine::finished`], its failure too.
    pub fn start(&mut self, job: u32) {
        let Some(waiting) = self.waiting.remove(job) else { return };
        if let Err(error) = self.try_start(job, waiting) {
            self.finished
                .push(Completion { job, result: Err(error), spans: Vec::new(), reports: Vec::new() }, self.ring);
        }
    }

    fn try_start(&mut self, job: u32, waiting: Waiting) -> Result<(), Error> {
        let closed = || Error::runtime(Code::Cancelled, "the batch was cancelled");
        let batch = self.batches.get_mut(waiting.batch).ok_or_else(closed)?;
        let ticket = Ticket { job, stop: Arc::clone(&batch.stop) };
        let (finished, ring) = (Arc::clone(&self.finished), self.ring);
        match waiting.data {
            Data::Pixels(mut buffers, layout) => {
                let plans = batch.plans(waiting.change.as_ref(), layout)?;
                if let Some(bytes) = plans.of(false).second_buffer() {
                    buffers.spare = self.spares.take(bytes);
                }
                let result = plans.result();
                let done = move |outcome: Outcome<Buffers>| {
                    let result = outcome.result.map(|buffers| Data::Pixels(buffers, result));
                    finished.push(Completion { job, result, spans: outcome.spans, reports: outcome.reports }, ring);
                };
                run_image(&self.pool, plans, buffers, ticket, Box::new(done));
            }
            Data::Numbers(numbers) => {
                let names = batch.chain.names().collect::<Vec<_>>();
                let (names, is_chain) = (names.join(" → "), names.len() > 1);
                let done = move |outcome: Outcome<Vec<f64>>| {
                    let result = outcome.result.map(Data::Numbers).map_err(|error| said_of(error, &names, is_chain));
                    finished.push(Completion { job, result, spans: outcome.spans, reports: outcome.reports }, ring);
                };
                run_numbers(&self.pool, waiting.flat, numbers, ticket, Box::new(done));
            }
        }
        Ok(())
    }

    /// Takes a result's buffers back for the next image.
    pub fn release(&mut self, data: Data) {
        if let Data::Pixels(buffers, _) = data {
            self.spares.give(buffers.pixels);
            self.spares.give(buffers.spare);
        }
    }
}

/// Of a list nobody notes which filter it is that works on it: a chain is named as a whole.
fn said_of(error: Error, names: &str, is_chain: bool) -> Error {
    match error.code {
        Code::FilterPanicked if error.filter.is_none() && is_chain => {
            Error { message: format!("{names}: {}", error.message), ..error }
        }
        Code::FilterPanicked if error.filter.is_none() => error.of_filter(names),
        _ => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buffers_that_are_kept_make_way_where_memory_is_short() {
        let mut spares = Spares { buffers: Vec::new(), most_bytes: 100 };
        spares.give(vec![0; 10]);
        assert_eq!(spares.make_way(20).capacity(), 20);
        assert_eq!(spares.buffers.len(), 1, "there is memory enough");
        // So much there is nowhere.
        assert_eq!(spares.make_way(usize::MAX).capacity(), 0);
        assert!(spares.buffers.is_empty(), "what is kept has made way");
    }
}
