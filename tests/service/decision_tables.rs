//! The decision tables over the wire: each tenth case, told to a service of its own, asked through both contracts.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use notess::client::calls::{self, AnswerError};
use notess::client::connection::{CallError, Connection};
use notess::config::Sello;
use notess::domain::rol::{Rol, Roles};
use notess::store::admitted::{self, Admitted};
use notess::store::{Durability, Store, StoreError, journal};
use openssl::x509::X509;

use crate::common::caller::{Caller, code_of, listing};
use crate::common::issue::of_the_service;
use crate::common::{Backend, TestApp};
use crate::decisiones::cast::{self, Cast};
use crate::decisiones::facts;
use crate::decisiones::tables::{Row, What, rows};
use crate::site::day;

over_both_databases!(each_tenth_case_of_the_tables_holds_over_the_wire_of_both_contracts);

/// The fewest questions that they ask.
const LEAST: usize = 20;

/// Where each role's notifications stand in a page of contract WSCN.
const LISTS: [(Rol, &str); 3] = [
    (Rol::Propio, "notificacionesPropias"),
    (Rol::AutorizadoRed, "notificacionesAutorizadoRED"),
    (Rol::Apoderado, "notificacionesApoderado"),
];

fn each_tenth_case_of_the_tables_holds_over_the_wire_of_both_contracts(backend: Backend) {
    let rows = rows();
    let mut casts: BTreeMap<&str, Cast> = BTreeMap::new();
    let mut seen: Vec<&str> = Vec::new();
    for row in &rows {
        if !seen.contains(&row.caso.as_str()) {
            if seen.len().is_multiple_of(10) {
                casts.insert(&row.caso, Cast::new(seen.len()));
            }
            seen.push(&row.caso);
        }
    }
    let wire = Wire::open(backend);
    let mut asked = 0;
    for row in &rows {
        let Some(cast) = casts.get_mut(row.caso.as_str()) else {
            continue;
        };
        wire.until(row.at);
        match &row.what {
            What::Hecho(hecho) => match decision(hecho) {
                Some(decision) => wire.decide(cast, &decision),
                None => facts::tell(&wire.store, cast, hecho, row.at),
            },
            What::Pregunta { .. } => {
                wire.ask(cast, row);
                asked += 1;
            }
        }
    }
    assert!(asked >= LEAST, "{asked}");
    // The service's clock is far behind that of the database, by which what has no number yet would have been waiting for months.
    journal::number(&wire.store).unwrap();
    crate::common::verify_journal(&wire.store);
}

/// «EMPRESA acepta N1».
struct Decision<'a> {
    quien: &'a str,
    accepts: bool,
    notificacion: &'a str,
}

fn decision(hecho: &str) -> Option<Decision<'_>> {
    [(" acepta ", true), (" rechaza ", false)]
        .into_iter()
        .find_map(|(verb, accepts)| {
            let (quien, notificacion) = hecho.split_once(verb)?;
            Some(Decision {
                quien,
                accepts,
                notificacion,
            })
        })
}

/// A service over an empty database, and what it signs with.
struct Wire {
    app: TestApp,
    store: Store,
    signs: X509,
}

impl Wire {
    /// It lives when the cases begin.
    fn open(backend: Backend) -> Self {
        let (folder, (signs, key)) = (tempfile::tempdir().unwrap(), of_the_service(-2000, 2000));
        let files = ["crt", "key"].map(|name| folder.path().join(name));
        std::fs::write(&files[0], signs.to_pem().unwrap()).unwrap();
        std::fs::write(&files[1], key.private_key_to_pem_pkcs8().unwrap()).unwrap();
        let database = backend.empty_database();
        let store = Store::open(&database.url().parse().unwrap(), 2).unwrap();
        store.migrate().unwrap();
        store
            .write::<_, StoreError, _>(Durability::Full, |conn| {
                admitted::insert(
                    conn,
                    &Admitted {
                        nombre: "AC".to_owned(),
                        certificado: cast::authority(),
                        desde: day(-100),
                        hasta: None,
                        politicas: Vec::new(),
                        revocacion: "ninguna".to_owned(),
                        crl: None,
                        sellos: false,
                        rsa_minimo: None,
                    },
                )
            })
            .unwrap();
        let app = TestApp::start_over(database, backend, day(0) - Utc::now(), |settings| {
            [settings.firma.certificado, settings.firma.clave] = files;
            // It seals too.
            settings.sello.take_seal(&Sello::default());
        });
        Self { app, store, signs }
    }

    /// Lets time go by until then.
    fn until(&self, at: DateTime<Utc>) {
        let left = at - self.app.now();
        if left > TimeDelta::zero() {
            self.app.move_clock(left);
        }
    }

    fn caller(&self, cast: &Cast, quien: &str) -> Caller {
        let url = self.app.url("/canal/v1");
        let connection = Connection::open(&url, cast.key(quien), &self.signs).unwrap();
        Caller::new(connection.ahead(self.app.now() - Utc::now()), self.app.scenario())
    }

    fn decide(&self, cast: &Cast, decision: &Decision<'_>) {
        let one = cast.notificacion(decision.notificacion);
        let (poderdante, codigo) = (one.poderdante.as_str(), one.codigo.number());
        let caller = self.caller(cast, decision.quien);
        // Each contract decides some of them.
        if codigo / 10 % 20 == 0 {
            let decided = if decision.accepts {
                caller.accept(poderdante, &[codigo])
            } else {
                caller.reject(poderdante, &[codigo])
            };
            assert!(decided.unwrap()[0].acuse.is_some());
        } else {
            let rol = listed(&caller, poderdante, codigo).iter().next().unwrap();
            let program = self.app.wscn_with(cast.key(decision.quien));
            let answer = program.decide(rol.number(), poderdante, codigo, decision.accepts);
            assert_eq!(answer.codigo(), 0, "{answer:?}");
        }
    }

    fn ask(&self, cast: &Cast, row: &Row) {
        let What::Pregunta {
            quien,
            notificacion,
            roles,
            puede,
            ..
        } = &row.what
        else {
            return;
        };
        let which = format!("{}: {quien} {notificacion}", row.caso);
        let one = cast.notificacion(notificacion);
        let (poderdante, codigo) = (one.poderdante.as_str(), one.codigo.number());

        let caller = self.caller(cast, quien);
        assert_eq!(listed(&caller, poderdante, codigo), *roles, "{which}");
        let document = calls::documento(&caller.connection, poderdante, codigo);
        let given = puede.starts_with("documento");
        assert_eq!(document.is_ok(), given, "{which}: {document:?}");
        let acuse = calls::acuse(&caller.connection, poderdante, codigo);
        let decided = puede == "documento" || puede == "acuse";
        assert_eq!(acuse.is_ok(), decided, "{which}: {acuse:?}");

        let program = self.app.wscn_with(cast.key(quien));
        for (rol, list) in LISTS {
            let (number, has) = (rol.number(), roles.contains(rol));
            let page = program.list(number, poderdante, [-1; 3]);
            let found = page.listed(list).iter().any(|(one, _)| *one == codigo);
            assert_eq!(found, has, "{which} {rol:?}: {page:?}");
            let seen = program.view(number, poderdante, codigo);
            let given = has && given;
            assert_eq!(seen.codigo() == 0, given, "{which} {rol:?}: {seen:?}");
            let acuse = program.request(number, poderdante, codigo, true);
            let may = has && puede == "decidir";
            assert_eq!(acuse.codigo() == 0, may, "{which} {rol:?}: {acuse:?}");
        }
    }
}

/// By which roles it stands in the caller's listing, who may be told that he represents nobody of that name.
fn listed(caller: &Caller, poderdante: &str, codigo: i32) -> Roles {
    let pages: Result<Vec<_>, _> = calls::pages(&caller.connection, listing(poderdante)).collect();
    match pages {
        Ok(pages) => {
            let one = pages.into_iter().flatten().find(|one| one.codigo == codigo);
            let numbers = one.map(|one| one.roles.roles).unwrap_or_default();
            Rol::ALL
                .into_iter()
                .filter(|rol| numbers.contains(&i32::from(rol.number())))
                .collect()
        }
        Err(refused @ AnswerError::Call(CallError::Fault { .. })) => {
            assert_eq!(code_of::<()>(Err(refused)), "SIN_REPRESENTACION");
            Roles::NONE
        }
        Err(other) => panic!("{other:?}"),
    }
}
