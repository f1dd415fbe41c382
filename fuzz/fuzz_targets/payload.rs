//! What an admitted client can still do: payloads of any kind are understood or explained, acuses that come back are looked
//! at, and nothing panics.
#![no_main]

use std::cell::Cell;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use notess::contract::canal::{self, Operation, decode, message_code, request_code};
use notess::contract::wscn;
use notess::contract::wscn::decode::{PoderdanteVacio, Request};
use notess::contract::wscn::message::Message;
use notess::contract::wscn::submitted;
use notess::domain::operation::PageSize;
use notess::signature::Policy;
use notess::xml::schema::Schemas;
use notess::xml::{Limits, screen};

static SCHEMAS: LazyLock<Schemas> = LazyLock::new(|| Schemas::compile(canal::SCHEMA, &[]).unwrap());

fuzz_target!(|octets: &[u8]| {
    let Ok(screened) = screen(octets, &Limits::MESSAGE) else {
        return;
    };
    as_canal(screened.octets());
    as_wscn(screened.octets());
    as_acuse(octets);
});

fn as_canal(payload: &[u8]) {
    let Ok(operation) = Operation::of(payload) else {
        return;
    };
    match SCHEMAS.validate(payload) {
        Ok(()) => {
            if let Err(error) = decode::decode(operation, payload) {
                drop(request_code::decode_error(&error));
            }
        }
        Err(violation) => {
            drop(message_code::schema(&violation));
            if let Some(error) = decode::explain(operation, payload) {
                drop(request_code::decode_error(&error));
            }
        }
    }
}

fn as_wscn(payload: &[u8]) {
    let Ok(message) = Message::read(payload) else {
        return;
    };
    let _ = message.echo();
    for vacio in [PoderdanteVacio::Rechazar, PoderdanteVacio::Todos] {
        match message.request(vacio, PageSize::default()) {
            Ok(Request::EnviarAcuse(sent)) => as_acuse(&sent.octetos),
            Ok(_) => (),
            Err(error) => drop(wscn::code::decode_error(&error)),
        }
    }
}

fn as_acuse(octets: &[u8]) {
    let _ = submitted::claimed_codigo(octets);
    // The seal is the service's: here, the first signature that brings a certificate.
    let own = Cell::new(true);
    let policy = Policy::wscn().of_acuses();
    let _ = submitted::inspect(octets, |_| own.replace(false), &policy);
}
