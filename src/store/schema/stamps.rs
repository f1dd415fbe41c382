//! The table of time stamps.

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Text};
    use crate::store::columns::Instante;

    sellos (secuencia) {
        secuencia -> BigInt,
        tamano -> BigInt,
        documento -> Binary,
        token -> Binary,
        instante -> Instante,
        recibido -> Instante,
        tsa -> Text,
    }
}
