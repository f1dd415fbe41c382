-- Rows by whose word a notification stands that was not decided here: whoever asks for its document has them found by their request,
-- and there are few. Kept in step with migrations/postgresql.
create index auditoria_dichas on auditoria (peticion) where operacion in ('publicarHistorico', 'practicarFuera');

-- Spelt as the question that it serves: SQLite compares the texts of the two.
drop index practicadas_tarde;
create index practicadas_tarde on practicadas (registrado) where rige and antes_estado > 1;
