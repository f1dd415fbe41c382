//! Those who ask, each with a certificate that was validated.

use std::sync::Arc;

use crate::trust::testing::name::name;
use crate::trust::testing::{Issuing, Leaf, at};
use crate::trust::{Holder, Validator};

/// Identifiers of the fields of a subject.
const CN: &str = "2.5.4.3";
const SERIAL_NUMBER: &str = "2.5.4.5";
const O: &str = "2.5.4.10";
const ORGANIZATION_IDENTIFIER: &str = "2.5.4.97";

pub(super) fn holders() -> [Arc<Holder>; 4] {
    let issuer = Issuing::root("AC DE PRUEBA");
    let validator = Validator::new().unwrap();
    validator.replace(vec![issuer.admitted()]).unwrap();
    let of = |serial: u64, subject: &[(&str, &str)]| {
        let certificate = issuer.issue(&Leaf::of(name(subject)).serial(serial));
        validator.validate_at(&certificate, at(0)).unwrap()
    };
    [
        of(
            2,
            &[
                (CN, "99999912Y PABLO LUNA (R: B99999120)"),
                (SERIAL_NUMBER, "IDCES-99999912Y"),
                (O, "HORNOS DEL SUR SL"),
                (ORGANIZATION_IDENTIFIER, "VATES-B99999120"),
            ],
        ),
        of(
            3,
            &[
                (CN, "99999923V INES VIDAL (R: A99999013)"),
                (SERIAL_NUMBER, "IDCES-99999923V"),
                (O, "TALLERES PISUERGA SA"),
                (ORGANIZATION_IDENTIFIER, "VATES-A99999013"),
            ],
        ),
        of(
            4,
            &[
                (CN, "ROBLES IBARRA MARTA - 99999901H"),
                (SERIAL_NUMBER, "IDCES-99999901H"),
            ],
        ),
        of(
            5,
            &[
                (CN, "PRADO GIL ANA - 99999945Q"),
                (SERIAL_NUMBER, "IDCES-99999945Q"),
            ],
        ),
    ]
}
