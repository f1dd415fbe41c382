delete from generaciones where nombre = 'titulos';
