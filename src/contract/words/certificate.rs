//! What is wrong with a certificate's key or identity, in the words that clients of both contracts are given. The codes
//! are each contract's own.

use chrono::{DateTime, Utc};
use chrono_tz::Europe::Madrid;

use crate::domain::plazo;
use crate::trust::{FieldRead, IdentityFault, KeyFault, Lacking, NifFault, PathFault};

/// What a key is and what it should be, after «la clave …».
pub(in crate::contract) fn key(fault: &KeyFault) -> String {
    match fault {
        KeyFault::Unreadable => "no puede leerse".to_owned(),
        KeyFault::ExplicitCurve => {
            "es EC con los parámetros de la curva escritos uno a uno (explícitos), y ha de nombrar la \
                                    curva, como pide la RFC 5480"
                .to_owned()
        }
        KeyFault::Curve { curva } => format!("es EC sobre la curva {curva}, y ha de ser P-256 o P-384"),
        KeyFault::RsaShort { bits, minimo } => {
            format!("es RSA de {bits} bits, y ha de tener {minimo} o más")
        }
        KeyFault::RsaLong { bits } => format!("es RSA de {bits} bits, más de los 8192 que se admiten"),
        KeyFault::RsaExponent { exponente } => format!(
            "es RSA con exponente público {exponente}, y ha de ser impar, no menor que 65537 y de 64 bits como mucho"
        ),
        KeyFault::Kind => "no es RSA ni EC".to_owned(),
    }
}

/// What a certificate must be signed with, and what it is.
pub(in crate::contract) fn signed_with(algoritmo: &str) -> String {
    let name = match algoritmo {
        "1.2.840.113549.1.1.2" | "1.2.840.113549.1.1.3" | "1.2.840.113549.1.1.4" => {
            "RSA con MD2, MD4 o MD5, "
        }
        "1.2.840.113549.1.1.5" | "1.3.14.3.2.29" => "RSA con SHA-1, ",
        "1.2.840.113549.1.1.10" => "RSASSA-PSS, ",
        "1.2.840.113549.1.1.14" => "RSA con SHA-224, ",
        "1.2.840.10040.4.3" => "DSA con SHA-1, ",
        "1.2.840.10045.4.1" => "ECDSA con SHA-1, ",
        "1.2.840.10045.4.3.1" => "ECDSA con SHA-224, ",
        "1.3.101.112" => "Ed25519, ",
        "1.3.101.113" => "Ed448, ",
        _ => "",
    };
    format!(
        "está firmado con {name}{algoritmo}, y ha de estarlo con RSA (PKCS#1 v1.5) o ECDSA y SHA-256, SHA-384 o SHA-512"
    )
}

/// Which rule of RFC 5280 a path breaks, after «la cadena del certificado …».
pub(in crate::contract) fn path(fault: PathFault) -> &'static str {
    match fault {
        PathFault::PathLength => "es más larga de lo que permite una de sus autoridades",
        PathFault::NotCa => "pasa por un certificado que no es el de una autoridad",
        PathFault::CriticalExtension => "lleva una extensión crítica que no se conoce",
        PathFault::NameConstraint => "lleva un nombre que una de sus autoridades no puede certificar",
        PathFault::PolicyConstraint => "no cumple las políticas que exige una de sus autoridades",
        PathFault::Other(_) => "no cumple la RFC 5280",
    }
}

/// Which field was read, what it held and what was expected.
pub(in crate::contract) fn identity(fault: &IdentityFault) -> String {
    match fault {
        IdentityFault::Ninguna { falta, leidos } => none(*falta, leidos),
        IdentityFault::Extranjera(leido) => format!(
            "el campo {} es un identificador de otro país, y se esperaba un NIF español",
            told(leido)
        ),
        IdentityFault::Incorrecta { leido, fault } => format!(
            "el campo {} no es un NIF correcto: {}",
            told(leido),
            match fault {
                NifFault::Control => "su carácter de control no corresponde",
                NifFault::Form => "no tiene la forma de un NIF",
                NifFault::OfEntity =>
                    "tras IDCES- o PNOES- se espera el NIF de una persona, y es el de una entidad",
            }
        ),
        IdentityFault::Discordantes { uno, otro } => format!(
            "los campos {} y {} no coinciden, y han de identificar a lo mismo",
            told(uno),
            told(otro)
        ),
    }
}

fn none(falta: Lacking, leidos: &[FieldRead]) -> String {
    let expected = match falta {
        Lacking::Persona => {
            "no lleva el NIF de una persona donde se lee: en serialNumber, solo o tras IDCES-, PNOES- o TINES-; si no, en \
             1.3.6.1.4.1.5734.1.4 o UID del nombre alternativo, o en 1.3.6.1.4.1.18838.1.1"
        }
        Lacking::Entidad => {
            "se emitió a una persona para una entidad, y no lleva el NIF de esta donde se lee: en organizationIdentifier, \
             solo o tras VATES-; si no, en 1.3.6.1.4.1.5734.1.7 del nombre alternativo o en 1.3.6.1.4.1.17326.30.3"
        }
    };
    if leidos.is_empty() {
        return format!("{expected}. No lleva ninguno de esos campos");
    }
    let leidos: Vec<String> = leidos.iter().map(told).collect();
    format!("{expected}. Se leyó {}", leidos.join("; "))
}

/// A field and its value, as much of it as may be told (D-116).
pub(in crate::contract) fn told(FieldRead { campo, valor }: &FieldRead) -> String {
    format!("{campo} «{valor}»")
}

/// An instant by Spain's clocks, with how far they are from UTC.
pub(in crate::contract) fn shown(at: DateTime<Utc>) -> String {
    plazo::of_our_era(at)
        .with_timezone(&Madrid)
        .format("%d-%m-%Y %H:%M:%S %:z (hora peninsular)")
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_told_with_its_zone_in_winter_and_in_summer() {
        let at = |text: &str| shown(text.parse().unwrap());
        assert_eq!(
            at("2026-01-15T10:00:00Z"),
            "15-01-2026 11:00:00 +01:00 (hora peninsular)"
        );
        assert_eq!(
            at("2026-07-15T10:00:00Z"),
            "15-07-2026 12:00:00 +02:00 (hora peninsular)"
        );
    }

    #[test]
    fn what_a_certificate_is_signed_with_is_told_by_name_and_number() {
        let text = signed_with("1.2.840.113549.1.1.5");
        assert!(
            text.contains("RSA con SHA-1, 1.2.840.113549.1.1.5, y ha de estarlo con"),
            "{text}"
        );
        let text = signed_with("1.2.3");
        assert!(text.contains("firmado con 1.2.3, y ha de"), "{text}");
    }

    #[test]
    fn a_refusal_names_the_field_its_value_and_what_was_expected() {
        let leido = |campo: &str, valor: &str| FieldRead {
            campo: campo.to_owned(),
            valor: valor.to_owned(),
        };
        let text = identity(&IdentityFault::Ninguna {
            falta: Lacking::Persona,
            leidos: vec![leido("serialNumber", "PASES-*****3456")],
        });
        for part in ["serialNumber «PASES-*****3456»", "IDCES-", "1.3.6.1.4.1.5734.1.4"] {
            assert!(text.contains(part), "{text}");
        }
        let text = identity(&IdentityFault::Discordantes {
            uno: leido("serialNumber", "***9990**"),
            otro: leido("commonName", "***9991**"),
        });
        assert!(
            text.contains("serialNumber «***9990**» y commonName «***9991**»"),
            "{text}"
        );
    }
}
