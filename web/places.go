package web

import (
	"slices"
	"sync"
	"time"

	"rettid/ledger"
)

// Where the pages of a list begin. A list is read from a row on in no time, but a row far down by its number alone has to be counted to. So it is kept for a
// while which row stands at the end of a page that was shown, as long as nothing is recorded: the page after it, and those further down, are read from there.

// placesFor is how long the places of a list are known. They are forgotten before that when something is recorded.
const placesFor = 30 * time.Second

// mostLists is how many lists have their places kept.
const mostLists = 500

type places struct {
	mu   sync.Mutex
	kept map[string]*listPlaces
}

// listPlaces are the known places of one list, by number.
type listPlaces struct {
	pos  int64 // the ends of the tenants' chains, added up
	at   time.Time
	rows []rowPlace
}

// A rowPlace is a row and its number in the list, from 1.
type rowPlace struct {
	n   int
	key ledger.Key
}

func newPlaces() *places { return &places{kept: make(map[string]*listPlaces)} }

// placesKey is what a list is known by; empty when its order may change without anything being recorded, as names do.
func placesKey(q ledger.Query) string {
	if q.Sort == "patient" {
		return ""
	}
	key := q.CountKey() + q.Sort
	if q.Desc {
		key += "-"
	}
	return key
}

// before has a query read from the last known row before its page.
func (k *places) before(q ledger.Query, pos int64) ledger.Query {
	key := placesKey(q)
	if key == "" || q.Offset == 0 {
		return q
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	l := k.kept[key]
	if l == nil || l.pos != pos || time.Since(l.at) > placesFor {
		return q
	}
	i, found := slices.BinarySearchFunc(l.rows, q.Offset, func(p rowPlace, n int) int { return p.n - n })
	if !found {
		i--
	}
	if i >= 0 {
		q.After, q.Skipped = l.rows[i].key, l.rows[i].n
	}
	return q
}

// note keeps where the last row of a page stands.
func (k *places) note(q ledger.Query, pos int64, rows []ledger.Row) {
	key := placesKey(q)
	if key == "" || len(rows) < q.Limit {
		return
	}
	last := rowPlace{q.Offset + len(rows), ledger.KeyOf(q.Sort, rows[len(rows)-1])}
	k.mu.Lock()
	defer k.mu.Unlock()
	l := k.kept[key]
	if l == nil || l.pos != pos || time.Since(l.at) > placesFor {
		if len(k.kept) >= mostLists {
			clear(k.kept)
		}
		l = &listPlaces{pos: pos, at: time.Now()}
		k.kept[key] = l
	}
	if i, found := slices.BinarySearchFunc(l.rows, last.n, func(p rowPlace, n int) int { return p.n - n }); !found {
		l.rows = slices.Insert(l.rows, i, last)
	}
}
