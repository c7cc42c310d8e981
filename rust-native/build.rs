//! Links a library that Node loads: its symbols are Node's, and it stays loaded while its threads live.

fn main() {
    napi_build::setup();
}
