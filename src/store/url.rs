//! `DatabaseUrl`: where the database is.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use thiserror::Error;

/// Where the database is: the path of a SQLite file, or a PostgreSQL server. `Debug` and `Display` hide who connects
/// and with what password.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// A SQLite file, made if it is not there. Its folder must exist.
    Sqlite(PathBuf),
    /// A `postgres://` URL as libpq takes it.
    Postgres(String),
}

/// Why a text does not say where a database is. What is doubtful is refused, not guessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum UrlError {
    /// There is no text, or no path or database name in it.
    #[error("names no database")]
    Empty,
    /// It begins like a URL of something else.
    #[error("neither sqlite:PATH, a plain path nor postgres://SERVER/DATABASE")]
    Scheme,
    /// A SQLite database in memory is another one for each connection.
    #[error("a database in memory keeps nothing")]
    Memory,
    /// A PostgreSQL URL without server: libpq would fill it in from its environment.
    #[error("names no server")]
    Server,
    /// It has characters that no path or URL needs, or bare ones where a URL writes them as `%40` and the like.
    #[error(
        "has control characters, is not UTF-8, or has a bare @ or / within a user, password or database name"
    )]
    Characters,
}

impl DatabaseUrl {
    /// The URL of a SQLite file.
    pub fn sqlite(path: &Path) -> Result<Self, UrlError> {
        path.to_str()
            .ok_or(UrlError::Characters)
            .and_then(|path| format!("sqlite:{path}").parse())
    }
}

impl FromStr for DatabaseUrl {
    type Err = UrlError;

    fn from_str(text: &str) -> Result<Self, UrlError> {
        if text.chars().any(char::is_control) {
            return Err(UrlError::Characters);
        }
        match scheme(text) {
            None => sqlite(text),
            Some(("sqlite", path)) => sqlite(path.strip_prefix("//").unwrap_or(path)),
            Some(("postgres" | "postgresql", rest)) => postgres(text, rest),
            Some(_) => Err(UrlError::Scheme),
        }
    }
}

/// The scheme with which a text begins, and what follows its colon.
fn scheme(text: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = text.split_once(':')?;
    let named = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    named.then_some((scheme, rest))
}

fn sqlite(path: &str) -> Result<DatabaseUrl, UrlError> {
    match path {
        "" => Err(UrlError::Empty),
        ":memory:" => Err(UrlError::Memory),
        // SQLite would read these as a URI of its own, with options that undo ours.
        _ if path.starts_with("file:") || path.contains("://") => Err(UrlError::Scheme),
        _ => Ok(DatabaseUrl::Sqlite(path.into())),
    }
}

fn postgres(text: &str, rest: &str) -> Result<DatabaseUrl, UrlError> {
    let location = rest.strip_prefix("//").ok_or(UrlError::Scheme)?;
    let (location, query) = location.split_once('?').unwrap_or((location, ""));
    let (authority, database) = location.split_once('/').ok_or(UrlError::Empty)?;
    if database.is_empty() {
        return Err(UrlError::Empty);
    }
    // A password with a bare `/` or `?` would be taken for server or database, and shown as such.
    if database.contains(['/', '@']) || query.contains('@') {
        return Err(UrlError::Characters);
    }
    let server = authority.rsplit_once('@').map_or(authority, |(_, server)| server);
    if server.is_empty() && !query.split('&').any(|option| option.starts_with("host=")) {
        return Err(UrlError::Server);
    }
    Ok(DatabaseUrl::Postgres(text.to_owned()))
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            // The password may stand before the server or among the options: both parts are left out.
            Self::Postgres(url) => {
                let location = url.split_once("://").map_or("", |(_, location)| location);
                let location = location.split('?').next().unwrap_or_default();
                let shown = location.rsplit_once('@').map_or(location, |(_, shown)| shown);
                write!(f, "postgres://{shown}")
            }
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DatabaseUrl({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_with_or_without_its_scheme_is_a_sqlite_file() {
        for (text, path) in [
            ("data/notess.db", "data/notess.db"),
            ("/var/lib/notess.db", "/var/lib/notess.db"),
            ("sqlite:data/notess.db", "data/notess.db"),
            ("sqlite:///var/lib/notess.db", "/var/lib/notess.db"),
            ("./a:b.db", "./a:b.db"),
        ] {
            assert_eq!(text.parse(), Ok(DatabaseUrl::Sqlite(path.into())), "{text}");
        }
    }

    #[test]
    fn a_doubtful_url_is_refused() {
        for (text, error) in [
            ("", UrlError::Empty),
            ("sqlite:", UrlError::Empty),
            ("sqlite://", UrlError::Empty),
            (":memory:", UrlError::Memory),
            ("sqlite::memory:", UrlError::Memory),
            ("file:notess.db?mode=ro", UrlError::Scheme),
            ("sqlite:file:notess.db", UrlError::Scheme),
            ("mysql://localhost/notess", UrlError::Scheme),
            ("postgres:notess", UrlError::Scheme),
            ("postgresq://localhost/notess", UrlError::Scheme),
            ("postgres://localhost", UrlError::Empty),
            ("postgres://localhost/", UrlError::Empty),
            ("postgres:///notess", UrlError::Server),
            ("postgres://ana@/notess", UrlError::Server),
            ("a\0b", UrlError::Characters),
            ("postgres://ana:s3/cret@localhost/notess", UrlError::Characters),
            ("postgres://ana:s3/c?ret@localhost/notess", UrlError::Characters),
        ] {
            assert_eq!(text.parse::<DatabaseUrl>(), Err(error), "{text}");
        }
    }

    #[test]
    fn a_socket_may_stand_for_the_server() {
        let text = "postgres:///notess?host=/run/postgresql";
        assert_eq!(text.parse(), Ok(DatabaseUrl::Postgres(text.to_owned())));
    }

    #[test]
    fn neither_form_of_a_password_is_shown() {
        for text in [
            "postgres://ana:s3cret@db.example:5433/notess?sslmode=require",
            "postgresql://ana:s3c@ret@db.example:5433/notess?password=s3cret",
        ] {
            let url: DatabaseUrl = text.parse().unwrap();
            assert_eq!(
                format!("{url:?}"),
                "DatabaseUrl(postgres://db.example:5433/notess)"
            );
        }
    }
}
