//! `tests/golden.txt`: a hash of the whole output for each filter, with parameters worth running, on fixed inputs. The
//! browser's test reads the same file, so native, wasm, threaded and single builds must agree. `tests/golden/` has the
//! outputs themselves, each as a PNG that is named by its hash: where a row fails, both images can be looked at.
//!
//! `UPDATE=1 cargo test golden` writes them. Rows are `kind {parameters} input hash`.

use crate::common::{golden, json, oracle, run_one, variants_for};
use pixelpool::filters::REGISTRY;
use pixelpool::image::Image;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// A row of the table: all but the hash, and the output.
struct Row {
    name: String,
    output: Image,
}

impl Row {
    fn hash(&self) -> String {
        format!("{:016x}", golden::hash(self.output.data()))
    }
}

fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for definition in REGISTRY {
        for &(input, width, height) in golden::INPUTS {
            let image = Image::new(width, height, golden::input(input, width, height)).expect("not empty");
            for given in variants_for(definition.info, image.layout()) {
                let kind = definition.info.name;
                let name = format!("{kind} {} {input}", json::to_json(&given));
                rows.push(Row { name, output: run_one(kind, &given, &image) });
            }
        }
    }
    rows
}

/// The hash of each row of a table.
fn hashes(table: &str) -> BTreeMap<&str, &str> {
    table.lines().map(|row| row.rsplit_once(' ').expect("a row ends with a hash")).collect()
}

/// Whether the table is written, not read.
fn is_update() -> bool {
    std::env::var_os("UPDATE").is_some()
}

fn path(relative: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(relative)
}

fn picture(hash: &str) -> PathBuf {
    path(&format!("tests/golden/{hash}.png"))
}

fn write_png(file: &Path, image: &Image) {
    let mut data = Vec::new();
    let mut encoder = png::Encoder::new(&mut data, image.layout().width() as u32, image.layout().height() as u32);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_compression(png::Compression::High);
    let mut writer = encoder.write_header().expect("memory takes it");
    writer.write_image_data(image.data()).expect("memory takes it");
    writer.finish().expect("memory takes it");
    fs::create_dir_all(file.parent().expect("a folder")).expect("the folder can be made");
    fs::write(file, data).expect("the picture can be written");
}

/// Writes the table, and the pictures of its rows in the place of those that were there.
fn update(table: &str, rows: &[Row]) {
    fs::write(path("tests/golden.txt"), table).expect("the table can be written");
    let _ = fs::remove_dir_all(path("tests/golden"));
    rows.iter().for_each(|row| write_png(&picture(&row.hash()), &row.output));
}

/// Writes what came out of a row, and copies what should have, side by side. Returns where they are.
fn show(folder: &Path, number: usize, row: &Row, wanted: Option<&str>) -> String {
    let file = |what: &str| folder.join(format!("{number}-{what}.png"));
    write_png(&file("got"), &row.output);
    let said = format!("{} {}\n  {}", row.name, row.hash(), file("got").display());
    match wanted {
        None => format!("{said} (the table has no such row)"),
        Some(hash) => {
            fs::copy(picture(hash), file("want")).expect("each row has its picture");
            format!("{said}\n  {}", file("want").display())
        }
    }
}

/// What to say of the rows that are not those of a table, after their pictures have been written into a folder.
fn complaints(rows: &[Row], wanted: &BTreeMap<&str, &str>, folder: &Path) -> Vec<String> {
    let _ = fs::remove_dir_all(folder);
    let hash = |row: &Row| wanted.get(row.name.as_str()).copied();
    let wrong = rows.iter().enumerate().filter(|(_, row)| hash(row) != Some(row.hash().as_str()));
    wrong.map(|(number, row)| show(folder, number, row, hash(row))).collect()
}

#[test]
fn outputs_are_those_of_the_table() {
    let rows = rows();
    let got: String = rows.iter().map(|row| format!("{} {}\n", row.name, row.hash())).collect();
    if is_update() {
        return update(&got, &rows);
    }
    let want = fs::read_to_string(path("tests/golden.txt")).expect("tests/golden.txt; UPDATE=1 writes it");
    let complaints = complaints(&rows, &hashes(&want), &Path::new(env!("CARGO_TARGET_TMPDIR")).join("golden"));
    assert!(
        got == want,
        "{} rows are not in tests/golden.txt; where that is meant, run UPDATE=1 cargo test golden\n{}",
        complaints.len(),
        complaints.join("\n")
    );
}

#[test]
fn pictures_are_those_of_the_table() {
    if is_update() {
        return;
    }
    let table = fs::read_to_string(path("tests/golden.txt")).expect("tests/golden.txt; UPDATE=1 writes it");
    let mut wanted: Vec<_> = hashes(&table).into_values().map(|hash| format!("{hash}.png")).collect();
    wanted.sort();
    wanted.dedup();
    let folder = fs::read_dir(path("tests/golden")).expect("tests/golden/; UPDATE=1 writes it");
    let mut there: Vec<_> =
        folder.map(|file| file.expect("a file").file_name().to_string_lossy().into_owned()).collect();
    there.sort();
    assert_eq!(there, wanted, "UPDATE=1 cargo test golden writes them");
    for name in there {
        let image = oracle::decode(&fs::read(path("tests/golden").join(&name)).expect("it is there"));
        assert_eq!(format!("{:016x}.png", golden::hash(image.data())), name);
    }
}

#[test]
fn a_row_that_fails_leaves_both_pictures() {
    if is_update() {
        return;
    }
    let table = fs::read_to_string(path("tests/golden.txt")).expect("tests/golden.txt; UPDATE=1 writes it");
    let (name, hash) = table.lines().next().and_then(|row| row.rsplit_once(' ')).expect("the table has rows");
    let wrong = Image::new(2, 1, vec![1, 2, 3, 0, 5, 6, 7, 8]).expect("not empty");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("golden-test");
    let rows = [Row { name: name.into(), output: wrong.clone() }];
    let said = complaints(&rows, &hashes(&table), &folder).concat();
    let read = |name: &str| {
        let file = folder.join(name);
        assert!(said.contains(&file.display().to_string()), "{said}");
        oracle::decode(&fs::read(file).expect("it is there"))
    };
    assert_eq!(read("0-got.png"), wrong);
    assert_eq!(format!("{:016x}", golden::hash(read("0-want.png").data())), hash);
}
