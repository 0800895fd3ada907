//! The engine that pages load: what `pixelpool::wasm` exports to JavaScript, and nothing more.
//!
//! A package of its own: what the crate's tests are made from need not be compiled for it.
#![cfg(target_arch = "wasm32")]

pub use pixelpool::wasm::*;
