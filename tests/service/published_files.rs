//! The files of both contracts, in the forms that toolkits ask for.
//!
//! Nothing here comes as far as a database.

use notess::contract::wscn::Entorno;
use notess::soap::wsdl::Contract;
use notess::xml::schema::Schemas;
use roxmltree::Document;

use crate::common::{Backend, TestApp};

const XSD: &str = "http://www.w3.org/2001/XMLSchema";
const CANAL: &str = "/canal/v1";

fn contracts() -> [&'static str; 2] {
    [CANAL, Entorno::Pruebas.path()]
}

fn file(app: &TestApp, target: &str) -> String {
    let (status, text) = app.get(target);
    assert_eq!(status, 200, "{target}: {text}");
    text
}

/// How many elements there are of a name, in whatever namespace of this beginning.
fn count(xml: &str, namespace: &str, name: &str) -> usize {
    let document = Document::parse(xml).unwrap();
    let is_it = |node: &roxmltree::Node| {
        node.tag_name().name() == name
            && node
                .tag_name()
                .namespace()
                .is_some_and(|of| of.starts_with(namespace))
    };
    document.descendants().filter(is_it).count()
}

#[test]
fn a_single_wsdl_has_the_schema_within_it() {
    let app = TestApp::start(Backend::Sqlite);
    for path in contracts() {
        let schema = file(&app, &format!("{path}?xsd=1"));
        let apart = file(&app, &format!("{path}?wsdl"));
        for query in ["singleWsdl", "SINGLEWSDL", "singlewsdl=", "wsdl&singleWsdl"] {
            let single = file(&app, &format!("{path}?{query}"));
            assert_eq!(count(&single, XSD, "import"), 0, "{single}");
            assert_eq!(count(&single, XSD, "schema"), 1);
            assert!(single.contains(&format!("location=\"{}\"", app.url(path))));
            let document = Document::parse(&single).unwrap();
            let within = document
                .descendants()
                .find(|node| node.has_tag_name((XSD, "schema")))
                .unwrap();
            let within = &single[within.range()];
            Schemas::compile(within.as_bytes(), &[]).unwrap();
            assert!(schema.ends_with(&format!("{within}\n")));
            let of = |wsdl: &str| Contract::parse(wsdl.as_bytes()).unwrap().operations().to_vec();
            assert_eq!(of(&single), of(&apart));
        }
    }
}

#[test]
fn a_wsdl_without_policy_has_everything_else() {
    let app = TestApp::start(Backend::Sqlite);
    let policies = |wsdl: &str| {
        let policy = "http://www.w3.org/ns/ws-policy";
        count(wsdl, policy, "Policy") + count(wsdl, policy, "PolicyReference")
    };
    for path in contracts() {
        for query in ["wsdl&politica=no", "politica=NO&wsdl", "wsdl=&Politica=no"] {
            let without = file(&app, &format!("{path}?{query}"));
            assert_eq!(policies(&without), 0, "{without}");
            assert!(without.contains(&format!("schemaLocation=\"{}?xsd=1\"", app.url(path))));
            assert!(without.contains(&format!("location=\"{}\"", app.url(path))));
        }
        let both = file(&app, &format!("{path}?singleWsdl&politica=no"));
        assert_eq!(policies(&both), 0);
        assert_eq!(count(&both, XSD, "import"), 0);
        let kept = [format!("{path}?wsdl"), format!("{path}?wsdl&politica=si")]
            .map(|target| policies(&file(&app, &target)));
        assert_eq!(kept.map(|found| found > 0), [path == CANAL; 2]);
    }
}

#[test]
fn files_have_the_address_that_the_operator_says() {
    let app = TestApp::start_with(Backend::Sqlite, |settings| {
        settings.servicio.url_publica = Some("https://n.example/".to_owned());
    });
    for path in contracts() {
        for query in ["wsdl", "singleWsdl", "wsdl&politica=no"] {
            let wsdl = file(&app, &format!("{path}?{query}"));
            assert!(
                wsdl.contains(&format!("location=\"https://n.example{path}\"")),
                "{wsdl}"
            );
            assert!(!wsdl.contains("localhost"));
            let imported = format!("schemaLocation=\"https://n.example{path}?xsd=1\"");
            assert_eq!(wsdl.contains(&imported), query != "singleWsdl");
        }
    }
}
