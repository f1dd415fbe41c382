//! What the hash of a journal row's content is over. A stored format: any change to it breaks whatever bears such a hash.

use openssl::sha::Sha256;
use uuid::Uuid;

use crate::domain::notificacion::Huella;

/// Names the first format, so that a hash of anything else cannot be taken for one of a journal row.
const FIRST: &[u8] = b"notess auditoria 1\n";
/// Names the second one.
const SECOND: &[u8] = b"notess auditoria 2\n";

/// The number of the first format, in which a row's hash is over its number and the hash of the row before too: one row had to
/// wait for the other.
pub(super) const FORMATO_1: i16 = 1;
/// The number of the second format, in which it is over the content alone, and the chain is apart ([`super::chain`]).
pub(super) const FORMATO_2: i16 = 2;

/// What a row of the journal says, as its columns hold it: what cannot be a NIF still has a hash, and then it is the wrong
/// one.
pub(super) struct Columns<'a> {
    /// Microseconds since 1970.
    pub(super) instante: i64,
    pub(super) peticion: Uuid,
    pub(super) operacion: &'a str,
    pub(super) persona: Option<&'a str>,
    pub(super) entidad: Option<&'a str>,
    pub(super) emisor: &'a str,
    pub(super) serie: &'a str,
    pub(super) poderdante: Option<&'a str>,
    pub(super) resultado: &'a str,
    pub(super) detalle: &'a str,
    pub(super) evidencia: Option<Huella>,
}

impl Columns<'_> {
    /// SHA-256 of the first format: its name, the hash before, and number and columns.
    pub(super) fn first(&self, anterior: Huella, secuencia: i64) -> Huella {
        let mut hashed = Hashed::of(FIRST);
        hashed.0.update(&anterior.0);
        hashed.column(Some(&secuencia.to_be_bytes()));
        hashed.columns(self);
        hashed.finish()
    }

    /// SHA-256 of the second format: its name, the columns, and what the row says of its leaves: how many, in four octets, and
    /// SHA-256 of their entries.
    pub(super) fn second(&self, hojas: i32, entradas: Option<Huella>) -> Huella {
        let mut hashed = Hashed::of(SECOND);
        hashed.columns(self);
        hashed.column(Some(&hojas.to_be_bytes()));
        hashed.column(entradas.as_ref().map(|huella| huella.0.as_slice()));
        hashed.finish()
    }
}

struct Hashed(Sha256);

impl Hashed {
    fn of(format: &[u8]) -> Self {
        let mut sha = Sha256::new();
        sha.update(format);
        Self(sha)
    }

    /// A zero octet for null, else a one, the length in eight octets and the value, so that no two rows are written alike.
    fn column(&mut self, value: Option<&[u8]>) {
        match value {
            None => self.0.update(&[0]),
            Some(octets) => {
                self.0.update(&[1]);
                self.0.update(&(octets.len() as u64).to_be_bytes());
                self.0.update(octets);
            }
        }
    }

    /// Each column in the order of the table.
    fn columns(&mut self, columns: &Columns<'_>) {
        self.column(Some(&columns.instante.to_be_bytes()));
        self.column(Some(columns.peticion.as_bytes()));
        self.column(Some(columns.operacion.as_bytes()));
        self.column(columns.persona.map(str::as_bytes));
        self.column(columns.entidad.map(str::as_bytes));
        self.column(Some(columns.emisor.as_bytes()));
        self.column(Some(columns.serie.as_bytes()));
        self.column(columns.poderdante.map(str::as_bytes));
        self.column(Some(columns.resultado.as_bytes()));
        self.column(Some(columns.detalle.as_bytes()));
        self.column(columns.evidencia.as_ref().map(|huella| huella.0.as_slice()));
    }

    fn finish(self) -> Huella {
        Huella(self.0.finish())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: Huella = Huella([0; 32]);

    fn columns() -> Columns<'static> {
        Columns {
            instante: 1_773_130_500_000_000,
            peticion: Uuid::from_u128(7),
            operacion: "firmarNotificaciones",
            persona: Some("12345678Z"),
            entidad: None,
            emisor: "CN=CA",
            serie: "01",
            poderdante: None,
            resultado: "ok",
            detalle: "{}",
            evidencia: None,
        }
    }

    /// A column by hand, as an auditor would write it: the format is a promise to those who keep old chains.
    fn present(octets: &mut Vec<u8>, value: &[u8]) {
        octets.push(1);
        octets.extend((value.len() as u64).to_be_bytes());
        octets.extend(value);
    }

    fn columns_by_hand(octets: &mut Vec<u8>) {
        present(octets, &1_773_130_500_000_000_i64.to_be_bytes());
        present(octets, Uuid::from_u128(7).as_bytes());
        present(octets, b"firmarNotificaciones");
        present(octets, b"12345678Z");
        octets.push(0);
        present(octets, b"CN=CA");
        present(octets, b"01");
        octets.push(0);
        present(octets, b"ok");
        present(octets, b"{}");
        octets.push(0);
    }

    #[test]
    fn the_hash_is_over_the_first_format_as_it_is_documented() {
        let mut octets = b"notess auditoria 1\n".to_vec();
        octets.extend([0; 32]);
        present(&mut octets, &1_i64.to_be_bytes());
        columns_by_hand(&mut octets);
        assert_eq!(columns().first(BEFORE, 1), Huella(openssl::sha::sha256(&octets)));
    }

    #[test]
    fn the_hash_is_over_the_second_format_as_it_is_documented() {
        let mut octets = b"notess auditoria 2\n".to_vec();
        columns_by_hand(&mut octets);
        let mut without = octets.clone();
        present(&mut without, &0_i32.to_be_bytes());
        without.push(0);
        assert_eq!(columns().second(0, None), Huella(openssl::sha::sha256(&without)));
        present(&mut octets, &2_i32.to_be_bytes());
        present(&mut octets, &[9; 32]);
        let hash = columns().second(2, Some(Huella([9; 32])));
        assert_eq!(hash, Huella(openssl::sha::sha256(&octets)));
    }

    /// Of both formats.
    fn hashes(columns: &Columns<'_>) -> [Huella; 2] {
        [columns.first(BEFORE, 1), columns.second(0, None)]
    }

    #[test]
    fn rows_that_say_something_else_have_another_hash() {
        let moved = Columns {
            emisor: "CN=CA0",
            serie: "1",
            ..columns()
        };
        let empty = Columns {
            poderdante: Some(""),
            ..columns()
        };
        let entity = Columns {
            persona: None,
            entidad: Some("12345678Z"),
            ..columns()
        };
        let all = [columns(), moved, empty, entity];
        let distinct: std::collections::HashSet<_> =
            all.iter().flat_map(hashes).map(|huella| huella.0).collect();
        assert_eq!(distinct.len(), 2 * all.len());
    }
}
