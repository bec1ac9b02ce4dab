//! `ticket-dispenser slip …`: looks at a template without a hall.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use clap::{Args, Subcommand, builder::PossibleValuesParser};
use firmware_config::{Profile, ProfileError, Role};
use thiserror::Error;
use typeset::{
    check,
    face::{Face, FontError, FontFile},
    sheet,
    slip::{self, Sample},
    template::{Template, TemplateError},
};

use crate::paper;

/// Looks at a template of slips. 检查或预览号票模板。
#[derive(Debug, Args)]
pub struct SlipArgs {
    #[command(subcommand)]
    what: What,
    /// Take the fonts of this device's profile. 使用此设备配置中的字体。
    #[arg(long, value_name = "FILE", global = true)]
    fonts_of: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Says everything that is wrong with a template. 检查模板。
    Check {
        /// The template, a TOML file. 模板文件。
        file: PathBuf,
    },
    /// Draws a slip into a PNG file. 把号票画成 PNG 图片。
    Preview {
        /// The template, a TOML file. 模板文件。
        file: PathBuf,
        /// The picture. 图片文件。
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// Dots: 576 for 80 mm, 384 for 58 mm. 点数：80 毫米纸 576，58 毫米纸 384。
        #[arg(long, default_value = "576", value_parser = PossibleValuesParser::new(["576", "384"]))]
        width: String,
        /// Which slip. 哪一种号票。
        #[arg(long, default_value = "normal", value_parser = PossibleValuesParser::new(Sample::ALL.map(Sample::name)))]
        sample: String,
    },
    /// Prints the built-in template, to begin with. 输出内置模板。
    BuiltIn,
}

/// Why a template can't be looked at, or what is wrong with it.
#[derive(Debug, Error)]
pub enum SlipCommandError {
    /// It has faults.
    #[error("{path}: this template can't be used. 模板不能使用：\n{why}")]
    Template {
        /// Which.
        path: PathBuf,
        /// Everything.
        why: TemplateError,
    },
    /// A file can't be read or written.
    #[error("{path}: {why}")]
    File {
        /// Which.
        path: PathBuf,
        /// What the system said.
        why: io::Error,
    },
    /// No font.
    #[error(transparent)]
    Font(#[from] FontError),
    /// No profile.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// A profile of something else.
    #[error("{0}: this is no dispenser. 这不是取号机的配置。")]
    NoDispenser(PathBuf),
}

/// Does it; gives back what is to be said.
///
/// # Errors
/// What is wrong with the template, or stands in the way.
pub fn run(args: &SlipArgs) -> Result<String, SlipCommandError> {
    match &args.what {
        What::BuiltIn => Ok(slip::BUILT_IN.trim_end().to_owned()),
        What::Check { file } => {
            read(file, &face(args)?)?;
            Ok(format!("{}: right. 模板正确。", file.display()))
        }
        What::Preview { file, out, width, sample } => {
            let mut face = face(args)?;
            let template = read(file, &face)?;
            let sample = Sample::named(sample).unwrap_or(Sample::Normal);
            let width_dots = width.parse().unwrap_or(576);
            let drawn = sheet::draw(&mut face, &template, &sample.slip(slip::URL_TYPICAL).values(), width_dots);
            paper::write_png(out, &drawn.raster).map_err(|why| SlipCommandError::File { path: out.clone(), why })?;
            Ok(format!("{}: {} × {} dots/点", out.display(), drawn.raster.width(), drawn.raster.height()))
        }
    }
}

fn read(path: &Path, face: &Face) -> Result<Template, SlipCommandError> {
    let text = fs::read_to_string(path).map_err(|why| SlipCommandError::File { path: path.into(), why })?;
    let read =
        slip::template(&text, slip::URL_TYPICAL).and_then(|template| check::glyphs(face, &template).map(|()| template));
    read.map_err(|why| SlipCommandError::Template { path: path.into(), why })
}

/// The fonts of the profile; without one, those of a dispenser that says nothing about fonts, as far as they are installed.
fn face(args: &SlipArgs) -> Result<Face, SlipCommandError> {
    let Some(path) = &args.fonts_of else {
        return Ok(Face::of_this_machine());
    };
    match Profile::read(path)?.role {
        Role::Dispenser(dispenser) => Ok(Face::open(&fonts(&dispenser.slip))?),
        Role::Display(_) | Role::Speaker(_) => Err(SlipCommandError::NoDispenser(path.clone())),
    }
}

/// The chain of fonts of a profile.
pub fn fonts(slip: &firmware_config::dispenser::Slip) -> Vec<FontFile> {
    let first = FontFile { path: slip.font.clone(), face: slip.font_face };
    // A collection's first face, as most files hold one only.
    let others = slip.fallback_fonts.iter().map(|path| FontFile { path: path.clone(), face: 0 });
    std::iter::once(first).chain(others).collect()
}
