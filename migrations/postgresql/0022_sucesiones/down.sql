drop table sucesiones_anuladas;
drop table sucesiones;
