//! Namespaces while an element is canonicalized: which are in scope, and which are declared in what is written.

/// A prefix (empty for the default namespace) and the namespace that it is bound to (empty where that is undone).
type Binding<'t> = (&'t str, &'t str);

/// The bindings of the elements that are open, innermost last.
#[derive(Debug, Default)]
pub(super) struct Scope<'t> {
    bindings: Vec<Binding<'t>>,
    /// Those among them that the canonical form declares.
    written: Vec<Binding<'t>>,
    /// How many there were of each before each open element.
    levels: Vec<(usize, usize)>,
    /// Room for the prefixes of one element.
    prefixes: Vec<&'t str>,
}

impl<'t> Scope<'t> {
    /// Begins an element that makes these declarations.
    pub(super) fn enter(&mut self, declarations: impl Iterator<Item = Binding<'t>>) {
        self.levels.push((self.bindings.len(), self.written.len()));
        self.bindings.extend(declarations);
    }

    /// Ends the innermost element.
    pub(super) fn leave(&mut self) {
        if let Some((bindings, written)) = self.levels.pop() {
            self.bindings.truncate(bindings);
            self.written.truncate(written);
        }
    }

    /// The declarations that the innermost element has in canonical form, by prefix: of the prefixes that it uses, and of
    /// those that it declares and `inclusive` holds of, each that is not in force already in what is written.
    ///
    /// What is written begins with the `apex`, for which the declarations of its ancestors count as its own.
    pub(super) fn render(
        &mut self,
        used: impl Iterator<Item = &'t str>,
        inclusive: impl Fn(&str) -> bool,
        apex: bool,
    ) -> &[Binding<'t>] {
        let own = self.levels.last().map_or(0, |(bindings, _)| *bindings);
        let declared = self.bindings.iter().skip(if apex { 0 } else { own });
        self.prefixes.clear();
        self.prefixes.extend(used);
        self.prefixes.extend(
            declared
                .map(|(prefix, _)| *prefix)
                .filter(|prefix| inclusive(prefix)),
        );
        self.prefixes.sort_unstable();
        self.prefixes.dedup();
        let before = self.written.len();
        for prefix in self.prefixes.iter().copied() {
            // `xml` is bound without being declared, and the default namespace may be bound to none.
            let Some(namespace) = innermost(&self.bindings, prefix) else {
                continue;
            };
            if innermost(&self.written, prefix).unwrap_or_default() != namespace {
                self.written.push((prefix, namespace));
            }
        }
        self.written.get(before..).unwrap_or_default()
    }
}

fn innermost<'t>(bindings: &[Binding<'t>], prefix: &str) -> Option<&'t str> {
    let mut found = bindings.iter().rev();
    found
        .find(|(bound, _)| *bound == prefix)
        .map(|(_, namespace)| *namespace)
}
