//! A load that was stopped goes on behind what it had loaded.

use super::*;

/// Loads a file from where it stood: what came of it.
fn load(text: &str, desde: Progress, sink: &mut Memory) -> (Result<Summary, ImportError>, Vec<u64>) {
    let (_dir, folder) = folder();
    let mut refused = Vec::new();
    let options = Options {
        format: Format::JsonLines,
        encoding: Encoding::Utf8,
        now: now(),
        desde,
        advance: &mut |_| {},
        bar: &ProgressBar::hidden(),
        report: &mut |refusal| refused.push(refusal.linea),
        notice: &mut |_, _| {},
    };
    let outcome = import_notificaciones(
        &mut text.as_bytes(),
        (&folder, &Tabla::primera()),
        CRECIENTE,
        options,
        sink,
    );
    (outcome, refused)
}

/// Lines of which each tenth is bad and each hundredth blank.
fn file(lines: u32) -> String {
    let line = |n: u32| match n {
        n if n % 100 == 50 => String::new(),
        n if n % 10 == 0 => "{".to_owned(),
        n => json(n),
    };
    (1..=lines).map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn wherever_it_is_stopped_it_goes_on_and_counts_as_if_it_had_not_been() {
    let text = file(4000);
    let mut whole = Memory::default();
    let (outcome, all_refused) = load(&text, Progress::default(), &mut whole);
    let expected = outcome.unwrap();
    for batches in 0..4 {
        let mut sink = Memory {
            stops_after: Some(batches),
            ..Memory::default()
        };
        let (outcome, mut refused) = load(&text, Progress::default(), &mut sink);
        let Err(ImportError::Sink { loaded, .. }) = outcome else {
            panic!("{batches}: {outcome:?}");
        };
        assert_eq!(loaded, sink.publicaciones.len() as u64);
        // What the last batch that was taken had said.
        let desde = if batches == 0 {
            Progress::default()
        } else {
            committed(&text, batches)
        };
        assert_eq!(desde.cargadas, loaded, "{batches}");
        refused.retain(|line| *line <= desde.linea);
        sink.stops_after = None;
        let (outcome, more) = load(&text, desde, &mut sink);
        assert_eq!(outcome.unwrap(), expected, "{batches}");
        refused.extend(more);
        assert_eq!(refused, all_refused, "{batches}");
        assert_eq!(sink.publicaciones, whole.publicaciones, "{batches}");
    }
}

/// How far a sink was told that the file had got with its last batch but what follows.
fn committed(text: &str, batches: usize) -> Progress {
    let mut said = Vec::new();
    let (_dir, folder) = folder();
    let options = Options {
        format: Format::JsonLines,
        encoding: Encoding::Utf8,
        now: now(),
        desde: Progress::default(),
        advance: &mut |progress| said.push(progress),
        bar: &ProgressBar::hidden(),
        report: &mut |_| {},
        notice: &mut |_, _| {},
    };
    let mut sink = Memory::default();
    import_notificaciones(
        &mut text.as_bytes(),
        (&folder, &Tabla::primera()),
        CRECIENTE,
        options,
        &mut sink,
    )
    .unwrap();
    assert_eq!(said.last(), Some(&sink.progress));
    said[batches - 1]
}

/// Of lines that are taken one by one, each is recorded with how far it has got by itself.
#[test]
fn where_lines_are_taken_one_by_one_it_goes_on_behind_the_last_of_them() {
    let mut other = Memory::default();
    load(&json(6), Progress::default(), &mut other).0.unwrap();
    let mut sink = Memory {
        slips_in: other.publicaciones.pop(),
        ..Memory::default()
    };
    let text = [json(5), json(7), "{".to_owned(), json(8)].join("\n");
    let (outcome, refused) = load(&text, Progress::default(), &mut sink);
    assert_eq!(outcome.unwrap().cargadas, 2);
    assert_eq!(refused, [3, 1]);
    let progress = Progress {
        linea: 4,
        cargadas: 2,
        rechazadas: 2,
    };
    assert_eq!(sink.progress, progress);
}
