//! The tables of issued documents, and of those who have them verified.

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Date, Integer, Nullable, SmallInt, Text};
    use crate::store::columns::{Identificador, Instante};

    documentos_emitidos (id) {
        id -> BigInt,
        tipo -> SmallInt,
        codigo -> Integer,
        numero -> Nullable<BigInt>,
        cea -> Text,
        cea_fecha -> Date,
        cea_codigo -> Text,
        huella -> Binary,
        octetos -> Binary,
        emitido -> Instante,
        peticion -> Identificador,
        de_nuevo -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Integer};
    use crate::store::columns::Instante;

    cea_clave (unica) {
        unica -> Integer,
        clave -> Binary,
        desde -> Instante,
    }
}

diesel::table! {
    use diesel::sql_types::Binary;
    use crate::store::columns::Instante;

    cea_usados (marca) {
        marca -> Binary,
        hasta -> Instante,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Nullable};
    use crate::store::columns::Instante;

    cea_fallos (marca) {
        marca -> Binary,
        documento -> Nullable<Binary>,
        origen -> Binary,
        instante -> Instante,
    }
}
