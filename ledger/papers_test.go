package ledger

import (
	"errors"
	"sync"
	"testing"
)

func TestPapers(t *testing.T) {
	onEach(t, func(t *testing.T, l *Ledger) {
		ctx := t.Context()
		put := func(id string, on int, body string, gone bool) error {
			t.Helper()
			seq, err := l.PutPaper(ctx, Paper{Tenant: "hf", Kind: "view", ID: id, Seq: on, At: int64(on), Actor: "u1", Body: []byte(body), Gone: gone})
			if err == nil && seq != on+1 {
				t.Errorf("%s: version %d, want %d", id, seq, on+1)
			}
			return err
		}
		for _, id := range []string{"b/2", "a/1", "b/1"} {
			if err := put(id, 0, "first "+id, false); err != nil {
				t.Fatal(err)
			}
		}
		if err := put("b/1", 1, "second", false); err != nil {
			t.Fatal(err)
		}
		for _, on := range []int{0, 1, 3} {
			if err := put("b/1", on, "too late", false); !errors.Is(err, ErrPaperChanged) {
				t.Errorf("on version %d: %v", on, err)
			}
		}
		ids := func(prefix string, limit, offset int) (s string) {
			ps, err := l.Papers(ctx, "hf", "view", prefix, limit, offset)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range ps {
				s += p.ID + "=" + string(p.Body) + ";"
			}
			return s
		}
		if got := ids("", 0, 0); got != "a/1=first a/1;b/1=second;b/2=first b/2;" {
			t.Error(got)
		}
		if got := ids("b/", 1, 1); got != "b/2=first b/2;" {
			t.Error(got)
		}
		if err := put("b/2", 1, "", true); err != nil {
			t.Fatal(err)
		}
		if got := ids("b", 0, 0); got != "b/1=second;" {
			t.Error(got)
		}
		if p, ok, err := l.Paper(ctx, "hf", "view", "b/2"); err != nil || !ok || !p.Gone || p.Seq != 2 {
			t.Errorf("%+v, %v, %v", p, ok, err)
		}
		if vs, err := l.PaperVersions(ctx, "hf", "view", "b/1"); err != nil || len(vs) != 2 || string(vs[0].Body) != "first b/1" || vs[1].Actor != "u1" {
			t.Errorf("%+v, %v", vs, err)
		}
		if err := l.ErasePaper(ctx, "hf", "view", "b/1"); err != nil {
			t.Fatal(err)
		}
		if vs, _ := l.PaperVersions(ctx, "hf", "view", "b/1"); len(vs) != 2 || len(vs[0].Body) != 0 || !vs[1].Gone {
			t.Errorf("%+v", vs)
		}
		if _, ok, err := l.Paper(ctx, "other", "view", "a/1"); ok || err != nil {
			t.Error("seen from another tenant", err)
		}
		if _, err := l.PutPaper(ctx, Paper{Tenant: "hf", Kind: "view"}); err == nil {
			t.Error("a paper without an id was taken")
		}
	})
}

// Of many who write on the same version, one wins.
func TestPapersAtOnce(t *testing.T) {
	onEach(t, func(t *testing.T, l *Ledger) {
		for on := range 3 {
			var all sync.WaitGroup
			won := make(chan int, 8)
			for range 8 {
				all.Go(func() {
					if seq, err := l.PutPaper(t.Context(), Paper{Tenant: "hf", Kind: "view", ID: "one", Seq: on, Actor: "u1"}); err == nil {
						won <- seq
					} else if !errors.Is(err, ErrPaperChanged) {
						t.Error(err)
					}
				})
			}
			all.Wait()
			if len(won) != 1 || <-won != on+1 {
				t.Fatalf("on version %d: %d wrote", on, len(won)+1)
			}
		}
	})
}
