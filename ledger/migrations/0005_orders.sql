-- Every order of the waiting list is read from an index that holds what a list is narrowed to, so that the rows before the page are passed over without being read.
DROP INDEX referral_appointment;
CREATE INDEX referral_appointment ON referral (tenant, appt_from, appt_minute, referral, list_provider, specialty, list_site, start_by, breach_expected) WHERE waiting = 1;
DROP INDEX referral_condition;
CREATE INDEX referral_condition ON referral (tenant, condition, referral, list_provider, specialty, list_site, appt_from) WHERE waiting = 1;
DROP INDEX referral_wait;
CREATE INDEX referral_wait ON referral (tenant, seniority, referral, list_provider, specialty, list_site, appt_from) WHERE waiting = 1;
CREATE INDEX referral_due ON referral (tenant, next_due, referral, list_provider, specialty, list_site, appt_from) WHERE waiting = 1;
-- Who has a duty of one kind is found without passing over everybody's.
CREATE INDEX duty_name ON duty (tenant, name, referral, opens, role, place);
