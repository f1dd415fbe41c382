//! `Limits`: how long the database may keep somebody waiting.

use std::time::Duration;

/// How long is waited for what. What a PostgreSQL URL says itself of connections (`connect_timeout`, `keepalives_idle`,
/// `tcp_user_timeout` and their like) stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// For a connection to PostgreSQL to be made, in whole seconds; libpq takes less than two for two.
    pub connection: Duration,
    /// For a free connection, for the turn to write, and for a lock that another transaction holds.
    pub turn: Duration,
    /// For one statement on PostgreSQL; nothing for as long as it takes.
    pub statement: Option<Duration>,
    /// After which PostgreSQL ends a transaction in which nothing is asked, so that a process that was frozen does not hold
    /// rows that others wait for.
    pub idle_transaction: Duration,
    /// After which a connection is given up whose other end acknowledges nothing, not even that it lives.
    pub network: Duration,
}

impl Default for Limits {
    /// Those of commands, whose statements may take long.
    fn default() -> Self {
        Self {
            connection: Duration::from_secs(2),
            turn: Duration::from_secs(10),
            statement: None,
            idle_transaction: Duration::from_mins(1),
            network: Duration::from_secs(10),
        }
    }
}

impl Limits {
    /// The URL with which libpq connects: what it does not say of connections itself stands behind it.
    pub(super) fn applied_to(&self, url: &str) -> String {
        let network = self.network.as_secs().max(3);
        // Probed for the first time after a third, and given up after two more without an answer.
        let third = network / 3;
        let ours = [
            ("connect_timeout", self.connection.as_secs().max(1)),
            ("keepalives_idle", third),
            ("keepalives_interval", third),
            ("keepalives_count", 2),
            ("tcp_user_timeout", network * 1000),
        ];
        let (mut all, said) = (url.to_owned(), url.split_once('?').map_or("", |(_, said)| said));
        let mut before = if url.contains('?') { '&' } else { '?' };
        for (name, value) in ours {
            let is_said = said
                .split('&')
                .any(|option| option.split('=').next() == Some(name));
            if !is_said {
                all.push(before);
                all.push_str(&[name, "=", &value.to_string()].concat());
                before = '&';
            }
        }
        all
    }

    /// The same as what PostgreSQL itself is set to.
    pub(super) fn settings(&self) -> String {
        let millis = |limit: Duration| limit.as_millis();
        format!(
            "set lock_timeout = {}; set statement_timeout = {}; set idle_in_transaction_session_timeout = {};",
            millis(self.turn),
            self.statement.map_or(0, millis),
            millis(self.idle_transaction)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_url_says_of_connections_itself_stays() {
        let limits = Limits::default();
        assert_eq!(
            limits.applied_to("postgres://server/notess"),
            "postgres://server/notess?connect_timeout=2&keepalives_idle=3&keepalives_interval=3&keepalives_count=2\
             &tcp_user_timeout=10000"
        );
        assert_eq!(
            limits.applied_to("postgres:///notess?host=/run&connect_timeout=7&tcp_user_timeout=1"),
            "postgres:///notess?host=/run&connect_timeout=7&tcp_user_timeout=1&keepalives_idle=3&keepalives_interval=3\
             &keepalives_count=2"
        );
    }
}
