//! What is wrong with a pixel is made good by those that come after it.

use super::{Inks, PARTS, most_steps, steps};
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
        let white = PARTS * most_steps(sample);
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
                for (channel, drawn) in inks.in_steps(found).into_iter().enumerate() {
                    let wrong = color[channel] - PARTS * drawn;
                    let mut owe = |right: isize, below: usize, share: i32| {
                        let place = &mut owed[(starts[below] + at + channel).wrapping_add_signed(3 * right)];
                        *place = (*place as i32 + share) as u32;
                    };
                    match self.method {
                        Method::FloydSteinberg => {
                            let [seven, three, five] = [7, 3, 5].map(|share| (share * wrong) >> 4);
                            owe(1, 0, seven);
                            owe(-1, 1, three);
                            owe(0, 1, five);
                            owe(1, 1, wrong - seven - three - five);
                        }
                        Method::Atkinson => {
                            let places = [(1, 0), (2, 0), (-1, 1), (0, 1), (1, 1), (0, 2)];
                            places.into_iter().for_each(|(right, below)| owe(right, below, wrong >> 3));
                        }
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
