//! pixelpool: filters for batches of images, and the pool of threads that runs them, for browsers.
//!
//! The rooms, each of which knows only those above it:
//!
//! | room | holds |
//! | --- | --- |
//! | [`error`], [`image`], [`params`], [`color`], [`scratch`] | values |
//! | [`vector`] | four numbers at a time |
//! | [`stage`] | what a step of a plan is: rows written of rows |
//! | [`planes`] | rows of pixels as planes of single precision, and back |
//! | [`plan`] | how a filter says what it does: a graph of stages |
//! | [`filter`] | what a filter is |
//! | [`kernels`] | inner loops that several filters share |
//! | [`filters`] | one filter per file, and the registry |
//! | [`pipeline`] | a chain: checked, planned, run in bands, tiles and rolling windows |
//! | [`pool`] | threads |
//! | [`batch`] | jobs: order, failures, cancellation |
//! | `wasm` | what JavaScript sees |
//! | [`engine!`] | a crate's own filters beside the built-in ones |
#![cfg_attr(all(target_arch = "wasm32", feature = "threads"), feature(stdarch_wasm_atomic_wait))]

/// What cannot happen needs no words where nobody would see them.
#[cfg(target_arch = "wasm32")]
macro_rules! unreachable {
    ($($words:tt)*) => {
        $crate::error::never()
    };
}

pub mod batch;
pub mod color;
mod engine;
pub mod error;
pub mod filter;
pub mod filters;
pub mod image;
pub mod kernels;
pub mod params;
pub mod pipeline;
pub mod plan;
pub mod planes;
pub mod pool;
pub mod scratch;
pub mod stage;
pub mod vector;
#[cfg(target_arch = "wasm32")]
pub mod wasm;
