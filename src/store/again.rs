//! The same failure for several: of a transaction that some shared each is told what became of it.

use diesel::result::Error as DieselError;

use super::error::StoreError;

impl StoreError {
    /// The same, for another one of those whom it befell.
    pub(super) fn again(&self) -> Self {
        match self {
            Self::Gone { reason } => Self::Gone {
                reason: reason.clone(),
            },
            Self::Moved => Self::Moved,
            Self::Undone => Self::Undone,
            Self::Lost(error) => Self::Lost(said_again(error)),
            Self::Uncertain(error) => Self::Uncertain(said_again(error)),
            Self::Full(error) => Self::Full(said_again(error)),
            Self::ReadOnly(error) => Self::ReadOnly(said_again(error)),
            Self::TooSlow(error) => Self::TooSlow(said_again(error)),
            Self::Damaged(error) => Self::Damaged(said_again(error)),
            Self::Contended(error) => Self::Contended(said_again(error)),
            Self::Duplicate(error) => Self::Duplicate(said_again(error)),
            Self::Dangling(error) => Self::Dangling(said_again(error)),
            Self::Database(error) => Self::Database(said_again(error)),
            Self::Busy(error) => Self::Busy(error.as_ref().map(said_again)),
            // No transaction ends by another one.
            other => Self::Database(DieselError::QueryBuilderError(other.to_string().into())),
        }
    }

    /// What is known of a transaction of which there is no outcome.
    pub(super) fn unknown() -> Self {
        Self::Uncertain(DieselError::BrokenTransactionManager)
    }
}

/// What a driver said, in its words.
fn said_again(error: &DieselError) -> DieselError {
    match error {
        DieselError::DatabaseError(kind, information) => {
            DieselError::DatabaseError(*kind, Box::new(information.message().to_owned()))
        }
        DieselError::RollbackErrorOnCommit {
            rollback_error,
            commit_error,
        } => DieselError::RollbackErrorOnCommit {
            rollback_error: Box::new(said_again(rollback_error)),
            commit_error: Box::new(said_again(commit_error)),
        },
        DieselError::BrokenTransactionManager => DieselError::BrokenTransactionManager,
        other => DieselError::QueryBuilderError(other.to_string().into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::Chain;

    fn said(message: &str) -> DieselError {
        let kind = diesel::result::DatabaseErrorKind::Unknown;
        DieselError::DatabaseError(kind, Box::new(message.to_owned()))
    }

    #[test]
    fn each_of_many_is_told_the_same_in_the_same_words() {
        let unfinished = DieselError::RollbackErrorOnCommit {
            rollback_error: Box::new(DieselError::BrokenTransactionManager),
            commit_error: Box::new(said("disk I/O error")),
        };
        for error in [
            StoreError::from(said("database or disk is full")),
            StoreError::from(said("database is locked")),
            StoreError::from(said("attempt to write a readonly database")),
            StoreError::from(unfinished),
            StoreError::Uncertain(said("disk I/O error")),
            StoreError::Busy(None),
            StoreError::Moved,
            StoreError::Undone,
        ] {
            let again = error.again();
            assert_eq!(Chain(&again).to_string(), Chain(&error).to_string());
            assert_eq!(again.trouble(), error.trouble());
        }
    }
}
