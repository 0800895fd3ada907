//! Pictures fitted into a width and a height, of all formats.

use crate::cases;
use crate::common::{formats, of_format, refusal, run_one, samples, with};
use pixelpool::error::Class;
use pixelpool::filters::REGISTRY;
use pixelpool::image::{Format, Image, Sample};
use pixelpool::params::{Given, Value};

const FITS: [&str; 5] = ["fill", "inside", "outside", "cover", "contain"];
/// Red, green, blue and alpha of a ground.
const GROUND: [f64; 4] = [10.0, 200.0, 60.0, 128.0];

fn given(sides: [Option<usize>; 2], fit: &str, enlarge: bool) -> Given {
    let named = ["width", "height"].into_iter().zip(sides);
    let sides = named.filter_map(|(name, side)| Some((name.to_string(), Value::Number(side? as f64))));
    let others = [
        ("fit".to_string(), Value::from(fit)),
        ("enlarge".to_string(), Value::Boolean(enlarge)),
        ("background".to_string(), Value::from(GROUND.to_vec())),
    ];
    sides.chain(others).collect()
}

fn size(image: &Image) -> [usize; 2] {
    [image.layout().width(), image.layout().height()]
}

/// What a picture of a size is scaled to, and the size of what is shown of it, by the definition.
fn sizes(source: [usize; 2], sides: [Option<usize>; 2], fit: &str, enlarge: bool) -> [[usize; 2]; 2] {
    let scales = [0, 1].map(|axis| sides[axis].map(|side| side as f64 / source[axis] as f64));
    let most = if enlarge { f64::INFINITY } else { 1.0 };
    let scaled = |by: f64| source.map(|side| ((side as f64 * by.min(most) + 0.5 + 1e-9).floor() as usize).max(1));
    let (Some(a), Some(b)) = (scales[0], scales[1]) else {
        let scaled = scaled(scales[0].or(scales[1]).expect("one is given"));
        return [scaled; 2];
    };
    let wanted = sides.map(|side| side.expect("both are given"));
    let limited = [0, 1].map(|axis| if enlarge { wanted[axis] } else { wanted[axis].min(source[axis]) });
    match fit {
        "fill" => [limited; 2],
        "inside" => [scaled(a.min(b)); 2],
        "outside" => [scaled(a.max(b)); 2],
        "contain" => [scaled(a.min(b)), wanted],
        _ => {
            let scaled = scaled(a.max(b));
            [scaled, [0, 1].map(|axis| wanted[axis].min(scaled[axis]))]
        }
    }
}

/// A ground as it is stored.
fn ground(image: &Image) -> Vec<f64> {
    let format = image.layout().format();
    let stored = |level: f64| match format.sample {
        Sample::F32 => f64::from((level / 255.0) as f32),
        sample => level * f64::from(sample.level()),
    };
    let [r, g, b, a] = GROUND.map(stored);
    let luma = (19595.0 * r + 38470.0 * g + 7471.0 * b) / 65536.0;
    let luma = if format.sample == Sample::F32 { f64::from(luma as f32) } else { (luma + 0.5).floor() };
    let colors = if format.channels.colors() == 1 { vec![luma] } else { vec![r, g, b] };
    colors.into_iter().chain(format.channels.stores_alpha().then_some(a)).collect()
}

#[test]
fn pictures_are_fitted_as_their_definition_says() {
    let both = |width, height| [Some(width), Some(height)];
    let cases = [both(10, 10), both(40, 9), both(9, 40), both(21, 13), both(1, 30), [Some(8), None], [None, Some(40)]];
    for (i, format) in formats().enumerate() {
        for source in [[21, 13], [13, 21], [1, 5]] {
            let image = of_format(source[0], source[1], i as u32, format);
            for (sides, fit) in cases.iter().flat_map(|sides| FITS.map(|fit| (*sides, fit))) {
                for enlarge in [true, false] {
                    let [scaled, shown] = sizes(source, sides, fit, enlarge);
                    let result = run_one("resize", &given(sides, fit, enlarge), &image);
                    let what = format!("{format:?} {source:?} {sides:?} {fit} {enlarge}");
                    assert_eq!(size(&result), shown, "{what}");
                    let whole = run_one("resize", &given([Some(scaled[0]), Some(scaled[1])], "fill", true), &image);
                    // Half of the difference, without its rest, towards either side.
                    let offset = [0, 1].map(|axis| (shown[axis].cast_signed() - scaled[axis].cast_signed()) / 2);
                    for (x, y) in (0..shown[1]).flat_map(|y| (0..shown[0]).map(move |x| (x, y))) {
                        let from = [x.cast_signed() - offset[0], y.cast_signed() - offset[1]];
                        let is_inside = (0..2).all(|axis| (0..scaled[axis].cast_signed()).contains(&from[axis]));
                        let want = match is_inside {
                            true => samples(&whole, from[0].cast_unsigned(), from[1].cast_unsigned()),
                            false => ground(&image),
                        };
                        assert_eq!(samples(&result, x, y), want, "{what}, at {x}, {y}");
                    }
                }
            }
        }
    }
}

#[test]
fn pictures_get_room_on_each_side() {
    for format in formats() {
        let image = of_format(7, 4, 9, format);
        for [left, right, top, bottom] in [[1, 2, 3, 4], [0, 0, 5, 0], [300, 0, 0, 1], [0, 1, 0, 0], [0; 4]] {
            let sides = [("left", left), ("right", right), ("top", top), ("bottom", bottom)];
            let sides = sides.map(|(name, side)| (name.to_string(), Value::Number(side as f64)));
            let given: Given = sides.into_iter().chain([("background".into(), Value::from(GROUND.to_vec()))]).collect();
            let result = run_one("pad", &given, &image);
            assert_eq!(size(&result), [left + 7 + right, top + 4 + bottom]);
            let want = |x: usize, y: usize| {
                let is_inside = (left..left + 7).contains(&x) && (top..top + 4).contains(&y);
                if is_inside { samples(&image, x - left, y - top) } else { ground(&image) }
            };
            let places = (0..size(&result)[1]).flat_map(|y| (0..size(&result)[0]).map(move |x| (x, y)));
            if format == Format::RGBA8 {
                cases::begin("pad", &given);
                cases::note_bytes((7, 4), image.data(), places.clone().flat_map(|(x, y)| want(x, y)));
            }
            for (x, y) in places {
                assert_eq!(samples(&result, x, y), want(x, y), "{format:?} {given:?}, at {x}, {y}");
            }
        }
    }
}

#[test]
fn an_invisible_ground_is_all_zeros() {
    for format in formats() {
        let image = of_format(9, 3, 4, format);
        let given = given([Some(9), Some(9)], "contain", true);
        let given = with(&given, "background", Value::from(vec![9.0, 9.0, 9.0, 0.0]));
        let result = run_one("resize", &given, &image);
        assert!(samples(&result, 0, 0).iter().all(|value| *value == 0.0), "{format:?}");
        assert_eq!(samples(&result, 5, 4), samples(&image, 5, 1), "{format:?}");
    }
}

#[test]
fn a_size_without_sides_is_refused() {
    let resize = REGISTRY.iter().find(|definition| definition.info.name == "resize").expect("it is there");
    let error = resize.build(&given([None, None], "inside", true)).expect_err("no side");
    assert_eq!((error.class, error.parameter.as_deref()), (Class::Type, Some("width")), "{error}");
    let layout = of_format(9, 3, 4, formats().next().expect("there are some")).layout();
    assert_eq!(refusal("resize", &given([None, Some(2)], "cover", false), layout), None);
}
