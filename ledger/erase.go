package ledger

import (
	"context"
	"fmt"
)

// PatientPapers names the papers that are about a patient: kinds whose id is the patient's, and kinds whose ids begin with the number of a case and a slash.
type PatientPapers struct{ OfPatient, OfCase []string }

// ErasePatient removes for good who a patient is and every word kept of the patient's cases, referrals and matters of the exception scheme alike: identity,
// free texts, letters as pages and as PDF, and the papers named. The log goes on speaking of the patient's id, which then leads nowhere; at marks when, in
// UTC microseconds. All of it is gone, or nothing.
// Erasure: helsepersonelloven § 43.
func (l *Ledger) ErasePatient(ctx context.Context, tenant, patient string, papers PatientPapers, at int64) error {
	if tenant == "" || patient == "" {
		return fmt.Errorf("erase a patient: tenant and patient are needed")
	}
	const cases = "SELECT referral FROM referral WHERE tenant = $1 AND patient = $2 UNION SELECT matter FROM matter WHERE tenant = $1 AND patient = $2"
	var numbers []int64
	if err := l.store.query(ctx, cases, []any{tenant, patient}, func(r *row) error { numbers = append(numbers, r.int64()); return nil }); err != nil {
		return fmt.Errorf("find the cases of patient %s: %w", patient, err)
	}
	// The marks come in the order of their numbers: SQLite counts them as it meets them.
	steps := []*step{{sql: "UPDATE note SET words = '', erased = $1 WHERE erased = 0 AND tenant = $2 AND referral IN (SELECT referral FROM referral WHERE tenant = $2 AND patient = $3 " +
		"UNION SELECT matter FROM matter WHERE tenant = $2 AND patient = $3)", args: []any{at, tenant, patient}}}
	empty := func(where string, args ...any) {
		steps = append(steps, &step{sql: "UPDATE paper SET body = $1, gone = 1 WHERE tenant = $2 AND " + where, args: append([]any{[]byte{}, tenant}, args...)})
	}
	for _, kind := range papers.OfPatient {
		empty("kind = $3 AND id = $4", kind, patient)
	}
	for _, kind := range papers.OfCase {
		for _, n := range numbers {
			empty("kind = $3 AND id >= $4 AND id < $5", kind, fmt.Sprintf("%d/", n), fmt.Sprintf("%d0", n)) // 0 comes after the slash
		}
	}
	gone := Person{Tenant: tenant, ID: patient, Erased: at}
	if err := l.erase(ctx, append(steps, &step{sql: erasePerson, args: append(gone.args()[2:], tenant, patient)})...); err != nil {
		return fmt.Errorf("erase patient %s: %w", patient, err)
	}
	return nil
}
