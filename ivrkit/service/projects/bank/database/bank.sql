-- The accounts of the sample bank, for SQLite. The file bank.db beside it is made of this:
--     rm -f bank.db; sqlite3 bank.db < bank.sql
create table accounts (
    number varchar(12) primary key,
    name varchar(60) not null,
    balance decimal(12,2) not null check (balance >= 0),
    vip boolean not null default 0,
    pin varchar(4) not null
);
create table bills (
    account varchar(12) primary key references accounts (number),
    amount decimal(12,2) not null
);
create table payments (
    id integer primary key,
    account varchar(12) not null references accounts (number),
    day date not null,
    amount decimal(12,2) not null,
    purpose varchar(60) not null
);

insert into accounts (number, name, balance, vip, pin) values
    ('123456', 'Ann Lee', 12.50, 0, '2580'),
    ('654321', 'Sam Okafor', 1204.07, 1, '1379');
insert into bills (account, amount) values
    ('123456', 80),
    ('654321', 0);
insert into payments (account, day, amount, purpose) values
    ('123456', '2026-02-26', 1850, 'salary'),
    ('123456', '2026-02-27', -49.90, 'electricity'),
    ('123456', '2026-03-01', -690, 'rent');
