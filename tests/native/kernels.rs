//! Kernels against plain versions of their definitions, for every small size.

use crate::common::{formulas, kernels};

#[test]
fn medians_are_their_definition() {
    kernels::medians_are_their_definition();
}

#[test]
fn means_are_their_definition() {
    kernels::means_are_their_definition();
}

#[test]
fn lumas_and_gradients_are_their_definition() {
    kernels::lumas_and_gradients_are_their_definition();
}

#[test]
fn matrices_and_sharpening_are_their_definition() {
    kernels::matrices_and_sharpening_are_their_definition();
}

#[test]
fn tables_are_their_definition() {
    kernels::tables_are_their_definition();
}

#[test]
fn resampling_is_its_definition() {
    kernels::resampling_is_its_definition();
}

#[test]
fn bilateral_is_its_definition() {
    kernels::bilateral_is_its_definition();
}

#[test]
fn resampling_side_by_side_is_that_of_planes() {
    kernels::resampling_side_by_side_is_that_of_planes();
}

#[test]
fn functions_are_as_exact_as_they_say() {
    formulas::functions_are_as_exact_as_they_say();
}
