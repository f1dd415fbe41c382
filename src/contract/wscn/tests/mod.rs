//! What the tests of this contract share: the two schemas, and what every answer must be.

mod acuse;
mod codes;
mod evidence;
mod documented;
mod requests;
mod responses;
mod sign;

use uuid::Uuid;

use super::encode::Answer;
use super::{Entorno, SCHEMA, contract};
use crate::xml::schema::Schemas;
use crate::xml::write::Canonical;

fn schema(entorno: Entorno) -> Schemas {
    Schemas::compile(entorno.derive(SCHEMA).as_bytes(), &[]).unwrap()
}

fn answer(entorno: Entorno) -> Answer {
    Answer {
        entorno,
        peticion: Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001),
    }
}

/// Asserts what every answer must be: valid, and canonical as it is.
fn assert_fit(entorno: Entorno, payload: &Canonical) -> String {
    assert_fit_octets(entorno, payload.octets())
}

fn assert_fit_octets(entorno: Entorno, octets: &[u8]) -> String {
    let text = std::str::from_utf8(octets).unwrap();
    assert_eq!(schema(entorno).validate(octets), Ok(()), "{text}");
    assert_eq!(crate::xml::write::tests::exclusive_canonical_form(octets), text);
    text.to_owned()
}

#[test]
fn the_operations_of_the_wsdl_are_those_that_are_handled() {
    for entorno in Entorno::ALL.iter().copied() {
        assert_eq!(contract(entorno).unwrap().operations().len(), 5);
    }
}
