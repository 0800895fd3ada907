//! The rules of the rooms (see `src/lib.rs`): who may use what, read from the source.

use pixelpool::filters::REGISTRY;
use std::fs;
use std::path::{Path, PathBuf};

/// A file of `src/`: its path from there, its lines, and its code without comments and unit tests. Files of the codecs' own
/// crates begin with `codecs/`, those of their modules with `modules/`.
struct Source {
    path: String,
    lines: usize,
    code: String,
}

fn sources() -> Vec<Source> {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = ["src", "codecs/src", "codecs/webp/src", "codecs/modules"].map(|folder| crates.join(folder));
    let [root, others @ ..] = &folders;
    let mut folders = folders.to_vec();
    let mut files: Vec<PathBuf> = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("src can be read") {
            let path = entry.expect("src can be read").path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    let sources: Vec<_> = files.iter().map(|file| source(file, root, others)).collect();
    assert!(sources.len() > 20, "the source has been found");
    sources
}

fn source(file: &Path, root: &Path, others: &[PathBuf]) -> Source {
    let text = fs::read_to_string(file).expect("source is text");
    let path = match others.iter().find_map(|folder| Some((folder, file.strip_prefix(folder).ok()?))) {
        Some((folder, path)) => Path::new(if folder.ends_with("modules") { "modules" } else { "codecs" }).join(path),
        None => file.strip_prefix(root).expect("it is in one of them").to_path_buf(),
    };
    let path = path.to_string_lossy().replace('\\', "/");
    let without_tests = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    let code = without_tests.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>();
    // What a macro names belongs to the place that uses it.
    let code = code.join("\n").replace("$crate::", "");
    // A name that is exported is no unsafe code.
    let code = code.replace("#[unsafe(no_mangle)]", "");
    Source { path, lines: text.lines().count(), code }
}

impl Source {
    fn is_in(&self, rooms: &[&str]) -> bool {
        rooms.iter().any(|room| self.path == format!("{room}.rs") || self.path.starts_with(&format!("{room}/")))
    }

    /// Whether a word stands in the code by itself.
    fn has_word(&self, word: &str) -> bool {
        let is_part = |c: char| c.is_alphanumeric() || c == '_';
        self.code.match_indices(word).any(|(at, _)| {
            let before = self.code[..at].chars().next_back();
            let after = self.code[at + word.len()..].chars().next();
            !before.is_some_and(is_part) && !after.is_some_and(is_part)
        })
    }
}

/// The files where one of the words stands, but for the rooms that may.
fn breaches(words: &[&str], may: &[&str]) -> Vec<String> {
    let outside = sources().into_iter().filter(|source| !source.is_in(may));
    outside.filter(|source| words.iter().any(|word| source.has_word(word))).map(|source| source.path).collect()
}

const NONE: [String; 0] = [];

#[test]
fn only_the_pool_knows_rayon() {
    assert_eq!(breaches(&["rayon"], &["pool"]), NONE);
    assert_eq!(breaches(&["wasm_bindgen_rayon"], &["wasm"]), NONE);
}

#[test]
fn only_wasm_knows_javascript() {
    // The macro that makes an engine names what exports it.
    assert_eq!(breaches(&["wasm_bindgen"], &["wasm", "engine"]), NONE);
    assert_eq!(breaches(&["js_sys", "web_sys", "serde_wasm_bindgen"], &["wasm"]), NONE);
}

#[test]
fn unsafe_code_is_in_few_files() {
    let may = ["pool/canvas", "pool/image_job", "pool/room", "pool/shared_bytes", "wasm", "modules/imports"];
    let mut breaches = breaches(&["unsafe"], &may);
    breaches.retain(|path| {
        let rooms = ["codecs/", "kernels/", "vector/"];
        !(path.ends_with("/simd128.rs") && rooms.iter().any(|room| path.starts_with(room)))
    });
    assert_eq!(breaches, NONE);
}

/// RGBA bytes are an affair of the byte kernels and of the filters that use them.
#[test]
fn the_way_through_asks_a_format() {
    let may = ["image", "filter", "kernels", "filters"];
    assert_eq!(breaches(&["CHANNELS"], &may), NONE);
}

/// What `as_ptr` gives must not be written through; `as_mut_ptr` asks that nobody else is at it.
#[test]
fn pointers_that_were_taken_to_read_do_not_write() {
    assert_eq!(breaches(&["cast_mut"], &[]), NONE);
}

#[test]
fn rooms_know_only_those_above_them() {
    let values = ["error", "image", "params", "color", "scratch"];
    // From the values up.
    let above_values =
        ["vector", "stage", "planes", "plan", "filter", "kernels", "filters", "pipeline", "pool", "batch", "wasm"];
    let rules: [(&[&str], &[&str]); 9] = [
        (&values, &above_values),
        (&["vector"], &above_values[1..]),
        (&["stage"], &above_values[2..]),
        (&["planes"], &above_values[3..]),
        (&["plan"], &above_values[4..]),
        (&["filter"], &above_values[5..]),
        (&["kernels"], &["params", "filters", "pipeline", "pool", "batch", "wasm"]),
        (&["filters"], &["filters", "pipeline", "pool", "batch", "wasm"]),
        (&["pipeline", "pool", "batch"], &["filters", "wasm"]),
    ];
    for source in sources() {
        for (rooms, hidden) in rules {
            // A room's own modules are its own affair, and so is the list in `filters/mod.rs`.
            if !source.is_in(rooms) || source.path == "filters/mod.rs" {
                continue;
            }
            for room in hidden {
                assert!(!source.has_word(&format!("crate::{room}")), "{} must not know {room}", source.path);
            }
        }
    }
}

#[test]
fn filters_do_not_know_each_other() {
    for source in sources().iter().filter(|source| source.is_in(&["filters"]) && source.path != "filters/mod.rs") {
        assert!(!source.has_word("super") && !source.has_word("crate::filters"), "{}", source.path);
    }
}

#[test]
fn the_way_through_names_no_filter() {
    for source in sources().iter().filter(|source| source.is_in(&["pipeline", "pool", "batch", "wasm"])) {
        for definition in REGISTRY {
            let name = definition.info.name;
            assert!(!source.code.contains(&format!("\"{name}\"")), "{} names {name}", source.path);
            let type_name = name[..1].to_uppercase() + &name[1..];
            assert!(!source.has_word(&type_name), "{} names {type_name}", source.path);
        }
    }
}

#[test]
fn no_file_is_too_long() {
    let long: Vec<_> = sources().into_iter().filter(|source| source.lines > 400).map(|source| source.path).collect();
    assert_eq!(long, NONE, "split it by idea");
}
