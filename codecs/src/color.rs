//! Colours to sRGB by the ICC profile of a file (ICC.1:2022, version 2 and 4).
//!
//! By the relative colorimetric intent, without black point compensation: white stays white, and what sRGB does not have is cut off
//! in each channel. A profile's table goes before its matrix. Levels are within 1 of those of LittleCMS.
//!
//! | part | holds |
//! | --- | --- |
//! | `profile` | what stands where in a profile |
//! | `curve` | tone curves |
//! | `four` | four numbers at a time |
//! | `matrix` | profiles of curves and a matrix, and grey ones |
//! | `table` | profiles of tables |
//! | `srgb` | light to levels of sRGB |

mod curve;
mod four;
mod matrix;
mod profile;
mod srgb;
mod table;

use crate::{Depth, Problem};
use matrix::{Gray, Matrix, MatrixOfBytes, MatrixOfWords};
use profile::{Profile, Space};
use table::Table;

/// What is said of most profiles that cannot be used.
const BROKEN: Problem = Problem::Unsupported("the profile is broken");

/// What has become of pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Managed {
    /// They are sRGB now.
    Converted,
    /// The profile is sRGB's: no level of 8 bits would have changed. The pixels are as they were.
    Same,
    /// The profile cannot be used, and why. Pixels are as they were; inks have become red, green and blue without it.
    Ignored(&'static str),
}

/// Converts pixels, and keeps what it has made of the last profile: pictures of one camera all have the same.
#[derive(Default)]
pub struct Converter {
    last: Option<Last>,
}

struct Last {
    profile: Vec<u8>,
    kind: Kind,
    transform: Result<Transform, &'static str>,
}

/// What pixels are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Bytes,
    Words,
    Inks,
}

enum Transform {
    Same,
    GrayBytes(Gray),
    GrayWords(Gray),
    Bytes(MatrixOfBytes),
    Words(MatrixOfWords),
    TableOfBytes(Tables),
    TableOfWords(Table, srgb::Words),
}

/// A table for pixels of 8 bits, or for inks.
struct Tables {
    table: Table,
    /// For each colour, where its levels lie along its axis.
    places: Vec<Vec<(usize, f32)>>,
    encoded: srgb::Bytes,
}

impl Converter {
    /// Converts red, green, blue and alpha, straight, of 8 or 16 bits (little-endian), in place. Alpha stays, and so do bytes behind
    /// the last whole pixel. A grey profile is for pixels whose red, green and blue are the same.
    ///
    /// # Errors
    ///
    /// [`Problem::OutOfMemory`]; then the pixels are as they were.
    pub fn to_srgb(&mut self, profile: &[u8], pixels: &mut [u8], depth: Depth) -> Result<Managed, Problem> {
        let kind = if depth == Depth::Eight { Kind::Bytes } else { Kind::Words };
        let transform = match self.transform(profile, kind)? {
            Ok(transform) => transform,
            Err(what) => return Ok(Managed::Ignored(what)),
        };
        let is_gray = match transform {
            Transform::GrayBytes(_) => pixels.as_chunks::<4>().0.iter().all(|[r, g, b, _]| r == g && g == b),
            Transform::GrayWords(_) => words(pixels).iter().all(|[r, g, b, _]| r == g && g == b),
            _ => true,
        };
        if !is_gray {
            return Ok(Managed::Ignored("the profile is of grey, and the picture has colours"));
        }
        match transform {
            Transform::Same => return Ok(Managed::Same),
            Transform::GrayBytes(gray) => gray.run_bytes(pixels.as_chunks_mut().0),
            Transform::GrayWords(gray) => gray.run_words(words(pixels)),
            Transform::Bytes(matrix) => matrix.run(pixels.as_chunks_mut().0),
            Transform::Words(matrix) => matrix.run(words(pixels)),
            Transform::TableOfBytes(tables) => tables.run::<3>(pixels.as_chunks_mut().0),
            Transform::TableOfWords(table, encoded) => run_words(table, encoded, words(pixels)),
        }
        Ok(Managed::Converted)
    }

    /// Converts cyan, magenta, yellow and black, of 8 bits, 0 for no ink and 255 for all of it, to red, green, blue and an alpha of 255,
    /// in place; without a profile that can be used, by (255 − C)·(255 − K)/255, rounded.
    ///
    /// # Errors
    ///
    /// [`Problem::OutOfMemory`]; then the inks are as they were.
    pub fn inks_to_srgb(&mut self, profile: &[u8], inks: &mut [u8]) -> Result<Managed, Problem> {
        let transform = self.transform(profile, Kind::Inks)?;
        let (inks, _) = inks.as_chunks_mut::<4>();
        Ok(match transform {
            Ok(Transform::TableOfBytes(tables)) => {
                tables.run::<4>(inks);
                inks.iter_mut().for_each(|pixel| pixel[3] = 255);
                Managed::Converted
            }
            other => {
                for pixel in inks {
                    let [c, m, y, k] = pixel.map(|ink| 255 - ink);
                    let level = |ink: u8| ((u32::from(ink) * u32::from(k) + 127) / 255) as u8;
                    *pixel = [level(c), level(m), level(y), 255];
                }
                Managed::Ignored(other.as_ref().err().copied().unwrap_or_default())
            }
        })
    }

    /// What is made of a profile, or why it cannot be used.
    fn transform(&mut self, profile: &[u8], kind: Kind) -> Result<&Result<Transform, &'static str>, Problem> {
        let last = match self.last.take() {
            Some(last) if last.kind == kind && last.profile == profile => last,
            _ => {
                let transform = match Transform::new(profile, kind) {
                    Ok(transform) => Ok(transform),
                    Err(Problem::Unsupported(what)) => Err(what),
                    Err(problem) => return Err(problem),
                };
                Last { profile: filled(profile.len(), |i| profile[i])?, kind, transform }
            }
        };
        Ok(&self.last.insert(last).transform)
    }
}

impl Transform {
    fn new(profile: &[u8], kind: Kind) -> Result<Self, Problem> {
        let profile = Profile::read(profile)?;
        match (profile.space, kind) {
            (Space::Cmyk, Kind::Inks) => match Table::read(&profile, 4)? {
                Some(table) => Ok(Self::TableOfBytes(Tables::new(table, 4)?)),
                None => Err(Problem::Unsupported("the profile has no table that is read here")),
            },
            (Space::Gray, Kind::Bytes) => Ok(Gray::read(&profile, 256)?.map_or(Self::Same, Self::GrayBytes)),
            (Space::Gray, Kind::Words) => Ok(Gray::read(&profile, 65536)?.map_or(Self::Same, Self::GrayWords)),
            (Space::Rgb, Kind::Bytes | Kind::Words) => match Table::read(&profile, 3)? {
                Some(table) if kind == Kind::Bytes => Ok(Self::TableOfBytes(Tables::new(table, 3)?)),
                Some(table) => Ok(Self::TableOfWords(table, srgb::Words::new()?)),
                None => {
                    let matrix = Matrix::read(&profile)?;
                    match kind {
                        _ if matrix.is_srgb() => Ok(Self::Same),
                        Kind::Words => Ok(Self::Words(matrix.of_words()?)),
                        _ => Ok(Self::Bytes(matrix.of_bytes()?)),
                    }
                }
            },
            _ => Err(Problem::Unsupported("the profile is of other colours than the picture's")),
        }
    }
}

impl Tables {
    fn new(table: Table, inputs: usize) -> Result<Self, Problem> {
        let mut places = Vec::new();
        for input in 0..inputs {
            places.push(table.places(input)?);
        }
        Ok(Self { table, places, encoded: srgb::Bytes::new()? })
    }

    /// Converts the first so many numbers of each pixel to the first three.
    #[inline(never)]
    fn run<const INPUTS: usize>(&self, pixels: &mut [[u8; 4]]) {
        let levels_of = self.encoded.levels();
        // Of pixels beside each other many are the same.
        let mut last: Option<([u8; INPUTS], [u8; 3])> = None;
        for pixel in pixels {
            let Some(colors) = pixel.first_chunk::<INPUTS>().copied() else { return };
            let levels = match last {
                Some((before, levels)) if before == colors => levels,
                _ => {
                    let mut places = [(0, 0.0); INPUTS];
                    for ((place, places), color) in places.iter_mut().zip(&self.places).zip(colors) {
                        *place = places.get(usize::from(color)).copied().unwrap_or_default();
                    }
                    levels_of(self.table.light(&places))
                }
            };
            last = Some((colors, levels));
            pixel[..3].copy_from_slice(&levels);
        }
    }
}

#[inline(never)]
fn run_words(table: &Table, encoded: &srgb::Words, pixels: &mut [[[u8; 2]; 4]]) {
    for pixel in pixels {
        let place = |i: usize| table.place(i, f32::from(u16::from_le_bytes(pixel[i])) / 65535.0);
        let [r, g, b] = encoded.levels(table.light(&[place(0), place(1), place(2)])).map(u16::to_le_bytes);
        *pixel = [r, g, b, pixel[3]];
    }
}

/// The pixels of 16 bits of these bytes.
fn words(pixels: &mut [u8]) -> &mut [[[u8; 2]; 4]] {
    pixels.as_chunks_mut().0.as_chunks_mut().0
}

/// So many values, where there is memory for them.
fn filled<T>(count: usize, value: impl FnMut(usize) -> T) -> Result<Vec<T>, Problem> {
    let mut values = Vec::new();
    values.try_reserve_exact(count).map_err(|_| Problem::OutOfMemory)?;
    values.extend((0..count).map(value));
    Ok(values)
}
