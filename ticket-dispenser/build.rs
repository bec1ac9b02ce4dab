//! The kiosk page ends up inside the binary: when it was built anew, so is the binary.

fn main() {
    println!("cargo::rerun-if-changed=../caller-server/web/dist");
}
