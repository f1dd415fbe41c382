//! `--control`: the door by which a demonstration is steered, at home in its folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::TimeDelta;

use crate::channel::Channel;
use crate::cli::clocks::{ahead, official_time, set_ahead};
use crate::cli::serve::Steered;
use crate::cli::{Failure, shifted};
use crate::config::{Firma, Settings};
use crate::demo::OTHER;
use crate::http::Steering;
use crate::sandbox::{Door, Queue, Sandbox, Time};

/// The folder, within that of the demonstration, of documents that are published by the door.
const DOCUMENTS: &str = "documentos";

/// What a demonstration in a folder is steered by, at this port.
pub(super) fn steered(port: u16, datos: &Path, settings: &Settings) -> Result<Steered, Failure> {
    let kept = settings.reloj.desfase_fichero.clone().ok_or(
        "option `--control`: the settings in the folder name no `reloj.desfase_fichero`: remove it, and have it prepared anew",
    )?;
    let folder = fs::canonicalize(datos)?;
    let (firma, salto_maximo) = (other_key(&folder, &settings.firma), settings.reloj.salto_maximo());
    let faults = Arc::new(Queue::default());
    let steering = Steering::new(Arc::clone(&faults) as _);
    let its_steering = steering.clone();
    let open = move |channel: Arc<Channel>| {
        let store = channel.store();
        if !store.has_origin()? {
            tracing::warn!(
                "it is not known how this world was made: what it is now is what it is put back to"
            );
            store.keep_origin()?;
        }
        channel.ready_other_key(&firma)?;
        let sandbox = Sandbox {
            channel,
            steering: its_steering,
            faults,
            time: time(kept),
            salto_maximo,
            documents: folder.join(DOCUMENTS),
        };
        Ok(Door::open(port, sandbox)?)
    };
    Ok(Steered {
        steering,
        open: Box::new(open),
    })
}

/// The key to which the service changes when it is told to.
fn other_key(folder: &Path, firma: &Firma) -> Firma {
    let file = |ending: &str| folder.join("servicio").join(format!("{OTHER}.{ending}.pem"));
    Firma {
        certificado: file("crt"),
        clave: file("key"),
        contrasena: None,
        contrasena_fichero: None,
        ..firma.clone()
    }
}

fn time(kept: PathBuf) -> Time {
    let tell = move |by: TimeDelta| {
        let by = TimeDelta::seconds(by.num_seconds());
        shifted::keep(&kept, by)?;
        set_ahead(by);
        Ok(())
    };
    Time {
        official: official_time,
        ahead,
        at: |text| match shifted::Told::read(text) {
            Ok(told @ shifted::Told::Instant(_)) => told.ahead().ok(),
            _ => None,
        },
        moved: |text| {
            let by = shifted::distance(text).ok()?;
            shifted::within(ahead() + by).ok()
        },
        tell: Box::new(tell),
        at_first: ahead(),
    }
}
