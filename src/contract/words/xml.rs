//! Octets that are not XML that is read here, and elements that are not by their schema.

use std::borrow::Cow;

use super::InWords;
use crate::xml::schema::{Reason, SchemaFault, SchemaViolation};
use crate::xml::{Excerpt, IllFormed, ScreenError};

impl InWords for ScreenError {
    fn in_words(&self) -> Cow<'static, str> {
        match self {
            Self::Empty => "el mensaje está vacío".into(),
            Self::TooLarge { octets, limit } => {
                format!("el mensaje ocupa {octets} octetos y el máximo es {limit}").into()
            }
            Self::OtherEncoding { encoding } => {
                format!("el mensaje declara la codificación «{encoding}»; sólo se admite UTF-8").into()
            }
            Self::NotUtf8 { at } => format!("el mensaje no es UTF-8 válido en el octeto {at}").into(),
            Self::OtherVersion => "sólo se admite XML 1.0".into(),
            Self::ForbiddenCharacter { at } => {
                format!("hay un carácter que XML no permite en el octeto {at}").into()
            }
            Self::Doctype => "no se admite DOCTYPE".into(),
            Self::ProcessingInstruction => "no se admiten instrucciones de proceso".into(),
            Self::Entity { name } => format!("no se admite la entidad «{name}»: escriba el carácter, o su número («&#…;»)").into(),
            Self::CharacterReference { reference } => {
                format!("la referencia de carácter «{reference}» no es de un carácter de XML").into()
            }
            Self::IllFormed { at, reason } => {
                format!("XML mal formado en el octeto {at}: {}", reason.in_words()).into()
            }
            Self::TooDeep { limit } => format!("hay más de {limit} elementos anidados").into(),
            Self::TooManyNodes { limit } => format!("hay más de {limit} elementos y comentarios").into(),
            Self::TooManyAttributes { limit } => format!("hay más de {limit} atributos").into(),
            Self::TooManyNamespaces { limit } => {
                format!("hay más de {limit} declaraciones de espacio de nombres").into()
            }
            Self::LongNamespace { limit } => {
                format!("hay un espacio de nombres de más de {limit} octetos").into()
            }
            Self::LongName { limit } => format!("hay un nombre de más de {limit} octetos").into(),
            Self::TooManyLookups => {
                "hay demasiados elementos para tantas declaraciones de espacio de nombres: declárelos una vez, en la raíz".into()
            }
            Self::TooManyIds { limit } => format!("hay más de {limit} atributos Id").into(),
            Self::OddId { id } => format!("el identificador «{id}» no es un nombre simple: no puede estar vacío ni llevar blancos ni referencias («&»)").into(),
            Self::DuplicateId { id } => format!("el identificador «{id}» aparece más de una vez").into(),
        }
    }
}

impl InWords for IllFormed {
    fn in_words(&self) -> Cow<'static, str> {
        match self {
            Self::Markup => "marca ilegible".into(),
            Self::EndTag => "etiqueta de cierre que no corresponde".into(),
            Self::Attribute => "atributo ilegible o repetido".into(),
            Self::Name => "nombre no válido".into(),
            Self::Prefix => "prefijo sin declarar".into(),
            Self::Namespace => "declaración de espacio de nombres no válida".into(),
            Self::TextOutsideRoot => "texto fuera del elemento raíz".into(),
            Self::CdataEnd => "«]]>» en el texto".into(),
            Self::SecondRoot => "más de un elemento raíz".into(),
            Self::NoRoot => "falta el elemento raíz".into(),
            Self::Truncated => "el documento termina antes de tiempo".into(),
            Self::Declaration => "declaración XML fuera de lugar o ilegible".into(),
        }
    }
}

impl InWords for Reason {
    fn in_words(&self) -> Cow<'static, str> {
        match self {
            Self::Unreadable => "no se puede leer".into(),
            Self::Unknown => "no es un elemento conocido".into(),
            Self::Unexpected => "no se esperaba aquí".into(),
            Self::Incomplete => "está incompleto".into(),
            Self::Value => "lleva un valor no válido".into(),
            Self::Content => "lleva un contenido no permitido".into(),
            Self::Attribute => "lleva un atributo no permitido".into(),
            Self::MissingAttribute => "le falta un atributo".into(),
            Self::Identity => "repite un valor que debe ser único".into(),
            Self::Other => "no cumple el esquema".into(),
        }
    }
}

impl InWords for SchemaViolation {
    fn in_words(&self) -> Cow<'static, str> {
        let faults: Vec<String> = self.faults().iter().map(fault).collect();
        faults.join("; ").into()
    }
}

fn fault(fault: &SchemaFault) -> String {
    let SchemaFault {
        element,
        reason,
        expected,
    } = fault;
    let who = match element.as_str() {
        "" => "el mensaje".to_owned(),
        element => format!("el elemento «{element}»"),
    };
    let told = format!("{who} {}", reason.in_words());
    if expected.is_empty() {
        return told;
    }
    let expected: Vec<&str> = expected.iter().map(Excerpt::as_str).collect();
    format!("{told} (se esperaba: {})", expected.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xml::schema::Schemas;

    #[test]
    fn a_violation_names_the_element_and_what_was_expected() {
        let schema = br#"<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="firmar">
            <xs:complexType><xs:sequence><xs:element name="poderdante" type="xs:string"/>
            <xs:element name="codigo" type="xs:int"/></xs:sequence></xs:complexType></xs:element></xs:schema>"#;
        let schemas = Schemas::compile(schema, &[]).unwrap();
        let told = |octets: &str| schemas.validate(octets.as_bytes()).unwrap_err().in_words();
        assert_eq!(
            told("<firmar><codigo>1</codigo></firmar>"),
            "el elemento «codigo» no se esperaba aquí (se esperaba: poderdante)"
        );
        assert_eq!(
            told("<firmar><poderdante a=''/><codigo>x</codigo></firmar>"),
            "el elemento «poderdante» lleva un atributo no permitido; el elemento «codigo» lleva un valor no válido"
        );
        assert_eq!(told("<otro/>"), "el elemento «otro» no es un elemento conocido");
        assert_eq!(told("<firmar>"), "el mensaje no se puede leer");
    }

    #[test]
    fn what_is_not_well_formed_is_told_with_the_place() {
        let error = ScreenError::IllFormed {
            at: 7,
            reason: IllFormed::Prefix,
        };
        assert_eq!(
            error.in_words(),
            "XML mal formado en el octeto 7: prefijo sin declarar"
        );
    }
}
