//! Why foreign octets are not XML that we read.

use crate::xml::Excerpt;

/// Why foreign octets were refused at first sight. The messages are for the client's programmer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScreenError {
    /// No octets, or nothing but white space.
    #[error("el mensaje está vacío")]
    Empty,
    /// More octets than the limit.
    #[error("el mensaje ocupa {octets} octetos y el máximo es {limit}")]
    TooLarge {
        /// Octets received.
        octets: usize,
        /// Octets allowed.
        limit: usize,
    },
    /// The XML declaration (or the first octets) tell of an encoding that is not UTF-8.
    #[error("el mensaje declara la codificación «{encoding}»; sólo se admite UTF-8")]
    OtherEncoding {
        /// What was declared.
        encoding: Excerpt,
    },
    /// Octets that are not UTF-8.
    #[error("el mensaje no es UTF-8 válido en el octeto {at}")]
    NotUtf8 {
        /// Offset of the first bad octet.
        at: usize,
    },
    /// A version of XML that is not 1.0.
    #[error("sólo se admite XML 1.0")]
    OtherVersion,
    /// A character outside XML 1.0 §2.2.
    #[error("carácter no permitido en XML en el octeto {at}")]
    ForbiddenCharacter {
        /// Offset of its first octet.
        at: usize,
    },
    /// A document type declaration.
    #[error("no se admite DOCTYPE")]
    Doctype,
    /// A processing instruction.
    #[error("no se admiten instrucciones de proceso")]
    ProcessingInstruction,
    /// A reference to an entity other than the five of XML 1.0 §4.6.
    #[error("no se admite la entidad «{name}»")]
    Entity {
        /// Its name.
        name: Excerpt,
    },
    /// A character reference to what is no character (XML 1.0 §4.1).
    #[error("referencia de carácter no válida: «{reference}»")]
    CharacterReference {
        /// What stood between `&` and `;`.
        reference: Excerpt,
    },
    /// Not well-formed (XML 1.0 §2.1).
    #[error("XML mal formado en el octeto {at}: {reason}")]
    IllFormed {
        /// Offset near the fault.
        at: u64,
        /// What is wrong there.
        reason: IllFormed,
    },
    /// More elements open at once than the limit.
    #[error("más de {limit} elementos anidados")]
    TooDeep {
        /// Elements allowed.
        limit: usize,
    },
    /// More elements, comments and CDATA sections than the limit.
    #[error("más de {limit} elementos y comentarios")]
    TooManyNodes {
        /// Nodes allowed.
        limit: usize,
    },
    /// More attributes in one element, or in the document, than the limit.
    #[error("más de {limit} atributos")]
    TooManyAttributes {
        /// Attributes allowed.
        limit: usize,
    },
    /// More namespace declarations in scope, or different ones in the document, than the limit.
    #[error("más de {limit} declaraciones de espacio de nombres")]
    TooManyNamespaces {
        /// Declarations allowed.
        limit: usize,
    },
    /// A namespace with a longer name than the limit.
    #[error("un espacio de nombres de más de {limit} octetos")]
    LongNamespace {
        /// Octets allowed.
        limit: usize,
    },
    /// An element or attribute with a longer name than the limit.
    #[error("un nombre de más de {limit} octetos")]
    LongName {
        /// Octets allowed.
        limit: usize,
    },
    /// More elements under more namespace declarations than can be canonicalized in good time.
    #[error("demasiados elementos para tantas declaraciones de espacio de nombres")]
    TooManyLookups,
    /// More id attributes than the limit.
    #[error("más de {limit} atributos Id")]
    TooManyIds {
        /// Ids allowed.
        limit: usize,
    },
    /// An id that is not the same text for every reader: empty, or with white space or a reference in it.
    #[error("el identificador «{id}» no es un nombre simple")]
    OddId {
        /// The attribute's value as written.
        id: Excerpt,
    },
    /// Two elements bear the same id.
    #[error("el identificador «{id}» aparece más de una vez")]
    DuplicateId {
        /// The id.
        id: Excerpt,
    },
}

/// Ways of not being well-formed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IllFormed {
    /// A tag, comment, section or reference that cannot be read.
    #[error("marca ilegible")]
    Markup,
    /// An end tag that does not match the open element.
    #[error("etiqueta de cierre que no corresponde")]
    EndTag,
    /// An attribute that cannot be read or is there twice.
    #[error("atributo ilegible o repetido")]
    Attribute,
    /// A name that is not one (Namespaces in XML §4).
    #[error("nombre no válido")]
    Name,
    /// A prefix that is not declared (Namespaces in XML §5).
    #[error("prefijo sin declarar")]
    Prefix,
    /// A namespace declaration that may not be made (Namespaces in XML §3, §5).
    #[error("declaración de espacio de nombres no válida")]
    Namespace,
    /// Text outside the root element.
    #[error("texto fuera del elemento raíz")]
    TextOutsideRoot,
    /// `]]>` in text.
    #[error("«]]>» en el texto")]
    CdataEnd,
    /// A second root element.
    #[error("más de un elemento raíz")]
    SecondRoot,
    /// No root element.
    #[error("falta el elemento raíz")]
    NoRoot,
    /// The end of the document came within an element.
    #[error("el documento termina antes de tiempo")]
    Truncated,
    /// An XML declaration that is not at the very start or cannot be read.
    #[error("declaración XML fuera de lugar o ilegible")]
    Declaration,
}
