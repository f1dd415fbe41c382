//! The demonstration's own time-stamping authority, which runs beside the service.

use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;

use chrono::Utc;

use crate::cli::{Failure, tsa_de_prueba};
use crate::config::Sello;
use crate::demo;

/// Starts it on a port that is free, for as long as the program runs, and gives the settings by which it is asked.
pub(super) fn by_its_own_authority(datos: &Path) -> Result<Sello, Failure> {
    let files = demo::tsa(datos, Utc::now())?;
    let tsa = tsa_de_prueba::load(&files.certificado, &files.clave)?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let url = format!("http://{}/", listener.local_addr()?);
    std::thread::Builder::new()
        .name("notess-tsa".to_owned())
        .spawn(move || actix_web::rt::System::new().block_on(async { tsa.serve(listener)?.await }))?;
    Ok(Sello {
        tsa_url: vec![url.parse()?],
        tsa_cadena: Some(files.cadena),
        tsa_revocacion: vec![files.crl],
        ..Sello::default()
    })
}
