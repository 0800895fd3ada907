//! What is wrong with a pixel is made good by those that come after it.

use super::{Inks, MOST_STEPS, PARTS, steps};
use crate::image::Layout;
use crate::plan::Found;
use crate::planes::luma_of;
use crate::stage::{Cut, Whole, Work};

/// Which pixels make good, and how much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// 7/16 the next one, 3/16, 5/16 and what is left those below.
    FloydSteinberg,
    /// An eighth each of six pixels; a quarter is lost.
    Atkinson,
}

/// What of an error a pixel makes good.
struct Share {
    /// How far to the right it is.
    right: isize,
    /// How far below.
    below: usize,
    sixteenths: i32,
    /// Whether it gets what the others have left, instead.
    takes_rest: bool,
}

const fn share(right: isize, below: usize, sixteenths: i32) -> Share {
    Share { right, below, sixteenths, takes_rest: false }
}

const FLOYD_STEINBERG: &[Share] =
    &[share(1, 0, 7), share(-1, 1, 3), share(0, 1, 5), Share { takes_rest: true, ..share(1, 1, 1) }];
const ATKINSON: &[Share] =
    &[share(1, 0, 2), share(2, 0, 2), share(-1, 1, 2), share(0, 1, 2), share(1, 1, 2), share(0, 2, 2)];

/// Where the colours are found.
pub enum From {
    /// They are known.
    Known(Inks),
    /// A measure finds them.
    Measured(Found),
}

/// Draws an image in few colours. What is invisible stays as it is, makes nothing good, and nothing of it is made good.
pub struct Diffusion {
    /// Of the image.
    pub layout: Layout,
    /// See [`Method`].
    pub method: Method,
    /// The colours.
    pub inks: From,
}

/// Columns beside those of the image, so that none needs to be asked for.
const BESIDE: usize = 2;
/// Rows that are kept: this one and two below.
const ROWS: usize = 3;

impl Whole for Diffusion {
    fn run(&self, pixels: &mut [u8], work: &mut Work<'_>) -> Option<Cut> {
        let inks = match &self.inks {
            From::Known(inks) => inks,
            From::Measured(found) => found.of(work),
        };
        let (layout, format) = (self.layout, self.layout.format());
        let (sample, channels) = (format.sample, format.channels);
        let (size, colors) = (sample.bytes(), channels.colors());
        let shares = match self.method {
            Method::FloydSteinberg => FLOYD_STEINBERG,
            Method::Atkinson => ATKINSON,
        };
        let white = PARTS * MOST_STEPS;
        let length = 3 * (layout.width() + 2 * BESIDE);
        // What is still to be made good, of each channel of each pixel, in sixteenths of steps.
        let mut owed = work.scratch.words(ROWS * length);
        owed.fill(0);
        for (y, row) in pixels.chunks_exact_mut(layout.stride()).enumerate() {
            if work.scratch.stopped() {
                break;
            }
            let starts = [0, 1, 2].map(|below| (y + below) % ROWS * length);
            for (x, pixel) in row.chunks_exact_mut(format.bytes()).enumerate() {
                let is_seen = !channels.stores_alpha() || sample.value(&pixel[colors * size..]) > 0.0;
                if !is_seen {
                    continue;
                }
                let at = 3 * (x + BESIDE);
                let color: [i32; 3] = std::array::from_fn(|channel| {
                    let value = steps(sample, sample.value(&pixel[channel.min(colors - 1) * size..]));
                    (PARTS * value + owed[starts[0] + at + channel] as i32).clamp(0, white)
                });
                let found = inks.nearest(color);
                let drawn = inks.in_steps(found);
                for channel in 0..3 {
                    let wrong = color[channel] - PARTS * drawn[channel];
                    let mut left = wrong;
                    for Share { right, below, sixteenths, takes_rest } in shares {
                        let share = if *takes_rest { left } else { (sixteenths * wrong) >> 4 };
                        left -= share;
                        let place = &mut owed[(starts[*below] + at + channel).wrapping_add_signed(3 * right)];
                        *place = (*place as i32).wrapping_add(share) as u32;
                    }
                }
                let drawn = inks.stored(found);
                if colors == 1 {
                    sample.put(luma_of(sample, drawn), pixel);
                } else {
                    drawn.into_iter().zip(pixel.chunks_exact_mut(size)).for_each(|(value, out)| sample.put(value, out));
                }
            }
            owed[starts[0]..][..length].fill(0);
        }
        work.scratch.give_words(owed);
        None
    }
}
