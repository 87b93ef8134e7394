package desk

import (
	"hash/maphash"
	"sync"

	"rettid/referral"
)

// recent holds the logs of the referrals that were worked on last, so that the next step on one of them need not read and decode its log again. It is
// never trusted: the ledger refuses an append to a log that has moved on, and a refusal is only given on a log that was read.
type recent struct {
	mu   sync.Mutex
	seed maphash.Seed
	held [1024]held
}

// held is one referral's log, with the keys of the commands behind it.
type held struct {
	tenant string
	id     int64
	log    []referral.Entry
	keys   []string
}

func newRecent() *recent { return &recent{seed: maphash.MakeSeed()} }

func (r *recent) slot(tenant string, id int64) *held {
	return &r.held[(maphash.String(r.seed, tenant)+uint64(id))%uint64(len(r.held))]
}

// get gives a log that is held, nil when it is not.
func (r *recent) get(tenant string, id int64) ([]referral.Entry, []string) {
	if r == nil || id == 0 {
		return nil, nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	h := r.slot(tenant, id)
	if h.id != id || h.tenant != tenant {
		return nil, nil
	}
	return h.log, h.keys
}

// put holds a log as it is after an append.
func (r *recent) put(tenant string, id int64, log []referral.Entry, keys []string) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	*r.slot(tenant, id) = held{tenant, id, log, keys}
}

// drop forgets a log.
func (r *recent) drop(tenant string, id int64) {
	if r == nil || id == 0 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if h := r.slot(tenant, id); h.id == id && h.tenant == tenant {
		*h = held{}
	}
}
