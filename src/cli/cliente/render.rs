//! Answers as tables for people, or as JSON for programs: lines of text.

use serde_json::{Value, json};

use crate::contract::canal::messages::{
    ConsultarPoderdantesResponse, Identidad, Notificacion, Practicada, Resultado,
};
use crate::domain::notificacion::Estado;

use super::obtener::Obtenido;

pub(super) fn poderdantes(answer: &ConsultarPoderdantesResponse, as_json: bool) -> String {
    if as_json {
        let rows: Vec<Value> = answer
            .poderdantes
            .iter()
            .map(|one| {
                json!({
                    "nif": one.nif, "denominacion": one.denominacion, "rol": one.rol,
                    "materias": one.materias.materias, "vigenteHasta": one.vigente_hasta,
                })
            })
            .collect();
        let warning = json!({ "codigo": answer.advertencia.codigo, "texto": answer.advertencia.texto });
        return line(&json!({ "poderdantes": rows, "advertencia": warning }));
    }
    let table = table(
        ["NIF", "ROL", "HASTA", "MATERIAS", "DENOMINACIÓN"],
        answer.poderdantes.iter().map(|one| {
            [
                one.nif.clone(),
                one.rol.to_string(),
                one.vigente_hasta.as_deref().map_or_else(|| "-".to_owned(), day),
                one.materias.materias.join(","),
                one.denominacion.clone(),
            ]
        }),
    );
    let ConsultarPoderdantesResponse { advertencia, .. } = answer;
    format!(
        "{table}\nAdvertencia {}:\n{}\n",
        advertencia.codigo, advertencia.texto
    )
}

pub(super) fn notificaciones(all: &[Notificacion], as_json: bool) -> String {
    if as_json {
        let rows: Vec<Value> = all.iter().map(notificacion).collect();
        return line(&Value::from(rows));
    }
    let table = table(
        [
            "CÓDIGO",
            "PODERDANTE",
            "ROLES",
            "ESTADO",
            "FIN",
            "DÍAS",
            "ENTIDAD",
            "PROCEDIMIENTO",
        ],
        all.iter().map(|one| {
            [
                one.codigo.to_string(),
                one.poderdante.clone(),
                one.roles
                    .roles
                    .iter()
                    .map(ToString::to_string)
                    .collect::<Vec<_>>()
                    .join(","),
                Estado::from_number(one.estado)
                    .map_or("?", Estado::descripcion)
                    .to_owned(),
                one.fin_disponibilidad
                    .as_deref()
                    .map_or_else(|| "-".to_owned(), day),
                one.dias_restantes
                    .map_or_else(|| "-".to_owned(), |days| days.to_string()),
                one.entidad.clone(),
                one.procedimiento.clone(),
            ]
        }),
    );
    format!("{table}\n{} notificaciones\n", all.len())
}

/// With how each was practised.
pub(super) fn practicadas(all: &[Notificacion]) -> String {
    let table = table(
        [
            "CÓDIGO",
            "PODERDANTE",
            "ESTADO",
            "PRACTICADA",
            "SENTIDO",
            "ROL O MEDIO",
            "FIRMANTE",
        ],
        all.iter().map(|one| {
            let none = || "-".to_owned();
            let practicada = one.practicada.as_ref();
            let firmante = practicada.and_then(|how| how.firmante.as_ref());
            let signed =
                firmante.and_then(|firmante| firmante.persona.as_ref().or(firmante.entidad.as_ref()));
            [
                one.codigo.to_string(),
                one.poderdante.clone(),
                one.estado.to_string(),
                practicada.map_or_else(none, |how| how.fecha.clone()),
                practicada.map_or_else(none, |how| how.sentido.clone()),
                practicada
                    .and_then(|how| how.rol.map(|rol| rol.to_string()).or_else(|| how.medio.clone()))
                    .unwrap_or_else(none),
                signed.map_or_else(none, |one| format!("{} {}", one.nif, one.nombre)),
            ]
        }),
    );
    format!("{table}\n{} notificaciones\n", all.len())
}

pub(super) fn resultados(all: &[Resultado], as_json: bool) -> String {
    if as_json {
        let rows: Vec<Value> = all.iter().map(resultado).collect();
        return line(&Value::from(rows));
    }
    let table = table(
        ["CÓDIGO", "RESULTADO", "FECHA", "ACUSE O ERROR"],
        all.iter().map(|one| match (&one.acuse, &one.error) {
            (Some(acuse), _) => [
                one.codigo.to_string(),
                if one.repetida { "repetida" } else { "hecho" }.to_owned(),
                acuse.fecha.clone(),
                acuse.identificador.clone(),
            ],
            (None, error) => [
                one.codigo.to_string(),
                "NO".to_owned(),
                "-".to_owned(),
                error.as_ref().map_or_else(String::new, |error| {
                    format!("{}: {}", error.codigo, error.descripcion)
                }),
            ],
        }),
    );
    let done = all.iter().filter(|one| one.acuse.is_some()).count();
    format!("{table}\n{done} de {}\n", all.len())
}

pub(super) fn obtenidos(all: &[Obtenido], as_json: bool) -> String {
    if as_json {
        let rows: Vec<Value> = all.iter().map(obtenido).collect();
        return line(&Value::from(rows));
    }
    table(
        ["CÓDIGO", "OCTETOS", "FICHERO O ERROR"],
        all.iter().map(|one| match &one.result {
            Ok(file) => [
                one.codigo.to_string(),
                file.octets.to_string(),
                file.path.display().to_string(),
            ],
            Err(denied) => [
                one.codigo.to_string(),
                "-".to_owned(),
                format!("{}: {}", denied.codigo, denied.descripcion),
            ],
        }),
    )
}

fn obtenido(one: &Obtenido) -> Value {
    match &one.result {
        Ok(file) => {
            json!({ "codigo": one.codigo.number(), "fichero": file.path, "octetos": file.octets, "error": null })
        }
        Err(denied) => json!({
            "codigo": one.codigo.number(), "fichero": null, "octetos": null,
            "error": { "codigo": denied.codigo, "descripcion": denied.descripcion },
        }),
    }
}

fn line(value: &Value) -> String {
    format!("{value}\n")
}

fn notificacion(one: &Notificacion) -> Value {
    let mut value = plain(one);
    if let (Some(how), Value::Object(members)) = (&one.practicada, &mut value) {
        members.insert("practicada".to_owned(), practicada(how));
    }
    value
}

fn practicada(how: &Practicada) -> Value {
    let identity = |one: &Option<Identidad>| {
        one.as_ref()
            .map(|one| json!({ "nif": one.nif, "nombre": one.nombre }))
    };
    let firmante = how
        .firmante
        .as_ref()
        .map(|one| json!({ "persona": identity(&one.persona), "entidad": identity(&one.entidad) }));
    json!({
        "fecha": how.fecha, "sentido": how.sentido, "rol": how.rol, "medio": how.medio, "firmante": firmante,
    })
}

fn plain(one: &Notificacion) -> Value {
    json!({
        "codigo": one.codigo, "poderdante": one.poderdante, "roles": one.roles.roles, "entidad": one.entidad,
        "codigoProcedimiento": one.codigo_procedimiento, "procedimiento": one.procedimiento,
        "materia": one.materia, "asunto": one.asunto, "tipoDestinatario": one.tipo_destinatario,
        "destinatario": one.destinatario, "nombreDestinatario": one.nombre_destinatario, "estado": one.estado,
        "puestaADisposicion": one.puesta_a_disposicion, "finDisponibilidad": one.fin_disponibilidad,
        "diasRestantes": one.dias_restantes, "categoriaEspecial": one.categoria_especial,
        "documento": { "huella": one.documento.huella, "tamano": one.documento.tamano },
    })
}

fn resultado(one: &Resultado) -> Value {
    let acuse = one.acuse.as_ref().map(
        |acuse| json!({ "identificador": acuse.identificador, "fecha": acuse.fecha, "huella": acuse.huella }),
    );
    let error = one
        .error
        .as_ref()
        .map(|error| json!({ "codigo": error.codigo, "descripcion": error.descripcion }));
    json!({ "codigo": one.codigo, "acuse": acuse, "error": error, "repetida": one.repetida })
}

/// Columns as wide as their widest cell.
fn table<const N: usize>(heads: [&str; N], rows: impl Iterator<Item = [String; N]>) -> String {
    let rows: Vec<[String; N]> = std::iter::once(heads.map(str::to_owned)).chain(rows).collect();
    let mut widths = [0; N];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut text = String::new();
    for row in &rows {
        let cells: Vec<String> = row
            .iter()
            .zip(widths)
            .map(|(cell, width)| format!("{cell:<width$}"))
            .collect();
        text.push_str(cells.join("  ").trim_end());
        text.push('\n');
    }
    text
}

/// The day of a date and time.
fn day(date_time: &str) -> String {
    date_time.chars().take(10).collect()
}
