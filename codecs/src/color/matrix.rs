//! Profiles of a curve for each colour and a matrix, and grey ones of a curve alone (ICC.1:2022, F.2 and F.3).

use super::curve::{Curve, Curves, Lookup};
use super::four::Four;
use super::profile::{Connection, Profile};
use super::srgb::{self, Bytes, Words};
use super::table::cube_or_line;
use super::{BROKEN, filled};
use crate::Problem;

/// What a profile of red, green and blue says.
pub(super) struct Matrix {
    curves: [Curve; 3],
    /// sRGB's light of the light of red, of green and of blue.
    columns: [[f64; 3]; 3],
}

impl Matrix {
    pub(super) fn read(profile: &Profile) -> Result<Self, Problem> {
        if profile.connection != Connection::Xyz {
            return Err(BROKEN);
        }
        let colorants = [profile.xyz(*b"rXYZ")?, profile.xyz(*b"gXYZ")?, profile.xyz(*b"bXYZ")?];
        if srgb::inverse(colorants).is_none() {
            return Err(BROKEN);
        }
        let curve = |name| Curve::read(profile.tag(name).ok_or(BROKEN)?).map(|(curve, _)| curve);
        let curves = [curve(*b"rTRC")?, curve(*b"gTRC")?, curve(*b"bTRC")?];
        Ok(Self { curves, columns: colorants.map(|colorant| srgb::times(srgb::of_xyz(), colorant)) })
    }

    /// Whether nothing that has 8 bits would change: no colour of a lattice, and none of the ramps of grey and of each
    /// channel, moves by half of a level.
    pub(super) fn is_srgb(&self) -> bool {
        let stays = |levels: [usize; 3]| {
            let levels = levels.map(|level| level as f64 / 255.0);
            let light = [0, 1, 2].map(|i| self.curves[i].at(levels[i]));
            let found = srgb::times(self.columns, light).map(srgb::encode);
            found.iter().zip(levels).all(|(found, level)| (found - level).abs() < 0.5 / 255.0)
        };
        (0..256).all(|i| stays([i, i, i]) && stays([i, 0, 0]) && stays([0, i, 0]) && stays([0, 0, i]))
            && (0..216).all(|i| stays([51 * (i % 6), 51 * (i / 6 % 6), 51 * (i / 36)]))
    }

    pub(super) fn of_bytes(&self) -> Result<MatrixOfBytes, Problem> {
        let mut light = [const { Vec::new() }; 3];
        for ((light, curve), column) in light.iter_mut().zip(&self.curves).zip(self.columns) {
            let part = |level: usize| {
                let part = curve.at(level as f64 / 255.0);
                Four::new(column.map(|number| (number * part) as f32))
            };
            *light = filled(256, part)?;
        }
        Ok(MatrixOfBytes { light, encoded: Bytes::new()? })
    }

    pub(super) fn of_words(&self) -> Result<MatrixOfWords, Problem> {
        let mut curves = Vec::new();
        for curve in &self.curves {
            curves.push(Lookup::new(curve)?);
        }
        let columns = self.columns.map(|column| Four::new(column.map(|number| number as f32)));
        Ok(MatrixOfWords { curves: Curves::new(curves)?, columns, encoded: Words::new()? })
    }
}

/// Tables for pixels of 8 bits.
pub(super) struct MatrixOfBytes {
    /// What each level of red, green and blue adds to sRGB's light.
    light: [Vec<Four>; 3],
    encoded: Bytes,
}

impl MatrixOfBytes {
    #[inline(never)]
    pub(super) fn run(&self, pixels: &mut [[u8; 4]]) {
        let [Some(r), Some(g), Some(b)] = self.light.each_ref().map(|light| light.first_chunk::<256>()) else { return };
        let levels = self.encoded.levels();
        for pixel in pixels {
            let light = r[usize::from(pixel[0])] + g[usize::from(pixel[1])] + b[usize::from(pixel[2])];
            let [r, g, b] = levels(light);
            *pixel = [r, g, b, pixel[3]];
        }
    }
}

/// The same for pixels of 16 bits, with the curves as tables.
pub(super) struct MatrixOfWords {
    curves: Curves,
    columns: [Four; 3],
    encoded: Words,
}

impl MatrixOfWords {
    #[inline(never)]
    pub(super) fn run(&self, pixels: &mut [[[u8; 2]; 4]]) {
        for pixel in pixels {
            let [r, g, b, alpha] = pixel.map(u16::from_le_bytes);
            let light = self.curves.at(Four::new([r, g, b].map(f32::from)) * (1.0 / 65535.0));
            let [r, g, b] = self.encoded.levels(Four::product(&self.columns, light));
            *pixel = [r, g, b, alpha].map(u16::to_le_bytes);
        }
    }
}

/// A grey profile: the level of sRGB for each level.
pub(super) struct Gray {
    levels: Vec<u16>,
}

impl Gray {
    /// Of so many levels, 256 or 65,536; nothing where none of them would change, or by no half of a level of 8 bits.
    pub(super) fn read(profile: &Profile, count: usize) -> Result<Option<Self>, Problem> {
        let (curve, _) = Curve::read(profile.tag(*b"kTRC").ok_or(BROKEN)?)?;
        let white = (count - 1) as f64;
        let level = |i: usize| {
            let y = curve.at(i as f64 / white);
            srgb::encode(match profile.connection {
                Connection::Xyz => y,
                Connection::Lab => f64::from(cube_or_line(((y * 100.0 + 16.0) / 116.0) as f32)),
            })
        };
        if (0..256).all(|i| (level(i * (count - 1) / 255) - i as f64 / 255.0).abs() < 0.5 / 255.0) {
            return Ok(None);
        }
        Ok(Some(Self { levels: filled(count, |i| (level(i) * white + 0.5) as u16)? }))
    }

    pub(super) fn run_bytes(&self, pixels: &mut [[u8; 4]]) {
        for pixel in pixels {
            let level = self.levels.get(usize::from(pixel[0])).map_or(0, |level| *level as u8);
            *pixel = [level, level, level, pixel[3]];
        }
    }

    pub(super) fn run_words(&self, pixels: &mut [[[u8; 2]; 4]]) {
        for pixel in pixels {
            let level = self.levels.get(usize::from(u16::from_le_bytes(pixel[0]))).copied().unwrap_or_default();
            let level = level.to_le_bytes();
            *pixel = [level, level, level, pixel[3]];
        }
    }
}
