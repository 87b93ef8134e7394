package desk

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"rettid/clinic"
	"rettid/day"
	"rettid/guide"
	"rettid/law"
	"rettid/ledger"
	"rettid/referral"
)

func putHouse(t *testing.T, l *ledger.Ledger, kind, id string, at time.Time, values map[string]string) {
	t.Helper()
	body, err := json.Marshal(values)
	if err != nil {
		t.Fatal(err)
	}
	p, ok, err := l.Paper(context.Background(), House, kind, id)
	if err != nil {
		t.Fatal(err)
	}
	seq := 0
	if ok {
		seq = p.Seq
	}
	if _, err := l.PutPaper(context.Background(), ledger.Paper{Tenant: House, Kind: kind, ID: id, Seq: seq, At: at.UnixMicro(), Actor: "u1", Body: body}); err != nil {
		t.Fatal(err)
	}
}

// A setting changed from a day, and a day closed, hold for what is recorded from then on; what was decided stands, and Verify agrees with both.
func TestChangesNeverReachBack(t *testing.T) {
	ctx := context.Background()
	l, err := ledger.Open(ctx, t.TempDir()+"/h.db")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	d := New(l, clinic.Demo(), guide.Embedded(), law.Default())
	now := noon(day.On(2025, 4, 22))
	d.Now = func() time.Time { return now }
	receive := func(on day.Day) Outcome {
		out, err := d.InForce().Take(ctx, Order{Tenant: "FJO", At: referral.At{On: on, Minute: -1, Role: law.Secretary, Actor: "u1", Place: "FJO"}, Known: now,
			Do: &referral.Receive{Place: "FJO", Patient: "p1", Born: day.On(1980, 1, 1), Municipality: "4601", Specialty: "orthopaedics", Kind: law.Elective}})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	due := func(o Outcome) day.Day { return o.State.AssessBy }
	before := receive(day.On(2025, 4, 22))
	if due(before) != day.On(2025, 5, 7) { // 1 May is a holiday
		t.Fatalf("due %s", due(before))
	}
	putHouse(t, l, SettingPaper, "assessment.receipt_day_counts", now, map[string]string{"verdi": "true", "fra": "2025-04-24"})
	putHouse(t, l, SettingPaper, "assessment.receipt_day_counts", now, map[string]string{"verdi": "false", "fra": "2026-01-01"})
	putHouse(t, l, ClosedDayPaper, "2025-05-02", now, map[string]string{"dag": "2025-05-02", "navn": "inneklemt"})
	if err := d.ReadHouse(ctx); err != nil {
		t.Fatal(err)
	}
	if same := receive(day.On(2025, 4, 22)); due(same) != day.On(2025, 5, 7) {
		t.Errorf("the same day: due %s: a change holds from the day after", due(same))
	}
	now = noon(day.On(2025, 4, 23))
	if closed := receive(day.On(2025, 4, 23)); due(closed) != day.On(2025, 5, 9) { // 1 and 2 May
		t.Errorf("with 2 May closed: due %s", due(closed))
	}
	now = noon(day.On(2025, 4, 24))
	if set := receive(day.On(2025, 4, 24)); due(set) != day.On(2025, 5, 9) { // the day of receipt counts
		t.Errorf("with the day of receipt counted: due %s", due(set))
	}
	c, err := d.Peek(ctx, "FJO", before.Referral, View{})
	if err != nil || c.State.AssessBy != day.On(2025, 5, 7) {
		t.Errorf("an old case has another date: %s, %v", c.State.AssessBy, err)
	}
	v, err := d.Verify(ctx, day.On(2025, 4, 24), nil)
	if err != nil || len(v.Problems) != 0 {
		t.Errorf("verify: %+v, %v", v.Problems, err)
	}
	if d.Law(day.On(2025, 4, 23)).ReceiptDayCounts || !d.Law(day.On(2025, 4, 24)).ReceiptDayCounts || d.Law(day.On(2026, 1, 1)).ReceiptDayCounts || d.Settings.ReceiptDayCounts {
		t.Error("Law is not by day")
	}
}

// The organisation stored is laid over that of the files, row by row, and is checked like it.
func TestStoredOrganisation(t *testing.T) {
	ctx := context.Background()
	l, err := ledger.Open(ctx, t.TempDir()+"/h.db")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	d := New(l, clinic.Demo(), guide.Embedded(), law.Default())
	if err := d.ReadHouse(ctx); err != nil || d.InForce().Org != d.Org {
		t.Fatalf("with nothing stored: %v", err)
	}
	now := noon(day.On(2025, 4, 22))
	putHouse(t, l, UnitPaper, "FJO.FJO-99", now, map[string]string{"provider": "FJO", "id": "FJO-99", "navn": "Fiktiv enhet", "fag": "urology orthopaedics", "fra": "2025-05-01", "uke": "12"})
	putHouse(t, l, ProviderPaper, "NYE", now, map[string]string{"id": "NYE", "navn": "Nye Oppdiktet sykehus", "slag": "private", "region": "vest"})
	putHouse(t, l, DelegationPaper, "NYE.1", now, map[string]string{"provider": "NYE", "omrade": "orthopaedics", "rhf": "vest", "kilde": "vedtak 1/25", "fra": "2025-05-01", "til": "2025-12-31"})
	if err := d.ReadHouse(ctx); err != nil {
		t.Fatal(err)
	}
	org := d.InForce().Org
	p, ok := org.Provider("NYE")
	if !ok || !p.Delegated("orthopaedics", day.On(2025, 6, 1)) || p.Delegated("orthopaedics", day.On(2026, 1, 1)) || p.ShortName != "Nye Oppdiktet sykehus" {
		t.Errorf("the new provider: %+v", p)
	}
	if u, ok := org.Unit("FJO", "urology", day.On(2025, 5, 2)); !ok || u.Weekly != 12 && u.ID == "FJO-99" {
		t.Errorf("the new unit: %+v", u)
	}
	if _, ok := d.Org.Provider("NYE"); ok {
		t.Error("the organisation of the files has changed")
	}
	if len(org.Referrers()) != len(d.Org.Referrers()) || len(org.Regions()) != 4 {
		t.Error("referrers or regions are lost")
	}
	for name, bad := range map[string]map[string]string{
		"no such provider": {"provider": "XXX", "id": "X-1", "navn": "x", "fag": "urology"},
		"no specialty":     {"provider": "FJO", "id": "X-1", "navn": "x"},
		"no such site":     {"provider": "FJO", "id": "X-1", "navn": "x", "fag": "urology", "sted": "nowhere"},
		"backwards":        {"provider": "FJO", "id": "X-1", "navn": "x", "fag": "urology", "fra": "2025-05-02", "til": "2025-05-01"},
	} {
		if _, err := d.TryOrg(ctx, UnitPaper, "FJO.X-1", bad); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}
