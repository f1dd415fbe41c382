//! An explanation as a JSON object, for programs.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::domain::notificacion::Medio;
use crate::domain::reach::{Alcanza, Impide, Loss, Reason, Titulo};
use crate::domain::rol::Rol;
use crate::domain::vigencia::{Intervalo, SIEMPRE};
use crate::usecase::explain::{Explicacion, Pregunta};

use super::texto::rule;

/// The whole explanation.
pub(super) fn object(pregunta: &Pregunta, explicacion: &Explicacion) -> Value {
    let estado = explicacion
        .notificacion
        .as_ref()
        .map(|notificacion| notificacion.estado_at(explicacion.en).number());
    json!({
        "nif": pregunta.nif.as_str(),
        "poderdante": pregunta.poderdante.as_str(),
        "codigo": pregunta.codigo.number(),
        "en": explicacion.en.to_rfc3339(),
        "sabido": explicacion.sabido.to_rfc3339(),
        "estado": estado,
        "medio": explicacion.fuera.map(Medio::code),
        "caducidadesAnuladas": explicacion
            .anuladas
            .iter()
            .map(|one| json!({ "caducaba": one.caducaba.to_rfc3339(), "anulada": one.anulada.to_rfc3339() }))
            .collect::<Vec<_>>(),
        "razones": explicacion.razones.iter().map(reason).collect::<Vec<_>>(),
        "puede": explicacion
            .puede
            .iter()
            .map(|one| json!({
                "rol": one.rol.number(),
                "decidir": one.decidir,
                "documento": one.documento,
                "acuse": one.acuse,
            }))
            .collect::<Vec<_>>(),
    })
}

fn reason(razon: &Reason) -> Value {
    let (alcanza, (motivo, fechas)) = match razon.juicio {
        Ok(alcanza) => (true, reaches(alcanza)),
        Err(impide) => (false, hinders(impide)),
    };
    json!({
        "rol": razon.rol.number(),
        "alcanza": alcanza,
        "motivo": motivo,
        "regla": rule(razon).numero(),
        "norma": rule(razon).norma(),
        "fechas": fechas,
        "titulo": razon.titulo.as_ref().map(title),
    })
}

fn title(titulo: &Titulo) -> Value {
    match titulo {
        Titulo::Destinatario(nif) => json!({ "clase": "destinatario", "nif": nif.as_str() }),
        Titulo::Sucesion(sucesion) => json!({
            "clase": "sucesion",
            "antecesor": sucesion.antecesor.as_str(),
            "entidad": sucesion.entidad.code(),
            "causa": sucesion.clase.code(),
            "vigencia": stretch(sucesion.vigencia),
        }),
        Titulo::Red(asignacion, tenencia) => json!({
            "clase": "red",
            "autorizacion": asignacion.autorizacion.number(),
            "calidad": tenencia.calidad.code(),
            "vigencia": stretch(tenencia.vigencia),
            "cuenta": asignacion.cuenta.as_str(),
            "asignada": stretch(asignacion.vigencia()),
        }),
        Titulo::Poder(poder) => json!({
            "clase": "poder",
            "referencia": poder.referencia,
            "estado": poder.estado.code(),
            "inscrito": poder.inscrito.to_rfc3339(),
            "fin": poder.fin.to_rfc3339(),
            "baja": poder.baja.map(|baja| baja.to_rfc3339()),
        }),
    }
}

/// Null is always, at the beginning, and no end, at the end.
fn stretch(vigencia: Intervalo) -> Value {
    let desde = Some(vigencia.desde).filter(|desde| *desde != SIEMPRE);
    json!({
        "desde": desde.map(|at| at.to_rfc3339()),
        "hasta": vigencia.hasta.map(|at| at.to_rfc3339()),
    })
}

/// A reason's name, and its dates by theirs.
type Named = (&'static str, Value);

fn reaches(alcanza: Alcanza) -> Named {
    match alcanza {
        Alcanza::Destinatario => ("destinatario", json!({})),
        Alcanza::Publicada { desde } => ("publicada_despues", one("desde", desde)),
        Alcanza::Pendiente { desde } => ("pendiente_entonces", one("desde", desde)),
        Alcanza::EmitidaAntes { perdida } => ("emitida_antes_de_perder", one("perdida", perdida)),
        Alcanza::AceptadaEntonces { cese } => ("aceptada_mientras_era_titular", one("cese", cese)),
    }
}

fn hinders(impide: Impide) -> Named {
    match impide {
        Impide::SinTitulo(Rol::Propio) => ("no_es_el_destinatario", json!({})),
        Impide::SinTitulo(Rol::AutorizadoRed) => ("sin_autorizacion", json!({})),
        Impide::SinTitulo(Rol::Apoderado) => ("sin_poder", json!({})),
        Impide::FueraDeObligacion(_) => ("obligacion_fuera_de_red", json!({})),
        Impide::FueraDeRed(_) => ("materia_fuera_de_red", json!({})),
        Impide::CategoriaEspecial => ("categoria_especial", json!({})),
        Impide::DeOtroOrgano(_) => ("de_otro_organo", json!({})),
        Impide::SucesionTerminada { fin } => ("sucesion_terminada", one("fin", fin)),
        Impide::OtraCuenta => ("otra_cuenta", json!({})),
        Impide::AunNo { desde } => ("aun_no", one("desde", desde)),
        Impide::UsuarioCesado { hasta } => ("usuario_cesado", one("hasta", hasta)),
        Impide::NuncaALaVez => ("nunca_a_la_vez", json!({})),
        Impide::ExcluidoDesdeAntes(perdida) => ("excluido_desde_antes", lost(perdida)),
        Impide::NadaSeConserva(perdida) => ("nada_se_conserva", lost(perdida)),
        Impide::EmitidaDespues(perdida) => ("emitida_despues_de_perder", lost(perdida)),
        Impide::PracticadaAntes { practicada, desde } => (
            "practicada_antes",
            json!({ "practicada": practicada.to_rfc3339(), "desde": desde.to_rfc3339() }),
        ),
        Impide::NoAceptadaEntonces { cese } => ("no_aceptada_mientras_era_titular", one("cese", cese)),
        Impide::FueraDelPoder(_) => ("materia_fuera_del_poder", json!({})),
        Impide::SinEfecto(estado) => (estado.code(), json!({})),
        Impide::SinEfectoNoConstaDesdeCuando(estado) => (estado.code(), json!({ "baja": null })),
        Impide::Caducado { fin } => ("terminado", one("fin", fin)),
    }
}

fn one(name: &str, at: DateTime<Utc>) -> Value {
    json!({ name: at.to_rfc3339() })
}

fn lost(perdida: Loss) -> Value {
    match perdida {
        Loss::Desvinculacion(at) => one("desvinculacion", at),
        Loss::Desasignacion(at) => one("desasignacion", at),
    }
}
