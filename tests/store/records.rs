//! What is written is read back, and only as it was written.

use notess::domain::acuse::Acuse;
use notess::domain::cuenta::AutorizacionRed;
use notess::domain::firmante::Firmante;
use notess::domain::materia::PROCEDIMIENTOS;
use notess::domain::notificacion::{
    Categoria, Huella, Notificacion, Obligacion, Sentido, Situacion, TipoDestinatario,
};
use notess::domain::red::CuentasRed;
use notess::domain::rol::Rol;
use notess::store::personas::{self, Persona};
use notess::store::{Durability, StoreError, acuses, decisions, notificaciones, octets, to_the_microsecond};

use crate::site::{PDF, Site, acuse, altered, codigo, codigos, day, nif, pdf_hash, pending, publish, write};

on_both!(
    notifications_of_every_kind_read_back,
    a_notification_without_its_document_is_refused,
    a_code_that_is_taken_is_refused_and_told_to_imports,
    nobody_finds_the_notifications_of_somebody_else,
    acuses_of_every_kind_of_signer_read_back,
    evidence_is_kept_byte_for_byte,
    a_document_is_kept_under_its_own_hash_only,
    a_document_that_changed_on_disk_is_not_served,
    a_corrupt_row_is_named_without_personal_data,
    what_is_finer_than_a_microsecond_is_cut_off,
);

fn every_kind() -> Vec<Notificacion> {
    let situaciones = [
        Situacion::Pendiente {
            acuse_solicitado: false,
        },
        Situacion::Pendiente {
            acuse_solicitado: true,
        },
        Situacion::Decidida {
            sentido: Sentido::Aceptacion,
            instante: day(3),
        },
        Situacion::Decidida {
            sentido: Sentido::Rechazo,
            instante: day(4),
        },
        Situacion::Caducada,
    ];
    let mut all = Vec::new();
    for procedimiento in PROCEDIMIENTOS {
        for obligacion in Obligacion::ALL.iter().copied() {
            for situacion in situaciones {
                let caduca = Notificacion::lapse_of(day(0), obligacion);
                if caduca.is_none() && situacion == Situacion::Caducada {
                    continue;
                }
                let number = i32::try_from(all.len()).unwrap() + 1;
                let kind = TipoDestinatario::ALL[all.len() % TipoDestinatario::ALL.len()];
                all.push(Notificacion {
                    situacion,
                    caduca,
                    ..altered(pending(number, nif(2), day(0)), |publicada| {
                        publicada.procedimiento = procedimiento;
                        publicada.obligacion = obligacion;
                        publicada.tipo_destinatario = kind;
                        publicada.categoria = if procedimiento.especial {
                            Categoria::Especial
                        } else {
                            Categoria::Ordinaria
                        };
                        publicada.asunto = format!("Asunto n.º {number} — «ñ€𝄞»");
                        publicada.documento.tamano = u32::MAX;
                    })
                });
            }
        }
    }
    all
}

fn notifications_of_every_kind_read_back(site: &Site) {
    let store = site.store();
    let all = every_kind();
    publish(&store, &all);
    let wanted: Vec<_> = all.iter().rev().map(|notificacion| notificacion.codigo).collect();
    let found = store
        .read(|conn| notificaciones::find(conn, nif(2), &wanted))
        .unwrap();
    assert_eq!(found, all);
}

fn a_notification_without_its_document_is_refused(site: &Site) {
    let store = site.store();
    let new = [pending(1, nif(2), day(0))];
    let refused = store.write(Durability::Full, |conn| {
        notificaciones::insert_notificaciones(conn, &new)
    });
    assert!(matches!(refused, Err(StoreError::Dangling(_))), "{refused:?}");
}

fn a_code_that_is_taken_is_refused_and_told_to_imports(site: &Site) {
    let store = site.store();
    publish(&store, &[pending(7, nif(2), day(0)), pending(9, nif(3), day(0))]);
    let again = [pending(8, nif(2), day(0)), pending(9, nif(2), day(0))];
    let refused = store.write(Durability::Full, |conn| {
        notificaciones::insert_notificaciones(conn, &again)
    });
    assert!(matches!(refused, Err(StoreError::Duplicate(_))), "{refused:?}");
    let taken = store.read(|conn| notificaciones::existing_codigos(conn, &codigos([9, 8, 7, 6])));
    assert_eq!(taken.unwrap(), codigos([7, 9]));
}

fn nobody_finds_the_notifications_of_somebody_else(site: &Site) {
    let store = site.store();
    publish(&store, &[pending(1, nif(2), day(0)), pending(2, nif(3), day(0))]);
    let found = store
        .read(|conn| notificaciones::find(conn, nif(2), &codigos([1, 2, 3])))
        .unwrap();
    assert_eq!(found, [pending(1, nif(2), day(0))]);
}

fn acuses_of_every_kind_of_signer_read_back(site: &Site) {
    let store = site.store();
    let firmantes = [
        Firmante::Persona {
            nif: nif(5),
            nombre: "ANA RUIZ".to_owned(),
        },
        Firmante::Representante {
            nif: nif(5),
            nombre: "ANA RUIZ".to_owned(),
            entidad: "B99999120".parse().unwrap(),
            denominacion: "HORNOS DEL SUR SL".to_owned(),
        },
        Firmante::Sello {
            entidad: "B99999120".parse().unwrap(),
            denominacion: "HORNOS DEL SUR SL".to_owned(),
        },
    ];
    let new: Vec<_> = (1..=3).map(|number| pending(number, nif(2), day(0))).collect();
    publish(&store, &new);
    let acuses = write(&store, |conn| {
        let evidencia = octets::keep_evidencia(conn, b"<Envelope/>", day(1))?;
        let decided: Vec<_> = new
            .iter()
            .map(|new| new.clone().decide(Sentido::Rechazo, day(1)).unwrap())
            .collect();
        let acuses: Vec<_> = decided
            .iter()
            .zip(&firmantes)
            .zip(Rol::ALL)
            .map(|((decided, firmante), rol)| Acuse {
                firmante: firmante.clone(),
                rol,
                autorizacion: (rol == Rol::AutorizadoRed)
                    .then(|| AutorizacionRed::try_from(99_999_999).unwrap()),
                motivo: (rol == Rol::Apoderado).then(|| "No es de mi cliente; \"ñ\"".to_owned()),
                ..acuse(decided, evidencia)
            })
            .collect();
        decisions::record_decisions(conn, &decided, &acuses)?;
        Ok(acuses)
    });
    let asked = codigos([3, 2, 1, 4]);
    assert_eq!(
        store
            .read(|conn| acuses::acuses_of(conn, nif(2), &asked))
            .unwrap(),
        acuses
    );
    assert_eq!(
        store
            .read(|conn| acuses::acuses_of(conn, nif(3), &asked))
            .unwrap(),
        []
    );
}

fn evidence_is_kept_byte_for_byte(site: &Site) {
    let store = site.store();
    let octetos: Vec<u8> = (0..=255).cycle().take(70_001).collect();
    let huella = write(&store, |conn| octets::keep_evidencia(conn, &octetos, day(0)));
    assert_eq!(huella, Huella(openssl::sha::sha256(&octetos)));
    let again = write(&store, |conn| octets::keep_evidencia(conn, &octetos, day(1)));
    assert_eq!(again, huella);
    assert_eq!(
        store.read(|conn| octets::evidencia(conn, huella)).unwrap(),
        Some(octetos)
    );
    assert_eq!(
        store.read(|conn| octets::evidencia(conn, pdf_hash())).unwrap(),
        None
    );
}

fn a_document_is_kept_under_its_own_hash_only(site: &Site) {
    let store = site.store();
    let wrong = [(pdf_hash(), PDF), (pdf_hash(), b"another".as_slice())];
    let refused = store.write(Durability::Full, |conn| octets::insert_documentos(conn, &wrong));
    assert!(matches!(refused, Err(StoreError::HashMismatch)), "{refused:?}");
    assert_eq!(
        store.read(|conn| octets::documento(conn, pdf_hash())).unwrap(),
        None
    );

    let twice = [(pdf_hash(), PDF), (pdf_hash(), PDF)];
    write(&store, |conn| octets::insert_documentos(conn, &twice));
    write(&store, |conn| octets::insert_documentos(conn, &twice));
    let kept = store.read(|conn| octets::documento(conn, pdf_hash())).unwrap();
    assert_eq!(kept.as_deref(), Some(PDF));
}

fn a_document_that_changed_on_disk_is_not_served(site: &Site) {
    let store = site.store();
    publish(&store, &[pending(1, nif(2), day(0))]);
    site.sql(site.either(
        "update documentos set contenido = x'00'",
        r"update documentos set contenido = '\x00'::bytea",
    ));
    let refused = store.read(|conn| octets::documento(conn, pdf_hash()));
    assert!(
        matches!(&refused, Err(StoreError::Corrupt { table: "documentos", key }) if *key == pdf_hash().to_string()),
        "{refused:?}"
    );
}

fn a_corrupt_row_is_named_without_personal_data(site: &Site) {
    let store = site.store();
    publish(
        &store,
        &[
            pending(1, nif(12_345_678), day(0)),
            pending(2, nif(12_345_678), day(0)),
        ],
    );
    write(&store, |conn| {
        let persona = Persona {
            nif: nif(12_345_678),
            denominacion: "ANA".to_owned(),
            cuentas: CuentasRed {
                ccc_principal: None,
                naf: "289999990119".parse().ok(),
            },
        };
        personas::tell_personas(conn, &[persona.into()], day(0))
    });
    for spoilt in [
        "procedimiento = 'TGSS-XX'",
        "obligacion = ''",
        "tipo_destinatario = 'nif'",
        "puesta_a_disposicion = ",
    ] {
        let spoilt = match spoilt.strip_suffix(" = ") {
            Some(column) => format!("{column} = {}", site.either("9223372036854775807", "'infinity'")),
            None => spoilt.to_owned(),
        };
        site.tamper(
            "notificaciones",
            &format!("update notificaciones set {spoilt} where codigo = 2"),
        );
        let refused = store.read(|conn| notificaciones::find(conn, nif(12_345_678), &codigos([1, 2])));
        assert_eq!(
            refused.unwrap_err().to_string(),
            "corrupt row in notificaciones, key 2",
            "{spoilt}"
        );
        let fine = store.read(|conn| notificaciones::find(conn, nif(12_345_678), &[codigo(1)]));
        assert_eq!(fine.unwrap().len(), 1);
        site.tamper(
            "notificaciones",
            "update notificaciones set procedimiento = 'TGSS-RD', obligacion = '4.1.a', tipo_destinatario = 'NIF', \
             puesta_a_disposicion = (select puesta_a_disposicion from notificaciones where codigo = 1) where codigo = 2",
        );
    }
    site.sql("update personas set naf = '289999990118'");
    let refused = store.read(|conn| personas::personas(conn, &[nif(12_345_678)]));
    assert_eq!(
        refused.unwrap_err().to_string(),
        "corrupt row in personas, key ***4567**"
    );
}

fn what_is_finer_than_a_microsecond_is_cut_off(site: &Site) {
    let store = site.store();
    let fine = day(0) + chrono::TimeDelta::nanoseconds(1_999);
    publish(&store, &[pending(1, nif(2), fine)]);
    let found = store
        .read(|conn| notificaciones::find(conn, nif(2), &[codigo(1)]))
        .unwrap();
    assert_eq!(found[0].puesta_a_disposicion, to_the_microsecond(fine));
    assert_eq!(
        to_the_microsecond(fine),
        day(0) + chrono::TimeDelta::microseconds(1)
    );
}
