//! The tables of successors.

diesel::table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::store::columns::Instante;

    sucesiones (secuencia) {
        secuencia -> BigInt,
        antecesor_nif -> Text,
        sucesor_nif -> Text,
        clase -> Text,
        entidad -> Text,
        desde -> Instante,
        hasta -> Nullable<Instante>,
        motivo -> Text,
        referencia -> Text,
        registrado -> Instante,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Text};
    use crate::store::columns::Instante;

    sucesiones_anuladas (sucesion) {
        sucesion -> BigInt,
        desde -> Instante,
        motivo -> Text,
        referencia -> Text,
        registrado -> Instante,
    }
}

diesel::joinable!(sucesiones_anuladas -> sucesiones (sucesion));
diesel::allow_tables_to_appear_in_same_query!(sucesiones, sucesiones_anuladas);
