//! What a job carries: `v`, the fields of a task, and `requestId`.

use serde_json::Value;
use workload::{MAX_SIZE_QUEUED, Task};

/// The only version of the payload so far.
const VERSION: u64 = 1;

/// The kind of job that the queue holds.
pub const JOB_NAME: &str = "compute";

/// A valid job.
#[derive(Debug, PartialEq)]
pub struct Payload {
    /// What to compute.
    pub task: Task,
    /// The request that asked for it, for the log.
    pub request_id: String,
}

/// Reads a job's name and data, or says what is wrong with them.
pub fn read(name: &str, data: &Value) -> Result<Payload, String> {
    if name != JOB_NAME {
        return Err(format!("a job is named {JOB_NAME}, not {name}"));
    }
    let mut fields = data.as_object().ok_or("the data must be an object")?.clone();
    match fields.remove("v") {
        Some(v) if v.as_u64() == Some(VERSION) => {}
        v => return Err(format!("v must be {VERSION}, not {}", v.unwrap_or_default())),
    }
    let request_id = match fields.remove("requestId") {
        Some(Value::String(id)) => id,
        _ => return Err("requestId must be a text".to_owned()),
    };
    let missing: Vec<_> = Task::FIELDS.into_iter().filter(|field| !fields.contains_key(*field)).collect();
    if !missing.is_empty() {
        return Err(format!("{} must be given", missing.join(", ")));
    }
    let task = Task::from_fields(fields, MAX_SIZE_QUEUED).map_err(|error| error.to_string())?;
    Ok(Payload { task, request_id })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_valid_job_is_read() {
        let data = json!({ "v": 1, "ops": 10, "chunks": 2, "seed": 3, "requestId": "r" });
        let payload = read(JOB_NAME, &data).map(|payload| (payload.task.ops, payload.request_id));
        assert_eq!(payload, Ok((10, "r".to_owned())));
    }

    #[test]
    fn every_kind_of_wrong_job_is_named() {
        let valid = json!({ "v": 1, "ops": 10, "chunks": 2, "seed": 3, "requestId": "r" });
        let with = |field: &str, value: Value| {
            let mut data = valid.clone();
            data[field] = value;
            read(JOB_NAME, &data).map(|_| ()).expect_err(field)
        };
        assert!(with("v", json!(2)).contains("v must be 1"));
        assert!(with("ops", json!(0)).contains("ops must be an integer"));
        assert!(with("ops", json!(1_000_000_000_001_u64)).contains("ops must be an integer"));
        assert!(with("chunks", json!(11)).contains("chunks must not exceed ops"));
        assert!(with("requestId", json!(7)).contains("requestId"));
        assert!(with("more", json!(7)).contains("more is not a field"));
        assert!(read("other", &valid).is_err());
        assert!(read(JOB_NAME, &json!("text")).is_err());
        assert!(read(JOB_NAME, &json!({ "v": 1, "requestId": "r" })).is_err_and(|e| e.contains("ops, chunks, seed")));
    }
}
