//! What a pixel is stored as: what its numbers are, and what they stand for.

use crate::error::{Class, Code, Error};

/// What a number of a pixel is stored as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sample {
    /// A byte, 0 to 255.
    U8,
    /// 16 bits, 0 to 65,535, the low byte first.
    U16,
    /// A number in single precision, the low byte first. Full scale is 1; values beyond it are kept.
    F32,
}

impl Sample {
    /// Bytes of a number.
    #[must_use]
    pub fn bytes(self) -> usize {
        match self {
            Self::U8 => 1,
            Self::U16 => 2,
            Self::F32 => 4,
        }
    }

    /// The value of white, and of full alpha.
    #[must_use]
    pub fn full(self) -> f32 {
        match self {
            Self::U8 => 255.0,
            Self::U16 => 65_535.0,
            Self::F32 => 1.0,
        }
    }

    /// The size of a level, a 255th of full scale: parameters are given in levels.
    #[must_use]
    pub fn level(self) -> f32 {
        match self {
            Self::U8 => 1.0,
            Self::U16 => 257.0,
            Self::F32 => 1.0 / 255.0,
        }
    }
}

impl Sample {
    /// The number that bytes begin with.
    #[must_use]
    #[inline(always)]
    pub fn value(self, bytes: &[u8]) -> f32 {
        match self {
            Self::U8 => f32::from(bytes[0]),
            Self::U16 => f32::from(u16::from_le_bytes([bytes[0], bytes[1]])),
            Self::F32 => f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]),
        }
    }

    /// Writes a number, which has been rounded, where bytes begin.
    #[inline(always)]
    pub fn put(self, value: f32, bytes: &mut [u8]) {
        match self {
            Self::U8 => bytes[0] = value as u8,
            Self::U16 => bytes[..2].copy_from_slice(&(value as u16).to_le_bytes()),
            Self::F32 => bytes[..4].copy_from_slice(&value.to_le_bytes()),
        }
    }
}

/// What the numbers of a pixel stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Channels {
    /// Grey.
    Gray,
    /// Grey and alpha.
    GrayAlpha,
    /// The same, where alpha is full in every pixel of the image.
    GrayOpaque,
    /// Red, green and blue.
    Rgb,
    /// Red, green, blue and alpha.
    Rgba,
    /// The same, where alpha is full in every pixel of the image.
    RgbOpaque,
}

impl Channels {
    /// Grey, grey and alpha, RGB or RGBA, by the number of channels.
    #[must_use]
    pub fn of_count(count: usize) -> Option<Self> {
        [Self::Gray, Self::GrayAlpha, Self::Rgb, Self::Rgba].get(count.checked_sub(1)?).copied()
    }

    /// Numbers of a pixel.
    #[must_use]
    pub fn count(self) -> usize {
        self.colors() + usize::from(self.stores_alpha())
    }

    /// Numbers of a pixel that are colour: one where it is grey, else three.
    #[must_use]
    pub fn colors(self) -> usize {
        match self {
            Self::Gray | Self::GrayAlpha | Self::GrayOpaque => 1,
            Self::Rgb | Self::Rgba | Self::RgbOpaque => 3,
        }
    }

    /// Whether a pixel has a number for alpha.
    #[must_use]
    pub fn stores_alpha(self) -> bool {
        !matches!(self, Self::Gray | Self::Rgb)
    }

    /// Whether no pixel is transparent: there is no alpha, or it is full everywhere.
    #[must_use]
    pub fn is_opaque(self) -> bool {
        !matches!(self, Self::GrayAlpha | Self::Rgba)
    }

    /// The same numbers, where alpha is full in every pixel.
    #[must_use]
    pub fn opaque(self) -> Self {
        match self {
            Self::GrayAlpha => Self::GrayOpaque,
            Self::Rgba => Self::RgbOpaque,
            other => other,
        }
    }

    /// The four channels that bytes of these are worked on as.
    #[must_use]
    pub fn expanded(self) -> Self {
        if self.is_opaque() { Self::RgbOpaque } else { Self::Rgba }
    }

    /// The same numbers, where alpha may be anything.
    #[must_use]
    pub fn any_alpha(self) -> Self {
        match self {
            Self::GrayOpaque => Self::GrayAlpha,
            Self::RgbOpaque => Self::Rgba,
            other => other,
        }
    }
}

/// What a pixel is stored as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Format {
    /// What each number is stored as.
    pub sample: Sample,
    /// What the numbers stand for.
    pub channels: Channels,
}

impl Format {
    /// Red, green, blue and alpha, a byte each.
    pub const RGBA8: Self = Self { sample: Sample::U8, channels: Channels::Rgba };

    /// The format of so many channels.
    ///
    /// # Errors
    /// `invalid-image` where there are none, or more than four.
    pub fn of_count(sample: Sample, channels: usize) -> Result<Self, Error> {
        let refused = || {
            let message = format!("channels must be a whole number from 1 to 4, got {channels}");
            Error::new(Code::InvalidImage, Class::Range, message)
        };
        Ok(Self { sample, channels: Channels::of_count(channels).ok_or_else(refused)? })
    }

    /// Bytes of a pixel.
    #[must_use]
    pub fn bytes(self) -> usize {
        self.sample.bytes() * self.channels.count()
    }
}
