-- One text for both databases, written as SQLite has it. PostgreSQL reads INTEGER as BIGINT, BLOB as BYTEA and TEXT as TEXT
-- COLLATE "C", and knows neither STRICT nor WITHOUT ROWID (see postgres.go).
--
-- Days are numbers from 1900-01-01 = 1, and 0 is no day. Times are UTC microseconds. Nothing is NULL.
-- Every key begins with tenant, so that the tables can be spread over nodes by it.

-- The head of each tenant's chain, and the last referral number given. An append takes this row first.
CREATE TABLE tenant (
	tenant    TEXT    NOT NULL,
	pos       INTEGER NOT NULL,
	digest    BLOB    NOT NULL,
	referrals INTEGER NOT NULL,
	PRIMARY KEY (tenant)
) STRICT, WITHOUT ROWID;

-- The log. Only ever added to. part counts the records of one command from 0: it makes the command's key unique.
CREATE TABLE record (
	tenant   TEXT    NOT NULL,
	referral INTEGER NOT NULL,
	seq      INTEGER NOT NULL,
	pos      INTEGER NOT NULL,
	kind     TEXT    NOT NULL,
	on_day   INTEGER NOT NULL,
	at       INTEGER NOT NULL,
	known    INTEGER NOT NULL,
	role     TEXT    NOT NULL,
	actor    TEXT    NOT NULL,
	place    TEXT    NOT NULL,
	key      TEXT    NOT NULL,
	part     INTEGER NOT NULL,
	body     BLOB    NOT NULL,
	digest   BLOB    NOT NULL,
	PRIMARY KEY (tenant, referral, seq)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX record_pos ON record (tenant, pos);
CREATE UNIQUE INDEX record_key ON record (tenant, key, part);

-- The current row of each referral.
CREATE TABLE referral (
	tenant          TEXT    NOT NULL,
	referral        INTEGER NOT NULL,
	seq             INTEGER NOT NULL,
	patient         TEXT    NOT NULL,
	provider        TEXT    NOT NULL,
	site            TEXT    NOT NULL,
	unit            TEXT    NOT NULL,
	specialty       TEXT    NOT NULL,
	kind            TEXT    NOT NULL,
	status          TEXT    NOT NULL,
	right_to        TEXT    NOT NULL,
	condition       TEXT    NOT NULL,
	list_provider   TEXT    NOT NULL,
	list_site       TEXT    NOT NULL,
	seniority       INTEGER NOT NULL,
	received        INTEGER NOT NULL,
	assess_by       INTEGER NOT NULL,
	assessed_on     INTEGER NOT NULL,
	start_by        INTEGER NOT NULL,
	wait_end        INTEGER NOT NULL,
	appt_from       INTEGER NOT NULL,
	appt_to         INTEGER NOT NULL,
	appt_minute     INTEGER NOT NULL,
	waiting         INTEGER NOT NULL,
	is_open         INTEGER NOT NULL,
	breach_expected INTEGER NOT NULL,
	breach_on       INTEGER NOT NULL,
	urgency         INTEGER NOT NULL,
	flags           TEXT    NOT NULL,
	next_name       TEXT    NOT NULL,
	next_due        INTEGER NOT NULL,
	next_role       TEXT    NOT NULL,
	state           BLOB    NOT NULL,
	PRIMARY KEY (tenant, referral)
) STRICT;
CREATE INDEX referral_patient ON referral (tenant, patient, referral);
CREATE INDEX referral_start ON referral (tenant, start_by, referral, list_provider, specialty, list_site, breach_on, appt_from, breach_expected) WHERE waiting = 1;
CREATE INDEX referral_wait ON referral (tenant, seniority, referral, list_provider, specialty, list_site) WHERE waiting = 1;
CREATE INDEX referral_appointment ON referral (tenant, appt_from, appt_minute, referral) WHERE waiting = 1;
CREATE INDEX referral_condition ON referral (tenant, condition, referral) WHERE waiting = 1;
CREATE INDEX referral_assess ON referral (tenant, assess_by, referral) WHERE is_open = 1;
CREATE INDEX referral_urgent ON referral (tenant, urgency DESC, assess_by, referral) WHERE is_open = 1 AND assessed_on = 0;
CREATE INDEX referral_next ON referral (tenant, next_due, referral) WHERE is_open = 1;

-- What is owed on each referral, replaced with its row.
CREATE TABLE duty (
	tenant   TEXT    NOT NULL,
	referral INTEGER NOT NULL,
	n        INTEGER NOT NULL,
	name     TEXT    NOT NULL,
	opens    INTEGER NOT NULL,
	due      INTEGER NOT NULL,
	role     TEXT    NOT NULL,
	place    TEXT    NOT NULL,
	unit     TEXT    NOT NULL,
	PRIMARY KEY (tenant, referral, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX duty_due ON duty (tenant, due, referral, n, opens, role, name, place);

-- What is owed to others outside, sent at least once. sent is 0 until then.
CREATE TABLE outbox (
	tenant    TEXT    NOT NULL,
	referral  INTEGER NOT NULL,
	seq       INTEGER NOT NULL,
	n         INTEGER NOT NULL,
	kind      TEXT    NOT NULL,
	recipient TEXT    NOT NULL,
	body      BLOB    NOT NULL,
	at        INTEGER NOT NULL,
	sent      INTEGER NOT NULL,
	PRIMARY KEY (tenant, referral, seq, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX outbox_pending ON outbox (tenant, at, referral, seq, n) WHERE sent = 0;

-- Free text and identity: outside the log, so that they can be erased. erased is 0, or when.
CREATE TABLE note (
	tenant   TEXT    NOT NULL,
	id       TEXT    NOT NULL,
	referral INTEGER NOT NULL,
	words    TEXT    NOT NULL,
	erased   INTEGER NOT NULL,
	PRIMARY KEY (tenant, id)
) STRICT;

-- sort_key orders by family and given name as Norwegian does; by_family and by_given are folded for search by prefix.
CREATE TABLE person (
	tenant       TEXT    NOT NULL,
	id           TEXT    NOT NULL,
	ident        TEXT    NOT NULL,
	ident_kind   TEXT    NOT NULL,
	local_id     TEXT    NOT NULL,
	given        TEXT    NOT NULL,
	family       TEXT    NOT NULL,
	sex          TEXT    NOT NULL,
	municipality TEXT    NOT NULL,
	language     TEXT    NOT NULL,
	born         INTEGER NOT NULL,
	phone        TEXT    NOT NULL,
	address      TEXT    NOT NULL,
	postcode     TEXT    NOT NULL,
	city         TEXT    NOT NULL,
	more         BLOB    NOT NULL,
	erased       INTEGER NOT NULL,
	sort_key     BLOB    NOT NULL,
	by_family    TEXT    NOT NULL,
	by_given     TEXT    NOT NULL,
	PRIMARY KEY (tenant, id)
) STRICT;
CREATE UNIQUE INDEX person_ident ON person (tenant, ident, ident_kind) WHERE ident <> '';
CREATE INDEX person_local ON person (tenant, local_id) WHERE local_id <> '';
CREATE UNIQUE INDEX person_name ON person (tenant, sort_key, id);
CREATE INDEX person_family ON person (tenant, by_family, id);
CREATE INDEX person_given ON person (tenant, by_given, id);

-- Other systems' ids of referrals.
CREATE TABLE link (
	tenant   TEXT    NOT NULL,
	source   TEXT    NOT NULL,
	external TEXT    NOT NULL,
	referral INTEGER NOT NULL,
	PRIMARY KEY (tenant, source, external)
) STRICT, WITHOUT ROWID;
CREATE INDEX link_referral ON link (tenant, referral);

-- Every look at a patient.
CREATE TABLE access (
	tenant   TEXT    NOT NULL,
	patient  TEXT    NOT NULL,
	at       INTEGER NOT NULL,
	id       INTEGER NOT NULL,
	referral INTEGER NOT NULL,
	actor    TEXT    NOT NULL,
	role     TEXT    NOT NULL,
	place    TEXT    NOT NULL,
	purpose  TEXT    NOT NULL,
	PRIMARY KEY (tenant, patient, at, id)
) STRICT, WITHOUT ROWID;

-- Every command that was refused.
CREATE TABLE refusal (
	tenant   TEXT    NOT NULL,
	at       INTEGER NOT NULL,
	id       INTEGER NOT NULL,
	referral INTEGER NOT NULL,
	command  TEXT    NOT NULL,
	norms    TEXT    NOT NULL,
	role     TEXT    NOT NULL,
	actor    TEXT    NOT NULL,
	place    TEXT    NOT NULL,
	on_day   INTEGER NOT NULL,
	PRIMARY KEY (tenant, at, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX refusal_referral ON refusal (tenant, referral, at, id);

-- Stored configuration. Nothing is replaced: what was in force on a day, as known then, can always be told.
CREATE TABLE setting (
	tenant     TEXT    NOT NULL,
	name       TEXT    NOT NULL,
	valid_from INTEGER NOT NULL,
	at         INTEGER NOT NULL,
	value      BLOB    NOT NULL,
	actor      TEXT    NOT NULL,
	PRIMARY KEY (tenant, name, valid_from, at)
) STRICT, WITHOUT ROWID;
