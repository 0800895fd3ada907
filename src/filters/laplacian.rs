//! Edges by the Laplacian.

use crate::error::{Class, Error};
use crate::filter::{Filter, Refusal};
use crate::image::Border;
use crate::params::{choice, filter, integer, number};
use crate::plan::{Area, AreaWindow, Node, Plan};
use crate::planes::Sees;
use crate::scratch::Scratch;
use crate::stage::RowsMut;
use crate::vector::{F4, fill, four};

filter! {
    /// Shows edges and fine detail of any direction: how much luma (BT.601) differs from its neighbours', in grey. Alpha is
    /// copied.
    ///
    /// With `n` neighbours, 4 at the sides or all 8, and luma `Y`: `scale·|Σ neighbours − n·Y|`, for red, green and blue.
    ///
    /// Class E where the scale is 1, else R. References: OpenCV's `Laplacian` with `ksize=1`, and its `filter2D`. Its default
    /// `ksize`, and scikit-image's `laplace`, are other kernels.
    pub struct Laplacian = "laplacian", "Edges (Laplace)", Edges, intensity "scale" {
        /// How many neighbours count: 4 or 8.
        neighbours: usize = integer(4.0).range(4.0, 8.0).step(4.0),
        /// Factor of the result.
        scale: f64 = number(1.0).range(0.0, f64::INFINITY).soft(0.0, 4.0).step(0.05),
        /// What is seen outside the image.
        border: Border = choice::<Border>(),
    }
    alpha: Copied,
    identity: Never,
    floats: Positive,
    check: Self::check,
}

impl Laplacian {
    fn check(&self) -> Result<(), Refusal> {
        match self.neighbours {
            4 | 8 => Ok(()),
            other => Err(("neighbours", Class::Range, format!("must be 4 or 8, got {other}"))),
        }
    }
}

impl Filter for Laplacian {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        let luma = plan.planes(source, Sees::Luma);
        let differences = Differences { all: self.neighbours == 8, scale: self.scale as f32 };
        let edges = plan.area(luma, self.border, differences);
        Ok(plan.store(edges, source))
    }
}

struct Differences {
    /// Whether neighbours at the corners count.
    all: bool,
    scale: f32,
}

impl Area for Differences {
    fn reach(&self) -> [usize; 2] {
        [1, 1]
    }

    fn row(&self, window: &AreaWindow<'_>, out: &mut RowsMut<'_>, _: &mut Scratch) {
        let [above, here, below] = [0, 1, 2].map(|row| window.line(row, 0));
        let scale = F4::splat(self.scale);
        let sides = |x: usize| (four(above, x + 1) + four(below, x + 1)) + (four(here, x) + four(here, x + 2));
        let out = out.plane(0, 0);
        if self.all {
            fill(out, |x| {
                let corners = (four(above, x) + four(above, x + 2)) + (four(below, x) + four(below, x + 2));
                scale * (sides(x) + corners - F4::splat(8.0) * four(here, x + 1)).abs()
            });
        } else {
            fill(out, |x| scale * (sides(x) - F4::splat(4.0) * four(here, x + 1)).abs());
        }
    }
}
