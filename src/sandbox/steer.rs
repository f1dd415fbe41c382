//! What the door does to a demonstration: its clock, how it was made, and what it does wrong on purpose. All of it blocks, while
//! no message is being answered.

use std::time::Instant;

use chrono::{DateTime, SecondsFormat, Utc};
use chrono_tz::Europe::Madrid;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::chain::Chain;
use crate::contract::canal;
use crate::contract::wscn::message;
use crate::store::{Desk, Operador};

use super::Sandbox;
use super::answer::Refused;
use super::faults::{NAMES, Order, named};
use super::fields::Fields;

/// By which name the journal knows whoever uses the door.
const OPERATOR: &str = "control";
/// How many messages an order may be for, at most.
const MOST_MESSAGES: u64 = 1_000_000;
/// How much later a message may be begun, at most: ten minutes.
const LONGEST: u64 = 600_000;
/// After how many octets an answer may be cut, at most.
const LARGEST: u64 = 1 << 30;

/// What a distance looks like.
const DISTANCE: &str = "ha de ser un signo y números de días, horas, minutos o segundos (+11d, -1d12h, +90s), y quedar a cien \
                        años como mucho del reloj de la máquina";
/// What an instant looks like.
const INSTANT: &str = "ha de ser un instante (2026-03-20T09:15:00+01:00 o, en hora peninsular, 2026-03-20 09:15) o un día, y \
                       quedar a cien años como mucho del reloj de la máquina";

impl Sandbox {
    /// The store, as somebody's of whom the journal tells what he did.
    pub(super) fn desk(&self) -> Desk<'_> {
        let operador = Operador {
            nombre: OPERATOR.to_owned(),
            cuenta: None,
        };
        Desk::new(
            self.channel.store(),
            operador,
            Uuid::now_v7(),
            &self.time.official,
        )
    }

    /// What the clock says.
    pub(super) fn clock(&self) -> Value {
        let official = (self.time.official)();
        let ahead = (self.time.ahead)();
        json!({
            "oficial": told(official),
            "maquina": told(official - ahead),
            "adelanto_segundos": ahead.num_seconds(),
        })
    }

    /// Tells it another time. What has lapsed by it is written down before it is answered.
    pub(super) fn tell_time(&self, body: &[u8]) -> Result<Value, Refused> {
        let mut fields = Fields::read(body)?;
        let (avance, instante) = (fields.text("avance"), fields.text("instante"));
        let by = match (&avance, &instante) {
            (Some(avance), None) => {
                let by = (self.time.moved)(avance);
                if by.is_none() {
                    fields.refuse("avance", DISTANCE);
                }
                by
            }
            (None, Some(instante)) => {
                let by = (self.time.at)(instante);
                if by.is_none() {
                    fields.refuse("instante", INSTANT);
                }
                by
            }
            (Some(_), Some(_)) => {
                fields.refuse("instante", "ha de ir «avance» o «instante», y no los dos");
                None
            }
            (None, None) => {
                if fields.is_sound() {
                    fields.refuse("avance", "falta, y también «instante»: ha de ir uno de los dos");
                }
                None
            }
        };
        let by = fields.finish(&["avance", "instante"], by)?;
        let before = (self.time.ahead)();
        (self.time.tell)(by).map_err(|error| Refused::failed(Chain(&*error).to_string()))?;
        let lapsed = self.settle().inspect_err(|_| {
            // What could not be taken in was not told: it has the time that it had.
            drop((self.time.tell)(before));
        })?;
        let mut clock = self.clock();
        clock["caducadas"] = lapsed.into();
        Ok(clock)
    }

    /// Takes in a time that it was told; gives how many terms have lapsed by it.
    fn settle(&self) -> Result<usize, Refused> {
        self.desk().accept_clock().map_err(|error| failed(&error))?;
        self.channel.settle_clock().map_err(|error| failed(&error))?;
        self.channel.lapse().map_err(|error| failed(&error))
    }

    /// Puts it back to how it was made, by the clock that it had at the start, with nothing done wrong any more.
    pub(super) fn put_back(&self) -> Result<Value, Refused> {
        let began = Instant::now();
        self.channel.put_back().map_err(|error| failed(&error))?;
        self.faults.clear();
        (self.time.tell)(self.time.at_first).map_err(|error| Refused::failed(Chain(&*error).to_string()))?;
        self.channel.settle_clock().map_err(|error| failed(&error))?;
        Ok(json!({
            "reloj": self.clock(),
            "milisegundos": u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
        }))
    }

    /// What it is to do wrong.
    pub(super) fn orders(&self) -> Value {
        self.faults
            .all()
            .iter()
            .map(Order::told)
            .collect::<Vec<_>>()
            .into()
    }

    /// Has it do something wrong.
    pub(super) fn order(&self, body: &[u8]) -> Result<Value, Refused> {
        let mut fields = Fields::read(body)?;
        let name = fields.text("fallo");
        let operacion = fields.text("operacion");
        let mensajes = fields.number("mensajes", 1..=MOST_MESSAGES);
        let milisegundos = fields.number("milisegundos", 1..=LONGEST);
        let octeto = fields.number("octeto", 0..=LARGEST);
        let known = operations();
        if operacion
            .as_deref()
            .is_some_and(|wanted| !known.contains(&wanted))
        {
            fields.refuse(
                "operacion",
                format!("no hay tal operación; las que hay: {}", known.join(", ")),
            );
        }
        let name = name.unwrap_or_default();
        let fault = named(
            &name,
            milisegundos.unwrap_or_default(),
            octeto.unwrap_or_default(),
        );
        if fault.is_none() && fields.is_sound() {
            fields.refuse(
                "fallo",
                format!("no hay tal fallo; los que hay: {}", NAMES.join(", ")),
            );
        }
        for (field, given, of) in [
            ("milisegundos", milisegundos.is_some(), "lento"),
            ("octeto", octeto.is_some(), "conexion_cortada"),
        ] {
            if given && name != of {
                fields.refuse(field, format!("sólo va con «{of}»"));
            } else if !given && name == of && fields.is_sound() {
                fields.refuse(field, format!("falta, y «{of}» lo necesita"));
            }
        }
        let order = fault.map(|fault| Order {
            fault,
            operacion,
            mensajes: mensajes.and_then(|count| count.try_into().ok()).unwrap_or(1),
        });
        let known = ["fallo", "operacion", "mensajes", "milisegundos", "octeto"];
        self.faults.add(fields.finish(&known, order)?)?;
        Ok(self.orders())
    }

    /// Takes back all that it is to do wrong.
    pub(super) fn no_orders(&self) -> Value {
        self.faults.clear();
        self.orders()
    }
}

/// The operations of both contracts.
fn operations() -> Vec<&'static str> {
    let canal = canal::Operation::ALL.map(canal::Operation::name);
    let wscn = message::Operation::ALL.map(message::Operation::name);
    canal.into_iter().chain(wscn).collect()
}

/// An instant, as it is told.
fn told(at: DateTime<Utc>) -> String {
    at.with_timezone(&Madrid)
        .to_rfc3339_opts(SecondsFormat::Secs, false)
}

pub(super) fn failed(error: &(dyn std::error::Error + 'static)) -> Refused {
    Refused::failed(Chain(error).to_string())
}
