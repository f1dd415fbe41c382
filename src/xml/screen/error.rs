//! Why foreign octets are not XML that we read.

use crate::xml::Excerpt;

/// Why foreign octets were refused at first sight.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScreenError {
    /// No octets, or nothing but white space.
    #[error("the message is empty")]
    Empty,
    /// More octets than the limit.
    #[error("{octets} octets, more than the {limit} that are read")]
    TooLarge {
        /// Octets of the message.
        octets: usize,
        /// Octets that are taken.
        limit: usize,
    },
    /// The XML declaration (or the first octets) tell of an encoding that is not UTF-8.
    #[error("it declares the encoding «{encoding}», which is not UTF-8")]
    OtherEncoding {
        /// What was declared.
        encoding: Excerpt,
    },
    /// Octets that are not UTF-8.
    #[error("not UTF-8 at octet {at}")]
    NotUtf8 {
        /// Offset of the first bad octet.
        at: usize,
    },
    /// A version of XML that is not 1.0.
    #[error("not XML 1.0")]
    OtherVersion,
    /// A character outside XML 1.0 §2.2.
    #[error("a character that XML does not have at octet {at}")]
    ForbiddenCharacter {
        /// Offset of its first octet.
        at: usize,
    },
    /// A document type declaration.
    #[error("a DOCTYPE")]
    Doctype,
    /// A processing instruction.
    #[error("a processing instruction")]
    ProcessingInstruction,
    /// A reference to an entity other than the five of XML 1.0 §4.6.
    #[error("the entity «{name}»")]
    Entity {
        /// Name of the entity, as it is referred to.
        name: Excerpt,
    },
    /// A character reference to what is no character (XML 1.0 §4.1).
    #[error("the character reference «{reference}» is to no character")]
    CharacterReference {
        /// What stood between `&` and `;`.
        reference: Excerpt,
    },
    /// Not well-formed (XML 1.0 §2.1).
    #[error("not well-formed near octet {at}: {reason}")]
    IllFormed {
        /// Offset near the fault.
        at: u64,
        /// What is wrong there.
        reason: IllFormed,
    },
    /// More elements open at once than the limit.
    #[error("more than {limit} elements open at once")]
    TooDeep {
        /// Depth to which elements may be nested.
        limit: usize,
    },
    /// More elements, comments and CDATA sections than the limit.
    #[error("more than {limit} elements and comments")]
    TooManyNodes {
        /// Elements, comments and CDATA sections that a message may have.
        limit: usize,
    },
    /// More attributes in one element, or in the document, than the limit.
    #[error("more than {limit} attributes")]
    TooManyAttributes {
        /// Attributes that one element, or the message, may have.
        limit: usize,
    },
    /// More namespace declarations in scope, or different ones in the document, than the limit.
    #[error("more than {limit} namespace declarations")]
    TooManyNamespaces {
        /// Declarations of namespaces that may be in scope, or differ in a message.
        limit: usize,
    },
    /// A namespace with a longer name than the limit.
    #[error("a namespace of more than {limit} octets")]
    LongNamespace {
        /// Octets that are taken.
        limit: usize,
    },
    /// An element or attribute with a longer name than the limit.
    #[error("a name of more than {limit} octets")]
    LongName {
        /// Octets that are taken.
        limit: usize,
    },
    /// More elements under more namespace declarations than can be canonicalized in good time.
    #[error("too many elements under too many namespace declarations")]
    TooManyLookups,
    /// More id attributes than the limit.
    #[error("more than {limit} id attributes")]
    TooManyIds {
        /// Identifiers that a message may have.
        limit: usize,
    },
    /// An id that is not the same text for every reader: empty, or with white space or a reference in it.
    #[error("the id «{id}» is no simple name")]
    OddId {
        /// The attribute's value as written.
        id: Excerpt,
    },
    /// Two elements bear the same id.
    #[error("the id «{id}» is there twice")]
    DuplicateId {
        /// Identifier that two elements bear.
        id: Excerpt,
    },
}

/// Ways of not being well-formed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IllFormed {
    /// A tag, comment, section or reference that cannot be read.
    #[error("markup that cannot be read")]
    Markup,
    /// An end tag that does not match the open element.
    #[error("an end tag that does not match")]
    EndTag,
    /// An attribute that cannot be read or is there twice.
    #[error("an attribute that cannot be read or is there twice")]
    Attribute,
    /// A name that is not one (Namespaces in XML §4).
    #[error("a name that is none")]
    Name,
    /// A prefix that is not declared (Namespaces in XML §5).
    #[error("a prefix that is not declared")]
    Prefix,
    /// A namespace declaration that may not be made (Namespaces in XML §3, §5).
    #[error("a namespace declaration that may not be made")]
    Namespace,
    /// Text outside the root element.
    #[error("text outside the root element")]
    TextOutsideRoot,
    /// `]]>` in text.
    #[error("«]]>» in text")]
    CdataEnd,
    /// A second root element.
    #[error("a second root element")]
    SecondRoot,
    /// No root element.
    #[error("no root element")]
    NoRoot,
    /// The end of the document came within an element.
    #[error("the end within an element")]
    Truncated,
    /// An XML declaration that is not at the very start or cannot be read.
    #[error("an XML declaration out of place or unreadable")]
    Declaration,
}
