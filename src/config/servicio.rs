//! `[servicio]`: how the service is reached, and how much it takes on.

use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

use super::{Address, Proxy};

/// The least memory for messages in which the largest one finds room, whatever else there is.
const LEAST_MIB: usize = 32;

/// How the service is reached, and how much it takes on.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Servicio {
    /// Address, or name, and port to listen on; port 0 takes a free one.
    pub direccion: Address,
    /// The address that clients use, written into the WSDL; without it, the `Host` that was asked.
    pub url_publica: Option<String>,
    /// Who is believed when he says, in `X-Forwarded-For`, whom he has a request from.
    pub proxy_de_confianza: Vec<Proxy>,
    /// Threads for cryptography, XML and SQL that only reads.
    pub trabajadores: usize,
    /// Threads for what writes, most of which wait for the disk together.
    pub escritores: usize,
    /// Requests that may wait for one of those threads, and as many for one of these; more are sent away.
    pub cola: usize,
    /// Milliseconds that one may wait; whoever would wait longer is sent away at once.
    pub espera_milisegundos: u64,
    /// Memory for messages, those that are still coming among them, and for answers that are not taken yet, in MiB.
    pub mensajes_mib: usize,
    /// Seconds that a client may take over the head of a request, from its first octet, and over a TLS handshake.
    pub cabecera_segundos: u64,
    /// Seconds that a client may take over a whole request, from its first octet, and over taking its answer.
    pub peticion_segundos: u64,
    /// Octets a second by which what is large may take longer than that; an answer is taken at an eighth of it.
    pub octetos_por_segundo: u64,
    /// Seconds that a shutdown waits for what has begun.
    pub cierre_segundos: u64,
    /// Seconds between two passes of the task that records lapsed terms.
    pub caducidad_segundos: u64,
    /// How many notifications a page of contract WSCN holds, whose clients cannot say it: from 1 to 1,000.
    pub pagina_wscn: u16,
}

impl Default for Servicio {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        Self {
            direccion: SocketAddr::from(([127, 0, 0, 1], 8080)).into(),
            url_publica: None,
            proxy_de_confianza: Vec::new(),
            trabajadores: cores * 2,
            escritores: 64,
            cola: 1024,
            espera_milisegundos: 1500,
            mensajes_mib: 256,
            cabecera_segundos: 10,
            peticion_segundos: 30,
            octetos_por_segundo: 100_000,
            cierre_segundos: 30,
            caducidad_segundos: 60,
            pagina_wscn: 500,
        }
    }
}

impl Servicio {
    /// What cannot be: whether it is so, the option, and why.
    pub(super) fn out_of_range(&self) -> [(bool, &'static str, &'static str); 11] {
        let no_url = |url: &String| !(url.starts_with("http://") || url.starts_with("https://"));
        [
            (
                self.trabajadores == 0,
                "servicio.trabajadores",
                "at least one thread is needed",
            ),
            (
                self.escritores == 0,
                "servicio.escritores",
                "at least one thread is needed",
            ),
            (self.cola == 0, "servicio.cola", "at least one place is needed"),
            (
                self.espera_milisegundos == 0,
                "servicio.espera_milisegundos",
                "must be one or more",
            ),
            (
                self.mensajes_mib < LEAST_MIB,
                "servicio.mensajes_mib",
                "must be 32 or more",
            ),
            (
                self.cabecera_segundos == 0,
                "servicio.cabecera_segundos",
                "must be a second or more",
            ),
            (
                self.peticion_segundos < self.cabecera_segundos,
                "servicio.peticion_segundos",
                "must not be less than servicio.cabecera_segundos",
            ),
            (
                self.octetos_por_segundo == 0,
                "servicio.octetos_por_segundo",
                "must be one or more",
            ),
            (
                self.caducidad_segundos == 0,
                "servicio.caducidad_segundos",
                "must be a second or more",
            ),
            (
                !(1..=1000).contains(&self.pagina_wscn),
                "servicio.pagina_wscn",
                "must be from 1 to 1000",
            ),
            (
                self.url_publica.as_ref().is_some_and(no_url),
                "servicio.url_publica",
                "must begin with http:// or https://",
            ),
        ]
    }
}
