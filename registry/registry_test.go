package registry

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"rettid/clinic"
	"rettid/day"
	"rettid/desk"
	"rettid/guide"
	"rettid/law"
	"rettid/ledger"
	"rettid/npr"
	"rettid/referral"
)

// A small ledger at Fjordvik: one waiting, one started, one closed long ago, one to another site, one booked at another hospital; another trust's beside.
func small(t *testing.T) *Registry {
	t.Helper()
	ctx := context.Background()
	l, err := ledger.Memory(ctx)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	d := desk.New(l, clinic.Demo(), guide.Embedded(), law.Default())
	d.Now = func() time.Time { return time.Date(2025, 10, 2, 8, 0, 0, 0, time.UTC) }
	n := 0
	do := func(tenant string, id int64, on day.Day, c referral.Command, p *ledger.Person) int64 {
		t.Helper()
		n++
		y, m, dd := on.Date()
		out, err := d.Take(ctx, desk.Order{Tenant: tenant, Referral: id, At: referral.At{On: on, Place: tenant}, Do: c, Known: time.Date(y, time.Month(m), dd, 9, n%60, 0, 0, time.UTC), Person: p})
		if err != nil {
			t.Fatalf("%s: %v", c.Verb(), err)
		}
		return out.Referral
	}
	receive := func(tenant, site, patient string, on day.Day) int64 {
		return do(tenant, 0, on, &referral.Receive{Place: tenant, Site: site, Patient: patient, Born: day.On(1960, 1, 1), Municipality: "4601", Specialty: "orthopaedics", From: referral.From{Role: "gp", Provider: "GP01"}},
			&ledger.Person{Tenant: tenant, ID: patient, Ident: "0485500086" + patient[len(patient)-1:], IdentKind: "fnr", Given: "Eva", Family: "Eksempelsen", Sex: "female", Born: day.On(1960, 1, 1), Municipality: "4601"})
	}
	grant := func(tenant string, id int64, on, by day.Day) {
		do(tenant, id, on, &referral.Assess{Outcome: law.Granted, Benefit: law.Yes, ReasonableCost: law.Yes, Need: law.Yes, Deadline: by, Clarified: law.Yes}, nil)
	}
	d1 := day.On
	a := receive("FJO", "FJO-F", "x-0", d1(2025, 8, 1))
	grant("FJO", a, d1(2025, 8, 8), d1(2025, 11, 1))
	b := receive("FJO", "FJO-F", "x-0", d1(2025, 7, 1))
	grant("FJO", b, d1(2025, 7, 8), d1(2025, 10, 1))
	do("FJO", b, d1(2025, 9, 15), &referral.Start{What: law.Treatment, Began: law.Yes}, nil)
	c := receive("FJO", "FJO-F", "x-1", d1(2025, 2, 1))
	grant("FJO", c, d1(2025, 2, 8), d1(2025, 5, 1))
	do("FJO", c, d1(2025, 3, 15), &referral.Start{What: law.Treatment, Began: law.Yes}, nil)
	e := receive("FJO", "FJO-H", "x-2", d1(2025, 9, 1))
	grant("FJO", e, d1(2025, 9, 8), d1(2025, 12, 1))
	f := receive("SUN", "", "x-3", d1(2025, 9, 1))
	grant("SUN", f, d1(2025, 9, 8), d1(2025, 12, 1))
	do("FJO", a, d1(2025, 10, 1), &referral.Start{What: law.Treatment, Began: law.Yes}, nil) // after the month
	return &Registry{Desk: d, Version: "test", TempDir: t.TempDir()}
}

var september = Scope{Provider: "FJO", Site: "FJO-F", Period: "2025-09"}

func TestAMessageIsMadeKeptSentAndAnswered(t *testing.T) {
	ctx := context.Background()
	x := small(t)
	var file, ide bytes.Buffer
	res, err := x.Make(ctx, Making{Scope: september, Actor: "u1", Keep: true, Out: &file, Identity: &ide})
	if err != nil {
		t.Fatal(err)
	}
	var got []npr.Period
	m, err := npr.Scan(bytes.NewReader(file.Bytes()), npr.Options{}, func(r *npr.Row) error { got = append(got, r.Period); return nil })
	if err != nil || len(got) != 2 || m.Patients != 1 || m.Number != 1 || m.ID != res.Message.ID || m.In.To != day.On(2025, 9, 30) {
		t.Fatalf("%v, %d periods, %+v", err, len(got), m)
	}
	for _, p := range got {
		if started := !p.WaitEnd.IsZero(); started != (p.ID == "FJO-2") {
			t.Errorf("at the end of September: %+v", p)
		}
	}
	if bytes.Contains(file.Bytes(), []byte("04855000860")) || bytes.Contains(file.Bytes(), []byte("Eksempelsen")) || !bytes.Contains(ide.Bytes(), []byte("04855000860")) {
		t.Error("the identity stands in the wrong message")
	}
	if res.Message.Summary.Rows != 2 || res.Message.Summary.Errors != 0 || res.Submission.Status(0) != Made || res.Message.Summary.Empty["omsNivaHenv"] != 2 {
		t.Errorf("%+v", res.Message.Summary)
	}

	var again bytes.Buffer
	if err := x.File(ctx, september, 1, &again); err != nil || !bytes.Equal(file.Bytes(), again.Bytes()) {
		t.Errorf("the kept message: %v", err)
	}
	kept, err := x.Findings(ctx, september, 1)
	if err != nil || len(kept) != len(res.Findings) {
		t.Errorf("%d findings kept of %d: %v", len(kept), len(res.Findings), err)
	}

	if sub, err := x.MarkSent(ctx, september, 1, "u1"); err != nil || sub.Status(0) != Sent {
		t.Errorf("%v %+v", err, sub)
	}
	for _, r := range []struct {
		text string
		want Status
	}{
		{`<AppRec><GenDate>2025-10-03T08:00:00</GenDate><Id>r1</Id><Status V="1"/><OriginalMsgId><Id>` + m.ID + `</Id></OriginalMsgId></AppRec>`, Received},
		{`<Melding xmlns="http://www.npr.no/xmlstds/53_1_3_err" lopenr="1"><Henvisning henvisningsperiodeID="FJO-2"><Feil feilkode="212" attributt="vurdDato" beskrivelse="x"/></Henvisning></Melding>`, Errors},
	} {
		receipt, err := npr.ReadReceipt(strings.NewReader(r.text))
		if err != nil {
			t.Fatal(err)
		}
		sub, err := x.Receive(ctx, "FJO", *receipt, "u1")
		if err != nil || sub.Status(0) != r.want {
			t.Errorf("%v: %s, want %s", err, sub.Status(0), r.want)
		}
	}
	if _, err := x.Receive(ctx, "FJO", npr.Receipt{Of: "not ours", Status: "1"}, "u1"); !errors.Is(err, ErrUnknownMessage) {
		t.Errorf("a receipt of another's message: %v", err)
	}

	// A correction is a later message, and names the one before.
	file.Reset()
	res, err = x.Make(ctx, Making{Scope: september, Actor: "u1", Keep: true, Out: &file})
	if err != nil || res.Message.Number != 2 || res.Message.Parent != m.ID || res.Submission.Status(0) != Corrected || res.Submission.Status(1) != Made {
		t.Errorf("%v %+v", err, res.Submission)
	}
	if !bytes.Contains(file.Bytes(), []byte("<RefToParent>"+m.ID+"</RefToParent>")) {
		t.Error("the correction does not name the message before")
	}
	if all, err := x.Submissions(ctx, "FJO", "2025-09"); err != nil || len(all) != 1 || len(all[0].Messages) != 2 {
		t.Errorf("%v %+v", err, all)
	}
}

func TestWhatWasKnownAndWhere(t *testing.T) {
	ctx := context.Background()
	x := small(t)
	rows := func(s Scope, known day.Day) int {
		t.Helper()
		res, err := x.Make(ctx, Making{Scope: s, KnownOn: known})
		if err != nil {
			t.Fatal(err)
		}
		if len(res.Submission.Messages) != 0 || res.Message.Number != 0 {
			t.Error("a look was kept")
		}
		return res.Message.Summary.Rows
	}
	for _, c := range []struct {
		scope Scope
		known day.Day
		want  int
	}{
		{september, day.Day{}, 2},
		{september, day.On(2025, 7, 20), 1}, // the one received in August was not known
		{Scope{"FJO", "FJO-H", "2025-09"}, day.Day{}, 1},
		{Scope{"FJO", "", "2025-09"}, day.Day{}, 3},
		{Scope{"FJO", "", "2025"}, day.Day{}, 4},
		{Scope{"FJO", "", "2025-T1"}, day.Day{}, 1},
		{Scope{"SUN", "", "2025-09"}, day.Day{}, 1},
		{Scope{"STO", "", "2025-09"}, day.Day{}, 0},
	} {
		if got := rows(c.scope, c.known); got != c.want {
			t.Errorf("%s known on %s: %d periods, want %d", c.scope.ID(), c.known, got, c.want)
		}
	}
	for _, bad := range []Scope{{"NOBODY", "", "2025-09"}, {"FJO", "SUN-1", "2025-09"}, {"FJO", "", "2025-13"}, {"FJO", "", "2026-01"}} {
		if _, err := x.Make(ctx, Making{Scope: bad}); !errors.Is(err, ErrNoScope) {
			t.Errorf("%s: %v", bad.ID(), err)
		}
	}
}

// Numbers begin anew each year: what answers a number alone answers the last message made with it, whatever month that is of.
func TestANumberAnswersTheLastMessageWithIt(t *testing.T) {
	ctx := context.Background()
	x := small(t)
	october := Scope{Provider: "FJO", Site: "FJO-F", Period: "2025-10"}
	for i, s := range []Scope{october, september} {
		x.Desk.Now = func() time.Time { return time.Date(2025+i, 11, 10, 12, 0, 0, 0, time.UTC) }
		if res, err := x.Make(ctx, Making{Scope: s, Actor: "u1", Keep: true}); err != nil || res.Message.Number != 1 {
			t.Fatalf("%s: %v, number %d", s.ID(), err, res.Message.Number)
		}
	}
	if sub, err := x.Receive(ctx, "FJO", npr.Receipt{Number: "1", Status: "1"}, "u1"); err != nil || sub.Scope != september {
		t.Errorf("%v: answered %s, want %s", err, sub.Scope.ID(), september.ID())
	}
}
