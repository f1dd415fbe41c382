//! `Lease`: a connection on loan, and the place among the others that it takes meanwhile.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::time::Instant;

use super::Pool;
use crate::store::backend::Writer;

/// A connection on loan, to be given back.
pub(in crate::store) struct Lease {
    pub(super) conn: Writer,
    pub(super) born: Instant,
    /// Declared last, so that a place becomes free when the connection that had it is closed.
    pub(super) loan: Loan,
}

/// A place among the connections of a pool.
pub(super) struct Loan {
    pub(super) pool: Arc<Pool>,
    pub(super) number: u64,
    /// What is to be lent to others.
    pub(super) rests: Option<(Writer, Instant)>,
}

impl Lease {
    /// Gives it back. One that is dropped instead, by a panic above all, ends with whatever is open on it.
    pub(in crate::store) fn give_back(self) {
        let Self {
            mut conn,
            born,
            mut loan,
        } = self;
        if conn.can_be_used_again() {
            loan.rests = Some((conn, born));
        }
    }
}

impl Drop for Loan {
    fn drop(&mut self) {
        let mut state = self.pool.lock();
        let counted = state.given_back(self.number);
        if let Some(conn) = self.rests.take_if(|_| counted) {
            state.idle.push(conn);
        }
        let is_awaited = state.waiting > 0;
        drop(state);
        if is_awaited {
            self.pool.freed.notify_one();
        }
    }
}

impl Deref for Lease {
    type Target = Writer;

    fn deref(&self) -> &Writer {
        &self.conn
    }
}

impl DerefMut for Lease {
    fn deref_mut(&mut self) -> &mut Writer {
        &mut self.conn
    }
}
