-- What was told stays told.
drop index usuarios_red_usuario;
