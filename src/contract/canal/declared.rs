//! What the schema declares of the elements of a request, read from the schema itself: their types, whether they may be
//! left out, and which values they may have.

use std::fmt;
use std::sync::LazyLock;

use super::{NAMESPACE, SCHEMA};
use crate::xml::tree::Element;
use crate::xml::white::trim;
use crate::xml::{Limits, screen};

/// Namespace of XML Schema (part 1, §2.6).
pub(super) const XS: &str = "http://www.w3.org/2001/XMLSchema";

/// An element of a request.
#[derive(Debug)]
pub(super) struct Declared {
    /// The element of the operation in which it stands.
    operation: String,
    name: String,
    /// Its type: namespace and local name.
    pub(super) type_name: (&'static str, String),
    /// Whether it may be left out.
    pub(super) optional: bool,
    /// What values it may have.
    pub(super) allowed: Allowed,
}

/// The values of a simple type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Allowed {
    /// Whole numbers from one to another.
    Number(i64, i64),
    /// One of these.
    OneOf(Vec<String>),
    /// Texts of so many characters, from one to another.
    Length(usize, usize),
    /// What is for others to say.
    Any,
}

static DECLARED: LazyLock<Vec<Declared>> = LazyLock::new(|| {
    // It compiled as a schema when the service started.
    screen(SCHEMA, &Limits::MESSAGE).map_or_else(|_| Vec::new(), |schema| read(schema.root()))
});

/// What is declared of an element of an operation.
pub(super) fn of(operation: &str, name: &str) -> Option<&'static Declared> {
    DECLARED
        .iter()
        .find(|declared| declared.operation == operation && declared.name == name)
}

impl Allowed {
    /// Whether a text, of which `length` characters were written, is such a value.
    pub(super) fn takes(&self, text: &str, length: usize) -> bool {
        match self {
            Self::Number(least, most) => trim(text)
                .parse::<i64>()
                .is_ok_and(|number| (*least..=*most).contains(&number)),
            Self::OneOf(values) => values.iter().any(|value| value == text),
            Self::Length(least, most) => (*least..=*most).contains(&length),
            Self::Any => true,
        }
    }
}

impl fmt::Display for Allowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(least, most) => write!(f, "un entero de {least} a {most}"),
            Self::OneOf(values) => write!(f, "uno de {}", values.join(", ")),
            Self::Length(least, most) => write!(f, "un texto de {least} a {most} caracteres"),
            Self::Any => f.write_str("otro"),
        }
    }
}

fn read(schema: Element<'_, '_>) -> Vec<Declared> {
    let named = |element: Element<'_, '_>| element.attribute("", "name").unwrap_or_default().to_owned();
    let mut all = Vec::new();
    for operation in schema.children().filter(|child| child.is(XS, "element")) {
        let inside = operation.descendants().skip(1);
        for element in inside.filter(|inner| inner.is(XS, "element")) {
            let (prefix, local) = element
                .attribute("", "type")
                .and_then(|name| name.split_once(':'))
                .unwrap_or_default();
            let own = prefix == "tns";
            all.push(Declared {
                operation: named(operation),
                name: named(element),
                type_name: (if own { NAMESPACE } else { XS }, local.to_owned()),
                optional: element.attribute("", "minOccurs") == Some("0"),
                allowed: if own { allowed(schema, local) } else { Allowed::Any },
            });
        }
    }
    all
}

/// The values of a simple type of the schema; nothing is said of those of others.
fn allowed(schema: Element<'_, '_>, name: &str) -> Allowed {
    let is_type =
        |child: &Element<'_, '_>| child.is(XS, "simpleType") && child.attribute("", "name") == Some(name);
    let restriction = schema
        .children()
        .find(is_type)
        .and_then(|found| found.children().find(|child| child.is(XS, "restriction")));
    let Some(restriction) = restriction else {
        return Allowed::Any;
    };
    let values = |facet: &'static str| {
        restriction
            .children()
            .filter(move |child| child.is(XS, facet))
            .filter_map(|child| child.attribute("", "value"))
    };
    let number = |facet| values(facet).next().and_then(|value| value.parse().ok());
    let length = |facet| values(facet).next().and_then(|value| value.parse().ok());
    let one_of: Vec<String> = values("enumeration").map(str::to_owned).collect();
    if !one_of.is_empty() {
        Allowed::OneOf(one_of)
    } else if restriction.attribute("", "base") == Some("xs:int") {
        Allowed::Number(
            number("minInclusive").unwrap_or(i32::MIN.into()),
            number("maxInclusive").unwrap_or(i32::MAX.into()),
        )
    } else {
        length("maxLength").map_or(Allowed::Any, |most| {
            Allowed::Length(length("minLength").unwrap_or(0), most)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_elements_of_requests_are_read_from_the_schema() {
        let rol = of("consultarNotificaciones", "rol").unwrap();
        assert_eq!(rol.type_name, (NAMESPACE, "Rol".to_owned()));
        assert!(rol.optional);
        assert_eq!(rol.allowed, Allowed::Number(1, 3));
        let codigo = of("obtenerAcuse", "codigo").unwrap();
        assert!(!codigo.optional);
        assert_eq!(codigo.allowed, Allowed::Number(1, i32::MAX.into()));
        let entidad = &of("consultarNotificaciones", "entidad").unwrap().allowed;
        assert_eq!(entidad.to_string(), "uno de TGSS, INSS, ISM");
        let motivo = &of("rechazarNotificaciones", "motivo").unwrap().allowed;
        assert_eq!(*motivo, Allowed::Length(0, 1000));
        let desde = of("consultarNotificaciones", "desde").unwrap();
        assert_eq!(desde.type_name, (XS, "dateTime".to_owned()));
        assert!(of("consultarNotificaciones", "codigo").is_none());
    }
}
