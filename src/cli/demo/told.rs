//! What somebody who starts a demonstration is told: where it is, who is in it, and what to try.

use std::path::Path;

use crate::demo::{Escenario, PASSWORD, TitularEscenario};

/// The next commands, ready to be copied.
pub(super) fn say_what_to_try(folder: &Path, escenario: &Escenario, address: std::net::SocketAddr) {
    let url = format!("http://{address}/canal/v1");
    println!("\nServing at http://{address}   ready: http://{address}/health/ready");
    println!("Contract canal: {url}?wsdl");
    println!("Contract WSCN:  {}", escenario.urls.wscn_wsdl);
    // A world that is put back would have its log forked.
    match &escenario.urls.control {
        Some(control) => println!("{:16}{control}", "Control:"),
        None => println!("Published log:  http://{address}/transparencia"),
    }
    println!("Certificates (password of every .p12: {PASSWORD}):");
    for titular in &escenario.titulares {
        let roles: Vec<String> = (1..=3)
            .filter(|rol| titular.poderdantes.iter().any(|of| of.rol == *rol))
            .map(|rol: u8| rol.to_string())
            .collect();
        let roles = if roles.is_empty() {
            "-".to_owned()
        } else {
            roles.join(",")
        };
        println!(
            "  {:<11} roles {roles:<6} {}",
            titular.estado_certificado,
            titular.p12.display()
        );
    }
    let Some((titular, nif, codes)) = example(escenario) else {
        return;
    };
    let program =
        std::env::current_exe().map_or_else(|_| "notess".to_owned(), |path| path.display().to_string());
    let who = format!(
        "--url {url} --p12 {} --contrasena {} --servicio {}",
        titular.p12.display(),
        titular.contrasena,
        escenario.servicio.certificado.display()
    );
    let declared = &escenario.advertencia;
    let [first, second] = codes;
    println!(
        "\nTry, in another terminal (everything is described in {}/escenario.json):",
        folder.display()
    );
    println!("  {program} cliente poderdantes {who}");
    println!("  {program} cliente consultar {who} --poderdante {nif} --estado 0");
    println!("  {program} cliente firmar {who} --poderdante {nif} --advertencia {declared} {first}");
    println!("  {program} cliente rechazar {who} --poderdante {nif} --advertencia {declared} {second}");
    println!("  {program} cliente documento {who} --poderdante {nif} {first}");
    println!("  {program} cliente acuse {who} --poderdante {nif} {first}\n");
}

/// A holder with something pending of somebody's, by as many roles as there are.
pub(super) fn example(escenario: &Escenario) -> Option<(&TitularEscenario, &str, [i32; 2])> {
    let valid = escenario
        .titulares
        .iter()
        .filter(|titular| titular.estado_certificado == "vigente");
    let titular = valid.max_by_key(|titular| titular.poderdantes.len())?;
    let of = titular.poderdantes.iter().max_by_key(|of| of.pendientes.len())?;
    match of.pendientes.as_slice() {
        [first, second, ..] => Some((titular, of.nif.as_str(), [*first, *second])),
        _ => None,
    }
}
