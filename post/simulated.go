package post

import (
	"context"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"sync"

	"rettid/law"
)

// Simulated is a way of a demonstration: most letters arrive in the next round, some do not, and of a few nothing is heard. What becomes of a letter follows from the seed
// and its key. No letter leaves the program.
func Simulated(way law.Channel, seed uint64) Way {
	var mu sync.Mutex
	var come []Receipt
	return Way{
		Hand: func(_ context.Context, it Item) error {
			mu.Lock()
			defer mu.Unlock()
			if r, ok := fate(way, seed, it.Key); ok {
				come = append(come, r)
			}
			return nil
		},
		Receipts: func(context.Context) ([]Receipt, error) {
			mu.Lock()
			defer mu.Unlock()
			out := come
			come = nil
			return out, nil
		},
	}
}

// toPeople tells whether a way leads to somebody at home, who may have no mailbox or have said no to one.
func toPeople(way law.Channel) bool { return way == law.ChannelMailbox || way == law.ChannelHelsenorge }

// fate tells what becomes of a letter; ok is false when nothing is heard of it.
func fate(way law.Channel, seed uint64, key string) (r Receipt, ok bool) {
	h := fnv.New64a()
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], seed)
	h.Write(b[:])
	fmt.Fprintf(h, "%s %s", way, key)
	x := h.Sum64()
	x ^= x >> 31
	x *= 0x9e3779b97f4a7c15
	switch n := (x >> 33) % 100; {
	case n < 78:
		return Receipt{Key: key, Delivered: true}, true
	case n < 86 && toPeople(way):
		return Receipt{Key: key, Code: law.NoMailbox}, true
	case n < 91 && toPeople(way):
		return Receipt{Key: key, Code: law.Reserved}, true
	case n < 95:
		return Receipt{Key: key, Code: law.OutOfOrder}, true
	}
	return Receipt{}, false
}
