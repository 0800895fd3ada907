//! A chain of filters: checked once, planned once per layout, run in bands of rows.
//!
//! A plan is a list of passes over the whole image. What filters do row by row runs together in one pass, in bands of rows:
//! a band of the result needs only a part of the source, and nothing waits. Between passes the whole image is finished.
//! Every filter still reads and writes images of the format that the chain is given, as if it ran alone.
//!
//! Whether an image is opaque is a matter of its pixels, and much is faster where it is: a chain that gains by it has two
//! plans, and looks through each image before it takes one of them.
//!
//! Knows no filter by name, no threads, no JavaScript.

mod chain;
mod nodes;
mod plan;
mod program;
mod run;

pub use chain::{Chain, Override, Rest, Step};
pub use plan::{Pass, Plan, Plans, Work};
pub use program::Program;
pub use run::{filter_at_work, run_band, run_in_place, run_into, run_measure, works_for};
