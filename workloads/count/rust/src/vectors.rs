//! The golden vectors: boundary cases whose checksums every implementation must reach.

use serde::{Deserialize, Serialize};

use crate::{Kernel, compute, to_hex};

/// The checked-in file, for the tests of every Rust program.
pub const CHECKED_IN: &str = include_str!("../../vectors.json");

/// One task and its checksum.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vector {
    /// As in [`Task`](crate::Task).
    pub ops: u64,
    /// As in [`Task`](crate::Task); never changes the checksum.
    pub chunks: u32,
    /// As in [`Task`](crate::Task).
    pub seed: u32,
    /// 8 lower-case hex digits.
    pub checksum: String,
}

/// `(ops, chunks, seed)`, each on an edge of something. Together about 72 million ops, so that a test can afford them
/// all in an unoptimised build of any language.
const CASES: [(u64, u32, u32); 22] = [
    // The smallest tasks, and chunks of one op.
    (1, 1, 0),
    (2, 1, 0),
    (2, 2, 0),
    (63, 63, 1),
    (64, 64, 1),
    (65, 64, 1),
    // Where a vector's lanes, and an unrolled loop's, do not come out even.
    (15, 1, 7),
    (16, 1, 7),
    (17, 1, 7),
    (255, 1, 7),
    (256, 1, 7),
    (257, 1, 7),
    // Chunks of unequal length, around a multiple of their number.
    (999, 10, 123_456_789),
    (1_000, 10, 123_456_789),
    (1_001, 10, 123_456_789),
    // The index wraps modulo 2^32: at once, in the middle, and where u32 turns negative as an i32.
    (1, 1, u32::MAX),
    (1_000_000, 7, u32::MAX - 499_999),
    (1_000_000, 64, (1 << 31) - 500_000),
    // Around a block of 2^24, where implementations start their inner loop again.
    ((1 << 24) - 1, 1, 0),
    ((1 << 24), 1, 42),
    ((1 << 24) + 1, 1, u32::MAX),
    // The default task.
    (20_000_000, 8, 0),
];

/// Computes every case anew.
pub fn generate() -> Vec<Vector> {
    let kernel = Kernel::detect();
    let vector = |(ops, chunks, seed)| {
        let checksum = to_hex(compute(kernel, seed, 0..ops));
        Vector { ops, chunks, seed, checksum }
    };
    CASES.into_iter().map(vector).collect()
}

/// The file's text: one vector a line.
pub fn render(vectors: &[Vector]) -> serde_json::Result<String> {
    let lines = vectors.iter().map(serde_json::to_string).collect::<serde_json::Result<Vec<_>>>()?;
    let lines: Vec<_> = lines.iter().map(|line| line.replace(':', ": ").replace(',', ", ")).collect();
    let lines: Vec<_> = lines.iter().map(|line| format!("  {{ {} }}", line.trim_matches(['{', '}']))).collect();
    Ok(format!("[\n{}\n]\n", lines.join(",\n")))
}
