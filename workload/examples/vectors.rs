//! Writes `vectors.json` anew: `cargo run -p workload --example vectors`.

use std::{error::Error, fs, path::Path};

use workload::vectors::{generate, render};

fn main() -> Result<(), Box<dyn Error>> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors.json");
    fs::write(file, render(&generate())?)?;
    Ok(())
}
