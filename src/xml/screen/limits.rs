//! How much foreign XML may hold.

/// Bounds on a foreign document; each is there so that no later reader works more than linearly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Octets of the whole document.
    pub octets: usize,
    /// Elements open at once.
    pub depth: usize,
    /// Elements, comments and CDATA sections together: what a tree builder allocates nodes for.
    pub nodes: usize,
    /// Attributes of one element, namespace declarations among them.
    pub attributes_per_element: usize,
    /// Attributes of the whole document, namespace declarations among them.
    pub attributes: usize,
    /// Namespace declarations in scope at any element.
    pub namespaces_in_scope: usize,
    /// What canonicalization looks up: for each element, the declarations in scope times those and its ancestors.
    /// libxml2 resolves every declaration in scope anew at every element, some twenty nanoseconds a step.
    pub namespace_lookups: usize,
    /// Different (prefix, namespace) pairs declared in the whole document.
    pub distinct_namespaces: usize,
    /// Octets of a namespace's name. Names are compared, and declared again in canonical forms, at every element.
    pub namespace_octets: usize,
    /// Octets of the name of an element or attribute. libxml2 takes no more than 50,000 characters.
    pub name_octets: usize,
    /// Attributes named `Id`, `ID` or `id`, in any namespace.
    pub ids: usize,
}

impl Limits {
    /// What a message may hold: a thousand codes or a thousand poderdantes, each with its own namespace
    /// declarations and types as verbose toolkits write them, with room to spare.
    pub const MESSAGE: Self = Self {
        octets: 8 * 1024 * 1024,
        depth: 64,
        nodes: 100_000,
        attributes_per_element: 64,
        attributes: 100_000,
        namespaces_in_scope: 128,
        // A listing of a thousand rows of twenty elements comes to a third of it.
        namespace_lookups: 3_000_000,
        distinct_namespaces: 256,
        namespace_octets: 1024,
        name_octets: 1024,
        ids: 256,
    };
}

impl Default for Limits {
    fn default() -> Self {
        Self::MESSAGE
    }
}
