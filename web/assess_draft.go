package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"time"

	"rettid/desk"
	"rettid/ledger"
)

// Drafts of assessments are papers: one for each case and person. They are free text about a patient that nobody has decided to record, so they never stand in
// the log, where nothing is removed: when the case is decided they are erased for good. That somebody has begun is recorded.

// draftPapers is the kind of papers drafts are.
const draftPapers = desk.AssessDraftPaper

type draftKey struct {
	tenant string
	id     int64
	user   string
	fixes  int // the entry a correction corrects; 0 for an assessment
}

// paper is the paper's id: the case first, so that the drafts of a case are found together, and the person as a digest.
func (k draftKey) paper() string {
	sum := sha256.Sum256([]byte(k.user))
	return fmt.Sprintf("%d/%d/%s", k.id, k.fixes, hex.EncodeToString(sum[:8]))
}

type draft struct {
	typed url.Values
	saved time.Time
}

// draft gives what somebody has typed; false when there is nothing.
func (s *site) draft(ctx context.Context, k draftKey) (draft, bool, error) {
	p, ok, err := s.desk.Ledger.Paper(ctx, k.tenant, draftPapers, k.paper())
	if err != nil || !ok || p.Gone {
		return draft{}, false, err
	}
	d := draft{saved: time.UnixMicro(p.At)}
	if err := json.Unmarshal(p.Body, &d.typed); err != nil {
		return draft{}, false, fmt.Errorf("read a draft of case %d: %w", k.id, err)
	}
	return d, true, nil
}

// storeDraft stores what is typed. Of two windows of one person the later speaks; both versions stay until the case is decided.
func (s *site) storeDraft(ctx context.Context, k draftKey, typed url.Values, now time.Time) error {
	body, err := json.Marshal(typed)
	if err != nil {
		return fmt.Errorf("write a draft of case %d: %w", k.id, err)
	}
	for range 5 {
		old, _, err := s.desk.Ledger.Paper(ctx, k.tenant, draftPapers, k.paper())
		if err != nil {
			return err
		}
		if !old.Gone && string(old.Body) == string(body) {
			return nil
		}
		_, err = s.desk.Ledger.PutPaper(ctx, ledger.Paper{Tenant: k.tenant, Kind: draftPapers, ID: k.paper(), Seq: old.Seq, At: now.UTC().UnixMicro(), Actor: s.o.User.ID, Body: body})
		if !errors.Is(err, ledger.ErrPaperChanged) {
			return err
		}
	}
	return ledger.ErrPaperChanged
}

// dropDrafts erases every draft of a case, everybody's: it is decided, and what was not recorded is nobody's any more.
func (s *site) dropDrafts(ctx context.Context, tenant string, id int64) error {
	papers, err := s.desk.Ledger.Papers(ctx, tenant, draftPapers, fmt.Sprintf("%d/", id), 0, 0)
	if err != nil {
		return err
	}
	for _, p := range papers {
		if err := s.desk.Ledger.ErasePaper(ctx, tenant, draftPapers, p.ID); err != nil {
			return err
		}
	}
	return nil
}
