//! Curves: functions of one channel, from levels to levels, where 255 is full scale. Of 8 and 16 bits they become tables,
//! made in double precision, so they are exact and cost as much as any other; of floats they are called for each value.

use crate::image::{Border, Format, Sample};
use crate::kernels::table::{Tables, identity, tabulate};
use crate::plan::{Edge, Node, Plan};
use crate::planes::luma_of;
use crate::stage::{Place, RowStage, RowsMut, Shape, Window, Work};
use std::sync::Arc;

/// A function from levels to levels. Of floats it may be given levels below 0 and above 255.
pub type Curve = Arc<dyn Fn(f64) -> f64 + Send + Sync>;

impl Plan {
    /// A function of each colour channel; alpha is copied.
    pub fn curve(&mut self, node: Node, color: impl Fn(f64) -> f64 + Send + Sync + 'static) -> Node {
        self.shared_curve(node, Arc::new(color))
    }

    // Many filters have a curve: made for each of them, this would be kilobytes of wasm.
    #[inline(never)]
    fn shared_curve(&mut self, node: Node, color: Curve) -> Node {
        if self.is_bytes(node) {
            return self.pixels(node, Box::new(Tables::of_color(|value| color(value))), true);
        }
        self.curve_stage(node, vec![color], None)
    }

    /// `slope · v + offset` of each colour channel, and of alpha.
    pub fn line(&mut self, node: Node, color: (f64, f64), alpha: (f64, f64)) -> Node {
        let line = |(slope, offset): (f64, f64)| -> Curve { Arc::new(move |value| slope * value + offset) };
        if self.is_bytes(node) {
            return self.tables(node, Tables::straight(color, alpha));
        }
        self.curve_stage(node, vec![line(color)], (alpha != (1.0, 0.0)).then(|| line(alpha)))
    }

    /// A function for each channel; alpha is copied where it has none.
    pub fn curves(&mut self, node: Node, colors: [Curve; 3], alpha: Option<Curve>) -> Node {
        if self.is_bytes(node) {
            let slope = |curve: &Curve| (curve(255.0) - curve(0.0)) / 255.0;
            let [r, g, b] = colors.each_ref().map(|curve| tabulate(|value| curve(value)));
            let a = alpha.as_ref().map_or_else(identity, |curve| tabulate(|value| curve(value)));
            let [slope_r, slope_g, slope_b] = colors.each_ref().map(slope);
            let slopes = [slope_r, slope_g, slope_b, alpha.as_ref().map_or(1.0, slope)];
            return self.tables(node, Tables::maybe_straight([r, g, b, a], slopes));
        }
        self.curve_stage(node, colors.into(), alpha)
    }

    fn tables(&mut self, node: Node, tables: Tables) -> Node {
        let keeps_opaque = tables.keeps_opaque();
        self.pixels(node, Box::new(tables), keeps_opaque)
    }

    fn curve_stage(&mut self, node: Node, colors: Vec<Curve>, alpha: Option<Curve>) -> Node {
        let layout = self.layout(node);
        let format = layout.format();
        let made = |curves: &[Curve]| curves.iter().map(|curve| Function::new(format.sample, curve)).collect();
        let alpha: Vec<_> = made(alpha.filter(|_| format.channels.stores_alpha()).as_slice());
        let full = format.sample.full();
        let keeps_opaque = alpha.iter().all(|curve| curve.of(full) == full);
        let result = if keeps_opaque { layout } else { self.with_any_alpha(node) };
        let stage = CurveStage { format, colors: made(&colors), alpha };
        self.image(&[(node, Edge::Border(Border::Clamp))], result, stage)
    }
}

/// A curve as it is looked up.
enum Function {
    Table(Vec<u16>),
    Called(Curve),
}

impl Function {
    fn new(sample: Sample, curve: &Curve) -> Self {
        let (most, level) = match sample {
            Sample::F32 => return Self::Called(Arc::clone(curve)),
            Sample::U8 => (255_u16, 1.0),
            Sample::U16 => (65_535, 257.0),
        };
        let rounded = |value: u16| {
            let result = level * curve(f64::from(value) / level);
            // Compared this way round, NaN is 0.
            let clamped = if result > 0.0 { result.min(f64::from(most)) } else { 0.0 };
            (clamped + 0.5) as u16
        };
        Self::Table((0..=most).map(rounded).collect())
    }

    fn of(&self, value: f32) -> f32 {
        match self {
            Self::Table(table) => f32::from(table[value as usize]),
            Self::Called(curve) => (curve(255.0 * f64::from(value)) / 255.0) as f32,
        }
    }
}

/// Rewrites stored rows.
struct CurveStage {
    format: Format,
    /// One for all colours, or three.
    colors: Vec<Function>,
    /// One, or none.
    alpha: Vec<Function>,
}

impl RowStage for CurveStage {
    fn shape(&self) -> Shape {
        Shape::pixels(self.format.bytes())
    }

    fn write(&self, place: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, _: &mut Work<'_>) {
        let Format { sample, channels } = self.format;
        let skipped = (place.columns.start - inputs[0].columns().start) * self.format.bytes();
        for row in 0..place.rows.len() {
            let out = out.bytes(row);
            let from = &inputs[0].bytes(row)[skipped..][..out.len()];
            let size = sample.bytes();
            let pixels = from.chunks_exact(self.format.bytes()).zip(out.chunks_exact_mut(self.format.bytes()));
            for (from, to) in pixels {
                if channels.colors() == 1 && self.colors.len() == 3 {
                    let value = sample.value(from);
                    let rgb = [0, 1, 2].map(|i| self.colors[i].of(value));
                    sample.put(luma_of(sample, rgb), to);
                } else {
                    for channel in 0..channels.colors() {
                        let at = channel * size;
                        sample.put(
                            self.colors[channel.min(self.colors.len() - 1)].of(sample.value(&from[at..])),
                            &mut to[at..],
                        );
                    }
                }
                let at = channels.colors() * size;
                match self.alpha.first() {
                    Some(alpha) => sample.put(alpha.of(sample.value(&from[at..])), &mut to[at..]),
                    None => to[at..].copy_from_slice(&from[at..]),
                }
            }
        }
    }
}
