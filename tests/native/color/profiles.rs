//! Profiles byte by byte (ICC.1:2022).

use super::reference::Curve;

/// XYZ of red, green and blue, adapted to D50, as Display P3's profile has them; then those of the others.
pub(super) const DISPLAY_P3: [[f64; 3]; 3] =
    [[0.51512, 0.2412, -0.00105], [0.29198, 0.69225, 0.04189], [0.1571, 0.06657, 0.78407]];
pub(super) const ADOBE_RGB: [[f64; 3]; 3] =
    [[0.60974, 0.31111, 0.01947], [0.20528, 0.62567, 0.06087], [0.14919, 0.06322, 0.74457]];
pub(super) const PROPHOTO: [[f64; 3]; 3] =
    [[0.79767, 0.28804, 0.0], [0.13519, 0.71187, 0.0], [0.03134, 0.00009, 0.82491]];
pub(super) const SRGB: [[f64; 3]; 3] =
    [[0.43607, 0.22249, 0.01392], [0.38515, 0.71687, 0.09708], [0.14307, 0.06061, 0.7141]];
/// sRGB's curve, as a parametric one of kind 3 has it.
pub(super) const SRGB_CURVE: [f64; 7] = [2.4, 1.0 / 1.055, 0.055 / 1.055, 1.0 / 12.92, 0.04045, 0.0, 0.0];

/// Always the same numbers, below what is asked for.
pub(super) fn xorshift() -> impl FnMut(usize) -> usize {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    move |end| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 16) as usize % end.max(1)
    }
}

/// A number of 16 bits, and 16 more behind the point.
pub(super) fn fixed(number: f64) -> [u8; 4] {
    ((number * 65536.0).round() as i32).to_be_bytes()
}

pub(super) fn curv(values: &[u16]) -> Vec<u8> {
    let count = u32::try_from(values.len()).expect("it fits").to_be_bytes();
    let values: Vec<u8> = values.iter().flat_map(|value| value.to_be_bytes()).collect();
    [b"curv\0\0\0\0", &count[..], &values].concat()
}

pub(super) fn para(kind: u8, numbers: &[f64]) -> Vec<u8> {
    let numbers: Vec<u8> = numbers.iter().flat_map(|number| fixed(*number)).collect();
    [b"para\0\0\0\0", &[0, kind, 0, 0][..], &numbers].concat()
}

pub(super) fn xyz(numbers: [f64; 3]) -> Vec<u8> {
    [b"XYZ \0\0\0\0".as_slice(), &numbers.map(fixed).concat()].concat()
}

/// A profile of these tags.
pub(super) fn profile(version: u8, space: &[u8; 4], connection: &[u8; 4], tags: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let mut profile = vec![0; 128];
    profile[8] = version;
    profile[12..16].copy_from_slice(b"mntr");
    profile[16..20].copy_from_slice(space);
    profile[20..24].copy_from_slice(connection);
    profile[36..40].copy_from_slice(b"acsp");
    let big = |number: usize| u32::try_from(number).expect("it fits").to_be_bytes();
    profile.extend(big(tags.len()));
    let mut at = profile.len() + 12 * tags.len();
    for (name, data) in tags {
        profile.extend([name.as_slice(), &big(at), &big(data.len())].concat());
        at += data.len().next_multiple_of(4);
    }
    for (_, data) in tags {
        profile.extend_from_slice(data);
        profile.resize(profile.len().next_multiple_of(4), 0);
    }
    let size = big(profile.len());
    profile[..4].copy_from_slice(&size);
    profile
}

/// A profile of a curve for each colour, and a matrix.
pub(super) fn matrix_profile(version: u8, colorants: [[f64; 3]; 3], [r, g, b]: [&[u8]; 3]) -> Vec<u8> {
    let [p, q, s] = colorants.map(xyz);
    let tags: [(&[u8; 4], &[u8]); 6] =
        [(b"rXYZ", &p), (b"gXYZ", &q), (b"bXYZ", &s), (b"rTRC", r), (b"gTRC", g), (b"bTRC", b)];
    profile(version, b"RGB ", b"XYZ ", &tags)
}

impl Curve {
    /// Its values at so many even distances, as a profile stores them.
    pub(super) fn as_table(&self, count: usize) -> Self {
        let value = |i: usize| (self.at(i as f64 / (count - 1) as f64) * 65535.0).round() / 65535.0;
        Self::Table((0..count).map(value).collect())
    }

    /// What a profile has of it.
    pub(super) fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Table(values) => {
                curv(&values.iter().map(|value| (value * 65535.0).round() as u16).collect::<Vec<_>>())
            }
            Self::Power(numbers) => para(4, numbers),
        }
    }
}
