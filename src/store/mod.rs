//! Floor 2: the relational store, SQLite or PostgreSQL.
