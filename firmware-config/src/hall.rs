//! The devices of a hall beside each other: what is wrong in each, said once, and what no two of them may share.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::{Path, PathBuf},
};

use protocol::Text;
use thiserror::Error;

use crate::{
    Plan, ProfileError, Role,
    fault::{Fault, Problem},
};

/// Why a hall's devices can't be used.
#[derive(Debug, Error)]
pub enum HallError {
    /// A folder can't be read.
    #[error("{path}: can't read the folder: {why}\n{path}: 无法读取文件夹：{why}")]
    Folder {
        /// Which.
        path: PathBuf,
        /// What the system said.
        why: io::Error,
    },
    /// A folder without a profile.
    #[error("{0}: no profile is here (*.toml)\n{0}: 文件夹中没有配置文件（*.toml）")]
    Empty(PathBuf),
    /// What is wrong with the profiles, each thing once.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Profiles(Vec<ProfileError>),
}

/// Every profile that the paths name: files, and folders with all `*.toml` in them.
///
/// # Errors
/// A folder that can't be read or has none.
pub fn find(paths: &[PathBuf]) -> Result<Vec<PathBuf>, HallError> {
    let mut found = Vec::new();
    for path in paths {
        if !path.is_dir() {
            found.push(path.clone());
            continue;
        }
        let unreadable = |why| HallError::Folder { path: path.clone(), why };
        let entries = fs::read_dir(path).map_err(unreadable)?.collect::<Result<Vec<_>, _>>();
        let files = entries.map_err(|why| HallError::Folder { path: path.clone(), why })?;
        let mut profiles: Vec<PathBuf> =
            files.into_iter().map(|entry| entry.path()).filter(|path| is_toml(path)).collect();
        if profiles.is_empty() {
            return Err(HallError::Empty(path.clone()));
        }
        profiles.sort();
        found.append(&mut profiles);
    }
    Ok(found)
}

fn is_toml(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "toml") && path.is_file()
}

/// Reads all of them, and holds them against each other.
///
/// # Errors
/// Everything that is wrong with any of them; what is wrong in a file that many inherit is said once.
pub fn read(paths: &[PathBuf]) -> Result<Vec<Plan>, HallError> {
    let (mut plans, mut errors, mut said) = (Vec::new(), Vec::new(), BTreeSet::new());
    for path in paths {
        match Plan::read(path) {
            Ok(plan) => plans.push(plan),
            Err(ProfileError::Wrong { problems }) => {
                let fresh: Vec<Problem> = problems
                    .into_iter()
                    .filter(|problem| said.insert((problem.file.clone(), problem.to_string())))
                    .collect();
                if !fresh.is_empty() {
                    errors.push(ProfileError::Wrong { problems: fresh });
                }
            }
            Err(error) => errors.push(error),
        }
    }
    let shared = shared(&plans);
    if !shared.is_empty() {
        errors.push(ProfileError::Wrong { problems: shared });
    }
    if errors.is_empty() { Ok(plans) } else { Err(HallError::Profiles(errors)) }
}

/// What two devices have and only one may.
fn shared(plans: &[Plan]) -> Vec<Problem> {
    let (mut owners, mut problems) = (BTreeMap::new(), Vec::new());
    for own in plans.iter().flat_map(|plan| &plan.own) {
        match owners.get(&own.value) {
            None => {
                owners.insert(&own.value, &own.said.file);
            }
            Some(first) => {
                problems.push(Problem { fault: Fault::Twice((*first).clone()), ..own.said.clone() });
            }
        }
    }
    problems
}

/// What may be meant and may be a slip of the pen: windows with more than one display.
pub fn remarks(plans: &[Plan]) -> Vec<Text> {
    let mut windows: BTreeMap<u16, Vec<&str>> = BTreeMap::new();
    for plan in plans {
        if let Role::Display(display) = &plan.profile.role
            && display.window > 0
        {
            windows.entry(display.window).or_default().push(&plan.profile.name);
        }
    }
    let several = windows.into_iter().filter(|(_, names)| names.len() > 1);
    several
        .map(|(window, names)| {
            Text::new(
                format!("窗口 {window} 有 {} 块屏：{}；如果不是有意的，请改正", names.len(), names.join("、")),
                format!(
                    "window {window} has {} displays: {}; mend that unless it is meant",
                    names.len(),
                    names.join(", ")
                ),
            )
        })
        .collect()
}
