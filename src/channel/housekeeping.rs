//! What the service does by itself, now and then.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use crate::chain::Chain;
use crate::store::cipher::rows::{self, Done};
use crate::store::{Durability, StoreError, Writer, journal};
use crate::usecase::trusted::ListError;
use crate::usecase::{Seal, UseCaseError, cea, lapse, recount, rest};

use super::counters;
use super::expiry::Trouble;
use super::service::Service;

/// For how long one pass encrypts at most, of those that are a minute apart.
const ENCRYPTING: Duration = Duration::from_secs(15);

/// One batch of what is to be encrypted.
type Batch = fn(&mut Writer) -> Result<Done, StoreError>;

impl Service {
    /// Writes down lapsed terms and forgets old messages, unless the clock may not be believed; gives how many lapses there
    /// were.
    pub(crate) fn housekeeping(&self) -> Result<usize, UseCaseError> {
        let now = self.now();
        if self.time.believe(now, self.store.read(journal::last)?).is_err() {
            // Whoever looks at the clocks has told it.
            return Ok(0);
        }
        // A clock that can be put back makes old messages new again.
        if self.time.of_callers().is_none() {
            self.store.forget_marks(now)?;
            cea::forget(&self.store, now)?;
        }
        self.tell_of_calendars(now)?;
        self.tell_of_late_practices(now)?;
        self.with_surroundings(&self.identity(), |around| {
            let counted = recount::recount(&self.store, around.into(), |_| ())?;
            if counted.movidos > 0 || counted.sin_calendario > 0 {
                tracing::warn!(
                    moved = counted.movidos,
                    without_calendar = counted.sin_calendario,
                    "terms of what is pending were counted anew"
                );
            }
            lapse::record_lapsed(&self.store, around)
        })
    }

    /// Encrypts what lies as it was published, and brings under the current key what lies under others: some of it, so that
    /// whoever decides has the database to himself for most of the time. The log says what came of it.
    pub(crate) fn encrypt_some(&self) {
        match self.encrypted() {
            Ok(done) if done.is_nothing() => {}
            Ok(Done { asuntos, documentos }) => {
                tracing::info!(
                    asuntos,
                    documentos,
                    "acts of a special category were encrypted under the current key"
                );
            }
            Err(error) => {
                tracing::error!(
                    error = %Chain(&error),
                    "acts of a special category could not be encrypted; trying again later"
                );
            }
        }
    }

    fn encrypted(&self) -> Result<Done, StoreError> {
        let (began, mut total) = (Instant::now(), Done::default());
        for (batch, from_plain) in [(rows::encrypt_due as Batch, true), (rows::rewrap_due, false)] {
            while began.elapsed() < ENCRYPTING {
                let batch_began = Instant::now();
                let more = self.store.write::<_, StoreError, _>(Durability::Full, batch)?;
                if more.is_nothing() {
                    break;
                }
                total += more;
                if from_plain {
                    self.log_holds_words.store(true, Ordering::Relaxed);
                }
                rest::after(batch_began);
            }
        }
        // Again in each pass until nobody reads what was there before.
        if self.log_holds_words.load(Ordering::Relaxed) && self.store.fold_log()? {
            self.log_holds_words.store(false, Ordering::Relaxed);
        }
        Ok(total)
    }

    /// For how long the database has not answered, as far as is known.
    pub(crate) fn store_gone_for(&self) -> Option<Duration> {
        self.store.gone_for()
    }

    /// Has it counted how those who write share flushes.
    pub(crate) fn observe(&self) {
        counters::flushes(self.store.flushes());
    }

    /// Looks whether the lists of admitted issuers can be used; what has changed goes to the log.
    pub(crate) fn look_at_issuers(&self) -> Result<(), ListError> {
        self.issuers(&self.store, self.now()).map(drop)
    }

    /// Whether somebody has to number the rows of the journal.
    pub(crate) fn has_to_number(&self) -> bool {
        self.sequencer.is_some()
    }

    /// Numbers those that have none.
    pub(crate) fn number_rows(&self) -> Result<(), StoreError> {
        self.sequencer
            .as_ref()
            .map_or(Ok(()), |sequencer| sequencer.run().map(drop))
    }

    /// Looks at the clocks.
    pub(crate) fn look_at_clocks(&self) -> Result<(), StoreError> {
        self.time.look(&self.store)
    }

    /// Writes down what else would be lost with this process.
    pub(crate) fn save_marks(&self) -> Result<(), StoreError> {
        self.store.save_marks().map(drop)
    }

    /// Lets the operator know of a signing certificate that ends before long, or that is not in force.
    pub(crate) fn tell_of_expiry(&self) {
        let Seal { from, until } = self.identity().seal();
        match self.expiry_told.due(self.now(), (from, until)) {
            None => {}
            Some(Trouble::Ends) => tracing::error!(
                option = "firma.certificado", %from, %until,
                "the signing certificate ends before long: put a new one in its place, and send SIGHUP"
            ),
            Some(Trouble::NotYet | Trouble::Over) => tracing::error!(
                option = "firma.certificado", %from, %until,
                "the signing certificate is not in force: nothing is decided and no acuse given until another one is in its \
                 place, and SIGHUP sent"
            ),
        }
        self.tell_of_seal();
    }

    /// The same of the seal's certificate, where it is another one.
    fn tell_of_seal(&self) {
        let seal = self.seal();
        let Seal { from, until } = seal.validity();
        match self
            .seal_told
            .due(self.now(), (from, until))
            .filter(|_| seal.is_own())
        {
            None => {}
            Some(Trouble::Ends) => tracing::error!(
                option = "sello.certificado", %from, %until,
                "the seal's certificate ends before long: put a new one in its place, and send SIGHUP"
            ),
            Some(Trouble::NotYet | Trouble::Over) => tracing::error!(
                option = "sello.certificado", %from, %until,
                "the seal's certificate is not in force: nothing is sealed until another one is in its place, and SIGHUP sent"
            ),
        }
    }
}
