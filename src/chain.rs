//! `Chain`: an error with all that led to it, for a log line or a terminal.
//!
//! An error says what it knows and keeps its cause apart (`#[source]`); only whoever shows it to a person puts them together.

use std::error::Error;
use std::fmt;

/// An error and its causes, outermost first, with a colon between two. Shown as it is asked for, so that nothing is written
/// of an error that nobody shows.
#[derive(Clone, Copy)]
pub struct Chain<'a>(pub &'a (dyn Error + 'static));

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut said = self.0.to_string();
        write!(f, "{}", said.trim_end())?;
        let mut next = self.0.source();
        while let Some(cause) = next {
            let text = cause.to_string();
            // Some libraries say their cause in their own text.
            if !said.trim_end().ends_with(text.trim_end()) {
                write!(f, ": {}", text.trim_end())?;
            }
            said = text;
            next = cause.source();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    enum Fault {
        #[error("outer")]
        Outer(#[source] Box<Self>),
        #[error("library: {0}")]
        Library(#[source] Box<Self>),
        #[error(transparent)]
        Through(Box<Self>),
        #[error("inner\n")]
        Inner,
    }

    #[test]
    fn each_says_what_it_knows_and_is_told_once() {
        let told = |fault: &Fault| Chain(fault).to_string();
        let inner = || Box::new(Fault::Inner);
        assert_eq!(told(&Fault::Inner), "inner");
        assert_eq!(told(&Fault::Outer(inner())), "outer: inner");
        assert_eq!(told(&Fault::Library(inner())), "library: inner");
        assert_eq!(
            told(&Fault::Through(Box::new(Fault::Outer(inner())))),
            "outer: inner"
        );
    }
}
