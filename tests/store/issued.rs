//! Issued documents: made once, only added to, found by their id, and held against the journal column by column.

use notess::domain::cea::{AZAR, Cea};
use notess::domain::emitido::TipoDocumento;
use notess::store::audit::{Fault, Finding, verify};
use notess::store::documentos_emitidos::{Emitido, by_cea, by_id, issue, kept, octetos, vouch};
use notess::store::journal::{Clase, Entry, hold, number};
use notess::store::{Durability, Store, StoreError};
use uuid::Uuid;

use crate::site::{Site, codigo, day, nif, pending, publish, write};

on_both!(
    a_document_is_kept_once_of_each_kind_and_once_more_on_somebodys_word,
    of_many_who_issue_the_same_at_once_one_does,
    issued_documents_are_only_added_to,
    whatever_is_changed_of_an_issued_document_is_named,
    what_was_slipped_in_or_taken_away_is_named,
    a_document_is_vouched_for_only_as_the_journal_has_it,
);

/// Two notifications, of which nothing is issued.
fn world(site: &Site) -> Store {
    let store = site.store();
    publish(&store, &[1, 2].map(|number| pending(number, nif(5), day(0))));
    store
}

fn document(number: i32, tipo: TipoDocumento, azar: u8) -> Emitido {
    Emitido {
        tipo,
        codigo: codigo(number),
        numero: Some(7),
        cea: Cea::new(tipo, day(3), &[azar; AZAR]),
        octetos: format!("%PDF-1.7 {number} {azar}").into_bytes(),
        emitido: day(3),
        peticion: Uuid::now_v7(),
        de_nuevo: false,
    }
}

/// Issues as a request does, with its row in the journal.
fn try_issue(store: &Store, emitido: &Emitido) -> Result<(), StoreError> {
    store.write(Durability::Full, |conn| {
        let asentado = issue(conn, emitido)?;
        let entry = Entry {
            instante: day(3),
            peticion: emitido.peticion,
            operacion: "emitir".to_owned(),
            persona: Some(nif(5)),
            entidad: None,
            emisor: "CN=AC de pruebas".to_owned(),
            serie: "1".to_owned(),
            poderdante: Some(nif(5)),
            resultado: "hecho".to_owned(),
            detalle: asentado.detalle,
            evidencia: None,
        };
        hold(conn)?.append_with(conn, &entry, &[asentado.hoja]).map(drop)
    })?;
    number(store).map(drop)
}

fn found(store: &Store) -> Vec<Finding> {
    let mut found = Vec::new();
    let audited =
        store.read::<_, StoreError, _>(|conn| verify(conn, None, |_| (), |finding| found.push(finding)));
    audited.unwrap();
    found
}

fn of(table: &'static str, key: &str, column: &'static str, fault: Fault) -> Finding {
    Finding {
        table,
        key: key.to_owned(),
        column: (!column.is_empty()).then_some(column),
        fault,
    }
}

fn a_document_is_kept_once_of_each_kind_and_once_more_on_somebodys_word(site: &Site) {
    let store = world(site);
    let read = |number, tipo| {
        store
            .read::<_, StoreError, _>(|conn| kept(conn, codigo(number), tipo))
            .unwrap()
    };
    let first = document(1, TipoDocumento::Aceptacion, 1);
    assert_eq!(read(1, first.tipo), None);
    try_issue(&store, &first).unwrap();
    let again = document(1, TipoDocumento::Aceptacion, 2);
    assert!(matches!(try_issue(&store, &again), Err(StoreError::Duplicate(_))));
    let once_more = Emitido {
        de_nuevo: true,
        numero: None,
        ..again
    };
    try_issue(&store, &once_more).unwrap();
    let same_id = Emitido {
        cea: first.cea.clone(),
        ..document(2, TipoDocumento::Aceptacion, 3)
    };
    assert!(matches!(
        try_issue(&store, &same_id),
        Err(StoreError::Duplicate(_))
    ));
    try_issue(&store, &document(1, TipoDocumento::PuestaADisposicion, 4)).unwrap();

    let (ficha, octets) = read(1, TipoDocumento::Aceptacion).unwrap();
    assert_eq!(
        (
            &ficha.cea,
            &octets,
            ficha.numero,
            ficha.emitido,
            ficha.peticion,
            ficha.de_nuevo
        ),
        (&first.cea, &first.octetos, Some(7), day(3), first.peticion, false)
    );
    store
        .read::<_, StoreError, _>(|conn| {
            for one in [&first, &once_more] {
                let ficha = by_cea(conn, &one.cea.id)?.unwrap();
                assert_eq!((&ficha.cea, ficha.codigo), (&one.cea, one.codigo));
                assert_eq!(octetos(conn, &ficha)?, one.octetos);
                assert_eq!(by_id(conn, ficha.id)?, Some(ficha));
            }
            assert_eq!(by_cea(conn, &document(1, first.tipo, 9).cea.id)?, None);
            Ok(())
        })
        .unwrap();
    assert_eq!(found(&store), []);
    let leaves = format!(
        "select count(*) as n from hojas where clase = {}",
        Clase::Documento.number()
    );
    assert_eq!(site.number(&leaves), 3);
}

fn of_many_who_issue_the_same_at_once_one_does(site: &Site) {
    let store = world(site);
    let done: Vec<bool> = std::thread::scope(|scope| {
        let issuing: Vec<_> = (1..=8)
            .map(|azar| {
                let store = &store;
                scope.spawn(
                    move || match try_issue(store, &document(1, TipoDocumento::Rechazo, azar)) {
                        Ok(()) => true,
                        Err(StoreError::Duplicate(_)) => false,
                        Err(error) => panic!("{error}"),
                    },
                )
            })
            .collect();
        issuing.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert_eq!(done.into_iter().filter(|done| *done).count(), 1);
    assert_eq!(found(&store), []);
}

fn issued_documents_are_only_added_to(site: &Site) {
    let store = world(site);
    try_issue(&store, &document(1, TipoDocumento::Aceptacion, 1)).unwrap();
    for sql in [
        "update documentos_emitidos set numero = 8",
        "delete from documentos_emitidos",
    ] {
        let refused = site.try_sql(sql).unwrap_err();
        assert!(refused.contains("append-only"), "{sql}: {refused}");
    }
}

/// Each column that the table has, whatever is done to it.
fn whatever_is_changed_of_an_issued_document_is_named(site: &Site) {
    let store = world(site);
    try_issue(&store, &document(1, TipoDocumento::Aceptacion, 1)).unwrap();
    try_issue(&store, &document(2, TipoDocumento::Caducidad, 2)).unwrap();
    let later = site.either("emitido + 1", "emitido + interval '1 microsecond'");
    let octets = site.either("cast('%PDF-1.7 0 0' as blob)", "'%PDF-1.7 0 0'::bytea");
    let hash = site.either("zeroblob(32)", "decode(repeat('00', 32), 'hex')");
    let of_row = |column, fault| vec![of("documentos_emitidos", "1", column, fault)];
    let unlike = |column| of_row(column, Fault::DiffersFromJournal);
    let moved = vec![
        of("documentos_emitidos", "1", "", Fault::NotKept),
        of("documentos_emitidos", "9", "", Fault::NotIssued),
    ];
    let mut of_hash = unlike("huella");
    of_hash.push(of("documentos_emitidos", "1", "octetos", Fault::WrongHash));
    let changes = [
        ("id", "9".to_owned(), moved),
        ("tipo", "2".to_owned(), unlike("tipo")),
        ("codigo", "2".to_owned(), unlike("codigo")),
        ("numero", "null".to_owned(), unlike("numero")),
        ("cea", "'AC0000000000'".to_owned(), unlike("cea")),
        ("cea_fecha", "'2026-03-05'".to_owned(), unlike("cea_fecha")),
        (
            "cea_codigo",
            "'000000000000000000000000000000'".to_owned(),
            unlike("cea_codigo"),
        ),
        ("huella", hash.to_owned(), of_hash),
        ("octetos", octets.to_owned(), of_row("octetos", Fault::WrongHash)),
        ("emitido", later.to_owned(), unlike("emitido")),
        (
            "peticion",
            "'00000000-0000-0000-0000-000000000000'".to_owned(),
            unlike("peticion"),
        ),
        (
            "de_nuevo",
            site.either("1", "true").to_owned(),
            unlike("de_nuevo"),
        ),
        ("tipo", "9".to_owned(), of_row("", Fault::Unreadable)),
        ("cea", "'ac1111111111'".to_owned(), of_row("", Fault::Unreadable)),
    ];
    let columns = site.number(site.either(
        "select count(*) as n from pragma_table_info('documentos_emitidos')",
        "select count(*) as n from information_schema.columns where table_name = 'documentos_emitidos' \
         and table_schema = current_schema()",
    ));
    let tried: std::collections::BTreeSet<&str> = changes.iter().map(|(column, ..)| *column).collect();
    assert_eq!(
        usize::try_from(columns).unwrap(),
        tried.len(),
        "a column that nobody looks at"
    );
    if !site.is_sqlite() {
        // Else nobody writes what it numbers by itself.
        site.sql("alter table documentos_emitidos alter column id drop identity");
    }
    for (column, value, expected) in changes {
        site.sql("create table kept as select * from documentos_emitidos where id = 1");
        let change = format!("update documentos_emitidos set {column} = {value} where id = 1");
        site.unchecked("documentos_emitidos", &change);
        assert_eq!(found(&store), expected, "{column} = {value}");
        site.unchecked(
            "documentos_emitidos",
            "delete from documentos_emitidos where id in (1, 9); insert into documentos_emitidos select * from kept; \
             drop table kept",
        );
        assert_eq!(found(&store), [], "put back: {column}");
    }
}

fn what_was_slipped_in_or_taken_away_is_named(site: &Site) {
    let store = world(site);
    try_issue(&store, &document(1, TipoDocumento::Aceptacion, 1)).unwrap();
    // The journal does not tell of it.
    write(&store, |conn| {
        issue(conn, &document(2, TipoDocumento::Aceptacion, 2)).map(drop)
    });
    assert_eq!(
        found(&store),
        [of("documentos_emitidos", "2", "", Fault::NotIssued)]
    );
    site.unchecked("documentos_emitidos", "delete from documentos_emitidos");
    assert_eq!(
        found(&store),
        [of("documentos_emitidos", "1", "", Fault::NotKept)]
    );
}

fn a_document_is_vouched_for_only_as_the_journal_has_it(site: &Site) {
    let store = world(site);
    let [first, other] =
        [1, 2].map(|number| document(number, TipoDocumento::Aceptacion, u8::try_from(number).unwrap()));
    try_issue(&store, &first).unwrap();
    write(&store, |conn| issue(conn, &other).map(drop));
    let vouched = |emitido: &Emitido| {
        store.read::<_, StoreError, _>(|conn| {
            let ficha = by_cea(conn, &emitido.cea.id)?.unwrap();
            vouch(conn, &ficha)
        })
    };
    // Behind the leaf of the row.
    assert_eq!(vouched(&first).unwrap(), Some(1));
    assert!(
        matches!(vouched(&other), Err(StoreError::Corrupt { .. })),
        "of which no row tells"
    );
    site.unchecked("hojas", "update hojas set referencia = '2'");
    assert!(
        matches!(vouched(&first), Err(StoreError::Corrupt { .. })),
        "of which the leaf is another's"
    );
    assert!(found(&store).contains(&of("hojas", "1/1", "referencia", Fault::Dangling)));
    site.unchecked("hojas", "update hojas set referencia = '1'");
    assert_eq!(vouched(&first).unwrap(), Some(1));
    site.unchecked("auditoria", "update auditoria set serie = '2'");
    assert!(
        matches!(vouched(&first), Err(StoreError::Corrupt { .. })),
        "of which the row was altered"
    );
    site.unchecked("auditoria", "update auditoria set serie = '1'");
    site.unchecked(
        "documentos_emitidos",
        "update documentos_emitidos set numero = 9 where codigo = 1",
    );
    assert!(
        matches!(vouched(&first), Err(StoreError::Corrupt { .. })),
        "which was altered itself"
    );
}
