//! `Contradiccion`: what is told of a title and cannot be, by itself or beside what is on record.

use thiserror::Error;

use super::calendario::SinCalendario;
use super::poder::EstadoPoder;

/// Why something told is not recorded. None of them names anybody (D-113).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Contradiccion {
    /// The main account is another addressee's at the same time (D-30).
    #[error(
        "it is the main account of another addressee at that time: first tell which other one that has, and since when"
    )]
    CccDeOtro,
    /// Another authorisation manages the account at the same time (D-29).
    #[error("another authorisation manages that account at that time: first tell the end of its assignment")]
    CuentaDeOtraAutorizacion,
    /// The reference is that of a power between others, or of another register (D-52).
    #[error(
        "the power of this reference is between others, or in another register: each power has a reference of its own"
    )]
    OtrasPartes,
    /// A power that has ended comes to another state (D-51, D-52).
    #[error("the power of this reference is {estado}, which is for good: a new one has another reference", estado = .0.code())]
    Resucitado(EstadoPoder),
    /// Something of a power that has ended is changed.
    #[error("the power of this reference is over: nothing of it changes")]
    PoderMuerto,
    /// A power that is inscribed comes back to a state before its inscription.
    #[error("the power of this reference is inscribed already")]
    Retrocede,
    /// An ended power is extended (D-50).
    #[error("the power had ended when it was extended: it has to be granted anew (ISM/189 art. 8)")]
    ProrrogaTardia,
    /// A general power or one by materias is revoked in part (D-44).
    #[error("only a power by trámites is revoked or renounced in part (ISM/189 art. 2)")]
    SoloTramitesEnParte,
    /// A step in the life of a power is dated before one that it follows.
    #[error(
        "the dates are the wrong way round: solicitado, aceptado and declarado, inscrito, prorrogado or baja"
    )]
    FechasAlReves,
    /// What this column tells has happened, and is dated in the future.
    #[error("it has happened in the future")]
    Futuro(&'static str),
    /// A power that is not over has a date of its revocation or renunciation (D-51).
    #[error("a power with a date of revocation or renunciation is {} or {}", EstadoPoder::Revocado.code(), EstadoPoder::Renunciado.code())]
    BajaDeVigente,
    /// It was accepted after its month (D-47).
    #[error("it was accepted after the month that there is for it (ISM/189 art. 9.1)")]
    AceptadoTarde,
    /// The declaración responsable was made after its month (D-48).
    #[error("the declaración responsable was made after the month that there is for it (ISM/189 art. 6.4)")]
    DeclaradoTarde,
    /// Whether a term that this column begins is over cannot be told, since no calendar of that year is loaded (D-102).
    #[error("{}", SinCalendario(*.0))]
    SinCalendario(i32, &'static str),
    /// Somebody is told to succeed himself (D-20).
    #[error("nobody succeeds himself")]
    SucesorDeSiMismo,
    /// An entity is told to be succeeded by its death (D-20).
    #[error("an entity does not die: what succeeds it does so inter vivos")]
    EntidadFallecida,
    /// A succession ends before it begins, or as it does (D-20).
    #[error("it ends before it has begun")]
    FinSinComienzo,
    /// The same body has told the same succession of the same time (D-20).
    #[error("that succession is on record, of the same body and at the same time: annul that one first")]
    SucesionRepetida,
    /// Somebody would succeed whoever succeeds him (D-20).
    #[error(
        "who is to be succeeded succeeds the successor, or whoever succeeds him, at the same time: none succeeds himself in a circle"
    )]
    SucesionEnCirculo,
    /// There is no succession of that number (D-20).
    #[error("there is no succession of that number")]
    SucesionDesconocida,
    /// A succession is annulled twice (D-20).
    #[error("that succession is annulled already")]
    SucesionAnulada,
    /// A succession is annulled from an instant on that is not within it (D-20).
    #[error(
        "the succession did not hold at that instant: it is annulled from its beginning on, or from when it held"
    )]
    AnulacionFuera,
}

impl Contradiccion {
    /// The column of an import that says it.
    #[must_use]
    pub fn columna(self) -> &'static str {
        match self {
            Self::CccDeOtro => "ccc_principal",
            Self::CuentaDeOtraAutorizacion => "cuenta",
            Self::OtrasPartes => "referencia",
            Self::Resucitado(_) | Self::Retrocede => "estado",
            Self::PoderMuerto | Self::ProrrogaTardia => "fin",
            Self::SoloTramitesEnParte => "tipo",
            Self::FechasAlReves => "inscrito",
            Self::Futuro(columna) | Self::SinCalendario(_, columna) => columna,
            Self::BajaDeVigente => "baja",
            Self::AceptadoTarde => "aceptado",
            Self::DeclaradoTarde => "declarado",
            Self::SucesorDeSiMismo
            | Self::SucesionRepetida
            | Self::SucesionEnCirculo
            | Self::SucesionAnulada => "sucesor",
            Self::EntidadFallecida => "causa",
            Self::FinSinComienzo | Self::AnulacionFuera => "hasta",
            Self::SucesionDesconocida => "numero",
        }
    }
}
