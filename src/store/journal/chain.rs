//! The order of the journal: each row's number, and the hash that binds its content to all before it. A stored format, as
//! [`super::columns`] is.

use openssl::sha::Sha256;

use super::Head;
use crate::domain::notificacion::Huella;
use crate::store::columns::Micros;

/// Names the format.
const FORMAT: &[u8] = b"notess cadena 1\n";

/// The hash of a link: SHA-256 over the format, the hash before, the number in eight octets, the hash of the row's content, and
/// in eight octets how many leaves the log has up to this row and with it. All are of fixed length.
///
/// Of a row of the first format it is the row's own hash, which covers the one before.
pub(super) fn hash(anterior: Huella, secuencia: i64, contenido: Huella, hojas: i64) -> Huella {
    let mut sha = Sha256::new();
    sha.update(FORMAT);
    sha.update(&anterior.0);
    sha.update(&secuencia.to_be_bytes());
    sha.update(&contenido.0);
    sha.update(&hojas.to_be_bytes());
    Huella(sha.finish())
}

/// Where the journal ends.
#[derive(Debug, Clone, Copy)]
pub(in crate::store) struct End {
    pub(in crate::store) head: Head,
    /// The newest instant of a row, if there is one.
    pub(in crate::store) instante: Option<Micros>,
    /// How many leaves the log has.
    pub(in crate::store) hojas: i64,
}

/// What of a row decides where the journal ends behind it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Next {
    pub(super) asiento: i64,
    /// Of its content.
    pub(super) hash: Huella,
    /// How many leaves it has beside its own.
    pub(super) hojas: i32,
    pub(super) instante: Micros,
    /// Whether it says that an operator set time right, from where time goes on.
    pub(super) sets_time: bool,
}

impl End {
    /// The same, where there is a row of this instant that has no number.
    pub(super) fn not_before(self, newest: Option<Micros>) -> Self {
        Self {
            instante: self.instante.max(newest),
            ..self
        }
    }

    /// Where it ends behind one more row.
    pub(super) fn behind(&self, next: &Next) -> Self {
        let secuencia = self.head.secuencia + 1;
        let hojas = self.hojas + 1 + i64::from(next.hojas);
        Self {
            head: Head {
                secuencia,
                hash: hash(self.head.hash, secuencia, next.hash, hojas),
            },
            instante: if next.sets_time {
                Some(next.instante)
            } else {
                self.instante.max(Some(next.instante))
            },
            hojas,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand, as an auditor would compute it.
    #[test]
    fn the_hash_is_over_the_format_as_it_is_documented() {
        let mut octets = b"notess cadena 1\n".to_vec();
        octets.extend([3; 32]);
        octets.extend(258_i64.to_be_bytes());
        octets.extend([7; 32]);
        octets.extend(772_i64.to_be_bytes());
        let hash = hash(Huella([3; 32]), 258, Huella([7; 32]), 772);
        assert_eq!(hash, Huella(openssl::sha::sha256(&octets)));
    }

    #[test]
    fn time_goes_on_from_the_newest_row_or_from_where_an_operator_set_it() {
        let next = |instante, sets_time| Next {
            asiento: 1,
            hash: Huella([1; 32]),
            hojas: 2,
            instante: Micros::of_number(instante),
            sets_time,
        };
        let mut end = End {
            head: Head::NONE,
            instante: None,
            hojas: 0,
        };
        for (instante, sets_time, newest) in [(5, false, 5), (3, false, 5), (2, true, 2), (4, false, 4)] {
            end = end.behind(&next(instante, sets_time));
            assert_eq!(end.instante, Some(Micros::of_number(newest)));
        }
        assert_eq!((end.head.secuencia, end.hojas), (4, 12));
    }
}
