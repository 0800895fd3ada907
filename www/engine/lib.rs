//! The engine that pages load: the built-in filters, and what `pixelpool::wasm` exports to JavaScript.
//!
//! A package of its own: what the crate's tests are made from need not be compiled for it.

pixelpool::engine!();
