//! A chain of filters: checked once, planned once per layout, run in bands of rows.
//!
//! A plan is a list of groups. Within a group every stage has a limited reach, so a band of the result needs only a
//! strip of the source: the stages run one after another over that strip, and nothing waits.
//! Between groups the whole image must be finished. Every operation still reads and writes 8-bit RGBA, as if called alone.
//!
//! Whether an image is opaque is a matter of its pixels, and much is faster where it is: a chain that gains by it has two
//! plans, and looks through each image before it takes one of them.
//!
//! Knows no filter by name, no threads, no JavaScript.

mod chain;
mod plan;
mod strip;

pub use chain::{Chain, Override, Step};
pub use plan::{Group, Placed, Plan, Plans, Work};
pub use strip::{filter_at_work, run_in_place, run_strip, run_whole};
