//! `cargo xtask deb`: a Debian package of a built binary, by dpkg-deb.

use crate::Chore;
use crate::tree::{option, root, target};
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

pub const CHORE: Chore = Chore { name: "deb", usage: "[--binary FILE]", about: "a Debian package of target/release/watchbell, or of another binary", run };

/// Where what goes, and with which mode.
const FILES: [(&str, &str, u32); 4] = [
    ("packaging/watchbell.service", "usr/lib/systemd/system/watchbell.service", 0o644),
    ("packaging/config.yaml", "etc/watchbell/config.yaml", 0o640),
    ("packaging/copyright", "usr/share/doc/watchbell/copyright", 0o644),
    ("CHANGELOG.md", "usr/share/doc/watchbell/CHANGELOG.md", 0o644),
];
const SCRIPTS: [&str; 3] = ["postinst", "prerm", "postrm"];
const SHELLS: [(&str, &str); 3] = [
    ("bash", "usr/share/bash-completion/completions/watchbell"),
    ("zsh", "usr/share/zsh/vendor-completions/_watchbell"),
    ("fish", "usr/share/fish/vendor_completions.d/watchbell.fish"),
];

fn run(words: &[String]) -> Result<(), String> {
    let release = target().join("release/watchbell");
    let binary = option(words, "--binary").map_or(release, Into::into);
    if !binary.is_file() {
        return Err(format!("{} is not there; `cargo build --release` makes it", binary.display()));
    }
    let (folder, version) = (target().join("deb/tree"), env!("CARGO_PKG_VERSION"));
    let _ = fs::remove_dir_all(&folder);
    fill(&folder, &binary)?;
    control(&folder, version)?;
    let package = target().join(format!("deb/watchbell_{version}_{}.deb", architecture()?));
    said(Command::new("dpkg-deb").args(["--root-owner-group", "--build"]).args([&folder, &package]))?;
    println!("{}", package.display());
    Ok(())
}

fn fill(folder: &Path, binary: &Path) -> Result<(), String> {
    let program = folder.join("usr/bin/watchbell");
    put(&program, &fs::read(binary).map_err(|error| error.to_string())?, 0o755)?;
    // Symbols are for whoever builds it.
    said(Command::new("strip").arg(&program))?;
    for (from, to, mode) in FILES {
        put(&folder.join(to), &fs::read(root().join(from)).map_err(|error| format!("{from}: {error}"))?, mode)?;
    }
    for (shell, to) in SHELLS {
        put(&folder.join(to), said(Command::new(&program).args(["completions", shell]))?.as_bytes(), 0o644)?;
    }
    Ok(())
}

fn control(folder: &Path, version: &str) -> Result<(), String> {
    let text = fs::read_to_string(root().join("packaging/control")).map_err(|error| error.to_string())?;
    let text = text.replace("@VERSION@", version).replace("@ARCHITECTURE@", &architecture()?);
    put(&folder.join("DEBIAN/control"), text.as_bytes(), 0o644)?;
    put(&folder.join("DEBIAN/conffiles"), b"/etc/watchbell/config.yaml\n", 0o644)?;
    for script in SCRIPTS {
        let text = fs::read(root().join("packaging").join(script)).map_err(|error| format!("{script}: {error}"))?;
        put(&folder.join("DEBIAN").join(script), &text, 0o755)?;
    }
    Ok(())
}

fn architecture() -> Result<String, String> {
    Ok(said(Command::new("dpkg").arg("--print-architecture"))?.trim().to_owned())
}

fn put(to: &Path, bytes: &[u8], mode: u32) -> Result<(), String> {
    let wrote =
        fs::create_dir_all(to.parent().unwrap_or(to)).and_then(|()| fs::write(to, bytes)).and_then(|()| fs::set_permissions(to, Permissions::from_mode(mode)));
    wrote.map_err(|error| format!("{}: {error}", to.display()))
}

/// What a program says; what it did not do is an error.
fn said(command: &mut Command) -> Result<String, String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| format!("{name}: {error}"))?;
    if !output.status.success() {
        return Err(format!("{name}: {}", String::from_utf8_lossy(&output.stderr)));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
