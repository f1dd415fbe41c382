drop table caducidades_anuladas;
