package web

import (
	"net/url"
	"sync"
	"time"
)

// Drafts of assessments are kept in memory: one for each case and person, until it is decided. They are free text about a patient that nobody has decided
// to record, so they never reach the ledger, where nothing is removed; that somebody has begun is recorded.

type draftKey struct {
	tenant string
	id     int64
	user   string
	fixes  int // the entry a correction corrects; 0 for an assessment
}

type draft struct {
	typed url.Values
	saved time.Time
}

type drafts struct {
	mu sync.Mutex
	at map[draftKey]draft
}

// mostDrafts bounds what is kept: each is at most [formSizeAssess] long.
const mostDrafts = 1000

func newDrafts() *drafts { return &drafts{at: make(map[draftKey]draft)} }

func (d *drafts) get(k draftKey) (draft, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	x, ok := d.at[k]
	return x, ok
}

// keep stores a draft; the oldest makes room when there are too many.
func (d *drafts) keep(k draftKey, typed url.Values, now time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, ok := d.at[k]; !ok && len(d.at) >= mostDrafts {
		var oldest draftKey
		var when time.Time
		for k, x := range d.at {
			if when.IsZero() || x.saved.Before(when) {
				oldest, when = k, x.saved
			}
		}
		delete(d.at, oldest)
	}
	d.at[k] = draft{typed: typed, saved: now}
}

func (d *drafts) drop(k draftKey) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.at, k)
}
