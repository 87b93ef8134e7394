package ledger

import (
	"bytes"
	"errors"
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
