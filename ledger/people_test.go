package ledger

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"rettid/day"
)

func TestNamesOrderAsInNorwegian(t *testing.T) {
	want := []string{"Dummy", "eksempelsen", "Fiktiv", "Oppdiktet", "Zeta", "Æventyr", "Østtest", "Aasfiktiv", "Åstest"}
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortFunc(got, func(a, b string) int { return bytes.Compare(sortKey(a, ""), sortKey(b, "")) })
	if !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
	if bytes.Compare(sortKey("Dummy", "Øyvind"), sortKey("Dummy-Fiktiv", "Ada")) > 0 {
		t.Error("the family name does not come first")
	}
}

func TestErasure(t *testing.T) {
	onEach(t, func(t *testing.T, l *Ledger) {
		ctx := t.Context()
		w := received("hf", "k")
		w.Notes = []Note{{"n1", "Attrappens hemmelighet"}}
		w.Person = &Person{ID: "p-k", Ident: "01819012345", IdentKind: "fnr", LocalID: "L1", Given: "Attrapp", Family: "Kulisse",
			Phone: "99999999", Born: day.On(1990, 1, 1), More: []byte(`{"kin":"Attrapp"}`)}
		mustAppend(t, l, w)
		if err := l.EraseNote(ctx, "hf", "n1", 17); err != nil {
			t.Fatal(err)
		}
		if err := l.ErasePerson(ctx, "hf", "p-k", 18); err != nil {
			t.Fatal(err)
		}
		if words, ok, err := l.Note(ctx, "hf", "n1"); words != "" || !ok || err != nil {
			t.Errorf("note %q, %v, %v", words, ok, err)
		}
		p, ok, err := l.Person(ctx, "hf", "p-k")
		if !ok || err != nil || p.Erased != 18 || p.Given+p.Family+p.Ident+p.LocalID+p.Phone+string(p.More) != "" || !p.Born.IsZero() {
			t.Errorf("person %v, %v, erased %d", ok, err, p.Erased)
		}
		if _, ok, _ := l.PersonByIdent(ctx, "hf", "fnr", "01819012345"); ok {
			t.Error("still found by number")
		}
		if rows, total, _ := l.List(ctx, Query{Tenant: "hf", PatientPrefix: "kul", Limit: 1}); len(rows)+total != 0 {
			t.Error("still found by name")
		}
		if rows, _, err := l.List(ctx, Query{Tenant: "hf", Sort: "patient", Limit: 5}); len(rows) != 1 || err != nil {
			t.Errorf("the referral of an erased person: %d rows, %v", len(rows), err)
		}
		// What has been erased does not come back with an old command or a late correction.
		again := received("hf", "later")
		again.Notes, again.Person = w.Notes, w.Person
		mustAppend(t, l, again)
		if err := l.PutPerson(ctx, Person{Tenant: "hf", ID: "p-k", Given: "Attrapp"}); err != nil {
			t.Fatal(err)
		}
		if p, _, _ := l.Person(ctx, "hf", "p-k"); p.Erased != 18 || p.Given != "" {
			t.Errorf("the person came back")
		}
		if words, _, _ := l.Note(ctx, "hf", "n1"); words != "" {
			t.Error("the note came back")
		}
		if n, _, err := l.VerifyChain(ctx, "hf"); n != 2 || err != nil {
			t.Error(n, err)
		}
	})
}

func TestErasedTextIsNotInTheFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "rettid.db")
	l, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	long := bytes.Repeat([]byte("Attrappens hemmelighet. "), 1000) // on pages of its own
	w := received("hf", "k")
	w.Notes = []Note{{"n1", string(long)}, {"n2", "Attrappens hemmelighet, kort"}}
	mustAppend(t, l, w)
	inFiles := func() (n int) {
		for _, end := range []string{"", "-wal"} {
			b, err := os.ReadFile(path + end)
			if err != nil && !errors.Is(err, os.ErrNotExist) {
				t.Fatal(err)
			}
			n += bytes.Count(b, []byte("hemmelighet"))
		}
		return n
	}
	if inFiles() == 0 {
		t.Fatal("the test does not see the text where it is")
	}
	for _, id := range []string{"n1", "n2"} {
		if err := l.EraseNote(t.Context(), "hf", id, 1); err != nil {
			t.Fatal(err)
		}
	}
	if n := inFiles(); n != 0 {
		t.Errorf("still there %d times", n)
	}
}

func TestPersons(t *testing.T) {
	onEach(t, func(t *testing.T, l *Ledger) {
		ctx := t.Context()
		var ids []string
		for i := range 700 {
			id := string(rune('a'+i%26)) + string(rune('a'+i/26))
			ids = append(ids, id)
			if i%2 == 0 && i < 100 {
				if err := l.PutPerson(ctx, Person{Tenant: "hf", ID: id, Family: "Dummy", Ident: "n" + id, IdentKind: "fnr"}); err != nil {
					t.Fatal(err)
				}
			}
		}
		found, err := l.Persons(ctx, "hf", ids)
		if err != nil || len(found) != 50 || found["aa"].Family != "Dummy" {
			t.Errorf("%d found, %v", len(found), err)
		}
		if found, err := l.Persons(ctx, "hf", nil); err != nil || len(found) != 0 {
			t.Errorf("%d found among none, %v", len(found), err)
		}
		var known ErrPersonKnown
		err = l.PutPerson(ctx, Person{Tenant: "hf", ID: "new", Ident: "naa", IdentKind: "fnr"})
		if !errors.As(err, &known) || known.ID != "aa" {
			t.Error(err)
		}
		if err := l.PutPerson(ctx, Person{Tenant: "hf", ID: "aa", Family: "Fiktiv", Ident: "naa", IdentKind: "fnr"}); err != nil {
			t.Error(err)
		}
		n := 0
		if err := l.EachPerson(ctx, "hf", func(p Person) error { n++; return nil }); n != 50 || err != nil {
			t.Error(n, err)
		}
	})
}

// Who may be the same one is found by name and day of birth together, by nothing less, and never among the erased.
func TestPersonsNamed(t *testing.T) {
	onEach(t, func(t *testing.T, l *Ledger) {
		ctx, born := t.Context(), day.On(2025, 4, 4)
		for _, p := range []Person{{ID: "a", Given: "Nyfødt", Family: "Dummy", Born: born}, {ID: "b", Given: "nyfødt ", Family: "DUMMY", Born: born}, {ID: "c", Given: "Nyfødt", Family: "Dummy", Born: born.Add(1)}, {ID: "d", Given: "Nyfødt Vesle", Family: "Dummy", Born: born},
			{ID: "e", Given: "Nyfødt", Family: "Dummy", Born: born}} {
			p.Tenant = "hf"
			if err := l.PutPerson(ctx, p); err != nil {
				t.Fatal(err)
			}
		}
		if err := l.ErasePerson(ctx, "hf", "e", 1); err != nil {
			t.Fatal(err)
		}
		var ids []string
		some, err := l.PersonsNamed(ctx, "hf", "Nyfødt", "Dummy", born)
		for _, p := range some {
			ids = append(ids, p.ID)
		}
		if err != nil || !slices.Equal(ids, []string{"a", "b"}) {
			t.Errorf("%v %v", ids, err)
		}
		for _, x := range []struct {
			given, family string
			on            day.Day
		}{{"", "", born}, {"Nyfødt", "Dummy", day.Day{}}} {
			if some, err := l.PersonsNamed(ctx, "hf", x.given, x.family, x.on); err != nil || len(some) != 0 {
				t.Errorf("of nobody: %d %v", len(some), err)
			}
		}
	})
}
