package ledger

import (
	"context"
	"errors"
	"fmt"
)

// A Paper is something people keep beside the referrals, with all its versions: a saved view, a draft, a unit's planned capacity, a meeting. The body
// is bytes to the ledger. Kind and ID name it within the tenant; an ID may be made of parts, "2025-09/ortho", to be listed by how it begins.
type Paper struct {
	Tenant, Kind, ID string
	Seq              int   // of this version, from 1
	At               int64 // UTC microseconds
	Actor            string
	Gone             bool // this version takes the paper away; it may come back
	Body             []byte
}

// ErrPaperChanged tells that a paper has another version than the writer had read.
var ErrPaperChanged = errors.New("the paper has changed since it was read")

// PutPaper adds a version and gives its number. p.Seq is the version it builds on, 0 for a new paper; ErrPaperChanged when that is no longer the
// latest, and nothing is written.
func (l *Ledger) PutPaper(ctx context.Context, p Paper) (seq int, err error) {
	if err := checkTexts(p.Tenant, p.Kind, p.ID, p.Actor); err != nil {
		return 0, fmt.Errorf("store a paper: %w", err)
	}
	if p.Kind == "" || p.ID == "" {
		return 0, errors.New("store a paper: it needs a kind and an id")
	}
	err = l.store.transact(ctx, func(t transaction) ([]*step, error) {
		have := int64(0)
		find := &step{sql: "SELECT seq FROM paper WHERE tenant = $1 AND kind = $2 AND id = $3 AND latest = 1" + l.store.lock(),
			args: []any{p.Tenant, p.Kind, p.ID}, scan: func(r *row) error { have = r.int64(); return nil }}
		if err := t.run(ctx, []*step{find}); err != nil {
			return nil, err
		}
		if have != int64(p.Seq) {
			return nil, ErrPaperChanged
		}
		var steps []*step
		if have > 0 {
			steps = append(steps, &step{sql: "UPDATE paper SET latest = 0 WHERE tenant = $1 AND kind = $2 AND id = $3 AND seq = $4",
				args: []any{p.Tenant, p.Kind, p.ID, have}})
		}
		return append(steps, &step{sql: "INSERT INTO paper (tenant, kind, id, seq, at, actor, gone, latest, body) VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8)",
			args: []any{p.Tenant, p.Kind, p.ID, have + 1, p.At, p.Actor, boolArg(p.Gone), blobArg(p.Body)}}), nil
	})
	switch {
	case err == nil:
		return p.Seq + 1, nil
	case errors.Is(err, ErrPaperChanged):
		return 0, ErrPaperChanged
	case l.store.violated(err): // two wrote a first version at once
		return 0, ErrPaperChanged
	}
	return 0, fmt.Errorf("store the paper %s %s: %w", p.Kind, p.ID, err)
}

const paperColumns = "kind, id, seq, at, actor, gone, body"

func (l *Ledger) papers(ctx context.Context, tenant, where string, args ...any) ([]Paper, error) {
	var all []Paper
	err := l.store.query(ctx, "SELECT "+paperColumns+" FROM paper WHERE tenant = $1 AND "+where, append([]any{tenant}, args...), func(r *row) error {
		all = append(all, Paper{Tenant: tenant, Kind: r.string(), ID: r.string(), Seq: int(r.int64()), At: r.int64(), Actor: r.string(), Gone: r.bool(), Body: r.blob()})
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read papers: %w", err)
	}
	return all, nil
}

// Paper gives the latest version, and whether there is one; a paper taken away is there, with Gone set.
func (l *Ledger) Paper(ctx context.Context, tenant, kind, id string) (Paper, bool, error) {
	all, err := l.papers(ctx, tenant, "kind = $2 AND id = $3 AND latest = 1", kind, id)
	if err != nil || len(all) == 0 {
		return Paper{}, false, err
	}
	return all[0], true, nil
}

// Papers gives one page of the latest versions of a kind, by id; only ids that begin with prefix. Papers taken away are left out. limit 0 gives all.
func (l *Ledger) Papers(ctx context.Context, tenant, kind, prefix string, limit, offset int) ([]Paper, error) {
	where := "kind = $2 AND id >= $3 AND latest = 1 AND gone = 0"
	args := []any{kind, prefix}
	if prefix != "" {
		where += " AND id < $4"
		args = append(args, prefix+"\U0010FFFF")
	}
	where += " ORDER BY id"
	if limit > 0 {
		where += fmt.Sprintf(" LIMIT CAST($%d AS BIGINT) OFFSET $%d", len(args)+2, len(args)+3)
		args = append(args, int64(limit), int64(offset))
	}
	return l.papers(ctx, tenant, where, args...)
}

// PapersGone gives the ids of the papers of a kind that were taken away.
func (l *Ledger) PapersGone(ctx context.Context, tenant, kind string) (map[string]bool, error) {
	all, err := l.papers(ctx, tenant, "kind = $2 AND latest = 1 AND gone = 1", kind)
	out := make(map[string]bool, len(all))
	for _, p := range all {
		out[p.ID] = true
	}
	return out, err
}

// PaperVersions gives every version of a paper, the first first.
func (l *Ledger) PaperVersions(ctx context.Context, tenant, kind, id string) ([]Paper, error) {
	return l.papers(ctx, tenant, "kind = $2 AND id = $3 ORDER BY seq", kind, id)
}

// PaperCount counts the versions of all papers of a tenant: it grows with every change, so that one who has read them sees that something is new.
func (l *Ledger) PaperCount(ctx context.Context, tenant string) (int64, error) {
	var n int64
	err := l.store.query(ctx, "SELECT COUNT(*) FROM paper WHERE tenant = $1", []any{tenant}, func(r *row) error { n = r.int64(); return nil })
	if err != nil {
		return 0, fmt.Errorf("count papers: %w", err)
	}
	return n, nil
}

// ErasePaper empties every version of a paper for good and takes it away: for drafts, and what a person has asked to have erased. The versions'
// numbers, times and writers stay.
func (l *Ledger) ErasePaper(ctx context.Context, tenant, kind, id string) error {
	err := l.erase(ctx, false, &step{sql: "UPDATE paper SET body = $1, gone = 1 WHERE tenant = $2 AND kind = $3 AND id = $4",
		args: []any{[]byte{}, tenant, kind, id}})
	if err != nil {
		return fmt.Errorf("erase the paper %s %s: %w", kind, id, err)
	}
	return nil
}
