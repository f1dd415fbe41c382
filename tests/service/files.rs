//! The files that the program makes for a SQLite database: what they hold is for their owner alone.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use crate::common::issue::of_the_service;
use crate::process::{path, text};
use crate::served::Served;

/// Names and rights of the files in a folder whose names begin like a database's.
fn rights(folder: &Path) -> Vec<(String, u32)> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let mut rights: Vec<(String, u32)> = entries
        .map(|entry| {
            let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
            (entry.file_name().into_string().unwrap(), mode)
        })
        .filter(|(name, _)| name.starts_with("n.sqlite3"))
        .collect();
    rights.sort();
    rights
}

fn install(folder: &Path) {
    let (certificate, key) = of_the_service(-1, 60);
    fs::write(folder.join("firma.crt"), certificate.to_pem().unwrap()).unwrap();
    fs::write(folder.join("firma.key"), key.private_key_to_pem_pkcs8().unwrap()).unwrap();
    let settings = "database_url = 'n.sqlite3'\n[firma]\ncertificado = 'firma.crt'\nclave = 'firma.key'\n";
    fs::write(folder.join("notess.toml"), settings).unwrap();
}

fn serve(folder: &Path) -> Served {
    Served::run(
        Command::new(env!("CARGO_BIN_EXE_notess"))
            .args(["serve", "--config", path(&folder.join("notess.toml"))])
            .env("NOTESS_SERVICIO__DIRECCION", "127.0.0.1:0"),
    )
}

#[test]
fn the_files_of_a_database_are_made_for_their_owner_alone() {
    let folder = tempfile::tempdir().unwrap();
    install(folder.path());
    let served = serve(folder.path());
    served.get("/health/ready");
    let made = ["n.sqlite3", "n.sqlite3-service", "n.sqlite3-shm", "n.sqlite3-wal"];
    let expected: Vec<(String, u32)> = made.iter().map(|name| ((*name).to_owned(), 0o600)).collect();
    assert_eq!(rights(folder.path()), expected);
    assert_eq!(served.logged("chmod"), Vec::<String>::new());

    let other = tempfile::tempdir().unwrap();
    install(other.path());
    let listed = list(other.path());
    assert!(listed.is_empty(), "{listed}");
    let made = rights(other.path());
    assert!(
        !made.is_empty() && made.iter().all(|(_, mode)| *mode == 0o600),
        "{made:?}"
    );
}

#[test]
fn files_that_others_may_read_stay_as_they_are_and_are_told() {
    let folder = tempfile::tempdir().unwrap();
    install(folder.path());
    drop(serve(folder.path()));
    let database = folder.path().join("n.sqlite3");
    fs::set_permissions(&database, Permissions::from_mode(0o644)).unwrap();
    let lock = folder.path().join("n.sqlite3-service");
    fs::set_permissions(&lock, Permissions::from_mode(0o640)).unwrap();
    let served = serve(folder.path());
    let told = served.logged("chmod 600").concat();
    for said in [path(&database), "0644", path(&lock), "0640", "WARN"] {
        assert!(told.contains(said), "{told}");
    }
    assert_eq!(
        fs::metadata(&database).unwrap().permissions().mode() & 0o777,
        0o644
    );
    let told = list(folder.path());
    assert!(told.contains("warning") && told.contains("0644"), "{told}");
}

/// What a command that only administers says on standard error.
fn list(folder: &Path) -> String {
    let ended = Command::new(env!("CARGO_BIN_EXE_notess"))
        .args([
            "certificados",
            "listar",
            "--config",
            path(&folder.join("notess.toml")),
        ])
        .output()
        .unwrap();
    assert!(ended.status.success(), "{}", text(&ended.stderr));
    text(&ended.stderr)
}
