//! How a picture is read between its pixels.

/// What the value between pixels is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interpolation {
    /// Two by two pixels, by how near each is.
    Bilinear,
    /// The pixel that the place lies in.
    Nearest,
    /// Four by four pixels, `a = −0.5`: sharper.
    Bicubic,
}
