//! The revocation lists of those who issued the service's own certificates: kept beside what is signed with them, so that whoever
//! verifies it later needs to fetch nothing.

use std::path::Path;

use super::admitted::CaCertificate;
use super::crl::Crl;
use super::crl_file::fault;
use super::crl_place::Place;
use super::error::CrlFault;
use super::pem;

/// The lists in a place (a file, a folder or a pattern) that one of `issuers` signed, in DER. It is read now. That there is none
/// is an error: the first that was met.
pub fn lists_of(place: &Path, issuers: &[CaCertificate]) -> Result<Vec<Vec<u8>>, CrlFault> {
    let mut lists = Vec::new();
    let mut met = None;
    for (path, _) in Place::new(place.to_owned()).look()?.files {
        let read = std::fs::read(&path).map_err(|error| fault(&error));
        let came = read.and_then(|octets| {
            pem::each(&octets, pem::CRL, |der| {
                signed_by_one(der, issuers)?;
                lists.push(der.to_vec());
                Ok(())
            })
        });
        if let Err(fault) = came {
            met.get_or_insert(fault);
        }
    }
    if lists.is_empty() {
        Err(met.unwrap_or(CrlFault::Missing))
    } else {
        Ok(lists)
    }
}

fn signed_by_one(der: &[u8], issuers: &[CaCertificate]) -> Result<(), CrlFault> {
    let mut met = CrlFault::OtherIssuer;
    for issuer in issuers {
        match Crl::read(der, issuer) {
            Ok(_) => return Ok(()),
            Err(CrlFault::OtherIssuer) => {}
            Err(fault) => met = fault,
        }
    }
    Err(met)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trust::testing::Issuing;
    use crate::trust::testing::crl::List;

    #[test]
    fn only_lists_of_those_issuers_are_given_and_none_is_an_error() {
        let (one, other) = (Issuing::root("RAIZ"), Issuing::root("OTRA"));
        let folder = tempfile::tempdir().unwrap();
        let list = one.list(&List::of(-1, 30));
        std::fs::write(folder.path().join("raiz.crl"), &list).unwrap();
        let issuers = |root: &Issuing| vec![CaCertificate::inspect(root.der()).unwrap()];
        let file = folder.path().join("raiz.crl");
        for place in [folder.path(), &file, &folder.path().join("*.crl")] {
            assert_eq!(lists_of(place, &issuers(&one)), Ok(vec![list.clone()]));
            assert_eq!(lists_of(place, &issuers(&other)), Err(CrlFault::OtherIssuer));
        }
        let none = folder.path().join("otra.crl");
        assert_eq!(lists_of(&none, &issuers(&one)), Err(CrlFault::Missing));
        std::fs::write(&none, "nothing").unwrap();
        assert_eq!(lists_of(&none, &issuers(&one)), Err(CrlFault::Unreadable));
    }
}
