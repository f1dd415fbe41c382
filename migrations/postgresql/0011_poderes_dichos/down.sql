drop table poderes_dichos;
alter table poderes drop column baja;
alter table poderes drop column tramites;
