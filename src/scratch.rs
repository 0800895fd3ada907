//! Buffers of one thread, kept from one band to the next, so that no row loop allocates; and whether the work is wanted.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What a thread panics with when there is no memory for a buffer of so many bytes: the pool makes an error of it, where
/// an allocation that fails would take the whole instance with it.
#[derive(Debug, Clone, Copy)]
pub struct NoMemory(pub usize);

/// The buffers of a thread, by the type of their numbers.
#[derive(Debug, Default)]
pub struct Scratch {
    stop: Option<Arc<AtomicBool>>,
    floats: Vec<Vec<f32>>,
    bytes: Vec<Vec<u8>>,
    words: Vec<Vec<u32>>,
    shorts: Vec<Vec<i16>>,
}

macro_rules! lend {
    ($take:ident, $give:ident, $pool:ident, $T:ty) => {
        /// Lends a buffer of `length`, whatever it holds; give it back when done, or it is made anew next time.
        #[inline(never)]
        pub fn $take(&mut self, length: usize) -> Vec<$T> {
            let mut buffer = self.$pool.pop().unwrap_or_default();
            if buffer.len() < length {
                buffer.clear();
                if buffer.try_reserve_exact(length).is_err() {
                    std::panic::panic_any(NoMemory(length.saturating_mul(size_of::<$T>())));
                }
            }
            buffer.resize(length, Default::default());
            buffer
        }

        /// Takes a buffer back.
        #[inline(never)]
        pub fn $give(&mut self, buffer: Vec<$T>) {
            if buffer.capacity() <= Self::MOST_KEPT_BYTES / size_of::<$T>() {
                self.$pool.push(buffer);
            }
        }
    };
}

impl Scratch {
    /// Larger buffers are given back to the allocator.
    const MOST_KEPT_BYTES: usize = 16 << 20;

    /// Names the flag that tells when nobody wants the work any more.
    pub fn watch(&mut self, stop: &Arc<AtomicBool>) {
        self.stop = Some(Arc::clone(stop));
    }

    /// Whether nobody wants the work any more. Row loops leave when it is so: what they have written is thrown away.
    #[must_use]
    pub fn stopped(&self) -> bool {
        self.stop.as_ref().is_some_and(|stop| stop.load(Ordering::Relaxed))
    }

    lend!(floats, give_floats, floats, f32);
    lend!(bytes, give_bytes, bytes, u8);
    lend!(words, give_words, words, u32);
    lend!(shorts, give_shorts, shorts, i16);
}
