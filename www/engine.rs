//! The engine that pages load: what `pixelpool::wasm` exports to JavaScript, and nothing more.
//!
//! A target of its own, since cargo compiles a crate that others may use without them, but links this one as a whole: that
//! is a tenth smaller.
#![cfg(target_arch = "wasm32")]

pub use pixelpool::wasm::*;
