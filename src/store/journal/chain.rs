//! What the hash of a journal row is over. A stored format: any change to it breaks every chain there is.

use openssl::sha::Sha256;
use uuid::Uuid;

use crate::domain::notificacion::Huella;

/// Names the format, so that a hash of anything else cannot be taken for one of a journal row.
const FORMAT: &[u8] = b"notess auditoria 1\n";

/// A row of the journal, as its columns hold it: what cannot be a NIF still has a hash, and then it is the wrong one.
pub(super) struct Link<'a> {
    pub(super) anterior: Huella,
    pub(super) secuencia: i64,
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

impl Link<'_> {
    /// SHA-256 of the format, the hash before, and each column in the order of the table: a zero octet for null, else
    /// a one, the length in eight octets and the value, so that no two rows are written alike.
    pub(super) fn hash(&self) -> Huella {
        let mut sha = Sha256::new();
        sha.update(FORMAT);
        sha.update(&self.anterior.0);
        let mut column = |value: Option<&[u8]>| match value {
            None => sha.update(&[0]),
            Some(octets) => {
                sha.update(&[1]);
                sha.update(&(octets.len() as u64).to_be_bytes());
                sha.update(octets);
            }
        };
        column(Some(&self.secuencia.to_be_bytes()));
        column(Some(&self.instante.to_be_bytes()));
        column(Some(self.peticion.as_bytes()));
        column(Some(self.operacion.as_bytes()));
        column(self.persona.map(str::as_bytes));
        column(self.entidad.map(str::as_bytes));
        column(Some(self.emisor.as_bytes()));
        column(Some(self.serie.as_bytes()));
        column(self.poderdante.map(str::as_bytes));
        column(Some(self.resultado.as_bytes()));
        column(Some(self.detalle.as_bytes()));
        column(self.evidencia.as_ref().map(|huella| huella.0.as_slice()));
        Huella(sha.finish())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link() -> Link<'static> {
        Link {
            anterior: Huella([0; 32]),
            secuencia: 1,
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

    /// The same by hand, as an auditor would compute it: the format is a promise to those who keep old chains.
    #[test]
    fn the_hash_is_over_the_format_as_it_is_documented() {
        let mut octets = FORMAT.to_vec();
        octets.extend([0; 32]);
        let mut present = |value: &[u8]| {
            octets.push(1);
            octets.extend((value.len() as u64).to_be_bytes());
            octets.extend(value);
        };
        present(&1_i64.to_be_bytes());
        present(&1_773_130_500_000_000_i64.to_be_bytes());
        present(Uuid::from_u128(7).as_bytes());
        present(b"firmarNotificaciones");
        present(b"12345678Z");
        octets.push(0);
        let mut present = |value: &[u8]| {
            octets.push(1);
            octets.extend((value.len() as u64).to_be_bytes());
            octets.extend(value);
        };
        present(b"CN=CA");
        present(b"01");
        octets.push(0);
        let mut present = |value: &[u8]| {
            octets.push(1);
            octets.extend((value.len() as u64).to_be_bytes());
            octets.extend(value);
        };
        present(b"ok");
        present(b"{}");
        octets.push(0);
        assert_eq!(link().hash(), Huella(openssl::sha::sha256(&octets)));
    }

    #[test]
    fn moving_text_from_one_column_to_the_next_changes_the_hash() {
        let moved = Link {
            emisor: "CN=CA0",
            serie: "1",
            ..link()
        };
        assert_ne!(moved.hash(), link().hash());
    }

    #[test]
    fn null_and_empty_are_not_the_same() {
        let empty = Link {
            poderdante: Some(""),
            ..link()
        };
        assert_ne!(empty.hash(), link().hash());
    }

    #[test]
    fn a_person_and_an_entity_of_the_same_nif_are_not_the_same() {
        let entity = Link {
            persona: None,
            entidad: Some("12345678Z"),
            ..link()
        };
        assert_ne!(entity.hash(), link().hash());
    }
}
