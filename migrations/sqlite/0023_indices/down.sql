drop index practicadas_tarde;
create index practicadas_tarde on practicadas (registrado) where rige = 1 and antes_estado > 1;

drop index auditoria_dichas;
