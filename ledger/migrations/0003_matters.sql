-- The current row of each matter that is no referral: applications and group cases of the exception scheme, their meetings, methods, hearings and
-- reviews. Their log stands in record, in the same chain and under numbers from the same series; the kind of each record begins with the process
-- and a slash. Referrals' lists read other tables, so that a matter can never stand on a waiting list.
CREATE TABLE matter (
	tenant    TEXT    NOT NULL,
	matter    INTEGER NOT NULL,
	seq       INTEGER NOT NULL,
	process   TEXT    NOT NULL,
	kind      TEXT    NOT NULL,
	name      TEXT    NOT NULL,
	status    TEXT    NOT NULL,
	outcome   TEXT    NOT NULL,
	route     TEXT    NOT NULL,
	method    TEXT    NOT NULL,
	diagnosis TEXT    NOT NULL,
	place     TEXT    NOT NULL,
	region    TEXT    NOT NULL,
	patient   TEXT    NOT NULL,
	referral  INTEGER NOT NULL,
	meeting   INTEGER NOT NULL,
	received  INTEGER NOT NULL,
	decided   INTEGER NOT NULL,
	is_open   INTEGER NOT NULL,
	flags     TEXT    NOT NULL,
	words     TEXT    NOT NULL,
	next_name TEXT    NOT NULL,
	next_due  INTEGER NOT NULL,
	next_role TEXT    NOT NULL,
	state     BLOB    NOT NULL,
	PRIMARY KEY (tenant, matter)
) STRICT;
CREATE INDEX matter_kind ON matter (tenant, process, kind, received, matter);
CREATE INDEX matter_next ON matter (tenant, process, next_due, matter) WHERE is_open = 1;
CREATE INDEX matter_decided ON matter (tenant, process, decided, matter) WHERE decided > 0;
CREATE INDEX matter_method ON matter (tenant, process, method, matter);
CREATE INDEX matter_patient ON matter (tenant, patient, matter) WHERE patient <> '';
CREATE INDEX matter_referral ON matter (tenant, referral, matter) WHERE referral > 0;
CREATE INDEX matter_meeting ON matter (tenant, meeting, matter) WHERE meeting > 0;
CREATE INDEX matter_name ON matter (tenant, process, kind, name);

-- What is owed on each matter, replaced with its row.
CREATE TABLE matter_duty (
	tenant TEXT    NOT NULL,
	matter INTEGER NOT NULL,
	n      INTEGER NOT NULL,
	name   TEXT    NOT NULL,
	opens  INTEGER NOT NULL,
	due    INTEGER NOT NULL,
	role   TEXT    NOT NULL,
	place  TEXT    NOT NULL,
	unit   TEXT    NOT NULL,
	PRIMARY KEY (tenant, matter, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX matter_duty_due ON matter_duty (tenant, due, matter, n, opens, role, name, place);
