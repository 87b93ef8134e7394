package web

import (
	"bytes"
	"sync"

	"rettid/ledger"
	"rettid/referral"
)

// mostRead is how many states are kept read; one is some kilobytes.
const mostRead = 8192

// states keeps the states that lists have read, so that a line shown again is not read anew. A state is found by its own text: nothing old is ever shown. Who
// is given a state must not change what it points to.
type states struct {
	mu   sync.Mutex
	kept map[stateKey]*keptState
	last map[stateKey]*keptState // those kept before kept was begun anew
}

type stateKey struct {
	tenant   string
	referral int64
}

type keptState struct {
	text  []byte
	state referral.Referral
}

func newStates() *states { return &states{kept: make(map[stateKey]*keptState)} }

// read is readState, of a text that may have been read before.
func (k *states) read(r ledger.Row) (referral.Referral, error) {
	if k == nil {
		return readState(r)
	}
	key := stateKey{r.Tenant, r.Referral}
	k.mu.Lock()
	x, ok := k.kept[key]
	if !ok {
		if x, ok = k.last[key]; ok {
			k.keep(key, x)
		}
	}
	k.mu.Unlock()
	if ok && bytes.Equal(x.text, r.State) {
		return x.state, nil
	}
	state, err := readState(r)
	if err != nil {
		return state, err
	}
	k.mu.Lock()
	k.keep(key, &keptState{bytes.Clone(r.State), state})
	k.mu.Unlock()
	return state, nil
}

// keep is called with the lock held. Half of the room is for the latest; when it is full, the half before it is forgotten.
func (k *states) keep(key stateKey, x *keptState) {
	if len(k.kept) >= mostRead/2 {
		k.last, k.kept = k.kept, make(map[stateKey]*keptState, mostRead/2)
	}
	k.kept[key] = x
}
