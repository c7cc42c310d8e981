//! Writes `vectors.json` anew: `cargo run -p count --example vectors`.

use std::{error::Error, fs, path::Path};

use count::vectors::{generate, render};

fn main() -> Result<(), Box<dyn Error>> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../vectors.json");
    fs::write(file, render(&generate())?)?;
    Ok(())
}
