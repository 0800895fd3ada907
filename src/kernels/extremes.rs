//! Minima and maxima over squares, crosses and disks, of bytes of RGBA pixels and of planes of single precision.
//!
//! What lies outside the image does not take part. For these shapes that is as if the nearest edge pixel were seen there: it
//! lies no farther from the centre, in rows as in columns, than what it stands for, and so within the shape.

mod numbers;
mod stages;

use crate::image::Border;
use crate::plan::{Edge, Node, Plan};
use stages::{Across, Disk, Down, Levels, Meet};

pub use numbers::Number;

/// Which of the values is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extreme {
    /// The least.
    Least,
    /// The largest.
    Largest,
}

/// Over which neighbours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// `2 × radius + 1` rows and columns.
    Square,
    /// Those in the same row and those in the same column.
    Cross,
    /// Those no farther away than the radius.
    Disk,
}

/// How rows of an input are found.
const EDGE: Edge = Edge::Border(Border::Clamp);

/// The extreme of each number's neighbours: of an image of RGBA bytes, or of so many planes. Radius 0 is the input itself.
pub fn extreme<T: Number>(
    plan: &mut Plan,
    input: Node,
    planes: usize,
    extreme: Extreme,
    form: Form,
    radius: usize,
) -> Node {
    if radius == 0 {
        return input;
    }
    let [width, _] = plan.size(input);
    let down = Down::<T>::new(planes, extreme, radius);
    let across = Across::<T>::new(planes, extreme, radius, width);
    match form {
        Form::Square => {
            let down = plan.rows(&[(input, EDGE)], down);
            plan.rows(&[(down, EDGE)], across)
        }
        Form::Cross => {
            let down = plan.rows(&[(input, EDGE)], down);
            let across = plan.rows(&[(input, EDGE)], across);
            plan.rows(&[(down, EDGE), (across, EDGE)], Meet::<T>::new(planes, extreme))
        }
        Form::Disk => {
            let levels = plan.rows(&[(input, EDGE)], Levels::<T>::new(planes, extreme, radius, width));
            plan.rows(&[(levels, EDGE)], Disk::<T>::new(planes, extreme, radius))
        }
    }
}
