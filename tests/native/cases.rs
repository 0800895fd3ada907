//! What the naive versions of definitions expect, written down for who holds other programs against it: `npm run accuracy` names a
//! file in `PIXELPOOL_CASES`, into which each case of bytes with alpha or without goes as a line of JSON. Tests do the same
//! whether there is one or not.

use crate::common::json;
use crate::numbers::Numbers;
use pixelpool::image::{Format, Sample};
use pixelpool::params::{Given, Value};
use serde_json::json;
use std::cell::RefCell;
use std::collections::HashSet;
use std::fs::File;
use std::io::Write;
use std::sync::{LazyLock, Mutex, PoisonError};

thread_local! {
    /// What this test has run last.
    static RUN: RefCell<Option<(String, Given)>> = const { RefCell::new(None) };
}

/// A file, and the lines that it has.
type Lines = Mutex<(File, HashSet<String>)>;

static FILE: LazyLock<Option<Lines>> = LazyLock::new(|| {
    let name = std::env::var_os("PIXELPOOL_CASES")?;
    let file = File::create(&name).unwrap_or_else(|error| panic!("{}: {error}", name.display()));
    Some(Mutex::new((file, HashSet::new())))
});

/// Remembers a filter that is run; what is noted next is about it.
pub(crate) fn begin(kind: &str, given: &Given) {
    if FILE.is_some() {
        RUN.replace(Some((kind.into(), given.clone())));
    }
}

/// Notes what an image must become by the filter that was run last: red, green, blue and alpha of each pixel in levels, not
/// rounded. `weighted`: colours count as far as they can be seen.
pub(crate) fn note(image: &Numbers, weighted: bool, want: impl Fn(usize) -> [f64; 4]) {
    let Some(file) = &*FILE else { return };
    if image.sample != Sample::U8 || image.channels < 3 {
        return;
    }
    let pixels = image.width * image.height;
    let rgba = |i: usize| -> Vec<u8> {
        let stored = &image.values[i * image.channels..][..image.channels];
        stored.iter().chain(&[255.0]).take(4).map(|value| *value as u8).collect()
    };
    let input: Vec<u8> = (0..pixels).flat_map(rgba).collect();
    write(file, (image.width, image.height), &input, weighted, (0..pixels).flat_map(want));
}

/// As [`note`] `weighted`, of bytes.
pub(crate) fn note_bytes(size: (usize, usize), input: &[u8], want: impl Iterator<Item = f64>) {
    if let Some(file) = &*FILE {
        write(file, size, input, true, want);
    }
}

fn write(file: &Lines, size: (usize, usize), input: &[u8], weighted: bool, want: impl Iterator<Item = f64>) {
    RUN.with_borrow(|run| {
        let Some((kind, given)) = run else { return };
        let has_json = |value: &Value| match value {
            Value::Image(image) => image.layout().format() == Format::RGBA8,
            other => !matches!(other, Value::TooLong(_) | Value::Other(_)),
        };
        if !given.iter().all(|(_, value)| has_json(value)) {
            return;
        }
        let (mut expected, mut either) = (Vec::new(), Vec::new());
        for (i, value) in want.enumerate() {
            let clamped = value.clamp(0.0, 255.0);
            expected.push((clamped + 0.5).floor() as u8);
            if ((clamped + 0.5).fract() - 0.5).abs() > 0.49 {
                either.push(i);
            }
        }
        let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let line = json!({
            "op": kind, "params": json::to_json(given), "width": size.0, "height": size.1,
            "input": hex(input), "expected": hex(&expected), "either": either, "weighted": weighted,
        });
        let (file, written) = &mut *file.lock().unwrap_or_else(PoisonError::into_inner);
        let line = line.to_string();
        if written.insert(line.clone()) {
            writeln!(file, "{line}").expect("the file can be written");
        }
    });
}
