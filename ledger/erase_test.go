package ledger

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// papersAbout are the kinds of the test.
var papersAbout = PatientPapers{OfPatient: []string{"contact", "acts-for"}, OfCase: []string{"draft"}}

// Who a patient is, and every word of the patient's cases, is gone; of others everything stands, and so does the log.
func TestErasePatient(t *testing.T) {
	onEach(t, func(t *testing.T, l *Ledger) {
		ctx := t.Context()
		var ids []int64
		for _, key := range []string{"one", "two"} {
			w := received("hf", key)
			w.Row.Patient = "p-" + key
			w.Person = &Person{ID: "p-" + key, Given: "Ada", Family: "Sletteby", Ident: "4481" + key, IdentKind: "fnr"}
			w.Notes = []Note{{ID: "text-" + key, Text: "hemmelig ord"}, {ID: "pdf-" + key, Text: "aGVtbWVsaWc="}}
			ids = append(ids, mustAppend(t, l, w).Referral)
		}
		put := func(kind, id string) {
			if _, err := l.PutPaper(ctx, Paper{Tenant: "hf", Kind: kind, ID: id, Actor: "u", Body: []byte("hemmelig papir")}); err != nil {
				t.Fatal(err)
			}
		}
		caseOf := func(n int64) string { return string(rune('0'+n)) + "/0/x" }
		for i, key := range []string{"one", "two"} {
			put("contact", "p-"+key)
			put("acts-for", "p-"+key)
			put("draft", caseOf(ids[i]))
		}
		for range 2 { // twice is once
			if err := l.ErasePatient(ctx, "hf", "p-one", papersAbout, 17); err != nil {
				t.Fatal(err)
			}
		}
		for i, key := range []string{"one", "two"} {
			gone := key == "one"
			if p, ok, err := l.Person(ctx, "hf", "p-"+key); err != nil || !ok || (p.Family == "") != gone || (p.Erased != 0) != gone {
				t.Errorf("%s: the person is %+v, %v", key, p.Erased, err)
			}
			for _, id := range []string{"text-" + key, "pdf-" + key} {
				if words, ok, err := l.Note(ctx, "hf", id); err != nil || !ok || (words == "") != gone {
					t.Errorf("note %s: %d letters, %v", id, len(words), err)
				}
			}
			for kind, id := range map[string]string{"contact": "p-" + key, "acts-for": "p-" + key, "draft": caseOf(ids[i])} {
				if p, ok, err := l.Paper(ctx, "hf", kind, id); err != nil || !ok || p.Gone != gone || (len(p.Body) == 0) != gone {
					t.Errorf("paper %s %s: gone %v, %d bytes, %v", kind, id, p.Gone, len(p.Body), err)
				}
			}
			if recs, err := l.Records(ctx, "hf", ids[i]); err != nil || len(recs) == 0 {
				t.Errorf("the log of %s: %d records, %v", key, len(recs), err)
			}
		}
	})
}

// Nothing of an erased patient or paper is left in the files of the embedded database.
func TestErasedPatientIsNotInTheFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "erase.db")
	l, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	w := received("hf", "one")
	w.Row.Patient = "p-one"
	w.Person = &Person{ID: "p-one", Given: "Ada", Family: "Sletteby", Ident: "44817712345", IdentKind: "fnr", Phone: "99900077"}
	w.Notes = []Note{{ID: "text", Text: "Sletteby har hemmelighet"}, {ID: "pdf", Text: string(bytes.Repeat([]byte("hemmelighet"), 3000))}}
	mustAppend(t, l, w)
	if _, err := l.PutPaper(t.Context(), Paper{Tenant: "hf", Kind: "contact", ID: "p-one", Actor: "u", Body: []byte(`{"phone":"99900077","hemmelighet":1}`)}); err != nil {
		t.Fatal(err)
	}
	if _, err := l.PutPaper(t.Context(), Paper{Tenant: "hf", Kind: "draft", ID: "alone", Actor: "u", Body: []byte("hemmelighet i et utkast")}); err != nil {
		t.Fatal(err)
	}
	inFiles := func() (n int) {
		for _, end := range []string{"", "-wal"} {
			b, err := os.ReadFile(path + end)
			if err != nil && !errors.Is(err, os.ErrNotExist) {
				t.Fatal(err)
			}
			b = bytes.ToLower(b)
			for _, word := range []string{"hemmelighet", "sletteby", "44817712345", "99900077"} {
				n += bytes.Count(b, []byte(word))
			}
		}
		return n
	}
	if inFiles() < 4 {
		t.Fatal("the test does not see the texts where they are")
	}
	if err := l.ErasePatient(t.Context(), "hf", "p-one", papersAbout, 17); err != nil {
		t.Fatal(err)
	}
	if err := l.ErasePaper(t.Context(), "hf", "draft", "alone"); err != nil {
		t.Fatal(err)
	}
	if n := inFiles(); n != 0 {
		t.Errorf("still there %d times", n)
	}
}

// What earlier changes left in the files goes too: a name before it was another, a draft before it was written over, among others that came between.
func TestErasedPatientIsNotInWhatWasBefore(t *testing.T) {
	path := filepath.Join(t.TempDir(), "erase.db")
	l, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	ctx := t.Context()
	w := received("hf", "one")
	w.Row.Patient = "p-one"
	w.Person = &Person{ID: "p-one", Given: "Ada", Family: "Sletteby", Ident: "44817712345", IdentKind: "fnr"}
	w.Links = []Link{{Source: "pas", External: "99900077"}}
	n := mustAppend(t, l, w).Referral
	for i := range 120 { // pages fill, and are split
		x := received("hf", fmt.Sprint("other", i))
		x.Row.Patient = fmt.Sprintf("p-%d", (i*7919)%120)
		x.Person = &Person{ID: x.Row.Patient, Given: "Bo", Family: fmt.Sprintf("Slett%dsen", (i*7919)%120), Ident: fmt.Sprint(1000000 + i), IdentKind: "fnr"}
		mustAppend(t, l, x)
		if i == 60 {
			p := *w.Person
			p.Tenant, p.Family = "hf", "Annerledes"
			if err := l.PutPerson(ctx, p); err != nil {
				t.Fatal(err)
			}
		}
		if i%30 == 0 {
			if _, err := l.PutPaper(ctx, Paper{Tenant: "hf", Kind: "draft", ID: fmt.Sprintf("%d/0/x", n), Seq: i / 30, Actor: "u", Body: []byte(fmt.Sprint("hemmelighet", i))}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := l.PutPaper(ctx, Paper{Tenant: "hf", Kind: "acts-for-of", ID: "digest", Actor: "u", Body: []byte(`["p-hemmelighet"]`)}); err != nil {
		t.Fatal(err)
	}
	papers := papersAbout
	papers.Single = []Paper{{Kind: "acts-for-of", ID: "digest", Seq: 1}}
	about, err := l.About(ctx, "hf", "p-one", papers)
	if err != nil || about.Cases != 1 || len(about.Open) != 1 || about.Links != 1 || about.Papers["draft"] != 1 || about.Papers["acts-for-of"] != 1 {
		t.Errorf("what would go: %+v, %v", about, err)
	}
	if err := l.ErasePatient(ctx, "hf", "p-one", papers, 17); err != nil {
		t.Fatal(err)
	}
	if about, err = l.About(ctx, "hf", "p-one", papersAbout); err != nil || about.Cases != 1 || about.Links != 0 || len(about.Papers) != 0 {
		t.Errorf("what is left: %+v, %v", about, err)
	}
	for _, end := range []string{"", "-wal"} {
		b, err := os.ReadFile(path + end)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
		b = bytes.ToLower(b)
		for _, word := range []string{"hemmelighet", "sletteby", "annerledes", "44817712345", "99900077"} {
			if bytes.Contains(b, []byte(word)) {
				t.Errorf("%q is in the file%s", word, end)
			}
		}
	}
	if p, ok, err := l.Person(ctx, "hf", "p-7"); err != nil || !ok || p.Family != "Slett7sen" {
		t.Errorf("another: %v %v", ok, err)
	}
}

// A paper of others is written without the patient, in every version up to the one that was read.
func TestEraseWritesAnotherBody(t *testing.T) {
	onEach(t, func(t *testing.T, l *Ledger) {
		ctx := t.Context()
		for i := range 3 {
			if _, err := l.PutPaper(ctx, Paper{Tenant: "hf", Kind: "list", ID: "x", Seq: i, Actor: "u", Body: []byte("one two")}); err != nil {
				t.Fatal(err)
			}
		}
		if err := l.ErasePatient(ctx, "hf", "p-one", PatientPapers{Single: []Paper{{Kind: "list", ID: "x", Seq: 2, Body: []byte("two")}}}, 17); err != nil {
			t.Fatal(err)
		}
		all, err := l.PaperVersions(ctx, "hf", "list", "x")
		if err != nil || len(all) != 3 || string(all[0].Body) != "two" || string(all[1].Body) != "two" || string(all[2].Body) != "one two" || all[1].Gone {
			t.Errorf("%d versions: %v", len(all), err)
		}
	})
}
