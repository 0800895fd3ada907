//! What crates with filters of their own are tested with, and what the types for TypeScript are made with. pixelpool's own tests use
//! it in the same way.
//!
//! One line in a test of the crate is all that is needed, `pixelpool_kit::tests!(my_crate::FILTERS);`: what every filter promises
//! is checked of each, in every format, for odd sizes, for cuts into bands and tiles and several numbers of threads, with numbers
//! just out of range; and `scripts/own.mjs` has the types written by it.

pub mod contract;
pub mod cuts;
#[path = "../../common/golden.rs"]
pub mod golden;
mod images;
mod runs;
pub mod typescript;
mod variants;

pub use images::*;
pub use runs::*;
pub use variants::*;

/// A list of filters: `FILTERS` of a crate, or the built-in ones.
pub type Registry = &'static [pixelpool::filter::Definition];

/// The tests of what every filter promises.
#[macro_export]
macro_rules! contract {
    ($registry:expr) => {
        $crate::contract!(@each cuts $registry,
            every_filter_is_the_same_in_bands_of_single_rows
            every_filter_is_the_same_in_narrow_tiles
            every_filter_takes_every_format
        );
        $crate::contract!(@each contract $registry,
            names_are_unique_and_documented
            defaults_and_examples_are_allowed
            bytes_do_not_depend_on_threads
            bytes_do_not_depend_on_how_rows_are_split
            opaque_images_stay_opaque_where_stages_say_so
            every_filter_changes_noise_with_some_parameters
            empty_images_are_refused
            unknown_and_missing_parameters_are_type_errors
            values_of_a_wrong_type_are_type_errors
            numbers_that_are_not_allowed_are_range_errors
        );
    };
    (@each $room:ident $registry:expr, $($test:ident)+) => {
        $(
            #[test]
            fn $test() {
                $crate::$room::$test($registry);
            }
        )+
    };
}

/// The same, and one that makes the types and, where `PIXELPOOL_OUT` names a folder, writes them there.
#[macro_export]
macro_rules! tests {
    ($registry:expr) => {
        $crate::contract!($registry);

        #[test]
        fn types_are_written() {
            $crate::typescript::write($registry);
        }
    };
}
