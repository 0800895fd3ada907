//! Functions of formulas, in single precision, against those of the standard library in double: natively by
//! `tests/native/kernels.rs`, and with the vectors of WebAssembly by `tests/web.rs`.
#![allow(unreachable_pub, reason = "it is a part of two test crates")]

use pixelpool::filters::REGISTRY;
use pixelpool::image::{Channels, Format, Layout, Rows, Sample, Size};
use pixelpool::params::Value;
use pixelpool::pipeline::{Chain, Step, Work, run_band};
use pixelpool::scratch::Scratch;

/// What a formula makes of grey numbers.
fn made(formula: &str, values: &[f32]) -> Vec<f32> {
    let given = ["r", "g", "b"].map(|name| (name.to_string(), Value::from(formula))).to_vec();
    let chain = Chain::new(vec![Step { kind: "formula".into(), given }], REGISTRY).expect(formula);
    let format = Format { sample: Sample::F32, channels: Channels::Gray };
    let layout = Size::new(values.len(), 1).and_then(|size| Layout::new(size, format)).expect("not empty");
    let plans = chain.plan(layout).expect(formula);
    let [pass] = plans.of(true).passes() else { panic!("it is one pass") };
    let Work::Graph(program) = &pass.work else { panic!("it is a graph") };
    let image: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
    let mut out = vec![7; image.len()];
    run_band(program, &Rows::new(layout, 0, &image), 0..1, &mut out, &[], &mut Scratch::default());
    out.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect()
}

/// Checks a function over a range: how far off it may be, whatever it is, and as a part of what it is.
fn check(formula: &str, [least, most]: [f64; 2], [near, part]: [f64; 2], want: impl Fn(f64) -> f64) {
    const COUNT: usize = 20_011;
    let step = (most - least) / (COUNT - 1) as f64;
    let values: Vec<f32> = (0..COUNT).map(|i| (least + step * i as f64) as f32).collect();
    for (value, got) in values.iter().zip(made(formula, &values)) {
        let want = want(f64::from(*value));
        let off = (f64::from(got) - want).abs();
        assert!(off <= near + part * want.abs(), "{formula} of {value}: {got}, not {want}, off by {off:e}");
    }
}

pub fn functions_are_as_exact_as_they_say() {
    check("sin(r)", [-10_000.0, 10_000.0], [3e-7, 0.0], f64::sin);
    check("cos(r)", [-10_000.0, 10_000.0], [3e-7, 0.0], f64::cos);
    check("sin(r)", [-7.0, 7.0], [3e-7, 0.0], f64::sin);
    check("tan(r)", [-1.5, 1.5], [1e-6, 1e-5], f64::tan);
    check("exp(r)", [-87.0, 88.0], [0.0, 3e-7], f64::exp);
    check("log2(r)", [1e-3, 100.0], [3e-7, 3e-7], f64::log2);
    check("log2(r)", [1e-30, 1e-20], [3e-7, 3e-7], f64::log2);
    check("log(r)", [0.5, 2.0], [4e-7, 4e-7], f64::ln);
    check("pow(r, 2.2)", [0.0, 1.0], [0.0, 4e-6], |r| r.powf(2.2));
    check("pow(r, 1 / 2.2)", [1e-6, 1.0], [0.0, 3e-6], |r| r.powf(1.0 / 2.2));
    check("r ^ 5", [-2.0, 2.0], [0.0, 4e-7], |r| r.powi(5));
    check("pow(2, r)", [-100.0, 100.0], [0.0, 1e-5], f64::exp2);
    check("atan(r)", [-30.0, 30.0], [3e-7, 0.0], f64::atan);
    check("atan2(r, -0.5)", [-2.0, 2.0], [4e-7, 0.0], |r| if r == 0.0 { std::f64::consts::PI } else { r.atan2(-0.5) });
    check("asin(r)", [-1.0, 1.0], [4e-7, 0.0], f64::asin);
    check("acos(r)", [-1.0, 1.0], [5e-7, 0.0], f64::acos);
    check("sqrt(r)", [0.0, 9.0], [0.0, 1e-7], f64::sqrt);
    check("hypot(r, 0.3)", [-3.0, 3.0], [0.0, 3e-7], |r| r.hypot(f64::from(0.3_f32)));
    check("mix(0.2, 0.7, r)", [-1.0, 2.0], [2e-7, 2e-7], |r| 0.2 + 0.5 * r);
    check("smoothstep(0.2, 0.7, r)", [0.0, 1.0], [1e-6, 0.0], |r| {
        let s = ((r - 0.2) / 0.5).clamp(0.0, 1.0);
        s * s * (3.0 - 2.0 * s)
    });
    // Whole numbers are exact.
    check("floor(r) + ceil(r) * 1000 + round(r) * 100000", [-9.3, 9.7], [0.0, 0.0], |r| {
        r.floor() + r.ceil() * 1e3 + (r + 0.5).floor() * 1e5
    });
    assert_eq!(made("log2(r)", &[1.0, 2.0, 0.125, 1024.0]), [0.0, 1.0, -3.0, 10.0]);
    assert_eq!(made("r % 3", &[0.0, 1.0, 3.0, 8.0, -1.0]), [0.0, 1.0, 0.0, 2.0, 2.0]);
    assert_eq!(made("exp(r)", &[-200.0, 200.0, 0.0]), [0.0, f32::INFINITY, 1.0]);
    assert_eq!(made("r ^ r", &[0.0, 1.0, 2.0, -1.0, -2.0]), [1.0, 1.0, 4.0, -1.0, 0.25]);
}
