//! What two colours that lie over each other come to: the blend modes of Compositing and Blending Level 1 (W3C).

/// A blend mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The colour above.
    Normal,
    /// Their product.
    Multiply,
    /// The product of what they lack to white.
    Screen,
    /// `HardLight` with the two in each other's place.
    Overlay,
    /// The darker one, channel by channel.
    Darken,
    /// The lighter one, channel by channel.
    Lighten,
    /// The colour below, brightened by the one above.
    ColorDodge,
    /// The colour below, darkened by the one above.
    ColorBurn,
    /// `Multiply` or `Screen`, as the colour above is dark or light.
    HardLight,
    /// A softer `HardLight`.
    SoftLight,
    /// Their difference.
    Difference,
    /// A softer `Difference`.
    Exclusion,
    /// Hue of the colour above, saturation and luminosity of the one below.
    Hue,
    /// Saturation of the colour above, hue and luminosity of the one below.
    Saturation,
    /// Hue and saturation of the colour above, luminosity of the one below.
    Color,
    /// Luminosity of the colour above, hue and saturation of the one below.
    Luminosity,
}

type Rgb = [f32; 3];

impl Mode {
    /// Mixes the colours above with those below, as far as these can be seen: by their alpha, where 1 is full. All are
    /// planes of as many values. What floats hold below black and above white, only the normal mode keeps.
    pub fn mix(self, full: f32, colors: [&[f32]; 3], alpha: &[f32], above: [&mut [f32]; 3]) {
        let below = Below { full, colors, alpha };
        match self {
            Self::Normal => (),
            Self::Multiply => below.channels(above, |b, s| b.share * s.share),
            Self::Screen => below.channels(above, |b, s| screen(b.share, s.share)),
            Self::Overlay => below.channels(above, |b, s| hard_light(s.share, b.share)),
            Self::Darken => below.channels(above, |b, s| if b.share < s.share { b.share } else { s.share }),
            Self::Lighten => below.channels(above, |b, s| if b.share > s.share { b.share } else { s.share }),
            Self::ColorDodge => below.channels(above, dodge),
            // The same, seen from white.
            Self::ColorBurn => below.channels(above, |b, s| 1.0 - dodge(b.turned(), s.turned())),
            Self::HardLight => below.channels(above, |b, s| hard_light(b.share, s.share)),
            Self::SoftLight => below.channels(above, |b, s| soft_light(b.share, s.share)),
            Self::Difference => below.channels(above, |b, s| (b.share - s.share).abs()),
            Self::Exclusion => below.channels(above, |b, s| b.share + s.share - 2.0 * b.share * s.share),
            Self::Hue => below.colors(above, |b, s| with_luminosity(with_saturation(s, saturation(b)), luminosity(b))),
            Self::Saturation => {
                below.colors(above, |b, s| with_luminosity(with_saturation(b, saturation(s)), luminosity(b)));
            }
            Self::Color => below.colors(above, |b, s| with_luminosity(s, luminosity(b))),
            Self::Luminosity => below.colors(above, |b, s| with_luminosity(b, luminosity(s))),
        }
    }
}

/// A value as a share of full scale, and what it lacks to that, which has all of its bits: what is divided by it near white
/// needs them.
#[derive(Clone, Copy)]
struct Value {
    share: f32,
    rest: f32,
}

impl Value {
    #[inline(always)]
    fn new(value: f32, full: f32) -> Self {
        Self { share: clamped(value / full), rest: clamped((full - value) / full) }
    }

    fn turned(self) -> Self {
        Self { share: self.rest, rest: self.share }
    }
}

/// Compared this way round, NaN is 0.
#[inline(always)]
fn clamped(value: f32) -> f32 {
    let value = if value > 0.0 { value } else { 0.0 };
    if value < 1.0 { value } else { 1.0 }
}

struct Below<'a> {
    full: f32,
    colors: [&'a [f32]; 3],
    alpha: &'a [f32],
}

impl Below<'_> {
    fn channels(self, above: [&mut [f32]; 3], mix: impl Fn(Value, Value) -> f32) {
        let full = self.full;
        for (colors, above) in self.colors.into_iter().zip(above) {
            for ((s, b), alpha) in above.iter_mut().zip(colors).zip(self.alpha) {
                let mixed = full * mix(Value::new(*b, full), Value::new(*s, full));
                *s += alpha * (mixed - *s);
            }
        }
    }

    fn colors(self, [r, g, b]: [&mut [f32]; 3], mix: impl Fn(Rgb, Rgb) -> Rgb) {
        let share = |value: f32| clamped(value / self.full);
        for (i, (((r, g), b), alpha)) in r.iter_mut().zip(g).zip(b).zip(self.alpha).enumerate() {
            let mixed = mix(self.colors.map(|plane| share(plane[i])), [*r, *g, *b].map(share));
            for (s, mixed) in [r, g, b].into_iter().zip(mixed) {
                *s += alpha * (self.full * mixed - *s);
            }
        }
    }
}

fn dodge(b: Value, s: Value) -> f32 {
    let bright = if s.rest > 0.0 { b.share / s.rest } else { 1.0 };
    let bright = if bright < 1.0 { bright } else { 1.0 };
    if b.share > 0.0 { bright } else { 0.0 }
}

fn screen(b: f32, s: f32) -> f32 {
    b + s - b * s
}

fn hard_light(b: f32, s: f32) -> f32 {
    if s <= 0.5 { b * 2.0 * s } else { screen(b, 2.0 * s - 1.0) }
}

fn soft_light(b: f32, s: f32) -> f32 {
    let lit = if b <= 0.25 { ((16.0 * b - 12.0) * b + 4.0) * b } else { b.sqrt() };
    let by = if s <= 0.5 { b - b * b } else { lit - b };
    b + (2.0 * s - 1.0) * by
}

fn luminosity([r, g, b]: Rgb) -> f32 {
    0.3 * r + 0.59 * g + 0.11 * b
}

fn least_and_most([r, g, b]: Rgb) -> [f32; 2] {
    [r.min(g).min(b), r.max(g).max(b)]
}

fn saturation(color: Rgb) -> f32 {
    let [least, most] = least_and_most(color);
    most - least
}

/// The least channel becomes 0, the largest the saturation, and the one between keeps its place between them.
#[inline(always)]
fn with_saturation(color: Rgb, saturation: f32) -> Rgb {
    let [least, most] = least_and_most(color);
    let scale = if most > least { saturation / (most - least) } else { 0.0 };
    color.map(|value| (value - least) * scale)
}

/// A colour moved to a luminosity, and as far towards grey as it must be to lie between black and white.
fn with_luminosity(color: Rgb, wanted: f32) -> Rgb {
    let by = wanted - luminosity(color);
    let mut color = color.map(|value| value + by);
    let middle = luminosity(color);
    let [least, most] = least_and_most(color);
    if least < 0.0 {
        color = color.map(|value| middle + (value - middle) * middle / (middle - least));
    }
    if most > 1.0 {
        color = color.map(|value| middle + (value - middle) * (1.0 - middle) / (most - middle));
    }
    color
}
