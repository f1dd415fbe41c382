//! An acceptance: an acuse is asked for, and comes back with the client's signature beside the service's.

use notess::domain::nif::Nif;
use notess::xml::write::{Canonical, base64_length};

use super::cosign::{Cosigned, cosign};
use super::measure;
use super::wire::{Answer, envio, solicitud};
use crate::crypto::Crypto;
use crate::served::{Measured, Served};
use crate::table::{line, rate, times};
use crate::world::{LargeClient, gestoria, signing_key};

/// Acceptances measured; each kind of request is made once more before the clock starts.
const ACCEPTANCES: usize = 400;

pub fn report(served: &Served, client: &LargeClient, key: &str, crypto: &Crypto) {
    let codes = client.pendientes.iter().take(ACCEPTANCES + 2);
    let requests: Vec<_> = codes.map(|codigo| solicitud(client.nif, *codigo)).collect();
    let requested = measure(served, &requests);
    let cosigned = cosign_each(served, &requested);
    let returns: Vec<_> = cosigned
        .iter()
        .map(|acuse| envio(client.nif, &acuse.document))
        .collect();
    let returned = measure(served, &returns);

    let digested = Digested::of(&cosigned, &returned);
    let raw_request = crypto.rsa_verify + crypto.sign(key) + crypto.digest(digested.on_request());
    print_raw("verify message; seal acuse", digested.on_request(), raw_request);
    print_cost("request for an acuse", requested.micros, raw_request);
    let raw_return = 2.0 * crypto.rsa_verify + crypto.verify(key) + crypto.digest(digested.on_return());
    print_raw(
        "verify message, seal, signature",
        digested.on_return(),
        raw_return,
    );
    print_cost(
        "return of it, signed: the acceptance",
        returned.micros,
        raw_return,
    );
    print_cost(
        "both requests of an acceptance",
        requested.micros + returned.micros,
        raw_request + raw_return,
    );
    rate(1, requested.wall_each() + returned.wall_each());
}

/// The client's work between the two requests, and what it sends back.
pub fn returns(served: &Served, poderdante: Nif, requested: &Measured) -> Vec<Canonical> {
    let cosigned = cosign_each(served, requested);
    let documents = cosigned.iter().map(|acuse| &acuse.document);
    documents.map(|document| envio(poderdante, document)).collect()
}

/// Signs each acuse that was given.
fn cosign_each(served: &Served, requested: &Measured) -> Vec<Cosigned> {
    let key = signing_key(gestoria(&served.scenario));
    let answers = requested.answers.iter();
    answers
        .map(|answer| cosign(&key, &Answer::read(answer).acuse()))
        .collect()
}

/// Octets of what the service digests for an acceptance: each a mean.
struct Digested {
    /// What both sign of an acuse.
    data: usize,
    /// An acuse with both signatures, as evidence.
    acuse: usize,
    /// The same in base64, as a message carries it.
    carried: usize,
    /// The document of the notification.
    documento: usize,
}

impl Digested {
    fn of(cosigned: &[Cosigned], returned: &Measured) -> Self {
        let documento = |answer: &Vec<u8>| Answer::read(answer).documento().len();
        Self {
            data: mean(cosigned.iter().map(|acuse| acuse.data)),
            acuse: mean(cosigned.iter().map(|acuse| acuse.document.len())),
            carried: mean(cosigned.iter().map(|acuse| base64_length(&acuse.document))),
            documento: mean(returned.answers.iter().map(documento)),
        }
    }

    /// The data for their record, and for the seal.
    fn on_request(&self) -> usize {
        2 * self.data
    }

    /// The data for each of the two signatures, and to find their record; the rest once.
    fn on_return(&self) -> usize {
        3 * self.data + self.carried + self.acuse + self.documento
    }
}

fn mean(sizes: impl ExactSizeIterator<Item = usize>) -> usize {
    let count = sizes.len();
    sizes.sum::<usize>() / count
}

fn print_raw(what: &str, digested: usize, micros: f64) {
    let kilo = digested as f64 / 1000.0;
    line(&format!("raw: {what}; digest {kilo:.1} KB"), micros, "");
}

fn print_cost(what: &str, micros: f64, raw: f64) {
    line(what, micros, &times(micros, raw));
}
