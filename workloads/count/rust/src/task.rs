//! What a request asks for, and every rule it must keep.

use std::{fmt, ops::Range};

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;

/// The most chunks of a task.
pub const MAX_CHUNKS: u32 = 64;
const DEFAULT_OPS: u64 = 20_000_000;
const DEFAULT_CHUNKS: u32 = 8;

/// What a request asks for: 1 <= `chunks` <= min(64, `ops`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Task {
    /// How many terms the checksum has.
    pub ops: u64,
    /// Into how many parts the work is cut.
    pub chunks: u32,
    /// Added to every index, modulo 2^32.
    pub seed: u32,
}

impl Default for Task {
    fn default() -> Self {
        Self { ops: DEFAULT_OPS, chunks: DEFAULT_CHUNKS, seed: 0 }
    }
}

/// One field that breaks the rules.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct FieldError {
    /// The field's name as the caller wrote it.
    pub field: String,
    /// What is wrong with it.
    pub detail: String,
}

impl FieldError {
    fn new(field: &str, detail: impl Into<String>) -> Self {
        Self { field: field.into(), detail: detail.into() }
    }
}

/// Why something is not a task.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TaskError {
    /// Not JSON, or not an object; the text says which and where.
    #[error("{0}")]
    Malformed(String),
    /// Every field that is wrong.
    #[error("{}", list(.0))]
    Fields(Vec<FieldError>),
}

fn list(errors: &[FieldError]) -> String {
    errors.iter().map(|e| format!("{} {}", e.field, e.detail)).collect::<Vec<_>>().join("; ")
}

impl Task {
    /// The names of its fields.
    pub const FIELDS: [&str; 3] = ["ops", "chunks", "seed"];

    /// How much it is.
    pub fn size(&self) -> u64 {
        self.ops
    }

    /// Reads a JSON object with the optional fields `ops`, `chunks` and `seed`. `max_ops` is the caller's limit:
    /// [`MAX_SIZE_DIRECT`](crate::MAX_SIZE_DIRECT) or [`MAX_SIZE_QUEUED`](crate::MAX_SIZE_QUEUED).
    pub fn from_json(json: &[u8], max_ops: u64) -> Result<Task, TaskError> {
        let Fields(fields) = serde_json::from_slice(json).map_err(|error| TaskError::Malformed(error.to_string()))?;
        Self::from_fields(fields, max_ops)
    }

    /// The same for fields that were taken out of a larger document.
    pub fn from_fields(fields: impl IntoIterator<Item = (String, Value)>, max_ops: u64) -> Result<Task, TaskError> {
        let [mut ops, mut chunks, mut seed] = [None::<Value>, None, None];
        let mut errors = Vec::new();
        for (name, value) in fields {
            let slot = match name.as_str() {
                "ops" => &mut ops,
                "chunks" => &mut chunks,
                "seed" => &mut seed,
                _ => {
                    errors.push(FieldError::new(&name, "is not a field of a task"));
                    continue;
                }
            };
            if slot.replace(value).is_some() {
                errors.push(FieldError::new(&name, "must not be repeated"));
            }
        }

        let mut integer =
            |field, value: Option<Value>, min, max| match value.map(|value| integer_within(&value, min, max)) {
                None => Ok(None),
                Some(Some(number)) => Ok(Some(number)),
                Some(None) => {
                    errors.push(FieldError::new(field, format!("must be an integer from {min} to {max}")));
                    Err(())
                }
            };
        let ops = integer("ops", ops, 1, max_ops);
        let chunks = integer("chunks", chunks, 1, u64::from(MAX_CHUNKS));
        let seed = integer("seed", seed, 0, u64::from(u32::MAX));

        let ops = ops.map(|ops| ops.unwrap_or(DEFAULT_OPS));
        if let (Ok(ops), Ok(Some(chunks))) = (ops, chunks)
            && chunks > ops
        {
            errors.push(FieldError::new("chunks", "must not exceed ops"));
        }
        match (ops, chunks, seed) {
            (Ok(ops), Ok(chunks), Ok(seed)) if errors.is_empty() => Ok(Task {
                ops,
                // Both fit: their limits were checked above.
                chunks: chunks.unwrap_or(u64::from(DEFAULT_CHUNKS).min(ops)) as u32,
                seed: seed.unwrap_or(0) as u32,
            }),
            _ => Err(TaskError::Fields(errors)),
        }
    }

    /// The half-open ranges of indices that the chunks cover; together exactly [0, ops).
    pub fn chunk_ranges(&self) -> impl ExactSizeIterator<Item = Range<u64>> + use<> {
        let (ops, chunks) = (u128::from(self.ops), u128::from(self.chunks));
        let edge = move |k: u32| (u128::from(k) * ops / chunks) as u64;
        (0..self.chunks).map(move |k| edge(k)..edge(k + 1))
    }
}

/// JSON has one kind of number: `2e7` and `20.0` are integers too, strings are not.
fn integer_within(value: &Value, min: u64, max: u64) -> Option<u64> {
    let number = value.as_number()?;
    let integer = match number.as_u64() {
        Some(integer) => integer,
        // Limits lie far below 2^53, so a number that rounds cannot pass as one within them.
        None => number.as_f64().filter(|n| n.fract() == 0.0 && (0.0..=max as f64).contains(n))? as u64,
    };
    (min..=max).contains(&integer).then_some(integer)
}

/// The fields of a JSON object in order, repeated ones kept: serde's maps would drop them silently.
struct Fields(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ObjectVisitor;

        impl<'de> Visitor<'de> for ObjectVisitor {
            type Value = Fields;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Fields, M::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(Fields(fields))
            }
        }

        deserializer.deserialize_map(ObjectVisitor)
    }
}
