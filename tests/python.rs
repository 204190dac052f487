//! A Python with what a test stands on. One file, taken in by each test that needs it (`#[path]`).

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// The project's folder.
pub fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn run(command: &mut Command) -> Result<Output, String> {
    let ran = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    if ran.status.success() { Ok(ran) } else { Err(format!("{command:?}: {}", String::from_utf8_lossy(&ran.stderr))) }
}

/// A Python with what a file in `tests/python` names, made once for each content of that file.
pub fn python(requirements: &str) -> Result<PathBuf, String> {
    let wanted = project().join("tests/python").join(requirements);
    let name = format!("python-{}", communaut_protocol::entry::hash(&fs::read(&wanted).unwrap()));
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let (python, done) = (folder.join("bin/python"), folder.join("done"));
    if !done.exists() {
        run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
        let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"];
        run(Command::new(&python).args(pip).arg(wanted))?;
        fs::write(done, "").unwrap();
    }
    Ok(python)
}
