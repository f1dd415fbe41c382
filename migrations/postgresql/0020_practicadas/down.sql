drop table practicadas;
