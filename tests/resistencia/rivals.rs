//! Two instances of one PostgreSQL are killed two hundred times while 32 callers accept by either of them.

use crate::common::backend::prepare_more;
use crate::common::{Backend, Database, Scenario};
use crate::crowd::{Ground, Rivalry, rival};
use crate::drill::{Drill, Sheet};

pub const DRILL: Drill = Drill {
    name: "rivales",
    what: "two instances of one database are killed 200 times in all while 32 callers accept by either of them",
    over: &[Backend::Postgresql],
    run,
};

const KILLS: usize = 200;
const CALLERS: usize = 32;
/// Notifications of the world: enough that some are decided at each kill.
const NOTIFICATIONS: &str = "12000";

fn run(backend: Backend, sheet: &mut Sheet) {
    let (folder, database) = (tempfile::tempdir().unwrap(), backend.empty_database());
    prepare_more(
        folder.path(),
        Some(&database.url()),
        &["--notificaciones", NOTIFICATIONS, "--clave-servicio", "ec"],
    );
    let scenario = Scenario::read(&folder.path().join("escenario.json"));
    let ground = Ground {
        folder: folder.path(),
        scenario: &scenario,
        database: &database,
    };
    let Rivalry {
        confirmed,
        rows,
        signed,
        wrong,
    } = rival(&ground, KILLS, CALLERS);
    sheet.must("decisions that were confirmed", confirmed, confirmed > KILLS);
    sheet.figure("rows of the journal, each with its number", rows);
    sheet.must("checkpoints of one log", signed, signed > 1);
    sheet.must(
        "lost, doubled, without number or leaf, or altered",
        format_args!("{} {}", wrong.len(), wrong.first().map_or("", String::as_str)),
        wrong.is_empty(),
    );
}
