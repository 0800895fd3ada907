//! What is timed: a piece of work that can be done again and again.

use std::hint::black_box;
use std::time::{Duration, Instant};

/// A piece of work that can be done again and again.
pub trait Contestant {
    /// Does it once. The time is that of the work alone: not of putting its source back beforehand.
    fn run(&mut self) -> Duration;

    /// The pixels that the last run made, as RGBA.
    fn result(&self) -> Vec<u8>;
}

/// A contestant, and what it is called.
pub type Named<'a> = (String, Box<dyn Contestant + 'a>);

/// Work that rewrites a buffer: with its source in it where that is given, else to be filled.
pub struct Rewriting<'a, Work> {
    source: Option<&'a [u8]>,
    buffer: Vec<u8>,
    work: Work,
}

impl<'a, Work: FnMut(&mut [u8])> Rewriting<'a, Work> {
    /// Work that finds its source in the buffer and leaves the result there.
    pub fn in_place(source: &'a [u8], work: Work) -> Self {
        Self { source: Some(source), buffer: source.to_vec(), work }
    }

    /// Work that fills a buffer of so many bytes, the same one in every run.
    pub fn into(bytes: usize, work: Work) -> Self {
        Self { source: None, buffer: vec![0; bytes], work }
    }
}

impl<Work: FnMut(&mut [u8])> Contestant for Rewriting<'_, Work> {
    fn run(&mut self) -> Duration {
        if let Some(source) = self.source {
            self.buffer.copy_from_slice(source);
        }
        let start = Instant::now();
        (self.work)(black_box(&mut self.buffer));
        start.elapsed()
    }

    fn result(&self) -> Vec<u8> {
        self.buffer.clone()
    }
}

/// Work that returns a new image each time, since its library has no other way.
pub struct Making<Made, Work, Pixels> {
    made: Option<Made>,
    work: Work,
    pixels: Pixels,
}

impl<Made, Work: FnMut() -> Made, Pixels: Fn(&Made) -> Vec<u8>> Making<Made, Work, Pixels> {
    /// `pixels` makes RGBA of what `work` returns.
    pub fn new(work: Work, pixels: Pixels) -> Self {
        Self { made: None, work, pixels }
    }
}

impl<Made, Work: FnMut() -> Made, Pixels: Fn(&Made) -> Vec<u8>> Contestant for Making<Made, Work, Pixels> {
    fn run(&mut self) -> Duration {
        // The last result goes first, so that its memory can serve again.
        self.made = None;
        let start = Instant::now();
        self.made = Some(black_box((self.work)()));
        start.elapsed()
    }

    fn result(&self) -> Vec<u8> {
        self.made.as_ref().map(&self.pixels).unwrap_or_default()
    }
}
