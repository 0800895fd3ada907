//! sRGB (IEC 61966-2-1), and tables that encode light in it.

use super::curve::Function;
use super::filled;
use super::four::Four;
use crate::Problem;

/// XYZ of sRGB's red, green and blue, adapted to D50, as sRGB's own profiles round it (the ICC's `sRGB2014.icc`).
pub(super) const COLORANTS: [[f64; 3]; 3] = [
    [0.436_065_674, 0.222_488_403, 0.013_916_016],
    [0.385_147_095, 0.716_873_169, 0.097_076_416],
    [0.143_066_406, 0.060_607_910, 0.714_096_069],
];

/// The inverse of a matrix that is given by its columns, or nothing where it has none.
pub(super) fn inverse([a, b, c]: [[f64; 3]; 3]) -> Option<[[f64; 3]; 3]> {
    let cross =
        |p: [f64; 3], q: [f64; 3]| [p[1] * q[2] - p[2] * q[1], p[2] * q[0] - p[0] * q[2], p[0] * q[1] - p[1] * q[0]];
    let rows = [cross(b, c), cross(c, a), cross(a, b)];
    let determinant: f64 = a.iter().zip(rows[0]).map(|(a, row)| a * row).sum();
    // That of sRGB is 0.16.
    if determinant.is_nan() || determinant.abs() < 1e-6 {
        return None;
    }
    Some([0, 1, 2].map(|column| rows.map(|row| row[column] / determinant)))
}

/// The product of a matrix, given by its columns, and a vector.
pub(super) fn times([a, b, c]: [[f64; 3]; 3], [x, y, z]: [f64; 3]) -> [f64; 3] {
    [0, 1, 2].map(|row| a[row] * x + b[row] * y + c[row] * z)
}

/// The matrix from XYZ, of D50, to light of sRGB's red, green and blue, by its columns.
pub(super) fn of_xyz() -> [[f64; 3]; 3] {
    inverse(COLORANTS).unwrap_or(COLORANTS)
}

/// Light, 0 to 1, of a level, 0 to 1.
#[cfg(test)]
fn decode(level: f64) -> f64 {
    if level <= 0.04045 { level / 12.92 } else { libm::pow((level + 0.055) / 1.055, 2.4) }
}

/// The level of light. Light below 0 is 0, and above 1 is 1.
pub(super) fn encode(light: f64) -> f64 {
    let light = light.clamp(0.0, 1.0);
    if light <= 0.003_130_8 { light * 12.92 } else { 1.055 * libm::pow(light, 1.0 / 2.4) - 0.055 }
}

/// Levels of 8 bits by the square root of light. From an entry to the next one a level rises by 0.05 at most, so that a result
/// differs from the nearest level only where light is within 0.025 levels of the middle between two.
pub(super) struct Bytes(Vec<u8>);

impl Bytes {
    /// A power of two, so that an index is seen to be one of them.
    const ENTRIES: usize = 8192;

    pub(super) fn new() -> Result<Self, Problem> {
        let level = |i: usize| {
            let root = i as f64 / (Self::ENTRIES - 1) as f64;
            (encode(root * root) * 255.0 + 0.5) as u8
        };
        Ok(Self(filled(Self::ENTRIES, level)?))
    }

    /// The levels of light, by a function that is called for each pixel.
    pub(super) fn levels(&self) -> impl Fn(Four) -> [u8; 3] {
        let entries = self.0.first_chunk::<{ Self::ENTRIES }>();
        move |light| {
            let Some(entries) = entries else { return [0; 3] };
            let places = (light.limited().root() * (Self::ENTRIES - 1) as f32).whole();
            places.map(|i| entries[i as usize % Self::ENTRIES])
        }
    }
}

/// Levels of 16 bits by the square root of light, with straight lines between the entries: within 0.1 of a level.
pub(super) struct Words(Function);

impl Words {
    pub(super) fn new() -> Result<Self, Problem> {
        Ok(Self(Function::new(|light| encode(light) * 65535.0)?))
    }

    /// The levels of light.
    #[inline(always)]
    pub(super) fn levels(&self, light: Four) -> [u16; 3] {
        Four::new(self.0.at(light)).whole().map(|level| level as u16)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_inverse_undoes_a_matrix() {
        let there = times(of_xyz(), times(COLORANTS, [0.1, 0.5, 0.9]));
        for (found, right) in there.iter().zip([0.1, 0.5, 0.9]) {
            assert!((found - right).abs() < 1e-12, "{there:?}");
        }
        assert_eq!(inverse([[1.0, 2.0, 3.0], [2.0, 4.0, 6.0], [0.0, 0.0, 1.0]]), None);
    }

    #[test]
    fn every_level_is_found_again() {
        let (bytes, words) = (Bytes::new().expect("memory"), Words::new().expect("memory"));
        for level in 0..=255_u8 {
            let light = decode(f64::from(level) / 255.0) as f32;
            assert_eq!(bytes.levels()(Four::new([light; 3])), [level; 3]);
        }
        for level in 0..=65535_u16 {
            let light = decode(f64::from(level) / 65535.0) as f32;
            assert_eq!(words.levels(Four::new([light; 3])), [level; 3]);
        }
        assert_eq!(bytes.levels()(Four::new([-1.0, 2.0, 0.0])), [0, 255, 0]);
        assert_eq!(words.levels(Four::new([-1.0, 2.0, 0.0])), [0, 65535, 0]);
    }
}
