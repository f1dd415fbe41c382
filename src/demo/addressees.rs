//! Those whom the holders represent, and the holders themselves as addressees; what each is there to show is said
//! beside it.

use chrono::{DateTime, Utc};

use crate::domain::cuenta::Cuenta;
use crate::domain::materia::Materia;
use crate::domain::nif::Nif;
use crate::domain::poder::{Alcance, EstadoPoder};
use crate::domain::red::Voluntad;

use super::DemoError;
use super::addressee::{Addressee, AddresseeKind, Span, Volume};
use super::identifiers::{authorisation, ccc, entity, naf, person};
use super::people::{GESTORIA_RED, Names, PERSONA_RED};

/// All of them, as of `now`.
pub(super) fn addressees(names: &Names, now: DateTime<Utc>) -> Result<Vec<Addressee>, DemoError> {
    let mut addressees = own(names, now)?;
    addressees.extend(managed(names, now)?);
    addressees.extend(granting(names, now)?);
    Ok(addressees)
}

/// Holders as addressees: what they reach as their own.
fn own(names: &Names, now: DateTime<Utc>) -> Result<Vec<Addressee>, DemoError> {
    use AddresseeKind::{Empresa, Particular};
    let gestoria_red = authorisation(GESTORIA_RED)?;
    let talleres = addressee(names.talleres, "TALLERES PISUERGA SA", Empresa, 30, 40, 4)?
        .with_ccc(47, 9_999_901)?
        // Titular, autorizado and apoderado, each a different holder, reach the same notifications.
        .managed_by(gestoria_red, ALWAYS, now)?
        .granting(names.ana, Alcance::General, EstadoPoder::Inscrito, IN_FORCE, now)?;
    Ok(vec![
        addressee(names.gestoria, "GESTORIA MESETA SL", Empresa, 64, 40, 1)?.with_ccc(28, 9_999_978)?,
        addressee(names.hornos, "HORNOS DEL SUR SL", Empresa, 40, 40, 2)?.with_ccc(41, 9_999_912)?,
        talleres,
        addressee(names.comunidad, "CDAD PROP CALLE OLMO 3", Empresa, 12, 12, 5)?.with_ccc(28, 9_999_904)?,
        addressee(names.marta, "MARTA ROBLES IBARRA", Particular, 24, 40, 6)?.with_naf(28, 99_999_901)?,
        addressee(names.ana, "ANA PRADO GIL", Particular, 10, 16, 7)?.with_naf(28, 99_999_945)?,
        addressee(names.jane, "JANE DOE", Particular, 4, 8, 8)?.with_naf(46, 99_999_901)?,
        addressee(person(99_999_956)?, "JULIO SOTO PARDO", Particular, 4, 8, 9)?,
        addressee(person(99_999_978)?, "RAUL NIETO BLASCO", Particular, 4, 8, 10)?,
    ])
}

/// Those whom RED authorisations manage, with everything that may be odd about it.
fn managed(names: &Names, now: DateTime<Utc>) -> Result<Vec<Addressee>, DemoError> {
    use AddresseeKind::{Autonomo, Empresa};
    let gestoria = authorisation(GESTORIA_RED)?;
    let jane = authorisation(PERSONA_RED)?;
    let company = |number, name: &str, pending, past| {
        addressee(entity('B', number)?, name, Empresa, pending, past, number)?.with_ccc(28, number)
    };
    let self_employed =
        |number, name: &str| addressee(person(number)?, name, Autonomo, 8, 12, number)?.with_naf(28, number);
    let secondary = Cuenta::Ccc(ccc(8, 9_999_935)?);
    let conservas = addressee(
        entity('A', 9_999_923)?,
        "CONSERVAS CANTABRIA SA",
        Empresa,
        96,
        500,
        20,
    )?;
    Ok(vec![
        // More than a page of its own.
        conservas
            .with_ccc(39, 9_999_923)?
            .managed_by(gestoria, ALWAYS, now)?,
        company(9_999_930, "PANADERIA LA ESPIGA SL", 8, 12)?.managed_by(gestoria, ALWAYS, now)?,
        company(9_999_931, "TRANSPORTES DUERO SL", 8, 12)?.managed_by(gestoria, ALWAYS, now)?,
        // The NAF counts, since they have no main CCC (D-29 c).
        self_employed(99_999_930, "ROSA LEAL MOYA")?.managed_by(gestoria, ALWAYS, now)?,
        self_employed(99_999_931, "TOMAS RIOS PEÑA")?.managed_by(gestoria, ALWAYS, now)?,
        // Desasignó thirty days ago: only what had been issued before stays within reach (D-32).
        company(9_999_932, "FRUTAS DEL SEGURA SL", 8, 20)?
            .managed_by(gestoria, ALWAYS, now)?
            .declaring(Voluntad::Desasignar, 30, now)?,
        // Desasignó and came back (D-36).
        company(9_999_933, "ACEITES JABALCUZ SL", 8, 20)?
            .managed_by(gestoria, ALWAYS, now)?
            .declaring(Voluntad::Desasignar, 60, now)?
            .declaring(Voluntad::Reasignar, 10, now)?,
        // Desasignó this week, with some pending from before.
        company(9_999_934, "CARPINTERIA ULTZAMA SL", 10, 12)?
            .managed_by(gestoria, ALWAYS, now)?
            .declaring(Voluntad::Desasignar, 4, now)?,
        // Only a secondary CCC is assigned: no RED receiver (D-29).
        company(9_999_935, "TEXTILES LLOBREGAT SL", 6, 8)?
            .managed_through(secondary, gestoria, ALWAYS, now)?,
        // The main CCC is nobody's, so that the NAF at the gestoría does not count (D-30).
        self_employed(99_999_932, "IGNACIO SANTOS VERA")?
            .with_ccc(28, 9_999_952)?
            .managed_through(Cuenta::Naf(naf(28, 99_999_932)?), gestoria, ALWAYS, now)?,
        // Went from the gestoría to another authorisation: both reach what was issued before (D-33).
        company(9_999_936, "HOSTELERIA CABO DE GATA SL", 10, 20)?
            .managed_by(gestoria, Span::between(700, -4), now)?
            .managed_by(jane, Span::since(4), now)?,
        company(9_999_937, "IMPRENTA TORMES SL", 8, 16)?
            .managed_by(jane, Span::between(700, -15), now)?
            .managed_by(gestoria, Span::since(15), now)?,
        company(9_999_938, "CLINICA DENTAL EBRO SL", 10, 10)?.managed_by(jane, ALWAYS, now)?,
        // By two roles at once, with one code (D-26).
        company(9_999_939, "BODEGAS ARLANZA SL", 10, 10)?
            .managed_by(gestoria, ALWAYS, now)?
            .granting(
                names.gestoria,
                Alcance::General,
                EstadoPoder::Inscrito,
                IN_FORCE,
                now,
            )?,
    ])
}

/// Powers that are not, or no longer, in force: number and name of who granted each, and its state.
const NOT_IN_FORCE: [(u32, &str, EstadoPoder); 7] = [
    (9_999_945, "CALZADOS ELDA SL", EstadoPoder::Caducado),
    (9_999_946, "PESCADOS ONDARROA SL", EstadoPoder::Revocado),
    (9_999_947, "QUESOS VILLALON SL", EstadoPoder::Renunciado),
    (9_999_948, "MIELES ALCARRIA SL", EstadoPoder::Solicitado),
    (9_999_949, "CORCHOS JEREZ SL", EstadoPoder::PendienteAceptacion),
    (
        9_999_950,
        "VIDRIOS LA GRANJA SL",
        EstadoPoder::PendienteDeclaracion,
    ),
    (9_999_951, "NARANJAS OLIVA SL", EstadoPoder::NoAceptado),
];

/// Those who granted powers, in every state of a power.
fn granting(names: &Names, now: DateTime<Utc>) -> Result<Vec<Addressee>, DemoError> {
    use AddresseeKind::{Empresa, Particular};
    use EstadoPoder::Inscrito;
    let company = |number, name: &str, pending, past| {
        addressee(entity('B', number)?, name, Empresa, pending, past, number)?.with_ccc(28, number)
    };
    let only = |materias: &[Materia]| Alcance::Materias(materias.to_vec());
    let naviera = addressee(
        entity('A', 9_999_945)?,
        "NAVIERA DEL ESTRECHO SA",
        Empresa,
        72,
        48,
        40,
    )?;
    let mut addressees = vec![
        naviera.with_ccc(11, 9_999_945)?.granting(
            names.gestoria,
            Alcance::General,
            Inscrito,
            IN_FORCE,
            now,
        )?,
        company(9_999_940, "ESCAYOLAS MONCAYO SL", 8, 10)?.granting(
            names.gestoria,
            only(&[Materia::Iacr, Materia::Imp]),
            Inscrito,
            IN_FORCE,
            now,
        )?,
        // A person's benefits, which no RED authorisation ever reaches.
        addressee(person(99_999_940)?, "CARMEN OSUNA LARA", Particular, 10, 12, 41)?.granting(
            names.gestoria,
            only(&[Materia::Prestaciones, Materia::Marina]),
            Inscrito,
            IN_FORCE,
            now,
        )?,
        // Inscribed five days ago: what was pending then, and not what had been decided (D-49).
        company(9_999_941, "VIVEROS DEL TURIA SL", 12, 12)?.granting(
            names.gestoria,
            Alcance::General,
            Inscrito,
            Span::since(5),
            now,
        )?,
        company(9_999_942, "CERAMICAS TALAVERA SL", 20, 12)?.granting(
            names.ana,
            Alcance::General,
            Inscrito,
            IN_FORCE,
            now,
        )?,
        // One materia only: collection stays out of reach (D-45).
        company(9_999_943, "MUEBLES LUCENA SL", 24, 24)?.granting(
            names.ana,
            only(&[Materia::Imp]),
            Inscrito,
            IN_FORCE,
            now,
        )?,
        // Ended by time, whether or not the register has said so (D-50).
        company(9_999_944, "JUGUETES IBI SL", 6, 8)?.granting(
            names.ana,
            Alcance::General,
            Inscrito,
            Span::between(1800, -3),
            now,
        )?,
    ];
    for (number, name, estado) in NOT_IN_FORCE {
        let addressee = company(number, name, 3, 5)?;
        let span = match estado {
            EstadoPoder::Caducado => Span::between(900, -30),
            _ => IN_FORCE,
        };
        addressees.push(addressee.granting(names.ana, Alcance::General, estado, span, now)?);
    }
    Ok(addressees)
}

/// Since before the oldest notification, and still.
pub(super) const ALWAYS: Span = Span::since(1000);
/// A power in the middle of its life.
const IN_FORCE: Span = Span::since(900);

fn addressee(
    nif: Nif,
    denominacion: &str,
    kind: AddresseeKind,
    pendientes: u32,
    historicas: u32,
    serial: u32,
) -> Result<Addressee, DemoError> {
    let volume = Volume {
        pendientes,
        historicas,
    };
    Addressee::new(nif, denominacion, kind, volume, serial)
}
