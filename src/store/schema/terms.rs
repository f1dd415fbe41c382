//! The tables of terms: calendars, outages, how far a new count has got, and lapses that were taken back.

diesel::table! {
    use diesel::sql_types::{BigInt, Integer, Text};
    use crate::store::columns::Instante;

    calendarios (secuencia) {
        secuencia -> BigInt,
        anyo -> Integer,
        ambito -> Text,
        dias -> Text,
        fuente -> Text,
        registrado -> Instante,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Text};
    use crate::store::columns::Instante;

    incidencias (secuencia) {
        secuencia -> BigInt,
        desde -> Instante,
        hasta -> Instante,
        motivo -> Text,
        registrado -> Instante,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Text};
    use crate::store::columns::Instante;

    incidencias_anuladas (incidencia) {
        incidencia -> BigInt,
        motivo -> Text,
        registrado -> Instante,
    }
}

diesel::table! {
    use diesel::sql_types::{Bool, Integer, Nullable};
    use crate::store::columns::Instante;

    plazos (unica) {
        unica -> Integer,
        prorroga -> Bool,
        cambiados -> Nullable<Instante>,
        tras_caduca -> Nullable<Instante>,
        tras_codigo -> Nullable<Integer>,
    }
}

diesel::table! {
    use diesel::sql_types::Integer;
    use crate::store::columns::{Identificador, Instante};

    caducidades_anuladas (codigo, caducidad) {
        codigo -> Integer,
        caducidad -> Identificador,
        caduca -> Instante,
        registrado -> Instante,
        peticion -> Identificador,
    }
}
