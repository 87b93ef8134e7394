package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
)

// KnownAs gives the other ids a patient was known by, before somebody found that they are the same one: what was kept of those, and who looked at them, is the
// patient's. An id that was parted from the patient again is not among them.
func (d *Desk) KnownAs(ctx context.Context, tenant, patient string) ([]string, error) {
	versions, err := d.Ledger.PaperVersions(ctx, tenant, IdentityPaper, patient)
	if err != nil {
		return nil, err
	}
	merged := make(map[int]string)
	for _, p := range versions {
		if len(p.Body) == 0 {
			continue
		}
		var body struct {
			Merged string
			Undoes int
		}
		if err := json.Unmarshal(p.Body, &body); err != nil {
			return nil, fmt.Errorf("read how patient %s was known, version %d: %w", patient, p.Seq, err)
		}
		if body.Merged != "" {
			merged[p.Seq] = body.Merged
		}
		delete(merged, body.Undoes)
	}
	var out []string
	for _, id := range merged {
		out = append(out, id)
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}
