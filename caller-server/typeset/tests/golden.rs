//! Slips look as they did: pictures of every sample at both widths, drawn with the built-in template and Noto Sans CJK SC.
//!
//! `BLESS=1 cargo test --release -p typeset --test golden` draws them anew; look at what git then shows. A picture that differs
//! is written to `test-output/golden/` at the top of the tree, with the differing dots in red.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use image::{GrayImage, Rgb, RgbImage};
use typeset::{
    check::WIDTHS_DOTS,
    face::{Face, FontFile, NOTO, NOTO_FACE},
    raster::Raster,
    sheet,
    slip::{self, Sample, URL_TYPICAL},
};

/// Of so many dots one may differ: another release of the font moves a dot here and there.
const DIFFERING_ONE_IN: usize = 500;

#[test]
fn slips_look_as_they_did() {
    let template = slip::template(slip::BUILT_IN, URL_TYPICAL).expect("the built-in template is right");
    let noto = FontFile { path: NOTO.into(), face: NOTO_FACE };
    let mut face = Face::open(&[noto]).expect("fonts-noto-cjk is installed");
    let mut others = Vec::new();
    for sample in Sample::ALL {
        for width in WIDTHS_DOTS {
            let values = sample.slip(URL_TYPICAL).values();
            let raster = sheet::draw(&mut face, &template, &values, width).raster;
            others.extend(compare(&format!("{}-{width}", sample.name()), &raster));
        }
    }
    assert!(others.is_empty(), "{}", others.join("\n"));
}

/// What is to be said when a picture is not the golden one.
fn compare(name: &str, raster: &Raster) -> Option<String> {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(format!("{name}.png"));
    if env::var_os("BLESS").is_some() {
        fs::create_dir_all(golden.parent()?).expect("the folder can be made");
        fs::write(&golden, raster.png().expect("a PNG")).expect("the picture can be written");
    }
    let Ok(kept) = image::open(&golden) else {
        return Some(format!("{}: there is no golden picture; make it with BLESS=1", golden.display()));
    };
    let (kept, now) = (kept.into_luma8(), grey(raster));
    let differing = differing(&kept, &now);
    let size = kept.dimensions() == now.dimensions();
    (!size || differing * DIFFERING_ONE_IN > raster.width() * raster.height()).then(|| {
        let path = written(name, &kept, &now);
        format!(
            "{name}: {differing} dots differ, {:?} was {:?}; see {}",
            now.dimensions(),
            kept.dimensions(),
            path.display()
        )
    })
}

fn grey(raster: &Raster) -> GrayImage {
    let png = raster.png().expect("a PNG");
    image::load_from_memory(&png).expect("it reads back").into_luma8()
}

fn dot(picture: &GrayImage, x: u32, y: u32) -> u8 {
    picture.get_pixel_checked(x, y).map_or(255, |pixel| pixel.0[0])
}

fn differing(kept: &GrayImage, now: &GrayImage) -> usize {
    let (width, height) = (kept.width().max(now.width()), kept.height().max(now.height()));
    let all = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    all.filter(|&(x, y)| dot(kept, x, y) != dot(now, x, y)).count()
}

/// Both pictures over each other: grey where both are black, red what is new, blue what is gone.
fn written(name: &str, kept: &GrayImage, now: &GrayImage) -> PathBuf {
    let (width, height) = (kept.width().max(now.width()), kept.height().max(now.height()));
    let picture = RgbImage::from_fn(width, height, |x, y| match (dot(kept, x, y), dot(now, x, y)) {
        (0, 0) => Rgb([120, 120, 120]),
        (_, 0) => Rgb([220, 0, 0]),
        (0, _) => Rgb([0, 60, 220]),
        _ => Rgb([255, 255, 255]),
    });
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../test-output/golden");
    fs::create_dir_all(&folder).expect("the folder can be made");
    let path = folder.join(format!("{name}.png"));
    picture.save(&path).expect("the picture can be written");
    path
}
