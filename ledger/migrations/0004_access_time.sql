-- The looks of a tenant in order of time, whoever they were at: for those who follow up.
CREATE INDEX access_time ON access (tenant, at);
