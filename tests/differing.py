"""A table, and a file that lacks a column of it and has other types of two."""

MIGRATION = """\
create table users (id bigint primary key, email text not null, title text, phone varchar(9));
alter table users enable row level security;
"""
FILE = """\
migrations: {directory: migrations}
schemas: {public: {grants: {public: [usage]}}}
tables:
  users:  # who can sign in
    columns:
      id: bigint not null
      email: varchar(80) not null
      phone: text
    primary_key: [id]
    rls: true
unmanaged: {details: fail}
"""
