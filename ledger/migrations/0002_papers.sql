-- What people keep beside the referrals: saved views, drafts, planned capacity, methods, meetings, published figures. Each paper is a row of
-- versions, only ever added to; gone is 1 in the version that takes it away. Personal drafts can be erased: their bodies are then empty.
CREATE TABLE paper (
	tenant TEXT    NOT NULL,
	kind   TEXT    NOT NULL,
	id     TEXT    NOT NULL,
	seq    INTEGER NOT NULL,
	at     INTEGER NOT NULL,
	actor  TEXT    NOT NULL,
	gone   INTEGER NOT NULL,
	latest INTEGER NOT NULL,
	body   BLOB    NOT NULL,
	PRIMARY KEY (tenant, kind, id, seq)
) STRICT;
CREATE INDEX paper_latest ON paper (tenant, kind, id) WHERE latest = 1 AND gone = 0;
