//! Listing: folders, links, special files, names.

use std::fs;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use watchbell_input::{Options, expand};

/// Lists `arguments` (paths under `root`), and tells names without `root`, problems as `name code`.
fn check(root: &Path, arguments: &[&str], follow_symlinks: bool, files: &[&str], problems: &[&str]) {
    let paths: Vec<PathBuf> = arguments.iter().map(|name| if *name == "-" { PathBuf::from("-") } else { root.join(name) }).collect();
    let (found, wrong) = expand(&paths, &Options { follow_symlinks, ..Options::default() });
    let short = |name: &str| name.replace(&format!("{}/", root.display()), "");
    let found: Vec<String> = found.iter().map(|file| short(&file.name)).collect();
    let wrong: Vec<String> = wrong.iter().map(|problem| format!("{} {}", short(&problem.name), problem.code())).collect();
    assert_eq!((found, wrong), (own(files), own(problems)));
}

fn own(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

#[test]
fn listing() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    fs::create_dir_all(root.join("logs/sub/empty")).unwrap();
    for name in ["logs/b", "logs/a", "logs/B", "logs/sub/c", "logs/sub.x", "single"] {
        fs::write(root.join(name), name).unwrap();
    }
    let _socket = UnixListener::bind(root.join("logs/socket")).unwrap();
    symlink("..", root.join("logs/sub/loop")).unwrap();
    symlink("../single", root.join("logs/to-single")).unwrap();
    symlink("nowhere", root.join("logs/broken")).unwrap();
    symlink("self", root.join("self")).unwrap();
    let all = ["logs/B", "logs/a", "logs/b", "logs/sub.x", "logs/sub/c"];
    let links = ["logs/broken input/symlink", "logs/socket input/special", "logs/sub/loop input/symlink", "logs/to-single input/symlink"];
    check(root, &["logs"], false, &all, &links);
    check(root, &["logs/"], false, &all, &links);
    check(root, &["logs/a", "logs", "logs/sub/../a", "logs/a"], false, &all, &links);
    let followed = ["logs/B", "logs/a", "logs/b", "logs/sub.x", "logs/sub/c", "logs/to-single"];
    check(root, &["logs"], true, &followed, &["logs/broken input/missing", "logs/socket input/special"]);
    check(root, &["logs/to-single", "single", "-", "-"], false, &["-", "logs/to-single"], &[]);
    check(root, &["absent", "self"], false, &[], &["absent input/missing", "self input/io"]);
    check(root, &["logs/socket"], false, &["logs/socket"], &[]);
    check(root, &["logs/sub/empty"], false, &[], &[]);
}

#[test]
fn names_fit_for_a_terminal() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a\x1B[2Jb"), "").unwrap();
    check(folder.path(), &["."], false, &["./a\u{FFFD}[2Jb"], &[]);
}

#[test]
fn devices_named_themselves() {
    let (files, problems) = expand(&[PathBuf::from("/dev/null")], &Options::default());
    assert_eq!((files.len(), files[0].size, problems.len()), (1, None, 0));
    assert_eq!(crate::read_path(Path::new("/dev/null"), &Options::default()), [crate::seen("in", "", "")]);
}
