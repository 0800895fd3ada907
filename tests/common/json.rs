//! Parameters as JSON, as the oracle's cases and the golden table hold them.
#![allow(dead_code, unreachable_pub, reason = "each test program uses its own part of this")]

use pixelpool::params::{Given, Value};
use serde_json::{Map, Value as Json};

/// Parameters of an object, but for the fields named.
pub fn given(object: &Map<String, Json>, but: &[&str]) -> Given {
    let fields = object.iter().filter(|(name, _)| !but.contains(&name.as_str()));
    fields.map(|(name, value)| (name.clone(), from_json(value))).collect()
}

fn from_json(value: &Json) -> Value {
    let number = |value: &Json| value.as_f64().unwrap_or_else(|| panic!("a number, not {value}"));
    match value {
        Json::Bool(flag) => Value::Boolean(*flag),
        Json::String(word) => Value::Text(word.clone()),
        Json::Array(list) => Value::Numbers(list.iter().map(number).collect()),
        other => Value::Number(number(other)),
    }
}

/// Parameters as an object.
pub fn to_json(given: &Given) -> Json {
    let field = |value: &Value| match value {
        Value::Number(number) => Json::from(*number),
        Value::Boolean(flag) => Json::from(*flag),
        Value::Text(word) => Json::from(word.as_str()),
        Value::Numbers(list) => Json::from(list.clone()),
        Value::Image(image) => Json::from(format!("{:?}", image.layout())),
        Value::Other(name) => panic!("{name} has no JSON"),
    };
    Json::Object(given.iter().map(|(name, value)| (name.clone(), field(value))).collect())
}
