//! Whether an answer is one to what was asked. That the service signed it does not say so: whoever stands between may
//! keep signed answers and give one for another.

use std::collections::HashSet;

use openssl::sha::sha256;

use crate::contract::canal::messages::{Notificacion, Resultado};
use crate::domain::notificacion::{Codigo, Estado, Huella};
use crate::domain::operation::{ListRequest, OneNotificacion};
use crate::domain::rol::Rol;

use super::acuse::Acuse;

/// How an answer differs from one to what was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Mismatch {
    /// It is about another notification, or its results are in another order.
    #[error("habla de la notificación {answered} y se preguntó por la {asked}")]
    Codigo {
        /// The code that was asked for.
        asked: Codigo,
        /// The code that the answer names.
        answered: i32,
    },
    /// It has not one result for each code.
    #[error("trae {answered} resultados y se pidieron {asked}")]
    Results {
        /// Codes that were asked for, each counted once.
        asked: usize,
        /// Results in the answer.
        answered: usize,
    },
    /// A result is not exactly one of an acuse and an error.
    #[error("su resultado de la notificación {codigo} no es ni un acuse ni un error")]
    Result {
        /// The notification of the result.
        codigo: i32,
    },
    /// It lists a notification of somebody else.
    #[error("lista la notificación {codigo} de {answered}, que no se pidió")]
    Poderdante {
        /// The notification that is listed.
        codigo: i32,
        /// NIF of its poderdante, by the answer.
        answered: String,
    },
    /// It lists a notification that the filters leave out.
    #[error("lista la notificación {codigo}, que no es de los roles, estados y entidades que se pidieron")]
    Filter {
        /// The notification that is listed.
        codigo: i32,
    },
    /// A listing has a notification twice.
    #[error("lista otra vez la notificación {codigo}")]
    Repeated {
        /// The notification that is listed.
        codigo: i32,
    },
    /// The document is not the one of its huella.
    #[error("su documento no es el de la huella que dice")]
    Huella,
    /// The acuse is not that of the notification asked for, of its document and its addressee.
    #[error("su acuse no es el de la notificación {asked}")]
    Acuse {
        /// The notification whose acuse was asked for.
        asked: Codigo,
    },
}

/// The one notification that an answer is about.
pub(super) fn codigo(asked: Codigo, answered: i32) -> Result<(), Mismatch> {
    if asked.number() == answered {
        Ok(())
    } else {
        Err(Mismatch::Codigo { asked, answered })
    }
}

/// The results of a decision: one for each code in the order of the question, where a code that is named again counts
/// once (`canal.xsd`).
pub(super) fn results(asked: &[Codigo], answered: &[Resultado]) -> Result<(), Mismatch> {
    let mut named = HashSet::new();
    let asked: Vec<Codigo> = asked
        .iter()
        .copied()
        .filter(|codigo| named.insert(codigo.number()))
        .collect();
    if asked.len() != answered.len() {
        return Err(Mismatch::Results {
            asked: asked.len(),
            answered: answered.len(),
        });
    }
    for (asked, result) in asked.into_iter().zip(answered) {
        codigo(asked, result.codigo)?;
        if result.acuse.is_some() == result.error.is_some() {
            return Err(Mismatch::Result {
                codigo: result.codigo,
            });
        }
    }
    Ok(())
}

/// A page of a listing, `seen` being the codes of the pages before.
pub(super) fn page(
    asked: &ListRequest,
    answered: &[Notificacion],
    seen: &mut HashSet<i32>,
) -> Result<(), Mismatch> {
    for one in answered {
        let codigo = one.codigo;
        if !asked
            .poderdantes
            .as_slice()
            .iter()
            .any(|nif| nif.as_str() == one.poderdante)
        {
            let answered = one.poderdante.clone();
            return Err(Mismatch::Poderdante { codigo, answered });
        }
        if !passes(asked, one) {
            return Err(Mismatch::Filter { codigo });
        }
        if !seen.insert(codigo) {
            return Err(Mismatch::Repeated { codigo });
        }
    }
    Ok(())
}

fn passes(asked: &ListRequest, one: &Notificacion) -> bool {
    let any_rol = one
        .roles
        .roles
        .iter()
        .filter_map(|&number| Rol::from_number(number))
        .any(|rol| asked.roles.contains(rol));
    let is_estado = |estado: &Estado| i32::from(estado.number()) == one.estado;
    any_rol
        && (asked.estados.is_empty() || asked.estados.iter().any(is_estado))
        && (asked.entidades.is_empty() || asked.entidades.iter().any(|body| body.code() == one.entidad))
}

/// A document, and the huella that came with it (D-109).
pub(super) fn document(octets: &[u8], huella: Option<&str>) -> Result<(), Mismatch> {
    let own = Huella(sha256(octets)).to_string();
    if huella == Some(own.as_str()) {
        Ok(())
    } else {
        Err(Mismatch::Huella)
    }
}

/// An acuse, and the huella of the notified document that came with it.
pub(super) fn acuse(asked: OneNotificacion, huella: Option<&str>, acuse: &Acuse) -> Result<(), Mismatch> {
    let OneNotificacion { poderdante, codigo } = asked;
    let is_it = acuse.codigo == codigo.to_string()
        && acuse.nif == poderdante.as_str()
        && huella == Some(acuse.huella.as_str());
    if is_it {
        Ok(())
    } else {
        Err(Mismatch::Acuse { asked: codigo })
    }
}
