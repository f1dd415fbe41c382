//! `Caller`: who asks, and what of the request must be kept.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::domain::advertencia::Advertencia;
use crate::domain::clock::{self, Disagreement};
use crate::domain::denial::Denial;
use crate::domain::firmante::Firmante;
use crate::domain::nif::Nif;
use crate::domain::notificacion::Huella;
use crate::domain::red::Emitidas;
use crate::store::journal::{self, Entry, Held};
use crate::store::{Durability, Store, StoreError, Writer, mensajes};
use crate::trust::{Holder, ListaConsultada};

use super::UseCaseError;

/// Official time, each time that it is asked.
pub type Clock<'a> = &'a dyn Fn() -> DateTime<Utc>;

/// Whether the clock may be believed at what it says, beside the newest instant of the journal.
pub type Believe<'a> = &'a dyn Fn(DateTime<Utc>, Option<DateTime<Utc>>) -> Result<(), Disagreement>;

/// What operations take from outside: time, chance, and the operator's choices.
pub struct Surroundings<'a> {
    /// Official time, asked at the moment that it matters (D-6, D-100).
    pub clock: Clock<'a>,
    /// A new identifier each time.
    pub ids: &'a dyn Fn() -> Uuid,
    /// The legal warning in force here (D-4).
    pub advertencia: &'a Advertencia,
    /// Whether an autorizado keeps what had been issued before he lost the addressee (D-32).
    pub emitidas: Emitidas,
    /// Whether the clock may be believed at what it says, beside the newest instant of the journal.
    pub believe: Believe<'a>,
    /// From when until when the certificate is valid with which the service signs what it decides and gives out.
    pub seal: Seal,
    /// That certificate, in DER.
    pub certificado: &'a [u8],
}

impl Surroundings<'_> {
    /// The instant of an act that decides, or gives out an acuse, asked for when the end of the journal is held and nothing is
    /// left to wait for. It is refused while the clock may not be believed, or no signature of the service's would hold.
    pub(super) fn decisive(&self, held: &Held) -> Result<DateTime<Utc>, UseCaseError> {
        let at = (self.clock)();
        (self.believe)(at, held.last())?;
        let at = clock::not_before(at, held.last());
        self.seal.check(at)?;
        Ok(at)
    }
}

/// The validity of the certificate with which the service signs: its first and its last instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seal {
    /// The first.
    pub from: DateTime<Utc>,
    /// The last.
    pub until: DateTime<Utc>,
}

impl Seal {
    /// Whether the service can sign at `at` so that it holds.
    #[must_use]
    pub fn in_force_at(self, at: DateTime<Utc>) -> bool {
        self.from <= at && at <= self.until
    }

    /// Refuses to decide, or to give an acuse, at an instant at which no signature of the service's would hold: what it
    /// decided then could not be shown. Nothing is recorded, so that the same message may come again.
    pub(super) fn check(self, at: DateTime<Utc>) -> Result<(), UseCaseError> {
        let Self { from, until } = self;
        if self.in_force_at(at) {
            Ok(())
        } else {
            Err(UseCaseError::SealNotInForce { from, until })
        }
    }
}

/// An identified caller with a verified message.
pub struct Caller<'a> {
    /// Whom the certificate speaks for, and which certificate it is.
    pub holder: &'a Holder,
    /// The request.
    pub peticion: Uuid,
    /// The operation's name, for the journal.
    pub operacion: &'a str,
    /// By what the message is known again, where it is taken once only.
    pub mark: Option<Mark>,
    /// The request as received, the evidence of what it decides.
    pub received: &'a [u8],
}

/// What tells a message from every other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// SHA-256 of its signature value.
    pub key: [u8; 32],
    /// Until when it could be taken again if it were not marked.
    pub until: DateTime<Utc>,
}

impl Caller<'_> {
    /// Who asks.
    #[must_use]
    pub fn firmante(&self) -> &Firmante {
        self.holder.firmante()
    }

    /// Marks the message as taken, within a transaction, if it may be taken once only.
    pub(super) fn take(&self, conn: &mut Writer) -> Result<(), UseCaseError> {
        match &self.mark {
            Some(mark) if !mensajes::see(conn, &mark.key, mark.until)? => Err(UseCaseError::Replayed),
            _ => Ok(()),
        }
    }

    /// Marks the message of an operation that changes nothing. Losing the mark in a power cut would let the same
    /// caller's own question be asked once more, which is not worth a disk flush for each listing.
    pub(super) fn take_reading(&self, store: &Store) -> Result<(), UseCaseError> {
        match &self.mark {
            Some(mark) if !store.take_reading(&mark.key, mark.until)? => Err(UseCaseError::Replayed),
            _ => Ok(()),
        }
    }

    /// Adds the row of this request to the journal, within a transaction.
    pub(super) fn journal(&self, conn: &mut Writer, act: Act<'_>) -> Result<(), StoreError> {
        let (instante, held) = match act.when {
            When::Decided(at, held) => (at, held),
            When::Recorded(clock) => {
                let held = journal::hold(conn)?;
                (clock::not_before(clock(), held.last()), held)
            }
        };
        let entry = Entry {
            instante,
            peticion: self.peticion,
            operacion: self.operacion.to_owned(),
            persona: self.firmante().persona(),
            entidad: self.firmante().entidad(),
            emisor: self.holder.emisor().to_owned(),
            serie: self.holder.serie().to_owned(),
            poderdante: act.poderdante,
            resultado: act.resultado.to_owned(),
            detalle: match act.evidencia {
                Some(_) => with_lists(act.detalle, self.holder.listas()),
                None => act.detalle,
            },
            evidencia: act.evidencia,
        };
        held.append(conn, &entry).map(drop)
    }

    /// Records that a message said nothing that could be carried out, and marks it as taken.
    pub fn refuse(&self, store: &Store, clock: Clock<'_>, resultado: &str) -> Result<(), UseCaseError> {
        store.write(Durability::Full, |conn| {
            self.take(conn)?;
            Ok(self.journal(conn, Act::refusal(clock, None, resultado))?)
        })
    }

    /// Records that an operation whose message was already taken was refused.
    pub(super) fn record_refusal(
        &self,
        store: &Store,
        clock: Clock<'_>,
        poderdante: Option<Nif>,
        resultado: &str,
    ) -> Result<(), StoreError> {
        store.write(Durability::Full, |conn| {
            self.journal(conn, Act::refusal(clock, poderdante, resultado))
        })
    }
}

/// When an act counts. Either way the end of the journal is held when the clock is asked, so that rows go with time.
pub(super) enum When<'a> {
    /// At an instant that was asked for while the end of the journal was held.
    Decided(DateTime<Utc>, Held),
    /// When its row is written.
    Recorded(Clock<'a>),
}

/// What a journal row says of the act itself.
pub(super) struct Act<'a> {
    pub(super) when: When<'a>,
    pub(super) poderdante: Option<Nif>,
    pub(super) resultado: &'a str,
    pub(super) detalle: Value,
    pub(super) evidencia: Option<Huella>,
}

impl<'a> Act<'a> {
    pub(super) fn refusal(clock: Clock<'a>, poderdante: Option<Nif>, resultado: &'a str) -> Self {
        Self {
            when: When::Recorded(clock),
            poderdante,
            resultado,
            detalle: Value::Null,
            evidencia: None,
        }
    }
}

/// What a row says of an act that decides, with the revocation lists by which the signer's certificate was good: whoever
/// keeps the lists can show later what each said (D-71).
fn with_lists(mut detalle: Value, listas: &[ListaConsultada]) -> Value {
    let listas = listas.iter().map(|lista| {
        json!({
            "huella": Huella(lista.huella).to_string(),
            "actualizada": lista.actualizada.to_rfc3339(),
        })
    });
    if let Value::Object(detalle) = &mut detalle {
        detalle.insert("listas".to_owned(), listas.collect());
    }
    detalle
}

/// The journal's word for a denial.
#[must_use]
pub fn resultado_of(denial: Denial) -> &'static str {
    match denial {
        Denial::NotRepresented { .. } => "sin_representacion",
        Denial::Unknown { .. } => "desconocida",
        Denial::Final { .. } => "ya_practicada",
        Denial::Undecided { .. } => "sin_acuse",
        Denial::Rejected { .. } => "rechazada",
        Denial::Lapsed { .. } => "caducada",
        Denial::StaleWarning => "advertencia_no_vigente",
        Denial::WarningOfElsewhere => "advertencia_de_otro_servicio",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_row_of_a_decision_names_the_revocation_lists_that_were_consulted() {
        let lista = ListaConsultada {
            huella: [0xab; 32],
            actualizada: DateTime::from_timestamp(1_773_000_000, 0).unwrap(),
        };
        assert_eq!(
            with_lists(json!({ "rol": 1 }), &[lista]),
            json!({
                "rol": 1,
                "listas": [{ "huella": "ab".repeat(32), "actualizada": "2026-03-08T20:00:00+00:00" }],
            })
        );
    }
}
