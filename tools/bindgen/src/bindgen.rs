//! Writes the JavaScript side of a wasm file, for pages: `wasm-bindgen FILE FOLDER NAME` writes NAME.js and NAME_bg.wasm into FOLDER. It is what
//! `wasm-bindgen --target web` does, of which nothing else is needed here, and far sooner compiled.

use std::env;
use std::process::ExitCode;
use wasm_bindgen_cli_support::Bindgen;

fn main() -> ExitCode {
    let given: Vec<String> = env::args().skip(1).collect();
    if given == ["--version"] {
        // wasm-pack asks whether it fits the crate.
        println!("wasm-bindgen {}", env!("CARGO_PKG_VERSION"));
        return ExitCode::SUCCESS;
    }
    let [file, folder, name] = given.as_slice() else {
        eprintln!("usage: wasm-bindgen FILE FOLDER NAME");
        return ExitCode::FAILURE;
    };
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(file)
        .out_name(name)
        .remove_producers_section(true)
        .omit_default_module_path(false);
    match bindgen.web(true).and_then(|bindgen| bindgen.generate(folder)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{file}: {error:?}");
            ExitCode::FAILURE
        }
    }
}
