//! Who may receive, explained.

use chrono::TimeDelta;
use uuid::Uuid;

use super::world::{EMPRESA, Who, World, codigo, instant, nif, notificacion};
use crate::domain::nif::Nif;
use crate::domain::notificacion::{Estado, Sentido};
use crate::domain::reach::{Alcanza, Impide};
use crate::domain::red::Emitidas;
use crate::domain::rol::Rol;
use crate::store::{Desk, Operador};
use crate::usecase::explain::{Explicacion, Pregunta, explain};

/// The gestoría, the apoderado and somebody who has nothing to do with it.
const GESTORIA: &str = "A99999013";
const APODERADO: &str = "99999901H";
const EXTRANO: &str = "99999945Q";

fn ask(world: &World, who: &str, en: Option<i64>, sabido: Option<i64>) -> Explicacion {
    let operador = Operador {
        nombre: "ana".to_owned(),
        cuenta: None,
    };
    let clock = || world.now.get();
    let desk = Desk::new(world.store.clone(), operador, Uuid::now_v7(), &clock);
    let pregunta = Pregunta {
        nif: nif(who),
        poderdante: nif(EMPRESA),
        codigo: codigo(1),
        en: en.map(instant),
        sabido: sabido.map(instant),
    };
    explain(&desk, Emitidas::Conservar, &pregunta).unwrap()
}

fn roles(explicacion: &Explicacion) -> Vec<Rol> {
    explicacion.puede.iter().map(|one| one.rol).collect()
}

#[test]
fn each_is_told_by_which_title_it_reaches_or_why_not() {
    let world = World::with(&[notificacion(1)]);
    for (who, reached) in [
        (EMPRESA, vec![Rol::Propio]),
        (GESTORIA, vec![Rol::AutorizadoRed]),
        (APODERADO, vec![Rol::Apoderado]),
        (EXTRANO, vec![]),
    ] {
        let told = ask(&world, who, None, None);
        assert_eq!(roles(&told), reached, "{who}");
        assert!(
            told.puede
                .iter()
                .all(|one| one.decidir && !one.documento && !one.acuse)
        );
        // Something is said of each role.
        for rol in Rol::ALL {
            let said: Vec<_> = told.razones.iter().filter(|razon| razon.rol == rol).collect();
            assert_eq!(said.len(), 1, "{who} {rol:?}");
            assert_eq!(said[0].juicio.is_ok(), reached.contains(&rol), "{who} {rol:?}");
        }
    }
    let told = ask(&world, GESTORIA, None, None);
    let by_red = told.razones.iter().find(|razon| razon.rol == Rol::AutorizadoRed);
    let since = instant(-1_000_000);
    assert_eq!(by_red.unwrap().juicio, Ok(Alcanza::Publicada { desde: since }));
    let own = told
        .razones
        .iter()
        .find(|razon| razon.rol == Rol::Propio)
        .unwrap();
    assert_eq!(own.juicio, Err(Impide::SinTitulo(Rol::Propio)));
}

/// What is asked of another instant is what stood then, the notification too.
#[test]
fn the_past_is_told_as_it_stood() {
    let accepted = notificacion(1)
        .decide(Sentido::Aceptacion, instant(1000))
        .unwrap();
    let world = World::with(&[accepted]);
    let estado = |told: &Explicacion| told.notificacion.as_ref().map(|one| one.estado_at(told.en));
    let now = ask(&world, EMPRESA, None, None);
    assert_eq!(estado(&now), Some(Estado::Aceptada));
    assert!(now.puede[0].documento && now.puede[0].acuse && !now.puede[0].decidir);
    let before = ask(&world, EMPRESA, Some(999), None);
    assert_eq!(estado(&before), Some(Estado::SinAcuse));
    assert!(before.puede[0].decidir);
    assert!(ask(&world, EMPRESA, Some(-1), None).notificacion.is_none());
    // The power was recorded a second after the beginning of time in this world.
    assert_eq!(roles(&ask(&world, APODERADO, Some(10), None)), [Rol::Apoderado]);
    assert_eq!(roles(&ask(&world, APODERADO, Some(10), Some(-1_000_001))), []);
}

#[test]
fn each_explanation_has_its_row_in_the_journal() {
    let world = World::with(&[notificacion(1)]);
    let before = world.rows();
    ask(&world, EXTRANO, None, None);
    ask(&world, GESTORIA, Some(10), Some(20));
    assert_eq!(world.rows(), before + 2);
    // The clock of the row is not before that of the last one.
    world.now.set(world.now.get() - TimeDelta::hours(2));
    ask(&world, EXTRANO, None, None);
    assert_eq!(world.rows(), before + 3);
}

/// Whoever explains says what whoever asks is given.
#[test]
fn what_is_explained_is_what_is_done() {
    use crate::domain::operation::OneNotificacion;
    let accepted = notificacion(1)
        .decide(Sentido::Aceptacion, instant(1000))
        .unwrap();
    let world = World::with(&[accepted]);
    let titulares: [(Who, Nif); 4] = [
        (Who::Empresa, nif(EMPRESA)),
        (Who::Gestoria, nif(GESTORIA)),
        (Who::Apoderado, nif(APODERADO)),
        (Who::Extrano, nif(EXTRANO)),
    ];
    for (who, titular) in titulares {
        let wanted = OneNotificacion {
            poderdante: nif(EMPRESA),
            codigo: codigo(1),
        };
        let given = world.as_(who, |store, caller, around| {
            crate::usecase::by_poderdante::document(store, caller, &wanted, around).is_ok()
        });
        let told = ask(&world, titular.as_str(), None, None);
        assert_eq!(told.puede.iter().any(|one| one.documento), given, "{who:?}");
    }
}
