//! The screens end up inside the binary: when they were built anew, so is the binary.

fn main() {
    println!("cargo::rerun-if-changed=web/dist");
}
