//! RGBA pixels to rows of Y, Cb and Cr.

#[cfg(target_arch = "wasm32")]
mod simd128;

/// Rows of one length: Y, Cb and Cr.
pub(super) struct Rows<'a> {
    pub(super) y: &'a mut [u8],
    pub(super) cb: &'a mut [u8],
    pub(super) cr: &'a mut [u8],
}

/// Converts pixels, whose alpha it does not look at, and tells whether all of them are opaque. The rows are as long as
/// the pixels are many.
///
/// With R, G and B of 0..=255, and the weights of JFIF times 65536 as libjpeg rounds them:
///
/// - `Y  = (19595 R + 38470 G + 7471 B + 32768) >> 16`
/// - `Cb = (-11059 R - 21709 G + 32768 B + (128 << 16) + 32767) >> 16`
/// - `Cr = (32768 R - 27439 G - 5329 B + (128 << 16) + 32767) >> 16`
#[cfg(not(target_arch = "wasm32"))]
pub(super) fn convert(pixels: &[[u8; 4]], rows: &mut Rows<'_>) -> bool {
    convert_each(pixels, rows.y, rows.cb, rows.cr) == 255
}
#[cfg(target_arch = "wasm32")]
pub(super) use simd128::convert;

/// Rounds Cb and Cr, whose zero is 128. One less than a half, so that the largest sum stays below 256.
const CHROMA_OFFSET: i32 = (128 << 16) + 32767;

/// Converts pixel by pixel; returns the bits that all alphas have.
fn convert_each(pixels: &[[u8; 4]], y: &mut [u8], cb: &mut [u8], cr: &mut [u8]) -> u8 {
    let mut alphas = 255;
    for ((([r, g, b, alpha], y), cb), cr) in pixels.iter().zip(y).zip(cb).zip(cr) {
        alphas &= alpha;
        let [r, g, b] = [r, g, b].map(|value| i32::from(*value));
        *y = ((19595 * r + 38470 * g + 7471 * b + 32768) >> 16) as u8;
        *cb = ((-11059 * r - 21709 * g + 32768 * b + CHROMA_OFFSET) >> 16) as u8;
        *cr = ((32768 * r - 27439 * g - 5329 * b + CHROMA_OFFSET) >> 16) as u8;
    }
    alphas
}

/// Copies the red of pixels, which is Y where red, green and blue are the same; tells whether all of them are opaque.
pub(super) fn copy_red(pixels: &[[u8; 4]], y: &mut [u8]) -> bool {
    let mut alphas = 255;
    for ([red, _, _, alpha], y) in pixels.iter().zip(y) {
        alphas &= alpha;
        *y = *red;
    }
    alphas == 255
}

/// Lays pixels over a background: `round((colour · alpha + background · (255 - alpha)) / 255)`, in encoded values.
pub(super) fn composite(pixels: &[[u8; 4]], background: [u8; 3], out: &mut [[u8; 4]]) {
    for (pixel, out) in pixels.iter().zip(out) {
        *out = over(*pixel, background);
    }
}

fn over([r, g, b, alpha]: [u8; 4], background: [u8; 3]) -> [u8; 4] {
    let alpha = u32::from(alpha);
    let mix = |color: u8, behind: u8| {
        // 255 is odd, so no quotient is a half.
        ((u32::from(color) * alpha + u32::from(behind) * (255 - alpha) + 127) / 255) as u8
    };
    [mix(r, background[0]), mix(g, background[1]), mix(b, background[2]), 255]
}

/// Whether red, green and blue of every pixel are the same once it lies over the background.
pub(super) fn is_gray(pixels: &[[u8; 4]], background: [u8; 3]) -> bool {
    // Pixels whose differences are gathered before one looks at them: without a branch for each, vectors do it.
    const TOGETHER: usize = 64;
    let gray_behind = background[0] == background[1] && background[1] == background[2];
    pixels.chunks(TOGETHER).all(|pixels| {
        let (mut differences, mut alphas) = (0, 255);
        for [r, g, b, alpha] in pixels {
            differences |= (r ^ g) | (g ^ b);
            alphas &= alpha;
        }
        if alphas == 255 || gray_behind && differences == 0 {
            return differences == 0;
        }
        pixels.iter().all(|pixel| {
            let [r, g, b, _] = over(*pixel, background);
            r == g && g == b
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_of_the_ranges() {
        let pixels = [[0, 0, 0, 255], [255, 255, 255, 255], [255, 0, 0, 255], [0, 0, 255, 254]];
        let (mut y, mut cb, mut cr) = ([0; 4], [0; 4], [0; 4]);
        assert!(!convert(&pixels, &mut Rows { y: &mut y, cb: &mut cb, cr: &mut cr }));
        assert_eq!((y, cb, cr), ([0, 255, 76, 29], [128, 128, 85, 255], [128, 128, 255, 107]));
    }

    #[test]
    fn pixels_over_a_background_are_rounded() {
        for alpha in 0..=255 {
            for (color, behind) in [(0, 255), (255, 0), (1, 254), (77, 200), (128, 127)] {
                let exact = (f64::from(color) * f64::from(alpha) + f64::from(behind) * f64::from(255 - alpha)) / 255.0;
                let rounded = (exact + 0.5).floor() as u8;
                assert_eq!(over([color, color, color, alpha], [behind; 3]), [rounded, rounded, rounded, 255]);
            }
        }
    }

    #[test]
    fn gray_is_seen_through_alpha() {
        assert!(is_gray(&[[9, 9, 9, 255]; 100], [1, 2, 3]));
        assert!(!is_gray(&[[9, 9, 9, 254]; 100], [0, 255, 0]));
        assert!(is_gray(&[[1, 2, 3, 0]; 100], [7, 7, 7]));
        assert!(!is_gray(&[[1, 2, 3, 255]; 100], [7, 7, 7]));
        let mut pixels = [[5, 5, 5, 255]; 100];
        pixels[99] = [5, 6, 5, 255];
        assert!(!is_gray(&pixels, [0; 3]));
    }
}
