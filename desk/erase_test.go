package desk

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"rettid/clinic"
	"rettid/day"
	"rettid/exception"
	"rettid/internal/testpg"
	"rettid/law"
	"rettid/ledger"
	"rettid/referral"
)

// Everything kept of a patient goes on a decision, on both databases: also of an application in the exception scheme, of a PDF, of a name before it was changed, of
// an application somebody has begun to write. What is looked through is the whole of the files, and every row of every table.
func TestErasePatient(t *testing.T) {
	secrets := []string{"slettesen", "forrigenavn", "hemmeleg", "13887712345", "99900077", "pas-5511", base64.StdEncoding.EncodeToString([]byte("hemmeleg"))[:8]}
	path := t.TempDir() + "/erase.db"
	for _, engine := range []struct {
		name, at string
		all      func(t *testing.T) []byte
	}{
		{"sqlite", path, func(t *testing.T) (b []byte) {
			for _, end := range []string{"", "-wal"} {
				some, err := os.ReadFile(path + end)
				if err != nil && !errors.Is(err, os.ErrNotExist) {
					t.Fatal(err)
				}
				b = append(b, some...)
			}
			return b
		}},
		{"postgres", "", nil},
	} {
		t.Run(engine.name, func(t *testing.T) {
			if engine.name == "postgres" {
				engine.at = testpg.URL(t)
				engine.all = func(t *testing.T) []byte { return everyRow(t, engine.at) }
			}
			l, err := ledger.Open(t.Context(), engine.at)
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			d := New(l, clinic.Plain(), nil, law.Default())
			d.Now = func() time.Time { return noon(day.On(2025, 9, 10)) }
			eraseOne(t, d, func() (n int) {
				b := bytes.ToLower(engine.all(t))
				for _, word := range secrets {
					n += bytes.Count(b, bytes.ToLower([]byte(word)))
				}
				return n
			})
		})
	}
}

func eraseOne(t *testing.T, d *Desk, found func() int) {
	ctx, on := t.Context(), day.On(2025, 9, 1)
	person := ledger.Person{Tenant: "HF", ID: "p-one", Given: "Ada", Family: "Forrigenavn", Ident: "13887712345", IdentKind: "fnr", Phone: "99900077", LocalID: "PAS-5511"}
	id := must(t, d, Order{Tenant: "HF", At: referral.At{On: on, Place: "HF"}, Person: &person, Links: []ledger.Link{{Source: "pas", External: "PAS-5511/1"}}, Known: noon(on),
		Notes: []ledger.Note{{ID: "pdf", Text: base64.StdEncoding.EncodeToString(bytes.Repeat([]byte("hemmeleg"), 2000))}},
		Do:    &referral.Receive{Place: "HF", Born: day.On(1988, 8, 13), From: referral.From{Role: "gp"}, Patient: "p-one", Specialty: "orthopaedics", Municipality: "0301", Text: referral.Say("Hemmeleg tekst om Slettesen")}}).Referral
	person.Family = "Slettesen"
	if err := d.Ledger.PutPerson(ctx, person); err != nil {
		t.Fatal(err)
	}
	m := mustMatter(t, d, MatterOrder{Tenant: "HF", At: exception.At{On: on, Actor: "doctor", Place: "HF"}, Known: noon(on), Do: &exception.Apply{Method: "other", MethodSaid: "none", Patient: "p-one", Born: day.On(1988, 8, 13), Municipality: "0301", Place: "HF", Referral: id, Form: exception.Form{Indication: "C50"}, Reason: exception.Say("Hemmeleg søknad")}}).Matter
	put := func(kind, id, body string) {
		p, _, err := d.Ledger.Paper(ctx, "HF", kind, id)
		if err == nil {
			_, err = d.Ledger.PutPaper(ctx, ledger.Paper{Tenant: "HF", Kind: kind, ID: id, Seq: p.Seq, Actor: "u", Body: []byte(body)})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	put(ContactPaper, "p-one", `{"was":{"phone":"99900077"}}`)
	put(ActsForPaper, "p-one", `{"people":[{"digest":"d-both","name":"Verge Slettesen"},{"digest":"d-one","name":"Mor Slettesen"}]}`)
	put(ActsForPaper, "p-one", `{"people":[{"digest":"d-both","name":"Verge Slettesen"}]}`)
	put(ActsForOfPaper, "d-both", `["p-one","p-two"]`)
	put(ActsForOfPaper, "d-one", `["p-one"]`)
	put(HidePaper, "p-one", `{"hide":true}`)
	put(AssessDraftPaper, fmt.Sprintf("%d/0/u", id), `{"tekst":["hemmeleg"]}`)
	put(LetterReadPaper, fmt.Sprintf("%d/4", id), `{}`)
	put(DecisionDraftPaper, fmt.Sprintf("%d/u", m), `{"tekst":["hemmeleg"]}`)
	put(ApplicationPaper, "HF~a", fmt.Sprintf(`{"referral":%d,"typed":{"tekst":["hemmeleg"]}}`, id))
	put(ApplicationPaper, "HF~b", `{"typed":{"nummer":["13887712345"],"tekst":["hemmeleg"]}}`)
	put(ApplicationPaper, "HF~c", `{"typed":{"tekst":["en annens"]}}`)
	put(LookReviewPaper, fmt.Sprintf("2025-09-02/%d/u1/emergency", id), `{"verdict":"ask","reason":"Hemmeleg om Slettesen"}`)
	put(LookReviewPaper, fmt.Sprintf("2025-09-02/%d/u1/emergency", id), `{"verdict":"deviation","reason":"Hemmeleg igjen"}`)
	put(LookReviewPaper, "2025-09-02/7777/u1/emergency", `{"verdict":"ask","reason":"en annens"}`)
	// She was another before, and for a while taken for a third, who is somebody else after all.
	for _, p := range []ledger.Person{{Tenant: "HF", ID: "p-before", Given: "Nyfødt", Family: "Slettesen"}, {Tenant: "HF", ID: "p-third", Given: "En", Family: "Tredje"}} {
		if err := d.Ledger.PutPerson(ctx, p); err != nil {
			t.Fatal(err)
		}
	}
	put(ContactPaper, "p-before", `{"was":{"phone":"99900077"}}`)
	for _, body := range []string{`{"merged":"p-before"}`, `{"merged":"p-third"}`, `{"undoes":2}`} {
		put(IdentityPaper, "p-one", body)
	}
	if also, err := d.KnownAs(ctx, "HF", "p-one"); err != nil || !slices.Equal(also, []string{"p-before"}) {
		t.Errorf("also known as %v, %v", also, err)
	}
	if found() < 8 {
		t.Fatal("the test does not see the words where they are")
	}
	e := Erasure{Tenant: "HF", Patient: "p-one", Ground: ErasureHarmful, Reference: "2025/17", Actor: "director"}
	if _, err := d.ErasePatient(ctx, e); !errors.Is(err, ErrStillOpen) {
		t.Fatalf("with open cases: %v", err)
	}
	must(t, d, Order{Tenant: "HF", Referral: id, At: referral.At{On: on, Place: "HF"}, Known: d.Now(), Do: &referral.Close{Reason: "withdrawn"}})
	if _, err := d.ErasePatient(ctx, e); !errors.Is(err, ErrStillOpen) {
		t.Fatalf("with an application to be decided: %v", err)
	}
	for i, do := range []exception.Command{&exception.DecideException{Outcome: law.ExRefused, Individual: law.Yes, Criteria: answered(law.Criteria...), Summary: exception.Say("Hemmeleg grunn")},
		&exception.Inform{Letter: exception.LetterRefused, Patient: true, Referrer: true}, &exception.SendCopy{}} {
		mustMatter(t, d, matterOrder("HF", m, on.Add(i+1), do))
	}
	about, err := d.ToErase(ctx, "HF", "p-one")
	if err != nil || about.Cases != 2 || about.Notes < 3 || about.Links != 1 || about.Papers[ApplicationPaper] != 2 || about.Papers[ActsForOfPaper] != 2 || about.Papers[AssessDraftPaper] != 1 || about.Papers[LookReviewPaper] != 2 || about.Papers[ContactPaper] != 2 || len(about.Papers) != 10 {
		t.Errorf("what would go: %+v, %v", about, err)
	}
	e.Seen = "before"
	if _, err := d.ErasePatient(ctx, e); !errors.Is(err, ErrMoved) {
		t.Errorf("something else than was seen: %v", err)
	}
	for _, lacks := range []Erasure{{Tenant: "HF", Patient: "p-one", Ground: "none", Reference: "2025/1", Actor: "x"}, {Tenant: "HF", Patient: "p-one", Ground: ErasureHarmful, Actor: "x"}, {Tenant: "HF", Patient: "p-one", Ground: ErasureHarmful, Reference: "2025/1"}, {Tenant: "HF", Patient: "p-one", Ground: ErasureHarmful, Reference: "Slettesen", Actor: "x"}} {
		if _, err := d.ErasePatient(ctx, lacks); err == nil {
			t.Errorf("%+v is enough", lacks)
		}
	}
	before := len(mustLog(t, d, id))
	e.Seen = ErasureToken(about)
	if done, err := d.ErasePatient(ctx, e); err != nil || done.Took.Notes != about.Notes {
		t.Fatalf("erase: %+v %v", done, err)
	}
	if n := found(); n != 0 {
		t.Errorf("still there %d times", n)
	}
	if p, _, err := d.Ledger.Paper(ctx, "HF", ActsForOfPaper, "d-both"); err != nil || string(p.Body) != `["p-two"]` || p.Gone {
		t.Errorf("whom the guardian acts for now: %s %v", p.Body, err)
	}
	// Who looked, when, and what came of it is kept, both versions of it; the words are gone, and another patient's are not.
	for id, want := range map[string][]string{fmt.Sprintf("2025-09-02/%d/u1/emergency", id): {`{"verdict":"ask"}`, `{"verdict":"deviation"}`}, "2025-09-02/7777/u1/emergency": {`{"verdict":"ask","reason":"en annens"}`}} {
		versions, err := d.Ledger.PaperVersions(ctx, "HF", LookReviewPaper, id)
		var got []string
		for _, p := range versions {
			got = append(got, string(p.Body))
		}
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("what came of a look: %v %v", got, err)
		}
	}
	if p, _, err := d.Ledger.Paper(ctx, "HF", ApplicationPaper, "HF~c"); err != nil || p.Gone {
		t.Errorf("another's draft: %v", err)
	}
	if n := len(mustLog(t, d, id)); n != before {
		t.Errorf("the log has %d entries, had %d", n, before)
	}
	if was, ok, err := d.Erasure(ctx, "HF", "p-one"); err != nil || !ok || was.Actor != "director" || was.Reference != "2025/17" || was.Took.Cases != 2 {
		t.Errorf("the decision: %+v %v %v", was, ok, err)
	}
	if _, err := d.ErasePatient(ctx, e); !errors.Is(err, ErrErased) {
		t.Errorf("again: %v", err)
	}
	if _, err := d.ToErase(ctx, "HF", "p-none"); !errors.Is(err, ErrMissing) {
		t.Errorf("nobody: %v", err)
	}
	if v, err := d.Verify(ctx, d.Today(), nil); err != nil || !v.Sound() {
		b, _ := json.Marshal(v.Problems)
		t.Errorf("verify: %v %s", err, b)
	}
}

// everyRow is every row of every table of a PostgreSQL database, bytes as they are.
func everyRow(t *testing.T, url string) []byte {
	t.Helper()
	c, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(t.Context())
	rows, err := c.Query(t.Context(), "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
	if err != nil {
		t.Fatal(err)
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(tables) < 10 {
		t.Fatalf("%d tables: %v", len(tables), err)
	}
	var b bytes.Buffer
	for _, table := range tables {
		rows, err := c.Query(t.Context(), "SELECT * FROM "+pgx.Identifier{table}.Sanitize())
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			values, err := rows.Values()
			if err != nil {
				t.Fatal(err)
			}
			for _, x := range values {
				if raw, ok := x.([]byte); ok {
					b.Write(raw)
				} else {
					fmt.Fprint(&b, x)
				}
				b.WriteByte('\n')
			}
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
	}
	return b.Bytes()
}

// The drafts of referrals about a patient go too, those to the trust or to nowhere yet: by the number, or by name and day of birth where there is no number.
func TestErasingTakesDraftsOfReferrals(t *testing.T) {
	onBoth(t, erasesDrafts)
}

func erasesDrafts(t *testing.T, d *Desk) {
	d.Org = clinic.Demo()
	ctx, number := t.Context(), "02818012345"
	if err := d.Ledger.PutPerson(ctx, ledger.Person{Tenant: "FJO", ID: "p1", Given: "Dagny", Family: "Dummy", Born: day.On(1980, 1, 2), Ident: number, IdentKind: "fnr"}); err != nil {
		t.Fatal(err)
	}
	for id, body := range map[string]string{
		"a/number":    `{"typed":{"nummer":["` + number[:6] + " " + number[6:] + `"],"punkt-problem":["hemmeleg"]}}`,
		"a/here":      `{"typed":{"nummer":["` + number + `"],"sted":["FJO"]}}`,
		"b/name":      `{"typed":{"fornavn":["dagny"],"etternavn":["Dummy"]},"born":"1980-01-02"}`,
		"b/namesake":  `{"typed":{"fornavn":["Dagny"],"etternavn":["Dummy"]},"born":"1981-01-02"}`,
		"b/elsewhere": `{"typed":{"nummer":["` + number + `"],"sted":["STO"]}}`,
		"c/other":     `{"typed":{"fornavn":["Dagny"],"etternavn":["Dummy"],"nummer":["1"]},"born":"1980-01-02"}`,
	} {
		if _, err := d.Ledger.PutPaper(ctx, ledger.Paper{Tenant: HouseTenant, Kind: ReferralDraftPaper, ID: id, At: 1, Actor: "gp", Body: []byte(body)}); err != nil {
			t.Fatal(err)
		}
	}
	about, err := d.ToErase(ctx, "FJO", "p1")
	if err != nil || about.Papers[ReferralDraftPaper] != 3 {
		t.Fatalf("to erase: %v %v", about.Papers, err)
	}
	if _, err := d.ErasePatient(ctx, Erasure{Tenant: "FJO", Patient: "p1", Ground: ErasureNeedless, Reference: "2025/1", Actor: "md"}); err != nil {
		t.Fatal(err)
	}
	left, err := d.Ledger.Papers(ctx, HouseTenant, ReferralDraftPaper, "", 0, 0)
	var ids []string
	for _, p := range left {
		ids = append(ids, p.ID)
	}
	if err != nil || !slices.Equal(ids, []string{"b/elsewhere", "b/namesake", "c/other"}) {
		t.Errorf("left: %v %v", ids, err)
	}
}
