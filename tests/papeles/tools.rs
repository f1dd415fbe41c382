//! Other people's programs. One that is not there fails the test.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// What runs outloud, which is no module that could be run.
pub const OUTLOUD: &str = "import sys; from outloud.cli import main; sys.exit(main())";

/// What a program said, and whether it went well.
pub struct Said {
    pub well: bool,
    pub text: String,
}

/// Runs a program of Debian's.
pub fn run(program: &str, arguments: &[&str]) -> Said {
    let output = Command::new(program).args(arguments).output();
    said(output.unwrap_or_else(|why| panic!("{program}: {why}; run the tests with `make test`")))
}

/// Runs a module of Python's, of those that the tests install.
pub fn python(arguments: &[&str]) -> Said {
    python_at(None, arguments)
}

/// The same, as if it were so much later.
pub fn python_at(later: Option<&str>, arguments: &[&str]) -> Said {
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/interop/.venv/bin/python");
    assert!(python.exists(), "run the tests with `make test`");
    let mut command = match later {
        Some(offset) => {
            let mut command = Command::new("faketime");
            command.args(["-f", offset]).arg(&python);
            command
        }
        None => Command::new(&python),
    };
    said(
        command
            .args(arguments)
            .output()
            .expect("faketime is among the packages of tests"),
    )
}

fn said(output: Output) -> Said {
    let both = [output.stdout, output.stderr].concat();
    Said {
        well: output.status.success(),
        text: String::from_utf8_lossy(&both).into_owned(),
    }
}

/// The name of a file as programs take it.
pub fn name(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Lays octets down, for programs to read.
pub fn laid(folder: &Path, file: &str, octets: &[u8]) -> PathBuf {
    let path = folder.join(file);
    std::fs::write(&path, octets).unwrap();
    path
}
