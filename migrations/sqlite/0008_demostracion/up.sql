-- That a demonstration made this database, and when: what it holds is invented. Kept in step with migrations/postgresql.
create table demostracion (
    unica integer not null primary key check (unica = 1),
    preparada integer not null
) strict;
