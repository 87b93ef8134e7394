package ledger

import (
	"cmp"
	"context"
	"fmt"
	"iter"
)

// PatientPapers names the papers that are about a patient: kinds whose id is the patient's, kinds whose ids begin with the number of a case and a slash, and
// single papers.
type PatientPapers struct {
	OfPatient, OfCase []string
	Also              []string // other ids the patient was known by: they and what is OfPatient of them go with the patient
	Single            []Paper  // by Kind and ID, and Tenant when it is another's: versions up to Seq get Body in the place of their own, and are gone when it is empty
}

// About counts what is kept of a patient that ErasePatient takes.
type About struct {
	Cases  int            `json:"cases"`  // referrals and matters
	Open   []int64        `json:"open"`   // the numbers of those that are open, see CasesOf
	Notes  int            `json:"notes"`  // free texts, letters and files that are not erased yet
	Papers map[string]int `json:"papers"` // not gone, by kind
	Links  int            `json:"links"`  // ids in other systems
}

const casesOf = "(SELECT referral FROM referral WHERE tenant = $1 AND patient = $2 UNION SELECT matter FROM matter WHERE tenant = $1 AND patient = $2)"

// CasesOf gives the numbers of a patient's referrals and matters, in order, and which of them are open: referrals that are, and matters in which something is owed.
func (l *Ledger) CasesOf(ctx context.Context, tenant, patient string) (all, open []int64, err error) {
	err = l.store.query(ctx, "SELECT referral AS n, is_open FROM referral WHERE tenant = $1 AND patient = $2 UNION SELECT m.matter, CASE WHEN m.is_open = 1 AND EXISTS (SELECT 1 FROM matter_duty d WHERE d.tenant = m.tenant AND d.matter = m.matter) THEN 1 ELSE 0 END "+
		"FROM matter m WHERE m.tenant = $1 AND m.patient = $2 ORDER BY n",
		[]any{tenant, patient}, func(r *row) error {
			all = append(all, r.int64())
			if r.bool() {
				open = append(open, all[len(all)-1])
			}
			return nil
		})
	if err != nil {
		return nil, nil, fmt.Errorf("find the cases of patient %s: %w", patient, err)
	}
	return all, open, nil
}

// About counts what ErasePatient would take.
func (l *Ledger) About(ctx context.Context, tenant, patient string, papers PatientPapers) (About, error) {
	a := About{Papers: make(map[string]int)}
	numbers, open, err := l.CasesOf(ctx, tenant, patient)
	if err != nil {
		return a, err
	}
	a.Cases, a.Open = len(numbers), open
	count := func(to *int, sql string, args ...any) {
		if err == nil {
			err = l.store.query(ctx, sql, args, func(r *row) error { *to += int(r.int64()); return nil })
		}
	}
	count(&a.Notes, "SELECT COUNT(*) FROM note WHERE erased = 0 AND tenant = $1 AND referral IN "+casesOf, tenant, patient)
	count(&a.Links, "SELECT COUNT(*) FROM link WHERE tenant = $1 AND referral IN "+casesOf, tenant, patient)
	for i, id := range papers.ids(patient) {
		if i > 0 {
			numbers = nil
		}
		for where, args := range papers.where(2, id, numbers) {
			n := 0
			count(&n, "SELECT COUNT(*) FROM paper WHERE latest = 1 AND gone = 0 AND tenant = $1 AND "+where, append([]any{tenant}, args...)...)
			if n > 0 {
				a.Papers[args[0].(string)] += n
			}
		}
	}
	for _, p := range papers.Single {
		a.Papers[p.Kind]++
	}
	if err != nil {
		return a, fmt.Errorf("count what is kept of patient %s: %w", patient, err)
	}
	return a, nil
}

// ids are the patient's, and the others it was known by.
func (p PatientPapers) ids(patient string) []string { return append([]string{patient}, p.Also...) }

// where gives a condition, with marks from the first on, and its arguments, the kind first, for every set of papers but the single ones.
func (p PatientPapers) where(first int, patient string, numbers []int64) iter.Seq2[string, []any] {
	one, many := fmt.Sprintf("kind = $%d AND id = $%d", first, first+1), fmt.Sprintf("kind = $%d AND id >= $%d AND id < $%d", first, first+1, first+2)
	return func(yield func(string, []any) bool) {
		for _, kind := range p.OfPatient {
			if !yield(one, []any{kind, patient}) {
				return
			}
		}
		for _, kind := range p.OfCase {
			for _, n := range numbers { // 0 comes after the slash
				if !yield(many, []any{kind, fmt.Sprintf("%d/", n), fmt.Sprintf("%d0", n)}) {
					return
				}
			}
		}
	}
}

// ErasePatient removes for good who a patient is and every word kept of the patient's cases, referrals and matters of the exception scheme alike: identity,
// free texts, letters as pages and as PDF, ids in other systems, and the papers named. The log goes on speaking of the patient's id, which then leads nowhere;
// at marks when, in UTC microseconds. All of it is gone, or nothing.
// Erasure: helsepersonelloven § 43.
func (l *Ledger) ErasePatient(ctx context.Context, tenant, patient string, papers PatientPapers, at int64) error {
	if tenant == "" || patient == "" {
		return fmt.Errorf("erase a patient: tenant and patient are needed")
	}
	numbers, _, err := l.CasesOf(ctx, tenant, patient)
	if err != nil {
		return err
	}
	// The marks come in the order of their numbers: SQLite counts them as it meets them.
	steps := []*step{
		{sql: "UPDATE note SET words = '', erased = $1 WHERE erased = 0 AND tenant = $2 AND referral IN (SELECT referral FROM referral WHERE tenant = $2 AND patient = $3 " +
			"UNION SELECT matter FROM matter WHERE tenant = $2 AND patient = $3)", args: []any{at, tenant, patient}},
		{sql: "DELETE FROM link WHERE tenant = $1 AND referral IN " + casesOf, args: []any{tenant, patient}},
	}
	for i, id := range papers.ids(patient) {
		if i > 0 {
			numbers = nil
		}
		for where, args := range papers.where(3, id, numbers) {
			steps = append(steps, &step{sql: "UPDATE paper SET body = $1, gone = 1 WHERE tenant = $2 AND " + where, args: append([]any{[]byte{}, tenant}, args...)})
		}
	}
	for _, p := range papers.Single {
		steps = append(steps, &step{sql: "UPDATE paper SET body = $1, gone = $2 WHERE tenant = $3 AND kind = $4 AND id = $5 AND seq <= $6",
			args: []any{blobArg(p.Body), boolArg(len(p.Body) == 0), cmp.Or(p.Tenant, tenant), p.Kind, p.ID, int64(p.Seq)}})
	}
	for _, id := range papers.ids(patient) {
		gone := Person{Tenant: tenant, ID: id, Erased: at}
		steps = append(steps, &step{sql: erasePerson, args: append(gone.args()[2:], tenant, id)})
	}
	if err := l.erase(ctx, true, steps...); err != nil {
		return fmt.Errorf("erase patient %s: %w", patient, err)
	}
	return nil
}
