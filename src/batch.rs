//! Jobs: batches that share a checked chain, their images and lists, what became of each, and cancellation.
//!
//! One [`Engine`] is driven by one worker; it starts jobs and later collects what the pool's threads have finished. Several
//! engines may stand over one pool, each with jobs of its own, so that pixels are moved by several workers at once.
//! Knows no filter by name and no JavaScript.

mod by_number;
mod shared;
mod sides;
mod spares;

use crate::error::{Code, Error};
use crate::filter::Flat;
use crate::image::{Format, Image, Layout, Size};
use crate::pipeline::{Override, Plans, Step};
use crate::pool::{Buffers, Finding, Outcome, Part, Parts, Room, Span, Ticket, resize, run_image, run_numbers};
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

pub use by_number::ByNumber;
pub use shared::Shared;

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
    parts: Mutex<Vec<(u32, Part)>>,
    bell: AtomicI32,
}

impl Finished {
    fn push(&self, completion: Completion, ring: fn(&AtomicI32)) {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner).push(completion);
        self.wake(ring);
    }

    fn push_part(&self, job: u32, part: Part, ring: fn(&AtomicI32)) {
        self.parts.lock().unwrap_or_else(PoisonError::into_inner).push((job, part));
        self.wake(ring);
    }

    fn wake(&self, ring: fn(&AtomicI32)) {
        self.bell.fetch_add(1, Ordering::Release);
        ring(&self.bell);
    }

    /// Takes everything that has ended since the last call.
    pub fn take(&self) -> Vec<Completion> {
        std::mem::take(&mut self.queue.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes the parts of large results that were finished since the last call. All parts of a job that [`Finished::take`] has
    /// given are here by then.
    pub fn take_parts(&self) -> Vec<(u32, Part)> {
        std::mem::take(&mut self.parts.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The word that changes with every finished job, and with every part of a large one.
    #[must_use]
    pub fn bell(&self) -> &AtomicI32 {
        &self.bell
    }
}

/// A result of so many bytes is told of part by part, so that it leaves while the rest is worked on.
const LEAST_BYTES_IN_PARTS: usize = 16 << 20;

/// What a job works on, until it is started.
enum Input {
    Filled(Data),
    /// Pixels that lie where they were written, and stay there.
    Lent(Arc<Room>, Layout),
}

struct Waiting {
    batch: u32,
    input: Input,
    /// What its chain does to a flat list.
    flat: Vec<Flat>,
    change: Option<Override>,
}

/// Batches and jobs over one pool.
pub struct Engine {
    shared: Arc<Shared>,
    finished: Arc<Finished>,
    waiting: ByNumber<Waiting>,
    images: ByNumber<Arc<Image>>,
}

impl Engine {
    /// An engine over what it may share with others: it knows their batches and rooms, and has jobs of its own.
    #[must_use]
    pub fn new(shared: Arc<Shared>) -> Self {
        Self { shared, finished: Arc::default(), waiting: ByNumber::default(), images: ByNumber::default() }
    }

    /// What has finished.
    #[must_use]
    pub fn finished(&self) -> &Finished {
        &self.finished
    }

    /// Opens batch `batch`: its filters are parsed and checked here, once, before any pixel is touched.
    ///
    /// # Errors
    /// As [`Chain::new`](crate::pipeline::Chain::new).
    pub fn open(&mut self, batch: u32, steps: Vec<Step>) -> Result<(), Error> {
        self.shared.open(batch, steps)
    }

    /// Makes room for an image that is a parameter, to be filled in through [`Engine::image_mut`] before any batch has it.
    ///
    /// # Errors
    /// As [`Size::new`] and [`Layout::new`], and `out-of-memory`.
    pub fn prepare_image(&mut self, image: u32, width: usize, height: usize, format: Format) -> Result<(), Error> {
        let layout = Layout::new(Size::new(width, height)?, format)?;
        // One of its own, and no larger than it must be: the batch keeps it.
        let mut bytes = self.shared.spares().make_way(layout.bytes());
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
        if let Some(batch) = self.shared.close(batch) {
            batch.stop.store(true, Ordering::Relaxed);
        }
    }

    /// Lends room for so many bytes of pixels and tells its address, for [`Engine::prepare_lent`]. It is lent until it is
    /// taken back.
    ///
    /// # Errors
    /// `out-of-memory`.
    pub fn lend(&self, bytes: usize) -> Result<u32, Error> {
        self.shared.lend(bytes)
    }

    /// Makes a room of a result, whose pixels stay where they are, and tells its address.
    pub fn keep(&self, pixels: Vec<u8>) -> u32 {
        self.shared.keep(Room::of(pixels))
    }

    /// Takes a room back. Jobs that read it keep it until they have ended.
    pub fn take_back(&self, room: u32) {
        self.shared.take_back(room);
    }

    /// Makes room for a job's data, to be filled in through [`Engine::data_mut`]. `change` is what the job changes in its
    /// batch's chain. Whatever can be told without the data is told here, before there is room for it.
    ///
    /// # Errors
    /// As [`Size::new`], [`Layout::new`], [`Chain::with`], [`Chain::plan`] and [`Chain::flat`], and `out-of-memory`.
    ///
    /// [`Chain::with`]: crate::pipeline::Chain::with
    /// [`Chain::plan`]: crate::pipeline::Chain::plan
    /// [`Chain::flat`]: crate::pipeline::Chain::flat
    pub fn prepare(&mut self, job: u32, batch: u32, shape: Shape, change: Option<Override>) -> Result<(), Error> {
        // Of a batch that is closed, the start tells it.
        let open = self.shared.batch(batch);
        let mut flat = Vec::new();
        let data = match shape {
            Shape::Pixels { width, height, format } => {
                let layout = Layout::new(Size::new(width, height)?, format)?;
                open.map(|batch| batch.plans(change.as_ref(), layout)).transpose()?;
                let mut pixels = self.shared.spares().take(layout.bytes());
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
        self.waiting.insert(job, Waiting { batch, input: Input::Filled(data), flat, change });
        Ok(())
    }

    /// The same for an image whose pixels have been written into a room that is lent. There they stay whole, whatever
    /// becomes of the job. Nobody may write there until it has ended.
    ///
    /// # Errors
    /// As [`Engine::prepare`], and `invalid-image` where the room is too small or none.
    pub fn prepare_lent(
        &mut self,
        job: u32,
        batch: u32,
        room: u32,
        layout: Layout,
        change: Option<Override>,
    ) -> Result<(), Error> {
        if let Some(batch) = self.shared.batch(batch) {
            batch.plans(change.as_ref(), layout)?;
        }
        let room = self.shared.room(room).filter(|room| room.bytes() >= layout.bytes());
        let room = room.ok_or_else(|| Error::runtime(Code::InvalidImage, "the image lies in no room that is lent"))?;
        self.waiting.insert(job, Waiting { batch, input: Input::Lent(room, layout), flat: Vec::new(), change });
        Ok(())
    }

    /// The data of a job that has been prepared and not started.
    pub fn data_mut(&mut self, job: u32) -> Option<&mut Data> {
        self.waiting.get_mut(job).and_then(|waiting| match &mut waiting.input {
            Input::Filled(data) => Some(data),
            Input::Lent(..) => None,
        })
    }

    /// Forgets a job that has been prepared and not started, and keeps its room for the next one.
    pub fn discard(&mut self, job: u32) {
        if let Some(Waiting { input: Input::Filled(data), .. }) = self.waiting.remove(job) {
            self.release(data);
        }
    }

    /// Starts a job; its end is told through [`Engine::finished`], its failure too.
    pub fn start(&mut self, job: u32) {
        let Some(waiting) = self.waiting.remove(job) else { return };
        if let Err(error) = self.try_start(job, waiting) {
            let completion = Completion { job, result: Err(error), spans: Vec::new(), reports: Vec::new() };
            self.finished.push(completion, self.shared.ring);
        }
    }

    fn try_start(&mut self, job: u32, waiting: Waiting) -> Result<(), Error> {
        let closed = || Error::runtime(Code::Cancelled, "the batch was cancelled");
        let batch = self.shared.batch(waiting.batch).ok_or_else(closed)?;
        let ticket = Ticket { job, stop: Arc::clone(&batch.stop) };
        let (finished, ring) = (Arc::clone(&self.finished), self.shared.ring);
        let (from, change) = (Arc::clone(&batch), waiting.change.clone());
        let run = |buffers: Buffers, room: Option<Arc<Room>>, plans: Arc<Plans>| {
            let (finished, result) = (Arc::clone(&finished), plans.result());
            // Only of images that stay whole: what leaves goes where another's only copy may be.
            let in_parts = room.is_some() && result.bytes() >= LEAST_BYTES_IN_PARTS;
            let told = Arc::clone(&finished);
            let parts = in_parts.then(|| Box::new(move |part| told.push_part(job, part, ring)) as Parts);
            let done = move |outcome: Outcome<Buffers>| {
                let layout = outcome.layout.unwrap_or(result);
                let result = outcome.result.map(|buffers| Data::Pixels(buffers, layout));
                let result = result.map_err(|error| from.said_of_side(error, change.as_ref()));
                finished.push(Completion { job, result, spans: outcome.spans, reports: outcome.reports }, ring);
            };
            run_image(&self.shared.pool, plans, buffers, room, ticket.clone(), parts, Box::new(done));
        };
        match waiting.input {
            Input::Filled(Data::Pixels(mut buffers, layout)) => {
                let plans = batch.plans(waiting.change.as_ref(), layout)?;
                if let Some(bytes) = plans.of(false).second_buffer() {
                    buffers.spare = self.shared.spares().take(bytes);
                }
                run(buffers, None, plans);
            }
            Input::Lent(room, layout) => {
                let plans = batch.plans(waiting.change.as_ref(), layout)?;
                let mut results = plans.of(false).results();
                let mut take = || results.next().map(|bytes| self.shared.spares().take(bytes)).unwrap_or_default();
                let (spare, pixels) = (take(), take());
                drop(results);
                run(Buffers { pixels, spare }, Some(room), plans);
            }
            Input::Filled(Data::Numbers(numbers)) => {
                let names = batch.chain.names().collect::<Vec<_>>();
                let (names, is_chain) = (names.join(" → "), names.len() > 1);
                let done = move |outcome: Outcome<Vec<f64>>| {
                    let result = outcome.result.map(Data::Numbers).map_err(|error| said_of(error, &names, is_chain));
                    finished.push(Completion { job, result, spans: outcome.spans, reports: outcome.reports }, ring);
                };
                run_numbers(&self.shared.pool, waiting.flat, numbers, ticket, Box::new(done));
            }
        }
        Ok(())
    }

    /// Takes back for the next image what a result was made with and does not need.
    pub fn trim(&mut self, data: &mut Data) {
        if let Data::Pixels(buffers, _) = data {
            self.shared.spares().give(std::mem::take(&mut buffers.spare));
        }
    }

    /// Takes a result's buffers back for the next image.
    pub fn release(&mut self, data: Data) {
        if let Data::Pixels(buffers, _) = data {
            let mut spares = self.shared.spares();
            spares.give(buffers.pixels);
            spares.give(buffers.spare);
        }
    }
}

/// Of a list nobody notes which filter it is that works on it: a chain is named as a whole.
fn said_of(mut error: Error, names: &str, is_chain: bool) -> Error {
    match error.code {
        Code::FilterPanicked if error.filter.is_none() && is_chain => {
            error.message = format!("{names}: {}", error.message);
            error
        }
        Code::FilterPanicked if error.filter.is_none() => error.of_filter(names),
        _ => error,
    }
}
