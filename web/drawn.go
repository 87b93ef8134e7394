package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"strings"
	"sync"

	"rettid/clinic"
	"rettid/day"
	"rettid/guide"
	"rettid/law"
	"rettid/words"
)

// mostDrawn is how many lines are kept written; one is some 1500 bytes.
const mostDrawn = 16384

// drawn keeps the lines of the waiting list that have been written, so that one that is shown again is not found out anew. A line is found by all that it was
// written of: nothing old is ever shown, and nobody's name but where it stands.
type drawn struct {
	mu      sync.Mutex
	manners map[manner]int
	kept    map[lineKey]drawnLine
	last    map[lineKey]drawnLine // those kept before kept was begun anew
}

// A manner is what lines are written by that is the same for all of a page.
type manner struct {
	lang       words.Lang
	today      day.Day
	everywhere bool
	columns    string
	settings   *law.Settings
	org        *clinic.Org
	guides     *guide.Library
}

// mostManners is how many manners lines are kept in.
const mostManners = 256

type lineKey struct {
	manner   int
	tenant   string
	referral int64
}

type drawnLine struct {
	of   [sha256.Size]byte // what it was written of
	text []byte
}

func newDrawn() *drawn {
	return &drawn{manners: make(map[manner]int), kept: make(map[lineKey]drawnLine)}
}

// writtenOf is a digest of what a line is written of beside its manner.
func writtenOf(x *line, into []byte) (sum [sha256.Size]byte, scratch []byte) {
	b := into[:0]
	for _, s := range []string{x.Condition, x.Person.Family, x.Person.Given} {
		b = append(binary.AppendUvarint(b, uint64(len(s))), s...)
	}
	b = binary.AppendVarint(b, int64(x.Person.Born.Number()))
	b = binary.AppendVarint(b, x.Person.Erased)
	b = append(b, x.State...)
	return sha256.Sum256(b), b
}

// manner numbers the manner of a page.
func (d *drawn) manner(v *view, shown []listColumn, everywhere bool) int {
	var columns strings.Builder
	for _, c := range shown {
		columns.WriteString(c.word)
		columns.WriteByte(' ')
	}
	m := manner{v.Lang, v.Today, everywhere, columns.String(), v.s.desk.Settings, v.s.desk.Org, v.s.desk.Guides}
	d.mu.Lock()
	defer d.mu.Unlock()
	n, ok := d.manners[m]
	if !ok {
		if len(d.manners) >= mostManners {
			clear(d.manners)
			clear(d.kept)
			d.last = nil
		}
		n = len(d.manners)
		d.manners[m] = n
	}
	return n
}

func (d *drawn) find(key lineKey, of [sha256.Size]byte) []byte {
	d.mu.Lock()
	defer d.mu.Unlock()
	x, ok := d.kept[key]
	if !ok {
		if x, ok = d.last[key]; ok {
			d.put(key, x)
		}
	}
	if !ok || x.of != of {
		return nil
	}
	return x.text
}

func (d *drawn) keep(key lineKey, x drawnLine) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.put(key, x)
}

// put is called with the lock held. Half of the room is for the latest; when it is full, the half before it is forgotten.
func (d *drawn) put(key lineKey, x drawnLine) {
	if len(d.kept) >= mostDrawn/2 {
		d.last, d.kept = d.kept, make(map[lineKey]drawnLine, mostDrawn/2)
	}
	d.kept[key] = x
}

// keptLines writes the lines of the waiting list, from those that are kept where they can be. The states of the others are read first, so that one that can't be
// is told before anything is written.
func (v *view) keptLines(rows []line, shown []listColumn, everywhere bool) (func(b *bytes.Buffer), error) {
	d := v.s.drawn
	lines := make([][]byte, len(rows))
	m := d.manner(v, shown, everywhere)
	var scratch []byte
	var b bytes.Buffer
	for i := range rows {
		x := &rows[i]
		key := lineKey{m, x.Tenant, x.Referral}
		var of [sha256.Size]byte
		of, scratch = writtenOf(x, scratch)
		if lines[i] = d.find(key, of); lines[i] != nil {
			continue
		}
		state, err := readState(x.Row)
		if err != nil {
			return nil, err
		}
		b.Reset()
		v.lines(&b, []row{{x.Row, state, x.Person}}, shown, everywhere)
		lines[i] = slices.Clip(bytes.Clone(b.Bytes()))
		d.keep(key, drawnLine{of, lines[i]})
	}
	return func(b *bytes.Buffer) {
		for _, line := range lines {
			b.Write(line)
		}
	}, nil
}
