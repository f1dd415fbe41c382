//! The last second of the signing certificate, with twelve callers.

use crate::common::Backend;
use crate::crossing::{Crossing, cross};
use crate::drill::{BOTH, Drill, Sheet};

pub const DRILL: Drill = Drill {
    name: "ultimo-segundo",
    what: "the signing certificate ends while twelve callers decide",
    over: BOTH,
    run,
};

fn run(backend: Backend, sheet: &mut Sheet) {
    let Crossing {
        decided,
        refused,
        listed,
        wrong,
    } = cross(backend, 12, 10);
    sheet.figure("decided until then", decided);
    sheet.figure("refused from then on", refused);
    sheet.figure("listings all the while", listed);
    sheet.must(
        "refused before, decided after, or half done",
        format_args!("{} {}", wrong.len(), wrong.first().map_or("", String::as_str)),
        wrong.is_empty() && decided > 0 && refused > 0,
    );
}
