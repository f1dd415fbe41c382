//! An explanation in plain Spanish.

use std::fmt::Write;

use chrono::{DateTime, Utc};
use chrono_tz::Europe::Madrid;

use crate::domain::materia::Materia;
use crate::domain::notificacion::{Medio, Notificacion, Situacion};
use crate::domain::plazo::{last_second, of_our_era};
use crate::domain::poder::{Alcance, EstadoPoder, Poder, Tramite};
use crate::domain::reach::{Alcanza, Impide, Loss, Reason, Rule, Titulo};
use crate::domain::red::Calidad;
use crate::domain::rol::Rol;
use crate::domain::sucesion::ClaseSucesion;
use crate::domain::vigencia::{Intervalo, SIEMPRE};
use crate::usecase::explain::{Explicacion, Pregunta, Puede};

/// The whole explanation.
pub(super) fn explanation(pregunta: &Pregunta, explicacion: &Explicacion) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(
        text,
        "Se pregunta por {}, el {}, con lo registrado hasta el {}.",
        pregunta.nif.as_str(),
        instant(explicacion.en),
        instant(explicacion.sabido),
    );
    let Some(notificacion) = &explicacion.notificacion else {
        let _ = writeln!(
            text,
            "{} no tenía entonces ninguna notificación con el código {}.",
            pregunta.poderdante.as_str(),
            pregunta.codigo,
        );
        return text;
    };
    let _ = writeln!(
        text,
        "{}",
        heading(notificacion, explicacion.fuera, explicacion.en)
    );
    for one in &explicacion.anuladas {
        let _ = writeln!(
            text,
            "Caducó con el plazo que terminó el {}, y quien opera el servicio anuló esa caducidad el {}.",
            instant(last_second(one.caducaba)),
            instant(one.anulada),
        );
    }
    for rol in Rol::ALL {
        let _ = writeln!(text, "\n{}:", role(rol));
        for razon in explicacion.razones.iter().filter(|razon| razon.rol == rol) {
            let _ = writeln!(text, "  {}", line(razon));
        }
    }
    let _ = writeln!(text, "\n{}", conclusion(&explicacion.puede));
    text
}

fn heading(notificacion: &Notificacion, fuera: Option<Medio>, en: DateTime<Utc>) -> String {
    let estado = notificacion.estado_at(en);
    let term = notificacion.caduca.map_or_else(
        || "sin plazo".to_owned(),
        |caduca| format!("con plazo hasta el {}", instant(last_second(caduca))),
    );
    let decided = match notificacion.situacion {
        Situacion::Decidida { instante, .. } => format!(", el {}", instant(instante)),
        Situacion::Caducada | Situacion::Pendiente { .. } => String::new(),
    };
    format!(
        "Notificación {} a {}, {} ({}), obligación {}, puesta a disposición el {}, {term}. Estado: {}{decided}.",
        notificacion.codigo,
        notificacion.sujeto.as_str(),
        notificacion.procedimiento.codigo,
        notificacion.procedimiento.materia.code(),
        notificacion.obligacion.code(),
        instant(notificacion.puesta_a_disposicion),
        fuera.map_or(estado.descripcion(), |medio| medio.descripcion(estado)),
    )
}

fn role(rol: Rol) -> &'static str {
    match rol {
        Rol::Propio => "Como destinatario (rol 1)",
        Rol::AutorizadoRed => "Como autorizado RED (rol 2)",
        Rol::Apoderado => "Como apoderado (rol 3)",
    }
}

fn line(razon: &Reason) -> String {
    let title = razon.titulo.as_ref().map(title).unwrap_or_default();
    let (answer, why) = match razon.juicio {
        Ok(alcanza) => ("SÍ", reaches(alcanza)),
        Err(impide) => ("NO", hinders(impide)),
    };
    format!("{answer}. {title}{why} ({})", rule(razon).norma())
}

/// The rule by which a title reaches or does not.
pub(super) fn rule(razon: &Reason) -> Rule {
    match razon.juicio {
        Ok(alcanza) => alcanza.regla(razon.rol),
        Err(impide) => impide.regla(razon.rol),
    }
}

fn title(titulo: &Titulo) -> String {
    match titulo {
        Titulo::Destinatario(_) => String::new(),
        Titulo::Sucesion(sucesion) => {
            let causa = match sucesion.clase {
                ClaseSucesion::InterVivos => "entre vivos",
                ClaseSucesion::MortisCausa => "por causa de muerte",
            };
            format!(
                "Sucesor del destinatario {causa}, autorizado por {}, {}. ",
                sucesion.entidad.code(),
                stretch(sucesion.vigencia),
            )
        }
        Titulo::Red(asignacion, tenencia) => {
            let calidad = match tenencia.calidad {
                Calidad::Titular => "titular",
                Calidad::Usuario => "usuario",
            };
            format!(
                "Autorización {}, de la que es {calidad} {}; gestiona la cuenta {} {}. ",
                asignacion.autorizacion.number(),
                stretch(tenencia.vigencia),
                asignacion.cuenta.as_str(),
                stretch(asignacion.vigencia()),
            )
        }
        Titulo::Poder(poder) => power(poder),
    }
}

fn power(poder: &Poder) -> String {
    let scope = match &poder.alcance {
        Alcance::General => "general".to_owned(),
        Alcance::Materias(materias) => {
            let codes: Vec<&str> = materias.iter().map(|materia| materia.code()).collect();
            format!("por materias ({})", codes.join(", "))
        }
        Alcance::Tramites(tramites) => {
            let codes: Vec<&str> = tramites.iter().map(Tramite::code).collect();
            format!("por trámites ({})", codes.join(", "))
        }
    };
    let ended = poder
        .baja
        .map_or_else(String::new, |baja| format!(", con baja el {}", instant(baja)));
    format!(
        "Poder {} {scope}, inscrito el {}, hasta el {}{ended}. ",
        poder.referencia,
        instant(poder.inscrito),
        instant(last_second(poder.fin)),
    )
}

fn reaches(alcanza: Alcanza) -> String {
    match alcanza {
        Alcanza::Destinatario => "La notificación se dirige a este NIF.".to_owned(),
        Alcanza::Publicada { desde } => format!(
            "Se puso a disposición cuando ya tenía el título ({}).",
            since(desde)
        ),
        Alcanza::Pendiente { desde } => {
            format!(
                "Se puso a disposición antes, y estaba pendiente cuando tuvo el título ({}).",
                since(desde)
            )
        }
        Alcanza::EmitidaAntes { perdida } => format!(
            "Perdió al destinatario el {}, y la notificación ya se había emitido: la conserva.",
            instant(perdida)
        ),
        Alcanza::AceptadaEntonces { cese } => format!(
            "Dejó de ser titular de la autorización el {}, y la notificación se aceptó mientras lo era: la sigue viendo.",
            instant(cese)
        ),
    }
}

fn hinders(impide: Impide) -> String {
    match impide {
        Impide::SinTitulo(Rol::Propio) => "La notificación no se dirige a este NIF.".to_owned(),
        Impide::SinTitulo(Rol::AutorizadoRed) => {
            "No consta que actúe por una autorización RED que gestione cuentas del destinatario.".to_owned()
        }
        Impide::SinTitulo(Rol::Apoderado) => "No consta ningún poder del destinatario.".to_owned(),
        Impide::FueraDeObligacion(obligacion) => {
            let code = obligacion.code();
            format!("RED sólo llega a los obligados por el artículo 4.1.a o 4.1.b, y la obligación es «{code}».")
        }
        Impide::FueraDeRed(materia) => format!("RED no llega a la materia {}.", materia.code()),
        Impide::CategoriaEspecial => "Contiene datos de categoría especial, a los que RED no llega.".to_owned(),
        Impide::DeOtroOrgano(entidad) => format!(
            "La sucesión la autorizó {}, y la notificación es de otro órgano.",
            entidad.code()
        ),
        Impide::SucesionTerminada { fin } => {
            format!("La autorización al sucesor terminó el {}.", instant(fin))
        }
        Impide::OtraCuenta => {
            "Esa cuenta no era, mientras la gestionó, el CCC principal del destinatario ni, en su defecto, su NAF.".to_owned()
        }
        Impide::AunNo { desde } => format!("El título empieza el {}.", instant(desde)),
        Impide::UsuarioCesado { hasta } => format!("Dejó de ser usuario el {}.", instant(hasta)),
        Impide::NuncaALaVez => "Nunca fue titular mientras la autorización gestionaba al destinatario.".to_owned(),
        Impide::ExcluidoDesdeAntes(perdida) => {
            format!("Antes de que tuviera el título, {}.", lost(perdida))
        }
        Impide::NadaSeConserva(perdida) => {
            format!("Ya no lo tiene: {}, y este servicio no conserva lo emitido antes.", lost(perdida))
        }
        Impide::EmitidaDespues(perdida) => format!("Se emitió después de perder al destinatario: {}.", lost(perdida)),
        Impide::PracticadaAntes { practicada, desde } => format!(
            "Se había practicado el {}, antes de que tuviera el título ({}).",
            instant(practicada),
            since(desde)
        ),
        Impide::NoAceptadaEntonces { cese } => format!(
            "Dejó de ser titular de la autorización el {}, y la notificación no se aceptó mientras lo era.",
            instant(cese)
        ),
        Impide::FueraDelPoder(materia) => uncovered(materia),
        Impide::SinEfecto(estado) => state(estado).to_owned(),
        Impide::SinEfectoNoConstaDesdeCuando(estado) => {
            format!("{} No consta desde cuándo: aquí se da por no vigente en ningún momento.", state(estado))
        }
        Impide::Caducado { fin } => format!("El poder terminó el {}.", instant(last_second(fin))),
    }
}

fn uncovered(materia: Materia) -> String {
    format!(
        "El poder no permite recibir notificaciones de la materia {}.",
        materia.code()
    )
}

fn state(estado: EstadoPoder) -> &'static str {
    match estado {
        EstadoPoder::Solicitado => "El poder está solicitado, y sólo cuenta inscrito.",
        EstadoPoder::PendienteAceptacion => "El apoderado no ha aceptado el poder.",
        EstadoPoder::PendienteDeclaracion => "Falta la declaración responsable del apoderado.",
        EstadoPoder::Inscrito => "El poder está inscrito.",
        EstadoPoder::Renunciado => "El apoderado renunció al poder.",
        EstadoPoder::Revocado => "El poder se revocó.",
        EstadoPoder::Caducado => "El poder caducó.",
        EstadoPoder::NoAceptado => "El poder no se aceptó en plazo.",
    }
}

fn lost(perdida: Loss) -> String {
    match perdida {
        Loss::Desvinculacion(at) => format!("la autorización dejó de gestionarlo el {}", instant(at)),
        Loss::Desasignacion(at) => {
            format!("el destinatario desasignó a los autorizados el {}", instant(at))
        }
    }
}

fn conclusion(puede: &[Puede]) -> String {
    let lines: Vec<String> = puede
        .iter()
        .map(|one| {
            let mut acts = vec!["ve que existe"];
            if one.decidir {
                acts.push("puede aceptarla o rechazarla");
            }
            if one.documento {
                acts.push("puede obtener el documento");
            }
            if one.acuse {
                acts.push("puede obtener el acuse");
            }
            format!("con el rol {} {}", one.rol.number(), acts.join(", "))
        })
        .collect();
    if lines.is_empty() {
        "Conclusión: para este NIF la notificación no existe.".to_owned()
    } else {
        format!("Conclusión: {}.", lines.join("; "))
    }
}

fn stretch(vigencia: Intervalo) -> String {
    let from = since(vigencia.desde);
    match vigencia.hasta {
        Some(hasta) => format!("{from} hasta el {}", instant(hasta)),
        None => from,
    }
}

fn since(desde: DateTime<Utc>) -> String {
    if desde == SIEMPRE {
        "desde siempre".to_owned()
    } else {
        format!("desde el {}", instant(desde))
    }
}

fn instant(at: DateTime<Utc>) -> String {
    of_our_era(at)
        .with_timezone(&Madrid)
        .format("%d-%m-%Y %H:%M:%S")
        .to_string()
}
