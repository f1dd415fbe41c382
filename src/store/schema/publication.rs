//! The tables of publication: what may be published, what was before, and how far a load has got.

diesel::table! {
    use diesel::sql_types::{BigInt, Bool, Nullable, Text};
    use crate::store::columns::Instante;

    procedimientos (secuencia) {
        secuencia -> BigInt,
        codigo -> Text,
        entidad -> Text,
        materia -> Text,
        especial -> Bool,
        denominacion -> Text,
        neutra -> Text,
        desde -> Instante,
        hasta -> Nullable<Instante>,
        registrado -> Instante,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Text};
    use crate::store::columns::Instante;

    cargas (huella, clase) {
        huella -> Binary,
        clase -> Text,
        linea -> BigInt,
        cargadas -> BigInt,
        rechazadas -> BigInt,
        avanzada -> Instante,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Nullable, SmallInt};
    use crate::store::columns::{Identificador, Instante};

    historicas (codigo) {
        codigo -> Integer,
        estado -> SmallInt,
        instante -> Nullable<Instante>,
        peticion -> Identificador,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Bool, Integer, Nullable, SmallInt, Text};
    use crate::store::columns::{Identificador, Instante};

    practicadas (secuencia) {
        secuencia -> BigInt,
        codigo -> Integer,
        medio -> Text,
        estado -> SmallInt,
        instante -> Instante,
        referencia -> Nullable<Text>,
        rige -> Bool,
        antes_estado -> SmallInt,
        antes_instante -> Nullable<Instante>,
        registrado -> Instante,
        peticion -> Identificador,
    }
}
