//! `vectors.json` is what the crate computes, and what it says of itself.

use count::{
    Kernel, Task, compute, to_hex,
    vectors::{CHECKED_IN, Vector, generate, render},
};

#[test]
fn checked_in_vectors_are_up_to_date() {
    assert_eq!(CHECKED_IN, render(&generate()).unwrap(), "run `cargo run -p count --example vectors`");
}

#[test]
fn every_path_reaches_every_vector_chunk_by_chunk() {
    let vectors: Vec<Vector> = serde_json::from_str(CHECKED_IN).unwrap();
    assert!(vectors.iter().map(|v| v.ops).sum::<u64>() < 150_000_000, "too slow for an unoptimised twin");
    for Vector { ops, chunks, seed, checksum } in vectors {
        let json = format!(r#"{{"ops":{ops},"chunks":{chunks},"seed":{seed}}}"#);
        let task = Task::from_json(json.as_bytes(), count::MAX_SIZE_DIRECT).unwrap();
        for kernel in Kernel::available() {
            let parts = task.chunk_ranges().map(|range| compute(kernel, seed, range));
            assert_eq!(to_hex(parts.fold(0, u32::wrapping_add)), checksum, "{kernel} {json}");
        }
    }
}
