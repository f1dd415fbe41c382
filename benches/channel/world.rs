//! The demonstration world as its gestoría knows it.

use std::collections::HashMap;
use std::fs;

use notess::demo::{Escenario, TitularEscenario};
use notess::domain::nif::Nif;
use notess::domain::notificacion::Codigo;
use notess::signature::SigningKey;

/// Notifications of the world: enough for ten large clients of a thousand each.
pub const NOTIFICATIONS: &str = "60000";

/// A client of the gestoría with a thousand pending or more.
pub struct LargeClient {
    pub nif: Nif,
    pub pendientes: Vec<Codigo>,
}

impl LargeClient {
    /// The first of its last so many codes.
    pub fn last(&self, count: usize) -> Codigo {
        let mut codes = self.pendientes.clone();
        codes.sort_unstable();
        codes[codes.len() - count]
    }
}

/// The gestoría, who has powers of many and asks for them all.
pub fn gestoria(scenario: &Escenario) -> &TitularEscenario {
    let mut titulares = scenario.titulares.iter();
    titulares
        .find(|titular| titular.p12.ends_with("gestoria.p12"))
        .expect("a gestoría")
}

pub fn signing_key(titular: &TitularEscenario) -> SigningKey {
    let read = |path| fs::read_to_string(path).expect("a PEM file");
    SigningKey::from_pem(&read(&titular.clave), &read(&titular.certificado)).expect("a key")
}

/// The gestoría's clients with most pending, by RED, with their codes.
pub fn large_clients(scenario: &Escenario) -> Vec<LargeClient> {
    let mut clients: HashMap<Nif, Vec<Codigo>> = HashMap::new();
    let represented = gestoria(scenario).poderdantes.iter();
    for of in represented.filter(|of| of.pendientes.len() >= 1000) {
        let codes = of.pendientes.iter().filter_map(|code| Codigo::new(*code));
        clients
            .entry(of.nif.parse().expect("a NIF"))
            .or_default()
            .extend(codes);
    }
    let mut clients: Vec<_> = clients
        .into_iter()
        .map(|(nif, pendientes)| LargeClient { nif, pendientes })
        .collect();
    clients.sort_by_key(|client| client.nif);
    clients
}
