//! What is read around a place in a picture.

use super::path::Spot;
use crate::image::{Border, CHANNELS, Format};
use crate::planes::{luma_of, rounded};
use crate::vector::F4;

/// Red, green, blue and alpha in the scale of a sample; of grey, red alone.
pub(super) type Pixel = [f32; CHANNELS];

/// Sums of weights times alpha times colour, and of weights times alpha.
pub(super) type Sums = F4;

/// A picture, and the way its pixels are read.
pub(super) trait Picture {
    /// The pixel at this place in memory.
    fn pixel(&self, index: usize) -> F4;

    /// That one and the next.
    #[inline(always)]
    fn pair(&self, index: usize) -> [F4; 2] {
        [self.pixel(index), self.pixel(index + 1)]
    }
}

/// A picture of RGBA bytes.
pub(super) struct Bytes<'a> {
    pub(super) pixels: &'a [[u8; CHANNELS]],
    /// The same without the first row.
    pub(super) below: &'a [[u8; CHANNELS]],
}

impl Picture for Bytes<'_> {
    #[inline(always)]
    fn pixel(&self, index: usize) -> F4 {
        F4::new(self.pixels[index].map(f32::from))
    }

    #[inline(always)]
    fn pair(&self, index: usize) -> [F4; 2] {
        self.pixels[index..].first_chunk().map_or([F4::splat(0.0); 2], F4::pixels)
    }
}

impl Bytes<'_> {
    /// The two by two pixels around a place mixed, if all are in the picture and opaque.
    #[inline(always)]
    pub(super) fn opaque(&self, [width, height]: [i32; 2], Spot { whole: [x, y], part }: Spot) -> Option<F4> {
        let is_inside = |at: i32, side: i32| at.cast_unsigned() < (side - 1).cast_unsigned();
        if !(is_inside(x, width) && is_inside(y, height)) {
            return None;
        }
        let first = y as usize * width as usize + x as usize;
        let upper = self.pixels.get(first..)?.first_chunk::<2>()?;
        let lower = self.below.get(first..)?.first_chunk::<2>()?;
        let [a, b, c, d] = [upper[0], upper[1], lower[0], lower[1]].map(u32::from_le_bytes);
        if a & b & c & d < OPAQUE {
            return None;
        }
        let mix = |[from, to]: [F4; 2], share: f32| from + F4::splat(share) * (to - from);
        Some(mix([mix(F4::pixels(upper), part[0]), mix(F4::pixels(lower), part[0])], part[1]))
    }

    /// The pixel at a place in memory, unless it is invisible.
    #[inline(always)]
    pub(super) fn copy(&self, index: usize) -> [u8; CHANNELS] {
        let pixel = self.pixels[index];
        if pixel[3] > 0 { pixel } else { [0; CHANNELS] }
    }
}

/// What sums come to, as colour and alpha.
#[inline(always)]
pub(super) fn straight(sums: Sums) -> F4 {
    (sums * (F4::splat(1.0) / sums.last())).with_last(sums)
}

/// The bits of full alpha.
const OPAQUE: u32 = 0xff00_0000;

/// A picture of any format.
pub(super) struct Any<'a> {
    pub(super) data: &'a [u8],
    pub(super) format: Format,
    /// Of the result.
    pub(super) result: Format,
}

impl Picture for Any<'_> {
    #[inline(never)]
    fn pixel(&self, index: usize) -> F4 {
        let Format { sample, channels } = self.format;
        let (bytes, size) = (&self.data[index * self.format.bytes()..], sample.bytes());
        let mut pixel = [0.0, 0.0, 0.0, sample.full()];
        for (channel, value) in pixel.iter_mut().enumerate().take(channels.colors()) {
            *value = sample.value(&bytes[channel * size..]);
        }
        if channels.stores_alpha() {
            pixel[3] = sample.value(&bytes[channels.colors() * size..]);
        }
        F4::new(pixel)
    }
}

impl Any<'_> {
    /// Writes a pixel of the result.
    pub(super) fn write(&self, of: Sums, out: &mut [u8]) {
        let mut sums = Pixel::default();
        of.store(&mut sums);
        let Format { sample, channels } = self.result;
        let alpha =
            if channels.is_opaque() && channels.stores_alpha() { sample.full() } else { rounded(sample, sums[3]) };
        let is_seen = alpha > 0.0 && sums[3] > 0.0;
        let size = sample.bytes();
        for (sum, out) in sums.iter().zip(out.chunks_exact_mut(size)).take(channels.colors()) {
            sample.put(if is_seen { rounded(sample, sum / sums[3]) } else { 0.0 }, out);
        }
        if channels.stores_alpha() {
            sample.put(if is_seen { alpha } else { 0.0 }, &mut out[channels.colors() * size..]);
        }
    }

    /// Copies the pixel at a place in memory, unless it is invisible.
    pub(super) fn copy(&self, index: usize, out: &mut [u8]) {
        let Format { sample, channels } = self.format;
        let pixel = &self.data[index * self.format.bytes()..][..self.format.bytes()];
        let is_seen = channels.is_opaque() || sample.value(&pixel[channels.colors() * sample.bytes()..]) > 0.0;
        if is_seen { out.copy_from_slice(pixel) } else { out.fill(0) }
    }
}

/// What lies around a picture: in the scale of its samples, grey where it is grey.
pub(super) fn background(levels: [f64; CHANNELS], Format { sample, channels }: Format) -> Pixel {
    let [r, g, b, a] = levels.map(|level| (level * f64::from(sample.full()) / 255.0) as f32);
    match channels.colors() {
        1 => [luma_of(sample, [r, g, b].map(|value| rounded(sample, value))), 0.0, 0.0, a],
        _ => [r, g, b, a],
    }
}

/// What is read outside a picture.
pub(super) struct Outside {
    /// In the scale of the picture.
    pub(super) background: Pixel,
    /// What pixels outside stand for, along rows and columns; where there is none, they are background.
    pub(super) borders: Option<[Border; 2]>,
}

impl Outside {
    /// Where the pixel at this place is in memory; `None` where it is background.
    #[inline(always)]
    pub(super) fn index(&self, [x, y]: [i32; 2], [width, height]: [i32; 2]) -> Option<usize> {
        if (0..width).contains(&x) && (0..height).contains(&y) {
            return Some(y as usize * width as usize + x as usize);
        }
        self.beyond([x, y], [width, height])
    }

    #[cold]
    #[inline(never)]
    fn beyond(&self, at: [i32; 2], size: [i32; 2]) -> Option<usize> {
        let borders = self.borders?;
        let [x, y] = [0, 1].map(|axis| borders[axis].index(at[axis] as isize, size[axis] as usize));
        Some(y? * size[0] as usize + x?)
    }
}

/// What a pixel alone comes to.
pub(super) fn alone([r, g, b, a]: Pixel) -> Sums {
    F4::new([r * a, g * a, b * a, a])
}

/// Sums over `N` by `N` pixels, from the one at `first` on.
#[inline(always)]
fn sums<const N: usize, P: Picture>(
    picture: &P,
    [width, height]: [i32; 2],
    [left, top]: [i32; 2],
    weights: [[f32; N]; 2],
    outside: &Outside,
) -> Sums {
    let n = N as i32;
    let mut sums = F4::splat(0.0);
    let mut add = |weight: f32, pixel: F4| {
        sums = sums + F4::splat(weight) * pixel.last() * pixel.with_last(F4::splat(1.0));
    };
    if left >= 0 && top >= 0 && left <= width - n && top <= height - n {
        let first = top as usize * width as usize + left as usize;
        for (dy, weight_y) in weights[1].iter().enumerate() {
            for (dx, weight_x) in weights[0].as_chunks::<2>().0.iter().enumerate() {
                let pair = picture.pair(first + dy * width as usize + 2 * dx);
                weight_x.iter().zip(pair).for_each(|(weight_x, pixel)| add(weight_x * weight_y, pixel));
            }
        }
        return sums;
    }
    let background = F4::load(&outside.background);
    for (y, weight_y) in (top..).zip(weights[1]) {
        for (x, weight_x) in (left..).zip(weights[0]) {
            let index = outside.index([x, y], [width, height]);
            add(weight_x * weight_y, index.map_or(background, |index| picture.pixel(index)));
        }
    }
    sums
}

/// Two by two pixels around a place that is counted from the first pixel's centre; `None` where no pixel of the picture is
/// among them.
#[inline(always)]
pub(super) fn bilinear<P: Picture>(picture: &P, size: [i32; 2], spot: Spot, outside: &Outside) -> Option<Sums> {
    let is_near = outside.borders.is_some() || [0, 1].iter().all(|i| spot.whole[*i] >= -1 && spot.whole[*i] < size[*i]);
    let weights = spot.part.map(|part| [1.0 - part, part]);
    is_near.then(|| sums(picture, size, spot.whole, weights, outside))
}

/// Four by four pixels.
#[inline(always)]
pub(super) fn bicubic<P: Picture>(picture: &P, size: [i32; 2], spot: Spot, outside: &Outside) -> Option<Sums> {
    let is_near =
        outside.borders.is_some() || [0, 1].iter().all(|i| spot.whole[*i] >= -2 && spot.whole[*i] <= size[*i]);
    let weights = spot.part.map(|t| {
        // The kernel of a = −0.5 at 1 + t, t, 1 − t and 2 − t.
        let (t2, t3) = (t * t, t * t * t);
        [-0.5 * t + t2 - 0.5 * t3, 1.0 - 2.5 * t2 + 1.5 * t3, 0.5 * t + 2.0 * t2 - 1.5 * t3, 0.5 * (t3 - t2)]
    });
    is_near.then(|| sums(picture, size, spot.whole.map(|whole| whole - 1), weights, outside))
}
