//! Those whose notifications a caller may receive.

use super::world::*;
use crate::domain::poder::{EstadoPoder, Poder};
use crate::domain::rol::Rol;
use crate::store::poderes;
use crate::usecase::poderdantes;

#[test]
fn nobody_is_called_by_the_name_of_another() {
    let world = World::with(&[]);
    let unrecorded = Poder {
        referencia: "P-2".to_owned(),
        poderdante: nif("A99999013"),
        ..poder(EstadoPoder::Inscrito)
    };
    world.write(|conn| poderes::tell_poderes(conn, &[unrecorded.clone().into()], instant(0)));
    let entries = world.as_(Who::Apoderado, |store, caller, around| {
        poderdantes(store, caller, around).unwrap()
    });
    let told: Vec<_> = entries
        .iter()
        .map(|entry| (entry.nif.as_str(), entry.rol, entry.denominacion.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("99999901H", Rol::Propio, "ROBLES IBARRA MARTA"),
            ("A99999013", Rol::Apoderado, "A99999013"),
            (EMPRESA, Rol::Apoderado, "HORNOS DEL SUR SL"),
        ]
    );
}
