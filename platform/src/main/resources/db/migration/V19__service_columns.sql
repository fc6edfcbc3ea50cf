-- What the tables of each service look like, so that a release of its connector that declares it otherwise is refused.
create table service_column (
  service_name text not null,
  column_name text not null,
  kind text not null,
  primary key (service_name, column_name)
);
