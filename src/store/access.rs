//! What is on record about a caller and those for whom it acts. What it may do is for the domain to weigh.

use std::collections::HashMap;

use crate::domain::nif::Nif;
use crate::domain::reach::Titles;

use super::backend::Reader;
use super::error::StoreError;
use super::{cuentas, poderes, red, sucesiones};

/// The titles of `titular` over each of `poderdantes`, in force or not; who is not among the keys has none. Accounts
/// and declarations are there only beside assignments, since without these they weigh nothing (D-29, D-36).
///
/// Whoever succeeds nobody, and has another title, pays nothing for those who do: his titles say it beside them.
pub fn titles(
    conn: &mut Reader,
    titular: Nif,
    poderdantes: &[Nif],
) -> Result<HashMap<Nif, Titles>, StoreError> {
    let mut titles = HashMap::<Nif, Titles>::new();
    let mut succeeds = None;
    for (poder, so) in poderes::granted(conn, titular, poderdantes)? {
        succeeds = Some(so);
        titles.entry(poder.poderdante).or_default().poderes.push(poder);
    }
    let (mut declarants, mut movers) = (Vec::new(), Vec::new());
    for assigned in red::assigned(conn, titular, poderdantes)? {
        succeeds = Some(assigned.succeeds);
        let sujeto = assigned.titulo.asignacion.sujeto;
        let of_sujeto = titles.entry(sujeto).or_default();
        // They come by subject: this is the first of one.
        if of_sujeto.red.is_empty() {
            of_sujeto.cuentas.push(assigned.cuentas);
            if assigned.declared {
                declarants.push(sujeto);
            }
            if assigned.moved {
                movers.push(sujeto);
            }
        }
        of_sujeto.red.push(assigned.titulo);
    }
    if !movers.is_empty() {
        for (sujeto, history) in cuentas::histories(conn, &movers)? {
            titles.entry(sujeto).or_default().cuentas = history;
        }
    }
    if !declarants.is_empty() {
        for cambio in red::declared(conn, &declarants)? {
            titles.entry(cambio.sujeto).or_default().cambios.push(cambio);
        }
    }
    // Of who has no other title it has to be asked, unless he asks for nobody but himself.
    if succeeds.unwrap_or_else(|| poderdantes != [titular]) {
        for sucesion in sucesiones::of_sucesor(conn, titular)? {
            if poderdantes.contains(&sucesion.antecesor) {
                titles
                    .entry(sucesion.antecesor)
                    .or_default()
                    .sucesiones
                    .push(sucesion);
            }
        }
    }
    Ok(titles)
}

/// Everyone over whom `titular` has, had or will have a title by power, RED or succession, sorted, without repetition.
pub fn linked_poderdantes(conn: &mut Reader, titular: Nif) -> Result<Vec<Nif>, StoreError> {
    let by_power = poderes::poderdantes_of(conn, titular)?;
    let by_red = red::sujetos_of(conn, titular)?;
    let by_succession = sucesiones::antecesores_of(conn, titular)?;
    let read = |nifs: Vec<_>, table| {
        nifs.into_iter().map(move |nif: super::stored::Stored<Nif>| {
            nif.0.ok_or_else(|| StoreError::corrupt(table, &"of no NIF"))
        })
    };
    let mut linked = read(by_power, "poderes")
        .chain(read(by_red, "asignaciones_red"))
        .chain(read(by_succession, "sucesiones"))
        .collect::<Result<Vec<_>, _>>()?;
    linked.sort_unstable();
    linked.dedup();
    Ok(linked)
}
