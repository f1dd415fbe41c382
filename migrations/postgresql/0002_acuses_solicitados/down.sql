drop table acuses_solicitados;
