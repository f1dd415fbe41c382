//! `notess certificados`: the allowed list, as the operator keeps it. A change acts on the next request.

mod admitir;

use std::process::ExitCode;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, SubsecRound, Utc};
use clap::Subcommand;

use crate::domain::plazo;
use crate::store::Deed;
use crate::store::admitted::{self, Admitted, AdmittedRow};

use self::admitir::Admitir;
use super::{Failure, Operator};

#[derive(Debug, Subcommand)]
pub(super) enum Certificados {
    /// Show the list
    Listar {
        #[command(flatten)]
        operator: Operator,
    },
    /// Admit an issuer
    Admitir(Admitir),
    /// Stop admitting one, now or from a day on, unless it ends before; what it signed before stays as it is
    Retirar {
        #[command(flatten)]
        operator: Operator,
        /// Number of the entry, as `listar` shows it
        id: i32,
        /// First day (of Madrid) on which it is no longer admitted, or the instant, with its zone; without it, from now
        #[arg(long, value_name = "YYYY-MM-DD", value_parser = moment)]
        desde: Option<DateTime<Utc>>,
    },
}

impl Certificados {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        match self {
            Self::Listar { operator } => listar(&operator)?,
            Self::Admitir(admitir) => admitir.run()?,
            Self::Retirar { operator, id, desde } => {
                // As the store keeps instants, to compare what it tells.
                let from = desde.unwrap_or_else(Utc::now).trunc_subsecs(6);
                let ends = operator.desk()?.write::<_, Failure, _>(|conn| {
                    let ends =
                        admitted::retire(conn, id, from)?.ok_or_else(|| format!("there is no entry {id}"))?;
                    let deed = Deed::of("retirarCertificado")
                        .count(1)
                        .with("entrada", id)
                        .with("hasta", ends.to_rfc3339());
                    Ok((ends, deed))
                })?;
                let already = if ends < from { "already " } else { "" };
                println!("entry {id} is {already}not admitted from {}", day(ends));
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// A day as it is typed: of the years that the store can keep, whatever else the calendar has.
fn civil_day(text: &str) -> Result<NaiveDate, String> {
    let written = text.len() == 10 && text.bytes().all(|c| c.is_ascii_digit() || c == b'-');
    text.parse()
        .ok()
        .filter(|day: &NaiveDate| written && (1..=9999).contains(&day.year()))
        .ok_or_else(|| "not a day of the years 1 to 9999, written as 2026-03-20".to_owned())
}

fn listar(operator: &Operator) -> Result<(), Failure> {
    let rows = operator.desk()?.look(admitted::list)?;
    if rows.is_empty() {
        println!("nobody is admitted yet: see `notess certificados admitir --help`");
    }
    for AdmittedRow { id, admitted } in rows {
        let Admitted {
            nombre,
            desde,
            hasta,
            politicas,
            crl,
            sellos,
            rsa_minimo,
            ..
        } = admitted;
        let until = hasta.map_or_else(|| "-".to_owned(), day);
        let revocation = crl.unwrap_or_else(|| "NONE".to_owned());
        let policies = if politicas.is_empty() {
            "any".to_owned()
        } else {
            politicas.join(" ")
        };
        let seals = if sellos { "yes" } else { "no" };
        let rsa = rsa_minimo.unwrap_or_else(|| "as firma.rsa_minimo".to_owned());
        println!("{id}  {nombre}");
        println!(
            "    from {}  until {until}  policies {policies}  seals {seals}  RSA bits {rsa}  revocation {revocation}",
            day(desde)
        );
    }
    Ok(())
}

/// When something begins or ends, as an operator types it: a day of Madrid, or an instant that says its zone.
fn moment(text: &str) -> Result<DateTime<Utc>, String> {
    if text.len() <= "2026-12-31".len() || text.parse::<NaiveDate>().is_ok() {
        return civil_day(text).map(plazo::start_of_day);
    }
    let kept = |at: &DateTime<Utc>| plazo::of_our_era(*at) == *at;
    if let Some(instant) = DateTime::parse_from_rfc3339(text)
        .ok()
        .map(|at| at.to_utc())
        .filter(kept)
    {
        return Ok(instant);
    }
    let without_zone = [
        "%Y-%m-%dT%H:%M:%S%.f",
        "%Y-%m-%dT%H:%M",
        "%Y-%m-%d %H:%M:%S%.f",
        "%Y-%m-%d %H:%M",
    ];
    Err(if without_zone.iter().any(|form| NaiveDateTime::parse_from_str(text, form).is_ok()) {
        "it has a time and does not say of which zone: add it, as in 2026-12-31T09:00:00+01:00 (Madrid in winter) or \
         2026-12-31T08:00:00Z, or write the day alone"
    } else {
        "it is neither a day, such as 2026-12-31, nor an instant with its zone, such as 2026-12-31T09:00:00+01:00"
    }
    .to_owned())
}

fn day(at: DateTime<Utc>) -> String {
    at.with_timezone(&chrono_tz::Europe::Madrid)
        .format("%Y-%m-%d %H:%M %:z")
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_of_the_years_that_can_be_kept() {
        assert!(civil_day("2026-03-20").is_ok());
        for text in [
            "0000-01-01",
            "-262143-01-01",
            "+12026-01-01",
            "2026-3-20",
            "2026- 3-20",
            "\u{a0}2026-03-20",
            "2026-02-30",
        ] {
            assert!(civil_day(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_day_is_madrid_s_and_an_instant_says_its_zone() {
        let at = |text: &str| moment(text).map(|at| at.to_rfc3339());
        assert_eq!(at("2026-07-01").as_deref(), Ok("2026-06-30T22:00:00+00:00"));
        assert_eq!(
            at("2026-01-01T09:00:00+01:00").as_deref(),
            Ok("2026-01-01T08:00:00+00:00")
        );
        assert_eq!(
            at("2026-01-01T09:00:00Z").as_deref(),
            Ok("2026-01-01T09:00:00+00:00")
        );
        for text in [
            "2026-01-01T09:00:00",
            "2026-01-01 09:00:00",
            "2026-01-01T09:00",
            "2026-01-01 09:00",
            "2026-01-01T09:00:00.5",
        ] {
            assert!(at(text).unwrap_err().contains("of which zone"), "{text}");
        }
        for text in ["", "01/01/2026", "2026-13-01", "tomorrow", "+12026-01-01"] {
            assert!(at(text).unwrap_err().contains("not a day"), "{text}");
        }
        for text in ["2026-01-01T25:00:00Z", "0000-01-01T00:00:00Z", "the day after"] {
            assert!(at(text).unwrap_err().contains("neither a day"), "{text}");
        }
    }
}
