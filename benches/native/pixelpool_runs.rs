//! pixelpool's own runs: one image or a batch, through the same pipeline as in a browser.

use crate::contestant::Contestant;
use image::RgbaImage;
use pixelpool::filters::REGISTRY;
use pixelpool::image::Layout;
use pixelpool::params::Given;
use pixelpool::pipeline::{Chain, Step};
use pixelpool::pool::{Buffers, Host, Outcome, Pool, Ticket, run_image};
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

/// One filter on a number of images at once. Planning counts, as the peers' tables and kernels do.
pub struct Run<'a> {
    pool: Arc<Pool>,
    chain: Chain,
    layout: Layout,
    source: &'a [u8],
    buffers: Vec<Buffers>,
}

impl<'a> Run<'a> {
    /// One image on the calling thread.
    pub fn inline(filter: &str, given: &Given, photo: &'a RgbaImage) -> Self {
        Self::new(Pool::inline(Host::native()), 1, filter, given, photo)
    }

    /// So many images, all the same photo, in a pool of so many threads.
    pub fn pooled(threads: usize, images: usize, filter: &str, given: &Given, photo: &'a RgbaImage) -> Self {
        Self::new(Pool::with_threads(threads, Host::native()), images, filter, given, photo)
    }

    fn new(pool: Pool, images: usize, filter: &str, given: &Given, photo: &'a RgbaImage) -> Self {
        let steps = vec![Step { kind: filter.into(), given: given.clone() }];
        let chain = Chain::new(steps, REGISTRY).unwrap_or_else(|error| panic!("{filter}: {error}"));
        let layout = Layout::rgba8(photo.width() as usize, photo.height() as usize).expect("not empty");
        let buffers = (0..images).map(|_| Buffers::default()).collect();
        Self { pool: Arc::new(pool), chain, layout, source: photo.as_raw(), buffers }
    }
}

impl Contestant for Run<'_> {
    fn run(&mut self) -> Duration {
        for Buffers { pixels, spare } in &mut self.buffers {
            // The result of a filter that changes the size is shorter, and the source's memory is the spare's now.
            if pixels.capacity() < spare.capacity() {
                std::mem::swap(pixels, spare);
            }
            pixels.clear();
            pixels.extend_from_slice(self.source);
        }
        let start = Instant::now();
        let plan = Arc::new(self.chain.plan(self.layout).expect("the result can be addressed"));
        let (send, receive) = channel();
        for (job, buffers) in (0..).zip(self.buffers.drain(..)) {
            let send = send.clone();
            let done = Box::new(move |outcome: Outcome<Buffers>| send.send(outcome.result).expect("it is waited for"));
            run_image(&self.pool, Arc::clone(&plan), buffers, None, Ticket { job, stop: Arc::default() }, None, done);
        }
        drop(send);
        self.buffers = receive.into_iter().map(|result| result.expect("no filter fails")).collect();
        start.elapsed()
    }

    fn result(&self) -> Vec<u8> {
        self.buffers[0].pixels.clone()
    }
}
