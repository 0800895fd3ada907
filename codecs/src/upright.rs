//! Turns pixels as the Exif orientation of their file says (Exif 2.32, tag 0x0112).

/// Pixels in a block that is turned at once: its rows and its columns stay in the cache.
const SIDE: usize = 16;

/// The width and height of an image of this size when it is upright.
#[must_use]
pub fn upright_size(orientation: u8, width: usize, height: usize) -> (usize, usize) {
    if (5..=8).contains(&orientation) { (height, width) } else { (width, height) }
}

/// Writes the RGBA pixels of a stored image upright. `orientation` is 1 to 8; 1, and whatever is none, changes nothing.
/// `stored` and `upright` have `width · height` pixels.
pub fn turn_upright(stored: &[[u8; 4]], width: usize, orientation: u8, upright: &mut [[u8; 4]]) {
    let height = stored.len().checked_div(width).unwrap_or(0);
    let (out_width, out_height) = upright_size(orientation, width, height);
    if !(2..=8).contains(&orientation) {
        upright.copy_from_slice(stored);
        return;
    }
    // Where the pixel at the top left lies in the stored image, and how far it is to the one on the right and the one below.
    let (right, down) = (width.cast_signed() - 1, (height.cast_signed() - 1) * width.cast_signed());
    let line = width.cast_signed();
    let (first, step, next) = match orientation {
        2 => (right, -1, line),
        3 => (right + down, -1, -line),
        4 => (down, 1, -line),
        5 => (0, line, 1),
        6 => (down, -line, 1),
        7 => (right + down, -line, -1),
        _ => (right, line, -1),
    };
    for top in (0..out_height).step_by(SIDE) {
        for left in (0..out_width).step_by(SIDE) {
            for y in top..(top + SIDE).min(out_height) {
                let row = &mut upright[y * out_width..][..out_width];
                let start = first + y.cast_signed() * next;
                for (x, pixel) in row.iter_mut().enumerate().take(left + SIDE).skip(left) {
                    *pixel = stored[(start + x.cast_signed() * step).cast_unsigned()];
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What Exif says of each orientation: the stored row and column of the pixel at `(x, y)` of the upright image.
    fn place(orientation: u8, x: usize, y: usize, width: usize, height: usize) -> [usize; 2] {
        match orientation {
            2 => [y, width - 1 - x],
            3 => [height - 1 - y, width - 1 - x],
            4 => [height - 1 - y, x],
            5 => [x, y],
            6 => [height - 1 - x, y],
            7 => [height - 1 - x, width - 1 - y],
            8 => [x, width - 1 - y],
            _ => [y, x],
        }
    }

    #[test]
    fn every_pixel_comes_to_its_place() {
        for (width, height) in [(1, 1), (3, 2), (16, 16), (17, 40), (50, 1)] {
            let stored: Vec<[u8; 4]> = (0..(width * height) as u32).map(u32::to_le_bytes).collect();
            for orientation in 0..=9 {
                let mut upright = vec![[9; 4]; stored.len()];
                turn_upright(&stored, width, orientation, &mut upright);
                let (out_width, out_height) = upright_size(orientation, width, height);
                for (y, x) in (0..out_height).flat_map(|y| (0..out_width).map(move |x| (y, x))) {
                    let [row, column] = place(orientation, x, y, width, height);
                    let want = stored[row * width + column];
                    assert_eq!(upright[y * out_width + x], want, "{orientation}: {x}, {y} of {width} × {height}");
                }
            }
        }
    }
}
