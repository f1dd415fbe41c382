//! Kept octets against the hashes under which they are kept.

use openssl::sha::sha256;

use super::{Fault, Finding, Sink};
use crate::domain::notificacion::Huella;
use crate::store::backend::Reader;
use crate::store::error::StoreError;
use crate::store::octets::{Kept, Page, documentos_after, evidencias_after};

/// Pieces that are read at a time: some may have megabytes.
const PAGE: i64 = 50;

/// Goes through all evidence; gives how much there was.
pub(super) fn evidencias(
    conn: &mut Reader,
    progress: impl FnMut(u64),
    found: Sink<'_>,
) -> Result<u64, StoreError> {
    go_through(conn, "evidencias", evidencias_after, progress, found)
}

/// Goes through all documents; gives how many there were.
pub(super) fn documentos(
    conn: &mut Reader,
    progress: impl FnMut(u64),
    found: Sink<'_>,
) -> Result<u64, StoreError> {
    go_through(conn, "documentos", documentos_after, progress, found)
}

fn go_through(
    conn: &mut Reader,
    table: &'static str,
    page: fn(&mut Reader, &[u8], i64) -> Page,
    mut progress: impl FnMut(u64),
    found: Sink<'_>,
) -> Result<u64, StoreError> {
    let mut after = Vec::new();
    let mut seen = 0;
    loop {
        let kept = page(conn, &after, PAGE)?;
        for Kept { huella, octets } in &kept {
            let fault = match octets {
                None => Some(Fault::NoKey),
                Some(octets) => (huella.as_slice() != sha256(octets)).then_some(Fault::WrongHash),
            };
            if let Some(fault) = fault {
                // Under what is no hash at all, too.
                let key = <[u8; 32]>::try_from(huella.as_slice()).map_or_else(
                    |_| format!("{} octets that are no hash", huella.len()),
                    |huella| Huella(huella).to_string(),
                );
                found(Finding {
                    table,
                    key,
                    column: None,
                    fault,
                });
            }
        }
        seen += kept.len() as u64;
        match kept.into_iter().next_back() {
            Some(Kept { huella, .. }) => after = huella,
            None => return Ok(seen),
        }
        progress(seen);
    }
}
