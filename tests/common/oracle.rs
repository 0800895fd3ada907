//! The oracle's files: inputs, and the results that are expected of them.

use pixelpool::image::Image;
use serde_json::Value as Json;
use sha2::{Digest, Sha256};
use std::fs;
use std::path::Path;

/// The files, as they lie in `tests/oracle/`.
pub struct Oracle {
    /// Inputs and cases.
    pub manifest: Json,
    inputs: Vec<u8>,
    /// Results and masks.
    pub expected: Vec<u8>,
}

impl Oracle {
    /// Reads them.
    pub fn open() -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle");
        let read = |name: &str| fs::read(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        Self {
            manifest: serde_json::from_slice(&read("manifest.json")).expect("the manifest is JSON"),
            inputs: read("inputs.pack"),
            expected: read("expected.pack"),
        }
    }

    /// All cases.
    pub fn cases(&self) -> &Vec<Json> {
        self.manifest["cases"].as_array().expect("the manifest has cases")
    }

    /// An input by its name.
    pub fn input(&self, name: &str) -> Image {
        let entry = &self.manifest["inputs"][name];
        let image = decode(slice(&self.inputs, &entry["png"]).unwrap_or_else(|| panic!("no input {name}")));
        assert_eq!(hex(image.data()), entry["sha256"].as_str().expect("a hash"), "input {name}");
        image
    }

    /// The text of a table of colours by its name.
    pub fn cube(&self, name: &str) -> String {
        let place = &self.manifest["luts"][name]["cube_zlib"];
        let packed = slice(&self.inputs, place).unwrap_or_else(|| panic!("no table {name}"));
        let mut text = String::new();
        let mut decoder = flate2::read::ZlibDecoder::new(packed);
        std::io::Read::read_to_string(&mut decoder, &mut text).expect("a text");
        text
    }
}

/// The bytes at `[offset, length]` of a pack, where there is such a place.
pub fn slice<'a>(pack: &'a [u8], place: &Json) -> Option<&'a [u8]> {
    let at = |i: usize| place.get(i)?.as_u64().map(|number| number as usize);
    let (offset, length) = (at(0)?, at(1)?);
    Some(&pack[offset..offset + length])
}

/// SHA-256 in hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// An image of a PNG.
pub fn decode(png: &[u8]) -> Image {
    let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info().expect("a PNG");
    let mut data = vec![0; reader.output_buffer_size().expect("a size")];
    let info = reader.next_frame(&mut data).expect("a PNG");
    data.truncate(info.buffer_size());
    let rgba = |pixel: &[u8]| match *pixel {
        [y] => [y, y, y, 255],
        [y, a] => [y, y, y, a],
        [r, g, b] => [r, g, b, 255],
        [r, g, b, a] => [r, g, b, a],
        _ => unreachable!("one to four channels"),
    };
    let data = data.chunks_exact(info.color_type.samples()).flat_map(rgba).collect();
    Image::new(info.width as usize, info.height as usize, data).expect("not empty")
}
