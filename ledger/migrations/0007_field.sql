-- Those of one field who wait, by their deadline: the list most are read in, without passing over the lines of other fields.
CREATE INDEX referral_field ON referral (tenant, specialty, start_by, referral, list_provider, list_site, breach_on, appt_from, breach_expected) WHERE waiting = 1;
