drop table sellador;
drop table acuses_sellados;
