drop table demostracion;
