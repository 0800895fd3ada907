//! The guided filter (He, Sun and Tang, *Guided Image Filtering*, 2010): what is filtered becomes a linear function of a guide, in
//! squares, and the functions of all squares that a pixel lies in are averaged.

use crate::image::Border;
use crate::kernels::box_sums;
use crate::plan::{Node, Plan};
use crate::vector::{F4, for_each, rewrite, rewrite_all};

/// How squares are filtered.
#[derive(Debug, Clone, Copy)]
pub struct Guided {
    /// Half the side of the squares.
    pub radius: usize,
    /// What is added to the guide's variance.
    pub epsilon: f32,
    /// The middle of the guide's range, from which it is counted: sums of squares are smaller for it.
    pub middle: f32,
}

/// What lies outside the image, and outside the rows and columns of functions.
const BORDER: Border = Border::Reflect;

impl Guided {
    /// Filters so many planes, each guided by itself. `again` makes the planes once more, where they are read last: kept from the
    /// first time, they would take rows of memory.
    pub fn by_itself(self, plan: &mut Plan, planes: Node, again: Node, count: usize) -> Node {
        let middle = F4::splat(self.middle);
        let squared = plan.point(&[planes, planes], 2 * count, move |_, planes| {
            let (values, squares) = planes.split_at_mut(count);
            for (values, squares) in values.iter_mut().zip(squares) {
                for_each(values, |value| value - middle);
                rewrite(squares, values, |_, value| value * value);
            }
        });
        let [share, epsilon] = [self.share(), self.epsilon].map(F4::splat);
        let sums = box_sums::of_squares(plan, squared, 2 * count, self.radius, BORDER);
        let functions = plan.point(&[sums], 2 * count, move |_, planes| {
            let (values, squares) = planes.split_at_mut(count);
            for (values, squares) in values.iter_mut().zip(squares) {
                rewrite_all([values, squares], |[sum, squares]| {
                    let mean = sum * share;
                    let variance = (squares * share - mean * mean).max(F4::splat(0.0));
                    let slope = variance / (variance + epsilon);
                    [slope, mean - slope * mean]
                });
            }
        });
        self.applied(plan, functions, again, count, self.middle)
    }

    /// Filters one plane, guided by another.
    pub fn by_another(self, plan: &mut Plan, [guide, planes]: [Node; 2], again: Node) -> Node {
        let middle = F4::splat(self.middle);
        let products = plan.point(&[guide, planes, guide, planes], 4, move |_, planes| {
            let [guide, values, squares, products] = planes else { unreachable!("there are four planes") };
            for_each(guide, |value| value - middle);
            rewrite(squares, guide, |_, value| value * value);
            rewrite(products, guide, |value, guide| value * guide);
            let _ = values;
        });
        let [share, epsilon] = [self.share(), self.epsilon].map(F4::splat);
        let sums = box_sums::of_squares(plan, products, 4, self.radius, BORDER);
        let functions = plan.point(&[sums], 2, move |_, planes| {
            let [guide, values, squares, products] = planes else { unreachable!("there are four planes") };
            rewrite_all([guide, values, squares, products], |[guide, values, squares, products]| {
                let [guide, mean] = [guide * share, values * share];
                let variance = (squares * share - guide * guide).max(F4::splat(0.0));
                let slope = (products * share - guide * mean) / (variance + epsilon);
                [slope, mean - slope * guide, squares, products]
            });
        });
        self.applied(plan, functions, again, 1, 0.0)
    }

    /// One by the pixels of a square.
    fn share(&self) -> f32 {
        let side = 2 * self.radius + 1;
        1.0 / (side * side) as f32
    }

    /// The means of functions, of the guide: slopes, then what is added. `more` is added at last.
    fn applied(self, plan: &mut Plan, functions: Node, guide: Node, count: usize, more: f32) -> Node {
        let sums = box_sums::of_squares(plan, functions, 2 * count, self.radius, BORDER);
        let [share, middle, more] = [self.share(), self.middle, more].map(F4::splat);
        plan.point(&[guide, sums], count, move |_, planes| {
            let (guides, functions) = planes.split_at_mut(count);
            let (slopes, offsets) = functions.split_at_mut(count);
            for ((guide, slope), offset) in guides.iter_mut().zip(slopes).zip(offsets) {
                rewrite_all([guide, slope, offset], |[guide, slope, offset]| {
                    [(slope * (guide - middle) + offset) * share + more, slope, offset]
                });
            }
        })
    }
}
