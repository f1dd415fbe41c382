//! To which question an answer is: said in the ids of the answer, of which that of its Body is signed with it.
//!
//! WSS 1.1 §8.5 has an element for it, `SignatureConfirmation`. Clients that do not expect one refuse it (WSS4J unless
//! `enableSignatureConfirmation` is set), while an id may be of any form.

use uuid::Uuid;

use crate::domain::notificacion::Huella;

/// Hexadecimal figures of a question's replay key that are said: 128 bits, so that no two questions share them.
const FIGURES: usize = 32;

/// What ends the ids of an answer: the name of the request, and the beginning of the replay key of its question.
#[must_use]
pub fn tag(peticion: Uuid, question: &[u8; 32]) -> String {
    format!("{}-{}", peticion.simple(), said(question))
}

/// Whether an answer whose Body bears this id is to that question.
#[must_use]
pub fn confirms(body_id: &str, question: &[u8; 32]) -> bool {
    body_id
        .rsplit_once('-')
        .is_some_and(|(_, confirmed)| confirmed == said(question))
}

fn said(question: &[u8; 32]) -> String {
    let mut text = Huella(*question).to_string();
    text.truncate(FIGURES);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_confirms_its_own_question_and_no_other() {
        let question = [0xab; 32];
        let id = format!("Body-{}", tag(Uuid::nil(), &question));
        assert_eq!(id, format!("Body-{}-{}", "0".repeat(32), "ab".repeat(16)));
        assert!(confirms(&id, &question));
        assert!(!confirms(&id, &[0xac; 32]));
        for other in ["", "Body-", "ab", &"ab".repeat(16), &format!("{id}0")] {
            assert!(!confirms(other, &question), "{other}");
        }
    }
}
