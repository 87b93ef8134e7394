-- Intake is read in the order of arrival, the urgent first, from an index that holds what it is narrowed to. What nobody owes is on an index of its own,
-- which is empty: that there is none is seen without looking at the rest.
CREATE INDEX referral_arrival ON referral (tenant, urgency DESC, received, referral, provider, specialty, right_to) WHERE is_open = 1 AND assessed_on = 0;
CREATE INDEX referral_unowned ON referral (tenant, next_due, next_role, referral) WHERE is_open = 1 AND next_due = 0 AND next_role = '';
