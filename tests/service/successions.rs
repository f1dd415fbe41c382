//! Successors of an addressee, as an operator tells them and as both contracts serve them.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use notess::client::calls;
use serde_json::Value;

use crate::common::caller::{code_of, listing};
use crate::common::{Alcance, Backend, TestApp, Titular};
use crate::place::{done, operate, row};
use crate::process::text;

over_both_databases!(
    a_successor_receives_in_his_own_name_by_both_contracts_until_it_is_taken_back,
    what_no_succession_can_be_is_refused_with_its_reason,
);

fn declaring<'a>(antecesor: &'a str, sucesor: &'a str, entidad: &'a str, desde: &'a str) -> Vec<&'a str> {
    vec![
        "sucesiones",
        "declarar",
        "--antecesor",
        antecesor,
        "--sucesor",
        sucesor,
        "--entidad",
        entidad,
        "--causa",
        "inter_vivos",
        "--desde",
        desde,
        "--motivo",
        "fusión por absorción",
        "--referencia",
        "28/2026/7",
    ]
}

/// An addressee, and somebody who has nothing to do with him, with the NIF for which he acts.
fn parties(app: &TestApp) -> (&Titular, &Alcance, &Titular, &str) {
    let owner = app.scenario().all_roles();
    let of = owner.by_role(1);
    let heir = app.scenario().titulares.iter().find(|one| {
        one.estado_certificado == "vigente" && one.poderdantes.iter().all(|reached| reached.nif != of.nif)
    });
    let heir = heir.unwrap();
    let acts_for = heir.nif_representado.as_deref().unwrap_or(&heir.nif);
    (owner, of, heir, acts_for)
}

/// The addressee's that were pending at an instant, or published since.
fn handed_down(app: &TestApp, owner: &Titular, of: &str, desde: DateTime<Utc>) -> BTreeSet<i32> {
    let all = app.as_(owner).list(listing(of)).into_iter().map(|one| one.codigo);
    all.filter(|codigo| {
        let practised = row(app, of, *codigo).practised_at(app.now());
        practised.is_none_or(|at| at >= desde)
    })
    .collect()
}

fn a_successor_receives_in_his_own_name_by_both_contracts_until_it_is_taken_back(backend: Backend) {
    let app = TestApp::start(backend);
    let (owner, of, heir, acts_for) = parties(&app);
    let desde = app.now() - TimeDelta::days(40);
    let (caller, program) = (app.as_(heir), app.wscn_as(heir));
    let ask_canal = || calls::documento(&caller.connection, &of.nif, of.aceptadas[0]);
    assert_eq!(code_of(ask_canal()), "SIN_REPRESENTACION");
    assert_eq!(program.list(1, &of.nif, [0; 3]).codigo(), 133);
    // What the service remembers of whom he represents is what another process has told, each time.
    let reached = || calls::poderdantes(&caller.connection).unwrap().poderdantes;
    assert!(reached().iter().all(|one| one.nif != of.nif));

    let since = desde.to_rfc3339();
    for entidad in ["TGSS", "INSS", "ISM"] {
        let told = done(&app, &declaring(&of.nif, acts_for, entidad, &since));
        assert!(told.ends_with("declared\n"), "{told}");
    }
    // In canal: what was pending on that day, and what came later; as the addressee has it, in his own name.
    let expected = handed_down(&app, owner, &of.nif, desde);
    let whole: BTreeSet<i32> = app
        .as_(owner)
        .list(listing(&of.nif))
        .iter()
        .map(|one| one.codigo)
        .collect();
    assert!(
        expected.len() < whole.len(),
        "some had been practised before that day"
    );
    let listed = caller.list(listing(&of.nif));
    assert!(listed.iter().all(|one| one.roles.roles == [1]));
    assert_eq!(
        listed.iter().map(|one| one.codigo).collect::<BTreeSet<_>>(),
        expected
    );
    let told = reached();
    let own = told.iter().find(|one| one.nif == of.nif).unwrap();
    assert_eq!((own.rol, &own.vigente_hasta), (1, &None));
    let before = whole.difference(&expected).next().unwrap();
    let out_of_reach = calls::documento(&caller.connection, &of.nif, *before);
    assert_eq!(code_of(out_of_reach), "NOTIFICACION_DESCONOCIDA");
    let [by_canal, by_wscn, left] = [0, 1, 2].map(|at| of.pendientes[at]);
    let decided = caller.accept(&of.nif, &[by_canal]).unwrap();
    assert!(decided[0].acuse.is_some(), "{decided:?}");
    let acuse = calls::acuse(&caller.connection, &of.nif, by_canal).unwrap();
    let acuse = String::from_utf8(acuse).unwrap();
    for (named, nif) in [("destinatario", of.nif.as_str()), ("receptor", acts_for)] {
        assert!(acuse.contains(&format!("<{named}><nif>{nif}</nif>")), "{acuse}");
    }

    // In WSCN: the own list, and his own acuse; he who granted no power is no poderdante there.
    assert_eq!(program.decide(1, &of.nif, by_wscn, true).codigo(), 0);
    assert_eq!(program.view(1, &of.nif, by_wscn).codigo(), 0);
    assert_eq!(program.view(1, &of.nif, by_canal).codigo(), 0);
    assert_eq!(program.view(1, &of.nif, *before).codigo(), 116);
    assert_eq!(program.list(3, &of.nif, [0; 3]).codigo(), 109);
    assert!(!program.poderdantes().text.contains(&of.nif));
    // The addressee sees what was decided, and is given it.
    assert_eq!(app.wscn_as(owner).view(1, &of.nif, by_wscn).codigo(), 0);
    explained(&app, acts_for, &of.nif, left);

    // Taken back, nothing is left, not even what he accepted.
    let numbers = listed_numbers(&app, acts_for, &of.nif);
    for numero in &numbers {
        let why = ["--motivo", "no lo era", "--referencia", "28/2026/8"];
        done(
            &app,
            &[&["sucesiones", "anular", numero.as_str()], &why[..]].concat(),
        );
    }
    assert!(reached().iter().all(|one| one.nif != of.nif));
    let again = calls::documento(&caller.connection, &of.nif, by_canal);
    assert_eq!(code_of(again), "SIN_REPRESENTACION");
    assert_eq!(program.view(1, &of.nif, by_wscn).codigo(), 133);
    assert_eq!(app.wscn_as(owner).view(1, &of.nif, by_canal).codigo(), 0);
    crate::common::verify_journal(&app.store());
}

/// By which title and rule, and what the journal has of who told it.
fn explained(app: &TestApp, acts_for: &str, of: &str, codigo: i32) {
    let codigo = codigo.to_string();
    let question = [
        "explicar",
        "--nif",
        acts_for,
        "--poderdante",
        of,
        "--codigo",
        &codigo,
    ];
    let said = done(app, &question);
    assert!(
        said.contains("Sucesor del destinatario entre vivos") && said.contains("RD 203/2021: 42.4"),
        "{said}"
    );
    let told: Value = serde_json::from_str(&done(app, &[&question[..], &["--json"]].concat())).unwrap();
    let reasons = told["razones"].as_array().unwrap();
    let reason = reasons.iter().find(|one| one["alcanza"] == true).unwrap();
    assert_eq!(
        (&reason["regla"], &reason["titulo"]["clase"]),
        (&20.into(), &"sucesion".into())
    );
    let rows = app.column("select detalle as text from auditoria where operacion = 'declararSucesion'");
    assert_eq!(rows.len(), 3);
    for told in ["fusión por absorción", "28/2026/7", acts_for, of] {
        assert!(rows.iter().all(|row| row.contains(told)), "{told}: {rows:?}");
    }
}

/// The numbers of those that are told of both, as the list of operators has them.
fn listed_numbers(app: &TestApp, acts_for: &str, of: &str) -> Vec<String> {
    let table = done(app, &["sucesiones", "listar", "--nif", acts_for]);
    assert!(
        table.contains(&format!("{acts_for} succeeds {of}  TGSS  inter_vivos")),
        "{table}"
    );
    let written = done(app, &["sucesiones", "listar", "--antecesor", of, "--json"]);
    let lines: Vec<Value> = written
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let of_both = lines.iter().filter(|one| one["sucesor"] == acts_for);
    let numbers: Vec<String> = of_both.map(|one| one["numero"].to_string()).collect();
    assert_eq!(numbers.len(), 3, "{written}");
    numbers
}

fn what_no_succession_can_be_is_refused_with_its_reason(backend: Backend) {
    let app = TestApp::start(backend);
    let (una, otra, ana) = ("B99999120", "A99999013", "99999901H");
    let refused = |arguments: &[&str], status: i32, said: &str| {
        let output = operate(&app, arguments);
        assert_eq!(output.status.code(), Some(status), "{arguments:?}");
        let told = text(&output.stderr);
        assert!(told.contains(said), "{told}");
    };
    let future = (app.now() + TimeDelta::days(2)).to_rfc3339();
    refused(
        &declaring(una, una, "TGSS", "2025-01-01"),
        1,
        "nobody succeeds himself",
    );
    refused(&declaring(una, otra, "TGSS", &future), 1, "in the future");
    refused(
        &[
            &declaring(una, otra, "TGSS", "2025-01-02")[..],
            &["--hasta", "2025-01-01"],
        ]
        .concat(),
        1,
        "ends before it has begun",
    );
    let mut death = declaring(una, ana, "TGSS", "2025-01-01");
    let causa = death.iter().position(|word| *word == "inter_vivos").unwrap();
    death[causa] = "mortis_causa";
    refused(&death, 1, "does not die");
    refused(&declaring(una, otra, "AEAT", "2025-01-01"), 2, "TGSS, INSS, ISM");
    refused(&declaring(una, otra, "TGSS", "ayer"), 2, "AAAA-MM-DD");
    let mut silent = declaring(una, otra, "TGSS", "2025-01-01");
    silent.truncate(silent.len() - 2);
    refused(&silent, 2, "--referencia");

    done(&app, &declaring(una, otra, "TGSS", "2025-01-01"));
    refused(&declaring(una, otra, "TGSS", "2025-02-01"), 1, "is on record");
    refused(&declaring(otra, una, "TGSS", "2025-02-01"), 1, "in a circle");
    let annulling = |numero: &'static str, more: &[&'static str]| -> Vec<&'static str> {
        let why = ["--motivo", "error", "--referencia", "1"];
        [&["sucesiones", "anular", numero], &why[..], more].concat()
    };
    refused(&annulling("99", &[]), 1, "no succession of that number");
    refused(
        &annulling("1", &["--desde", "2024-12-31 10:00:00"]),
        1,
        "did not hold",
    );
    done(&app, &annulling("1", &["--desde", "2025-01-01 00:00:00"]));
    refused(&annulling("1", &[]), 1, "annulled already");
    let rows = app.column("select operacion as text from auditoria where operacion like '%Sucesion'");
    assert_eq!(rows, ["declararSucesion", "anularSucesion"]);
}
