//! Tables of colours: their files, and what is looked up in them, of pictures of all formats.

use crate::common::{formats, of_format, run_one, samples};
use pixelpool::error::{Class, Code};
use pixelpool::filters::REGISTRY;
use pixelpool::image::Sample;
use pixelpool::params::{Given, Value};

fn build(given: &Given) -> Result<(), pixelpool::error::Error> {
    let definition = REGISTRY.iter().find(|definition| definition.info.name == "lut3d").expect("it is there");
    definition.build(given).map(|_| ())
}

fn cube(text: &str) -> Given {
    vec![("cube".into(), Value::from(text))]
}

/// A table whose rows are those of a text.
fn file(head: &str, rows: usize) -> String {
    format!("{head}\n{}", "0.5 0.25 1\n".repeat(rows))
}

#[test]
fn what_is_no_file_is_refused_by_line() {
    let eight = "0 0 0\n".repeat(7);
    let wrong = [
        ("".into(), Class::Type, "line 1: LUT_3D_SIZE is missing"),
        ("# nothing\n\n".into(), Class::Type, "LUT_3D_SIZE is missing"),
        ("0 0 0\n".into(), Class::Type, "line 1: LUT_3D_SIZE must come before"),
        (file("LUT_3D_SIZE 2\nLUT_3D_SIZE 2", 8), Class::Type, "line 2: LUT_3D_SIZE is there twice"),
        (file("LUT_3D_SIZE 1", 1), Class::Range, "line 1: LUT_3D_SIZE must be from 2 to 129"),
        (file("LUT_3D_SIZE 130", 8), Class::Range, "LUT_3D_SIZE must be from 2 to 129"),
        (file("LUT_3D_SIZE 1e18", 8), Class::Range, "LUT_3D_SIZE must be from 2 to 129"),
        (file("LUT_3D_SIZE -2", 8), Class::Range, "LUT_3D_SIZE must be from 2 to 129"),
        (file("LUT_3D_SIZE 2.5", 8), Class::Type, "LUT_3D_SIZE must be a whole number"),
        (file("LUT_3D_SIZE two", 8), Class::Type, "LUT_3D_SIZE must be a whole number"),
        (file("LUT_3D_SIZE", 8), Class::Type, "LUT_3D_SIZE must be a whole number"),
        (file("LUT_3D_SIZE 2 2", 8), Class::Type, "LUT_3D_SIZE must be a whole number"),
        (file("LUT_3D_SIZE 2", 7), Class::Range, "line 8: the table must have 8 rows, and ends after 7"),
        (file("LUT_3D_SIZE 129", 3), Class::Range, "the table must have 2146689 rows, and ends after 3"),
        (file("LUT_3D_SIZE 2", 9), Class::Range, "line 10: there are more than 8 rows"),
        (
            format!("LUT_3D_SIZE 2\n{eight}0 0 nan"),
            Class::Type,
            "line 9: a row of the table must be three finite numbers",
        ),
        (format!("LUT_3D_SIZE 2\n{eight}0 0 1e999"), Class::Type, "line 9: a row"),
        (format!("LUT_3D_SIZE 2\n{eight}0 0"), Class::Type, "line 9: a row"),
        (format!("LUT_3D_SIZE 2\n{eight}0 0 0 0"), Class::Type, "line 9: a row"),
        (format!("LUT_3D_SIZE 2\n{eight}0,0,0"), Class::Type, "line 9: a row"),
        (format!("LUT_3D_SIZE 2\n{eight}inf 0 0"), Class::Type, "line 9: only rows of three numbers"),
        (format!("LUT_3D_SIZE 2\n{eight}DOMAIN_MIN 0 0 0"), Class::Type, "line 9: only rows of three numbers"),
        (file("LUT_3D_SIZE 2\nDOMAIN_MIN 0 0", 8), Class::Type, "line 2: DOMAIN_MIN must be three finite numbers"),
        (file("LUT_3D_SIZE 2\nDOMAIN_MIN 0 1 0", 8), Class::Range, "DOMAIN_MIN must be below DOMAIN_MAX"),
        (file("LUT_3D_SIZE 2\nDOMAIN_MAX 1 1 -1", 8), Class::Range, "DOMAIN_MIN must be below DOMAIN_MAX"),
        (file("LUT_3D_SIZE 2\nDOMAIN_MAX 1 1 x", 8), Class::Type, "DOMAIN_MAX must be three finite numbers"),
        (file("LUT_3D_SIZE 2\nDOMAIN_MIN 0 0 0\nDOMAIN_MIN 0 0 0", 8), Class::Type, "DOMAIN_MIN is there twice"),
        (file("LUT_1D_SIZE 2", 8), Class::Type, "one dimension"),
        (file("LUT_3D_SIZE 2\nLUT_3D_INPUT_RANGE 0 1", 8), Class::Type, "no such keyword"),
        (file("TITLE warm\nLUT_3D_SIZE 2", 8), Class::Type, "TITLE must stand in quotes"),
        (
            file("DOMAIN_MAX 1 1 1\nDOMAIN_MIN 0 2 0\nLUT_3D_SIZE 2", 8),
            Class::Range,
            "line 2: DOMAIN_MIN must be below",
        ),
        ("\u{1}PNG".into(), Class::Type, "line 1: LUT_3D_SIZE must come before"),
    ];
    for (text, class, what) in wrong {
        let error = build(&cube(&text)).expect_err(&text);
        assert_eq!((error.code, error.class), (Code::InvalidParameter, class), "{error}");
        assert_eq!((error.filter.as_deref(), error.parameter.as_deref()), (Some("lut3d"), Some("cube")), "{error}");
        assert!(error.message.contains(what), "{error}, not {what}");
    }
}

#[test]
fn what_the_format_allows_is_taken() {
    let rows = "0 0 0\r\n1.0\t 0 0\r\n\r\n# a remark\r\n 0 1 0 \r\n+1 1e0 .0\r\n0 0 1.\r\n1 0 1E-0\r\n0 1 1\r\n1 1 1";
    let text = format!(
        "\u{feff}# made by hand\r\nTITLE \"none # of your\"\r\n\r\nDOMAIN_MIN 0 0 0\r\nLUT_3D_SIZE\t2\r\nDOMAIN_MAX 1 1 1\r\n{rows}"
    );
    let image = of_format(13, 9, 1, formats().next().expect("there are some"));
    assert_eq!(run_one("lut3d", &cube(&text), &image), image, "it is the table that changes nothing");
}

#[test]
fn a_file_or_a_table_is_wanted_and_not_both() {
    let table = || ("table".to_string(), Value::from(vec![0.5; 24]));
    let size = || ("size".to_string(), Value::Number(2.0));
    let text = || cube(&file("LUT_3D_SIZE 2", 8)).swap_remove(0);
    assert!(build(&vec![text()]).is_ok() && build(&vec![size(), table()]).is_ok());
    let wrong = [
        (vec![], "cube"),
        (vec![size()], "table"),
        (vec![table()], "size"),
        (vec![text(), size()], "size"),
        (vec![text(), table()], "table"),
        (vec![text(), size(), table()], "table"),
    ];
    for (given, name) in wrong {
        let error = build(&given).expect_err(name);
        assert_eq!((error.class, error.parameter.as_deref()), (Class::Type, Some(name)), "{given:?}: {error}");
    }
    let error = build(&vec![size(), ("table".into(), Value::from(vec![0.5; 23]))]).expect_err("too short");
    assert_eq!((error.class, error.parameter.as_deref()), (Class::Range, Some("table")), "{error}");
    let error = build(&vec![("size".into(), Value::Number(129.0)), table()]).expect_err("too short");
    assert!(error.message.contains("must have 6440067 numbers, got 24"), "{error}");
}

/// The definition, in double precision.
fn looked_up(table: &[f64], side: usize, interp: &str, rgb: [f64; 3]) -> [f64; 3] {
    let f = rgb.map(|value| value.clamp(0.0, 1.0) * (side - 1) as f64);
    let below = f.map(|f| (f.floor() as usize).min(side - 2));
    let d: [f64; 3] = std::array::from_fn(|i| f[i] - below[i] as f64);
    let corner = |up: [usize; 3], i: usize| {
        let [r, g, b] = [0, 1, 2].map(|channel| below[channel] + up[channel]);
        table[3 * (r + side * (g + side * b)) + i]
    };
    std::array::from_fn(|i| {
        if interp == "trilinear" {
            let share = |up: usize, d: f64| if up == 1 { d } else { 1.0 - d };
            let all = (0..8).map(|k| [k & 1, k >> 1 & 1, k >> 2]);
            return all.map(|up| corner(up, i) * (0..3).map(|c| share(up[c], d[c])).product::<f64>()).sum();
        }
        let mut order = [0, 1, 2];
        order.sort_by(|a, b| d[*b].total_cmp(&d[*a]));
        let (mut up, mut sum, mut before) = ([0; 3], 0.0, 1.0);
        for channel in order {
            sum += (before - d[channel]) * corner(up, i);
            (up[channel], before) = (1, d[channel]);
        }
        sum + before * corner(up, i)
    })
}

#[test]
fn pictures_of_all_formats_are_looked_up() {
    let side = 5;
    let table: Vec<f64> = (0..3 * side * side * side).map(|i| (i * 7919 % 1301) as f64 / 1000.0 - 0.15).collect();
    for format in formats() {
        let image = of_format(31, 17, 6, format);
        let colors = format.channels.colors();
        for interp in ["trilinear", "tetrahedral"] {
            let given = vec![
                ("size".into(), Value::Number(side as f64)),
                ("table".into(), Value::from(table.clone())),
                ("interp".into(), Value::from(interp)),
            ];
            let result = run_one("lut3d", &given, &image);
            for (x, y) in (0..17).flat_map(|y| (0..31).map(move |x| (x, y))) {
                let (got, seen) = (samples(&result, x, y), samples(&image, x, y));
                let full = f64::from(format.sample.full());
                let rgb = [0, 1, 2].map(|i| seen[i.min(colors - 1)] / full);
                let rgb = looked_up(&table, side, interp, rgb).map(|value| match format.sample {
                    Sample::F32 => value,
                    _ => value.clamp(0.0, 1.0),
                });
                let luma = (19595.0 * rgb[0] + 38470.0 * rgb[1] + 7471.0 * rgb[2]) / 65536.0;
                let want = if colors == 1 { vec![luma] } else { rgb.to_vec() };
                let tolerance = match format.sample {
                    Sample::F32 => 2e-6,
                    // Of grey, red, green and blue are rounded, and luma is.
                    _ => {
                        if colors == 1 {
                            1.1
                        } else {
                            0.55
                        }
                    }
                };
                for (got, want) in got.iter().zip(want) {
                    let want = want * full;
                    assert!((got - want).abs() <= tolerance, "{format:?} {interp} {x}, {y}: {got}, not {want}");
                }
                assert_eq!(got[colors..], seen[colors..], "alpha is copied");
            }
        }
    }
}
