//! Parameters as JSON, as the oracle's cases and the golden table hold them.
#![allow(dead_code, unreachable_pub, reason = "each test program uses its own part of this")]

use pixelpool::image::{Format, Image};
use pixelpool::params::{Given, Value};
use serde_json::{Map, Value as Json, json};
use std::sync::Arc;

/// Parameters of an object, but for the fields named.
pub fn given(object: &Map<String, Json>, but: &[&str]) -> Given {
    let fields = object.iter().filter(|(name, _)| !but.contains(&name.as_str()));
    fields.map(|(name, value)| (name.clone(), from_json(value))).collect()
}

fn from_json(value: &Json) -> Value {
    let number = |value: &Json| value.as_f64().unwrap_or_else(|| panic!("a number, not {value}"));
    match value {
        Json::Bool(flag) => Value::Boolean(*flag),
        Json::String(word) => Value::from(word.as_str()),
        Json::Object(image) => Value::Image(Arc::new(from_object(image))),
        Json::Array(list) if list.iter().all(Json::is_array) => {
            let groups = list.iter().filter_map(Json::as_array);
            Value::from(groups.flatten().map(number).collect::<Vec<_>>())
        }
        Json::Array(list) => Value::from(list.iter().map(number).collect::<Vec<_>>()),
        other => Value::Number(number(other)),
    }
}

/// An image of its size, and its bytes as hexadecimal digits.
fn from_object(object: &Map<String, Json>) -> Image {
    let side = |name: &str| object[name].as_u64().expect("a size") as usize;
    let digits = object["pixels"].as_str().expect("pixels").as_bytes().chunks(2);
    let byte = |digits: &[u8]| u8::from_str_radix(std::str::from_utf8(digits).expect("ASCII"), 16).expect("a byte");
    Image::new(side("width"), side("height"), digits.map(byte).collect()).expect("an image")
}

/// Parameters as an object.
pub fn to_json(given: &Given) -> Json {
    let field = |value: &Value| match value {
        Value::Number(number) => Json::from(*number),
        Value::Boolean(flag) => Json::from(*flag),
        Value::Text(word) => Json::from(word.as_str()),
        Value::Numbers(list) => Json::from(list.to_vec()),
        Value::Image(image) => {
            let layout = image.layout();
            assert_eq!(layout.format(), Format::RGBA8, "only such images have JSON");
            let pixels: String = image.data().iter().map(|byte| format!("{byte:02x}")).collect();
            json!({ "width": layout.width(), "height": layout.height(), "pixels": pixels })
        }
        Value::TooLong(_) | Value::Other(_) => panic!("{value:?} has no JSON"),
    };
    Json::Object(given.iter().map(|(name, value)| (name.clone(), field(value))).collect())
}
