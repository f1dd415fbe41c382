//! The tables of the published log.

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Text};

    puntos (orden) {
        orden -> BigInt,
        origen -> Text,
        tamano -> BigInt,
        raiz -> Binary,
        nota -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, SmallInt};

    teselas (nivel, numero) {
        nivel -> SmallInt,
        numero -> BigInt,
        raiz -> Binary,
    }
}
