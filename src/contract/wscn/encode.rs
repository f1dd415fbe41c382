//! Outcomes to payloads, strictly by the schema.
//!
//! Programs read these answers with little care: `error` is always there, `codigoNotificacion` is repeated in errors too,
//! and an error in a listing says that there is no more.

use uuid::Uuid;

use super::Entorno;
use super::code::{self, Coded};
use super::message::{Echo, Operation};
use super::wire_time::Stamp;
use crate::domain::by_rol::{PageByRol, PerRol, Practicada};
use crate::domain::notificacion::{Codigo, Notificacion, TipoDestinatario};
use crate::domain::operation::PoderdanteEntry;
use crate::domain::plazo;
use crate::domain::rol::Rol;
use crate::soap::fault::{Fault, FaultCode};
use crate::xml::soap::SoapVersion;
use crate::xml::write::{Canonical, Ns, Out, base64_length};

/// Room for what surrounds the rows of a list.
const FRAME: usize = 1024;
/// Room for a notification in a list.
const NOTIFICACION: usize = 640;
/// Room for a poderdante in a list.
const PODERDANTE: usize = 200;

/// Order of the lists, and of their cursors, in the schema; with the names of both.
const LISTS: [(Rol, &str, &str); 3] = [
    (
        Rol::Apoderado,
        "codigoSiguienteNotificacionApoderado",
        "notificacionesApoderado",
    ),
    (
        Rol::AutorizadoRed,
        "codigoSiguienteNotificacionAutorizadoRED",
        "notificacionesAutorizadoRED",
    ),
    (
        Rol::Propio,
        "codigoSiguienteNotificacionPropia",
        "notificacionesPropias",
    ),
];

/// Writes the answers to one request.
#[derive(Debug, Clone, Copy)]
pub struct Answer {
    /// Of which environment the service is.
    pub entorno: Entorno,
    /// The request, by which an operator finds it (D-114).
    pub peticion: Uuid,
}

impl Answer {
    /// The answer of `consultarListadoNotificaciones`. Writing it is no access to any notification (D-4).
    #[must_use]
    pub fn listado(&self, page: &PageByRol) -> Canonical {
        let rows: usize = Rol::ALL
            .iter()
            .map(|rol| page.notificaciones.get(*rol).len())
            .sum();
        self.payload(Operation::ConsultarListado, rows * NOTIFICACION, |out| {
            self.list(out, &page.siguiente, &code::success(), page.hay_mas, |out| {
                for (rol, _, element) in LISTS {
                    for notificacion in page.notificaciones.get(rol) {
                        row(out, element, notificacion, page);
                    }
                }
            });
        })
    }

    /// The answer of `solicitarAcuseNotificacion`, with the sealed document.
    #[must_use]
    pub fn acuse(&self, codigo: Codigo, sealed: &[u8]) -> Canonical {
        self.payload(Operation::SolicitarAcuse, base64_length(sealed), |out| {
            out.within("acuseNotificacion", |out| {
                out.number("codigoNotificacion", codigo.number());
                self.error_element(out, &code::success());
                out.base64("XML", sealed);
            });
        })
    }

    /// The answer of `enviarAcuseNotificacion` or `verNotificacionAceptada`, which have one form.
    #[must_use]
    pub fn recuperada(&self, operation: Operation, practicada: &Practicada) -> Canonical {
        let room = practicada.documento.as_deref().map_or(0, base64_length);
        self.payload(operation, room, |out| {
            out.within("notificacionRecuperada", |out| {
                out.number("codigoNotificacion", practicada.codigo.number());
                self.error_element(out, &code::success());
                if let Some(documento) = &practicada.documento {
                    out.base64("pdfNotificacion", documento);
                }
                let stamp = Stamp::of(practicada.instante);
                out.token("selladoTiempo", stamp.as_str());
                if self.entorno.stamps_acuse() {
                    out.token("selladoTiempoAcuse", stamp.as_str());
                }
            });
        })
    }

    /// The answer of `solicitarPoderdantes`: those who granted a power, of all whose notifications the caller may
    /// receive (D-54).
    #[must_use]
    pub fn poderdantes(&self, entries: &[PoderdanteEntry]) -> Canonical {
        let granted = || entries.iter().filter(|entry| entry.rol == Rol::Apoderado);
        let room = entries.len() * PODERDANTE;
        self.payload(Operation::SolicitarPoderdantes, room, |out| {
            out.within("listadoPoderdantes", |out| {
                self.error_element(out, &code::success());
                for entry in granted() {
                    out.within("poderdantes", |out| {
                        out.element("denominacion", &entry.denominacion);
                        out.token("identificador", entry.nif.as_str());
                    });
                }
                out.boolean("tienePoderdantes", granted().next().is_some());
            });
        })
    }

    /// The answer of an operation that did not do what was asked, in the form of its answer.
    #[must_use]
    pub fn error(&self, operation: Operation, echo: &Echo, error: &Coded) -> Canonical {
        self.payload(operation, 0, |out| match operation {
            Operation::ConsultarListado => self.list(out, &echo.cursores, error, false, |_| ()),
            Operation::SolicitarAcuse => self.refused(out, "acuseNotificacion", echo, error),
            Operation::EnviarAcuse | Operation::VerNotificacion => {
                self.refused(out, "notificacionRecuperada", echo, error);
            }
            Operation::SolicitarPoderdantes => {
                out.within("listadoPoderdantes", |out| {
                    self.error_element(out, error);
                    out.boolean("tienePoderdantes", false);
                });
            }
        })
    }

    /// A fault, for what no operation can answer. `message` of its type is left out: some stubs cannot read it.
    #[must_use]
    pub fn fault(&self, code: FaultCode, error: &Coded) -> Canonical {
        let fault = Fault {
            code,
            codigo: error.codigo.number().to_string().into(),
            descripcion: error.descripcion.clone(),
            identificador: self.peticion,
        };
        // The binding is of SOAP 1.1 alone.
        fault.payload(SoapVersion::V11, |out| {
            out.in_namespace(self.ns(), |out| {
                out.within(self.entorno.fault(), |out| {
                    out.in_namespace(Ns::NONE, |out| self.error_element(out, error));
                });
            });
        })
    }

    fn payload(&self, operation: Operation, room: usize, content: impl FnOnce(&mut Out<'_>)) -> Canonical {
        let element = format!("{}Response", operation.name());
        Out::document(FRAME + room, self.ns(), element.as_str(), |out| {
            out.in_namespace(Ns::NONE, content);
        })
    }

    /// Of the one element that is in a namespace: what is in it is not, so that it needs a prefix.
    fn ns(&self) -> Ns<'static> {
        Ns::new("ns2", self.entorno.namespace())
    }

    fn list(
        &self,
        out: &mut Out<'_>,
        cursores: &PerRol<i32>,
        error: &Coded,
        hay_mas: bool,
        rows: impl FnOnce(&mut Out<'_>),
    ) {
        out.within("listadoNotificaciones", |out| {
            for (rol, element, _) in LISTS {
                out.number(element, *cursores.get(rol));
            }
            self.error_element(out, error);
            out.boolean("hayMas", hay_mas);
            rows(out);
        });
    }

    fn refused(&self, out: &mut Out<'_>, element: &'static str, echo: &Echo, error: &Coded) {
        out.within(element, |out| {
            out.number("codigoNotificacion", echo.codigo);
            self.error_element(out, error);
        });
    }

    fn error_element(&self, out: &mut Out<'_>, error: &Coded) {
        out.within("error", |out| {
            out.number("codigo", error.codigo.number());
            out.element("descripcion", &error.descripcion);
            let mut buffer = Uuid::encode_buffer();
            out.token(
                "identificadorPeticion",
                self.peticion.hyphenated().encode_lower(&mut buffer),
            );
        });
    }
}

fn row(out: &mut Out<'_>, element: &'static str, notificacion: &Notificacion, page: &PageByRol) {
    let estado = notificacion.estado_at(page.at);
    out.within(element, |out| {
        out.number("codigo", notificacion.codigo.number());
        let elsewhere = page.fuera.get(&notificacion.codigo);
        out.element(
            "descripcionEstado",
            elsewhere.map_or(estado.descripcion(), |medio| medio.descripcion(estado)),
        );
        out.element(
            "descripcionTipoDestinatario",
            tipo_destinatario(notificacion.tipo_destinatario),
        );
        out.element("destinatario", &notificacion.destinatario);
        out.number("estado", estado.number());
        if let Some(lapse) = notificacion.caduca {
            let last = Stamp::of(plazo::last_second(lapse));
            out.token("fechaFinDisponibilidad", last.as_str());
        }
        let published = Stamp::of(notificacion.puesta_a_disposicion);
        out.token("fechaPuestaDisposicion", published.as_str());
        out.element("nombreAppRazonSocial", &notificacion.denominacion);
        out.token("procedimiento", notificacion.procedimiento_visible());
        out.token("tipoDestinatario", notificacion.tipo_destinatario.code());
    });
}

fn tipo_destinatario(tipo: TipoDestinatario) -> &'static str {
    match tipo {
        TipoDestinatario::Ccc => "Código de cuenta de cotización",
        TipoDestinatario::Nif => "Número de identificación fiscal",
        TipoDestinatario::Naf => "Número de afiliación a la Seguridad Social",
    }
}
