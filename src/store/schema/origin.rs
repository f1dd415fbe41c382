//! How a demonstration was made (`store::origin`), as far as it is of a place. No migration makes it.

diesel::table! {
    use diesel::sql_types::{Integer, Nullable, Text};

    origen_certificados_admitidos (id) {
        id -> Integer,
        nombre -> Text,
        crl -> Nullable<Text>,
    }
}
