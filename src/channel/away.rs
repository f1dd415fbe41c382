//! What is told of a store that could not do its part.

use crate::signature::SealError;
use crate::store::{StoreError, Trouble};
use crate::usecase::UseCaseError;
use crate::usecase::trusted::ListError;

use super::reply::Inside;

/// What a client is told of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    /// That the service is busy.
    Busy,
    /// That what was asked was not done.
    Unavailable,
    /// That it may have been done or not.
    Uncertain,
}

/// What a client is told, and what the operator is.
pub(super) fn of_store(error: StoreError) -> (Told, Option<Inside>) {
    match (&error, error.trouble()) {
        (StoreError::Busy(_), _) => (Told::Busy, None),
        (StoreError::Uncertain(_), _) => (Told::Uncertain, Some(Inside::away(error))),
        (_, Some(Trouble::Busy)) => (Told::Busy, Some(Inside::away(error))),
        // A row that is not as it was written is nothing that ends by itself.
        (StoreError::Corrupt { .. }, _) | (_, None) => (Told::Unavailable, Some(Inside::failed(error))),
        (_, Some(_)) => (Told::Unavailable, Some(Inside::away(error))),
    }
}

/// The same of the list of admitted issuers.
pub(super) fn of_list(error: ListError) -> (Told, Option<Inside>) {
    match error {
        ListError::Store(error) => of_store(error),
        error => (Told::Unavailable, Some(Inside::failed(error))),
    }
}

/// Of a store that is known not to answer.
pub(super) fn gone() -> (Told, Option<Inside>) {
    (
        Told::Unavailable,
        Some(Inside::away("the database does not answer")),
    )
}

/// Of work that ended in a panic, before or after what it wrote was committed.
pub(super) fn panicked() -> (Told, Option<Inside>) {
    (Told::Uncertain, Some(Inside::failed("the work panicked")))
}

/// Of an answer that could not be signed: what it tells of is done, if it was anything to be done.
pub(super) fn unsealed(error: SealError) -> (Told, Option<Inside>) {
    (Told::Uncertain, Some(Inside::failed(error)))
}

/// Of an acuse that is not sealed, and so given to nobody: what was decided stands.
pub(super) fn unsealed_acuse(error: UseCaseError) -> (Told, Option<Inside>) {
    (Told::Unavailable, Some(Inside::failed(error)))
}

/// Of a request that was begun, and whose end is waited for no more.
pub(super) fn overdue() -> (Told, Option<Inside>) {
    let reason = "it takes too long, and may be done or not";
    (Told::Uncertain, Some(Inside::away(reason)))
}
