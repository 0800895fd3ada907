//! A relief.

use crate::error::Error;
use crate::filter::Filter;
use crate::image::Border;
use crate::kernels::gradient::weighted;
use crate::params::{choice, filter, number};
use crate::plan::{Area, AreaWindow, Node, Plan};
use crate::planes::Sees;
use crate::scratch::Scratch;
use crate::stage::RowsMut;
use crate::vector::{F4, fill};

filter! {
    /// Makes a grey relief: what is bright stands out, and is lit from one side. Alpha is copied.
    ///
    /// With Sobel's gradients `gx` and `gy` of luma (see `sobel`) and the angle `t`, red, green and blue become
    /// `127.5 + amount·(cos(t)·gx + sin(t)·gy)/4`, in levels.
    ///
    /// Class R. Reference: OpenCV's `filter2D` in double precision, with the sum of the two kernels.
    pub struct Emboss = "emboss", "Emboss", Effects, intensity "amount" {
        /// Where the light goes: 0 from left to right, 45 from the upper left to the lower right, 90 downwards.
        degrees: f64 = number(45.0).soft(-180.0, 180.0).step(1.0).unit("°"),
        /// How deep the relief is; 0 is flat, and less turns it inside out.
        amount: f64 = number(1.0).soft(-4.0, 4.0).step(0.05),
        /// What is seen outside the image.
        border: Border = choice::<Border>(),
    }
    alpha: Copied,
    identity: Never,
}

impl Filter for Emboss {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        let layout = plan.layout(source);
        let luma = plan.planes(source, Sees::Luma);
        // Whole turns are taken off in degrees, where that is exact.
        let (sin, cos) = libm::sincos((self.degrees % 360.0).to_radians());
        let across = [cos, sin].map(|part| (self.amount * part / 4.0) as f32);
        let relief = plan.area(luma, self.border, Relief { across, middle: layout.format().sample.full() / 2.0 });
        Ok(plan.store(relief, source))
    }
}

struct Relief {
    /// Factors of the gradients.
    across: [f32; 2],
    middle: f32,
}

impl Area for Relief {
    fn reach(&self) -> [usize; 2] {
        [1, 1]
    }

    fn row(&self, window: &AreaWindow<'_>, out: &mut RowsMut<'_>, _: &mut Scratch) {
        let lines = [0, 1, 2].map(|row| window.line(row, 0));
        let [right, down] = self.across.map(F4::splat);
        let middle = F4::splat(self.middle);
        fill(out.plane(0, 0), |x| {
            let [gx, gy] = weighted(lines, x, [1.0, 2.0]);
            middle + (right * gx + down * gy)
        });
    }
}
