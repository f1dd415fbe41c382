//! Why a line is not loaded.

use thiserror::Error;

use crate::domain::contradiccion::Contradiccion;
use crate::domain::cuenta::CuentaError;
use crate::domain::notificacion::{Codigo, NoHistoria, NoPractica};
use crate::domain::procedimientos::NoProcedimiento;

use super::documents::DocumentError;
use super::ipf::IdentifierError;

/// A reason; a line may have several. What a column of identifiers or names says is never repeated (D-113).
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Reason {
    /// The line is not UTF-8, nor the file Windows-1252 beyond doubt.
    #[error("the line is not UTF-8: in Excel, save the file as «CSV UTF-8 (delimitado por comas)»")]
    NotUtf8,
    /// What lies there is no text of one octet and more a letter.
    #[error("this is no CSV nor JSON text: in Excel, save the file as «CSV UTF-8 (delimitado por comas)»")]
    NotText,
    /// The line is longer than the limit, in octets.
    #[error("the line is longer than {0} octets")]
    LineTooLong(u64),
    /// Not a JSON object of texts, whole numbers, true and false.
    #[error("not a JSON object with simple values (column {0} of the line)")]
    Json(usize),
    /// A carriage return where no line ends: other programs would read more lines than this one, or fewer.
    #[error("a carriage return within the line: lines end in LF or CR LF")]
    CarriageReturn,
    /// A quoted field has no end; fields do not span lines.
    #[error("a quoted field is not closed: fields do not span lines")]
    UnclosedQuote,
    /// Not as many fields as the header.
    #[error("{found} fields where the header has {expected}")]
    FieldCount {
        /// How many the header has.
        expected: usize,
        /// How many the line has.
        found: usize,
    },
    /// A column that this kind of file has not.
    #[error("unknown column {0:?}")]
    UnknownColumn(String),
    /// The same column twice.
    #[error("column {0:?} comes twice")]
    RepeatedColumn(String),
    /// A needed column is missing or empty.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// Nothing says on what ground the addressee is notified electronically (D-27).
    #[error("obligacion is missing: no notification without its ground")]
    MissingGround,
    /// A column that does not go with the rest of the line.
    #[error("{0} does not belong in this line")]
    OutOfPlace(&'static str),
    /// Not a NIF, nor an IPF that holds one.
    #[error("{column}: {error}")]
    Identifier {
        /// In which column.
        column: &'static str,
        /// What is wrong.
        error: IdentifierError,
    },
    /// Not a number of an account or authorisation.
    #[error("{column}: {error}")]
    Account {
        /// In which column.
        column: &'static str,
        /// What is wrong.
        error: CuentaError,
    },
    /// A number that a spreadsheet has written with an exponent, so that most of its figures are lost.
    #[error(
        "{0} is an abbreviated number, as 1,23E+10, of which figures are lost: give the column the format of text \
         and write it anew"
    )]
    Abbreviated(String),
    /// A number of one figure fewer than it should have, none of them a zero at its head.
    #[error(
        "{0} has one figure too few: if a spreadsheet has dropped its leading zero, give the column the format of \
         text and write it anew"
    )]
    LostZero(&'static str),
    /// The act names somebody else than who receives it.
    #[error("destinatario is another NIF than nif")]
    OtherAddressee,
    /// Not a positive number that fits a code.
    #[error("codigo is not a positive number of at most 2147483647, in figures alone")]
    Codigo,
    /// A value outside the list that a column admits.
    #[error("{column}: {value:?} is none of {allowed}")]
    NotInList {
        /// In which column.
        column: &'static str,
        /// What it says, shortened.
        value: String,
        /// What it may say.
        allowed: String,
    },
    /// A procedure that is not in the table (D-3).
    #[error("procedimiento: {0:?} is not in the table of procedures")]
    UnknownProcedure(String),
    /// A procedure that is not in force when it is published (D-3).
    #[error("procedimiento: {0:?} is not in force at the instant of publication")]
    ProcedureOver(String),
    /// Not the code of a procedure.
    #[error("codigo: capitals, figures and hyphens, up to 20, as TGSS-RD")]
    ProcedureCode,
    /// A body whose acts are of no materia of RED (D-29).
    #[error("materia: the acts of the INSS are of no materia of RED (IACR, IMP)")]
    MateriaOfTgss,
    /// A neutral text that is not (D-57).
    #[error("neutra: it tells what the act is about, or names a body that does not issue it")]
    NotNeutral,
    /// It cannot be, beside what the table says.
    #[error("{column}: {0}", column = .0.columna())]
    Procedure(NoProcedimiento),
    /// Neither yes nor no.
    #[error("{0} is neither si nor no")]
    NotYesNo(&'static str),
    /// Not an instant, or a day where an instant is needed.
    #[error(
        "{0} is not an instant, or not a date, that is understood: write YYYY-MM-DD hh:mm:ss or DD/MM/YYYY h:mm, \
         the year in four figures"
    )]
    Instant(&'static str),
    /// A date with bars that could be of two days, in a file that does not tell whether the day comes first.
    #[error(
        "{0} could be day/month or month/day: write YYYY-MM-DD, or separate the columns with «;» as Excel does"
    )]
    TwoDays(&'static str),
    /// The number by which a spreadsheet keeps a date.
    #[error("{0} is the number of a date: give the column the format «dd/mm/aaaa hh:mm»")]
    SerialDate(&'static str),
    /// An instant that is yet to come.
    #[error("{0} is in the future")]
    Future(&'static str),
    /// An instant before the load: publication is when the service publishes (D-2).
    #[error(
        "{0} is before the load, and publication is when the service publishes: leave it out or, of what another system published \
         then, load it with --historico and say what became of it"
    )]
    Past(&'static str),
    /// A column that only a load of history has.
    #[error("{0} is of what another system published before, which is loaded with --historico")]
    OnlyHistory(&'static str),
    /// What is told of the past of a notification cannot have been (D-20).
    #[error("estado: {0}")]
    History(NoHistoria),
    /// Too long, or with control characters.
    #[error("{column} is longer than {limit} characters or has control characters")]
    Text {
        /// In which column.
        column: &'static str,
        /// How many characters it may have.
        limit: usize,
    },
    /// An act that cannot go by this way (ISM/903 art. 5.1; D-27).
    #[error("{0}: such acts are never notified by this way")]
    NeverElectronic(&'static str),
    /// A flag by which RED would be left out, and that the body has not confirmed (D-35, D-56).
    #[error(
        "especial: of materias IACR and IMP it leaves out the autorizado RED, who has to receive them too (TRLGSS art. 132.2): \
         if the body confirms it, say especial_confirmado"
    )]
    UnconfirmedSpecial,
    /// A ground that only natural persons have (D-27, D-60).
    #[error("obligacion: this ground is of natural persons only; of an entity it is 4.1.a")]
    GroundOfPersons,
    /// The document cannot be taken.
    #[error("documento: {0}")]
    Document(DocumentError),
    /// The same code earlier in the file, not long before.
    #[error("codigo comes twice in the file")]
    Repeated,
    /// The code is on record, perhaps from an earlier line.
    #[error("codigo is on record already")]
    OnRecord,
    /// The code of no notification that is published here.
    #[error("codigo: there is no notification of this code")]
    NoNotification,
    /// It cannot have been practised then.
    #[error("instante: {0}")]
    Practice(NoPractica),
    /// A higher code is published. WSCN's programs ask from the highest code that they hold on.
    #[error(
        "codigo is lower than {0}, which is published: programs that use WSCN ask from the highest code that they hold \
         on, and would never list it. Give it a higher one or, knowing that, say --fuera-de-orden"
    )]
    OutOfOrder(Codigo),
    /// Inscribed before 2021-04-02 and not adapted (Order ISM/189/2021, transitional provision; D-46).
    #[error("a power inscribed before 2021-04-02 is void unless adaptado")]
    VoidPower,
    /// Longer than five years from its inscription or last extension (D-50).
    #[error("a power lasts five years at most from its inscription, or from that of its last extension")]
    LongPower,
    /// A power of the register of the AGE that is not general (ISM/903 arts. 4.1.d, 6.3).
    #[error("of the register of the AGE only general powers serve")]
    AgeNotGeneral,
    /// Not the code of a trámite.
    #[error("tramites: {0:?} is no code of a trámite: capitals, figures and hyphens, as NOTIF-IACR")]
    Tramite(String),
    /// It was extended before it began.
    #[error("it was extended before it begins")]
    ExtendedBeforeItBegins,
    /// It ends before it begins.
    #[error("it ends before it begins")]
    EndsBeforeItBegins,
    /// Poderdante and apoderado are one.
    #[error("poderdante and apoderado are the same")]
    SamePerson,
    /// An entity without personality as apoderado (art. 4; D-53).
    #[error("an entity without personality cannot be apoderado")]
    ApoderadoWithoutPersonality,
    /// A NAF of something that is not a person.
    #[error("naf: only natural persons have one")]
    NafOfEntity,
    /// A user of a RED authorisation that is no natural person (D-34).
    #[error("nif: a user of an authorisation is a natural person")]
    UserOfEntity,
    /// It cannot be, beside what is on record.
    #[error("{column}: {0}", column = .0.columna())]
    Contradiction(Contradiccion),
    /// The store does not take it.
    #[error("the store refuses it: {0}")]
    Store(String),
}

impl Reason {
    /// The column that it is about, if it is about one.
    #[must_use]
    pub fn columna(&self) -> Option<&str> {
        Some(match self {
            Self::UnknownColumn(column) | Self::RepeatedColumn(column) | Self::Abbreviated(column) => column,
            Self::Missing(column)
            | Self::OutOfPlace(column)
            | Self::LostZero(column)
            | Self::NotYesNo(column)
            | Self::Instant(column)
            | Self::TwoDays(column)
            | Self::SerialDate(column)
            | Self::Future(column)
            | Self::Past(column)
            | Self::OnlyHistory(column)
            | Self::NeverElectronic(column)
            | Self::Identifier { column, .. }
            | Self::Account { column, .. }
            | Self::NotInList { column, .. }
            | Self::Text { column, .. } => column,
            Self::MissingGround | Self::GroundOfPersons => "obligacion",
            Self::OtherAddressee => "destinatario",
            Self::Codigo
            | Self::ProcedureCode
            | Self::Repeated
            | Self::OnRecord
            | Self::OutOfOrder(_)
            | Self::NoNotification => "codigo",
            Self::Practice(_) => "instante",
            Self::UnknownProcedure(_) | Self::ProcedureOver(_) => "procedimiento",
            Self::MateriaOfTgss => "materia",
            Self::NotNeutral => "neutra",
            Self::Procedure(why) => why.columna(),
            Self::History(_) => "estado",
            Self::UnconfirmedSpecial => "especial",
            Self::Document(_) => "documento",
            Self::VoidPower => "inscrito",
            Self::LongPower => "fin",
            Self::AgeNotGeneral => "tipo",
            Self::Tramite(_) => "tramites",
            Self::SamePerson | Self::ApoderadoWithoutPersonality => "apoderado",
            Self::NafOfEntity => "naf",
            Self::UserOfEntity => "nif",
            Self::Contradiction(why) => why.columna(),
            Self::NotUtf8
            | Self::NotText
            | Self::LineTooLong(_)
            | Self::Json(_)
            | Self::CarriageReturn
            | Self::UnclosedQuote
            | Self::FieldCount { .. }
            | Self::ExtendedBeforeItBegins
            | Self::EndsBeforeItBegins
            | Self::Store(_) => return None,
        })
    }
}

/// As much of a value as a message may show.
pub(super) fn shortened(value: &str) -> String {
    value.chars().take(40).collect()
}
