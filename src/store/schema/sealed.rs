//! The tables of sealed acuses.

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Integer};

    acuses_sellados (codigo) {
        codigo -> Integer,
        asiento -> BigInt,
        orden -> Integer,
        huella -> Binary,
        octetos -> Binary,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Integer};

    sellador (unica) {
        unica -> Integer,
        hasta -> BigInt,
    }
}
