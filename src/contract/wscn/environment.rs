//! `Entorno`: production or test («pruebas»), which differ in names and in one element.
//!
//! There is one source of the contract, that of production; the other is derived from it, so that they cannot drift.

use crate::domain::coded::coded;

coded! {
    /// Which of the two environments a running service is.
    Entorno {
        /// What has legal effect.
        Produccion = "produccion",
        /// What is for trying.
        Pruebas = "pruebas",
    }
}

/// What begins a stretch of the files that only production has.
const ONLY_PRODUCTION: &str = "<!-- produccion -->";
/// What ends it.
const END: &str = "<!-- /produccion -->";

/// Names of production, and what stands for each in the test environment. Only whole names are replaced.
const RENAMED: &[(&str, &str)] = &[
    ("WSCN", "WSCNPruebas"),
    ("WSCNService", "WSCNPruebasService"),
    ("WSCNPort", "WSCNPruebasPort"),
    ("WSCNPortBinding", "WSCNPruebasPortBinding"),
    ("WSCNExcepcionSistema", "WSCNPruebasExcepcionSistema"),
    ("INFRWSCN", "INFRWSCN_Pruebas"),
];

impl Entorno {
    /// Namespace of the wrapper elements.
    #[must_use]
    pub fn namespace(self) -> &'static str {
        match self {
            Self::Produccion => "http://ws.wscn.infra.gi.org/",
            Self::Pruebas => "http://ws.pruebas.wscn.infra.gi.org/",
        }
    }

    /// Path of the service on the server.
    #[must_use]
    pub fn path(self) -> &'static str {
        match self {
            Self::Produccion => "/INFRWSCN/WSCNService",
            Self::Pruebas => "/INFRWSCN_Pruebas/WSCNPruebasService",
        }
    }

    /// Whether what is said in it has no legal effect.
    #[must_use]
    pub fn is_of_tests(self) -> bool {
        self == Self::Pruebas
    }

    /// Element of a fault's detail, which is also the name of its message and type.
    #[must_use]
    pub fn fault(self) -> &'static str {
        match self {
            Self::Produccion => "WSCNExcepcionSistema",
            Self::Pruebas => "WSCNPruebasExcepcionSistema",
        }
    }

    /// Whether the moment of the acuse is sent apart, in `selladoTiempoAcuse`: the test schema lacks it.
    #[must_use]
    pub fn stamps_acuse(self) -> bool {
        self == Self::Produccion
    }

    /// A file of the contract, given as production has it, as this environment has it.
    #[must_use]
    pub fn derive(self, production: &str) -> String {
        match self {
            Self::Produccion => production.to_owned(),
            Self::Pruebas => {
                let shared = without_production(production);
                renamed(&shared.replace(Self::Produccion.namespace(), Self::Pruebas.namespace()))
            }
        }
    }
}

fn without_production(text: &str) -> String {
    let mut parts = text.split(ONLY_PRODUCTION);
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        kept.push_str(part.split_once(END).map_or("", |(_, after)| after));
    }
    kept
}

fn renamed(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 16);
    let mut rest = text;
    let in_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    while let Some(start) = rest.find(in_name) {
        let (between, from) = rest.split_at(start);
        let (name, after) = from.split_at(from.find(|c| !in_name(c)).unwrap_or(from.len()));
        out.push_str(between);
        let replaced = RENAMED.iter().find(|(production, _)| *production == name);
        out.push_str(replaced.map_or(name, |(_, pruebas)| pruebas));
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::super::{SCHEMA, WSDL};
    use super::*;
    use crate::soap::wsdl::Contract;

    /// The attribute of the only element of that name, or of each.
    fn attributes(xml: &str, element: &str, attribute: &str) -> Vec<String> {
        let document = roxmltree::Document::parse(xml).unwrap();
        document
            .descendants()
            .filter(|node| node.tag_name().name() == element)
            .filter_map(|node| node.attribute(attribute).map(str::to_owned))
            .collect()
    }

    #[test]
    fn each_wsdl_has_exactly_the_names_of_its_environment() {
        for (entorno, stem, path) in [
            (Entorno::Produccion, "WSCN", "/INFRWSCN/WSCNService"),
            (
                Entorno::Pruebas,
                "WSCNPruebas",
                "/INFRWSCN_Pruebas/WSCNPruebasService",
            ),
        ] {
            let wsdl = entorno.derive(WSDL);
            let named = |element: &str| attributes(&wsdl, element, "name");
            assert_eq!(named("definitions"), [format!("{stem}Service")]);
            assert_eq!(named("service"), [format!("{stem}Service")]);
            assert_eq!(named("port"), [format!("{stem}Port")]);
            assert_eq!(named("portType"), [stem]);
            assert_eq!(named("binding"), [format!("{stem}PortBinding")]);
            assert_eq!(attributes(&wsdl, "binding", "type"), [format!("tns:{stem}")]);
            assert_eq!(
                attributes(&wsdl, "port", "binding"),
                [format!("tns:{stem}PortBinding")]
            );
            let fault = format!("{stem}ExcepcionSistema");
            assert_eq!(entorno.fault(), fault);
            assert!(named("fault").iter().all(|name| *name == fault));
            assert!(named("message").contains(&fault));
            assert_eq!(
                attributes(&wsdl, "definitions", "targetNamespace"),
                [entorno.namespace()]
            );
            assert_eq!(attributes(&wsdl, "import", "namespace"), [entorno.namespace()]);
            assert_eq!(
                attributes(&wsdl, "import", "schemaLocation"),
                ["../schemas/wscn.xsd"]
            );
            let contract = Contract::parse(wsdl.as_bytes()).unwrap();
            assert_eq!((contract.path(), entorno.path()), (path, path));
            for operation in contract.operations() {
                assert_eq!(operation.actions, [format!("urn:{}", operation.name)]);
                let elements = attributes(&wsdl, "part", "element");
                for element in [operation.name.clone(), format!("{}Response", operation.name)] {
                    assert!(elements.contains(&format!("tns:{element}")), "{element}");
                }
            }
        }
    }

    #[test]
    fn each_schema_compiles_and_only_production_stamps_the_acuse() {
        for entorno in Entorno::ALL.iter().copied() {
            let schema = entorno.derive(SCHEMA);
            crate::xml::schema::Schemas::compile(schema.as_bytes(), &[]).unwrap();
            let elements = attributes(&schema, "element", "name");
            assert_eq!(
                elements.contains(&"selladoTiempoAcuse".to_owned()),
                entorno.stamps_acuse()
            );
            assert!(elements.contains(&entorno.fault().to_owned()));
            assert_eq!(
                attributes(&schema, "schema", "targetNamespace"),
                [entorno.namespace()]
            );
            assert!(attributes(&schema, "schema", "elementFormDefault").is_empty());
        }
    }

    #[test]
    fn nothing_of_production_is_left_in_the_test_environment() {
        for file in [WSDL, SCHEMA] {
            let derived = Entorno::Pruebas.derive(file);
            assert!(!derived.contains(Entorno::Produccion.namespace()));
            assert!(
                !derived.contains("roduccion") && !derived.contains("roduction"),
                "{derived}"
            );
            for (production, _) in RENAMED {
                let whole = derived
                    .split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
                    .any(|name| name == *production);
                assert!(!whole, "{production}");
            }
        }
    }

    #[test]
    fn only_whole_names_are_replaced() {
        assert_eq!(
            renamed("WSCN WSCNx _WSCN-WSCN ñWSCNñ"),
            "WSCNPruebas WSCNx _WSCN-WSCNPruebas ñWSCNPruebasñ"
        );
        assert_eq!(
            without_production("a<!-- produccion -->b<!-- /produccion -->c"),
            "ac"
        );
    }
}
