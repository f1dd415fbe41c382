//! The address of the contract in each environment, and the files that are served there.

use notess::config;
use notess::contract::wscn::Entorno;
use notess::soap::wsdl::Contract;

use crate::common::{Backend, TestApp};

over_both_databases!(each_environment_has_its_own_address_and_files);

fn each_environment_has_its_own_address_and_files(backend: Backend) {
    let pairs = [
        (config::Entorno::Pruebas, Entorno::Pruebas),
        (config::Entorno::Produccion, Entorno::Produccion),
    ];
    for (set, entorno) in pairs {
        let app = TestApp::start_with(backend, |settings| settings.entorno = set);
        let address = app.url(entorno.path());
        let (status, wsdl) = app.get(&format!("{}?wsdl", entorno.path()));
        assert_eq!(status, 200);
        assert!(wsdl.contains(&format!("location=\"{address}\"")), "{wsdl}");
        assert!(
            wsdl.contains(&format!("schemaLocation=\"{address}?xsd=1\"")),
            "{wsdl}"
        );
        assert_eq!(
            Contract::parse(wsdl.as_bytes()).unwrap().operations().len(),
            5,
            "clients read what is served"
        );
        let (status, xsd) = app.get(&format!("{}?xsd=1", entorno.path()));
        assert_eq!(status, 200);
        let target = format!("targetNamespace=\"{}\"", entorno.namespace());
        assert!(xsd.contains(&target) && wsdl.contains(&target));
        let (status, page) = app.get(entorno.path());
        assert_eq!(status, 200);
        assert!(page.contains("lang=\"es\"") && page.contains(&address), "{page}");

        for (_, other) in pairs.iter().filter(|(_, other)| *other != entorno) {
            assert_eq!(app.get(other.path()).0, 404);
            assert_eq!(app.post(other.path(), "text/xml", b"<a/>").0, 404);
        }
    }
}
