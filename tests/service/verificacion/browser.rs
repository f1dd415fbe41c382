//! The pages in a real browser: by keyboard, narrow, without style, and as whoever cannot see them has them read.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::issued;
use crate::common::{Backend, TestApp};

over_both_databases!(the_pages_are_gone_through_by_keyboard_on_a_telephone_without_style_and_by_axe);

fn the_pages_are_gone_through_by_keyboard_on_a_telephone_without_style_and_by_axe(backend: Backend) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/interop");
    assert!(
        folder.join("node_modules/axe-core").exists(),
        "run the tests with `make test`"
    );
    let app = TestApp::start(backend);
    let documents = [0, 1, 2].map(|which| issued(&app, which));
    let said: Vec<_> = documents
        .iter()
        .map(|document| {
            let cea = &document.cea;
            serde_json::json!({
                "id": cea.id.as_str(),
                "fecha": cea.fecha_impresa(),
                "grupos": cea.codigo.grupos().collect::<Vec<_>>(),
            })
        })
        .collect();
    let pictures = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("verificacion");
    std::fs::create_dir_all(&pictures).unwrap();
    let output = Command::new("node")
        .arg(folder.join("verificacion.js"))
        .arg(app.url("/verificacion"))
        .arg(serde_json::to_string(&said).unwrap())
        .arg(&pictures)
        .current_dir(&folder)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}\n{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}
