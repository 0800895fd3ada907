//! Filters that choose among what is around, of all formats, against naive versions of their definitions in double precision.

use crate::numbers::{each, number, word};
use pixelpool::image::Border;
use pixelpool::params::Choice;

/// The places of a square around the centre.
fn square(radius: isize) -> impl Iterator<Item = (isize, isize)> {
    (-radius..=radius).flat_map(move |dy| (-radius..=radius).map(move |dx| (dx, dy)))
}

#[test]
fn ranks_are_counted_in_a_sorted_square() {
    let cases = [(1, 0.0), (1, 30.0), (2, 50.0), (3, 12.5), (4, 100.0), (6, 99.0), (5, 0.0), (9, 50.0), (20, 71.0)];
    for (i, (radius, percentile)) in cases.into_iter().enumerate() {
        let border = Border::ALL[i % 5];
        let given = vec![
            number("radius", radius as f64),
            number("percentile", percentile),
            word("border", Border::NAMES[i % 5]),
        ];
        each(60, |image, ways| {
            if radius > 6 && image.width * image.height > 200 {
                return;
            }
            let (got, _) = image.run("rankFilter", &given, ways);
            image.check(&got, 0.0, &format!("{given:?}"), |x, y, channel| {
                let mut values: Vec<f64> =
                    square(radius).map(|(dx, dy)| image.at(x + dx, y + dy, channel, border)).collect();
                values.sort_by(f64::total_cmp);
                let rank = (values.len() as f64 * percentile / 100.0).floor() as usize;
                values[rank.min(values.len() - 1)]
            });
        });
    }
}
