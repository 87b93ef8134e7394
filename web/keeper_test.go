package web

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// One count at a time of one thing, however many ask; what is quick is counted again when something has been recorded, and what is slow is kept a while and says so.
func TestKeeper(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var counts atomic.Int64
		k := newKeeper[int](3, make(chan struct{}, 1))
		slow := func(took time.Duration) func(context.Context, func(n, of int64)) (int, error) {
			return func(_ context.Context, seen func(n, of int64)) (int, error) {
				n := counts.Add(1)
				for i := range int64(10) {
					time.Sleep(took / 10)
					seen(i+1, 10)
				}
				return int(n), nil
			}
		}
		get := func(key string, pos int64, took time.Duration) keptAnswer[int] {
			t.Helper()
			a, err := k.ask(t.Context(), key, pos, patiently(), slow(took))
			if err != nil {
				t.Fatal(err)
			}
			return a
		}
		if a := get("quick", 1, 100*time.Millisecond); !a.ok || a.value != 1 || a.newer || a.counting {
			t.Errorf("a quick count: %+v", a)
		}
		if a := get("quick", 1, time.Minute); !a.ok || a.value != 1 {
			t.Errorf("nothing is recorded, and it is counted again: %+v", a)
		}
		if a := get("quick", 2, 100*time.Millisecond); !a.ok || a.value != 2 || a.newer {
			t.Errorf("something is recorded, and it is not counted again: %+v", a)
		}
		begin := time.Now()
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				if a := get("slow", 1, time.Minute); a.ok || !a.counting || a.of != 0 && a.of != 10 {
					t.Errorf("while it is counted: %+v", a)
				}
			})
		}
		all.Wait()
		if took := time.Since(begin); took > countPatience {
			t.Errorf("a page waited %s", took)
		}
		time.Sleep(30 * time.Second)
		begin = time.Now()
		if a := get("slow", 1, time.Minute); a.ok || a.seen < 4 || a.of != 10 || time.Since(begin) > countPatience {
			t.Errorf("half way: %+v after %s", a, time.Since(begin))
		}
		time.Sleep(time.Minute)
		if a := get("slow", 1, time.Minute); !a.ok || a.value != 3 || a.newer || counts.Load() != 3 {
			t.Errorf("when it is counted: %+v, %d counts", a, counts.Load())
		}
		if a := get("slow", 2, time.Minute); !a.ok || a.value != 3 || !a.newer || a.counting || counts.Load() != 3 {
			t.Errorf("something is recorded after a slow count: %+v", a)
		}
		time.Sleep(keptShare * time.Minute)
		if a := get("slow", 2, time.Minute); !a.ok || a.value != 3 || !a.newer || !a.counting {
			t.Errorf("a while after it: %+v", a)
		}
		synctest.Wait()
		time.Sleep(2 * time.Minute)
		if a := get("slow", 2, time.Minute); !a.ok || a.value != 4 || a.newer || a.counting {
			t.Errorf("it is not counted again: %+v", a)
		}
		time.Sleep(keptMost)
		if a := get("slow", 3, time.Minute); a.ok {
			t.Errorf("shown after more than an hour: %+v", a)
		}
		time.Sleep(2 * time.Minute)
		if a, err := k.ask(t.Context(), "file", 1, forFile(), slow(10*time.Minute)); err != nil || !a.ok {
			t.Errorf("a file does not wait: %+v, %v", a, err)
		}
		for i := range 9 {
			get(string(rune('a'+i)), 1, time.Millisecond)
		}
		if len(k.kept) > 3 {
			t.Errorf("%d are kept", len(k.kept))
		}
	})
}

// A count that fails, or panics, is told of, is not tried again at once, and does not take away what was counted before it.
func TestKeeperFails(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		k := newKeeper[int](3, nil)
		tries, broken := 0, errors.New("broken")
		var with error
		count := func(context.Context, func(n, of int64)) (int, error) {
			if tries++; with == nil && tries == 1 {
				panic("a mistake")
			}
			time.Sleep(time.Second)
			return tries, with
		}
		if _, err := k.ask(t.Context(), "x", 1, patiently(), count); err == nil || !strings.Contains(err.Error(), "a mistake") {
			t.Errorf("a panic: %v", err)
		}
		time.Sleep(errorsFor / 2)
		if _, err := k.ask(t.Context(), "x", 1, patiently(), count); err == nil || tries != 1 {
			t.Errorf("tried again at once: %v, %d", err, tries)
		}
		time.Sleep(errorsFor)
		if a, err := k.ask(t.Context(), "x", 1, patiently(), count); err != nil || !a.ok || a.value != 2 {
			t.Errorf("not tried again: %+v, %v", a, err)
		}
		with = broken
		time.Sleep(keptLeast)
		for range 2 {
			if a, err := k.ask(t.Context(), "x", 2, patiently(), count); err != nil || !a.ok || a.value != 2 || !a.newer {
				t.Errorf("after a failure: %+v, %v", a, err)
			}
			time.Sleep(2 * time.Second)
		}
		if tries != 3 {
			t.Errorf("%d tries", tries)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := k.ask(ctx, "y", 1, patiently(), count); !errors.Is(err, context.Canceled) {
			t.Errorf("nobody waits: %v", err)
		}
		time.Sleep(time.Minute)
	})
}
