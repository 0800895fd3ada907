//! The same work by other libraries: one thread against one thread, after a look at what comes out.

use crate::contestant::{Contestant, Named};
use crate::difference::Difference;
use crate::filters::told;
use crate::libraries;
use crate::measure;
use crate::pixelpool_runs::Run;
use criterion::Criterion;
use image::RgbaImage;
use pixelpool::filters::REGISTRY;
use pixelpool::params::{Given, Kind, Value as Parameter};
use serde_json::{Value, json};

/// A filter on a photo, and who else does the same.
struct Line<'a> {
    filter: &'static str,
    given: Given,
    photo: &'a RgbaImage,
    /// The size of the result.
    size: [u32; 2],
    peers: Vec<Named<'a>>,
}

/// Every comparison, in turn.
pub fn run(criterion: &mut Criterion, photo: &RgbaImage, large: &RgbaImage) -> Value {
    let mut compare = |filter, parameters: &[(&str, Parameter)], peers| {
        let size = photo.dimensions().into();
        compare(criterion, Line { filter, given: given(parameters), photo, size, peers })
    };
    let number = Parameter::Number;
    let sharpen = [0, -1, 0, -1, 5, -1, 0, -1, 0];
    let mut rows = vec![
        compare("invert", &[], libraries::invert(photo)),
        compare("contrast", &[("amount", number(1.44))], libraries::contrast(photo, 1.44)),
        compare("hueRotate", &[("degrees", number(90.0))], libraries::hue_rotate(photo, 90)),
        compare("gaussianBlur", &[("sigma", number(2.0))], libraries::gaussian(photo, 2.0)),
        compare("gaussianBlur", &[("sigma", number(8.0))], libraries::gaussian(photo, 8.0)),
    ];
    if has_fast_blur() {
        let given = [("sigma", number(8.0)), ("quality", Parameter::Text("fast".into()))];
        rows.push(compare("gaussianBlur", &given, libraries::fast_gaussian(photo, 8.0)));
    }
    for radius in [2, 20] {
        rows.push(compare("boxBlur", &[("radius", number(radius.into()))], libraries::box_blur(photo, radius)));
    }
    for radius in [1, 2, 5] {
        rows.push(compare("median", &[("radius", number(radius.into()))], libraries::median(photo, radius)));
    }
    rows.push(compare("unsharpMask", &[("sigma", number(1.5))], libraries::unsharp_mask(photo, 1.5)));
    let kernel = ("kernel", Parameter::Numbers(sharpen.map(f64::from).to_vec()));
    rows.push(compare("convolve", &[kernel], libraries::convolve(photo, sharpen)));
    rows.push(compare("sobel", &[], libraries::sobel(photo)));
    let size = [1200, 900];
    let sides = [("width", number(size[0].into())), ("height", number(size[1].into()))];
    let peers = libraries::resize(large, size);
    rows.push(self::compare(criterion, Line { filter: "resize", given: given(&sides), photo: large, size, peers }));
    Value::Array(rows)
}

fn given(parameters: &[(&str, Parameter)]) -> Given {
    parameters.iter().map(|(name, value)| (name.to_string(), value.clone())).collect()
}

fn has_fast_blur() -> bool {
    let blurs = REGISTRY.iter().filter(|definition| definition.info.name == "gaussianBlur");
    let mut kinds = blurs.flat_map(|definition| definition.info.parameters).map(|parameter| parameter.spec.kind);
    kinds.any(|kind| matches!(kind, Kind::Choice { choices, .. } if choices.contains(&"fast")))
}

/// Looks at what comes out, then measures.
fn compare(criterion: &mut Criterion, line: Line<'_>) -> Value {
    let mut own = Run::inline(line.filter, &line.given, line.photo);
    own.run();
    let result = own.result();
    let mut contestants: Vec<Named<'_>> = vec![("pixelpool".into(), Box::new(own))];
    contestants.extend(line.peers);
    let differences: Vec<_> = contestants[1..]
        .iter_mut()
        .map(|(name, peer)| {
            peer.run();
            let difference = Difference::of(&result, &peer.result(), line.size);
            json!({
                "name": name,
                "largest": difference.largest,
                "mean": difference.mean,
                "same": difference.is_small(),
            })
        })
        .collect();
    let parameters = told(&line.given);
    let times = measure(criterion, &format!("{} {parameters}", line.filter), &mut contestants);
    json!({ "filter": line.filter, "given": parameters, "times": times, "peers": differences })
}
