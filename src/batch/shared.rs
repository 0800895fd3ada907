//! What all engines over one memory share: the pool of threads, the batches that are open, rooms that are lent, and buffers
//! that are kept. Every lock is held for a moment, never while pixels are touched.

use super::by_number::ByNumber;
use super::sides::{Side, said_of_side, sides_of};
use super::spares::Spares;
use crate::error::Error;
use crate::filter::{Definition, Flat};
use crate::image::Layout;
use crate::pipeline::{Chain, Override, Plans, Step};
use crate::pool::{Pool, Room};
use std::sync::atomic::{AtomicBool, AtomicI32};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// See the module's documentation.
pub struct Shared {
    pub(super) pool: Arc<Pool>,
    registry: &'static [Definition],
    pub(super) ring: fn(&AtomicI32),
    batches: Mutex<ByNumber<Arc<Batch>>>,
    rooms: Mutex<ByNumber<Arc<Room>>>,
    spares: Mutex<Spares>,
}

impl Shared {
    /// What engines over `pool` share that know the filters of `registry`. `ring` wakes whoever waits for a bell. Of the
    /// buffers of finished jobs, so many bytes are kept for the next ones.
    #[must_use]
    pub fn new(
        pool: Arc<Pool>,
        registry: &'static [Definition],
        ring: fn(&AtomicI32),
        most_spare_bytes: usize,
    ) -> Arc<Self> {
        Arc::new(Self {
            pool,
            registry,
            ring,
            batches: Mutex::default(),
            rooms: Mutex::default(),
            spares: Mutex::new(Spares::new(most_spare_bytes)),
        })
    }

    pub(super) fn open(&self, number: u32, steps: Vec<Step>) -> Result<(), Error> {
        let sides = sides_of(&steps, self.registry);
        let chain = Chain::new(steps, self.registry)?;
        let batch = Batch { chain, sides, stop: Arc::default(), plans: Mutex::default() };
        lock(&self.batches).insert(number, Arc::new(batch));
        Ok(())
    }

    pub(super) fn batch(&self, number: u32) -> Option<Arc<Batch>> {
        lock(&self.batches).get(number).cloned()
    }

    pub(super) fn close(&self, number: u32) -> Option<Arc<Batch>> {
        lock(&self.batches).remove(number)
    }

    pub(super) fn spares(&self) -> MutexGuard<'_, Spares> {
        lock(&self.spares)
    }

    /// Makes a room and tells its address, which is its number too.
    pub(super) fn lend(&self, bytes: usize) -> Result<u32, Error> {
        let buffer = self.spares().take(bytes);
        Ok(self.keep(Room::new(buffer, bytes)?))
    }

    /// Lends a room; returns its address.
    pub(super) fn keep(&self, room: Room) -> u32 {
        let number = room.address();
        lock(&self.rooms).insert(number, Arc::new(room));
        number
    }

    pub(super) fn room(&self, number: u32) -> Option<Arc<Room>> {
        lock(&self.rooms).get(number).cloned()
    }

    pub(super) fn take_back(&self, number: u32) {
        lock(&self.rooms).remove(number);
    }
}

/// A chain that is open, for as long as jobs of it may come.
pub(super) struct Batch {
    pub(super) chain: Chain,
    sides: Vec<Side>,
    /// Set when nobody wants its results any more.
    pub(super) stop: Arc<AtomicBool>,
    /// The last plans, and the change they were made with: images of a batch often have one layout and one intensity.
    plans: Mutex<Option<(Option<Override>, Arc<Plans>)>>,
}

impl Batch {
    /// What is done to images of this layout, or why it cannot be done.
    pub(super) fn plans(&self, change: Option<&Override>, layout: Layout) -> Result<Arc<Plans>, Error> {
        let mut last = lock(&self.plans);
        match &*last {
            Some((known, plans)) if known.as_ref() == change && plans.source() == layout => Ok(Arc::clone(plans)),
            _ => {
                let changed = change.map(|change| self.chain.with(change)).transpose()?;
                let plans = changed.as_ref().unwrap_or(&self.chain).plan(layout);
                let plans = Arc::new(plans.map_err(|error| self.said_of_side(error, change))?);
                *last = Some((change.cloned(), Arc::clone(&plans)));
                Ok(plans)
            }
        }
    }

    /// An error, said of the parameter that makes a result too large where it does.
    pub(super) fn said_of_side(&self, error: Error, change: Option<&Override>) -> Error {
        said_of_side(error, &self.sides, change)
    }

    /// What is done to lists, or why it cannot be done.
    pub(super) fn flat(&self, change: Option<&Override>) -> Result<Vec<Flat>, Error> {
        let changed = change.map(|change| self.chain.with(change)).transpose()?;
        changed.as_ref().unwrap_or(&self.chain).flat()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
