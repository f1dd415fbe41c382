//! `Fragments`: elements written once, to be put into many documents.

use super::{Ns, Out};

/// `N` runs of elements of one namespace, as they are written where it is in force.
///
/// They lie one behind the other, since what is put into a document together is read together.
#[derive(Debug)]
pub struct Fragments<const N: usize> {
    ns: Ns<'static>,
    octets: Box<[u8]>,
    ends: [usize; N],
}

/// One of them.
#[derive(Debug, Clone, Copy)]
pub struct Fragment<'f> {
    pub(super) ns: Ns<'static>,
    pub(super) octets: &'f [u8],
}

impl<const N: usize> Fragments<N> {
    /// Writes them; `room` is how many octets are expected.
    #[must_use]
    pub fn written(room: usize, ns: Ns<'static>, contents: [&dyn Fn(&mut Out<'static>); N]) -> Self {
        let mut start = 0;
        let mut ends = [0; N];
        let document = Out::document(room, ns, "fragments", |out| {
            start = out.octets_written();
            for (end, content) in ends.iter_mut().zip(contents) {
                content(out);
                *end = out.octets_written() - start;
            }
        });
        let all = ends.last().copied().unwrap_or_default();
        let octets = document.octets().get(start..start + all).unwrap_or_default();
        Self {
            ns,
            octets: octets.into(),
            ends,
        }
    }

    /// Each of them, in their order.
    #[must_use]
    pub fn each(&self) -> [Fragment<'_>; N] {
        let mut start = 0;
        self.ends.map(|end| Fragment {
            ns: self.ns,
            octets: self
                .octets
                .get(std::mem::replace(&mut start, end)..end)
                .unwrap_or_default(),
        })
    }

    /// Octets that they take, all together.
    #[must_use]
    pub fn size(&self) -> usize {
        self.octets.len()
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::exclusive_canonical_form;
    use super::*;

    const A: Ns<'static> = Ns::new("", "urn:a");

    #[test]
    fn fragments_are_put_as_they_would_be_written() {
        let text = "&<\u{1}ñ";
        let first = |out: &mut Out<'static>| {
            out.element("b", text);
            out.within("c", |out| out.number("d", 7));
        };
        let nothing = |_: &mut Out<'static>| {};
        let last = |out: &mut Out<'static>| out.boolean("e", true);
        let fragments = Fragments::written(0, A, [&first, &nothing, &last]);
        let [one, two, three] = fragments.each();
        let put = Out::document(0, A, "a", |out| {
            out.put(one);
            out.put(two);
            out.number("f", 8);
            out.put(three);
        });
        let written = Out::document(0, A, "a", |out| {
            first(out);
            out.number("f", 8);
            last(out);
        });
        assert_eq!(put, written);
        let octets = put.into_octets();
        assert_eq!(exclusive_canonical_form(&octets).into_bytes(), octets);
        assert_eq!(
            fragments.size(),
            octets.len() - "<a xmlns=\"urn:a\"><f>8</f></a>".len()
        );
    }

    #[test]
    fn a_fragment_can_be_the_first_of_an_element() {
        let fragments = Fragments::written(0, A, [&|out: &mut Out<'static>| out.number("b", 1)]);
        let [only] = fragments.each();
        let document = Out::document(0, A, "a", |out| out.within("c", |out| out.put(only)));
        assert_eq!(document.octets(), b"<a xmlns=\"urn:a\"><c><b>1</b></c></a>");
    }

    #[test]
    #[should_panic(expected = "another namespace")]
    fn a_fragment_of_another_namespace_is_a_mistake() {
        let fragments = Fragments::written(0, A, [&|out: &mut Out<'static>| out.number("b", 1)]);
        let [only] = fragments.each();
        let _ = Out::document(0, Ns::new("", "urn:b"), "a", |out| out.put(only));
    }
}
