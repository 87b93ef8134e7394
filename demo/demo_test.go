package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"rettid/clinic"
	"rettid/day"
	"rettid/desk"
	"rettid/guide"
	"rettid/law"
	"rettid/ledger"
)

var today = day.On(2026, 3, 4)

func newDesk(t testing.TB) *desk.Desk {
	t.Helper()
	l, err := ledger.Memory(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return desk.New(l, clinic.Demo(), guide.Embedded(), law.Default())
}

func generate(t testing.TB, o Options) (*desk.Desk, Stats) {
	t.Helper()
	d := newDesk(t)
	if o.Today.IsZero() {
		o.Today = today
	}
	s, err := Generate(context.Background(), d, o)
	if err != nil {
		t.Fatal(err)
	}
	return d, s
}

func TestLook(t *testing.T) {
	_, s := generate(t, Options{Patients: 2000, Seed: 1, Region: "vest"})
	b, _ := json.MarshalIndent(s, "", " ")
	fmt.Println(string(b))
}
