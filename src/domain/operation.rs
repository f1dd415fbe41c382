//! Every operation's request and outcome, in domain types; what contracts read and write.

use chrono::{DateTime, Utc};

use super::acuse::Acuse;
use super::denial::Denial;
use super::firmante::Firmante;
use super::materia::{Entidad, Materia};
use super::nif::Nif;
use super::nombrados::Nombrados;
use super::notificacion::{Codigo, Estado, Medio, Notificacion, Sentido};
use super::rol::{Rol, Roles};

/// How many poderdantes a listing may name, and codes a decision.
pub const MAX_BATCH: usize = 1000;

/// What a caller asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// Those whose notifications the caller may receive.
    Poderdantes,
    /// Notifications of some of them.
    List(ListRequest),
    /// Accept or reject.
    Decide(DecideRequest),
    /// The document of an accepted notification.
    Document(OneNotificacion),
    /// The acuse of a decided one.
    Acuse(OneNotificacion),
}

/// Which notification of whose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OneNotificacion {
    /// NIF of the addressee whose notification it is.
    pub poderdante: Nif,
    /// Code of the notification.
    pub codigo: Codigo,
}

/// Which notifications to list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListRequest {
    /// Whose: from one to [`MAX_BATCH`].
    pub poderdantes: Nombrados,
    /// Reached by which roles.
    pub roles: Roles,
    /// In which states; empty means any.
    pub estados: Vec<Estado>,
    /// Of which bodies; empty means any.
    pub entidades: Vec<Entidad>,
    /// Published at this instant or later.
    pub desde: Option<DateTime<Utc>>,
    /// Published before this instant.
    pub hasta: Option<DateTime<Utc>>,
    /// Whose term ends before this instant.
    pub fin_antes_de: Option<DateTime<Utc>>,
    /// After this one.
    pub cursor: Option<Cursor>,
    /// How many at most.
    pub limite: PageSize,
    /// Whether each that is practised is told with how.
    pub practicada: bool,
}

impl ListRequest {
    /// Those of whom something may still follow: they go by NIF, as the cursor does.
    #[must_use]
    pub fn left(&self) -> &[Nif] {
        let all = self.poderdantes.as_slice();
        let passed = |cursor: Cursor| all.partition_point(|nif| *nif < cursor.poderdante);
        let (_, left) = all.split_at(self.cursor.map_or(0, passed));
        left
    }
}

/// How many notifications a page may hold: from 1 to 1,000, and 500 if nothing is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageSize(u16);

impl PageSize {
    /// A size within the limits.
    #[must_use]
    pub fn new(size: u16) -> Option<Self> {
        (1..=1000).contains(&size).then_some(Self(size))
    }

    /// From 1 to 1,000.
    #[must_use]
    pub fn get(self) -> usize {
        usize::from(self.0)
    }
}

impl Default for PageSize {
    fn default() -> Self {
        Self(500)
    }
}

/// The last notification of a page. Listings go by poderdante and, within one, by code, which grows with
/// publication: what arrives meanwhile never moves what a reader has not seen yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor {
    /// Whose it was.
    pub poderdante: Nif,
    /// Which it was.
    pub codigo: Codigo,
}

/// A page of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The notifications, by poderdante and code.
    pub notificaciones: Vec<Listed>,
    /// Where to go on; nothing when there is no more.
    pub next: Option<Cursor>,
    /// The instant at which the states of the page are true.
    pub at: DateTime<Utc>,
}

/// A notification in a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The notification, as it stands at the instant of the listing.
    pub notificacion: Notificacion,
    /// By which roles the caller reaches it (D-26).
    pub roles: Roles,
    /// How it was practised, if it was and the request asks for it.
    pub practica: Option<Box<Practised>>,
}

/// How a notification was practised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Practised {
    /// When: the instant that counts.
    pub instante: DateTime<Utc>,
    /// By a decision here, by one elsewhere, or by the end of its term.
    pub how: How,
}

/// By what a notification was practised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum How {
    /// By whoever decided here.
    Decided {
        /// Accepted or rejected.
        sentido: Sentido,
        /// By which title (D-25).
        rol: Rol,
        /// Who signed; only for whoever reaches it by rol 1.
        firmante: Option<Firmante>,
    },
    /// Before it was loaded, or elsewhere (D-18).
    Elsewhere {
        /// Accepted or rejected.
        sentido: Sentido,
        /// By which way, where that is known.
        medio: Option<Medio>,
    },
    /// By the end of its term.
    Lapsed,
}

/// What to decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecideRequest {
    /// Accept or reject.
    pub sentido: Sentido,
    /// NIF of the addressee of all of them.
    pub poderdante: Nif,
    /// By which role; nothing means whichever reaches each.
    pub rol: Option<Rol>,
    /// Code of the warning that the signer declares to have read (D-4).
    pub advertencia: String,
    /// Which: from one to [`MAX_BATCH`], without repetition; the outcome keeps their order.
    pub codigos: Vec<Codigo>,
    /// Why they are rejected.
    pub motivo: Option<String>,
}

/// What came of one code of a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// Code of the notification.
    pub codigo: Codigo,
    /// The acuse, or why there is none.
    pub result: Result<Recorded, Denial>,
}

/// A decision on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// The acuse of the decision, given now or before.
    pub acuse: Acuse,
    /// Whether it had been recorded before this request: asking again changes nothing.
    pub repetida: bool,
}

/// Somebody whose notifications the caller may receive by one role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoderdanteEntry {
    /// NIF of the poderdante.
    pub nif: Nif,
    /// Name, as it is on record.
    pub denominacion: String,
    /// By which role.
    pub rol: Rol,
    /// Subject matters that the title covers; none where it covers all.
    pub materias: Vec<Materia>,
    /// First instant at which the title no longer stands, where it is known.
    pub vigente_hasta: Option<DateTime<Utc>>,
}

/// A document with what identifies it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentoServido {
    /// Of which notification.
    pub codigo: Codigo,
    /// Its octets: a PDF.
    pub contenido: Vec<u8>,
    /// Their SHA-256.
    pub huella: super::notificacion::Huella,
}

/// An acuse with the notification that it is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcuseServido {
    /// The acuse on record, for which the journal's row vouches.
    pub acuse: Acuse,
    /// The notification that it is of, as it stands.
    pub notificacion: Notificacion,
}
