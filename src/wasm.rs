//! Everything JavaScript sees: a thin skin over [`crate::batch::Engine`] that turns values into Rust's and errors into
//! data. No arithmetic on pixels. The only room that knows the wasm-bindgen family.
//!
//! One engine a worker; several workers may share a memory, see [`Engine::join`]. Its owner writes pixels straight into the
//! memory that [`Engine::prepare_pixels`] points at, and reads results where [`Engine::drain`] says; a pointer is good until
//! its job is started, discarded or released, a *view* only until the next call, since memory may grow.
//!
//! Which filters there are says who builds the module, by [`engine!`](crate::engine).

mod host;
mod values;

use crate::batch::{self, ByNumber, Data, Shape};
use crate::error::Error;
use crate::filter::Definition;
use crate::image::{Layout, Size};
use crate::pipeline::Override;
use crate::pool::{self, Finding, Part, Pool};
use host::HOST;
use js_sys::Array;
use std::sync::atomic::AtomicI32;
use std::sync::{Arc, Mutex, PoisonError};
use values::{describe, format_of, parameters, step};
use wasm_bindgen::prelude::*;

/// What exports to JavaScript, for the macro that makes an engine.
#[doc(hidden)]
pub use wasm_bindgen;

#[cfg(feature = "threads")]
#[allow(unused_imports, unreachable_pub, reason = "JavaScript starts the threads with it")]
pub use wasm_bindgen_rayon::init_thread_pool;

#[wasm_bindgen]
extern "C" {
    /// A number as JavaScript prints it.
    #[wasm_bindgen(js_name = String)]
    fn in_words(number: f64) -> String;
}

/// What engines of other workers over this memory join.
static SHARED: Mutex<Option<Arc<batch::Shared>>> = Mutex::new(None);

/// Wakes the engine's owner. All waiters, since a stale one may be left that would swallow a single wake-up.
#[cfg(feature = "threads")]
fn ring(bell: &AtomicI32) {
    // SAFETY: the address is that of a live, aligned 32-bit word in this module's memory.
    unsafe { core::arch::wasm32::memory_atomic_notify(bell.as_ptr(), u32::MAX) };
}

#[cfg(not(feature = "threads"))]
fn ring(_: &AtomicI32) {}

/// Where the calling worker notes which job it works on, plus one: a 32-bit word, good as long as the memory is.
#[wasm_bindgen(js_name = workingOn)]
pub fn working_on() -> u32 {
    pool::working_on().as_ptr() as usize as u32
}

/// Two 32-bit words for who shares the memory: where the rest of this module lies, which only rare filters need and the page loads
/// with the first of them, and how long it is. `scripts/split` cuts it off.
#[cfg(feature = "threads")]
#[wasm_bindgen(js_name = moreAt)]
pub fn more_at() -> u32 {
    static PLACE: [AtomicI32; 2] = [const { AtomicI32::new(0) }; 2];
    PLACE.as_ptr() as usize as u32
}

/// Ends every thread as soon as it has nothing to do: each leaves by a trap, since nothing else brings it back to
/// JavaScript. Nothing may be asked of the engine afterwards.
#[cfg(feature = "threads")]
#[wasm_bindgen(js_name = endThreads)]
pub fn end_threads() {
    pool::on_every_thread(|| core::arch::wasm32::unreachable());
}

/// Batches and jobs; see the module's documentation.
#[wasm_bindgen]
pub struct Engine {
    inner: batch::Engine,
    ended: ByNumber<Ended>,
}

/// What is kept of a job until it is released.
struct Ended {
    result: Result<Data, Error>,
    reports: Vec<Finding>,
}

// A panic inside a filter is caught in the pool, before it reaches an exported function; one inside the engine itself
// leaves at worst a job that is never told of, which the owner's supervisor sees as a broken engine.
impl std::panic::UnwindSafe for Engine {}
impl std::panic::RefUnwindSafe for Engine {}

impl Engine {
    /// An engine over the threads that were started before, or over the calling thread. So many bytes of old buffers are
    /// kept for new jobs. What JavaScript calls for it is exported by [`engine!`](crate::engine), which knows the filters.
    #[must_use]
    #[inline(never)]
    pub fn new(registry: &'static [Definition], most_spare_bytes: u32) -> Self {
        #[cfg(feature = "threads")]
        let pool = Pool::global(HOST);
        #[cfg(not(feature = "threads"))]
        let pool = Pool::inline(HOST);
        let shared = batch::Shared::new(Arc::new(pool), registry, ring, most_spare_bytes as usize);
        *SHARED.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&shared));
        Self { inner: batch::Engine::new(shared), ended: ByNumber::default() }
    }
}

#[wasm_bindgen]
impl Engine {
    /// One more engine over this memory, for another worker: it knows the batches and rooms of the last one that was made by
    /// `new`, and has jobs of its own. `undefined` where there is none.
    pub fn join() -> Option<Engine> {
        let shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner).clone()?;
        Some(Self { inner: batch::Engine::new(shared), ended: ByNumber::default() })
    }

    /// Opens a batch: parses and checks its filters, a list of `{ kind, … }`. A parameter `{ image: number }` is an image
    /// that has been prepared.
    pub fn open(&mut self, batch: u32, steps: Vec<JsValue>) -> Result<(), JsValue> {
        let steps = steps.iter().map(|value| step(value, &self.inner)).collect();
        self.inner.open(batch, steps).map_err(|error| describe(&error))
    }

    /// Makes room for the pixels of an image that is a parameter and tells where. Of `format` see
    /// [`Engine::prepare_pixels`].
    #[wasm_bindgen(js_name = prepareImage)]
    pub fn prepare_image(&mut self, image: u32, width: u32, height: u32, format: u32) -> Result<u32, JsValue> {
        let format = format_of(format)?;
        let prepared = self.inner.prepare_image(image, width as usize, height as usize, format);
        prepared.map_err(|error| describe(&error))?;
        Ok(self.inner.image_mut(image).map_or(0, |bytes| bytes.as_mut_ptr() as usize as u32))
    }

    /// Forgets an image. Batches that have been opened with it keep it.
    #[wasm_bindgen(js_name = releaseImage)]
    pub fn release_image(&mut self, image: u32) {
        self.inner.release_image(image);
    }

    /// Forgets a batch and stops what runs of it.
    pub fn close(&mut self, batch: u32) {
        self.inner.close(batch);
    }

    /// Makes room for the pixels of a job and tells where. `format` is how many numbers, 1 to 4, are a pixel, and 16 more where
    /// they have 16 bits, or 32 more where they are floats. The result has the same. `change` is `undefined`, the intensity,
    /// or an object of parameters.
    #[wasm_bindgen(js_name = preparePixels)]
    pub fn prepare_pixels(
        &mut self,
        job: u32,
        batch: u32,
        width: u32,
        height: u32,
        format: u32,
        change: &JsValue,
    ) -> Result<u32, JsValue> {
        let format = format_of(format)?;
        self.prepare(job, batch, Shape::Pixels { width: width as usize, height: height as usize, format }, change)
    }

    /// Lends room for so many bytes of pixels, which are written there before a job reads them, and tells its address.
    pub fn lend(&self, bytes: u32) -> Result<u32, JsValue> {
        self.inner.lend(bytes as usize).map_err(|error| describe(&error))
    }

    /// Takes a room back.
    #[wasm_bindgen(js_name = takeBack)]
    pub fn take_back(&self, room: u32) {
        self.inner.take_back(room);
    }

    /// Leaves the pixels of an ended job where they lie, as a room that is lent from now on, and tells its address; 0 where it has
    /// none.
    pub fn keep(&mut self, job: u32) -> u32 {
        let Some(Ended { result: Ok(Data::Pixels(buffers, _)), .. }) = self.ended.remove(job) else { return 0 };
        self.inner.keep(buffers.pixels)
    }

    /// Prepares a job whose pixels are in a room that is lent, where they stay whole. Of the others see
    /// [`Engine::prepare_pixels`].
    #[wasm_bindgen(js_name = prepareLent)]
    #[allow(clippy::too_many_arguments, reason = "JavaScript gives numbers")]
    pub fn prepare_lent(
        &mut self,
        job: u32,
        batch: u32,
        room: u32,
        width: u32,
        height: u32,
        format: u32,
        change: &JsValue,
    ) -> Result<(), JsValue> {
        let (format, change) = (format_of(format)?, self.change(change));
        let size = Size::new(width as usize, height as usize);
        let layout = size.and_then(|size| Layout::new(size, format));
        let prepared = layout.and_then(|layout| self.inner.prepare_lent(job, batch, room, layout, change));
        prepared.map_err(|error| describe(&error))
    }

    /// Makes room for the numbers of a job (64-bit floats) and tells where. Of `change` see [`Engine::prepare_pixels`].
    #[wasm_bindgen(js_name = prepareNumbers)]
    pub fn prepare_numbers(&mut self, job: u32, batch: u32, length: u32, change: &JsValue) -> Result<u32, JsValue> {
        self.prepare(job, batch, Shape::Numbers(length as usize), change)
    }

    /// Forgets a job that has been prepared and not started.
    pub fn discard(&mut self, job: u32) {
        self.inner.discard(job);
    }

    /// Starts a job that has been prepared.
    pub fn start(&mut self, job: u32) {
        self.inner.start(job);
    }

    /// Address of the 32-bit word that changes, and is notified, whenever a job has ended.
    pub fn bell(&self) -> u32 {
        self.inner.finished().bell().as_ptr() as usize as u32
    }

    /// The jobs that have ended since the last call, one after another:
    /// `job, kind (0 failed, 1 pixels, 2 numbers), address, width, height, number of reports, number of spans, then thread,
    /// start, end of each`. Numbers are as wide as there are of them, and 1 high.
    pub fn drain(&mut self) -> Vec<f64> {
        let mut out = Vec::new();
        for mut completion in self.inner.finished().take() {
            // Results may stay for as long as a file is written of them.
            if let Ok(data) = &mut completion.result {
                self.inner.trim(data);
            }
            let (kind, address, width, height) = match &completion.result {
                Err(_) => (0, 0, 0, 0),
                Ok(Data::Pixels(buffers, layout)) => {
                    (1, buffers.pixels.as_ptr() as usize, layout.width(), layout.height())
                }
                Ok(Data::Numbers(numbers)) => (2, numbers.as_ptr() as usize, numbers.len(), 1),
            };
            out.extend([completion.job as usize, kind, address, width, height].map(|value| value as f64));
            out.extend([completion.reports.len() as f64, completion.spans.len() as f64]);
            for span in &completion.spans {
                out.extend([span.thread as f64, span.start, span.end]);
            }
            self.ended.insert(completion.job, Ended { result: completion.result, reports: completion.reports });
        }
        out
    }

    /// The parts of large results that are finished since the last call, one after another: `job, address of the result, first
    /// byte, end, bytes of the result`. All parts of a job that the last [`Engine::drain`] has told are among them, or were
    /// before.
    pub fn parts(&self) -> Vec<f64> {
        let parts = self.inner.finished().take_parts();
        parts
            .into_iter()
            .flat_map(|(job, Part { address, bytes, of })| [job as usize, address, bytes.start, bytes.end, of])
            .map(|value| value as f64)
            .collect()
    }

    /// Why an ended job failed: `{ code, class, message, filter?, parameter?, position? }`.
    pub fn failure(&self, job: u32) -> JsValue {
        match self.ended.get(job) {
            Some(Ended { result: Err(error), .. }) => describe(error),
            _ => JsValue::UNDEFINED,
        }
    }

    /// What filters have found out about the image of an ended job: `[filter, name, value]` of each.
    pub fn reports(&self, job: u32) -> Array {
        let reports = self.ended.get(job).map_or(&[][..], |ended| &ended.reports);
        let told = |report: &Finding| Array::of3(&report.filter.into(), &report.name.into(), &report.value.into());
        reports.iter().map(told).collect()
    }

    /// Gives the memory of an ended job to the next one.
    pub fn release(&mut self, job: u32) {
        if let Some(Ended { result: Ok(data), .. }) = self.ended.remove(job) {
            self.inner.release(data);
        }
    }
}

impl Engine {
    fn change(&self, change: &JsValue) -> Option<Override> {
        if change.is_undefined() || change.is_null() {
            None
        } else if let Some(intensity) = change.as_f64() {
            Some(Override::Intensity(intensity))
        } else {
            Some(Override::Parameters(parameters(change, &self.inner)))
        }
    }

    fn prepare(&mut self, job: u32, batch: u32, shape: Shape, change: &JsValue) -> Result<u32, JsValue> {
        let change = self.change(change);
        self.inner.prepare(job, batch, shape, change).map_err(|error| describe(&error))?;
        Ok(match self.inner.data_mut(job) {
            Some(Data::Pixels(buffers, _)) => buffers.pixels.as_ptr() as usize as u32,
            Some(Data::Numbers(numbers)) => numbers.as_ptr() as usize as u32,
            None => 0,
        })
    }
}
