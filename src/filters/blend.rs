//! A second picture laid over the first.

use crate::color::to_byte_f32;
use crate::error::Error;
use crate::filter::Filter;
use crate::image::{Border, CHANNELS, Format, Image, Sample};
use crate::kernels::mixing::Mode;
use crate::params::{Choice, choice, filter, image, integer, number};
use crate::plan::{Edge, Node, Plan};
use crate::planes::{Load, Sees, luma_of, rounded};
use crate::stage::{Place, RowStage, RowsMut, Shape, Window, Work};
use std::ops::Range;
use std::sync::Arc;

impl Choice for Mode {
    const NAMES: &'static [&'static str] = &[
        "normal",
        "multiply",
        "screen",
        "overlay",
        "darken",
        "lighten",
        "color-dodge",
        "color-burn",
        "hard-light",
        "soft-light",
        "difference",
        "exclusion",
        "hue",
        "saturation",
        "color",
        "luminosity",
    ];
    const ALL: &'static [Self] = &[
        Self::Normal,
        Self::Multiply,
        Self::Screen,
        Self::Overlay,
        Self::Darken,
        Self::Lighten,
        Self::ColorDodge,
        Self::ColorBurn,
        Self::HardLight,
        Self::SoftLight,
        Self::Difference,
        Self::Exclusion,
        Self::Hue,
        Self::Saturation,
        Self::Color,
        Self::Luminosity,
    ];
}

filter! {
    /// Lays a second picture over the first, such as a watermark, by a blend mode of Compositing and Blending Level 1 (W3C).
    /// Where the second does not reach, nothing changes.
    ///
    /// With `Cb` and `ab` the colour and alpha of a pixel of the image, `Cs` and `as` those of the second picture that
    /// lies over it, `as` already times `opacity`, and full scale 1: `alpha' = ab + as − ab·as` and
    /// `C' = ((1 − as)·ab·Cb + as·((1 − ab)·Cs + ab·B(Cb, Cs))) / alpha'`. Where `as` is 0 colour and alpha stay, but
    /// what is invisible under the second picture becomes transparent black. The second picture may have another
    /// format: its numbers are taken as shares of full scale. Float alphas are clamped to 0 to 1, and so are colours in
    /// `B`, but for `normal`.
    ///
    /// - `normal`: `B = Cs`. `multiply`: `Cb·Cs`. `screen`: `Cb + Cs − Cb·Cs`. `darken` and `lighten`: the smaller and
    ///   the larger one. `difference`: `|Cb − Cs|`. `exclusion`: `Cb + Cs − 2·Cb·Cs`.
    /// - `hard-light`: `2·Cb·Cs` where `Cs ≤ 0.5`, else `screen(Cb, 2·Cs − 1)`. `overlay`: `hard-light` with the two in
    ///   each other's place.
    /// - `color-dodge`: 0 where `Cb` is 0, else `min(1, Cb/(1 − Cs))`. `color-burn`: 1 where `Cb` is 1, else
    ///   `1 − min(1, (1 − Cb)/Cs)`.
    /// - `soft-light`: `Cb − (1 − 2·Cs)·Cb·(1 − Cb)` where `Cs ≤ 0.5`, else `Cb + (2·Cs − 1)·(D − Cb)`, where
    ///   `D = ((16·Cb − 12)·Cb + 4)·Cb` up to 0.25 and `√Cb` above.
    /// - `hue`, `saturation`, `color` and `luminosity` take these from `Cs`, and the rest from `Cb`, with `SetLum`,
    ///   `SetSat` and the weights 0.3, 0.59 and 0.11 of the specification.
    ///
    /// Class R. Source: Compositing and Blending Level 1 (W3C). Tests hold it against that definition in double precision, and
    /// not against a library.
    pub struct Blend = "blend", "Blend", Layers, intensity "opacity" {
        /// The second picture.
        image: Option<Arc<Image>> = image(),
        /// How its colours are mixed with those below, as CSS `mix-blend-mode`.
        mode: Mode = choice::<Mode>(),
        /// Factor of its alpha; 0 changes nothing.
        opacity: f64 = number(1.0).range(0.0, 1.0),
        /// The column where its left edge lies; it may lie outside.
        x: f64 = integer(0.0).range(-65_535.0, 65_535.0).soft(-2048.0, 2048.0).unit("px"),
        /// The row where its upper edge lies; it may lie outside.
        y: f64 = integer(0.0).range(-65_535.0, 65_535.0).soft(-2048.0, 2048.0).unit("px"),
    }
    alpha: Changed,
    identity: Where("opacity" = Number(0.0)),
}

impl Filter for Blend {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let Some(above) = &self.image else { unreachable!("it must be given") };
        let source = plan.source();
        let layout = plan.layout(source);
        let covers = |start: f64, length: usize, side: usize| {
            let inside = |end: f64| end.clamp(0.0, side as f64) as usize;
            inside(start)..inside(start + length as f64)
        };
        let columns = covers(self.x, above.layout().width(), layout.width());
        let rows = covers(self.y, above.layout().height(), layout.height());
        if self.opacity == 0.0 || columns.is_empty() || rows.is_empty() {
            return Ok(source);
        }
        let stage = Laid {
            above: Arc::clone(above),
            at: [self.x as isize, self.y as isize],
            columns,
            rows,
            mode: self.mode,
            opacity: self.opacity as f32,
            format: layout.format(),
        };
        // What is opaque stays so, whatever is laid over it.
        Ok(plan.image(&[(source, Edge::Border(Border::Clamp))], layout, stage))
    }
}

struct Laid {
    above: Arc<Image>,
    /// Where its upper left corner lies.
    at: [isize; 2],
    /// The columns that it covers.
    columns: Range<usize>,
    /// The rows that it covers.
    rows: Range<usize>,
    mode: Mode,
    opacity: f32,
    /// Of the picture below.
    format: Format,
}

impl RowStage for Laid {
    fn shape(&self) -> Shape {
        Shape::pixels(self.format.bytes())
    }

    fn write(&self, place: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, work: &mut Work<'_>) {
        let bytes = self.format.bytes();
        let skipped = (place.columns.start - inputs[0].columns().start) * bytes;
        let columns = place.columns.start.max(self.columns.start)..place.columns.end.min(self.columns.end);
        for (row, y) in place.rows.clone().enumerate() {
            let out = out.bytes(row);
            out.copy_from_slice(&inputs[0].bytes(row)[skipped..][..out.len()]);
            if self.rows.contains(&y.cast_unsigned()) && columns.start < columns.end {
                let covered = columns.start - place.columns.start..columns.end - place.columns.start;
                let layout = self.above.layout();
                let first = (columns.start.cast_signed() - self.at[0]).cast_unsigned();
                let line = (y - self.at[1]).cast_unsigned() * layout.width() + first;
                let above = &self.above.data()[line * layout.format().bytes()..];
                let above = &above[..covered.len() * layout.format().bytes()];
                let mut planes = work.scratch.floats(2 * CHANNELS * covered.len());
                self.lay(&mut out[covered.start * bytes..covered.end * bytes], above, &mut planes);
                work.scratch.give_floats(planes);
            }
        }
    }
}

impl Laid {
    /// Lays some pixels over others.
    fn lay(&self, out: &mut [u8], above: &[u8], planes: &mut [f32]) {
        let pixels = out.len() / self.format.bytes();
        let (below, over) = planes.split_at_mut(CHANNELS * pixels);
        let full = self.format.sample.full();
        load(self.format, out, below, full);
        load(self.above.layout().format(), above, over, full);
        let [r, g, b, alpha] = quarters(below);
        let [r_above, g_above, b_above, alpha_above] = quarters(over);
        self.mode.mix(full, [&*r, &*g, &*b], alpha, [&mut *r_above, &mut *g_above, &mut *b_above]);
        for (color, above) in [r, g, b].into_iter().zip([&*r_above, &*g_above, &*b_above]) {
            let alphas = alpha.iter().zip(&*alpha_above);
            for ((color, above), (alpha, alpha_above)) in color.iter_mut().zip(above).zip(alphas) {
                let above_share = self.opacity * alpha_above;
                let share = alpha * (1.0 - above_share);
                let mixed = (above_share * above + share * *color) / both(*alpha, above_share);
                *color = if above_share > 0.0 { mixed } else { *color };
            }
        }
        for (alpha, alpha_above) in alpha.iter_mut().zip(alpha_above) {
            let above_share = self.opacity * *alpha_above;
            *alpha = if above_share > 0.0 { both(*alpha, above_share) } else { *alpha };
        }
        store(self.format, planes, out);
    }
}

/// What two alphas cover together: all, exactly, where one of them does.
#[inline(always)]
fn both(alpha: f32, above: f32) -> f32 {
    1.0 - (1.0 - alpha) * (1.0 - above)
}

/// Planes of red, green and blue in this scale, and of alpha, where 1 is full.
fn load(format: Format, row: &[u8], planes: &mut [f32], full: f32) {
    let load = Load { format, sees: Sees::Rgba, linear: false, width: 0, margin: 0, border: Border::Clamp };
    let pixels = planes.len() / CHANNELS;
    load.load(row, planes, pixels, 0);
    let (colors, alpha) = planes.split_at_mut(3 * pixels);
    let own = format.sample.full();
    if own != full {
        colors.iter_mut().for_each(|value| *value = *value * full / own);
    }
    for alpha in alpha {
        // Of floats it may be anything; compared this way round, NaN is 0.
        let least = if *alpha > 0.0 { *alpha / own } else { 0.0 };
        *alpha = if least < 1.0 { least } else { 1.0 };
    }
}

fn store(format: Format, planes: &mut [f32], out: &mut [u8]) {
    let Format { sample, channels } = format;
    let pixels = out.len() / format.bytes();
    let [r, g, b, alpha] = quarters(&mut planes[..CHANNELS * pixels]).map(|plane| &*plane);
    let full = sample.full();
    if sample == Sample::U8 && channels.count() == CHANNELS {
        for (i, out) in out.as_chunks_mut::<CHANNELS>().0.iter_mut().enumerate() {
            let pixel = [r[i], g[i], b[i], full * alpha[i]].map(to_byte_f32);
            *out = if pixel[3] > 0 { pixel } else { [0; CHANNELS] };
        }
        return;
    }
    let size = sample.bytes();
    for (i, out) in out.chunks_exact_mut(format.bytes()).enumerate() {
        let stored = rounded(sample, full * alpha[i]);
        let is_seen = stored > 0.0;
        let rgb = [r[i], g[i], b[i]].map(|value| if is_seen { rounded(sample, value) } else { 0.0 });
        match channels.colors() {
            1 => sample.put(luma_of(sample, rgb), out),
            _ => rgb.iter().zip(out.chunks_exact_mut(size)).for_each(|(value, out)| sample.put(*value, out)),
        }
        if channels.stores_alpha() {
            sample.put(stored, &mut out[channels.colors() * size..]);
        }
    }
}

/// The planes of four.
fn quarters(planes: &mut [f32]) -> [&mut [f32]; CHANNELS] {
    let pixels = planes.len() / CHANNELS;
    let mut parts = planes.chunks_exact_mut(pixels);
    std::array::from_fn(|_| parts.next().unwrap_or_default())
}
