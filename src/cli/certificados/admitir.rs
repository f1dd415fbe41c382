//! `notess certificados admitir`: what could never admit anybody is refused, naming the option.

use std::path::{Path, PathBuf};

use chrono::{DateTime, SubsecRound, Utc};
use clap::{ArgGroup, Args};

use super::{day, moment};
use crate::cli::{Failure, Operator};
use crate::domain::notificacion::Huella;
use crate::store::admitted::{self, Admitted, AdmittedRow};
use crate::store::{Deed, StoreError};
use crate::trust::{CaCertificate, CrlFault, RsaMinimo, RsaMinimoError, check_crl, is_oid};

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("revocacion").required(true).args(["crl", "sin_revocacion"])))]
pub(in crate::cli) struct Admitir {
    #[command(flatten)]
    operator: Operator,
    /// The issuer's certificate, PEM or DER
    certificado: PathBuf,
    /// A name for it; without it, that of its subject
    #[arg(long)]
    nombre: Option<String>,
    /// First day (of Madrid) on which it is admitted, or the instant, with its zone; without it, from now
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = moment)]
    desde: Option<DateTime<Utc>>,
    /// First day (of Madrid) on which it is no longer admitted, or the instant, with its zone
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = moment)]
    hasta: Option<DateTime<Utc>>,
    /// Certificate policy (OID) for which it is admitted; may be repeated; without it, any
    #[arg(long = "politica", value_name = "OID")]
    politicas: Vec<String>,
    /// Its revocation lists (PEM or DER), which you keep fresh: a file, a folder of them, or a pattern in quotes such as
    /// '/var/crl/CRL*.crl'; they are read again whenever they change
    #[arg(long, value_name = "FILE")]
    crl: Option<PathBuf>,
    /// Admit its certificates although nothing tells which are revoked
    #[arg(long)]
    sin_revocacion: bool,
    /// Take its seals of entities too, not only certificates of persons
    #[arg(long)]
    sellos: bool,
    /// Least bits of the RSA keys that it certifies, or, as DAY=BITS, from a day (of Madrid) on; may be repeated; without
    /// it, what firma.rsa_minimo says
    #[arg(long = "rsa-minimo", value_name = "BITS")]
    rsa_minimo: Vec<String>,
}

/// Why an issuer is not admitted as the operator wrote it.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
enum Unfit {
    #[error("option `--hasta`: the admission would end on {hasta}, and not begin before {desde}")]
    EndsFirst { desde: String, hasta: String },
    #[error("option `--hasta`: {0} is past")]
    Past(String),
    #[error(
        "{certificado}: the certificate is valid only from {desde} to {hasta}, and not while it is to be admitted"
    )]
    OutOfValidity {
        certificado: String,
        desde: String,
        hasta: String,
    },
    #[error("option `--rsa-minimo`: {0}")]
    RsaMinimo(RsaMinimoError),
    #[error("option `--politica`: {0:?} is not an object identifier such as 1.3.6.1.4.1.5734.3.10.1")]
    Policy(String),
    #[error("option `--crl`: {path}: {fault}")]
    Crl { path: String, fault: CrlFault },
    #[error("option `--crl`: {path}: {reason}")]
    Path { path: String, reason: String },
}

impl Admitir {
    pub(super) fn run(self) -> Result<(), Failure> {
        // As the store keeps instants.
        let now = Utc::now().trunc_subsecs(6);
        let named = |error: &dyn std::fmt::Display| format!("{}: {error}", self.certificado.display());
        let octets = std::fs::read(&self.certificado).map_err(|error| named(&error))?;
        let ca = CaCertificate::inspect(&octets).map_err(|error| named(&error))?;
        self.check_policies()?;
        let rsa_minimo = self.rsa_minimo()?;
        let (desde, hasta) = self.term(&ca, now)?;
        let crl = self
            .crl
            .as_deref()
            .map(|path| usable_crl(path, &ca, now))
            .transpose()?;
        let entry = Admitted {
            nombre: self.nombre.unwrap_or_else(|| ca.nombre().to_owned()),
            certificado: ca.der().to_vec(),
            desde,
            hasta,
            politicas: self.politicas,
            revocacion: if crl.is_some() { "crl" } else { "ninguna" }.to_owned(),
            crl,
            sellos: self.sellos,
            rsa_minimo: rsa_minimo.map(|minimo| minimo.to_string()),
        };
        let fichero = Huella(openssl::sha::sha256(&octets));
        let (id, before) = self.operator.desk()?.write::<_, StoreError, _>(|conn| {
            let before = admitted::list(conn)?;
            let id = admitted::insert(conn, &entry)?;
            Ok(((id, before), admission(id, &entry).file(Some(fichero))))
        })?;
        println!("admitted as entry {id}: {}", entry.nombre);
        for row in before.iter().filter(|row| overlap(&row.admitted, &entry, now)) {
            warn_of_another(row);
        }
        Ok(())
    }

    fn check_policies(&self) -> Result<(), Unfit> {
        match self.politicas.iter().find(|policy| !is_oid(policy)) {
            Some(other) => Err(Unfit::Policy(other.clone())),
            None => Ok(()),
        }
    }

    fn rsa_minimo(&self) -> Result<Option<RsaMinimo>, Unfit> {
        if self.rsa_minimo.is_empty() {
            return Ok(None);
        }
        let words = self.rsa_minimo.iter().map(String::as_str);
        RsaMinimo::parse(words).map(Some).map_err(Unfit::RsaMinimo)
    }

    /// From when until when it is admitted: some time that is to come, in the validity of its certificate.
    fn term(
        &self,
        ca: &CaCertificate,
        now: DateTime<Utc>,
    ) -> Result<(DateTime<Utc>, Option<DateTime<Utc>>), Unfit> {
        let desde = self.desde.map_or(now, |desde| desde.trunc_subsecs(6));
        let hasta = self.hasta.map(|hasta| hasta.trunc_subsecs(6));
        match hasta {
            Some(hasta) if self.desde.is_some() && hasta <= desde => {
                return Err(Unfit::EndsFirst {
                    desde: day(desde),
                    hasta: day(hasta),
                });
            }
            Some(hasta) if hasta <= now => return Err(Unfit::Past(day(hasta))),
            _ => {}
        }
        let (first, last) = (ca.vigente_desde(), ca.vigente_hasta());
        if last < desde.max(now) || hasta.is_some_and(|hasta| hasta <= first) {
            return Err(Unfit::OutOfValidity {
                certificado: self.certificado.display().to_string(),
                desde: day(first),
                hasta: day(last),
            });
        }
        Ok((desde, hasta))
    }
}

/// The path by which the service is to read a revocation list, if the list can be used. One that is out of date can, once
/// somebody renews it.
fn usable_crl(path: &Path, ca: &CaCertificate, now: DateTime<Utc>) -> Result<String, Unfit> {
    let unfit = |reason: String| Unfit::Path {
        path: path.display().to_string(),
        reason,
    };
    let is_pattern = path.to_string_lossy().contains(['*', '?']);
    // A pattern is the path of nothing.
    let absolute = if is_pattern {
        std::path::absolute(path)
    } else {
        path.canonicalize()
    };
    let absolute = absolute.map_err(|error| unfit(error.to_string()))?;
    match check_crl(&absolute, ca, now) {
        Ok(None) => {}
        Ok(Some((file, fault, count))) => eprintln!(
            "notess: warning: option `--crl`: {}: {fault} ({count} files in all): certificates that only such files cover are \
             refused",
            file.display()
        ),
        Err(fault @ (CrlFault::Stale(_) | CrlFault::NotYetInForce(_))) => eprintln!(
            "notess: warning: option `--crl`: {fault}: until that is mended, all certificates of the issuer are refused"
        ),
        Err(fault) => {
            let path = path.display().to_string();
            return Err(Unfit::Crl { path, fault });
        }
    }
    let kept = absolute.into_os_string().into_string();
    kept.map_err(|_| unfit("its path cannot be kept: it is not UTF-8".to_owned()))
}

/// What the journal says of an admission: all that the list has of it.
fn admission(id: i32, entry: &Admitted) -> Deed {
    let Admitted {
        nombre,
        certificado: _,
        desde,
        hasta,
        politicas,
        revocacion,
        crl,
        sellos,
        rsa_minimo,
    } = entry;
    Deed::of("admitirCertificado")
        .count(1)
        .with("entrada", id)
        .with("nombre", nombre.as_str())
        .with("desde", desde.to_rfc3339())
        .with("hasta", hasta.map(|end| end.to_rfc3339()))
        .with("politicas", politicas.as_slice())
        .with("revocacion", revocacion.as_str())
        .with("crl", crl.as_deref())
        .with("sellos", *sellos)
        .with("rsa_minimo", rsa_minimo.as_deref())
}

/// Whether both admit one certificate, at some time that is to come.
fn overlap(one: &Admitted, other: &Admitted, now: DateTime<Utc>) -> bool {
    let from = one.desde.max(other.desde).max(now);
    let ends_later = |end: Option<DateTime<Utc>>| end.is_none_or(|end| from < end);
    one.certificado == other.certificado && ends_later(one.hasta) && ends_later(other.hasta)
}

/// Two entries are no mistake where they admit different policies, each with an end of its own: it is not refused.
fn warn_of_another(AdmittedRow { id, admitted }: &AdmittedRow) {
    let until = admitted
        .hasta
        .map_or_else(String::new, |end| format!(" until {}", day(end)));
    eprintln!(
        "notess: warning: entry {id} admits the same certificate from {}{until}: what either entry lets in is let in, so \
         that the new one takes nothing away; `notess certificados retirar {id}` ends the other",
        day(admitted.desde)
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::plazo::start_of_day;

    fn on(day: &str) -> DateTime<Utc> {
        start_of_day(day.parse().unwrap())
    }

    fn admitted(certificado: u8, desde: &str, hasta: Option<&str>) -> Admitted {
        Admitted {
            nombre: "AC".to_owned(),
            certificado: vec![certificado],
            desde: on(desde),
            hasta: hasta.map(on),
            politicas: Vec::new(),
            revocacion: "ninguna".to_owned(),
            crl: None,
            sellos: false,
            rsa_minimo: None,
        }
    }

    #[test]
    fn entries_overlap_if_they_admit_one_certificate_at_some_time_to_come() {
        let new = admitted(1, "2026-03-01", Some("2026-06-01"));
        let with =
            |certificado, desde, hasta| overlap(&admitted(certificado, desde, hasta), &new, on("2026-04-01"));
        assert!(with(1, "2025-01-01", None));
        assert!(with(1, "2026-05-31", Some("2027-01-01")));
        assert!(!with(2, "2025-01-01", None), "another certificate");
        assert!(!with(1, "2026-06-01", None), "it begins when the new one ends");
        assert!(!with(1, "2025-01-01", Some("2026-04-01")), "it has ended");
        assert!(
            !with(1, "2026-05-01", Some("2026-05-01")),
            "it was retired before it began"
        );
    }
}
