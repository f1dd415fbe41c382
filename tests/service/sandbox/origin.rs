//! A world that is put back to how it was made.

use chrono::TimeDelta;
use notess::client::calls;
use notess::domain::notificacion::Sentido;
use notess::domain::operation::Request;

use super::Demo;
use crate::common::Backend;
use crate::common::caller::listing;

over_both_databases!(
    a_world_is_put_back_to_how_it_was_made_with_all_that_was_remembered_of_it,
    a_message_that_was_taken_is_new_to_a_world_that_was_put_back_and_old_to_one_whose_clock_was,
);

const HEADER: &str = "codigo;nif;denominacion;procedimiento;asunto;obligacion;documento\n";

fn a_world_is_put_back_to_how_it_was_made_with_all_that_was_remembered_of_it(backend: Backend) {
    let demo = Demo::start(backend, &["--reloj", "+1d"]);
    let own = demo.titular("empresa").by_role(1);
    let caller = demo.caller("empresa", TimeDelta::zero());
    let before = caller.list(listing(&own.nif));
    let publish = |asunto: &str| {
        let line = format!("900001;{};X;TGSS-RD;{asunto};4.1.a;ejemplo.pdf\n", own.nif);
        let (status, told) = demo.load("/notificaciones", &(HEADER.to_owned() + &line));
        assert_eq!(status, 200, "{told}");
        let listed = caller.list(listing(&own.nif));
        listed
            .iter()
            .find(|n| n.codigo == 900_001)
            .unwrap()
            .asunto
            .clone()
    };
    let (mut identifiers, mut rows) = (Vec::new(), Vec::new());
    for asunto in ["El primero", "Otro"] {
        assert_eq!(publish(asunto), asunto);
        let (one, other) = (own.pendientes[0], own.pendientes[1]);
        let accepted = caller.accept(&own.nif, &[one, 900_001]).unwrap();
        assert!(accepted.iter().all(|one| one.acuse.is_some() && !one.repetida));
        identifiers.push(accepted[0].acuse.clone().unwrap().identificador);
        assert!(caller.reject(&own.nif, &[other]).unwrap()[0].acuse.is_some());
        let power = format!(
            "referencia,poderdante,apoderado,tipo,materias,estado,inscrito,fin\n\
             P1,{},99999945Q,general,,inscrito,2024-05-01,2029-05-01\n",
            own.nif
        );
        assert_eq!(demo.load("/poderes", &power).0, 200);
        let apoderado = demo.caller("apoderado", TimeDelta::zero());
        assert!(apoderado.list(listing(&own.nif)).len() > 1);
        demo.told("POST", "/fallos", r#"{"fallo": "ocupado", "mensajes": 9}"#);
        demo.told("POST", "/reloj", r#"{"avance": "+20d"}"#);

        let back = demo.told("POST", "/origen", "");
        assert_eq!(back["reloj"]["adelanto_segundos"], 86_400, "{back}");
        assert_eq!(demo.told("GET", "/fallos", ""), serde_json::json!([]));
        rows.push(demo.verified());
        let now = caller.list(listing(&own.nif));
        assert_eq!(now.len(), before.len());
        for (now, before) in now.iter().zip(&before) {
            assert_eq!((now.codigo, now.estado), (before.codigo, before.estado));
        }
        assert!(calls::documento(&caller.connection, &own.nif, one).is_err());
        let outside = apoderado.connection;
        let refused = calls::decide(&outside, caller.decision(Sentido::Aceptacion, &own.nif, &[one]));
        assert!(refused.is_err(), "the power is gone");
    }
    assert_ne!(identifiers[0], identifiers[1]);
    // Lapses that were due may have been written down meanwhile.
    assert!(rows[0].abs_diff(rows[1]) <= 1, "{rows:?}");
}

fn a_message_that_was_taken_is_new_to_a_world_that_was_put_back_and_old_to_one_whose_clock_was(
    backend: Backend,
) {
    let demo = Demo::start(backend, &[]);
    let connection = demo.caller("empresa", TimeDelta::zero()).connection;
    let question = notess::contract::canal::request::encode(&Request::Poderdantes);
    let message = connection.sign(&question).unwrap();
    let is_taken = || match connection.send(&message) {
        Ok(_) => true,
        Err(error) => {
            assert!(error.to_string().contains("MENSAJE_REPETIDO"), "{error}");
            false
        }
    };
    assert!(is_taken() && !is_taken());
    // What was marked is not forgotten though it would be too old by the clock meanwhile.
    demo.told("POST", "/reloj", r#"{"avance": "+30d"}"#);
    assert!(!is_taken());
    demo.told("POST", "/reloj", r#"{"avance": "-30d"}"#);
    assert!(!is_taken());
    demo.told("POST", "/origen", "");
    assert!(is_taken() && !is_taken());
}
