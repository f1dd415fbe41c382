//! The tables of the journal: what was done, in which order, and the leaves of the log.

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Integer, Nullable, SmallInt, Text};
    use crate::store::columns::{Identificador, Instante};

    auditoria (id) {
        id -> BigInt,
        formato -> SmallInt,
        instante -> Instante,
        peticion -> Identificador,
        operacion -> Text,
        persona -> Nullable<Text>,
        entidad -> Nullable<Text>,
        emisor -> Text,
        serie -> Text,
        poderdante -> Nullable<Text>,
        resultado -> Text,
        detalle -> Text,
        evidencia -> Nullable<Binary>,
        hojas -> Integer,
        entradas -> Nullable<Binary>,
        hash -> Binary,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary};

    cadena (secuencia) {
        secuencia -> BigInt,
        asiento -> BigInt,
        anterior -> Binary,
        hash -> Binary,
        hojas -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Integer, Nullable};
    use crate::store::columns::Instante;

    auditoria_cabeza (unica) {
        unica -> Integer,
        secuencia -> BigInt,
        hash -> Binary,
        instante -> Nullable<Instante>,
        hojas -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Integer, SmallInt, Text};

    hojas (asiento, orden) {
        asiento -> BigInt,
        orden -> Integer,
        clase -> SmallInt,
        referencia -> Text,
        huella -> Binary,
    }
}

// In PostgreSQL alone.
diesel::table! {
    use diesel::sql_types::{BigInt, Integer};

    secuenciador (unica) {
        unica -> Integer,
        completo -> BigInt,
    }
}
