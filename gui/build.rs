//! Gathers the texts: what one view says lies in its folder (`src/views/NAME/en.ftl`), what several say in
//! `src/locale/en/`. The loader reads one folder a language, so all are copied into one.
#![allow(clippy::print_stdout, reason = "this is how a build script speaks to cargo")]

use std::{env, fs, io, path::Path};

const LANGUAGES: [&str; 2] = ["fr", "en"];

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=src/locale");
    println!("cargo::rerun-if-changed=src/views");
    let out = env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("cargo sets OUT_DIR"))?;
    let gathered = Path::new(&out).join("locale");
    if gathered.exists() {
        fs::remove_dir_all(&gathered)?;
    }
    for lang in LANGUAGES {
        let into = gathered.join(lang);
        fs::create_dir_all(&into)?;
        fs::copy(Path::new("src/locale").join(lang).join("shared.ftl"), into.join("shared.ftl"))?;
        for view in fs::read_dir("src/views")? {
            let view = view?;
            let texts = view.path().join(lang).with_extension("ftl");
            if texts.is_file() {
                fs::copy(&texts, into.join(view.file_name()).with_extension("ftl"))?;
            }
        }
    }
    let Some(gathered) = gathered.to_str() else {
        return Err(io::Error::other("the target folder's name is not UTF-8: build elsewhere"));
    };
    // The macro takes a literal: written here, included in src/locale/mod.rs.
    let loader = format!(
        "static_loader! {{ static LOCALES = {{ locales: {gathered:?}, fallback_language: \"en\", \
         customise: |bundle| bundle.set_use_isolating(false) }}; }}\n"
    );
    fs::write(Path::new(&out).join("loader.rs"), loader)
}
