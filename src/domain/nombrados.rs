//! `Nombrados`: the poderdantes that a request names, and where in it each stands.

use super::nif::Nif;

/// Some poderdantes: sorted, without repetition, each with its number in the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nombrados {
    nifs: Vec<Nif>,
    /// Of each, where it is named first, from 1.
    numeros: Vec<usize>,
}

/// In the order of the request.
impl FromIterator<Nif> for Nombrados {
    fn from_iter<I: IntoIterator<Item = Nif>>(nifs: I) -> Self {
        let mut named: Vec<(Nif, usize)> = nifs.into_iter().zip(1..).collect();
        // Of those of one NIF the first in the request comes first, and stays.
        named.sort_unstable();
        named.dedup_by_key(|(nif, _)| *nif);
        let (nifs, numeros) = named.into_iter().unzip();
        Self { nifs, numeros }
    }
}

impl Nombrados {
    /// Who they are, in order of NIF.
    #[must_use]
    pub fn as_slice(&self) -> &[Nif] {
        &self.nifs
    }

    /// Who they are, in the order of the request.
    #[must_use]
    pub fn in_order(&self) -> Vec<Nif> {
        let mut named: Vec<(usize, Nif)> = self
            .numeros
            .iter()
            .copied()
            .zip(self.nifs.iter().copied())
            .collect();
        named.sort_unstable();
        named.into_iter().map(|(_, nif)| nif).collect()
    }

    /// Which of them it is, from 1; nothing where there is no other from which it would have to be told.
    #[must_use]
    pub fn numero(&self, nif: Nif) -> Option<usize> {
        let at = self.nifs.binary_search(&nif).ok()?;
        self.numeros.get(at).copied().filter(|_| self.nifs.len() > 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nif(text: &str) -> Nif {
        text.parse().unwrap()
    }

    #[test]
    fn each_has_the_number_that_it_has_in_the_request() {
        let [a, b, c] = ["12345678Z", "A99999013", "B99999120"].map(nif);
        let named: Nombrados = [c, a, c, b].into_iter().collect();
        assert_eq!(named.as_slice(), [a, b, c]);
        assert_eq!(named.in_order(), [c, a, b]);
        assert_eq!(
            [a, b, c].map(|nif| named.numero(nif)),
            [Some(2), Some(4), Some(1)]
        );
        assert_eq!(named.numero(nif("99999901H")), None);
    }

    #[test]
    fn the_only_one_has_no_number() {
        let only = nif("B99999120");
        let named: Nombrados = [only, only].into_iter().collect();
        assert_eq!((named.as_slice(), named.numero(only)), ([only].as_slice(), None));
    }
}
