//! The first steps in a demonstration world, taken by the bundled client: list, accept, get the document.

use std::fs;

use openssl::x509::X509;

use crate::client::calls;
use crate::client::connection::Connection;
use crate::demo::Escenario;
use crate::domain::notificacion::Sentido;
use crate::domain::operation::DecideRequest;
use crate::signature::SigningKey;

use super::told::example;
use crate::cli::Failure;

/// Accepts a first notification, and says what came of each step.
pub(super) fn take(escenario: &Escenario) -> Result<(), Failure> {
    let (titular, nif, [first, _]) =
        example(escenario).ok_or("nothing is pending any more: remove the folder")?;
    let key = SigningKey::from_pem(
        &fs::read_to_string(&titular.clave)?,
        &fs::read_to_string(&titular.certificado)?,
    )?;
    let service = X509::from_pem(&fs::read(&escenario.servicio.certificado)?)?;
    let connection = Connection::open(&escenario.urls.canal, key, &service)?;
    println!(
        "As {} ({}), at {}",
        titular.nombre,
        titular.p12.display(),
        escenario.urls.canal
    );

    let answer = calls::poderdantes(&connection)?;
    println!(
        "consultarPoderdantes: {} entries; the warning in force is {}",
        answer.poderdantes.len(),
        answer.advertencia.codigo
    );

    let decision = DecideRequest {
        sentido: Sentido::Aceptacion,
        poderdante: nif.parse()?,
        rol: None,
        advertencia: answer.advertencia.codigo,
        codigos: vec![calls::codigo(first)?],
        motivo: None,
    };
    let results = calls::decide(&connection, decision)?;
    let (acuse, repetida) = results
        .first()
        .and_then(|one| Some((one.acuse.as_ref()?, one.repetida)))
        .ok_or("it was not accepted")?;
    println!(
        "firmarNotificaciones: {first} of {nif} {}accepted, acuse {} of {}",
        if repetida { "had already been " } else { "" },
        acuse.identificador,
        acuse.fecha
    );

    let document = calls::documento(&connection, nif, first)?;
    let path = std::env::temp_dir().join(format!("{first}.pdf"));
    fs::write(&path, &document)?;
    println!(
        "obtenerDocumento: {} ({} octets, SHA-256 {})",
        path.display(),
        document.len(),
        acuse.huella
    );
    Ok(())
}
