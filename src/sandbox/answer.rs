//! What the door answers: JSON, and what is wrong by field or by line.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde_json::{Value, json};

/// Something wrong with what the door was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wrong {
    /// In which line of a file, from 1.
    pub(super) linea: Option<u64>,
    /// In which column of it.
    pub(super) columna: Option<String>,
    /// In which field.
    pub(super) campo: Option<String>,
    /// What is wrong and what would be right, in Spanish.
    pub(super) motivo: String,
}

impl Wrong {
    /// With a field.
    pub(super) fn field(campo: &str, motivo: impl Into<String>) -> Self {
        Self {
            linea: None,
            columna: None,
            campo: Some(campo.to_owned()),
            motivo: motivo.into(),
        }
    }

    /// With all of it.
    pub(super) fn whole(motivo: impl Into<String>) -> Self {
        Self {
            linea: None,
            columna: None,
            campo: None,
            motivo: motivo.into(),
        }
    }

    /// With a line.
    pub(super) fn line(linea: u64, columna: Option<&str>, motivo: impl Into<String>) -> Self {
        Self {
            linea: Some(linea),
            columna: columna.map(str::to_owned),
            campo: None,
            motivo: motivo.into(),
        }
    }

    fn told(&self) -> Value {
        let mut told = json!({ "motivo": self.motivo });
        if let Some(campo) = &self.campo {
            told["campo"] = campo.as_str().into();
        }
        if let Some(linea) = self.linea {
            told["linea"] = linea.into();
            told["columna"] = self.columna.as_deref().into();
        }
        told
    }
}

/// Why the door did nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refused {
    status: StatusCode,
    wrong: Vec<Wrong>,
}

impl Refused {
    /// What was asked cannot be (RFC 9110 §15.5.21).
    pub(super) fn asked(wrong: Vec<Wrong>) -> Self {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        Self { status, wrong }
    }

    /// For one reason, with its status.
    pub(super) fn for_one(status: StatusCode, wrong: Wrong) -> Self {
        let wrong = vec![wrong];
        Self { status, wrong }
    }

    /// It could not be done, whatever was asked.
    pub(super) fn failed(reason: impl Into<String>) -> Self {
        Self::for_one(StatusCode::SERVICE_UNAVAILABLE, Wrong::whole(reason))
    }

    fn response(&self) -> HttpResponse {
        let errors: Vec<Value> = self.wrong.iter().map(Wrong::told).collect();
        HttpResponse::build(self.status).json(json!({ "errores": errors }))
    }
}

/// What was done, or why nothing was.
pub(super) fn response(done: Result<Value, Refused>) -> HttpResponse {
    match done {
        Ok(value) => HttpResponse::Ok().json(value),
        Err(refused) => refused.response(),
    }
}
