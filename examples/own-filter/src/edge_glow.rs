//! Edges that glow: a function of a window of pixels.

use pixelpool::error::Error;
use pixelpool::filter::Filter;
use pixelpool::image::Border;
use pixelpool::params::{choice, choices, filter, integer, number};
use pixelpool::plan::{Area, AreaWindow, Node, Plan};
use pixelpool::planes::Sees;
use pixelpool::scratch::Scratch;
use pixelpool::stage::RowsMut;

choices! {
    /// What becomes of edges.
    pub enum Glow {
        /// They become lighter.
        Light = "light",
        /// They become darker.
        Dark = "dark",
    }
}

filter! {
    /// Makes edges lighter, or darker. Alpha is copied.
    ///
    /// In the square of `2·radius + 1` pixels around each pixel, `d` is the largest luma (BT.601) less the least. To each colour
    /// `amount·d` is added (`light`), or it is taken away (`dark`).
    ///
    /// Class R. Reference: the formula in double precision.
    pub struct EdgeGlow = "edgeGlow", "Edge glow", Effects, intensity "amount" {
        /// How strong the glow is; 0 changes nothing.
        amount: f64 = number(1.0).range(0.0, 10.0).soft(0.0, 4.0).step(0.05),
        /// How far it reaches.
        radius: usize = integer(1.0).range(1.0, 8.0).unit("px"),
        /// Whether edges become lighter or darker.
        glow: Glow = choice::<Glow>(),
        /// What is seen outside the image.
        border: Border = choice::<Border>(),
    }
    alpha: Copied,
    identity: Where("amount" = Number(0.0)),
}

impl Filter for EdgeGlow {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        if self.amount == 0.0 {
            return Ok(source);
        }
        let colors = plan.layout(source).format().channels.colors();
        let luma = plan.planes(source, Sees::Luma);
        let contrast = plan.area(luma, self.border, Contrast { radius: self.radius });
        let straight = plan.planes(source, Sees::Colors);
        let amount = if self.glow == Glow::Light { self.amount } else { -self.amount } as f32;
        let glowing = plan.point(&[straight, contrast], colors, move |_, planes| {
            let Some((contrast, colors)) = planes.split_last_mut() else { unreachable!("contrast is last") };
            for color in colors {
                color.iter_mut().zip(contrast.iter()).for_each(|(value, contrast)| *value += amount * contrast);
            }
        });
        Ok(plan.store(glowing, source))
    }
}

/// The largest number of a square, less the least.
struct Contrast {
    radius: usize,
}

impl Area for Contrast {
    fn reach(&self) -> [usize; 2] {
        [self.radius; 2]
    }

    fn row(&self, window: &AreaWindow<'_>, out: &mut RowsMut<'_>, _: &mut Scratch) {
        let side = 2 * self.radius + 1;
        for (x, value) in out.floats(0).iter_mut().enumerate() {
            let square = (0..side).flat_map(|row| &window.line(row, 0)[x..x + side]);
            let [least, most] = square
                .fold([f32::INFINITY, f32::NEG_INFINITY], |[least, most], value| [least.min(*value), most.max(*value)]);
            *value = most - least;
        }
    }
}
