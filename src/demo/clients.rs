//! More clients for the gestoría, as many as a given number of notifications calls for.

use chrono::{DateTime, Utc};

use super::DemoError;
use super::addressee::{Addressee, AddresseeKind, Volume};
use super::addressees::ALWAYS;
use super::identifiers::{authorisation, entity};
use super::people::GESTORIA_RED;

/// One client in ten is large: its pending notifications fill two decisions of five hundred.
const LARGE: Volume = Volume {
    pendientes: 1000,
    historicas: 1000,
};
/// What nine of ten clients have.
const SMALL: Volume = Volume {
    pendientes: 40,
    historicas: 160,
};

/// Keys of companies' NIFs, each with [`PER_KEY`] clients.
const KEYS: [char; 6] = ['B', 'A', 'F', 'G', 'J', 'N'];
/// From 9990000 to 9999899: the numbers above are the cast's.
const PER_KEY: u32 = 9_900;

/// Clients that together get `notificaciones`, the last one whatever is left.
pub(super) fn clients(notificaciones: u64, now: DateTime<Utc>) -> Result<Vec<Addressee>, DemoError> {
    let mut clients = Vec::new();
    let mut left = notificaciones;
    for index in 0_u32.. {
        if left == 0 {
            break;
        }
        let volume = fitting(if index % 10 == 0 { LARGE } else { SMALL }, left);
        left -= u64::from(volume.pendientes) + u64::from(volume.historicas);
        clients.push(client(index, volume, now)?);
    }
    Ok(clients)
}

fn fitting(volume: Volume, left: u64) -> Volume {
    let left = u32::try_from(left).unwrap_or(u32::MAX);
    let pendientes = volume.pendientes.min(left);
    Volume {
        pendientes,
        historicas: volume.historicas.min(left - pendientes),
    }
}

fn client(index: u32, volume: Volume, now: DateTime<Utc>) -> Result<Addressee, DemoError> {
    const TRADES: [&str; 8] = [
        "TALLERES",
        "PANADERIA",
        "TRANSPORTES",
        "REFORMAS",
        "FERRETERIA",
        "CLINICA",
        "BAZAR",
        "HOSTAL",
    ];
    const PLACES: [&str; 7] = ["DUERO", "MIÑO", "TURIA", "SEGRE", "GENIL", "NALON", "JARAMA"];
    let at = usize::try_from(index).unwrap_or_default();
    let key = usize::try_from(index / PER_KEY)
        .ok()
        .and_then(|turn| KEYS.get(turn));
    let nif = entity(*key.ok_or(DemoError::TooMany)?, 9_990_000 + index % PER_KEY)?;
    let trade = TRADES.get(at % TRADES.len()).copied().unwrap_or_default();
    let place = PLACES.get(at % PLACES.len()).copied().unwrap_or_default();
    let name = format!("{trade} {place} {index} SL");
    // Provinces 01 to 50, so that no two clients share an account.
    let province = u8::try_from(1 + index % 50).unwrap_or(1);
    Addressee::new(nif, &name, AddresseeKind::Empresa, volume, index)?
        .with_ccc(province, 2_000_000 + index)?
        .managed_by(authorisation(GESTORIA_RED)?, ALWAYS, now)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn clients_get_exactly_the_notifications_asked_for_and_share_no_nif() {
        for wanted in [0, 1, 999, 2_500, 100_000, 1_000_000] {
            let clients = clients(wanted, DateTime::UNIX_EPOCH).unwrap();
            let total: u64 = clients
                .iter()
                .map(|c| u64::from(c.volume.pendientes) + u64::from(c.volume.historicas))
                .sum();
            assert_eq!(total, wanted);
            let nifs: HashSet<_> = clients.iter().map(|c| c.persona.nif).collect();
            assert_eq!(nifs.len(), clients.len());
        }
    }

    #[test]
    fn more_clients_than_there_are_identifiers_is_an_error() {
        assert!(matches!(
            clients(100_000_000, DateTime::UNIX_EPOCH),
            Err(DemoError::TooMany)
        ));
    }
}
