//! What is a task, and what is said of that which is none.

use count::{MAX_SIZE_DIRECT, MAX_SIZE_QUEUED, Task, TaskError};
use serde_json::{Value, json};

fn read(json: &str) -> Result<Value, Vec<(String, String)>> {
    match Task::from_json(json.as_bytes(), MAX_SIZE_DIRECT) {
        Ok(task) => Ok(json!(task)),
        Err(TaskError::Fields(errors)) => Err(errors.into_iter().map(|e| (e.field, e.detail)).collect()),
        Err(TaskError::Malformed(text)) => Err(vec![("".into(), text)]),
    }
}

fn refused(json: &str) -> Vec<String> {
    let Err(errors) = read(json) else { panic!("{json} is taken") };
    errors.into_iter().map(|(field, detail)| format!("{field} {detail}")).collect()
}

#[test]
fn every_field_has_a_default() {
    assert_eq!(read("{}"), Ok(json!({ "ops": 20_000_000, "chunks": 8, "seed": 0 })));
    assert_eq!(read(r#"{"ops":5}"#), Ok(json!({ "ops": 5, "chunks": 5, "seed": 0 })));
}

#[test]
fn integers_may_be_written_as_any_json_number() {
    assert_eq!(
        read(r#"{"ops":2e7,"chunks":20.0,"seed":-0}"#),
        Ok(json!({ "ops": 20_000_000, "chunks": 20, "seed": 0 }))
    );
}

#[test]
fn every_wrong_field_is_named() {
    assert_eq!(
        refused(r#"{"ops":0,"chunks":"8","seed":-1,"cunks":1}"#),
        [
            "cunks is not a field of a task",
            "ops must be an integer from 1 to 2000000000",
            "chunks must be an integer from 1 to 64",
            "seed must be an integer from 0 to 4294967295",
        ]
    );
    for ops in
        ["-1", "1.5", "1e30", "2000000001", "18446744073709551617", "\"abc\"", "\"1\"", "null", "true", "[1]", "{}"]
    {
        assert_eq!(refused(&format!(r#"{{"ops":{ops}}}"#)), ["ops must be an integer from 1 to 2000000000"], "{ops}");
    }
    assert_eq!(refused(r#"{"seed":4294967296}"#), ["seed must be an integer from 0 to 4294967295"]);
    assert_eq!(refused(r#"{"ops":1,"ops":1}"#), ["ops must not be repeated"]);
    assert_eq!(refused(r#"{"ops":7,"chunks":8}"#), ["chunks must not exceed ops"]);
    assert_eq!(refused(r#"{"chunks":65}"#), ["chunks must be an integer from 1 to 64"]);
}

#[test]
fn what_is_not_an_object_is_malformed() {
    for json in ["", "{", "[]", "1", "null", "{} x", r#"{"ops":1e999}"#, "\u{0}"] {
        assert!(matches!(Task::from_json(json.as_bytes(), 1), Err(TaskError::Malformed(_))), "{json:?}");
    }
}

#[test]
fn chunks_cover_the_largest_task_exactly() {
    let json = format!(r#"{{"ops":{MAX_SIZE_QUEUED},"chunks":63}}"#);
    let task = Task::from_json(json.as_bytes(), MAX_SIZE_QUEUED).unwrap();
    let ranges: Vec<_> = task.chunk_ranges().collect();
    assert_eq!((ranges.len(), ranges[0].start, ranges[62].end), (63, 0, MAX_SIZE_QUEUED));
    assert!(ranges.windows(2).all(|pair| pair[0].end == pair[1].start && !pair[0].is_empty()));
}
