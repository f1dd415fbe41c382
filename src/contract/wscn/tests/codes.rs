//! The one table of codes.

use chrono::{DateTime, Utc};

use crate::contract::wscn::acuse_code;
use crate::contract::wscn::certificate_code::certificate;
use crate::contract::wscn::code::{self, Coded};
use crate::contract::wscn::decode::{DecodeError, ParameterFault};
use crate::contract::wscn::message::{Member, Operation};
use crate::domain::acuse_solicitado::AcuseRefusal;
use crate::domain::denial::{Denial, Finality};
use crate::domain::nif::NifError;
use crate::domain::rol::Rol;
use crate::trust::{CrlFault, FieldRead, IdentityFault, KeyFault, Lacking, NifFault, PathFault, TrustError};

/// Every code that clients know.
fn known(codigo: u8) -> bool {
    matches!(codigo, 0..=27 | 100..=150)
}

fn number(coded: &Coded) -> u8 {
    assert!(known(coded.codigo.number()), "{coded:?}");
    assert!(!coded.descripcion.is_empty());
    coded.codigo.number()
}

fn by_role(denial: impl Fn(Rol) -> Denial, operation: Operation) -> [u8; 3] {
    Rol::ALL.map(|rol| number(&code::denial(operation, &denial(rol))))
}

#[test]
fn a_denial_has_its_code_by_role() {
    let op = Operation::SolicitarAcuse;
    let ended = |finality| by_role(|rol| Denial::Final { finality, rol }, op);
    assert_eq!(ended(Finality::Aceptada), [135, 138, 141]);
    assert_eq!(ended(Finality::Rechazada), [136, 139, 142]);
    assert_eq!(ended(Finality::Caducada), [137, 140, 143]);
    assert_eq!(
        by_role(|rol| Denial::Unknown { rol: Some(rol) }, op),
        [116, 117, 118]
    );
    assert_eq!(by_role(|rol| Denial::Undecided { rol }, op), [144, 145, 146]);
    assert_eq!(by_role(|rol| Denial::Rejected { rol }, op), [27, 27, 27]);
    assert_eq!(by_role(|rol| Denial::Lapsed { rol }, op), [137, 140, 143]);
    assert_eq!(number(&code::denial(op, &Denial::StaleWarning)), 119);
}

#[test]
fn who_is_not_represented_is_told_by_role_and_in_a_listing_through_red_otherwise() {
    let not_represented = |rol| Denial::NotRepresented {
        rol: Some(rol),
        numero: None,
    };
    assert_eq!(
        by_role(not_represented, Operation::ConsultarListado),
        [133, 134, 109]
    );
    for operation in [
        Operation::SolicitarAcuse,
        Operation::EnviarAcuse,
        Operation::VerNotificacion,
    ] {
        assert_eq!(by_role(not_represented, operation), [133, 117, 109]);
    }
}

#[test]
fn through_red_somebody_out_of_reach_cannot_be_told_from_an_unknown_notification() {
    let rol = Some(Rol::AutorizadoRed);
    let operation = Operation::VerNotificacion;
    let unknown = code::denial(operation, &Denial::Unknown { rol });
    assert_eq!(
        code::denial(operation, &Denial::NotRepresented { rol, numero: None }),
        unknown
    );
    let rol = Rol::AutorizadoRed;
    assert_eq!(code::decode_error(&DecodeError::NoSuchCode { rol }), unknown);
}

#[test]
fn a_wrong_parameter_is_133_and_names_its_member() {
    for fault in [
        ParameterFault::Missing,
        ParameterFault::Repeated,
        ParameterFault::NotANumber,
        ParameterFault::NotABoolean,
        ParameterFault::NotANif(NifError::Check),
        ParameterFault::NotANif(NifError::Form),
    ] {
        let member = Member::IdentificadorPoderdante;
        let coded = code::decode_error(&DecodeError::Parameter { member, fault });
        assert_eq!(number(&coded), 133);
        assert!(coded.descripcion.contains("identificadorPoderdante"));
    }
    for rol in [0, 4, -1] {
        assert_eq!(number(&code::decode_error(&DecodeError::UnknownRol(rol))), 112);
    }
    assert_eq!(number(&code::decode_error(&DecodeError::AcuseEncoding)), 16);
}

fn leido() -> FieldRead {
    FieldRead {
        campo: "serialNumber".to_owned(),
        valor: "***9990**".to_owned(),
    }
}

fn every_certificate_error() -> Vec<TrustError> {
    let at = DateTime::<Utc>::UNIX_EPOCH;
    let emisor = "CN=AC".to_owned();
    vec![
        TrustError::Unreadable,
        TrustError::SelfSigned,
        TrustError::NotAdmitted {
            emisor: emisor.clone(),
        },
        TrustError::NotSignedByIssuer { emisor },
        TrustError::BadPath(PathFault::PathLength),
        TrustError::WeakSignature {
            algoritmo: "1.2.3".to_owned(),
        },
        TrustError::IssuerNotYetAdmitted { desde: at },
        TrustError::IssuerNoLongerAdmitted { hasta: at },
        TrustError::IssuerOutOfValidity { desde: at, hasta: at },
        TrustError::NotYetValid { desde: at },
        TrustError::Expired { hasta: at },
        TrustError::IsCa,
        TrustError::KeyUsage,
        TrustError::Dates {
            fechas: "260101000000+0100".to_owned(),
        },
        TrustError::ExtendedKeyUsage {
            usos: vec!["1.3.6.1.5.5.7.3.1".to_owned()],
        },
        TrustError::WeakKey(KeyFault::ExplicitCurve),
        TrustError::WeakIssuerKey {
            emisor: "CN=AC".to_owned(),
            fault: KeyFault::Unreadable,
        },
        TrustError::Policy {
            politicas: Vec::new(),
        },
        TrustError::Revoked { since: at },
        TrustError::SealNotAdmitted { entidad: leido() },
    ]
}

#[test]
fn a_certificate_that_is_not_taken_is_1_in_a_message_and_23_in_an_acuse() {
    for error in every_certificate_error() {
        assert_eq!(number(&certificate(&error)), 1, "{error:?}");
        assert_eq!(number(&acuse_code::signer(&error)), 23, "{error:?}");
    }
}

#[test]
fn an_identity_that_cannot_be_read_is_17_where_there_is_none_and_110_where_it_is_wrong() {
    let none = IdentityFault::Ninguna {
        falta: Lacking::Persona,
        leidos: vec![leido()],
    };
    let wrong = IdentityFault::Incorrecta {
        leido: leido(),
        fault: NifFault::Control,
    };
    let discordant = IdentityFault::Discordantes {
        uno: leido(),
        otro: leido(),
    };
    for (fault, expected) in [
        (none, 17),
        (IdentityFault::Extranjera(leido()), 17),
        (wrong, 110),
        (discordant, 110),
    ] {
        let error = TrustError::Identity(fault);
        assert!(
            certificate(&error)
                .descripcion
                .contains("serialNumber «***9990**»")
        );
        assert_eq!(number(&certificate(&error)), expected);
        assert_eq!(number(&acuse_code::signer(&error)), expected);
    }
}

#[test]
fn what_the_client_cannot_mend_is_a_system_error() {
    let (emisor, reason) = ("CN=RAIZ, C=ES".to_owned(), CrlFault::Missing);
    for error in [
        TrustError::RevocationUnknown { emisor, reason },
        TrustError::Internal,
    ] {
        assert_eq!(number(&certificate(&error)), 100);
        assert_eq!(number(&acuse_code::signer(&error)), 100);
    }
}

#[test]
fn an_acuse_that_is_not_the_bearer_s_to_return_has_its_code() {
    assert_eq!(number(&acuse_code::refusal(AcuseRefusal::OtherSigner)), 24);
    assert_eq!(number(&acuse_code::refusal(AcuseRefusal::NotTheLast)), 119);
}

#[test]
fn what_only_a_fault_can_tell_has_its_code() {
    assert_eq!(number(&code::no_certificate("x")), 1);
    assert_eq!(number(&code::signature("x")), 2);
    assert_eq!(number(&code::unreadable("x")), 133);
    assert_eq!(number(&code::success()), 0);
}

#[test]
fn no_code_is_sent_that_clients_do_not_know() {
    assert!(!known(28) && !known(99) && !known(151));
}
