//! Filters that smooth and keep edges, or take haze away, of all formats, against naive versions of their definitions in double precision.

use crate::cases;
use crate::numbers::{Numbers, each, number, word};
use pixelpool::image::{Border, Sample};
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

/// Colours times alpha and alpha, and luma times alpha.
type Seen = ([f64; 4], f64);

/// A pixel in levels; alpha is full where there is none.
fn weighted(image: &Numbers, lumas: &[f64], x: isize, y: isize, border: Border) -> Seen {
    let (full, level) = (f64::from(image.sample.full()), f64::from(image.sample.level()));
    let (Some(column), Some(row)) = (border.index(x, image.width), border.index(y, image.height)) else {
        return ([0.0; 4], 0.0);
    };
    let value = |channel: usize| image.at(x, y, channel, border);
    let alpha = if image.channels.is_multiple_of(2) { value(image.channels - 1) } else { full };
    let colors = [0, 1, 2].map(|color: usize| value(color.min(image.colors() - 1)) * alpha / full / level);
    let luma = lumas[row * image.width + column] * alpha / full / level;
    ([colors[0], colors[1], colors[2], alpha / level], luma)
}

/// Whether a stored pixel is one of colours times alpha and alpha, in levels.
fn is_near(image: &Numbers, got: &[f32], [r, g, b, alpha]: [f64; 4]) -> bool {
    let (near, level) = match image.sample {
        Sample::U8 => (0.502, 1.0),
        Sample::U16 => (0.502 / 257.0 + 2e-4, 257.0),
        Sample::F32 => (2e-4, 1.0 / 255.0),
    };
    let got: Vec<f64> = got.iter().map(|value| f64::from(*value) / level).collect();
    let has_alpha = image.channels.is_multiple_of(2);
    if has_alpha && (got[image.channels - 1] - alpha).abs() > near {
        return false;
    }
    if alpha <= near {
        return got[image.channels - 1] > 0.0 || !has_alpha || got.iter().all(|value| *value == 0.0);
    }
    let wanted = [r, g, b].map(|color| 255.0 * color / alpha);
    (0..image.colors()).all(|color| (got[color] - wanted[color]).abs() <= near + 0.03 / alpha)
}

#[test]
fn kuwahara_takes_the_most_even_square() {
    for (i, radius) in [1_isize, 2, 3, 5, 9].into_iter().enumerate() {
        let border = Border::ALL[i];
        let given = vec![number("radius", radius as f64), word("border", Border::NAMES[i])];
        each(30, |image, ways| {
            if radius > 3 && image.width * image.height > 200 {
                return;
            }
            let (got, _) = image.run("kuwahara", &given, ways);
            let lumas = &image.lumas();
            let corner = |x: isize, y: isize| {
                let pixels: Vec<_> = (0..=radius)
                    .flat_map(|v| (0..=radius).map(move |u| weighted(image, lumas, x + u, y + v, border)))
                    .collect();
                let mean = |of: &dyn Fn(&Seen) -> f64| pixels.iter().map(of).sum::<f64>() / pixels.len() as f64;
                let means = [0, 1, 2, 3].map(|i| mean(&|(pixel, _)| pixel[i]));
                let luma = mean(&|(_, luma)| *luma);
                let around = |value: f64, middle: f64| (value - middle) * (value - middle);
                (mean(&|(pixel, luma_here)| around(*luma_here, luma) + around(pixel[3], means[3])), means)
            };
            let mut told = Vec::new();
            for (i, got) in got.values.chunks_exact(image.channels).enumerate() {
                let (x, y) = ((i % image.width).cast_signed(), (i / image.width).cast_signed());
                let corners = [(radius, radius), (0, radius), (radius, 0), (0, 0)].map(|(u, v)| corner(x - u, y - v));
                let least = corners.iter().map(|(variance, _)| *variance).fold(f64::INFINITY, f64::min);
                let is_opaque = image.channels % 2 == 1 && border != Border::Transparent;
                let slack = if image.sample == Sample::U8 && is_opaque { 1e-9 } else { 0.65 };
                let mut even = corners.iter().filter(|(variance, _)| *variance <= least + slack);
                let first = even.clone().next().map_or([0.0; 4], |(_, means)| *means);
                if even.clone().all(|(_, means)| *means == first) {
                    told.push(first);
                }
                assert!(
                    even.any(|(_, means)| is_near(image, got, *means)),
                    "{given:?}, {:?}: {got:?} at {x}, {y}, not of {corners:?}",
                    image.layout()
                );
            }
            if told.len() == image.width * image.height {
                cases::note(image, true, |pixel| {
                    let [r, g, b, alpha] = told[pixel];
                    let [r, g, b] = [r, g, b].map(|color| if alpha > 0.0 { 255.0 * color / alpha } else { 0.0 });
                    [r, g, b, alpha]
                });
            }
        });
    }
}

#[test]
fn oil_is_the_commonest_brightness() {
    for (radius, levels, border) in [(1_isize, 5.0, 0), (2, 20.0, 1), (3, 256.0, 3), (4, 2.0, 4), (7, 9.0, 2)] {
        let (given, border) = (
            vec![number("radius", radius as f64), number("levels", levels), word("border", Border::NAMES[border])],
            Border::ALL[border],
        );
        each(40, |image, ways| {
            if radius > 4 && image.width * image.height > 200 {
                return;
            }
            let full = f64::from(image.sample.full());
            let lumas = image.lumas();
            let alpha = |x: isize, y: isize| {
                let alpha = match (image.channels.is_multiple_of(2), border.index(x, image.width)) {
                    (true, _) => image.at(x, y, image.channels - 1, border) / full,
                    (false, Some(_)) if border.index(y, image.height).is_some() => 1.0,
                    _ => 0.0,
                };
                // What alphas of floats are counted in.
                if image.sample == Sample::F32 { (alpha * 4096.0).round() / 4096.0 } else { alpha }
            };
            let (got, _) = image.run("oilPaint", &given, ways);
            let near = match image.sample {
                Sample::U8 | Sample::U16 => 0.51,
                Sample::F32 => 2e-6,
            };
            image.check(&got, near, &format!("{given:?}"), |x, y, channel| {
                let mut parts = vec![[0.0; 2]; levels as usize];
                for (dx, dy) in square(radius).filter(|(dx, dy)| dx * dx + dy * dy <= radius * radius) {
                    let (x, y) = (x + dx, y + dy);
                    if let (Some(u), Some(v)) = (border.index(x, image.width), border.index(y, image.height)) {
                        let luma = f64::from(lumas[v * image.width + u] as f32);
                        let part = &mut parts[(levels * luma / full).floor().min(levels - 1.0) as usize];
                        part[0] += image.at(x, y, channel, border) * alpha(x, y);
                        part[1] += alpha(x, y);
                    }
                }
                // Sums of shares are off by roundings: those that are the same are whole numbers of steps.
                let whole = |sum: f64| (sum * full * 4096.0).round();
                let most = parts.iter().map(|part| whole(part[1])).fold(0.0, f64::max);
                let part = parts.iter().find(|part| whole(part[1]) == most).expect("one has the most");
                if most > 0.0 { part[0] / part[1] } else { 0.0 }
            });
        });
    }
}

/// What a channel of an image may be off by, in its scale, where it is worked out in single precision.
fn near(image: &Numbers) -> f64 {
    match image.sample {
        Sample::U8 => 0.502,
        Sample::U16 => 0.6,
        Sample::F32 => 4e-6,
    }
}

#[test]
fn guided_pixels_are_functions_of_themselves() {
    for (radius, epsilon) in [(1_isize, 0.01), (2, 0.1), (3, 1e-4), (9, 0.02)] {
        let given = vec![number("radius", radius as f64), number("epsilon", epsilon)];
        each(100, |image, ways| {
            if radius > 3 && image.width * image.height > 200 {
                return;
            }
            let full = f64::from(image.sample.full());
            let (got, _) = image.run("guidedFilter", &given, ways);
            let function = |x: isize, y: isize, channel: usize| {
                let values: Vec<f64> =
                    square(radius).map(|(dx, dy)| image.at(x + dx, y + dy, channel, Border::Reflect) / full).collect();
                let mean = values.iter().sum::<f64>() / values.len() as f64;
                let variance = values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / values.len() as f64;
                let slope = variance / (variance + epsilon);
                (slope, mean * (1.0 - slope))
            };
            let functions: Vec<_> = (0..image.values.len())
                .map(|i| {
                    let (pixel, channel) = (i / image.channels, i % image.channels);
                    function((pixel % image.width).cast_signed(), (pixel / image.width).cast_signed(), channel)
                })
                .collect();
            image.check(&got, near(image), &format!("{given:?}"), |x, y, channel| {
                let place = |x: isize, y: isize| {
                    let index = |at: isize, side: usize| Border::Reflect.index(at, side).expect("it is mirrored");
                    (index(y, image.height) * image.width + index(x, image.width)) * image.channels + channel
                };
                let count = ((2 * radius + 1) * (2 * radius + 1)) as f64;
                let value = image.at(x, y, channel, Border::Reflect);
                square(radius)
                    .map(|(dx, dy)| functions[place(x + dx, y + dy)])
                    .map(|(slope, more)| (slope * value + more * full) / count)
                    .sum()
            });
        });
    }
}

#[test]
fn total_variation_becomes_less() {
    for (weight, iterations) in [(0.1, 2), (0.3, 7), (5.0, 25), (0.02, 50)] {
        let given = vec![number("weight", weight), number("iterations", f64::from(iterations))];
        each(100, |image, ways| {
            let (width, height) = (image.width, image.height);
            let full = f64::from(image.sample.full());
            let (got, _) = image.run("tvDenoise", &given, ways);
            let channels = (0..image.colors()).map(|channel| {
                let values: Vec<f64> =
                    image.values.chunks_exact(image.channels).map(|pixel| f64::from(pixel[channel]) / full).collect();
                let [mut p, mut q] = [(), ()].map(|()| vec![0.0; width * height]);
                let mut u = values.clone();
                for _ in 1..iterations {
                    for i in 0..width * height {
                        let g = if i % width + 1 < width { u[i + 1] - u[i] } else { 0.0 };
                        let h = if i / width + 1 < height { u[i + width] - u[i] } else { 0.0 };
                        let by = 1.0 + 0.25 / weight * f64::hypot(g, h);
                        (p[i], q[i]) = ((p[i] - 0.25 * g) / by, (q[i] - 0.25 * h) / by);
                    }
                    for i in 0..width * height {
                        let left = if i % width > 0 { p[i - 1] } else { 0.0 };
                        let above = if i >= width { q[i - width] } else { 0.0 };
                        u[i] = values[i] - p[i] + left - q[i] + above;
                    }
                }
                u
            });
            let channels: Vec<_> = channels.collect();
            image.check(&got, near(image), &format!("{given:?}"), |x, y, channel| {
                full * channels[channel][y.cast_unsigned() * width + x.cast_unsigned()]
            });
        });
    }
}

#[test]
fn haze_is_found_and_taken_away() {
    for (strength, radius) in [(0.95, 1_isize), (0.5, 2), (1.0, 3)] {
        let given = vec![number("strength", strength), number("radius", radius as f64)];
        each(102, |image, ways| {
            if image.width * image.height > 200 {
                return;
            }
            let full = f64::from(image.sample.full());
            let (width, height) = (image.width.cast_signed(), image.height.cast_signed());
            let places: Vec<_> = (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).collect();
            let color =
                |(x, y): (isize, isize), c: usize| image.at(x, y, c.min(image.colors() - 1), Border::Clamp) / full;
            let alpha = |(x, y): (isize, isize)| match image.channels.is_multiple_of(2) {
                true if image.sample == Sample::F32 => {
                    (image.at(x, y, image.channels - 1, Border::Clamp) * 4096.0).round() / 4096.0
                }
                true => image.at(x, y, image.channels - 1, Border::Clamp) / full,
                false => 1.0,
            };
            let level = |place| (255.0 * color(place, 0).min(color(place, 1)).min(color(place, 2)) + 1e-6).floor();
            let all: f64 = places.iter().map(|place| alpha(*place)).sum();
            let brightest = |from: f64| places.iter().filter(move |place| level(**place) >= from);
            let is_enough = |from: &f64| {
                let sum = brightest(*from).map(|place| alpha(*place)).sum::<f64>();
                sum > 0.0 && sum >= all / 1000.0 - 1e-9
            };
            let haze = match (0..256).rev().map(f64::from).find(is_enough) {
                None => [1.0; 3],
                Some(from) => [0, 1, 2].map(|c| {
                    let sum: f64 = brightest(from).map(|place| color(*place, c) * alpha(*place)).sum();
                    (sum / brightest(from).map(|place| alpha(*place)).sum::<f64>()).max(1.0 / 255.0)
                }),
            };
            let share = |place: (isize, isize)| {
                if image.channels.is_multiple_of(2)
                    && image.at(place.0, place.1, image.channels - 1, Border::Clamp) <= 0.0
                {
                    return 1.0;
                }
                [0, 1, 2].map(|c| color(place, c) / haze[c]).into_iter().fold(1.0, f64::min)
            };
            let lumas: Vec<f64> = image.lumas().iter().map(|luma| luma / full).collect();
            let clear: Vec<f64> = places
                .iter()
                .map(|(x, y)| {
                    let around = square(radius).map(|(dx, dy)| (x + dx, y + dy));
                    let inside = around.filter(|(x, y)| (0..width).contains(x) && (0..height).contains(y));
                    1.0 - strength * inside.map(share).fold(1.0, f64::min)
                })
                .collect();
            let index = |x: isize, y: isize| {
                let inside = |at: isize, side: usize| Border::Reflect.index(at, side).expect("it is mirrored");
                inside(y, image.height) * image.width + inside(x, image.width)
            };
            let mean = |(x, y): (isize, isize), of: &dyn Fn(usize) -> f64| {
                let count = ((8 * radius + 1) * (8 * radius + 1)) as f64;
                square(4 * radius).map(|(dx, dy)| of(index(x + dx, y + dy))).sum::<f64>() / count
            };
            let functions: Vec<_> = places
                .iter()
                .map(|place| {
                    let (guide, value) = (mean(*place, &|i| lumas[i]), mean(*place, &|i| clear[i]));
                    let variance = mean(*place, &|i| (lumas[i] - guide) * (lumas[i] - guide));
                    let covariance = mean(*place, &|i| (lumas[i] - guide) * (clear[i] - value));
                    let slope = covariance / (variance + 0.001);
                    (slope, value - slope * guide)
                })
                .collect();
            let (got, _) = image.run("dehaze", &given, ways);
            // What is divided by is a tenth at times.
            let near = match image.sample {
                Sample::U8 => 0.53,
                Sample::U16 => 5.0,
                Sample::F32 => 1e-4,
            };
            let through: Vec<f64> = places
                .iter()
                .enumerate()
                .map(|(i, place)| {
                    let value = mean(*place, &|i| functions[i].0) * lumas[i] + mean(*place, &|i| functions[i].1);
                    value.clamp(0.1, 1.0)
                })
                .collect();
            image.check(&got, near, &format!("{given:?}"), |x, y, c| {
                let value = (color((x, y), c) - haze[c]) / through[index(x, y)] + haze[c];
                full * if image.sample == Sample::F32 { value } else { value.clamp(0.0, 1.0) }
            });
        });
    }
}
