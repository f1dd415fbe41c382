//! `WriteError`: the ways to write what is not an element.

/// Why what was written is not an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// An element was ended that had not been started.
    #[error("an element was ended that had not been started")]
    NothingOpen,
    /// An element was left open.
    #[error("an element was left open")]
    LeftOpen,
    /// There was not exactly one root element, or text outside it.
    #[error("there was not exactly one root element")]
    NotOneRoot,
    /// An attribute after the element's content, or outside of any element.
    #[error("an attribute came after its element's content")]
    LateAttribute,
    /// One attribute twice in an element.
    #[error("an attribute was written twice")]
    RepeatedAttribute,
    /// An attribute's namespace that cannot be written so: without a prefix, or with one that the tag binds otherwise
    /// (Namespaces in XML §3, §6.2).
    #[error("a namespace cannot be bound to that prefix")]
    Unbindable,
    /// A character that XML 1.0 §2.2 does not allow.
    #[error("a character that XML does not allow")]
    ForbiddenCharacter,
}
