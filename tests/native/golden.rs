//! `tests/golden.txt`: a hash of the whole output for each filter, with parameters worth running, on fixed inputs. The
//! browser's test reads the same file, so native, wasm, threaded and single builds must agree.
//!
//! `UPDATE=1 cargo test golden` writes it. Rows are `kind {parameters} input hash`.

use crate::common::{golden, json, run_one, variants};
use pixelpool::filters::REGISTRY;
use pixelpool::image::Image;
use std::fmt::Write;
use std::fs;
use std::path::Path;

#[test]
fn outputs_are_those_of_the_table() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden.txt");
    let got = table();
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, got).expect("the table can be written");
        return;
    }
    let want = fs::read_to_string(&path).expect("tests/golden.txt; UPDATE=1 writes it");
    let changed: Vec<_> = got.lines().filter(|row| !want.lines().any(|other| other == *row)).collect();
    assert!(
        got == want,
        "{} rows are not in tests/golden.txt; where that is meant, run UPDATE=1 cargo test golden\n{}",
        changed.len(),
        changed.join("\n")
    );
}

fn table() -> String {
    let mut table = String::new();
    for definition in REGISTRY {
        for given in variants(definition.info) {
            for &(input, width, height) in golden::INPUTS {
                let image = Image::new(width, height, golden::input(input, width, height)).expect("not empty");
                let output = run_one(definition.info.name, &given, &image);
                let (kind, hash) = (definition.info.name, golden::hash(output.data()));
                writeln!(table, "{kind} {} {input} {hash:016x}", json::to_json(&given)).expect("a string takes it");
            }
        }
    }
    table
}
