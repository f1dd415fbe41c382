-- A number that grows with each transaction that tells of titles: whom somebody represents is remembered until it does. Kept in step
-- with migrations/sqlite.
insert into generaciones (nombre, valor) values ('titulos', 0);
