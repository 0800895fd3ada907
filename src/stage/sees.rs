//! What of an image is seen as planes.

use crate::image::Channels;

/// Which planes a stage sees of an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sees {
    /// Its colours as they are stored: one plane of a grey image, else three.
    Colors,
    /// Red, green and blue as they are stored; of a grey image three times the same.
    Rgb,
    /// The same and alpha, which is full where the image has none.
    Rgba,
    /// Its colours as they are stored and alpha, which is full where the image has none.
    Straight,
    /// Luma (BT.601).
    Luma,
    /// Its colours times alpha, and alpha; where alpha is full everywhere, only its colours.
    Premultiplied,
    /// Its colours times alpha, and alpha, even where that is full everywhere: what lies outside may be transparent.
    PremultipliedAlways,
}

impl Sees {
    /// How many planes these are, of an image of these channels.
    #[must_use]
    pub fn planes(self, channels: Channels) -> usize {
        match self {
            Self::Colors => channels.colors(),
            Self::Rgb => 3,
            Self::Rgba => 4,
            Self::Luma => 1,
            Self::Premultiplied => channels.colors() + usize::from(!channels.is_opaque()),
            Self::PremultipliedAlways | Self::Straight => channels.colors() + 1,
        }
    }

    /// Whether colours are multiplied with alpha.
    #[must_use]
    pub fn is_premultiplied(self) -> bool {
        matches!(self, Self::Premultiplied | Self::PremultipliedAlways)
    }
}
