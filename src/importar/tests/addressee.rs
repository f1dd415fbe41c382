//! Whom a line names.

use super::*;

#[test]
fn an_act_that_names_another_nif_than_its_subject_is_not_published() {
    let named = |kind, nif| reasons(&[(3, kind), (4, nif)]);
    for kind in ["NIF", ""] {
        assert_eq!(named(kind, "99999901H"), [Reason::OtherAddressee]);
        assert_eq!(named(kind, "1099999901H"), [Reason::OtherAddressee]);
        assert_eq!(named(kind, "B-99999120"), []);
    }
    // Nothing can be said of a subject that cannot be read.
    let found = reasons(&[(1, ""), (3, "NIF"), (4, "99999901H")]);
    assert_eq!(found, [Reason::Missing("nif")]);
}

#[test]
fn an_ipf_is_converted() {
    let notificacion = published(&[(1, "1099999901H"), (3, "NIF"), (4, "10-99999901-H"), (7, "4.1.b")]);
    assert_eq!(notificacion.sujeto.as_str(), "99999901H");
    assert_eq!(notificacion.destinatario, "99999901H");
}
